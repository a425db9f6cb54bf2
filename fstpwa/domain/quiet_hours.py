"""Quiet hours: a part of the day, on the person's own clock, in which nothing rings."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.recurrence import DAY_MIN, instant_of


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From one wall time to another, over midnight if the end is earlier. InvalidValue out of range."""

    start_min: int
    """0-1439: minutes from local midnight; quiet from here."""
    end_min: int
    """0-1439: not quiet any more from here."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not (0 <= self.start_min < DAY_MIN and 0 <= self.end_min < DAY_MIN):
            raise InvalidValue("Quiet hours must be between 00:00 and 23:59.")
        if self.start_min == self.end_min:
            raise InvalidValue("Quiet hours must end at another time than they start.")

    def hold(self, at: datetime, zone: ZoneInfo) -> bool:
        """Return whether it is quiet at an instant."""
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if self.start_min < self.end_min:
            return self.start_min <= minute < self.end_min
        return minute >= self.start_min or minute < self.end_min

    def after(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the first instant from `at` on that is not quiet, in UTC.

        Where the clocks change it may be up to the change later than need be, never too early.
        """
        if not self.hold(at, zone):
            return at
        hour, minute = divmod(self.end_min, 60)
        today = at.astimezone(zone).date()
        # Of a wall time that occurs twice, both; and a day's end may lie on a date that never was.
        ends = (
            _instant(today + timedelta(days=ahead), time(hour, minute, fold=fold), zone)
            for ahead in range(3)
            for fold in (0, 1)
        )
        return min(each for each in ends if each > at and not self.hold(each, zone))


def quiet_hours(start_min: int | None, end_min: int | None) -> QuietHours | None:
    """Return the quiet hours of two stored columns; None where there are none."""
    if start_min is None or end_min is None:
        return None
    return QuietHours(start_min=start_min, end_min=end_min)


def ringing_time(
    at: datetime, day: date, quiet: QuietHours | None, zone: ZoneInfo
) -> datetime | None:
    """Return when something that is due at `at` may ring: then, or when quiet hours end.

    None if they end on another local date than `day`: in the evening it is left out, in the
    morning it waits.
    """
    if quiet is None or not quiet.hold(at, zone):
        return at
    over = quiet.after(at, zone)
    return over if over.astimezone(zone).date() == day else None


def not_before(
    at: datetime, quiet: QuietHours | None, zone: ZoneInfo, *, paused_until: date | None = None
) -> datetime:
    """Return the first instant from `at` on at which something that waits may ring, in UTC.

    Args:
        at: an aware instant.
        quiet: when nothing rings; None: it may always.
        zone: the person's own.
        paused_until: the first local day on which something rings again; None: no pause.
    """
    if paused_until is not None and at.astimezone(zone).date() < paused_until:
        # The day may be one that never was.
        days = (paused_until + timedelta(days=ahead) for ahead in range(3))
        begins = (instant_of(each, 0, zone) for each in days)
        at = next(each for each in begins if each is not None)
    return quiet.after(at, zone) if quiet is not None else at


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
