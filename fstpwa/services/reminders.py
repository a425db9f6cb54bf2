"""Reminders as their person sets them: times, pauses, quiet hours, and where they are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from fstpwa.domain.days import local_day, validate_time_zone
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.domain.recurrence import Due, Recurrence
from fstpwa.domain.reminders import (
    Kind,
    Suggestion,
    after_travel,
    first_due,
    suggestions,
)
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession, PlannedState
from fstpwa.models.reminders import Occurrence, Reminder
from fstpwa.services import care_notices
from fstpwa.services.reminder_facts import zone_of

MOST = 20
"""Reminders of one person."""
LONGEST_LATE_MIN = 24 * 60
LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderEntry:
    """What somebody sets about a reminder. Raises InvalidValue out of range."""

    kind: Kind
    rule: Recurrence
    time_zone: str | None = None
    """IANA name of a place it stays with; None goes where the person goes."""
    max_late_min: int = 120
    """How late it may still ring, 1-1440."""
    unless_done: bool = True
    once_more: bool = False

    def __post_init__(self) -> None:
        """Check the ranges."""
        if self.kind not in ("practice", "check_in"):
            raise InvalidValue("A reminder is about practice or about the check-in.")
        if not 1 <= self.max_late_min <= LONGEST_LATE_MIN:
            raise InvalidValue("It may be late by 1 minute to 24 hours.")


def reminders_of(user: User) -> list[Reminder]:
    """Return the reminders of `user` by their time of day."""
    found = select(Reminder).where(Reminder.user_id == user.id)
    return list(db.session.scalars(found.order_by(Reminder.at_min, Reminder.id)))


def has_any(user: User) -> bool:
    """Return whether `user` has a reminder, be it switched off."""
    one = select(Reminder.id).where(Reminder.user_id == user.id).limit(1)
    return db.session.scalar(one) is not None


def reminder_of(user: User, public_id: UUID) -> Reminder:
    """Return a reminder of `user`. Raises NotFound for anybody else's."""
    found = db.session.scalar(
        select(Reminder).where(Reminder.user_id == user.id, Reminder.public_id == public_id)
    )
    if found is None:
        raise NotFound("There is no such reminder.")
    return found


def create(user: User, entry: ReminderEntry, *, now: datetime) -> Reminder:
    """Store a reminder, to ring from its next time on; flushed.

    Raises:
        Conflict: there are twenty already, or just this one.
        InvalidValue: the time zone is unknown.
    """
    # Of two requests at once the second waits for the first, and sees what that stored.
    db.session.flush()
    db.session.refresh(user, with_for_update=True)
    others = reminders_of(user)
    if len(others) >= MOST:
        raise Conflict("There are twenty reminders already. Delete one of them first.")
    _refuse_same(entry, others)
    reminder = Reminder(public_id=uuid4(), user_id=user.id, enabled=True, created_at=now)
    _fill(reminder, entry, now)
    _fall_due(reminder, _first(user, reminder, None, now))
    db.session.add(reminder)
    db.session.flush()
    return reminder


def change(user: User, reminder: Reminder, entry: ReminderEntry, *, now: datetime) -> None:
    """Change a reminder; a date that rang already does not ring again. Flushed.

    Raises:
        Conflict: there is just this one already.
        InvalidValue: the time zone is unknown.
    """
    _hold(reminder)
    _refuse_same(entry, [each for each in reminders_of(user) if each.id != reminder.id])
    _fill(reminder, entry, now)
    if reminder.enabled:
        _fall_due(reminder, _first(user, reminder, last_key_of(reminder), now))
    db.session.flush()


def switch(user: User, reminder: Reminder, *, on: bool, now: datetime) -> None:
    """Switch a reminder on or off; flushed. What it is in the middle of is not sent any more."""
    _hold(reminder)
    if reminder.enabled == on:
        return
    reminder.enabled, reminder.changed_at = on, now
    _fall_due(reminder, _first(user, reminder, last_key_of(reminder), now) if on else None)
    db.session.flush()


def pause(user: User, reminder: Reminder, until: date | None, *, now: datetime) -> None:
    """Let a reminder rest until a local day, on which it rings again; None ends a pause. Flushed.

    It goes on falling due, and each date is written down as paused.

    Raises:
        InvalidValue: the day is today or past, or more than a year ahead.
    """
    _check_pause(user, until, now)
    _hold(reminder)
    reminder.paused_until, reminder.changed_at = until, now
    db.session.flush()


def pause_all(user: User, until: date | None, *, now: datetime) -> None:
    """Let all reminders that there are rest, as `pause` does; None ends every pause. Flushed.

    Raises:
        InvalidValue: the day is today or past, or more than a year ahead.
        Conflict: there is no reminder.
    """
    _check_pause(user, until, now)
    db.session.flush()
    found = db.session.scalars(
        select(Reminder)
        .where(Reminder.user_id == user.id)
        .order_by(Reminder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        raise Conflict("There is no reminder yet.")
    for reminder in found:
        reminder.paused_until, reminder.changed_at = until, now
    care_notices.look_again(user)


def delete(reminder: Reminder) -> None:
    """Delete a reminder with all that became of it; flushed.

    Raises NotFound if it was deleted at the same moment.
    """
    _hold(reminder)
    # In the same order as everywhere, see reminder_locks.
    rows = select(Occurrence.id).where(Occurrence.reminder_id == reminder.id)
    db.session.execute(rows.order_by(Occurrence.id).with_for_update())
    db.session.delete(reminder)
    db.session.flush()


def set_quiet_hours(user: User, quiet: QuietHours | None) -> None:
    """Store between which times nothing rings; None for no such times. Flushed."""
    user.quiet_start_min = quiet.start_min if quiet else None
    user.quiet_end_min = quiet.end_min if quiet else None
    care_notices.look_again(user)


def move_to_zone(user: User, time_zone: str, *, now: datetime) -> None:
    """Store where `user` is now, and let their reminders fall due by the clocks there; flushed.

    Raises:
        InvalidValue: the time zone is unknown.
    """
    user.time_zone = validate_time_zone(time_zone)
    db.session.flush()
    follow_zone(user, now=now)


def follow_zone(user: User, *, now: datetime) -> None:
    """Let reminders fall due by the clocks of the zone `user` has now; flushed.

    Call it in the transaction that changes the zone. No local date rings twice, and none is left
    out without a word.
    """
    found = db.session.scalars(
        select(Reminder)
        .where(
            Reminder.user_id == user.id,
            Reminder.time_zone.is_(None),
            Reminder.next_key.is_not(None),
        )
        .order_by(Reminder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for reminder in found:
        if reminder.next_key is not None:
            due = after_travel(
                _rule(reminder),
                zone_of(user.time_zone),
                last_key=last_key_of(reminder),
                next_key=reminder.next_key,
            )
            _fall_due(reminder, due)
            reminder.changed_at = now
    care_notices.look_again(user)


def last_key_of(reminder: Reminder) -> date | None:
    """Return the latest local date that was dealt with; None for a reminder that never fell due."""
    return db.session.scalar(
        select(func.max(Occurrence.occ_key)).where(Occurrence.reminder_id == reminder.id)
    )


def suggestions_for(user: User, *, now: datetime) -> tuple[Suggestion, ...]:
    """Return reminders that fit what is planned from today on, without those that are there."""
    planned = db.session.execute(
        select(PlannedSession.day, PlannedSession.at_min).where(
            PlannedSession.user_id == user.id,
            PlannedSession.state == PlannedState.PLANNED,
            PlannedSession.optional.is_(False),
            PlannedSession.day >= local_day(now, user.time_zone),
        )
    )
    there = {(each.kind, each.at_min) for each in reminders_of(user)}
    has_check_in = any(kind == "check_in" for kind, _ in there)
    return tuple(
        each
        for each in suggestions((row.day.weekday(), row.at_min) for row in planned)
        if (each.kind, each.rule.at_min) not in there
        and not (each.kind == "check_in" and has_check_in)
    )


def _refuse_same(entry: ReminderEntry, others: list[Reminder]) -> None:
    wanted = (entry.kind, entry.rule.at_min, entry.rule.days_mask, entry.time_zone)
    if wanted in {(each.kind, each.at_min, each.days_mask, each.time_zone) for each in others}:
        raise Conflict("There is a reminder for just this already.")


def _check_pause(user: User, until: date | None, now: datetime) -> None:
    today = local_day(now, user.time_zone)
    if until is not None and until <= today:
        raise InvalidValue("Choose a day from tomorrow on.")
    if until is not None and until > today + LONGEST_PAUSE:
        raise InvalidValue("Choose a day within a year.")


def _hold(reminder: Reminder) -> None:
    """Wait for whoever has the reminder in hand, and see what they left.

    Raises NotFound if it was deleted meanwhile.
    """
    db.session.flush()
    found = db.session.scalar(
        select(Reminder)
        .where(Reminder.id == reminder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("There is no such reminder.")


def _fill(reminder: Reminder, entry: ReminderEntry, now: datetime) -> None:
    reminder.kind = entry.kind
    reminder.at_min = entry.rule.at_min
    reminder.days_mask = entry.rule.days_mask
    reminder.time_zone = None if entry.time_zone is None else validate_time_zone(entry.time_zone)
    reminder.max_late_min = entry.max_late_min
    reminder.unless_done = entry.unless_done
    reminder.once_more = entry.once_more
    reminder.changed_at = now


def _first(user: User, reminder: Reminder, last_key: date | None, now: datetime) -> Due:
    zone = zone_of(reminder.time_zone or user.time_zone)
    return first_due(_rule(reminder), zone, last_key=last_key, now=now)


def _fall_due(reminder: Reminder, due: Due | None) -> None:
    reminder.next_due_at = due.at if due else None
    reminder.next_key = due.day if due else None


def _rule(reminder: Reminder) -> Recurrence:
    return Recurrence(at_min=reminder.at_min, days_mask=reminder.days_mask)
