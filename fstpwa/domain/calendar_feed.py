"""Reminders as a calendar (RFC 5545) that other programs look at: discreet, and on local clocks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import CLASS, TRANSP, Alarm, Calendar, Event, vDuration

from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.domain.recurrence import Recurrence, days_of, step

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SHOWN_FOR = timedelta(minutes=10)
"""How long it looks in a calendar; one that lasts no time is hard to see, or refused."""
LOOK_AGAIN_AFTER = timedelta(hours=4)
"""What programs are asked for; most look less often."""
CLOCKS_KNOWN_FOR_YEARS = 6
"""So far ahead the changes of the clocks are told. The calendar is made anew with every look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A reminder as a calendar shows it: every week on its days."""

    id: UUID
    """The same with every look, so that a change takes the place of what was there."""
    title: str
    """Says nothing about health: calendars are seen by others."""
    rule: Recurrence
    zone: ZoneInfo
    first: date
    """It is shown from this local day on."""
    without: Collection[date] = frozenset()
    """Local days on which it is not shown."""
    changed_at: datetime


def outside_quiet_hours(at_min: int, quiet: QuietHours | None) -> int | None:
    """Return the minute of the day, 0-1439, at which something rings that is set for `at_min`.

    In the morning that is the end of quiet hours. None in the evening: then it does not ring.
    """
    if quiet is None:
        return at_min
    start, end = quiet.start_min, quiet.end_min
    if start < end:
        return end if start <= at_min < end else at_min
    if at_min >= start:
        return None
    return max(at_min, end)


def calendar_of(entries: Sequence[Entry], *, name: str, opens: str, this_year: int) -> bytes:
    """Return the calendar with an alarm at the start of each entry, as UTF-8.

    Args:
        entries: what is in it, maybe nothing.
        name: what programs call it.
        opens: the address that each entry leads to.
        this_year: of today; with the same entries the calendar is the same within a year.
    """
    calendar = Calendar.new(prodid="-//Good Days//Reminders//EN", method="PUBLISH", name=name)
    # A new one each time, though it is the same calendar.
    del calendar["uid"]
    again = vDuration(LOOK_AGAIN_AFTER)
    calendar.add("refresh-interval", again, parameters={"VALUE": "DURATION"})
    # What Outlook and older programs read instead.
    calendar.add("x-published-ttl", again)
    for entry in entries:
        calendar.add_component(_event(entry, opens))
    years = [entry.first.year for entry in entries]
    calendar.add_missing_timezones(
        first_date=date(min([this_year, *years]), 1, 1),
        last_date=date(max([this_year, *years]) + CLOCKS_KNOWN_FOR_YEARS, 1, 1),
    )
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, opens: str) -> Event:
    first = step(entry.rule, entry.zone, entry.first - timedelta(days=1)).day
    start = _wall(first, entry)
    event = Event.new(
        uid=str(entry.id),
        summary=entry.title,
        description=opens,
        url=opens,
        start=start,
        end=start + SHOWN_FOR,
        stamp=entry.changed_at,
        last_modified=entry.changed_at,
        classification=CLASS.PRIVATE,
        # Nobody is busy because of it.
        transparency=TRANSP.TRANSPARENT,
    )
    days = [WEEKDAYS[day] for day in days_of(entry.rule.days_mask)]
    event.add("rrule", {"FREQ": "WEEKLY", "BYDAY": days})
    without = [day for day in sorted(entry.without) if day >= first and entry.rule.falls_on(day)]
    if without:
        event.add("exdate", [_wall(day, entry) for day in without])
    alarm = Alarm.new(description=entry.title)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event


def _wall(day: date, entry: Entry) -> datetime:
    """Return a wall time; one that a clock change skips or repeats is read as everywhere here."""
    hour, minute = divmod(entry.rule.at_min, 60)
    return datetime.combine(day, time(hour, minute), tzinfo=entry.zone)
