"""Whose whole plan is locked by what they answered, for many people at once.

The same rules as the gate's (`services/gate.py`): whoever has a sign of danger, or waits for
somebody who knows, is not reminded to practise. Only those who ever said something that can lock
a whole plan are looked at closely; they are few.

Left out on purpose, since a reminder is still of use there: a screening that is due, or was never
made (the reminder leads to it); ticks before a session that are no emergency (it leads to their
questions); movements or areas that are locked, also where nothing is left of a session.
"""

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import get_args

from sqlalchemy import Select, or_, select

from fstpwa.content import library
from fstpwa.domain.pre_session import may_be_emergency
from fstpwa.domain.standing import WholePlan, standing
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, HealthReport, PendingCheck
from fstpwa.services.listed import listed
from fstpwa.services.safety import histories_of

PersonAndDay = tuple[int, date]


def locked(pairs: Iterable[PersonAndDay]) -> set[PersonAndDay]:
    """Return whose whole plan is locked on which of these days of theirs.

    Three queries, and four more if anybody ever said something that can lock a whole plan.
    """
    wanted = set(pairs)
    if not wanted:
        return set()
    users = {user for user, _ in wanted}
    close = _may_be_locked(users)
    histories = histories_of(close) if close else {}
    safety = library().safety
    found = {
        (user, day)
        for user, day in wanted
        if user in histories and standing(histories[user], safety, day).whole_plan is not None
    }
    return found | (_ticked_danger(users, {day for _, day in wanted}) & wanted)


_REPORTED = select(HealthReport.user_id).where(
    listed(HealthReport.user_id, "users"),
    or_(
        HealthReport.emergency.is_(True),
        HealthReport.severity == "severe",
        HealthReport.follow_up == "worse",
    ),
)
_TICKED = select(PendingCheck.user_id, PendingCheck.day, PendingCheck.items).where(
    listed(PendingCheck.user_id, "users"), listed(PendingCheck.day, "days")
)


def _may_be_locked(users: Collection[int]) -> set[int]:
    """Return who ever said something that locks a whole plan; most of it is over."""
    asked = {"users": users}
    return {*db.session.scalars(_said(), asked), *db.session.scalars(_REPORTED, asked)}


@cache
def _said() -> Select[int]:
    return select(HealthAnswer.user_id).where(
        listed(HealthAnswer.user_id, "users"),
        HealthAnswer.yes.is_(True),
        HealthAnswer.question.in_(_locking_questions()),
    )


def _locking_questions() -> tuple[str, ...]:
    questions = library().safety.questions.values()
    return tuple(sorted(each.id for each in questions if each.effect in get_args(WholePlan)))


def _ticked_danger(users: Collection[int], days: Collection[date]) -> set[PersonAndDay]:
    """Return who ticked a sign of danger before a session and left the questions behind it."""
    ticked = db.session.execute(_TICKED, {"users": users, "days": days})
    safety = library().safety
    return {(row.user_id, row.day) for row in ticked if may_be_emergency(row.items, safety)}
