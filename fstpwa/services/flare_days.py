"""Saying that a day is a flare day, taking it back, and saying that it is over.

A flare day is an answer of the day's check-in, however it is said: so the latest word counts, on
whatever page or in whatever notification it was given.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select

from fstpwa.domain.check_in import CheckInEntry
from fstpwa.domain.days import check_day, local_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.flares import FlareStanding, standing
from fstpwa.domain.merging import Outcome, stamp
from fstpwa.domain.practice_history import EventKind
from fstpwa.domain.standing import FLARE_QUESTION, Source
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer
from fstpwa.models.people import User
from fstpwa.services import check_ins, enrolments, plan_events
from fstpwa.services.practice_facts import practice_history
from fstpwa.services.safety import AnswerEntry, record_answers

FLARE_OF_ANSWER: Mapping[str, bool | None] = {"yes": True, "undo": None, "back": None}
"""What an answer says to the check-in's question whether it is a flare."""
EVENTS_OF_ANSWER: Mapping[str, Mapping[str, bool]] = {
    "yes": dict.fromkeys(plan_events.ENDED_BY_A_FLARE, False),
    "undo": {},
    "back": {"back_to_usual": True},
    "no": {"not_a_flare": True},
}
"""What an answer says, or takes back, of what ends a flare."""
ANSWERS = frozenset(EVENTS_OF_ANSWER)


def answer(
    user: User, what: str, *, day: date, at: datetime, operation_id: UUID, now: datetime
) -> Outcome:
    """Store what was tapped about a flare; flushed. It does not claim the operation.

    A later word stays, on whatever device and in whatever order they come.

    Args:
        user: whose day it is.
        what: "yes", today is a flare day; "undo" takes that back, wherever it was said; "back",
            the flare is over since today; "no", what looks like a flare is none.
        day: their own day on which it was tapped.
        at: when it was tapped, aware; a phone's clock that is ahead counts as `now`.
        operation_id: made where it was tapped.
        now: the current instant, aware.

    Returns:
        "merged" if a later word on it stays.

    Raises:
        InvalidValue: no such answer, or the day is in the future or over 400 days back.
    """
    if what not in ANSWERS:
        raise InvalidValue("Choose one of the answers that are offered.")
    latest = check_ins.today_where(user, day, now)
    check_day(day, latest)
    outcome: Outcome = "applied"
    if what in FLARE_OF_ANSWER:
        entry = CheckInEntry(day=day, answers={"flare": FLARE_OF_ANSWER[what]})
        outcome = check_ins.merge_check_in(user, entry, at=at, operation_id=operation_id, now=now)
        if outcome == "applied" and what != "yes":
            _take_back_before_session(user, day, now=now)
    words = EVENTS_OF_ANSWER[what]
    won = check_ins.say_of_day(user, day, words, stamp(min(at, now), operation_id), now=now)
    for kind in plan_events.ENDED_BY_A_FLARE:
        if kind in won and words[kind]:
            plan_events.note(user, kind, day=day, now=now, latest=latest)
        elif kind in won:
            plan_events.take_back(user, kind, day=day)
    return outcome if len(won) == len(words) else "merged"


def forget_its_end(
    user: User, day: date, *, at: datetime, operation_id: UUID, now: datetime
) -> None:
    """Take back that a flare was over, or none, on a day that is said to be a flare day; flushed."""
    words = EVENTS_OF_ANSWER["yes"]
    for kind in check_ins.say_of_day(user, day, words, stamp(min(at, now), operation_id), now=now):
        plan_events.take_back(user, cast("EventKind", kind), day=day)


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


def _take_back_before_session(user: User, day: date, *, now: datetime) -> None:
    """Take back that today is a flare day also where the check before a session said so."""
    if day == local_day(now, user.time_zone) and _said_before_session(user, day):
        said_no = AnswerEntry(question=FLARE_QUESTION, yes=False)
        record_answers(user, [said_no], Source.CORRECTION, now=now)


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
