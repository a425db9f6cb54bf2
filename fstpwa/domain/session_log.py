"""What the phone says about a session that was done, and what of it may be stored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from fstpwa.domain.after_session import StopReason
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.session import Part, VariantName

MovementState = Literal["done", "part", "skipped"]
EasedReason = Literal["pain", "tired", "other"]
LedBy = Literal["track", "screen", "silent"]
"""track: one sound, which goes on while the phone is locked. screen: the screen stays on, with sound
beside it. silent: the screen stays on, with vibration and flash."""

DAY_S = 86_400
MOST_UNRECORDED_LINES = 1000
LONGEST = timedelta(days=1)
OLDEST = timedelta(days=400)
CLOCK_TOLERANCE = timedelta(minutes=2)
"""A phone's clock that is less wrong than this is left alone: the sending takes its time too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementResult:
    """What was done of one item of the plan."""

    item: str
    state: MovementState
    easier: bool
    """Whether the item was done with its easier dose, whatever the variant."""
    done_s: int
    """Seconds of it that were played, 0-86400."""
    reason: EasedReason | None
    slug: str | None = None
    """Which movement it was, as another may have taken its place; None: as the plan says now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLogEntry:
    """A session as the phone reports it. Times are the phone's own and may be wrong."""

    log_id: UUID
    variant: VariantName
    started_at: datetime
    finished_at: datetime
    sent_at: datetime | None = None
    """The phone's own now when it sent this; None where it does not say."""
    pain_before: int | None
    stop: StopReason | None = None
    """What made the person stop, where it was something that means stopping."""
    led_by: LedBy | None = None
    """How the session was led; None where an older phone does not say."""
    unrecorded_lines: int | None = None
    """Spoken lines without a recording, 0-1000: the phone's own voice said them, or nobody."""
    results: tuple[MovementResult, ...]


def believable_times(
    started_at: datetime,
    finished_at: datetime,
    now: datetime,
    *,
    sent_at: datetime | None = None,
) -> tuple[datetime, datetime]:
    """Return start and end with a wrong phone clock set right; no session is refused for it.

    A clock that is over 2 minutes wrong is seen by `sent_at`, and both times move by as much.
    What then still ends after `now` or over 400 days ago is taken to have ended now, and nothing
    lasts more than a day.

    Args:
        started_at: aware instant from the phone.
        finished_at: aware instant from the phone.
        now: the server's aware instant.
        sent_at: aware instant from the phone: its own now.
    """
    clock_error = now - sent_at if sent_at is not None else timedelta()
    if abs(clock_error) <= CLOCK_TOLERANCE:
        clock_error = timedelta()
    # Differences only: an instant near the year 1 or 9999 cannot be moved, its distance can.
    ended_ago = now - finished_at - clock_error
    if not timedelta() <= ended_ago <= OLDEST:
        ended_ago = timedelta()
    finish = now - ended_ago
    lasted = min(max(finished_at - started_at, timedelta()), LONGEST)
    return finish - lasted, finish


def results_of_ticks(
    parts: Sequence[Part], durations_s: Mapping[str, int], done: Collection[str]
) -> tuple[MovementResult, ...]:
    """Return what was done of a variant, from the items that somebody ticked.

    Args:
        parts: the parts of the variant, in order.
        durations_s: item id -> seconds of its part; a ticked one counts in full.
        done: ids of the ticked items; those that are no part of the variant do not count.

    Raises:
        InvalidValue: nothing of it was ticked.
    """
    if not {part.item for part in parts} & set(done):
        raise InvalidValue("Tick at least one movement that you did.")
    return tuple(
        MovementResult(
            item=part.item,
            state="done" if part.item in done else "skipped",
            easier=part.easier,
            done_s=durations_s[part.item] if part.item in done else 0,
            reason=None,
        )
        for part in parts
    )


def corrected_s(state: MovementState, done_s: int, planned_s: int) -> int:
    """Return the seconds of a movement whose state is corrected afterwards.

    What was measured is better than any guess and stays. Where nothing was, a movement that was
    done counts with its planned seconds, one that was partly done with half of them.

    Args:
        state: what it was after all.
        done_s: seconds stored so far.
        planned_s: seconds it would have taken in full.
    """
    if state == "skipped":
        return 0
    if done_s > 0:
        return done_s
    return planned_s if state == "done" else planned_s // 2
