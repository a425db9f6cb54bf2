"""What the words of reminders need to know, read for many people at once."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession, PlannedState
from fstpwa.models.reminders import Occurrence, OccurrenceState, Reminder
from fstpwa.services.reminder_facts import PersonAndDay

LONGEST_OPEN = timedelta(days=3)
"""A reminder is over the day after its own, whatever the zone: older dates need no look."""


@dataclass(frozen=True, slots=True)
class WaitingSession:
    """The session that Today would offer first."""

    id: UUID
    name: str


def waiting_sessions(wanted: Iterable[PersonAndDay]) -> Mapping[PersonAndDay, WaitingSession]:
    """Return the session of each person's day that is to be done next; one query.

    What is planned goes before what is there for whoever likes; then the earlier one first. Its
    movements are not read: how long it takes depends on the gate, which is several queries each.
    """
    pairs = set(wanted)
    if not pairs:
        return {}
    rows = db.session.execute(
        select(PlannedSession.user_id, PlannedSession.day, PlannedSession.id, PlannedSession.name)
        .where(
            PlannedSession.user_id.in_({user for user, _ in pairs}),
            PlannedSession.day.in_({day for _, day in pairs}),
            PlannedSession.state == PlannedState.PLANNED,
        )
        .order_by(
            PlannedSession.user_id,
            PlannedSession.day,
            PlannedSession.optional,
            PlannedSession.at_min,
            PlannedSession.id,
        )
    )
    found: dict[PersonAndDay, WaitingSession] = {}
    for row in rows:
        found.setdefault((row.user_id, row.day), WaitingSession(row.id, row.name))
    return found


def waiting_reminders(
    users: Collection[int], done: Collection[tuple[str, int, object]], *, now: datetime
) -> Mapping[int, int]:
    """Return how many reminders of each person rang and wait for an answer; one query.

    Args:
        users: whose.
        done: kind, person and day of what was done meanwhile: that does not wait any more.
        now: the current instant, aware.
    """
    if not users:
        return {}
    rows = db.session.execute(
        select(Reminder.kind, Reminder.user_id, Occurrence.occ_key)
        .join(Occurrence, Occurrence.reminder_id == Reminder.id)
        .where(
            Reminder.user_id.in_(users),
            Occurrence.occ_key >= (now - LONGEST_OPEN).date(),
            Occurrence.state == OccurrenceState.DUE,
        )
    )
    return Counter(row.user_id for row in rows if tuple(row) not in done)
