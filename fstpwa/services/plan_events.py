"""What somebody said about their plan on a day: kept once, and taken back.

The kinds are in domain/practice_history.py (EventKind). Falls are health reports, not events.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import get_args

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from fstpwa.domain.days import check_day, local_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.flare_triggers import triggers_of
from fstpwa.domain.practice_history import EventKind
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import PlanEvent

KINDS: frozenset[str] = frozenset(get_args(EventKind)) - {"fall", "paused"}
"""What is kept here. A fall is reported with what happened: services/safety.py; a pause is noted
by services/pauses.py."""
ENDED_BY_A_FLARE: tuple[EventKind, ...] = ("back_to_usual", "not_a_flare")
"""What somebody takes back who says on the same day that it is a flare day."""
WITH_VALUE = "flare_triggers"
"""What may have set a flare off."""
NEAR_FALLS: frozenset[tuple[str, ...]] = frozenset({("1",), ("2",)})
"""How many near-falls there were: one, or more than one."""


def note(
    user: User,
    kind: EventKind,
    *,
    day: date,
    now: datetime,
    value: Collection[str] | None = None,
    latest: date | None = None,
) -> None:
    """Keep that something was said on a day; flushed. Said again, it is kept once.

    Args:
        user: who said it.
        kind: what was said.
        day: their own calendar day, not in the future and at most 400 days back.
        now: the current instant, aware.
        value: codes of triggers for `flare_triggers`, how many for `near_fall`; the latest ones
            stay.
        latest: the last day that it may be; None: today.

    Raises:
        InvalidValue: an unknown kind, a day that cannot be, or a value that does not belong to it.
    """
    if kind not in KINDS:
        raise InvalidValue("That cannot be noted.")
    check_day(day, latest or local_day(now, user.time_zone))
    kept = _checked(kind, value)
    row = _row(user, kind, day)
    if row is None:
        row = _first_row(user, kind, day, kept, now=now)
    if row.value != kept:
        row.value, row.at = kept, now
    db.session.flush()


def take_back(user: User, kind: EventKind, *, day: date) -> None:
    """Forget that something was said on a day; nothing happens if it was not."""
    db.session.execute(
        delete(PlanEvent).where(
            PlanEvent.user_id == user.id, PlanEvent.day == day, PlanEvent.kind == kind
        )
    )
    db.session.flush()


def _checked(kind: EventKind, value: Collection[str] | None) -> list[str] | None:
    if kind == WITH_VALUE:
        return list(triggers_of(value or ()))
    if kind == "near_fall":
        if tuple(value or ()) not in NEAR_FALLS:
            raise InvalidValue("Choose from the answers that are offered.")
        return list(value or ())
    if value is not None:
        raise InvalidValue("That is said without more.")
    return None


def _row(user: User, kind: EventKind, day: date) -> PlanEvent | None:
    found: PlanEvent | None = db.session.scalar(
        select(PlanEvent).where(
            PlanEvent.user_id == user.id, PlanEvent.day == day, PlanEvent.kind == kind
        )
    )
    return found


def _first_row(
    user: User, kind: EventKind, day: date, value: list[str] | None, *, now: datetime
) -> PlanEvent:
    """Make the row, or take the one that another request made at this moment."""
    row = PlanEvent(user_id=user.id, day=day, kind=kind, value=value, at=now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        found = _row(user, kind, day)
        if found is None:
            raise
        return found
    return row
