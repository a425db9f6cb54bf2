"""What the rules did to somebody's plan, and why, written down the first time it acts.

To be read by the person; nothing is ever computed with it (ADR 13).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlanDecision
from fstpwa.services.day_plan import day_plan

PAGE = 30
"""Decisions on one page."""


def note(user: User, *, now: datetime) -> None:
    """Write down what acts on the plan of `user` today and is not written yet; flushed.

    To be called after whatever may change it was stored. Safe to repeat.
    """
    today = local_day(now, user.time_zone)
    db.session.flush()
    plan = day_plan(user, today)
    if plan.enrolment is None:
        return
    known = _known(user, [each.since for each in plan.adaptation.reasons])
    for reason in plan.adaptation.reasons:
        if (reason.since, reason.rule) not in known:
            write(
                user,
                reason.rule,
                reason.sentence,
                facts=reason.facts,
                day=reason.since,
                until=reason.until,
                now=now,
            )
    proposed = plan.proposal
    if proposed is not None and not plan.enrolment.rests_on(today):
        # It changed nothing by itself, and is to be read all the same.
        write(
            user,
            proposed.rule,
            proposed.sentence,
            facts=proposed.facts,
            day=today,
            until=today,
            now=now,
        )
    plan.enrolment.decided_on = today
    db.session.flush()


def write(
    user: User,
    rule: str,
    sentence: str,
    *,
    facts: Mapping[str, Any],
    day: date,
    until: date | None = None,
    now: datetime,
) -> None:
    """Write down one decision of a day; the first one of a rule and day stays."""
    stored = select(PlanDecision.id).where(
        PlanDecision.user_id == user.id, PlanDecision.day == day, PlanDecision.rule == rule
    )
    if db.session.scalar(stored) is not None:
        return
    decision = PlanDecision(
        user_id=user.id,
        day=day,
        rule=rule,
        sentence=sentence,
        facts=dict(facts),
        until=until,
        decided_at=now,
    )
    # The worker, or another device, may write down the same at this moment.
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.add(decision)


def decisions_of(user: User, *, before: int | None = None) -> Sequence[PlanDecision]:
    """Return a page of what was decided for `user`, newest first, and one more if there is any.

    Args:
        user: whose plan it is.
        before: only what stands before the decision with this id; None begins with the newest.
    """
    found = select(PlanDecision).where(PlanDecision.user_id == user.id)
    if before is not None:
        found = found.where(PlanDecision.id < before)
    return db.session.scalars(found.order_by(PlanDecision.id.desc()).limit(PAGE + 1)).all()


def due(*, now: datetime) -> list[int]:
    """Return the people whose day began since their plan was last looked at.

    East of Greenwich a day is written down some hours late; it is read rightly all the same.
    """
    rows = db.session.execute(
        select(Enrolment.user_id, Enrolment.decided_on, User.time_zone)
        .join(User, User.id == Enrolment.user_id)
        .where(
            Enrolment.ended_at.is_(None),
            Enrolment.paused_at.is_(None),
            (Enrolment.decided_on.is_(None)) | (Enrolment.decided_on < now.date()),
        )
    )
    return [
        row.user_id
        for row in rows
        if row.decided_on is None or row.decided_on < local_day(now, row.time_zone)
    ]


def note_these(user_ids: Sequence[int], *, now: datetime) -> None:
    """Write down what acts today for some people; flushed, not committed."""
    for user in db.session.scalars(select(User).where(User.id.in_(user_ids))):
        note(user, now=now)


def _known(user: User, days: Sequence[date]) -> set[tuple[date, str]]:
    rows = db.session.execute(
        select(PlanDecision.day, PlanDecision.rule).where(
            PlanDecision.user_id == user.id, PlanDecision.day.in_(set(days))
        )
    )
    return {(row.day, row.rule) for row in rows}
