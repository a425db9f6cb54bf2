"""Reminders for a calendar program, which looks at a private address of their own."""

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from hashlib import sha256

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select

from fstpwa import log
from fstpwa.domain.calendar_feed import Entry, calendar_of, outside_quiet_hours
from fstpwa.domain.days import days_between, local_day
from fstpwa.domain.errors import NotFound
from fstpwa.domain.quiet_hours import quiet_hours
from fstpwa.domain.recurrence import Recurrence, next_due
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import CalendarFeed, Reminder, ReminderKind
from fstpwa.services.reminder_facts import facts_about, zone_of

TOKEN_BYTES = 32
"""Nobody guesses 256 bits, so tries are not counted: they would have to be for everybody whose
calendar is fetched from the same few machines of Google's, also for those who ended theirs."""
HELD_FOR = timedelta(days=13)
"""So far ahead days are left out on which nothing is started; calendars look again within a day."""


def feed_of(user: User) -> CalendarFeed | None:
    """Return whether, and since when, the reminders of `user` can be read as a calendar."""
    return db.session.get(CalendarFeed, user.id)


def make(user: User, *, now: datetime) -> str:
    """Open a calendar of the reminders of `user`; the address before ends. Flushed.

    Returns:
        The token of its address, kept nowhere else.
    """
    # Of two requests at once the second waits for the first.
    db.session.flush()
    db.session.refresh(user, with_for_update=True)
    feed = feed_of(user) or CalendarFeed(user_id=user.id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed.token_hash, feed.created_at = _hash(token), now
    db.session.add(feed)
    db.session.flush()
    log.info("calendar_made")
    return token


def remove(user: User) -> None:
    """End the calendar of `user`, if there is one; flushed."""
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user.id))
    log.info("calendar_removed")


def owner_of(token: str) -> User:
    """Return whose calendar a token opens. Raises NotFound if it opens none."""
    found = db.session.scalar(
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(CalendarFeed.token_hash == _hash(token))
    )
    if found is None:
        raise NotFound("There is no such calendar.")
    return found


def calendar_for(user: User, *, origin: str, now: datetime) -> bytes:
    """Return the reminders of `user` that are on, as a calendar that says nothing about health.

    As on the phone they rest while they are paused, move out of quiet hours, and those of a
    programme that is paused, or of a day that is held, are left out. A calendar cannot know what
    was done meanwhile.

    Args:
        user: whose.
        origin: the address of this Good Days, without a slash behind it.
        now: an aware instant.
    """
    today = local_day(now, user.time_zone)
    days = days_between(today, today + HELD_FOR)
    facts = facts_about((ReminderKind.PRACTICE, user.id, day) for day in days)
    rests = user.id in facts.resting
    goes_on = facts.resting.get(user.id)
    held = [day for day in days if (user.id, day) in facts.held]
    reminders = db.session.scalars(
        select(Reminder)
        .where(Reminder.user_id == user.id, Reminder.enabled)
        .order_by(Reminder.at_min, Reminder.id)
    )
    entries = []
    with force_locale(user.language):
        for reminder in reminders:
            is_practice = reminder.kind == ReminderKind.PRACTICE
            if is_practice and rests and goes_on is None:
                continue
            entries += _entries(
                user,
                reminder,
                without=held if is_practice else (),
                not_before=goes_on if is_practice else None,
            )
    return calendar_of(
        entries,
        name="Good Days",
        opens=f"{origin}/today",
        this_year=today.year,
    )


def _entries(
    user: User, reminder: Reminder, *, without: Collection[date], not_before: date | None
) -> list[Entry]:
    """Return the entry of a reminder; none for one that quiet hours silence every day."""
    quiet = quiet_hours(user.quiet_start_min, user.quiet_end_min)
    at_min = outside_quiet_hours(reminder.at_min, quiet)
    if at_min is None:
        return []
    zone = zone_of(reminder.time_zone or user.time_zone)
    rule = Recurrence(at_min=at_min, days_mask=reminder.days_mask)
    # From its last change on: so it stays the same calendar until something is changed.
    first = next_due(rule, zone, after=None, now=reminder.changed_at).day
    is_practice = reminder.kind == ReminderKind.PRACTICE
    return [
        Entry(
            id=reminder.public_id,
            title=_("Time for your session") if is_practice else _("Time for your check-in"),
            rule=rule,
            zone=zone,
            first=max(first, reminder.paused_until or first, not_before or first),
            without=without,
            changed_at=reminder.changed_at,
        )
    ]


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
