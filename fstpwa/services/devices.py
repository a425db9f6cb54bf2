"""The browsers somebody is signed in on: opening, recognising, listing and ending them."""

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload

from fstpwa import log
from fstpwa.domain.errors import NotFound
from fstpwa.extensions import db, read_only
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import DeviceSession, Role, User
from fstpwa.services.reminder_locks import hold_devices

IDLE_LIFE = {Role.CLIENT: timedelta(days=90), Role.THERAPIST: timedelta(hours=12)}
WHOLE_LIFE = {Role.CLIENT: timedelta(days=365), Role.THERAPIST: timedelta(days=30)}
LONGEST_LIFE = max(WHOLE_LIFE.values())
STAMP_EVERY = timedelta(hours=1)
CONFIRMED_FOR = timedelta(minutes=10)
TOKEN_BYTES = 32


def open_device(
    user: User,
    label: str,
    *,
    now: datetime,
    is_strong: bool = False,
    is_confirmed: bool = False,
) -> str:
    """Sign `user` in on a new device.

    Args:
        user: Who.
        label: Browser and system in words; cut to 80 letters.
        now: When.
        is_strong: Whether a passkey or a second factor was shown.
        is_confirmed: Whether they have just proved who they are, in any way.

    Returns:
        The token for its cookie, kept nowhere else.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    role = Role(user.role)
    db.session.add(
        DeviceSession(
            token_hash=_hash(token),
            user_id=user.id,
            label=label[:80],
            created_at=now,
            last_seen_at=now,
            idle_expires_at=now + IDLE_LIFE[role],
            expires_at=now + WHOLE_LIFE[role],
            confirmed_at=now if is_confirmed else None,
            is_strong=is_strong,
        )
    )
    db.session.flush()
    return token


def close_device(token: str) -> None:
    """Sign the device with `token` out; unknown tokens are already out."""
    db.session.execute(delete(DeviceSession).where(DeviceSession.token_hash == _hash(token)))


def device_of_token(token: str, *, now: datetime) -> DeviceSession | None:
    """Return the live device that `token` opens, with its user, or None."""
    device = db.session.scalar(
        select(DeviceSession)
        .where(DeviceSession.token_hash == _hash(token))
        .options(joinedload(DeviceSession.user))
    )
    if device is None or now >= min(device.idle_expires_at, device.expires_at):
        return None
    return device


def stamp_last_seen(device: DeviceSession, *, now: datetime) -> None:
    """Write when somebody was last here, once an hour at most.

    A GET's own transaction is read-only, so there this goes over a connection of its own and is
    committed at once. Any other request already holds SQLite's only writer: a second one would
    wait for it in vain, so the stamp goes with whatever the view commits.
    """
    if now - device.last_seen_at < STAMP_EVERY:
        return
    idle_life = IDLE_LIFE[Role(device.user.role)]
    if not read_only.get():
        device.last_seen_at = device.user.last_seen_at = now
        device.idle_expires_at = now + idle_life
        db.session.flush()
        return
    token = read_only.set(False)
    try:
        # A database that is busy with something long, full or read-only costs the stamp, not the
        # page.
        with suppress(DBAPIError), db.engine.connect() as stamps:
            stamps.execute(
                update(DeviceSession)
                .where(DeviceSession.id == device.id)
                .values(last_seen_at=now, idle_expires_at=now + idle_life)
            )
            stamps.execute(update(User).where(User.id == device.user_id).values(last_seen_at=now))
            stamps.commit()
    finally:
        read_only.reset(token)


def confirm(device: DeviceSession, *, now: datetime) -> None:
    """Note that whoever is at `device` has just proved who they are."""
    device.confirmed_at = now
    db.session.flush()


def is_confirmed(device: DeviceSession, *, now: datetime) -> bool:
    """Whether whoever is at `device` proved who they are within the last ten minutes."""
    return device.confirmed_at is not None and now - device.confirmed_at < CONFIRMED_FOR


def make_strong(device: DeviceSession, *, now: datetime) -> None:
    """Note that a passkey or a second factor was shown at `device`; that confirms as well."""
    device.is_strong = True
    confirm(device, now=now)


def devices_of(user: User, *, now: datetime) -> list[DeviceSession]:
    """Return the live devices of `user`, the one seen last first."""
    return list(
        db.session.scalars(
            select(DeviceSession)
            .where(
                DeviceSession.user_id == user.id,
                DeviceSession.idle_expires_at > now,
                DeviceSession.expires_at > now,
            )
            .order_by(DeviceSession.last_seen_at.desc(), DeviceSession.id.desc())
        )
    )


def device_of(user: User, public_id: UUID) -> DeviceSession:
    """Return a device of `user`. Raises NotFound for anybody else's."""
    device = db.session.scalar(
        select(DeviceSession).where(
            DeviceSession.user_id == user.id, DeviceSession.public_id == public_id
        )
    )
    if device is None:
        raise NotFound
    return device


def end(device: DeviceSession) -> None:
    """Sign `device` out, wherever it is; a code it made to open another one works no more."""
    _forget_ways_in(device.user_id)
    hold_devices([device.id])
    db.session.delete(device)
    db.session.flush()
    log.info("device_ended")


def end_others(user: User, kept: DeviceSession | None) -> int:
    """Sign `user` out everywhere but at `kept`. Returns on how many devices.

    What was handed out to open another device works no more either. Called after a change of
    password, passkeys, second factor or e-mail.
    """
    others = DeviceSession.user_id == user.id
    if kept is not None:
        others &= DeviceSession.id != kept.id
    hold_devices(db.session.scalars(select(DeviceSession.id).where(others)).all())
    ended = db.session.execute(delete(DeviceSession).where(others).returning(DeviceSession.id))
    count = len(ended.all())
    _forget_ways_in(user.id)
    log.info("devices_ended", count=count)
    return count


def _forget_ways_in(user_id: int) -> None:
    """Delete what was handed out to open another device."""
    db.session.execute(
        delete(OneTimeCode).where(
            OneTimeCode.user_id == user_id, OneTimeCode.purpose.in_(("carry", "second_factor"))
        )
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
