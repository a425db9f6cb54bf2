"""What follows from a session that was done: for its plan, and for the rest of the day."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from fstpwa.domain.pain_zone import Zone, zone_with_kinds
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession, PlannedState, SessionLog
from fstpwa.services import red_days
from fstpwa.services.pain_base import base_on


def follow_plan(session: PlannedSession, log: SessionLog, now: datetime) -> None:
    """Let the planned session be done if anything of `log` was; to be done again if not."""
    if log.done_s == 0:
        plan_again_if_undone(session, now)
    elif session.state != PlannedState.DONE:
        session.state = PlannedState.DONE
        session.state_changed_at = now


def plan_again_if_undone(session: PlannedSession, now: datetime) -> None:
    """Let a planned session be done again if nothing of it was done after all."""
    if session.state != PlannedState.DONE:
        return
    done = select(func.count()).where(
        SessionLog.planned_session_id == session.id, SessionLog.done_s > 0
    )
    if not db.session.scalar(done):
        session.state = PlannedState.PLANNED
        session.state_changed_at = now


def zone_of(log: SessionLog) -> Zone | None:
    """Return the traffic light of a stored session; None where its pain was not said."""
    felt = {each.pain_kind for each in log.movements if each.pain_kind is not None}
    base = base_on(log.user_id, log.day)
    return zone_with_kinds(log.worst_pain, {*log.pain_kinds, *felt}, base)


def hold_day_or_let_it_go(user: User, log: SessionLog, *, was_red: bool, now: datetime) -> None:
    """Hold the day of a session that was too much; let it go if that was corrected."""
    if zone_of(log) == "red":
        red_days.hold_rest(user, log, now=now)
    elif was_red:
        let_day_go(user, log, now=now)


def let_day_go(user: User, log: SessionLog, *, now: datetime) -> None:
    """Let the day of a session go, unless another one of it was too much as well."""
    if not _others_are_red(log):
        red_days.release_rest(user, log, now=now)


def _others_are_red(log: SessionLog) -> bool:
    others = db.session.scalars(
        select(SessionLog)
        .where(
            SessionLog.user_id == log.user_id, SessionLog.day == log.day, SessionLog.id != log.id
        )
        .options(selectinload(SessionLog.movements))
    )
    return any(zone_of(each) == "red" for each in others)
