"""Nobody is reminded to practise while the gate locks their whole plan."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.health import HealthReport, HealthUnlock, PendingCheck
from fstpwa.models.people import User
from fstpwa.services import reports
from fstpwa.services.gate import gate_of
from fstpwa.services.plan_locks import locked
from fstpwa.services.reminder_ticks import tick
from fstpwa.services.safety import AnswerEntry, record_answers
from tests.reminding import DAY, EARLY, EIGHT, TODAY, new_user, outcomes, remind, subscribe
from tests.screened import screen

SAFETY = library().safety
LOCKING = sorted(
    each.id
    for each in SAFETY.questions.values()
    if each.effect in ("emergency", "urgent_lock", "ask_first_lock_all")
)
OTHERS = sorted(each for each in SAFETY.questions if each not in LOCKING)


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield screened_user()
        db.session.rollback()


def screened_user() -> User:
    """Store somebody who answered no to everything two days ago."""
    user = new_user()
    screen(user, EARLY - 2 * DAY)
    return user


def says(user: User, question: str, *, yes: bool = True) -> None:
    """Answer one question before a session today."""
    record_answers(user, [AnswerEntry(question=question, yes=yes)], Source.WORRY, now=EARLY)


@pytest.mark.parametrize("question", [*LOCKING, *OTHERS])
def test_whoever_the_gate_locks_out_is_locked_here_and_nobody_else(user, question):
    says(user, question)
    is_locked = gate_of(user, TODAY).standing.whole_plan is not None
    assert is_locked == (question in LOCKING)
    assert locked([(user.id, TODAY)]) == ({(user.id, TODAY)} if is_locked else set())


def test_an_urgent_lock_is_over_after_somebody_was_seen_and_all_was_clear(user):
    question = next(
        each.id
        for each in SAFETY.questions.values()
        if each.effect == "urgent_lock" and each.sets_flag is not None
    )
    says(user, question)
    seen = HealthUnlock(user_id=user.id, key=SAFETY.questions[question].sets_flag, way="seen")
    seen.who, seen.outcome, seen.day = "", "all clear", TODAY
    seen.recorded_at = EARLY + timedelta(hours=1)
    db.session.add(seen)
    db.session.flush()
    assert gate_of(user, TODAY).standing.whole_plan is None
    assert locked([(user.id, TODAY)]) == set()


def test_a_report_of_an_emergency_locks_as_the_gate_does(user):
    reports.begin(user, uuid4(), emergency=True, now=EARLY)
    assert gate_of(user, TODAY).standing.whole_plan == "emergency"
    assert locked([(user.id, TODAY)]) == {(user.id, TODAY)}
    assert db.session.scalars(select(HealthReport.emergency)).all() == [True]


def test_a_sign_of_danger_that_was_ticked_holds_its_own_day_until_it_is_answered(user):
    for item, is_held in ((danger(), True), (harmless(), False)):
        ticked = PendingCheck(user_id=user.id, day=TODAY, items=[item], ticked_at=EARLY)
        db.session.add(ticked)
        db.session.flush()
        assert locked([(user.id, TODAY)]) == ({(user.id, TODAY)} if is_held else set())
        assert locked([(user.id, TODAY + DAY)]) == set()
        db.session.delete(ticked)
        db.session.flush()


def danger() -> str:
    """Return an item of the check before a session that may be an emergency."""
    return next(each.id for each in SAFETY.pre_session.items if opens(each, "emergency"))


def harmless() -> str:
    """Return one that is none."""
    return next(each.id for each in SAFETY.pre_session.items if not opens(each, "emergency"))


def opens(item, effect: str) -> bool:
    return any(SAFETY.questions[each].effect == effect for each in item.opens)


def test_for_many_people_it_takes_as_many_queries_as_for_one(user, queries):
    says(user, LOCKING[0])
    others = [screened_user() for _ in range(5)]
    for each in others:
        says(each, LOCKING[0])
    hers, pairs = (user.id, TODAY), {(each.id, TODAY) for each in others}
    db.session.expire_all()
    with queries() as for_one:
        locked([hers])
    with queries() as for_all:
        assert locked(pairs) == pairs
    assert len(for_one) == len(for_all) == 7


def test_practice_is_held_like_on_a_red_day_and_the_check_in_rings(user):
    subscribe(user)
    remind(user, kind="practice", at_min=479)
    remind(user, kind="check_in", at_min=480)
    says(user, LOCKING[0])
    tick(now=EIGHT)
    assert sorted(outcomes()) == [(TODAY, "due", "on_time"), (TODAY, "skipped", "held")]
