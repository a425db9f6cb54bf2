"""What somebody did, felt and said, as the rules that adapt a plan want to know it.

Facts only, all of them stored elsewhere: whoever puts the same facts in gets the same plan out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from fstpwa.domain.good_days import GoodDay
from fstpwa.domain.session import VariantName
from fstpwa.domain.session_log import EasedReason, MovementState

MeasureName = Literal["pain", "fatigue", "stiffness", "first_step_pain"]
FeltPain = Literal["sharp", "tingling_numb"]
"""What was felt in one movement and means stopping it. Ids of content/safety/after_session kinds."""
Support = Literal["both_hands", "one_hand", "fingertips", "none"]
Outcome = Literal["planned", "done", "skipped"]
EventKind = Literal[
    "kept_usual",
    "back_to_usual",
    "not_a_flare",
    "flare_like_before",
    "flare_is_new",
    "flare_triggers",
    "fall",
    "near_fall",
    "stayed",
    "restarted",
    "paused",
]
"""What somebody said beside ratings.

kept_usual: the usual session on that day, whatever the rules say. back_to_usual: the flare is over.
not_a_flare: "no" to the question whether this is one. flare_like_before, flare_is_new: whether it
is the usual kind. flare_triggers: what may have set it off, codes in the value. stayed: "not yet" to
starting again at the first part. restarted: at the first part again, with a yes or after a fall.
near_fall: how many in the value, 2 for "more than one". paused: a pause of the programme that is
over; the day is its first, the value its last day and the reason.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRecord:
    """What was said of one day. None is 'not said'."""

    stiffness: int | None = None
    pain: int | None = None
    """0-10, of the place where it was worst."""
    fatigue: int | None = None
    sleep: int | None = None
    """0-10, how good the night was; 10 is best."""
    first_step_pain: int | None = None
    good_day: GoodDay | None = None
    flare: bool = False
    """Said in the check-in or before a session."""
    woken_by_pain: bool | None = None
    """Whether pain in the shoulder woke them in the night before."""

    def rating(self, measure: str) -> int | None:
        """Return the rating of a measure 0-10, None where it was not said."""
        rating: int | None = getattr(self, measure)
        return rating


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRecord:
    """What was done of one movement, and how it was."""

    slug: str
    state: MovementState
    easier: bool = False
    reason: EasedReason | None = None
    """Why it became easier or was left out: "too much"."""
    pain_kind: FeltPain | None = None
    """What was felt in just this one."""
    held_s: int | None = None
    """Seconds it could be held."""
    support: Support | None = None
    """What was held on to meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One session that was done, wholly or partly."""

    id: UUID
    day: date
    template: str
    """Id of the session in its phase; "" where it is not known."""
    phase: str
    """Id; "" where it is not known."""
    variant: VariantName
    done_s: int
    planned_s: int
    pain_before: int | None = None
    worst_pain: int | None = None
    pain_kinds: tuple[str, ...] = ()
    next_morning_pain: int | None = None
    """0-10, asked once on the day after."""
    settled: bool | None = None
    """Whether it was as before after two days; asked only after a worse morning."""
    movements: tuple[MovementRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRecord:
    """One session that was planned for a day, after moving it."""

    day: date
    template: str
    state: Outcome
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """Something that was said or happened on a day."""

    day: date
    kind: EventKind
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is in their programme."""

    phase: str
    ramp_step: int
    since: date
    """When this step of the ramp began; pauses moved it on."""
    phase_since: date
    """When this phase began."""
    started_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeHistory:
    """All of it, of one person and their running programme. Oldest first."""

    place: Place
    days: Mapping[date, DayRecord] = field(default_factory=lambda: MappingProxyType({}))
    sessions: Sequence[SessionRecord] = ()
    """Whatever programme they belonged to."""
    planned: Sequence[PlannedRecord] = ()
    """Of the running programme, before today and today."""
    events: Sequence[EventRecord] = ()

    def happened(self, kind: EventKind, day: date) -> bool:
        """Return whether something was said or happened on `day`."""
        return any(each.kind == kind and each.day == day for each in self.events)
