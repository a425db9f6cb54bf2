"""What happened in the days before today, as the rule for going on wants to know it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Row, func, select

from fstpwa.domain.after_session import zone
from fstpwa.domain.progression import Practice
from fstpwa.extensions import db
from fstpwa.models.practice import (
    CheckIn,
    CheckInRegion,
    Enrolment,
    PlannedSession,
    PlannedState,
    SessionLog,
)

MEDIAN_DAYS = 7


def practice_before(enrolment: Enrolment, today: date, rule: Mapping[str, Any]) -> Practice:
    """Return what was planned, done, felt and said in the rule's window; three queries.

    Args:
        enrolment: the programme; only days since its present step count for what was done.
        today: the person's own day, which is not part of the window.
        rule: the `progress` of the present phase; `window_days` is read.
    """
    first = today - timedelta(days=rule["window_days"])
    states = db.session.execute(
        select(PlannedSession.state, func.count())
        .where(
            PlannedSession.enrolment_id == enrolment.id,
            PlannedSession.day >= max(first, enrolment.step_since),
            PlannedSession.day < today,
            PlannedSession.optional.is_(False),
            PlannedSession.state != PlannedState.WITHDRAWN,
        )
        .group_by(PlannedSession.state)
    ).all()
    counts: dict[str, int] = dict(states)
    answers = _answers(enrolment.user_id, first, today)
    said = db.session.execute(
        select(SessionLog.worst_pain, SessionLog.pain_before).where(
            SessionLog.user_id == enrolment.user_id,
            SessionLog.day >= first,
            SessionLog.worst_pain.is_not(None),
        )
    ).all()
    return Practice(
        planned=sum(counts.values()),
        done=counts.get(PlannedState.DONE, 0),
        days_since_flare=min(
            ((today - each.day).days for each in answers if each.flare), default=None
        ),
        rises={
            measure: _rise(answers, measure, first, today)
            for measure in ("pain", "fatigue", "stiffness")
        },
        zones=tuple(zone(worst, base) for worst, base in said if worst is not None),
    )


def _answers(user_id: int, first: date, today: date) -> list[Row[*tuple[Any, ...]]]:
    """Return day, flare, stiffness, fatigue and the worst pain of any place, of each check-in."""
    return list(
        db.session.execute(
            select(
                CheckIn.day,
                CheckIn.flare,
                CheckIn.stiffness,
                CheckIn.fatigue,
                func.max(CheckInRegion.pain).label("pain"),
            )
            .outerjoin(CheckInRegion, CheckInRegion.check_in_id == CheckIn.id)
            .where(CheckIn.user_id == user_id, CheckIn.day >= first, CheckIn.day <= today)
            .group_by(CheckIn.id)
        )
    )


def _rise(
    answers: Sequence[Row[*tuple[Any, ...]]], measure: str, first: date, today: date
) -> float | None:
    """Return the median of the last 7 days less that of the window's first 7, None if unknown."""
    ratings = [(each.day, getattr(each, measure)) for each in answers]
    before = [r for day, r in ratings if r is not None and (day - first).days < MEDIAN_DAYS]
    now = [r for day, r in ratings if r is not None and (today - day).days < MEDIAN_DAYS]
    return median(now) - median(before) if before and now else None
