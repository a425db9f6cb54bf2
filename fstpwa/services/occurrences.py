"""What people answer to a reminder: later, done, not today."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Row, select

from fstpwa.domain.errors import Conflict, NotFound
from fstpwa.domain.quiet_hours import quiet_hours
from fstpwa.domain.reminders import Circumstances, snooze_until
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Occurrence, OccurrenceState, Reminder
from fstpwa.services.deliveries import end_of
from fstpwa.services.reminder_facts import zone_of

OPEN = frozenset({OccurrenceState.DUE, OccurrenceState.SNOOZED})


def snooze(user: User, occurrence_id: UUID, *, minutes: int, now: datetime) -> Occurrence:
    """Let a reminder ring again in some minutes, 5-240; flushed.

    Raises:
        NotFound: it is somebody else's, or not there.
        InvalidValue: past the local day, or into quiet hours.
        Conflict: it was put off three times, or is over.
    """
    occurrence, reminder = _open(user, occurrence_id)
    found = Circumstances(
        zone=zone_of(reminder.time_zone or user.time_zone),
        quiet=quiet_hours(user.quiet_start_min, user.quiet_end_min),
    )
    until = snooze_until(minutes, occurrence.occ_key, occurrence.snoozes, found, now=now)
    occurrence.state, occurrence.reason = OccurrenceState.SNOOZED, "asked"
    occurrence.snoozes += 1
    # Who asks for a time of their own needs no second ring beside it.
    occurrence.rang_again = True
    occurrence.ring_at = occurrence.look_at = max(until, occurrence.due_at)
    db.session.flush()
    end_of([occurrence.id])
    return occurrence


def answer(user: User, occurrence_id: UUID, what: Literal["done", "not_today"]) -> Occurrence:
    """Close a reminder as its person says; what is not sent yet stays unsent. Flushed.

    Raises:
        NotFound: it is somebody else's, or not there.
        Conflict: it is over.
    """
    occurrence, _ = _open(user, occurrence_id)
    occurrence.state = OccurrenceState.DONE if what == "done" else OccurrenceState.SKIPPED
    occurrence.reason = what
    occurrence.look_at = None
    db.session.flush()
    end_of([occurrence.id])
    return occurrence


def _open(user: User, occurrence_id: UUID) -> Row[Occurrence, Reminder]:
    found = db.session.execute(
        select(Occurrence, Reminder)
        .join(Reminder, Reminder.id == Occurrence.reminder_id)
        .where(Occurrence.id == occurrence_id, Reminder.user_id == user.id)
        .with_for_update(of=Occurrence)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such reminder.")
    if found[0].state not in OPEN:
        raise Conflict("This reminder is over.")
    return found
