"""Saying that a day is a flare day, taking it back, and saying that it is over.

A flare day is an answer of the day's check-in, however it is said: so the latest word counts, on
whatever page or in whatever notification it was given.
"""

from datetime import date, datetime

from sqlalchemy import select
from uuid6 import uuid7

from fstpwa.domain.check_in import CheckInEntry
from fstpwa.domain.days import local_day
from fstpwa.domain.flares import FlareStanding, standing
from fstpwa.domain.standing import FLARE_QUESTION, Source
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer
from fstpwa.models.people import User
from fstpwa.services import check_ins, enrolments, plan_events
from fstpwa.services.practice_facts import practice_history
from fstpwa.services.safety import AnswerEntry, record_answers


def say_flare(user: User, *, now: datetime) -> None:
    """Store that today is a flare day; flushed. Said twice, it is stored once."""
    _store(user, flare=True, now=now)
    forget_its_end(user, local_day(now, user.time_zone))


def forget_its_end(user: User, day: date) -> None:
    """Take back that a flare was over, or none, on a day that is said to be a flare day; flushed."""
    for kind in plan_events.ENDED_BY_A_FLARE:
        plan_events.take_back(user, kind, day=day)


def take_back_flare(user: User, *, now: datetime) -> None:
    """Take back that today is a flare day, wherever it was said; flushed."""
    today = local_day(now, user.time_zone)
    _store(user, flare=None, now=now)
    if _said_before_session(user, today):
        said_no = AnswerEntry(question=FLARE_QUESTION, yes=False)
        record_answers(user, [said_no], Source.CORRECTION, now=now)


def say_back_to_usual(user: User, *, now: datetime) -> None:
    """Store that a flare is over since today, also where today was said to be one; flushed."""
    take_back_flare(user, now=now)
    plan_events.note(user, "back_to_usual", day=local_day(now, user.time_zone), now=now)


def say_not_a_flare(user: User, *, now: datetime) -> None:
    """Store that what looks like a flare is none; flushed."""
    plan_events.note(user, "not_a_flare", day=local_day(now, user.time_zone), now=now)


def say_kind(user: User, *, is_new: bool, now: datetime) -> None:
    """Store whether a flare is of the usual kind, or new; flushed. The latest word of a day counts."""
    today = local_day(now, user.time_zone)
    plan_events.take_back(user, "flare_like_before" if is_new else "flare_is_new", day=today)
    plan_events.note(user, "flare_is_new" if is_new else "flare_like_before", day=today, now=now)


def say_triggers(user: User, codes: list[str], *, now: datetime) -> None:
    """Store what may have set the present flare off, on its first day; flushed.

    Nothing happens outside a flare. Raises InvalidValue for an unknown code.
    """
    found = standing_today(user, local_day(now, user.time_zone))
    if found.where != "flare" or found.flare is None:
        return
    plan_events.note(user, "flare_triggers", day=found.flare.first, now=now, value=codes)


def standing_today(user: User, today: date) -> FlareStanding:
    """Return whether `user` is in a flare today; in none without a running programme."""
    enrolment = enrolments.running_enrolment(user)
    if enrolment is None:
        return FlareStanding()
    history = practice_history(user, enrolment, today)
    return standing(history, enrolments.programme_of(enrolment), today)


def _store(user: User, *, flare: bool | None, now: datetime) -> None:
    entry = CheckInEntry(day=local_day(now, user.time_zone), answers={"flare": flare})
    check_ins.record_check_in(user, entry, at=now, operation_id=uuid7(), now=now)


def _said_before_session(user: User, today: date) -> bool:
    """Return whether the check before a session said so today, and it was not taken back since."""
    last = db.session.scalar(
        select(HealthAnswer.yes)
        .where(
            HealthAnswer.user_id == user.id,
            HealthAnswer.question == FLARE_QUESTION,
            HealthAnswer.day == today,
        )
        .order_by(HealthAnswer.answered_at.desc(), HealthAnswer.id.desc())
        .limit(1)
    )
    return bool(last)
