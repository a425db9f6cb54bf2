"""What Today shows: the sessions of the day, the next ones, the week so far."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from fstpwa.domain.days import days_between, monday_of
from fstpwa.domain.planning import DAYS_AHEAD, Offer
from fstpwa.domain.programme import Phase, Programme
from fstpwa.domain.session import VariantName
from fstpwa.domain.timeline import minutes
from fstpwa.domain.variants import label
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlannedSession, PlannedState, SessionLog
from fstpwa.services import enrolments
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import equipment_of, movements_of, variants_of

NEXT_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantChoice:
    """One way to do a session, as it is offered."""

    name: VariantName
    label: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCard:
    """One planned session as Today shows it."""

    session: PlannedSession
    log_id: UUID | None
    """The latest record of having done it."""
    starts_with: VariantChoice
    variants: tuple[VariantChoice, ...]
    names: tuple[str, ...]
    equipment: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """One day of the present week."""

    day: date
    planned: bool
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Everything on Today but the check-in."""

    enrolment: Enrolment | None
    programme: Programme | None
    phase: Phase | None
    offer: Offer | None
    sessions: tuple[SessionCard, ...]
    following: tuple[PlannedSession, ...]
    week: tuple[WeekDay, ...]


def today_of(user: User, today: date) -> Today:
    """Return what Today shows for `user`; three queries whatever the history.

    Args:
        user: whose day it is.
        today: their own calendar day.
    """
    enrolment = enrolments.running_enrolment(user)
    monday = monday_of(today)
    sunday = monday + timedelta(days=6)
    planned = db.session.scalars(
        select(PlannedSession)
        .where(
            PlannedSession.user_id == user.id,
            PlannedSession.day.between(monday, today + timedelta(days=DAYS_AHEAD)),
        )
        .order_by(PlannedSession.day, PlannedSession.at_min, PlannedSession.id)
    ).all()
    logs = db.session.execute(
        select(SessionLog.day, SessionLog.planned_session_id, SessionLog.id)
        .where(SessionLog.user_id == user.id, SessionLog.day.between(monday, sunday))
        .order_by(SessionLog.started_at)
    ).all()
    practised = {day for day, _, _ in logs}
    log_of = {session_id: log_id for _, session_id, log_id in logs}
    waiting = [each for each in planned if each.state == PlannedState.PLANNED]
    programme = enrolments.programme_of(enrolment) if enrolment else None
    return Today(
        enrolment=enrolment,
        programme=programme,
        phase=programme.phase(enrolment.phase) if enrolment and programme else None,
        offer=enrolments.offer(enrolment, today) if enrolment else None,
        sessions=tuple(
            session_card(each, user, log_of.get(each.id)) for each in planned if each.day == today
        ),
        following=tuple(each for each in waiting if each.day > today)[:NEXT_SHOWN],
        week=tuple(
            WeekDay(
                day=day,
                planned=any(each.day == day for each in waiting),
                done=day in practised,
            )
            for day in days_between(monday, sunday)
        ),
    )


def session_card(session: PlannedSession, user: User, log_id: UUID | None = None) -> SessionCard:
    """Return a planned session with its real minutes, movements and equipment."""
    choices = tuple(
        VariantChoice(name=each.name, label=label(each), minutes=minutes(each.total_s))
        for each in variants_of(session, pace_of(user))
    )
    return SessionCard(
        session=session,
        log_id=log_id,
        starts_with=next((c for c in choices if c.name == session.prefer), choices[0]),
        variants=choices,
        names=tuple(movement.name for movement in movements_of(session)),
        equipment=equipment_of(session),
    )
