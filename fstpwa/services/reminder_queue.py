"""What waits to be worked on: whether anything does, since when, and how much."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from fstpwa.extensions import db
from fstpwa.models.care import CareNotice
from fstpwa.models.reminders import Delivery, Occurrence, Reminder
from fstpwa.services import push_tests

# Each of these is answered by the first entries of a partial index.
WAITS_UNTIL = (
    Reminder.next_due_at,
    Occurrence.look_at,
    Delivery.next_try_at,
    CareNotice.look_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How much waits."""

    messages: int
    """Messages that are not sent yet, also those that wait for another try."""
    reminders_due: int
    occurrences_due: int
    oldest_overdue_s: float
    """For how long, in seconds, the oldest of all has been waiting for a worker; 0: none has."""


def is_anything_due(*, now: datetime) -> bool:
    """Return whether there is anything to do for whoever sends reminders: one query."""
    waiting = [select(column).where(column <= now).exists() for column in WAITS_UNTIL]
    waiting.append(push_tests.waiting().exists())
    return bool(db.session.scalar(select(or_(*waiting))))


def oldest_overdue_s(*, now: datetime) -> float:
    """Return for how long the oldest that is due has been waiting, in seconds: one query."""
    oldest = [
        select(func.min(column)).where(column <= now).scalar_subquery() for column in WAITS_UNTIL
    ]
    row = db.session.execute(select(*oldest)).one()
    return max((now - each).total_seconds() for each in (now, *row) if each is not None)


def queue(*, now: datetime) -> Queue:
    """Return how much waits."""
    wanted = (
        Delivery.next_try_at.is_not(None),
        Reminder.next_due_at <= now,
        Occurrence.look_at <= now,
    )
    counts = [select(func.count()).where(each).scalar_subquery() for each in wanted]
    row = db.session.execute(select(*counts)).one()
    return Queue(
        messages=row[0],
        reminders_due=row[1],
        occurrences_due=row[2],
        oldest_overdue_s=oldest_overdue_s(now=now),
    )
