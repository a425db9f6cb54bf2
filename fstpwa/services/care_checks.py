"""The last look before a message about news is sent: whether, from fresh rows, there still are any."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update

from fstpwa import log
from fstpwa.domain.errors import Unreadable
from fstpwa.domain.push import PushTarget
from fstpwa.extensions import db
from fstpwa.models.care import CareNotice
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.reminders import Delivery, DeliveryState, PushSubscription
from fstpwa.services import deliveries, push_subscriptions
from fstpwa.services.care_news import RECEIVER_COLUMNS, News, may_ring_at, news_in
from fstpwa.services.deliveries import NEWS_GOOD_FOR, Lease
from fstpwa.services.listed import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsReady:
    """A message about news that is to be sent now, with what its words need. It holds no row."""

    lease: Lease
    notice_id: UUID
    news: News
    checked_at: datetime
    """When it was looked at: what is written into it counts from here."""
    language: str
    subscription_id: int
    target: PushTarget
    discreet: bool
    """Whether the words may not say who it is from."""
    ttl_s: int
    """For how long a push service keeps it, in seconds."""


_TAKEN = (
    select(
        *RECEIVER_COLUMNS,
        Delivery.id.label("delivery_id"),
        Delivery.attempts,
        DeviceSession.user_id.label("device_user_id"),
        DeviceSession.idle_expires_at,
        DeviceSession.expires_at,
        PushSubscription.id.label("subscription_id"),
        PushSubscription.user_id.label("receiver_id"),
        PushSubscription.target,
        PushSubscription.key_id,
        PushSubscription.discreet,
        User.public_id,
        User.data_key,
        User.language,
    )
    .select_from(Delivery)
    .join(CareNotice, CareNotice.id == Delivery.notice_id)
    .join(User, User.id == CareNotice.user_id)
    .join(PushSubscription, PushSubscription.id == Delivery.subscription_id)
    .join(DeviceSession, DeviceSession.id == PushSubscription.device_session_id)
    .where(listed(Delivery.id, "ids"), Delivery.state == DeliveryState.SENDING)
    .order_by(Delivery.id)
)


def check(leases: Sequence[Lease], *, now: datetime) -> list[NewsReady]:
    """Return which of the taken messages tell news that are to be told now. Flushed.

    Closed is what was read, seen or taken back meanwhile, what
    came by a link that has ended, and what would go to a device that is signed out. What would
    ring in quiet hours, or while all reminders are paused, waits until they are over.
    """
    taken = {each.delivery_id: each for each in leases}
    found = db.session.execute(_TAKEN, {"ids": taken}).all()
    rows = [row for row in found if row.attempts == taken[row.delivery_id].attempt]
    if not rows:
        return []
    new = news_in({row.notice_id for row in rows})
    times = may_ring_at(rows, now=now)
    ready: list[NewsReady] = []
    over: dict[Lease, UUID] = {}
    later: dict[datetime, list[Lease]] = {}
    gone: list[Lease] = []
    dead: list[Lease] = []
    for row in rows:
        one = taken[row.delivery_id]
        is_theirs = row.receiver_id == row.device_user_id == row.user_id
        if not is_theirs or now >= min(row.idle_expires_at, row.expires_at):
            gone.append(one)
        elif row.notice_id not in new or not row.hears_news:
            over[one] = row.notice_id
        elif times[row.notice_id] > now:
            later.setdefault(times[row.notice_id], []).append(one)
        else:
            message = _ready(row, one, new[row.notice_id], now)
            if message is None:
                dead.append(one)
            else:
                ready.append(message)
    # Notices before deliveries, in the same order as everywhere.
    _note_void(set(over.values()))
    for until, those in later.items():
        deliveries.put_off(those, until)
    deliveries.end(over, DeliveryState.EXPIRED)
    deliveries.end(gone, DeliveryState.GONE)
    deliveries.end(dead, DeliveryState.DEAD)
    return ready


def _ready(row: Any, lease: Lease, news: News, now: datetime) -> NewsReady | None:
    """Return the message; None where nobody can read any more where it is to go."""
    try:
        target = push_subscriptions.target_of(row, row)
    except Unreadable:
        log.error("push_target_unreadable")
        return None
    return NewsReady(
        lease=lease,
        notice_id=row.notice_id,
        news=news,
        checked_at=now,
        language=row.language,
        subscription_id=row.subscription_id,
        target=target,
        discreet=row.discreet,
        ttl_s=int(NEWS_GOOD_FOR.total_seconds()),
    )


_TOLD = exists().where(Delivery.notice_id == CareNotice.id, Delivery.state == DeliveryState.SENT)


def _note_void(notices: Collection[UUID]) -> None:
    """Write down that nothing was left to tell, unless a device was told before."""
    for notice in sorted(notices):
        db.session.execute(
            update(CareNotice)
            .where(CareNotice.id == notice, ~_TOLD)
            .values(state="void")
            .execution_options(synchronize_session=False)
        )
