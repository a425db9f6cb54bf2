"""Where a person's browsers take messages. Addresses and keys are sealed."""

import json
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from fstpwa import log
from fstpwa.domain.errors import Conflict, NotFound, Unreadable
from fstpwa.domain.push import PushTarget
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.reminders import Delivery, PushSubscription
from fstpwa.services import devices, vault

MOST = 10
"""Browsers of one person."""
LONGEST_NAME = 80
"""Letters of what a person calls a device."""
PURPOSE = "push"
REMOVED = ""
"""In place of a key's id: the person removed the device, and its browser was not told yet."""
SOMEBODY_ELSES = "Another person's reminders go to this browser. Turn them off there first."


def keep(
    device: DeviceSession,
    target: PushTarget,
    *,
    name: str = "",
    replaces: str = "",
    now: datetime,
) -> PushSubscription:
    """Store that messages for whoever is signed in at `device` can go to `target`; flushed.

    A browser has one address. The same one again renews its keys, a new one takes the place of the
    old, and what the person chose for the device stays. On a shared phone an address moves from
    one person to another only with the browser's own keys; what was waiting for the first is not
    sent there.

    Args:
        device: where it was made: signing out there ends it.
        target: address and keys, checked by the caller.
        name: what the person calls it; cut to 80 letters.
        replaces: the browser's address before this one, if it still knows it.
        now: an aware instant.

    Raises:
        Conflict: there are ten already, or somebody else has the address with other keys.
    """
    user = device.user
    # Of two requests at once the second waits for the first.
    db.session.flush()
    db.session.refresh(user, with_for_update=True)
    hashed = _hash(target.endpoint)
    row = _at(hashed)
    if row is not None and row.user_id != user.id:
        _take_over(row, target)
        row = None
    before = _before(device, _hash(replaces) if replaces else None)
    row = row or next(iter(before), None) or _new_row(user, now)
    for each in before:
        if each.id != row.id:
            forget(each)
    if row.key_id == REMOVED:
        _make_room(user, now)
    row.endpoint_hash = hashed
    row.device_session_id = device.id
    row.target = _seal(user, target)
    row.service = urlsplit(target.endpoint).hostname or ""
    row.key_id = target.key_id
    row.name = (name or row.name)[:LONGEST_NAME]
    row.failing = row.unreceived = 0
    row.changed_at = now
    try:
        db.session.add(row)
        db.session.flush()
    except IntegrityError:  # somebody else stored the same address at the same moment
        raise Conflict(SOMEBODY_ELSES) from None
    return row


def is_kept(device: DeviceSession, target: PushTarget) -> bool:
    """Whether just this is stored for whoever is signed in at `device`, so nothing has to be."""
    row = _at(_hash(target.endpoint))
    if row is None or row.user_id != device.user_id or row.device_session_id != device.id:
        return False
    try:
        return target_of(device.user, row) == target
    except Unreadable:
        return False


def of_device(device: DeviceSession) -> PushSubscription | None:
    """Return what the browser at `device` takes messages by; also where it was removed."""
    return next(iter(_before(device, None)), None)


def of_address(user: User, endpoint: str) -> PushSubscription | None:
    """Return what `user` has at an address; also where it was removed."""
    row = _at(_hash(endpoint))
    return row if row is not None and row.user_id == user.id else None


def target_of(user: User, subscription: PushSubscription) -> PushTarget:
    """Return address and keys. Raises Unreadable if the seal does not open."""
    text = vault.unseal(user, subscription.target, purpose=PURPOSE)
    try:
        endpoint, p256dh, auth = json.loads(text)
    except ValueError:
        raise Unreadable(vault.CANNOT_BE_READ) from None
    return PushTarget(endpoint=endpoint, p256dh=p256dh, auth=auth, key_id=subscription.key_id)


def subscriptions_of(user: User) -> list[PushSubscription]:
    """Return the subscriptions of `user`, oldest first, without what was removed."""
    found = select(PushSubscription).where(
        PushSubscription.user_id == user.id, PushSubscription.key_id != REMOVED
    )
    return list(db.session.scalars(found.order_by(PushSubscription.id)))


def subscription_of(user: User, public_id: UUID) -> PushSubscription:
    """Return a subscription of `user`. Raises NotFound for anybody else's."""
    found = db.session.scalar(
        select(PushSubscription).where(
            PushSubscription.user_id == user.id,
            PushSubscription.public_id == public_id,
            PushSubscription.key_id != REMOVED,
        )
    )
    if found is None:
        raise NotFound("There is no such device.")
    return found


def remove(subscription: PushSubscription, *, now: datetime) -> None:
    """Send nothing there any more, because the person said so.

    Address, keys and messages go. That it was removed stays until the sign-out there: that browser
    repairs what it lost by itself, and must not take this for a loss.
    """
    db.session.execute(delete(Delivery).where(Delivery.subscription_id == subscription.id))
    subscription.target = subscription.name = ""
    subscription.key_id = REMOVED
    subscription.discreet = True
    subscription.failing = subscription.unreceived = 0
    subscription.last_sent_at = subscription.last_receipt_at = None
    subscription.test_asked_at = subscription.test_tried_at = None
    subscription.test_verdict = subscription.test_shown_at = None
    subscription.changed_at = now
    db.session.flush()


def forget(subscription: PushSubscription) -> None:
    """Delete a subscription, with the messages to it."""
    db.session.delete(subscription)
    db.session.flush()


def _at(hashed: bytes) -> PushSubscription | None:
    found: PushSubscription | None = db.session.scalar(
        select(PushSubscription).where(PushSubscription.endpoint_hash == hashed).with_for_update()
    )
    return found


def _before(device: DeviceSession, hashed: bytes | None) -> list[PushSubscription]:
    """Return what the browser at `device` had so far, the newest first."""
    here = PushSubscription.device_session_id == device.id
    if hashed is not None:
        here |= PushSubscription.endpoint_hash == hashed
    found = select(PushSubscription).where(PushSubscription.user_id == device.user_id, here)
    return list(
        db.session.scalars(found.order_by(PushSubscription.id.desc()).with_for_update()).all()
    )


def _take_over(row: PushSubscription, target: PushTarget) -> None:
    owner = db.session.get_one(User, row.user_id)
    if row.key_id != REMOVED and target_of(owner, row) != target:
        raise Conflict(SOMEBODY_ELSES)
    forget(row)
    log.info("push_subscription_moved")


def _new_row(user: User, now: datetime) -> PushSubscription:
    _make_room(user, now)
    return PushSubscription(public_id=uuid4(), user_id=user.id, key_id="-", name="", created_at=now)


def _make_room(user: User, now: datetime) -> None:
    """Raise Conflict where `user` has ten already. What nobody is signed in to any more goes first."""
    found = subscriptions_of(user)
    if len(found) < MOST:
        return
    live = {each.id for each in devices.devices_of(user, now=now)}
    over = [each for each in found if each.device_session_id not in live]
    if user.is_demo:  # those of other visitors, who are not shown to this one
        over = over or found[:1]
    if not over:
        raise Conflict("Reminders reach ten of your browsers already. Remove one of them first.")
    for each in over:
        forget(each)


def _hash(endpoint: str) -> bytes:
    return sha256(endpoint.encode()).digest()


def _seal(user: User, target: PushTarget) -> str:
    text = json.dumps([target.endpoint, target.p256dh, target.auth])
    return vault.seal(user, text, purpose=PURPOSE)
