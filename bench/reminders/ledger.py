"""What the database and the push service say at the end, and whether the two agree."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from bench.reminders.sink import Counts
from fstpwa.domain.push import topic_of
from fstpwa.extensions import db, read_only
from fstpwa.models.reminders import Delivery, Occurrence, Reminder

STANDS_STILL_S = 90.0
"""If for so long nothing more is settled, nothing will be: a lease lasts a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the database says."""

    claimed: int
    """Rows of occurrences."""
    occurrences: dict[str, int]
    """How many there are in each state."""
    deliveries: dict[str, int]
    topics: dict[str, str]
    """Number of each person who was claimed -> topic of what they were to be sent."""
    next_keys: dict[date, int]
    """For which date reminders stand, and how many."""
    last_sent_at: datetime


def left_to_do(app: Flask) -> int:
    """Return how many reminders are due and how many messages wait."""
    with app.app_context():
        token = read_only.set(True)
        due = select(func.count()).where(Reminder.next_due_at <= datetime.now(UTC))
        waiting = select(func.count()).where(Delivery.next_try_at.is_not(None))
        found = sum(db.session.scalar(each) or 0 for each in (due, waiting))
        db.session.rollback()
        read_only.reset(token)
    return found


def wait_until_settled(app: Flask, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Wait until nothing is left. Gives up where nothing changes any more."""
    left, changed_at = -1, time.monotonic()
    while left and time.monotonic() - changed_at < STANDS_STILL_S:
        time.sleep(0.5)
        meanwhile()
        now_left = left_to_do(app)
        if now_left != left:
            left, changed_at = now_left, time.monotonic()


def told_by(app: Flask) -> Told:
    """Ask the database what became of all."""
    with app.app_context():
        rows = db.session.execute(
            select(Occurrence.id, Reminder.user_id).join(
                Reminder, Reminder.id == Occurrence.reminder_id
            )
        ).all()
        keys = select(Reminder.next_key, func.count()).group_by(Reminder.next_key)
        return Told(
            claimed=len(rows),
            occurrences=_counted(Occurrence.state),
            deliveries=_counted(Delivery.state),
            topics={str(row.user_id): topic_of(row.id) for row in rows},
            next_keys={row[0]: row[1] for row in db.session.execute(keys)},
            last_sent_at=db.session.scalar(select(func.max(Delivery.sent_at)))
            or datetime.max.replace(tzinfo=UTC),
        )


def _counted(column: InstrumentedAttribute[str]) -> dict[str, int]:
    found = db.session.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in found}


def faults(told: Told, sent: Counts, people: int, *, most_twice: float = 0.0) -> list[str]:
    """Return what is not as it has to be.

    Args:
        told: by the database.
        sent: what the push service took.
        people: so many had one reminder each.
        most_twice: share of the messages that may have come twice.
    """
    expected = {f"{number} {topic}" for number, topic in told.topics.items()}
    never, unclaimed = expected - sent.keys(), sent.keys() - expected
    twice = sum(sent.values()) - len(sent)
    found = {
        f"{told.claimed} occurrences were claimed": told.claimed != people,
        f"of {len(told.topics)} people": len(told.topics) != people,
        f"the occurrences are {told.occurrences}": told.occurrences != {"due": people},
        f"the messages are {told.deliveries}": told.deliveries != {"sent": people},
        f"reminders stand at {told.next_keys}": len(told.next_keys) != 1,
        f"{len(never)} were never sent": never,
        f"{len(unclaimed)} were sent and nobody claimed them": unclaimed,
        f"{twice} were sent twice": twice > people * most_twice,
    }
    return [words for words, is_so in found.items() if is_so]
