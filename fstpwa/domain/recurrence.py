"""When a reminder falls due: local wall times on chosen weekdays, in every time zone, each date once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fstpwa.domain.errors import InvalidValue

DAY_MIN = 24 * 60
EVERY_DAY = 0b1111111
DAYS_LOOKED_AT = 15
"""Two weeks and a day: the only chosen weekday may be a date that never was."""
_WITHIN_A_DAY = (time(0), time(12), time(23, 59, 59))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A wall time on some weekdays. Raises InvalidValue out of range."""

    at_min: int
    """0-1439: minutes from local midnight."""
    days_mask: int = EVERY_DAY
    """1-127: bit 0 is Monday."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0 <= self.at_min < DAY_MIN:
            raise InvalidValue("The time must be between 00:00 and 23:59.")
        if not 1 <= self.days_mask <= EVERY_DAY:
            raise InvalidValue("Choose at least one day of the week.")

    def falls_on(self, day: date) -> bool:
        """Return whether the weekday of `day` is chosen."""
        return bool(self.days_mask >> day.weekday() & 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One time that a reminder falls due."""

    day: date
    """The local date that it belongs to: its key. It may be shown after midnight."""
    at: datetime
    """The instant, in UTC."""


def days_of(mask: int) -> tuple[int, ...]:
    """Return the weekdays of a mask: 0 is Monday."""
    return tuple(day for day in range(7) if mask >> day & 1)


def mask_of(days: Iterable[int]) -> int:
    """Return the mask of weekdays; 0 is Monday. Raises InvalidValue for another number."""
    mask = 0
    for day in days:
        if not 0 <= day <= 6:
            raise InvalidValue("A weekday must be 0 (Monday) to 6 (Sunday).")
        mask |= 1 << day
    return mask


def instant_of(day: date, at_min: int, zone: ZoneInfo) -> datetime | None:
    """Return when the wall clock of `zone` shows a time on a date, in UTC; None if the date never was.

    A wall time that a clock change skips is taken at the offset before the change, so that 02:30
    rings at what is then called 03:30. One that occurs twice is taken the first time.
    """
    if not _exists(day, zone):
        return None
    hour, minute = divmod(at_min, 60)
    # fold=0 means just these two: the offset before a gap, the first of two.
    return _utc(day, time(hour, minute), zone)


def next_due(rule: Recurrence, zone: ZoneInfo, *, after: date | None, now: datetime) -> Due:
    """Return the first time at or after `now` whose date is later than `after`.

    Args:
        rule: the wall time and the weekdays.
        zone: where the person is.
        after: the last date that was dealt with, None for none. One date is never due twice,
            not even when somebody flies west over midnight.
        now: an aware instant.
    """
    # A date that is over everywhere else can still be rung late by a gap at midnight.
    day = now.astimezone(zone).date() - timedelta(days=1)
    if after is not None:
        day = max(day, after + timedelta(days=1))
    found = _first(rule, zone, day, now)
    if found is None:
        raise InvalidValue("The reminder never falls due.")
    return found


def step(rule: Recurrence, zone: ZoneInfo, day: date) -> Due:
    """Return the time that follows the one of `day`, whether or not it is over."""
    found = _first(rule, zone, day + timedelta(days=1), None)
    if found is None:
        raise InvalidValue("The reminder never falls due.")
    return found


def _first(rule: Recurrence, zone: ZoneInfo, day: date, now: datetime | None) -> Due | None:
    for ahead in range(DAYS_LOOKED_AT):
        candidate = day + timedelta(days=ahead)
        if not rule.falls_on(candidate):
            continue
        at = instant_of(candidate, rule.at_min, zone)
        if at is not None and (now is None or at >= now):
            return Due(day=candidate, at=at)
    return None


def _exists(day: date, zone: ZoneInfo) -> bool:
    return any(_utc(day, each, zone).astimezone(zone).date() == day for each in _WITHIN_A_DAY)


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
