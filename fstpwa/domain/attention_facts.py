"""What a therapist's list is made from: the last four weeks of one client, and what they share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from types import MappingProxyType

from fstpwa.domain.adherence import Excused
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.practice_history import PlannedRecord

DAY = timedelta(days=1)
_DAY_OF = attrgetter("day")
WINDOW_DAYS = 28
"""Four weeks, today included."""

QUIET_DAYS = range(2, 31)
PAIN_RISES = range(1, 10)
STIFFNESS_RISES = range(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From when on a therapist wants to be told of a client. Raises InvalidValue out of range."""

    quiet_days: int = 6
    """Days without a session or a check-in, 2-30."""
    pain_rise: int = 2
    """Points of pain after practice above before it, 1-9. Source of the usual 2: pain_rules.yaml,
    next_day, hold."""
    stiffness_rise: int = 2
    """Points of a week's median stiffness above the week before, 1-9. Source of the usual 2: the
    rise that looks like a flare (content E.2)."""

    def __post_init__(self) -> None:
        """Check the ranges; the table has them, too."""
        if self.quiet_days not in QUIET_DAYS:
            raise InvalidValue("Choose 2 to 30 days.")
        if self.pain_rise not in PAIN_RISES or self.stiffness_rise not in STIFFNESS_RISES:
            raise InvalidValue("Choose 1 to 9 points.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """A session that was done, wholly or partly."""

    day: date
    before: int | None = None
    """Pain 0-10 before it."""
    after: int | None = None
    """The highest pain 0-10 said after it: of the session itself, or of the next morning."""

    @property
    def rise(self) -> int | None:
        """Points of pain after it above before it; None where one of them was not said."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Four weeks of a client, on their own calendar. What they do not share is left out."""

    today: date
    thresholds: Thresholds = field(default_factory=Thresholds)
    shares_routines: bool = True
    shares_records: bool = True
    planned: Sequence[PlannedRecord] = ()
    """Sessions of a plan up to today, without optional ones; only with both scopes."""
    sessions: Sequence[Practised] = ()
    """Oldest first."""
    checked_in: Collection[date] = frozenset()
    stiffness: Mapping[date, int] = field(default_factory=lambda: MappingProxyType({}))
    """Answered days only, 0-10."""
    too_much: Mapping[date, int] = field(default_factory=lambda: MappingProxyType({}))
    """How often "too much" was said in the sessions of a day."""
    excused: Excused = field(default_factory=Excused)
    """Pauses, flare days and red days: they count against nobody."""
    is_paused: bool = False
    """Whether the plan rests today."""
    flare_since: date | None = None
    """The first day of the flare they are in."""
    question_on: date | None = None
    """When they asked what was not answered yet."""
    could_not_begin_on: date | None = None
    """The day on which something assigned should have begun, and still waits."""
    are_reminders_lost: bool = False
    """Whether they have reminders, and none of their devices showed the last of them."""

    @property
    def first_day(self) -> date | None:
        """The first of these days on which anything was planned, done or said."""
        begun = self.sessions[0].day if self.sessions else None
        days = (
            min(map(_DAY_OF, self.planned), default=None),
            begun,
            min(self.checked_in, default=None),
        )
        return min((day for day in days if day is not None), default=None)

    @property
    def last_heard(self) -> date | None:
        """The last of these days with a session or a check-in."""
        days = (self.last_practised, max(self.checked_in, default=None))
        return max((day for day in days if day is not None), default=None)

    @property
    def last_practised(self) -> date | None:
        """The last of these days with a session."""
        return self.sessions[-1].day if self.sessions else None
