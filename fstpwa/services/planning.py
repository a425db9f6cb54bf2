"""Planned sessions: made 14 days ahead, found, moved, skipped, shortened."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update
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
from fstpwa.services.programme_versions import programme_of

WITHDRAWN_KEPT = timedelta(days=2)
FURTHEST_MOVE = timedelta(days=13)


def extend(enrolment: Enrolment, *, today: date, now: datetime) -> int:
    """Plan every day up to 13 days after `today` that is not planned yet.

    Safe to repeat: a day that was planned once is never planned again, also when its
    session was moved or skipped since. In a pause only the days after it are planned.

    Returns:
        How many sessions were made; flushed, not committed.
    """
    wait_for(enrolment)
    first = _first_day(enrolment, today)
    if first is None:
        return 0
    if enrolment.planned_until is not None:
        first = max(first, enrolment.planned_until + timedelta(days=1))
    return _plan(enrolment, first, today, now)


def replan(enrolment: Enrolment, *, first: date, today: date, now: datetime) -> None:
    """Plan the days from `first` on anew, as the enrolment stands now.

    What was done or skipped stays, and so does where somebody moved a session. A session that
    is still wanted keeps its id and gets its new doses and time; one that is not is withdrawn.
    In a pause only the days after it are planned.
    """
    wait_for(enrolment)
    withdraw(enrolment, first=first, now=now)
    start = _first_day(enrolment, first)
    if start is not None:
        _plan(enrolment, start, today, now)


def withdraw(enrolment: Enrolment, *, first: date, now: datetime) -> None:
    """Take the planned sessions from the day `first` on out of the plan.

    One of an earlier day that was moved to a later one stays: it would not come back.
    """
    _withdraw(enrolment, first, now, PlannedSession.slot >= first.isoformat())


def clear(enrolment: Enrolment, *, first: date, now: datetime) -> None:
    """Take every session out that is planned for `first` or later, moved or not."""
    _withdraw(enrolment, first, now)


def _withdraw(
    enrolment: Enrolment, first: date, now: datetime, *which: ColumnElement[bool]
) -> None:
    db.session.flush()
    db.session.execute(
        update(PlannedSession)
        .where(
            PlannedSession.enrolment_id == enrolment.id,
            PlannedSession.day >= first,
            PlannedSession.state == PlannedState.PLANNED,
            *which,
        )
        .values(state=PlannedState.WITHDRAWN, state_changed_at=now)
    )
    enrolment.planned_until = None


def forget_withdrawn(*, now: datetime) -> None:
    """Delete sessions that were withdrawn two days ago: nobody is still playing them."""
    db.session.execute(
        delete(PlannedSession).where(
            PlannedSession.state == PlannedState.WITHDRAWN,
            PlannedSession.state_changed_at < now - WITHDRAWN_KEPT,
        )
    )


def due_enrolments(*, now: datetime) -> list[int]:
    """Return the ids of running programmes whose sessions may not reach 13 days ahead yet."""
    # In the far east a day begins before it does in UTC: they are due a round later at most.
    furthest = now.date() + timedelta(days=DAYS_AHEAD - 1)
    return list(
        db.session.scalars(
            select(Enrolment.id).where(
                Enrolment.ended_at.is_(None),
                or_(Enrolment.paused_at.is_(None), Enrolment.resumes_on <= furthest),
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


def is_done_on(enrolment: Enrolment, day: date) -> bool:
    """Return whether a session of the programme was done on `day`."""
    done = select(PlannedSession.id).where(
        PlannedSession.enrolment_id == enrolment.id,
        PlannedSession.day == day,
        PlannedSession.state == PlannedState.DONE,
    )
    return db.session.scalar(done.limit(1)) is not None


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
    """Choose ahead which variant the session starts with; None leaves it to how the day is."""
    session.prefer = variant
    session.state_changed_at = now
    db.session.flush()


def schedule_of(enrolment: Enrolment) -> Schedule:
    """Return the days and time of an enrolment."""
    weekdays = frozenset(day for day in range(7) if enrolment.weekdays >> day & 1)
    return Schedule(weekdays=weekdays, at_min=enrolment.at_min)


def template_of(slot: str) -> str:
    """Return the id of the session in its phase that a stored slot names."""
    return slot.split("/")[1]


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


def wait_for(enrolment: Enrolment) -> None:
    """Let whoever plans the same programme at once finish first, and see what they left."""
    db.session.flush()
    db.session.refresh(enrolment, with_for_update=True)


def _first_day(enrolment: Enrolment, wanted: date) -> date | None:
    """Return the first day from `wanted` on that may be planned; None if none may."""
    if enrolment.ended_at is not None:
        return None
    if not enrolment.rests_on(wanted):
        return wanted
    return enrolment.resumes_on


def _plan(enrolment: Enrolment, first: date, today: date, now: datetime) -> int:
    """Make, or bring back, the sessions from `first` to 13 days after `today`."""
    last = today + timedelta(days=DAYS_AHEAD - 1)
    if first > last:
        return 0
    programme = programme_of(enrolment)
    phase = programme.phase(enrolment.phase)
    until = last if enrolment.ends_on is None else min(last, enrolment.ends_on)
    days = calendar(phase, schedule_of(enrolment), first, (until - first).days + 1)
    stored = {
        each.slot: each
        for each in db.session.scalars(
            select(PlannedSession)
            .where(
                PlannedSession.enrolment_id == enrolment.id,
                PlannedSession.slot >= first.isoformat(),
            )
            .execution_options(populate_existing=True)
        )
    }
    made = 0
    for planned in days:
        session = stored.get(_slot(planned))
        if session is None:
            session = _new_session(enrolment, planned, now)
            db.session.add(session)
            made += 1
        if session.state in (None, PlannedState.WITHDRAWN):
            if session.day < first:
                # It was moved into days on which the programme rests now.
                session.day = planned.day
            _fill(session, enrolment, programme, planned)
    enrolment.planned_until = last
    db.session.flush()
    return made


def _new_session(enrolment: Enrolment, planned: PlannedDay, now: datetime) -> PlannedSession:
    return PlannedSession(
        id=UUID(str(uuid7())),
        user_id=enrolment.user_id,
        enrolment_id=enrolment.id,
        slot=_slot(planned),
        day=planned.day,
        created_at=now,
    )


def _fill(
    session: PlannedSession, enrolment: Enrolment, programme: Programme, planned: PlannedDay
) -> None:
    """Write what the session is, as the enrolment stands; its day stays where it was moved."""
    side: SideChoice | None = enrolment.side  # type: ignore[assignment]  # a CHECK keeps it
    movements = library().movements
    phase = programme.phase(enrolment.phase)
    items = planned_items(programme, phase, planned.template, enrolment.ramp_step, side, movements)
    session.state = PlannedState.PLANNED
    session.at_min = planned.at_min
    session.programme = programme.slug
    session.phase = phase.id
    session.name = planned.template.name
    session.optional = planned.template.optional
    session.items = stored_items(items)
    # The one place where the flare-day routine comes from: what a therapist writes for somebody
    # is put in here, and everything else (gate, player, notification) follows.
    session.flare_items = stored_items(flare_items(programme, side, movements))


def stored_items(items: tuple[PlannedItem, ...]) -> list[Any]:
    """Return movements as a planned session stores them; `items_of` reads them."""
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
