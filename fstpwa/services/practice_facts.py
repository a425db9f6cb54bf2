"""What adapts somebody's plan, read from where it is stored: seven queries, whatever the history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import cast

from sqlalchemy import func, or_, select, type_coerce
from sqlalchemy.types import NullType

from fstpwa.domain.good_days import GoodDay
from fstpwa.domain.practice_history import (
    DayRecord,
    EventKind,
    EventRecord,
    FeltPain,
    MovementRecord,
    Outcome,
    Place,
    PlannedRecord,
    PracticeHistory,
    SessionRecord,
    Support,
)
from fstpwa.domain.session import VariantName
from fstpwa.domain.session_log import EasedReason, MovementState
from fstpwa.domain.standing import FLARE_QUESTION
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, HealthReport
from fstpwa.models.people import User
from fstpwa.models.practice import (
    CheckIn,
    CheckInRegion,
    Enrolment,
    MovementLog,
    PlanEvent,
    PlannedSession,
    PlannedState,
    SessionLog,
)
from fstpwa.services import pauses
from fstpwa.services.planning import template_of
from fstpwa.services.safety import FALL

REACH = timedelta(days=180)
"""No rule looks further back: a flare may last for months, everything else is over in weeks."""


def practice_history(user: User, enrolment: Enrolment, today: date) -> PracticeHistory:
    """Return what happened up to and including `today` that may adapt the plan of `user`.

    Args:
        user: whose practice it is.
        enrolment: the programme they follow.
        today: their own calendar day.
    """
    since = today - REACH
    away = pauses.away(enrolment, today)
    return PracticeHistory(
        place=Place(
            phase=enrolment.phase,
            ramp_step=enrolment.ramp_step,
            since=enrolment.step_since + away,
            phase_since=enrolment.phase_since + away,
            started_on=enrolment.started_on,
        ),
        days=_days(user, since, today),
        sessions=_sessions(user, since, today),
        planned=planned_records(enrolment, since, today),
        events=_events(user, since, today),
    )


def _days(user: User, since: date, today: date) -> Mapping[date, DayRecord]:
    rows = db.session.execute(
        select(
            CheckIn.day,
            CheckIn.stiffness,
            CheckIn.fatigue,
            CheckIn.sleep,
            CheckIn.first_step_pain,
            CheckIn.good_day,
            CheckIn.flare,
            CheckIn.woken_by_pain,
            func.max(CheckInRegion.pain).label("pain"),
        )
        .outerjoin(CheckInRegion, CheckInRegion.check_in_id == CheckIn.id)
        .where(CheckIn.user_id == user.id, CheckIn.day.between(since, today))
        .group_by(CheckIn.id)
        .order_by(CheckIn.day)
    )
    found = {
        row.day: DayRecord(
            stiffness=row.stiffness,
            pain=row.pain,
            fatigue=row.fatigue,
            sleep=row.sleep,
            first_step_pain=row.first_step_pain,
            good_day=GoodDay(row.good_day) if row.good_day else None,
            flare=bool(row.flare),
            woken_by_pain=row.woken_by_pain,
        )
        for row in rows
    }
    for day in flares_before_sessions(user, since, today):
        found[day] = replace(found.get(day, DayRecord()), flare=True)
    return dict(sorted(found.items()))


def flares_before_sessions(user: User, since: date, today: date) -> Sequence[date]:
    """Return the days on which the check before a session was answered with "a flare day"."""
    answers = db.session.execute(
        select(HealthAnswer.day, HealthAnswer.yes)
        .where(
            HealthAnswer.user_id == user.id,
            HealthAnswer.question == FLARE_QUESTION,
            HealthAnswer.day.between(since, today),
        )
        .order_by(HealthAnswer.answered_at, HealthAnswer.id)
    )
    last = {row.day: row.yes for row in answers}
    return [day for day, yes in last.items() if yes]


def _sessions(user: User, since: date, today: date) -> tuple[SessionRecord, ...]:
    of_them = (
        SessionLog.user_id == user.id,
        SessionLog.day.between(since, today),
        or_(SessionLog.done_s > 0, SessionLog.worst_pain.is_not(None), _SAYS_SOMETHING),
    )
    rows = db.session.execute(
        select(*_SESSION_COLUMNS)
        .outerjoin(PlannedSession, PlannedSession.id == SessionLog.planned_session_id)
        .where(*of_them)
        .order_by(SessionLog.started_at, SessionLog.id)
    )
    movements: dict[object, list[MovementRecord]] = {}
    for key, *facts in db.session.execute(
        select(*_MOVEMENT_COLUMNS)
        .join(SessionLog, SessionLog.id == MovementLog.session_log_id)
        .where(*of_them)
        .order_by(MovementLog.session_log_id, MovementLog.position)
    ):
        movements.setdefault(key, []).append(_movement(*facts))
    return tuple(
        SessionRecord(
            id=row.id,
            day=row.day,
            template=template_of(row.slot) if row.slot else "",
            phase=row.phase or "",
            variant=cast("VariantName", row.variant),
            done_s=row.done_s,
            planned_s=row.planned_s,
            pain_before=row.pain_before,
            worst_pain=row.worst_pain,
            pain_kinds=tuple(row.pain_kinds),
            next_morning_pain=row.next_morning_pain,
            settled=row.settled,
            movements=tuple(movements.get(row.key, ())),
        )
        for row in rows
    )


# Stopped at the first movement before anything of it was done: what it felt like counts all the same.
_SAYS_SOMETHING = (
    select(MovementLog.id)
    .where(
        MovementLog.session_log_id == SessionLog.id,
        or_(MovementLog.pain_kind.is_not(None), MovementLog.reason.is_not(None)),
    )
    .correlate(SessionLog)
    .exists()
)

_SESSION_COLUMNS = (
    SessionLog.id,
    type_coerce(SessionLog.id, NullType).label("key"),
    SessionLog.day,
    SessionLog.variant,
    SessionLog.done_s,
    SessionLog.planned_s,
    SessionLog.pain_before,
    SessionLog.worst_pain,
    SessionLog.pain_kinds,
    SessionLog.next_morning_pain,
    SessionLog.settled,
    PlannedSession.slot,
    PlannedSession.phase,
)
# Only compared: to make an identity of each of hundreds takes longer than all the rest.
_MOVEMENT_COLUMNS = (
    type_coerce(MovementLog.session_log_id, NullType),
    MovementLog.slug,
    MovementLog.state,
    MovementLog.easier,
    MovementLog.reason,
    MovementLog.pain_kind,
    MovementLog.held_s,
    MovementLog.support,
)


@lru_cache(maxsize=4096)
def _movement(
    slug: str,
    state: MovementState,
    easier: bool,  # noqa: FBT001 - in the order of the columns
    reason: EasedReason | None,
    pain_kind: FeltPain | None,
    held_s: int | None,
    support: Support | None,
) -> MovementRecord:
    """Return what was done of a movement; most of it is the same every day, so it is made once."""
    return MovementRecord(
        slug=slug,
        state=state,
        easier=easier,
        reason=reason,
        pain_kind=pain_kind,
        held_s=held_s,
        support=support,
    )


def planned_records(enrolment: Enrolment, since: date, today: date) -> tuple[PlannedRecord, ...]:
    """Return the sessions of a programme that are in its plan on the days from `since` to `today`."""
    rows = db.session.execute(
        select(
            PlannedSession.day, PlannedSession.slot, PlannedSession.state, PlannedSession.optional
        )
        .where(
            PlannedSession.enrolment_id == enrolment.id,
            PlannedSession.day.between(since, today),
            PlannedSession.state != PlannedState.WITHDRAWN,
        )
        .order_by(PlannedSession.day, PlannedSession.at_min, PlannedSession.id)
    )
    return tuple(
        PlannedRecord(
            day=row.day,
            template=template_of(row.slot),
            state=cast("Outcome", row.state),
            optional=row.optional,
        )
        for row in rows
    )


def _events(user: User, since: date, today: date) -> tuple[EventRecord, ...]:
    said = db.session.execute(
        select(PlanEvent.day, PlanEvent.kind, PlanEvent.value)
        .where(PlanEvent.user_id == user.id, PlanEvent.day.between(since, today))
        .order_by(PlanEvent.day, PlanEvent.id)
    )
    found = [
        EventRecord(day=row.day, kind=cast("EventKind", row.kind), value=row.value) for row in said
    ]
    falls = db.session.scalars(
        select(HealthReport.day).where(
            HealthReport.user_id == user.id,
            HealthReport.what == FALL,
            HealthReport.day.between(since, today),
        )
    )
    found += [EventRecord(day=day, kind="fall") for day in falls]
    return tuple(sorted(found, key=lambda each: each.day))
