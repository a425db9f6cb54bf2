"""Pausing a programme: from today, with or without an end, ended early or by itself.

A pause with an end is planned beyond at once: the sessions from its end on are there while it
still lasts. When it is over, the weeks of the present step and part go on where they were.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fstpwa.domain.days import local_day
from fstpwa.domain.pauses import WEEK_DAYS, Pause, PauseReason, reason_of, resumes_on
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlanEvent
from fstpwa.services import planning

DAY = timedelta(days=1)


def pause(
    enrolment: Enrolment,
    user: User,
    *,
    now: datetime,
    reason: PauseReason | None = None,
    until: date | None = None,
) -> None:
    """Pause a programme from today, or change the pause that it is in.

    Args:
        enrolment: the running programme.
        user: whose it is.
        now: the current instant, aware.
        reason: why, if they say so.
        until: the last paused day; None pauses until they go on.

    Raises:
        InvalidValue: `until` is past, or more than a year ahead; nothing is changed then.
    """
    today = local_day(now, user.time_zone)
    ends = None if until is None else resumes_on(until, today)
    planning.wait_for(enrolment)
    _end_if_over(enrolment, user, today, now)
    if enrolment.paused_at is None:
        enrolment.paused_at = now
    enrolment.pause_reason = reason
    enrolment.resumes_on = ends
    planning.clear(enrolment, first=today, now=now)
    planning.extend(enrolment, today=today, now=now)


def resume(enrolment: Enrolment, user: User, *, now: datetime) -> None:
    """Go on with a paused programme where it was: the pause counts for nothing.

    What runs is left as it is, so a double tap moves nothing twice.
    """
    planning.wait_for(enrolment)
    if enrolment.paused_at is None:
        return
    today = local_day(now, user.time_zone)
    if not _end_if_over(enrolment, user, today, now):
        _end(enrolment, user, today, now)
    # Sessions after the pause may be there already; those from today to its end are not.
    enrolment.planned_until = None
    planning.extend(enrolment, today=today, now=now)


def due_to_resume(*, now: datetime) -> list[int]:
    """Return the ids of programmes whose pause may be over somewhere on earth."""
    return list(
        db.session.scalars(
            select(Enrolment.id).where(
                Enrolment.ended_at.is_(None),
                Enrolment.paused_at.is_not(None),
                Enrolment.resumes_on <= now.date() + DAY,
            )
        )
    )


def resume_due(enrolment_ids: Sequence[int], *, now: datetime) -> int:
    """End the pauses that are over on their person's own calendar; flushed.

    Returns:
        How many were ended.
    """
    rows = db.session.execute(
        select(Enrolment, User)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.id.in_(enrolment_ids))
    ).all()
    ended = 0
    for enrolment, user in rows:
        planning.wait_for(enrolment)
        today = local_day(now, user.time_zone)
        if _end_if_over(enrolment, user, today, now):
            planning.extend(enrolment, today=today, now=now)
            ended += 1
    return ended


def away(enrolment: Enrolment, today: date) -> timedelta:
    """Return by how much a pause that is over still has to move the weeks on.

    It is nothing but in the minutes between the end of a pause and the worker's next round.
    """
    if enrolment.paused_at is None or enrolment.rests_on(today) or enrolment.resumes_on is None:
        return timedelta()
    return max(enrolment.resumes_on - _first_day(enrolment), timedelta())


def present_pause(enrolment: Enrolment) -> Pause | None:
    """Return the pause that is stored with a programme, over or not; None if there is none."""
    if enrolment.paused_at is None:
        return None
    last = None if enrolment.resumes_on is None else enrolment.resumes_on - DAY
    reason = reason_of(enrolment.pause_reason)
    return Pause(first=_first_day(enrolment), last=last, reason=reason)


def week_of_step(enrolment: Enrolment, today: date) -> int:
    """Return in which week of its present step a programme is, from 1; pauses stand still."""
    until = _first_day(enrolment) if enrolment.rests_on(today) else today
    since = enrolment.step_since + away(enrolment, today)
    return max((until - since).days, 0) // WEEK_DAYS + 1


def _first_day(enrolment: Enrolment) -> date:
    assert enrolment.paused_at is not None
    return local_day(enrolment.paused_at, enrolment.user.time_zone)


def _end_if_over(enrolment: Enrolment, user: User, today: date, now: datetime) -> bool:
    """End a pause whose end has come, as of that day. Returns whether it did."""
    ends = enrolment.resumes_on
    if enrolment.paused_at is None or ends is None or today < ends:
        return False
    _end(enrolment, user, ends, now)
    return True


def _end(enrolment: Enrolment, user: User, ends: date, now: datetime) -> None:
    """Move the weeks on by the paused days, and note them; call with the row locked."""
    # A journey to the west can put the end before the beginning.
    first = _first_day(enrolment)
    if ends > first:
        enrolment.step_since += ends - first
        enrolment.phase_since += ends - first
        _note(user, first, [(ends - DAY).isoformat(), enrolment.pause_reason], now)
    enrolment.paused_at = enrolment.resumes_on = enrolment.pause_reason = None
    db.session.flush()


def _note(user: User, first: date, value: list[str | None], now: datetime) -> None:
    """Keep a pause that is over: so that no week is counted as missed because of it."""
    rows = select(PlanEvent).filter_by(user_id=user.id, day=first, kind="paused")
    row = db.session.scalar(rows)
    if row is None:
        row = PlanEvent(user_id=user.id, day=first, kind="paused", value=value, at=now)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            row = db.session.scalars(rows).one()
    row.value, row.at = value, now
    db.session.flush()
