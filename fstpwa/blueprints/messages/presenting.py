"""How messages and what they are about are said on pages, the client's and the therapist's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from flask_babel import gettext as _

from fstpwa.domain.days import (
    clock_time,
    day_in_words,
    local_day,
    long_day,
    minute_of_day,
    short_day,
    weekday_name,
)
from fstpwa.services.messages import About, Shown

A_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message with its time of day, in the reader's own zone."""

    message: Shown
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The messages of one day of the reader's."""

    words: str
    said: tuple[Said, ...]


def days_of(messages: Iterable[Shown], zone: str) -> tuple[Day, ...]:
    """Return messages, oldest first, by the day on which they were sent for somebody in `zone`."""
    today = local_day(datetime.now(UTC), zone)
    return tuple(
        Day(
            words=sentence(_day_words(day, today)),
            said=tuple(
                Said(message=each, time=clock_time(minute_of_day(each.sent_at, zone)))
                for each in group
            ),
        )
        for day, group in groupby(messages, key=lambda each: local_day(each.sent_at, zone))
    )


def sent_words(sent_at: datetime, zone: str) -> str:
    """Return "today, 14:05", "Tuesday, 14:05" or "3 March", for a list."""
    today, day = local_day(datetime.now(UTC), zone), local_day(sent_at, zone)
    if (today - day).days >= A_WEEK_DAYS:
        return short_day(day, today)
    near = day_in_words(day, today) if (today - day).days < 2 else weekday_name(day)
    return f"{near}, {clock_time(minute_of_day(sent_at, zone))}"


def day_of(at: datetime, zone: str) -> str:
    """Return "3 March", with the year when it is another one, for somebody in `zone`."""
    return short_day(local_day(at, zone), local_day(datetime.now(UTC), zone))


def session_words(about: About, today: date) -> str:
    """Return "Tuesday's session" or "the session of 3 March"; empty without a session."""
    if about.day is None:
        return ""
    ago = (today - about.day).days
    if ago == 0:
        return str(_("today's session"))
    if ago == 1:
        return str(_("yesterday's session"))
    if 1 < ago < A_WEEK_DAYS:
        return str(_("%(weekday)s's session", weekday=weekday_name(about.day)))
    return str(_("the session of %(day)s", day=short_day(about.day, today)))


def sentence(words: str) -> str:
    """Return `words` with a capital at the beginning."""
    return words[:1].upper() + words[1:]


def _day_words(day: date, today: date) -> str:
    return day_in_words(day, today) if (today - day).days < A_WEEK_DAYS else long_day(day, today)
