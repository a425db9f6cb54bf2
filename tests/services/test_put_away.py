"""How a movement felt decides what becomes of it in the sessions after."""

from datetime import timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.session_changes import SessionChanges
from fstpwa.domain.session_log import MovementResult, SessionLogEntry
from fstpwa.services import movement_locks, people, sessions
from fstpwa.services.day_plan import day_plan
from tests.services.test_enrolments import NOW, TODAY, follow, sessions_of


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


@pytest.fixture
def planned(user):
    return sessions_of(follow(user))


def record(user, session, *, day: int = 0, stop=None, **changed):
    """Do a session whose first movement went as told."""
    at = NOW + timedelta(days=day)
    first = {"item": "1", "state": "done", "easier": False, "done_s": 50, "reason": None}
    entry = SessionLogEntry(
        log_id=uuid4(),
        variant="usual",
        started_at=at,
        finished_at=at + timedelta(minutes=9),
        pain_before=3,
        stop=stop,
        results=(MovementResult(**{**first, **changed}),),
    )
    return sessions.record_session(user, session, entry, now=at + timedelta(minutes=9))


def say(user, log, answers, now):
    """Say something about a session afterwards."""
    changes = SessionChanges(answers=answers)
    sessions.change_session(user, log.id, changes, at=now, operation_id=uuid4(), now=now)


def played(user, session, day: int):
    """Return slug -> whether it begins easier, of what a session has on a day."""
    usual = day_plan(user, TODAY + timedelta(days=day)).playable(session).usual
    return {item.slug: item.softened for item in usual.items}


@pytest.mark.parametrize("state", ["part", "skipped"])
def test_too_much_in_the_player_begins_easier_next_time_until_it_went_well_twice(
    user, planned, state
):
    log = record(
        user, planned[0], state=state, reason="pain", done_s=0 if state == "skipped" else 9
    )
    slug = log.movements[0].slug
    assert (log.movements[0].reason, log.movements[0].state) == ("pain", state)
    assert played(user, planned[0], 1)[slug] is True
    for day in (2, 4):
        assert played(user, planned[0], day)[slug] is True
        record(user, planned[0], day=day, easier=True)
    assert played(user, planned[0], 5)[slug] is False


def test_eased_in_the_player_arrives_as_eased_and_is_remembered(user, planned):
    log = record(user, planned[0], easier=True, reason="other")
    [movement] = log.movements
    assert (movement.easier, movement.reason) == (True, "other")
    assert played(user, planned[0], 1)[movement.slug] is True


def test_a_movement_in_which_the_session_was_stopped_is_away_and_then_easier(user, planned):
    log = record(user, planned[0], state="part", reason="pain", stop="sharp")
    slug = log.movements[0].slug
    for day in (0, 1, 2):
        assert slug not in played(user, planned[0], day)
    assert played(user, planned[0], 3)[slug] is True


def test_naming_another_movement_afterwards_puts_that_one_away(user, planned):
    log = record(user, planned[0], state="part", reason="pain", stop="tingling")
    slug = log.movements[0].slug
    unsure = {"pain_kinds": ("tingling_numb",), "felt_in": None}
    say(user, log, unsure, NOW + timedelta(minutes=20))
    assert log.movements[0].pain_kind is None
    assert played(user, planned[0], 1)[slug] is True
    say(user, log, {"felt_in": 0}, NOW + timedelta(minutes=25))
    assert slug not in played(user, planned[0], 1)


def test_a_second_sharp_session_locks_for_longer_than_two_days(user, planned):
    for day in (0, 5):
        log = record(user, planned[0], day=day, state="part", reason="pain", stop="sharp")
    slug = log.movements[0].slug
    assert slug not in played(user, planned[0], 30)
    found = day_plan(user, TODAY + timedelta(days=30)).playable(planned[0]).usual
    [out] = [each for each in found.left_out if each.slug == slug]
    assert [each.key for each in out.because] == [
        f"report:{movement_locks.report_id(log.id, slug)}"
    ]
