"""What lifts a lock: "A clinician agreed", "I was seen", or a therapist; with who, when and why.

Source: content/safety/unlock.yaml. Nothing is lifted that the person's own standing does not
offer to lift that way; an emergency is lifted by nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from fstpwa.domain.days import local_day, short_day
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.safety_content import UnlockWay
from fstpwa.domain.standing import UNLOCK_DAYS, Condition, SeenOutcome, Standing, ways_to_lift
from fstpwa.extensions import db
from fstpwa.models.health import HealthUnlock
from fstpwa.models.people import User
from fstpwa.services import vault

WHO_LETTERS = 120
REASON_LETTERS = 300
A_THERAPIST = "A therapist of yours"
SENT_AGAIN_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A clinician agreed: who, and on which day."""

    key: str
    """The key of the condition that waits."""
    who: str
    """Name or role, 1-120 letters."""
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The person was seen: where, on which day, and what they were told."""

    key: str
    where: str
    """1-120 letters."""
    day: date
    outcome: SeenOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class TherapistUnlock:
    """A therapist lifts a lock."""

    key: str
    reason: str
    """1-300 letters, which the client reads too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An unlock as it is read: who agreed or where they were seen, in clear words."""

    key: str
    way: UnlockWay
    who: str
    outcome: SeenOutcome | None
    day: date
    recorded_at: datetime
    reason: str = ""
    """Why a therapist lifted it."""


def record_agreed(user: User, entry: Agreement, standing: Standing, *, now: datetime) -> None:
    """Keep that a clinician agreed; from now on the lock is lifted for a year.

    An agreement may be older than the answer (surgery, a blood thinner): what counts is that it
    is not over yet. About something that went wrong it cannot be older than that.

    Raises:
        NotFound: nothing with this key holds for them.
        Conflict: it is not lifted by a clinician, or not now.
        InvalidValue: who is missing or too long, or the day cannot be.
    """
    if _sent_again(user, entry.key, "clinician_agreed", now):
        return
    waiting = waiting_for("clinician_agreed", entry.key, standing)
    today = local_day(now, user.time_zone)
    first = today - timedelta(days=UNLOCK_DAYS - 1)
    if waiting[0].question is None or waiting[0].seen:
        first = max(first, min(each.since for each in waiting))
    _check_day(entry.day, first, today)
    _add(user, entry.key, "clinician_agreed", entry.who, entry.day, now)


def record_seen(user: User, entry: Visit, standing: Standing, *, now: datetime) -> None:
    """Keep that somebody was seen about an urgent answer, and what they were told.

    Raises:
        NotFound: nothing with this key holds for them.
        Conflict: it does not wait for being seen.
        InvalidValue: where is missing or too long, or the day is not between the answer and today.
    """
    if _sent_again(user, entry.key, "seen", now):
        return
    waiting = waiting_for("seen", entry.key, standing)
    # One visit answers all that is waiting under the key, so it is not before the last of it.
    first = max(each.since for each in waiting)
    _check_day(entry.day, first, local_day(now, user.time_zone))
    _add(user, entry.key, "seen", entry.where, entry.day, now, entry.outcome)


def record_therapist(
    client: User, therapist: User, entry: TherapistUnlock, standing: Standing, *, now: datetime
) -> None:
    """Keep that a therapist lifts a lock, and why; from now on it is lifted for a year.

    Only what the content lets a therapist lift; an emergency or an urgent lock never is.
    Source: content/safety/unlock.yaml, rules.therapist.

    Args:
        client: whose lock it is.
        therapist: who lifts it, seen in a standing link that shares records.
        entry: which lock, and why.
        standing: what holds for the client.
        now: an aware instant.

    Raises:
        NotFound: nothing with this key holds for them.
        Conflict: it is not lifted by a therapist, or not now.
        InvalidValue: the reason is missing or too long.
    """
    if _sent_again(client, entry.key, "therapist", now):
        return
    waiting_for("therapist", entry.key, standing)
    reason = entry.reason.strip()
    if not 1 <= len(reason) <= REASON_LETTERS:
        raise InvalidValue(f"Please write the reason, in at most {REASON_LETTERS} letters.")
    who = (therapist.name or A_THERAPIST)[:WHO_LETTERS]
    today = local_day(now, client.time_zone)
    _add(client, entry.key, "therapist", who, today, now, reason=reason)


def waiting_for(way: UnlockWay, key: str, standing: Standing) -> Sequence[Condition]:
    """Return the conditions with `key` that `way` lifts now.

    Raises:
        NotFound: nothing with this key holds.
        Conflict: something does, and `way` does not lift it now.
    """
    holding = [each for each in standing.conditions if each.key == key]
    if not holding:
        raise NotFound("Nothing of this holds.")
    if standing.whole_plan == "emergency":
        raise Conflict("Your plan is closed until you have had care and answered anew.")
    waiting = [each for each in holding if way in ways_to_lift(each)]
    if not waiting:
        raise Conflict("This is not waiting for that any more.")
    return waiting


def unlocks_of(user: User) -> Sequence[Recorded]:
    """Return everything `user` recorded that lifts a lock, newest first."""
    rows = db.session.scalars(
        select(HealthUnlock)
        .where(HealthUnlock.user_id == user.id)
        .order_by(HealthUnlock.recorded_at.desc(), HealthUnlock.id.desc())
    )
    return [
        Recorded(
            key=row.key,
            way=row.way,  # type: ignore[arg-type]  # a CHECK keeps it
            who=vault.readable(user, row.who),
            outcome=row.outcome,  # type: ignore[arg-type]  # a CHECK keeps it
            day=row.day,
            recorded_at=row.recorded_at,
            reason=vault.readable(user, row.reason),
        )
        for row in rows
    ]


def _sent_again(user: User, key: str, way: UnlockWay, now: datetime) -> bool:
    """Whether the same was stored a moment ago: a second tap on the button stores nothing."""
    latest = db.session.scalar(
        select(HealthUnlock.recorded_at)
        .where(HealthUnlock.user_id == user.id, HealthUnlock.key == key, HealthUnlock.way == way)
        .order_by(HealthUnlock.recorded_at.desc())
        .limit(1)
    )
    return latest is not None and now - latest < SENT_AGAIN_WITHIN


def _check_day(day: date, first: date, today: date) -> None:
    if day > today:
        raise InvalidValue("That day has not happened yet.")
    if day < first:
        raise InvalidValue(f"Choose a day from {short_day(first, today)} to today.")


def _add(
    user: User,
    key: str,
    way: UnlockWay,
    who: str,
    day: date,
    now: datetime,
    outcome: SeenOutcome | None = None,
    reason: str = "",
) -> None:
    said = who.strip()
    if not 1 <= len(said) <= WHO_LETTERS:
        raise InvalidValue(f"Please write 1 to {WHO_LETTERS} letters.")
    db.session.add(
        HealthUnlock(
            user_id=user.id,
            key=key,
            way=way,
            who=vault.seal(user, said),
            reason=vault.seal(user, reason),
            outcome=outcome,
            day=day,
            recorded_at=now,
        )
    )
    db.session.flush()
