"""When each reminder of somebody rings next, as their page says it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from fstpwa.domain.days import days_between
from fstpwa.domain.next_ring import next_ring
from fstpwa.domain.recurrence import DAYS_LOOKED_AT, Due, Recurrence
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Reminder
from fstpwa.services.reminder_facts import RULE_COLUMNS, AnyRow, Facts, facts_about, zone_of

WhyNot = Literal["off", "resting", "held", "quiet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A reminder, and when it rings next."""

    reminder: Reminder
    zone: ZoneInfo
    """Whose clocks it goes by."""
    ring_at: datetime | None
    """None if it does not ring, as things stand."""
    why_not: WhyNot | None
    """Switched off; what it is about rests as a whole, as a paused programme does; nothing more is
    to be started; or its time is in quiet hours. None if it rings."""


def outlooks_of(user: User, *, now: datetime) -> list[Outlook]:
    """Return the reminders of `user` by their time of day, in as few queries as for one."""
    return _outlooks(user, now)


def outlook_of(user: User, reminder: Reminder, *, now: datetime) -> Outlook:
    """Return one reminder of `user`, and when it rings next."""
    [found] = _outlooks(user, now, Reminder.id == reminder.id)
    return found


def _outlooks(user: User, now: datetime, *which: ColumnElement[bool]) -> list[Outlook]:
    rows = db.session.execute(
        select(*RULE_COLUMNS, Reminder)
        .join(User, User.id == Reminder.user_id)
        .where(Reminder.user_id == user.id, *which)
        .order_by(Reminder.at_min, Reminder.id)
    ).all()
    if not rows:
        return []
    facts = facts_about((row.kind, user.id, day) for row in rows for day in _days(row, now))
    return [_outlook(row, facts, now) for row in rows]


def _days(row: AnyRow, now: datetime) -> tuple[date, ...]:
    """Return the dates on which a reminder may ring next: two weeks from its first date on."""
    first = now.astimezone(zone_of(row.zone)).date()
    if row.paused_until is not None:
        first = max(first, row.paused_until)
    return days_between(first, first + timedelta(days=2 * DAYS_LOOKED_AT))


def _outlook(row: AnyRow, facts: Facts, now: datetime) -> Outlook:
    reminder: Reminder = row.Reminder
    zone = zone_of(row.zone)
    ring_at = None
    if reminder.next_key is not None and reminder.next_due_at is not None:
        rule = Recurrence(at_min=reminder.at_min, days_mask=reminder.days_mask)
        due = Due(day=reminder.next_key, at=reminder.next_due_at)
        ring_at = next_ring(rule, due, lambda day: facts.about(row, day), now=now)
    why_not = _why_not(row, facts, now) if ring_at is None else None
    return Outlook(reminder=reminder, zone=zone, ring_at=ring_at, why_not=why_not)


def _why_not(row: AnyRow, facts: Facts, now: datetime) -> WhyNot:
    # A red day holds up today only; what lasts holds tomorrow too.
    tomorrow = now.astimezone(zone_of(row.zone)).date() + timedelta(days=1)
    found = facts.about(row, tomorrow)
    if found.is_off:
        return "off"
    if found.is_paused:
        return "resting"
    return "held" if found.is_held else "quiet"
