"""Messages to devices: made ready, taken by one worker at a time, looked at again, settled.

A worker that dies leaves its messages to others after a minute. Whoever took one later has a
higher number of attempts, and whoever reports with a lower one is not heard.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from fstpwa import log
from fstpwa.domain.push import SendOutcome, Verdict, wait_before_retry_s
from fstpwa.extensions import db
from fstpwa.models import Base
from fstpwa.models.reminders import (
    Delivery,
    DeliveryState,
    Occurrence,
    PushSubscription,
    Reminder,
)
from fstpwa.services import push_counts

CHUNK = 200
"""So many are taken, or handed over, at once."""
LEASE = timedelta(seconds=60)
"""So long a message is its worker's own; a sender gives up on each after ten seconds."""

TABLE = Base.metadata.tables[Delivery.__tablename__]
"""Many rows at once go past the mapped class, which costs more than the database."""

HandOver = Callable[[Connection, Sequence[int]], None]
"""Gives ids of messages that were just made ready to whoever carries them to other workers.

Called inside the transaction that made them, with 200 at most.
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """A message that a worker took, and the number by which it reports."""

    delivery_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of a message that was taken."""

    lease: Lease
    outcome: SendOutcome


def hand_over_nothing(_connection: Connection, _delivery_ids: Sequence[int]) -> None:
    """Leave the messages in the table, where every worker finds them."""


def make_ready(
    devices: Mapping[UUID, Collection[int]], *, now: datetime, hand_over: HandOver
) -> None:
    """Store a message to be sent now for each occurrence and its subscriptions.

    What was sent before, as before a snooze, is sent again.
    """
    there = {
        (row.occurrence_id, row.subscription_id): row.id
        for row in db.session.execute(
            select(Delivery.id, Delivery.occurrence_id, Delivery.subscription_id).where(
                Delivery.occurrence_id.in_(devices)
            )
        )
    }
    wanted = {(occurrence, each) for occurrence, ids in devices.items() for each in ids}
    ids = sorted(there[pair] for pair in wanted & there.keys())
    if ids:
        db.session.execute(
            update(Delivery)
            .where(Delivery.id.in_(ids))
            .values(state=DeliveryState.TODO, next_try_at=now, sent_at=None)
            .execution_options(synchronize_session=False)
        )
    rows = [
        {
            "occurrence_id": occurrence,
            "subscription_id": subscription,
            "state": DeliveryState.TODO,
            "next_try_at": now,
            "attempts": 0,
        }
        for occurrence, subscription in sorted(wanted - there.keys())
    ]
    if rows and hand_over is hand_over_nothing:
        # Without asking for their numbers it takes half the time.
        db.session.execute(insert(TABLE), rows)
        return
    if rows:
        ids.extend(db.session.scalars(insert(TABLE).returning(TABLE.c.id), rows))
    for start in range(0, len(ids), CHUNK):
        hand_over(db.session.connection(), ids[start : start + CHUNK])


def lease(
    *, now: datetime, only: Collection[int] | None = None, at_most: int = CHUNK
) -> list[Lease]:
    """Take messages that wait, and those whose worker did not report in time; flushed.

    Args:
        now: an aware instant.
        only: take none but these.
        at_most: how many.
    """
    found = select(Delivery.id).where(Delivery.next_try_at <= now)
    if only is not None:
        found = found.where(Delivery.id.in_(only))
    ids = db.session.scalars(
        found.order_by(Delivery.next_try_at)  # and no more, or equal ones are sorted each time
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return []
    taken = db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(
            state=DeliveryState.SENDING, attempts=Delivery.attempts + 1, next_try_at=now + LEASE
        )
        .returning(Delivery.id, Delivery.attempts)
        .execution_options(synchronize_session=False)
    )
    return sorted((Lease(*row) for row in taken), key=lambda each: each.delivery_id)


def end(leases: Iterable[Lease], state: DeliveryState) -> None:
    """Close messages that are not sent after all; those another worker took since stay."""
    for attempt, ids in _by_attempt(leases).items():
        db.session.execute(
            update(Delivery)
            .where(*_still(ids, attempt))
            .values(state=state, next_try_at=None)
            .execution_options(synchronize_session=False)
        )


def end_of(occurrence_ids: Collection[UUID]) -> None:
    """Close every message of some occurrences that was not sent yet."""
    db.session.execute(
        update(Delivery)
        .where(Delivery.occurrence_id.in_(occurrence_ids), Delivery.next_try_at.is_not(None))
        .values(state=DeliveryState.EXPIRED, next_try_at=None)
        .execution_options(synchronize_session=False)
    )


def settle(settlements: Sequence[Settlement], *, now: datetime) -> int:
    """Store what came of messages that were taken; flushed.

    Sent: the push service has it. Gone: the subscription is deleted, with all its messages.
    Retry: later again, unless the reminder would be too late by then. Refused: it is given up,
    the subscription stays, and an error is logged. What each service answered is counted.

    Returns:
        How many were still this worker's; the others are left as they are.
    """
    rows = _locked(settlements)
    by_verdict: dict[Verdict, list[Settlement]] = {}
    for each in settlements:
        if each.lease.delivery_id in rows:
            by_verdict.setdefault(each.outcome.verdict, []).append(each)
    for verdict, those in by_verdict.items():
        subscriptions = [rows[each.lease.delivery_id].subscription_id for each in those]
        leases = [each.lease for each in those]
        if verdict == "sent":
            _note_sent(leases, subscriptions, now)
        elif verdict == "gone":
            _forget(subscriptions)
        elif verdict == "retry":
            tried = [each for each in those if not each.outcome.is_held_back]
            _note_failing([rows[each.lease.delivery_id].subscription_id for each in tried])
            _try_later(those, rows, now)
        else:
            _note_failing(subscriptions)
            end(leases, DeliveryState.DEAD)
            for status in {each.outcome.status for each in those}:
                log.error("push_refused", status=status, count=len(those))
    ours = [each for those in by_verdict.values() for each in those]
    # The last rows to be locked: all workers count in the same few.
    push_counts.note(
        ((rows[each.lease.delivery_id].service, each.outcome) for each in ours), now=now
    )
    return len(ours)


@dataclass(frozen=True, slots=True)
class _Taken:
    subscription_id: int
    last_try_at: datetime
    """The reminder is too late after this."""
    service: str


def _locked(settlements: Sequence[Settlement]) -> dict[int, _Taken]:
    """Lock what is to be written, always in the same order, and return what is still theirs."""
    attempts = {each.lease.delivery_id: each.lease.attempt for each in settlements}
    if db.session.get_bind().dialect.name != "sqlite":  # which locks no rows
        of_these = select(Delivery.subscription_id).where(Delivery.id.in_(attempts))
        # Subscriptions before deliveries: whoever deletes one of those meets its deliveries later.
        db.session.execute(
            select(PushSubscription.id)
            .where(PushSubscription.id.in_(of_these))
            .order_by(PushSubscription.id)
            .with_for_update(key_share=True)
        )
    rows = db.session.execute(
        select(
            Delivery.id,
            Delivery.attempts,
            Delivery.subscription_id,
            Occurrence.ring_at,
            Reminder.max_late_min,
            PushSubscription.service,
        )
        .join(Occurrence, Occurrence.id == Delivery.occurrence_id)
        .join(Reminder, Reminder.id == Occurrence.reminder_id)
        .join(PushSubscription, PushSubscription.id == Delivery.subscription_id)
        .where(Delivery.id.in_(attempts), Delivery.state == DeliveryState.SENDING)
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    )
    return {
        row.id: _Taken(
            row.subscription_id,
            row.ring_at + timedelta(minutes=row.max_late_min),
            row.service,
        )
        for row in rows
        if row.attempts == attempts[row.id]
    }


def _note_sent(leases: Sequence[Lease], subscriptions: Sequence[int], now: datetime) -> None:
    for attempt, ids in _by_attempt(leases).items():
        db.session.execute(
            update(Delivery)
            .where(*_still(ids, attempt))
            .values(state=DeliveryState.SENT, next_try_at=None, sent_at=now)
            .execution_options(synchronize_session=False)
        )
    for count, ids in _by_count(subscriptions).items():
        db.session.execute(
            update(PushSubscription)
            .where(PushSubscription.id.in_(ids))
            .values(last_sent_at=now, failing=0, unreceived=PushSubscription.unreceived + count)
            .execution_options(synchronize_session=False)
        )


def _note_failing(subscriptions: Sequence[int]) -> None:
    for count, ids in _by_count(subscriptions).items():
        db.session.execute(
            update(PushSubscription)
            .where(PushSubscription.id.in_(ids))
            .values(failing=PushSubscription.failing + count)
            .execution_options(synchronize_session=False)
        )


def _forget(subscriptions: Sequence[int]) -> None:
    db.session.execute(
        delete(PushSubscription)
        .where(PushSubscription.id.in_(subscriptions))
        .execution_options(synchronize_session=False)
    )
    log.info("push_subscriptions_gone", count=len(set(subscriptions)))


def _try_later(those: Sequence[Settlement], rows: Mapping[int, _Taken], now: datetime) -> None:
    given_up, later = [], []
    for each in those:
        held_back = each.outcome.is_held_back
        wait_s = wait_before_retry_s(
            1 if held_back else each.lease.attempt,
            retry_after_s=each.outcome.retry_after_s,
            chance=random(),  # noqa: S311 - spreads load, hides nothing
        )
        next_try_at = now + timedelta(seconds=wait_s)
        if next_try_at > rows[each.lease.delivery_id].last_try_at:
            given_up.append(each.lease)
            continue
        later.append(
            {
                "delivery": each.lease.delivery_id,
                "attempt": each.lease.attempt,
                "next_try_at": next_try_at,
                # What was not tried is no attempt. The number is free again: nobody else can have
                # it, since whoever took the message before has a lower one.
                "attempts": each.lease.attempt - 1 if held_back else each.lease.attempt,
            }
        )
    if later:
        db.session.execute(_LATER, later)
    end(given_up, DeliveryState.EXPIRED)


_LATER = (
    update(TABLE)
    .where(
        TABLE.c.id == bindparam("delivery"),
        TABLE.c.attempts == bindparam("attempt"),
        TABLE.c.state == DeliveryState.SENDING,
    )
    .values(
        state=DeliveryState.TODO,
        next_try_at=bindparam("next_try_at"),
        attempts=bindparam("attempts"),
    )
)


def _still(ids: Collection[int], attempt: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.id.in_(ids),
        Delivery.attempts == attempt,
        Delivery.state == DeliveryState.SENDING,
    )


def _by_attempt(leases: Iterable[Lease]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for each in leases:
        found.setdefault(each.attempt, []).append(each.delivery_id)
    return found


def _by_count(ids: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for each, count in Counter(ids).items():
        found.setdefault(count, []).append(each)
    return found
