"""A reminder on one date is put off, closed, or opened again, as its person says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from fstpwa.domain.errors import Conflict, NotFound
from fstpwa.domain.quiet_hours import quiet_hours
from fstpwa.domain.reminders import Circumstances, closes_at, snooze_until
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Occurrence, OccurrenceState, Reminder
from fstpwa.services.deliveries import end_of
from fstpwa.services.reminder_facts import zone_of

OPEN = frozenset({OccurrenceState.DUE, OccurrenceState.SNOOZED})
OVER = "This reminder is over."


@dataclass(frozen=True, slots=True)
class Asked:
    """A reminder on one date, with whom it asks."""

    occurrence: Occurrence
    reminder: Reminder
    user: User

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.occurrence.state in OPEN

    @property
    def circumstances(self) -> Circumstances:
        """What holds for its times."""
        return Circumstances(
            zone=zone_of(self.reminder.time_zone or self.user.time_zone),
            quiet=quiet_hours(self.user.quiet_start_min, self.user.quiet_end_min),
            max_late_min=self.reminder.max_late_min,
        )


def asked(occurrence_id: UUID, *, lock: bool = False) -> Asked:
    """Return a reminder on one date, whoever it asks.

    Args:
        occurrence_id: which.
        lock: wait for whoever has it in hand, and see what they left.

    Raises:
        NotFound: it is not there; with its reminder or its person it is deleted.
    """
    found = (
        select(Occurrence, Reminder, User)
        .join(Reminder, Reminder.id == Occurrence.reminder_id)
        .join(User, User.id == Reminder.user_id)
        .where(Occurrence.id == occurrence_id)
    )
    if lock:
        found = found.with_for_update(of=Occurrence)
    row = db.session.execute(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such reminder.")
    return Asked(*row)


def snooze(user: User, occurrence_id: UUID, *, minutes: int, now: datetime) -> Occurrence:
    """Let a reminder ring again in some minutes, 5-240; flushed.

    Raises:
        NotFound: it is somebody else's, or not there.
        InvalidValue: past the local day, or into quiet hours.
        Conflict: it was put off three times, or is over.
    """
    found = _open(user, occurrence_id)
    occurrence = found.occurrence
    until = snooze_until(
        minutes, occurrence.occ_key, occurrence.snoozes, found.circumstances, now=now
    )
    occurrence.state, occurrence.reason = OccurrenceState.SNOOZED, "asked"
    occurrence.snoozes += 1
    # Who asks for a time of their own needs no second ring beside it.
    occurrence.rang_again = True
    occurrence.ring_at = occurrence.look_at = max(until, occurrence.due_at)
    db.session.flush()
    end_of([occurrence.id])
    return occurrence


def close(occurrence: Occurrence, what: Literal["done", "not_today"]) -> None:
    """Close a reminder, also one that is over already: late answers count. Flushed."""
    occurrence.state = OccurrenceState.DONE if what == "done" else OccurrenceState.SKIPPED
    occurrence.reason = what
    occurrence.look_at = None
    db.session.flush()
    end_of([occurrence.id])


def reopen(found: Asked, *, now: datetime) -> None:
    """Let a reminder wait for an answer again, until it would be over. It does not ring; flushed.

    One that was put off is as before that: it may be put off as often as then.
    """
    occurrence = found.occurrence
    if occurrence.state == OccurrenceState.SNOOZED:
        occurrence.snoozes = max(0, occurrence.snoozes - 1)
    occurrence.state = OccurrenceState.DUE
    occurrence.reason = "asked" if occurrence.snoozes else "on_time"
    occurrence.rang_again = True
    occurrence.ring_at = max(occurrence.due_at, min(occurrence.ring_at, now))
    occurrence.look_at = closes_at(occurrence.occ_key, occurrence.ring_at, found.circumstances)
    db.session.flush()
    end_of([occurrence.id])


def _open(user: User, occurrence_id: UUID) -> Asked:
    found = asked(occurrence_id, lock=True)
    if found.user.id != user.id:
        raise NotFound("There is no such reminder.")
    if not found.is_open:
        raise Conflict(OVER)
    return found
