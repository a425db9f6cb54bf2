"""People: starting without an account, own settings, being forgotten."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import exists, select

from fstpwa.content import library
from fstpwa.domain.days import validate_time_zone
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.timeline import Pace
from fstpwa.extensions import db
from fstpwa.models.accounts import Passkey
from fstpwa.models.people import DeviceSession, Role, User
from fstpwa.services import erasure, reminders

LANGUAGES = {"en_GB": "English (UK)"}
"""Locale -> its name in itself. One more needs a catalogue in fstpwa/translations."""

DEMO_STAYS = (
    "Demo people stay as they are: everybody who looks at the demo shares them. "
    "Start for yourself from the first page, and you can change everything."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEntry:
    """What somebody may set about themselves."""

    name: str
    time_zone: str
    country: str
    language: str = "en_GB"


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


def can_prove_who_they_are(user: User) -> bool:
    """Whether `user` has an e-mail address or a passkey; somebody who only tries it has none."""
    if user.email is not None:
        return True
    passkeys = select(Passkey.id).where(Passkey.user_id == user.id)
    return db.session.scalar(passkeys.limit(1)) is not None


def has_way_back(user: User) -> bool:
    """Whether more than their devices opens what `user` recorded; demo people have a button."""
    return user.is_demo or can_prove_who_they_are(user)


def forget_if_out_of_reach(user: User, *, now: datetime) -> bool:
    """Delete `user` with everything they recorded, if nobody can open it any more.

    Records that nobody can reach must not stay.

    Returns:
        Whether they were deleted.
    """
    devices = select(DeviceSession.id).where(
        DeviceSession.user_id == user.id,
        DeviceSession.idle_expires_at > now,
        DeviceSession.expires_at > now,
    )
    if has_way_back(user) or db.session.scalar(devices.limit(1)):
        return False
    erasure.erase(user, today=now.date())
    return True


def forget_out_of_reach(*, now: datetime, at_most: int) -> int:
    """Delete some whose last device ran out before they gave an e-mail address or a passkey.

    The same as `forget_if_out_of_reach`, for those who are never here again; flushed.

    Returns:
        How many were deleted.
    """
    live_device = exists().where(
        DeviceSession.user_id == User.id,
        DeviceSession.idle_expires_at > now,
        DeviceSession.expires_at > now,
    )
    found = db.session.scalars(
        select(User)
        .where(User.email.is_(None), User.is_demo.is_(False))
        .where(~live_device, ~exists().where(Passkey.user_id == User.id))
        .order_by(User.id)
        .limit(at_most)
    ).all()
    for user in found:
        erasure.erase(user, today=now.date())
    return len(found)


def demo_people() -> list[User]:
    """Return the demo people, clients first."""
    return list(
        db.session.scalars(select(User).where(User.is_demo.is_(True)).order_by(User.role, User.id))
    )


def refuse_demo(user: User) -> None:
    """Raise Conflict for a demo person: what one visitor changes would meet the next."""
    if user.is_demo:
        raise Conflict(DEMO_STAYS)


def demo_person(public_id: object) -> User:
    """Return one of the demo people. Raises NotFound for anybody else."""
    user = db.session.scalar(
        select(User).where(User.public_id == public_id, User.is_demo.is_(True))
    )
    if user is None:
        raise NotFound
    return user


def change_profile(user: User, entry: ProfileEntry, *, now: datetime) -> User:
    """Store what `user` set about themselves; their reminders go along to another time zone.

    Raises:
        InvalidValue: the time zone or the language is unknown, or the name too long.
        Conflict: a demo person, who stays as they are.
    """
    refuse_demo(user)
    if len(entry.name) > 80:
        raise InvalidValue("Please use a name of at most 80 letters.")
    if entry.language not in LANGUAGES:
        raise InvalidValue("Please choose one of the languages that are offered.")
    time_zone = validate_time_zone(entry.time_zone)
    user.name = entry.name
    user.country = entry.country
    user.language = entry.language
    if time_zone != user.time_zone:
        reminders.move_to_zone(user, time_zone, now=now)
    db.session.flush()
    return user


def say_name(user: User, name: str, *, now: datetime) -> None:
    """Store what `user` is called, and leave the rest. Raises as `change_profile` does."""
    entry = ProfileEntry(
        name=name, time_zone=user.time_zone, country=user.country, language=user.language
    )
    change_profile(user, entry, now=now)


def change_pace(user: User, pace: Pace) -> None:
    """Store the rhythm `user` wants for sessions."""
    user.get_ready_s = pace.get_ready_s
    user.transition_s = pace.transition_s
    user.least_rest_s = pace.least_rest_s
    db.session.flush()


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
