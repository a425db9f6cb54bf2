"""Where a person's browsers take messages. Addresses and keys are sealed."""

import json
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import func, select

from fstpwa import log
from fstpwa.domain.errors import Conflict, NotFound, Unreadable
from fstpwa.domain.push import PushTarget
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import vault

MOST = 10
"""Browsers of one person."""
PURPOSE = "push"


def keep(
    device: DeviceSession, target: PushTarget, *, name: str = "", now: datetime
) -> PushSubscription:
    """Store that messages for whoever is signed in at `device` can go to `target`; flushed.

    The same address again renews its keys. On a shared phone it moves from one person to another
    only with the browser's own keys; what was waiting for the first is not sent there.

    Args:
        device: where it was made: signing out there ends it.
        target: address and keys, checked by the caller.
        name: what the person calls it; cut to 80 letters.
        now: an aware instant.

    Raises:
        Conflict: there are ten already, or somebody else has the address with other keys.
    """
    user = device.user
    # Of two requests at once the second waits for the first.
    db.session.flush()
    db.session.refresh(user, with_for_update=True)
    hashed = sha256(target.endpoint.encode()).digest()
    row = db.session.scalar(
        select(PushSubscription).where(PushSubscription.endpoint_hash == hashed).with_for_update()
    )
    if row is not None and row.user_id != user.id:
        _take_over(row, target)
        row = None
    if row is None:
        row = _new_row(user, hashed, now)
    row.device_session_id = device.id
    row.target = _seal(user, target)
    row.service = urlsplit(target.endpoint).hostname or ""
    row.key_id = target.key_id
    row.name = (name or row.name)[:80]
    row.failing = row.unreceived = 0
    row.changed_at = now
    db.session.add(row)
    db.session.flush()
    return row


def target_of(user: User, subscription: PushSubscription) -> PushTarget:
    """Return address and keys. Raises Unreadable if the seal does not open."""
    text = vault.unseal(user, subscription.target, purpose=PURPOSE)
    try:
        endpoint, p256dh, auth = json.loads(text)
    except ValueError:
        raise Unreadable(vault.CANNOT_BE_READ) from None
    return PushTarget(endpoint=endpoint, p256dh=p256dh, auth=auth, key_id=subscription.key_id)


def subscriptions_of(user: User) -> list[PushSubscription]:
    """Return the subscriptions of `user`, oldest first."""
    found = select(PushSubscription).where(PushSubscription.user_id == user.id)
    return list(db.session.scalars(found.order_by(PushSubscription.id)))


def subscription_of(user: User, public_id: UUID) -> PushSubscription:
    """Return a subscription of `user`. Raises NotFound for anybody else's."""
    found = db.session.scalar(
        select(PushSubscription).where(
            PushSubscription.user_id == user.id, PushSubscription.public_id == public_id
        )
    )
    if found is None:
        raise NotFound("There is no such device.")
    return found


def forget(subscription: PushSubscription) -> None:
    """Delete a subscription, with the messages to it."""
    db.session.delete(subscription)
    db.session.flush()


def _take_over(row: PushSubscription, target: PushTarget) -> None:
    owner = db.session.get_one(User, row.user_id)
    if target_of(owner, row) != target:
        raise Conflict("Another person's reminders go to this browser. Turn them off there first.")
    forget(row)
    log.info("push_subscription_moved")


def _new_row(user: User, hashed: bytes, now: datetime) -> PushSubscription:
    count = select(func.count()).where(PushSubscription.user_id == user.id)
    if (db.session.scalar(count) or 0) >= MOST:
        raise Conflict("Reminders reach ten of your browsers already. Remove one of them first.")
    return PushSubscription(
        public_id=uuid4(), user_id=user.id, endpoint_hash=hashed, name="", created_at=now
    )


def _seal(user: User, target: PushTarget) -> str:
    text = json.dumps([target.endpoint, target.p256dh, target.auth])
    return vault.seal(user, text, purpose=PURPOSE)
