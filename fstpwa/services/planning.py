"""Planned sessions: made 14 days ahead, found, moved, skipped, shortened."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from uuid6 import uuid7

from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.dose import Dose, SideChoice
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.planning import (
    DAYS_AHEAD,
    PlannedDay,
    Schedule,
    calendar,
    flare_items,
    planned_items,
)
from fstpwa.domain.programme import Programme
from fstpwa.domain.session import PlannedItem, VariantName
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlannedSession, PlannedState

FURTHEST_MOVE = timedelta(days=13)


def extend(enrolment: Enrolment, *, today: date, now: datetime) -> int:
    """Plan every day up to 13 days after `today` that is not planned yet.

    Safe to repeat: a day that was planned once is never planned again, also when its
    session was moved or skipped since.

    Returns:
        How many sessions were made; flushed, not committed.
    """
    # The worker and the person's own tap may come at once: one after the other, on fresh rows.
    db.session.flush()
    db.session.refresh(enrolment, with_for_update=True)
    if enrolment.ended_at is not None or enrolment.paused_at is not None:
        return 0
    last = today + timedelta(days=DAYS_AHEAD - 1)
    first = today
    if enrolment.planned_until is not None:
        first = max(today, enrolment.planned_until + timedelta(days=1))
    if first > last:
        return 0
    programme = library().programmes[enrolment.programme]
    schedule = Schedule(
        weekdays=frozenset(day for day in range(7) if enrolment.weekdays >> day & 1),
        at_min=enrolment.at_min,
    )
    taken = set(
        db.session.scalars(
            select(PlannedSession.slot).where(
                PlannedSession.enrolment_id == enrolment.id,
                PlannedSession.slot >= first.isoformat(),
            )
        )
    )
    days = calendar(programme.phase(enrolment.phase), schedule, first, (last - first).days + 1)
    made = [
        _planned_session(enrolment, programme, planned, now)
        for planned in days
        if _slot(planned) not in taken
    ]
    db.session.add_all(made)
    enrolment.planned_until = last
    db.session.flush()
    return len(made)


def due_enrolments(*, now: datetime) -> list[int]:
    """Return the ids of running programmes whose sessions may not reach 13 days ahead yet."""
    furthest = now.date() + timedelta(days=DAYS_AHEAD)
    return list(
        db.session.scalars(
            select(Enrolment.id).where(
                Enrolment.ended_at.is_(None),
                Enrolment.paused_at.is_(None),
                or_(Enrolment.planned_until.is_(None), Enrolment.planned_until < furthest),
            )
        )
    )


def extend_these(enrolment_ids: Sequence[int], *, now: datetime) -> int:
    """Plan ahead for some programmes, each to 13 days after its person's own today.

    Returns:
        How many sessions were made; flushed, not committed.
    """
    rows = db.session.execute(
        select(Enrolment, User.time_zone)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.id.in_(enrolment_ids))
    ).all()
    return sum(extend(each, today=local_day(now, zone), now=now) for each, zone in rows)


def planned_session(user: User, session_id: UUID) -> PlannedSession:
    """Return a planned session of `user`. Raises NotFound, also for other people's."""
    found = db.session.scalar(
        select(PlannedSession).where(
            PlannedSession.id == session_id, PlannedSession.user_id == user.id
        )
    )
    if found is None:
        raise NotFound("There is no such session.")
    return found


def skip(session: PlannedSession, *, now: datetime) -> None:
    """Leave a planned session out. Raises Conflict if it was done already."""
    _set_state(session, PlannedState.SKIPPED, now)


def unskip(session: PlannedSession, *, now: datetime) -> None:
    """Take a skipped session back into the plan. Raises Conflict if it was done already."""
    _set_state(session, PlannedState.PLANNED, now)


def move(session: PlannedSession, day: date, *, today: date, now: datetime) -> None:
    """Move a planned session to another day.

    Raises:
        InvalidValue: the day is past or more than 13 days ahead.
        Conflict: the session was done already.
    """
    if not today <= day <= today + FURTHEST_MOVE:
        raise InvalidValue("Choose a day from today to two weeks ahead.")
    _set_state(session, PlannedState.PLANNED, now)
    session.day = day
    db.session.flush()


def prefer(session: PlannedSession, variant: VariantName | None, *, now: datetime) -> None:
    """Choose ahead which variant the session starts with; None is the usual."""
    session.prefer = variant
    session.state_changed_at = now
    db.session.flush()


def items_of(stored: list[Any]) -> tuple[PlannedItem, ...]:
    """Read stored movements of a planned session."""
    return tuple(
        PlannedItem(
            **{
                **item,
                "dose": Dose(**item["dose"]),
                "easier_dose": Dose(**item["easier_dose"]),
            }
        )
        for item in stored
    )


def _planned_session(
    enrolment: Enrolment, programme: Programme, planned: PlannedDay, now: datetime
) -> PlannedSession:
    side: SideChoice | None = enrolment.side  # type: ignore[assignment]  # a CHECK keeps it
    movements = library().movements
    phase = programme.phase(enrolment.phase)
    items = planned_items(programme, phase, planned.template, enrolment.ramp_step, side, movements)
    return PlannedSession(
        id=UUID(str(uuid7())),
        user_id=enrolment.user_id,
        enrolment_id=enrolment.id,
        slot=_slot(planned),
        day=planned.day,
        at_min=planned.at_min,
        programme=programme.slug,
        phase=phase.id,
        name=planned.template.name,
        optional=planned.template.optional,
        items=_stored(items),
        flare_items=_stored(flare_items(programme, side, movements)),
        state=PlannedState.PLANNED,
        created_at=now,
    )


def _stored(items: tuple[PlannedItem, ...]) -> list[Any]:
    return [_without_none(asdict(item)) for item in items]


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(each) for key, each in value.items() if each is not None}
    return value


def _slot(planned: PlannedDay) -> str:
    return f"{planned.day.isoformat()}/{planned.template.id}/{planned.index_of_day}"


def _set_state(session: PlannedSession, state: PlannedState, now: datetime) -> None:
    if session.state == PlannedState.DONE:
        raise Conflict("That session was done already.")
    session.state = state
    session.state_changed_at = now
    db.session.flush()
