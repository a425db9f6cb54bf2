"""The person's own calendar day: which one it is, which may be written, how it is said."""

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from fstpwa.domain.errors import InvalidValue

EDITABLE_DAYS = 400
"""How many days back, today included, a check-in can be filled in or changed."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# Names in the database that say nothing about where somebody is.
_NOT_A_PLACE = frozenset({"Factory", "localtime", "posixrules"})
_AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


def local_day(now: datetime, zone: str) -> date:
    """Return the calendar day that it is for somebody in `zone`.

    Args:
        now: An aware instant, in any time zone.
        zone: A time zone's name as `validate_time_zone` gives it.

    Raises:
        InvalidValue: `now` is naive, or `zone` is not a known time zone.
    """
    if now.tzinfo is None:
        raise InvalidValue("now must be an aware datetime.")
    return now.astimezone(ZoneInfo(validate_time_zone(zone))).date()


def first_editable_day(today: date) -> date:
    """Return the oldest day that can still be filled in or changed."""
    return today - timedelta(days=EDITABLE_DAYS - 1)


def check_day(day: date, today: date) -> date:
    """Return `day` if a check-in may be written for it.

    Raises:
        InvalidValue: It lies in the future, or more than 400 days back.
    """
    if day > today:
        raise InvalidValue("That day has not happened yet.")
    if day < first_editable_day(today):
        raise InvalidValue("That day is too long ago. You can fill in the last 400 days.")
    return day


def validate_time_zone(name: str) -> str:
    """Return the time zone's name as the time zone database spells it.

    Blanks around it and its capitals do not matter ("europe/london").

    Raises:
        InvalidValue: There is no such time zone.
    """
    spelled = _spellings().get(name.strip().lower())
    if spelled is None:
        raise InvalidValue("Choose a time zone from the list, for example Europe/London.")
    return spelled


@cache
def time_zone_choices() -> tuple[str, ...]:
    """Return the names to offer in a list: places in order, then UTC."""
    places = (name for name in _spellings().values() if name.startswith(_AREAS))
    return (*sorted(places), "UTC")


@cache
def _spellings() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() - _NOT_A_PLACE}


def minute_of_day(now: datetime, zone: str) -> int:
    """Return the minutes since midnight on the clock of `zone`, 0-1439."""
    local = now.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute


def minutes_ahead(now: datetime, zone: str) -> int:
    """Return how many minutes the clock of `zone` is ahead of UTC at `now`; less than 0 behind it."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return offset // timedelta(minutes=1)


def clock_time(at_min: int) -> str:
    """Return minutes after midnight, 0-1439, as 08:05."""
    return f"{at_min // 60:02d}:{at_min % 60:02d}"


def weekday_name(day: date) -> str:
    """Return "Monday" and so on, whatever the locale of the server."""
    return WEEKDAYS[day.weekday()]


def short_day(day: date, today: date | None = None) -> str:
    """Return "3 March", with the year when `today` is given and in another year."""
    words = f"{day.day} {MONTHS[day.month - 1]}"
    return words if today is None or today.year == day.year else f"{words} {day.year}"


def long_day(day: date, today: date | None = None) -> str:
    """Return "Monday 3 March", with the year when `today` is given and in another year."""
    return f"{weekday_name(day)} {short_day(day, today)}"


def day_in_words(day: date, today: date) -> str:
    """Return "today", "yesterday", "tomorrow", or the day as `long_day` says it."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get((day - today).days) or long_day(day, today)


def span_in_words(first: date, last: date, today: date | None = None) -> str:
    """Return "3 March to 2 April"; one day alone is just that day."""
    if first == last:
        return short_day(first, today)
    return f"{short_day(first, today)} to {short_day(last, today)}"


def monday_of(day: date) -> date:
    """Return the Monday of the week that `day` is in."""
    return day - timedelta(days=day.weekday())


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Return every day from `first` to `last`, both included; none if `last` is earlier."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
