"""What becomes of a reminder that falls due: it rings, waits, is left out or is missed, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.domain.quiet_hours import QuietHours, ringing_time
from fstpwa.domain.recurrence import Due, Recurrence, instant_of, next_due, step

MOST_SNOOZES = 3
SHORTEST_SNOOZE_MIN, LONGEST_SNOOZE_MIN = 5, 240
ONCE_MORE_AFTER = timedelta(hours=1)
MOST_SUGGESTED = 4
"""More than so many times a day nobody wants to be asked unasked."""
CHECK_IN_AT_MIN = 20 * 60
"""When a day can be looked back on."""

Kind = Literal["practice", "check_in"]
Reason = Literal["on_time", "quiet", "off", "paused", "done", "held", "late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What holds for the person when a reminder is decided upon."""

    zone: ZoneInfo
    quiet: QuietHours | None
    is_off: bool = False
    """Whether the reminder was switched off meanwhile."""
    paused_until: date | None = None
    """The first local day that is not paused any more."""
    is_paused: bool = False
    """Whether what it is about rests as a whole, as a programme can."""
    is_done: bool = False
    """Whether what it is about was done on the date, and that is to silence it."""
    is_held: bool = False
    """Whether nothing more is to be started on the date."""
    max_late_min: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one due time."""

    outcome: Literal["send", "moved", "skipped", "missed"]
    reason: Reason
    ring_at: datetime
    """When it rings, or would have rung."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A reminder that fits the plan."""

    kind: Kind
    rule: Recurrence


def decide(due: Due, found: Circumstances, *, now: datetime) -> Decision:
    """Decide upon a due time that has come.

    What was not wanted is left out before anything is missed, so that somebody who paused, or
    had done it already, reads just that after the server stood still. Nothing rings inside quiet
    hours, neither at its own time nor because it is late.

    Args:
        due: the local date and the instant; after a snooze or a move the later instant.
        found: what holds now.
        now: an aware instant, at or after `due.at`.
    """
    unwanted = _unwanted(due.day, found)
    if unwanted is not None:
        return Decision(outcome="skipped", reason=unwanted, ring_at=due.at)
    meant = ringing_time(due.at, due.day, found.quiet, found.zone)
    if meant is None:
        return Decision(outcome="skipped", reason="quiet", ring_at=due.at)
    if now - meant > timedelta(minutes=found.max_late_min):
        return Decision(outcome="missed", reason="late", ring_at=meant)
    earliest = max(now, meant)
    possible = ringing_time(earliest, due.day, found.quiet, found.zone)
    if possible is None:
        return Decision(outcome="skipped", reason="quiet", ring_at=meant)
    if possible > now:
        return Decision(outcome="moved", reason="quiet", ring_at=possible)
    return Decision(outcome="send", reason="on_time", ring_at=meant)


def _unwanted(day: date, found: Circumstances) -> Reason | None:
    if found.is_off:
        return "off"
    if found.is_paused or (found.paused_until is not None and day < found.paused_until):
        return "paused"
    if found.is_done:
        return "done"
    return "held" if found.is_held else None


def closes_at(day: date, ring_at: datetime, found: Circumstances) -> datetime:
    """Return when a reminder that rang is over: its local day, and its lateness at the least."""
    # The next date may be one that never was.
    nights = (instant_of(day + timedelta(days=ahead), 0, found.zone) for ahead in (1, 2))
    midnight = next((each for each in nights if each is not None), ring_at)
    return max(midnight, ring_at + timedelta(minutes=found.max_late_min))


def once_more_at(day: date, ring_at: datetime, found: Circumstances) -> datetime | None:
    """Return when a reminder rings a second time; None if that is too late for its day."""
    at = ring_at + ONCE_MORE_AFTER
    is_that_day = at.astimezone(found.zone).date() == day
    is_quiet = found.quiet is not None and found.quiet.hold(at, found.zone)
    return at if is_that_day and not is_quiet else None


def snooze_until(
    minutes: int, day: date, snoozes: int, found: Circumstances, *, now: datetime
) -> datetime:
    """Return when a reminder that is put off rings again.

    Args:
        minutes: for how long, 5-240.
        day: the local date of the reminder.
        snoozes: how often it was put off before.
        found: what holds now.
        now: an aware instant.

    Raises:
        InvalidValue: another number of minutes; past the local day; or into quiet hours.
        Conflict: it was put off three times already.
    """
    if not SHORTEST_SNOOZE_MIN <= minutes <= LONGEST_SNOOZE_MIN:
        raise InvalidValue("Choose from 5 minutes to 4 hours.")
    if snoozes >= MOST_SNOOZES:
        raise Conflict("It was put off three times. It stays on Today for whenever you like.")
    until = (now + timedelta(minutes=minutes)).astimezone(UTC)
    if until.astimezone(found.zone).date() != day:
        raise InvalidValue("That would be after midnight. Choose a shorter time.")
    if found.quiet is not None and found.quiet.hold(until, found.zone):
        raise InvalidValue("That would be in your quiet hours. Choose another time.")
    return until


def first_due(rule: Recurrence, zone: ZoneInfo, *, last_key: date | None, now: datetime) -> Due:
    """Return when a reminder that is new, or was changed, falls due.

    Args:
        rule: the wall time and the weekdays.
        zone: where the person is.
        last_key: the latest local date that was dealt with (the highest `occ_key`), if any.
        now: an aware instant; what would have been earlier today is not made up for.
    """
    return next_due(rule, zone, after=last_key, now=now)


def after_travel(rule: Recurrence, zone: ZoneInfo, *, last_key: date | None, next_key: date) -> Due:
    """Return when a reminder falls due in another time zone: the same date, at its wall time there.

    No date rings twice, since all before `next_key` were dealt with, and none is left out without
    a word: one whose time is over there is rung late, or written down as missed.

    Args:
        rule: the wall time and the weekdays.
        zone: where the person is now.
        last_key: the latest local date that was dealt with (the highest `occ_key`), if any.
        next_key: the date that it would have been due on next.
    """
    before = next_key - timedelta(days=1)
    return step(rule, zone, before if last_key is None else max(before, last_key))


def suggestions(planned: Iterable[tuple[int, int]]) -> tuple[Suggestion, ...]:
    """Return reminders that fit a plan, earliest first, and one for the check-in.

    Args:
        planned: weekday (0 is Monday) and minutes after midnight of planned sessions.

    Returns:
        One reminder for each time of day; of more than four the ones on most days.
    """
    masks: dict[int, int] = {}
    for weekday, at_min in planned:
        masks[at_min] = masks.get(at_min, 0) | 1 << weekday
    often = sorted(masks, key=lambda at_min: (-masks[at_min].bit_count(), at_min))[:MOST_SUGGESTED]
    practice = tuple(
        Suggestion(kind="practice", rule=Recurrence(at_min=at_min, days_mask=masks[at_min]))
        for at_min in sorted(often)
    )
    return (*practice, Suggestion(kind="check_in", rule=Recurrence(at_min=CHECK_IN_AT_MIN)))
