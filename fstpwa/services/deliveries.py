"""Messages to devices: taken by one worker at a time, looked at again, settled.

A worker that dies leaves its messages to others after a minute. Whoever took one later has a
higher number of attempts, and whoever reports with a lower one is not heard.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, select, update

from fstpwa import log
from fstpwa.domain.push import SendOutcome, Verdict, wait_before_retry_s
from fstpwa.extensions import db
from fstpwa.models import Base
from fstpwa.models.care import CareNotice
from fstpwa.models.reminders import (
    Delivery,
    DeliveryState,
    Occurrence,
    PushSubscription,
    Reminder,
)
from fstpwa.services import push_counts
from fstpwa.services.listed import listed

CHUNK = 200
"""So many are taken, or handed over, at once."""
LEASE = timedelta(seconds=60)
"""So long a message is its worker's own; a sender gives up on each after ten seconds."""
NEWS_GOOD_FOR = timedelta(days=1)
"""So long a message about news is tried, and kept by its push service for a device that is off."""

# Many rows at once go past the mapped classes, which cost more than the database. For the same
# reason each statement of a dispatcher is built once, and takes its numbers as one list.
TABLE = Base.metadata.tables[Delivery.__tablename__]
SUBSCRIPTIONS = Base.metadata.tables[PushSubscription.__tablename__]


@dataclass(frozen=True, slots=True)
class Lease:
    """A message that a worker took, and the number by which it reports."""

    delivery_id: int
    attempt: int
    is_news: bool = False
    """Whether it is of news from the other side, and not of a reminder."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of a message that was taken."""

    lease: Lease
    outcome: SendOutcome


_WAITING = (
    select(TABLE.c.id)
    .where(TABLE.c.next_try_at <= bindparam("now"))
    .order_by(TABLE.c.next_try_at)  # and no more, or equal ones are sorted each time
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
_WAITING_OF_THESE = _WAITING.where(listed(TABLE.c.id, "only"))
_TAKE = (
    update(TABLE)
    .where(listed(TABLE.c.id, "ids"))
    .values(
        state=DeliveryState.SENDING,
        attempts=TABLE.c.attempts + 1,
        next_try_at=bindparam("until"),
    )
    .returning(TABLE.c.id, TABLE.c.attempts, TABLE.c.notice_id)
)


def lease(
    *, now: datetime, only: Collection[int] | None = None, at_most: int = CHUNK
) -> list[Lease]:
    """Take messages that wait, and those whose worker did not report in time; flushed.

    Args:
        now: an aware instant.
        only: take none but these.
        at_most: how many.
    """
    asked: dict[str, Any] = {"now": now, "at_most": at_most}
    if only is None:
        ids = db.session.scalars(_WAITING, asked).all()
    else:
        ids = db.session.scalars(_WAITING_OF_THESE, asked | {"only": only}).all()
    if not ids:
        return []
    taken = db.session.execute(_TAKE, {"ids": ids, "until": now + LEASE})
    leases = (Lease(row.id, row.attempts, row.notice_id is not None) for row in taken)
    return sorted(leases, key=lambda each: each.delivery_id)


_STILL_THEIRS = (
    listed(TABLE.c.id, "ids"),
    TABLE.c.attempts == bindparam("attempt"),
    TABLE.c.state == DeliveryState.SENDING,
)
_END = update(TABLE).where(*_STILL_THEIRS).values(state=bindparam("ended"), next_try_at=None)


def end(leases: Iterable[Lease], state: DeliveryState) -> None:
    """Close messages that are not sent after all; those another worker took since stay."""
    for attempt, ids in _by_attempt(leases).items():
        db.session.execute(_END, {"ids": ids, "attempt": attempt, "ended": state})


def put_off(leases: Iterable[Lease], until: datetime) -> None:
    """Leave messages that may not ring now until an instant: for that no attempt counts."""
    later = [
        {
            "delivery": each.delivery_id,
            "attempt": each.attempt,
            "next_try_at": until,
            "attempts": each.attempt - 1,
        }
        for each in leases
    ]
    if later:
        db.session.execute(_LATER, later)


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
    _lock_subscriptions(settlements)
    sent = [each for each in settlements if each.outcome.verdict == "sent"]
    counted = _note_sent(sent, now) if sent else []
    others = [each for each in settlements if each.outcome.verdict != "sent"]
    if others:
        counted += _settle_what_failed(others, now)
    # The last rows to be locked: all workers count in the same few.
    push_counts.note(counted, now=now)
    return len(counted)


Counted = list[tuple[str, SendOutcome]]
"""Host of a push service, and what came of a message to it."""

_LOCK_SUBSCRIPTIONS = (
    select(SUBSCRIPTIONS.c.id)
    .where(SUBSCRIPTIONS.c.id.in_(select(TABLE.c.subscription_id).where(listed(TABLE.c.id, "ids"))))
    .order_by(SUBSCRIPTIONS.c.id)
    .with_for_update(key_share=True)
)


def _lock_subscriptions(settlements: Sequence[Settlement]) -> None:
    """Lock where they went, always in the same order.

    Before the messages: whoever deletes a subscription meets its messages later.
    """
    if db.session.get_bind().dialect.name != "sqlite":  # which locks no rows
        ids = [each.lease.delivery_id for each in settlements]
        db.session.execute(_LOCK_SUBSCRIPTIONS, {"ids": ids})


_SENT = (
    update(TABLE)
    .where(
        TABLE.c.id.in_(
            select(TABLE.c.id).where(*_STILL_THEIRS).order_by(TABLE.c.id).with_for_update()
        )
    )
    .values(state=DeliveryState.SENT, next_try_at=None, sent_at=bindparam("now"))
    .returning(TABLE.c.id, TABLE.c.subscription_id)
)
_SENT_TO = (
    update(SUBSCRIPTIONS)
    .where(listed(SUBSCRIPTIONS.c.id, "ids"))
    .values(
        last_sent_at=bindparam("now"),
        failing=0,
        unreceived=SUBSCRIPTIONS.c.unreceived + bindparam("count"),
    )
    .returning(SUBSCRIPTIONS.c.id, SUBSCRIPTIONS.c.service)
)


def _note_sent(sent: Sequence[Settlement], now: datetime) -> Counted:
    """Store that services took messages. Returns those that were still this worker's."""
    outcomes = {each.lease.delivery_id: each.outcome for each in sent}
    places: list[tuple[int, int]] = []
    for attempt, ids in _by_attempt(each.lease for each in sent).items():
        done = db.session.execute(_SENT, {"ids": ids, "attempt": attempt, "now": now})
        places += [(row.id, row.subscription_id) for row in done]
    services: dict[int, str] = {}
    for count, ids in _by_count(subscription for _, subscription in places).items():
        told = db.session.execute(_SENT_TO, {"ids": ids, "count": count, "now": now})
        services |= {row.id: row.service for row in told}
    return [(services[subscription], outcomes[message]) for message, subscription in places]


def _settle_what_failed(settlements: Sequence[Settlement], now: datetime) -> Counted:
    """Store what came of messages that no service took. Returns those still this worker's."""
    rows = _locked(settlements)
    by_verdict: dict[Verdict, list[Settlement]] = {}
    for each in settlements:
        if each.lease.delivery_id in rows:
            by_verdict.setdefault(each.outcome.verdict, []).append(each)
    for verdict, those in by_verdict.items():
        subscriptions = [rows[each.lease.delivery_id].subscription_id for each in those]
        if verdict == "gone":
            _forget(subscriptions)
        elif verdict == "retry":
            tried = [each for each in those if not each.outcome.is_held_back]
            _note_failing([rows[each.lease.delivery_id].subscription_id for each in tried])
            _try_later(those, rows, now)
        else:
            _note_failing(subscriptions)
            end((each.lease for each in those), DeliveryState.DEAD)
            for status in {each.outcome.status for each in those}:
                log.error("push_refused", status=status, count=len(those))
    ours = [each for those in by_verdict.values() for each in those]
    return [(rows[each.lease.delivery_id].service, each.outcome) for each in ours]


@dataclass(frozen=True, slots=True)
class _Taken:
    subscription_id: int
    last_try_at: datetime
    """It is too late after this."""
    service: str


_LOCKED = (
    select(
        Delivery.id,
        Delivery.attempts,
        Delivery.subscription_id,
        Occurrence.ring_at,
        Reminder.max_late_min,
        CareNotice.settled_at,
        PushSubscription.service,
    )
    .outerjoin(Occurrence, Occurrence.id == Delivery.occurrence_id)
    .outerjoin(Reminder, Reminder.id == Occurrence.reminder_id)
    .outerjoin(CareNotice, CareNotice.id == Delivery.notice_id)
    .join(PushSubscription, PushSubscription.id == Delivery.subscription_id)
    .where(listed(Delivery.id, "ids"), Delivery.state == DeliveryState.SENDING)
    .order_by(Delivery.id)
    .with_for_update(of=Delivery)
)


def _locked(settlements: Sequence[Settlement]) -> dict[int, _Taken]:
    """Lock what is to be written, always in the same order, and return what is still theirs."""
    attempts = {each.lease.delivery_id: each.lease.attempt for each in settlements}
    rows = db.session.execute(_LOCKED, {"ids": attempts})
    return {
        row.id: _Taken(row.subscription_id, _last_try_at(row), row.service)
        for row in rows
        if row.attempts == attempts[row.id]
    }


def _last_try_at(row: Row[*tuple[Any, ...]]) -> datetime:
    if row.ring_at is None:
        last: datetime = row.settled_at + NEWS_GOOD_FOR
    else:
        last = row.ring_at + timedelta(minutes=row.max_late_min)
    return last


_FAILING = (
    update(SUBSCRIPTIONS)
    .where(listed(SUBSCRIPTIONS.c.id, "ids"))
    .values(failing=SUBSCRIPTIONS.c.failing + bindparam("count"))
)


def _note_failing(subscriptions: Sequence[int]) -> None:
    for count, ids in _by_count(subscriptions).items():
        db.session.execute(_FAILING, {"ids": ids, "count": count})


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
