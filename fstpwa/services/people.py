"""People and their devices: starting, being recognised, signing out, own settings."""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from fstpwa.content import library
from fstpwa.domain.days import validate_time_zone
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.timeline import Pace
from fstpwa.extensions import db, read_only
from fstpwa.models.people import DeviceSession, Role, User

IDLE_LIFE = {Role.CLIENT: timedelta(days=90), Role.THERAPIST: timedelta(hours=12)}
WHOLE_LIFE = {Role.CLIENT: timedelta(days=365), Role.THERAPIST: timedelta(days=30)}
LONGEST_LIFE = max(WHOLE_LIFE.values())
STAMP_EVERY = timedelta(hours=1)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEntry:
    """What somebody may set about themselves."""

    name: str
    time_zone: str
    country: str
    pace: Pace


def start_without_account(time_zone: str, *, now: datetime) -> User:
    """Make a person who only tries it; an unknown time zone becomes UTC.

    The account is real and belongs to this device until it is claimed by e-mail.
    """
    try:
        zone = validate_time_zone(time_zone)
    except InvalidValue:
        zone = "UTC"
    user = User(
        public_id=uuid4(),
        role=Role.CLIENT,
        time_zone=zone,
        created_at=now,
        last_seen_at=now,
    )
    db.session.add(user)
    db.session.flush()
    return user


def open_device(user: User, label: str, *, now: datetime) -> str:
    """Sign `user` in on a new device. Returns the token for its cookie, kept nowhere else."""
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
        )
    )
    db.session.flush()
    return token


def close_device(token: str) -> None:
    """Sign the device with `token` out; unknown tokens are already out."""
    device = db.session.scalar(
        select(DeviceSession).where(DeviceSession.token_hash == _hash(token))
    )
    if device is not None:
        db.session.delete(device)
        db.session.flush()


def forget_if_out_of_reach(user: User) -> bool:
    """Delete `user` with everything they recorded, if no device can open it any more.

    Without an e-mail or a passkey there is no other way back, and records that nobody can
    reach must not stay. Demo people stay.

    Returns:
        Whether they were deleted.
    """
    if user.is_demo:
        return False
    devices = select(DeviceSession.id).where(DeviceSession.user_id == user.id)
    if db.session.scalar(devices.limit(1)) is not None:
        return False
    db.session.delete(user)
    db.session.flush()
    return True


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
        # A database that is busy with something long costs the stamp, not the page.
        with suppress(OperationalError), db.engine.connect() as stamps:
            stamps.execute(
                update(DeviceSession)
                .where(DeviceSession.id == device.id)
                .values(last_seen_at=now, idle_expires_at=now + idle_life)
            )
            stamps.execute(update(User).where(User.id == device.user_id).values(last_seen_at=now))
            stamps.commit()
    finally:
        read_only.reset(token)


def demo_people() -> list[User]:
    """Return the demo people, clients first."""
    return list(
        db.session.scalars(select(User).where(User.is_demo.is_(True)).order_by(User.role, User.id))
    )


def demo_person(public_id: object) -> User:
    """Return one of the demo people. Raises NotFound for anybody else."""
    user = db.session.scalar(
        select(User).where(User.public_id == public_id, User.is_demo.is_(True))
    )
    if user is None:
        raise NotFound
    return user


def change_profile(user: User, entry: ProfileEntry) -> User:
    """Store what `user` set about themselves.

    Raises:
        InvalidValue: the time zone is unknown or the name too long.
    """
    if len(entry.name) > 80:
        raise InvalidValue("Please use a name of at most 80 letters.")
    user.name = entry.name
    user.time_zone = validate_time_zone(entry.time_zone)
    user.country = entry.country
    user.get_ready_s = entry.pace.get_ready_s
    user.transition_s = entry.pace.transition_s
    user.least_rest_s = entry.pace.least_rest_s
    db.session.flush()
    return user


def pace_of(user: User) -> Pace:
    """Return the rhythm `user` chose for sessions."""
    return Pace(
        get_ready_s=user.get_ready_s,
        transition_s=user.transition_s,
        least_rest_s=user.least_rest_s,
    )


def emergency_number_of(user: User | None) -> str:
    """Return the emergency number of the country `user` chose, or the default words."""
    return library().safety.emergency_numbers.number_for(user.country if user else None)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
