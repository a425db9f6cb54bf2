"""What the words of reminders need to know, read for many people at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession, PlannedState
from fstpwa.models.reminders import Occurrence, OccurrenceState, Reminder
from fstpwa.services.listed import listed
from fstpwa.services.reminder_facts import PersonAndDay, Task

LONGEST_OPEN = timedelta(days=3)
"""A reminder is over the day after its own, whatever the zone: older dates need no look."""


@dataclass(frozen=True, slots=True)
class WaitingSession:
    """The session that Today would offer first."""

    id: UUID
    name: str


_SESSIONS = (
    select(PlannedSession.user_id, PlannedSession.day, PlannedSession.id, PlannedSession.name)
    .where(
        listed(PlannedSession.user_id, "users"),
        listed(PlannedSession.day, "days"),
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


def waiting_sessions(wanted: Iterable[PersonAndDay]) -> Mapping[PersonAndDay, WaitingSession]:
    """Return the session of each person's day that is to be done next; one query.

    What is planned goes before what is there for whoever likes; then the earlier one first. Its
    movements are not read: how long it takes depends on the gate, which is several queries each.
    """
    pairs = set(wanted)
    if not pairs:
        return {}
    asked = {"users": {user for user, _ in pairs}, "days": {day for _, day in pairs}}
    rows = db.session.execute(_SESSIONS, asked)
    found: dict[PersonAndDay, WaitingSession] = {}
    for row in rows:
        found.setdefault((row.user_id, row.day), WaitingSession(row.id, row.name))
    return found


_WAITING = (
    select(Reminder.kind, Reminder.user_id, Occurrence.occ_key)
    .join(Occurrence, Occurrence.reminder_id == Reminder.id)
    .where(
        listed(Reminder.user_id, "users"),
        Occurrence.occ_key >= bindparam("since"),
        Occurrence.state == OccurrenceState.DUE,
    )
)


def waiting_reminders(users: Collection[int], *, now: datetime) -> Sequence[Task]:
    """Return what reminders of some people rang and were not answered; one query.

    What was done meanwhile waits no more, though it is among them.
    """
    asked = {"users": users, "since": (now - LONGEST_OPEN).date()}
    rows = db.session.execute(_WAITING, asked)
    return [(row.kind, row.user_id, row.occ_key) for row in rows]
