"""What was ticked before a session and not answered keeps every session of that day closed."""

from datetime import timedelta

import pytest

from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.health import PendingCheck
from fstpwa.services import pending_checks, people
from fstpwa.services.gate import gate_of
from tests.services.test_enrolments import DAY, NOW, TODAY
from tests.services.test_gate import say, screen


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        user = people.start_without_account("UTC", now=NOW)
        screen(user, NOW - timedelta(hours=1))
        yield user


def test_a_tick_closes_the_door_until_it_is_answered(user):
    pending_checks.keep(user, ["pc_injury"], day=TODAY, now=NOW)
    assert gate_of(user, TODAY).door == "check"
    assert gate_of(user, TODAY).ticked == ("pc_injury",)
    pending_checks.settle(user, ["pc_injury"], now=NOW)
    assert gate_of(user, TODAY).door == "open"
    assert db.session.get(PendingCheck, (user.id, TODAY)) is None


def test_ticks_of_two_sessions_wait_together_and_each_needs_its_answer(user):
    pending_checks.keep(user, ["pc_flare"], day=TODAY, now=NOW)
    pending_checks.keep(user, ["pc_emergency", "pc_flare"], day=TODAY, now=NOW)
    assert pending_checks.pending(user, TODAY) == ("pc_emergency", "pc_flare")
    pending_checks.settle(user, ["pc_flare"], now=NOW)
    assert pending_checks.pending(user, TODAY) == ("pc_emergency",)


def test_the_next_day_asks_anew_and_keeps_nothing_of_the_day_before(user):
    pending_checks.keep(user, ["pc_flare"], day=TODAY, now=NOW)
    assert gate_of(user, TODAY + DAY).door == "open"
    pending_checks.keep(user, ["pc_injury"], day=TODAY + DAY, now=NOW + DAY)
    assert pending_checks.pending(user, TODAY) == ()
    assert pending_checks.pending(user, TODAY + DAY) == ("pc_injury",)


def test_what_a_phone_kept_since_yesterday_waits_today(user):
    pending_checks.keep(user, ["pc_injury"], day=TODAY - DAY, now=NOW)
    assert pending_checks.pending(user, TODAY) == ("pc_injury",)
    for wrong in (TODAY + 2 * DAY, TODAY - 400 * DAY):
        with pytest.raises(InvalidValue):
            pending_checks.keep(user, ["pc_flare"], day=wrong, now=NOW)


@pytest.mark.parametrize("ticked", [[], ["unknown"]])
def test_what_the_check_does_not_have_is_not_kept(user, ticked):
    pending_checks.keep(user, ticked, day=TODAY, now=NOW)
    assert gate_of(user, TODAY).door == "open"
    assert db.session.get(PendingCheck, (user.id, TODAY)) is None


def test_a_lock_of_the_whole_plan_goes_before_it(user):
    pending_checks.keep(user, ["pc_emergency"], day=TODAY, now=NOW)
    say(user, "em_heart")
    assert gate_of(user, TODAY).door == "safety"


@pytest.mark.parametrize(("item", "urgent"), [("pc_injury", True), ("pc_flare", False)])
def test_it_is_known_whether_help_may_be_needed(user, item, urgent):
    pending_checks.keep(user, [item], day=TODAY, now=NOW)
    assert gate_of(user, TODAY).may_be_emergency is urgent
