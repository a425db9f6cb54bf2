"""What the rule for going on reads from the days before."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn, CheckInRegion, PlannedState, SessionLog
from fstpwa.services import people
from fstpwa.services.fortnight import practice_before
from tests.services.test_enrolments import follow, sessions_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
START = NOW.date()
TODAY = START + timedelta(days=14)
RULE = library().programmes["low-back"].phases[0].progress


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


@pytest.fixture
def enrolment(user):
    return follow(user, now=NOW)


def check_in(user, day, **answers):
    row = CheckIn(user_id=user.id, day=day, recorded_at=NOW, changed_at=NOW, **answers)
    db.session.add(row)
    return row


def test_a_session_that_was_skipped_counts_as_planned_and_one_withdrawn_does_not(enrolment):
    sessions = sessions_of(enrolment)
    for session, state in zip(sessions, ("done", "skipped", "withdrawn"), strict=False):
        session.state = PlannedState(state)
    practice = practice_before(enrolment, TODAY, RULE)
    assert (practice.planned, practice.done) == (len(sessions) - 1, 1)


def test_a_flare_is_counted_back_from_today(user, enrolment):
    check_in(user, TODAY - timedelta(days=9), flare=True)
    check_in(user, TODAY - timedelta(days=3), flare=True)
    check_in(user, TODAY - timedelta(days=1), flare=False)
    assert practice_before(enrolment, TODAY, RULE).days_since_flare == 3


def test_medians_of_now_are_held_against_those_of_the_start(user, enrolment):
    for number in range(14):
        row = check_in(user, START + timedelta(days=number), stiffness=4 if number < 7 else 6)
        row.regions = [
            CheckInRegion(region="neck", pain=number % 2),
            CheckInRegion(region="hip", pain=5),
        ]
    rises = practice_before(enrolment, TODAY, RULE).rises
    assert rises == {"pain": 0, "fatigue": None, "stiffness": 2}


def test_each_session_is_judged_by_the_pain_before_it(user, enrolment):
    for worst, before in ((7, 6), (7, 2), (None, 2)):
        db.session.add(
            SessionLog(
                id=uuid4(),
                user_id=user.id,
                name="Main",
                programme="low-back",
                variant="usual",
                day=TODAY - timedelta(days=1),
                started_at=NOW,
                finished_at=NOW,
                done_s=60,
                planned_s=60,
                worst_pain=worst,
                pain_before=before,
                recorded_at=NOW,
                changed_at=NOW,
            )
        )
    assert sorted(practice_before(enrolment, TODAY, RULE).zones) == ["green", "red"]
