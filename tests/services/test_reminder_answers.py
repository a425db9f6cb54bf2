"""What the buttons of a notification store, once, and how it is taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from fstpwa.domain.check_in import CheckInEntry
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.models.practice import AppliedOperation, CheckIn, PlanEvent, PlannedSession
from fstpwa.models.reminders import Reminder
from fstpwa.services import (
    check_ins,
    enrolments,
    plan_events,
    planning,
    red_days,
    reminder_answers,
    reminders,
)
from fstpwa.services.deliveries import Settlement, lease, settle
from fstpwa.services.reminder_answers import record, standing_of
from fstpwa.services.reminder_ticks import tick
from fstpwa.services.reminder_tokens import ReminderToken
from tests.conftest import EVERY_DAY
from tests.reminding import (
    DAY,
    EARLY,
    EIGHT,
    MINUTE,
    SENT,
    TODAY,
    message_states,
    occurrences,
    outcomes,
    plan_today,
    remind,
    subscribe,
)

NINE = EIGHT + 60 * MINUTE


def rang(user, kind) -> ReminderToken:
    """Let a reminder ring on a phone at eight; return what its notification carries."""
    phone = subscribe(user)
    remind(user, kind=kind)
    tick(now=EIGHT)
    settle([Settlement(each, SENT) for each in lease(now=EIGHT)], now=EIGHT)
    return ReminderToken(occurrence_id=occurrences()[0].id, subscription_id=phone.id)


@pytest.fixture
def asks(user):
    """Asked how the day is, at eight."""
    return rang(user, "check_in")


@pytest.fixture
def sessions(user):
    """What she is to do on the day of these tests, in order."""
    entry = enrolments.EnrolmentEntry(programme="neck-and-desk", schedule=EVERY_DAY, side="left")
    enrolments.enrol(user, entry, now=EARLY)
    return plan_today(user)


@pytest.fixture
def calls(user, sessions):
    """Reminded of the session, at eight."""
    return rang(user, "practice")


def good_day(user, day=TODAY) -> str | None:
    db.session.expire_all()
    return db.session.scalar(select(CheckIn.good_day).filter_by(user_id=user.id, day=day))


def states(user) -> set[str]:
    db.session.expire_all()
    found = select(PlannedSession.state).filter_by(user_id=user.id, day=TODAY)
    return set(db.session.scalars(found))


def standing(token, now=NINE):
    return standing_of(reminder_answers.asked_by(token), now=now)


def answers_in_app(user, answer, now=NINE):
    entry = CheckInEntry(day=TODAY, answers=answer)
    check_ins.record_check_in(user, entry, at=now, operation_id=uuid4(), now=now)


def operations() -> int:
    return db.session.scalar(select(func.count()).select_from(AppliedOperation)) or 0


class TestTheGoodDay:
    @pytest.mark.parametrize(("answer", "stored"), [("good_day", "yes"), ("not_today", "no")])
    def test_an_answer_is_the_days_answer_and_closes_the_reminder(self, user, asks, answer, stored):
        after = record(asks, answer, now=NINE)
        assert good_day(user) == stored
        assert outcomes() == [(TODAY, "done", "done")]
        assert (after.given, after.is_open) == (answer, False)

    def test_what_else_was_answered_about_the_day_stays(self, user, asks):
        answers_in_app(user, {"stiffness": 4, "note": "Slept well."}, now=EIGHT)
        record(asks, "good_day", now=NINE)
        found = check_ins.check_in_on(user, TODAY)
        assert (found.good_day, found.stiffness, found.note) == ("yes", 4, "Slept well.")

    @pytest.mark.parametrize("second", ["good_day", "not_today"])
    def test_a_second_answer_stores_nothing(self, user, asks, second):
        record(asks, "good_day", at=EIGHT + MINUTE, now=NINE)
        before = operations()
        with pytest.raises(Conflict, match="already"):
            record(asks, second, at=EIGHT + MINUTE, now=NINE + MINUTE)
        assert (good_day(user), operations()) == ("yes", before)

    def test_an_answer_that_the_app_has_is_not_overwritten(self, user, asks):
        answers_in_app(user, {"good_day": "so_so"}, now=EIGHT + MINUTE)
        with pytest.raises(Conflict, match="answered already"):
            record(asks, "good_day", now=NINE)
        assert good_day(user) == "so_so"
        assert standing(asks).is_open is False
        assert standing(asks).given is None

    def test_a_check_in_without_that_question_leaves_it_open(self, user, asks):
        answers_in_app(user, {"stiffness": 4}, now=EIGHT + MINUTE)
        tick(now=EIGHT + 16 * 60 * MINUTE)
        assert outcomes() == [(TODAY, "done", "done")]
        record(asks, "good_day", now=EIGHT + 17 * 60 * MINUTE)
        assert good_day(user) == "yes"

    def test_it_counts_from_the_tap_and_never_from_the_future(self, user, asks):
        for at, stamped in (
            (EIGHT + 5 * MINUTE, EIGHT + 5 * MINUTE),
            (NINE + 5 * MINUTE, NINE),
            (EIGHT - 5 * MINUTE, EIGHT),
            (datetime.min.replace(tzinfo=UTC), EIGHT),
            (datetime.max.replace(tzinfo=UTC), NINE),
        ):
            with db.session.begin_nested() as savepoint:
                record(asks, "good_day", at=at, now=NINE)
                clocks = db.session.scalar(select(CheckIn.clocks).filter_by(user_id=user.id))
                assert clocks["good_day"].split()[0] == stamped.isoformat(timespec="microseconds")
                savepoint.rollback()

    @pytest.mark.parametrize("closed", ["expired", "missed"])
    def test_a_late_answer_counts_though_the_day_is_over(self, user, asks, closed):
        if closed == "missed":
            db.session.execute(db.text("DELETE FROM delivery"))
        late = EIGHT + timedelta(hours=30)
        tick(now=late)
        assert outcomes()[0][1] == closed

        record(asks, "not_today", at=EIGHT + 5 * MINUTE, now=late)

        assert good_day(user) == "no"
        assert outcomes()[0] == (TODAY, "done", "done")

    def test_what_is_not_sent_yet_is_not_sent_any_more(self, user):
        phone = subscribe(user)
        remind(user)
        tick(now=EIGHT)
        token = ReminderToken(occurrence_id=occurrences()[0].id, subscription_id=phone.id)
        record(token, "good_day", now=NINE)
        assert message_states() == ["expired"]

    @pytest.mark.parametrize("answer", ["later", "skip", "start", "", "yes", "GOOD_DAY"])
    def test_other_answers_are_refused(self, user, asks, answer):
        with pytest.raises(InvalidValue, match="no answer"):
            record(asks, answer, now=NINE)
        assert (good_day(user), outcomes()[0][1]) == (None, "due")


class TestTakingTheGoodDayBack:
    def test_the_answer_goes_and_the_reminder_waits_again_without_ringing(self, user, asks):
        record(asks, "good_day", now=NINE)
        after = record(asks, "undo", now=NINE + MINUTE)
        assert good_day(user) is None
        assert (after.given, after.is_open) == (None, True)
        assert outcomes() == [(TODAY, "due", "on_time")]
        assert tick(now=EIGHT + 15 * 60 * MINUTE) == 0
        assert message_states() == ["sent"]

    def test_left_so_it_is_over_with_its_day(self, user, asks):
        record(asks, "good_day", now=NINE)
        record(asks, "undo", now=NINE + MINUTE)
        tick(now=EIGHT + 16 * 60 * MINUTE)
        assert outcomes()[0] == (TODAY, "expired", "unanswered")

    def test_what_else_was_said_of_the_day_stays(self, user, asks):
        answers_in_app(user, {"stiffness": 4}, now=EIGHT)
        record(asks, "good_day", now=NINE)
        record(asks, "undo", now=NINE + MINUTE)
        assert check_ins.check_in_on(user, TODAY).answers() == {"stiffness": 4}

    def test_it_can_be_answered_anew_and_again(self, user, asks):
        now = NINE
        for number in range(3):
            answer = "not_today" if number % 2 else "good_day"
            record(asks, answer, now=now)
            record(asks, "undo", now=now + MINUTE)
            now += 2 * MINUTE
        record(asks, "good_day", now=now)
        assert good_day(user) == "yes"

    def test_an_old_tap_that_arrives_after_it_stores_nothing(self, user, asks):
        record(asks, "good_day", at=EIGHT + MINUTE, now=NINE)
        record(asks, "undo", now=NINE + MINUTE)
        with pytest.raises(Conflict, match="taken back"):
            record(asks, "good_day", at=EIGHT + MINUTE, now=NINE + 2 * MINUTE)
        assert (good_day(user), outcomes()[0][1]) == (None, "due")

    def test_what_was_changed_in_the_app_since_stays(self, user, asks):
        record(asks, "good_day", now=NINE)
        answers_in_app(user, {"good_day": "no"}, now=NINE + MINUTE)
        with pytest.raises(Conflict, match="changed since"):
            record(asks, "undo", now=NINE + 2 * MINUTE)
        assert good_day(user) == "no"
        assert standing(asks).given is None

    def test_what_was_never_answered_here_cannot_be_taken_back(self, user, asks):
        answers_in_app(user, {"good_day": "yes"})
        with pytest.raises(Conflict, match="nothing to take back"):
            record(asks, "undo", now=NINE + MINUTE)
        assert good_day(user) == "yes"

    def test_twice_is_nothing_more(self, user, asks):
        record(asks, "good_day", now=NINE)
        record(asks, "undo", now=NINE + MINUTE)
        with pytest.raises(Conflict, match="nothing to take back"):
            record(asks, "undo", now=NINE + 2 * MINUTE)

    def test_it_ends_some_time(self, user, asks):
        now = NINE
        for _ in range(reminder_answers.MOST_UNDONE):
            record(asks, "good_day", now=now)
            record(asks, "undo", now=now + MINUTE)
            now += 2 * MINUTE
        record(asks, "good_day", now=now)
        with pytest.raises(Conflict, match="very often"):
            record(asks, "undo", now=now + MINUTE)
        assert good_day(user) == "yes"


class TestSkipping:
    def test_what_is_planned_that_day_is_left_out(self, user, calls, sessions):
        after = record(calls, "skip", now=NINE)
        assert states(user) == {"skipped"}
        assert outcomes() == [(TODAY, "skipped", "not_today")]
        assert (after.given, after.is_open) == ("skip", False)

    def test_what_was_done_stays_done_and_what_is_for_whoever_likes_stays(
        self, user, calls, sessions
    ):
        sessions[0].state, sessions[1].optional = "done", True
        record(calls, "skip", now=NINE)
        assert [each.state for each in sessions] == ["done", "planned", "skipped"]

    def test_other_days_and_other_people_keep_theirs(self, user, calls, him):
        him.follows(now=EARLY)
        record(calls, "skip", now=NINE)
        kept = select(PlannedSession.state).where(
            (PlannedSession.user_id != user.id) | (PlannedSession.day != TODAY)
        )
        assert set(db.session.scalars(kept)) == {"planned"}

    def test_on_a_red_day_it_can_be_skipped_and_put_off_as_well(self, user, calls):
        red_days.hold_day(user, TODAY, now=NINE)
        record(calls, "later", now=NINE)
        record(calls, "skip", now=NINE + MINUTE)
        assert states(user) == {"skipped"}

    def test_taken_back_it_is_planned_again_and_does_not_ring(self, user, calls, sessions):
        record(calls, "skip", now=NINE)
        after = record(calls, "undo", now=NINE + MINUTE)
        assert states(user) == {"planned"}
        assert (outcomes(), after.is_open) == ([(TODAY, "due", "on_time")], True)
        assert after.session.id == sessions[0].id
        assert tick(now=EIGHT + 15 * 60 * MINUTE) == 0

    def test_only_what_it_left_out_itself_comes_back(self, user, calls, sessions):
        planning.skip(sessions[0], now=NINE - MINUTE)
        record(calls, "skip", now=NINE)
        planning.unskip(sessions[1], now=NINE + MINUTE)
        planning.skip(sessions[1], now=NINE + 2 * MINUTE)

        record(calls, "undo", now=NINE + 3 * MINUTE)

        assert [each.state for each in sessions] == ["skipped", "skipped", "planned"]

    def test_taken_back_twice_each_time_anew(self, user, calls):
        for start in (NINE, NINE + 10 * MINUTE):
            record(calls, "skip", now=start)
            assert states(user) == {"skipped"}
            record(calls, "undo", now=start + MINUTE)
            assert states(user) == {"planned"}

    @pytest.mark.parametrize("second", ["skip", "later"])
    def test_after_that_nothing_more_is_answered(self, user, calls, second):
        record(calls, "skip", now=NINE)
        with pytest.raises(Conflict):
            record(calls, second, now=NINE + MINUTE)
        assert outcomes() == [(TODAY, "skipped", "not_today")]

    @pytest.mark.parametrize("answer", ["skip", "later"])
    def test_what_is_over_takes_none_however_early_the_tap(self, user, calls, answer):
        late = EIGHT + timedelta(hours=20)
        tick(now=late)
        with pytest.raises(Conflict, match="over"):
            record(calls, answer, at=EIGHT + MINUTE, now=late)
        assert states(user) == {"planned"}
        assert standing(calls, late).is_open is False

    @pytest.mark.parametrize("answer", ["good_day", "not_today", "start", "done"])
    def test_other_answers_are_refused(self, user, calls, answer):
        with pytest.raises(InvalidValue):
            record(calls, answer, now=NINE)
        assert outcomes()[0][1] == "due"


class TestPuttingOff:
    def test_it_rings_again_half_an_hour_later(self, user, calls):
        after = record(calls, "later", now=NINE)
        assert outcomes() == [(TODAY, "snoozed", "asked")]
        assert after.asked.occurrence.ring_at == NINE + 30 * MINUTE
        assert (after.given, after.is_open) == ("later", True)

    def test_or_when_it_is_asked_for(self, user, calls):
        record(calls, "later", minutes=120, now=NINE)
        assert occurrences()[0].ring_at == NINE + 120 * MINUTE

    def test_each_ring_can_be_put_off_once(self, user, calls):
        record(calls, "later", now=NINE)
        with pytest.raises(Conflict, match="put off already"):
            record(calls, "later", now=NINE + MINUTE)
        tick(now=NINE + 30 * MINUTE)
        with pytest.raises(Conflict, match="put off already"):
            record(calls, "later", now=NINE + 31 * MINUTE)
        assert occurrences()[0].snoozes == 1

        record(replace(calls, snoozes=1), "later", now=NINE + 32 * MINUTE)

        assert occurrences()[0].snoozes == 2

    def test_what_was_put_off_can_be_skipped(self, user, calls):
        record(calls, "later", now=NINE)
        record(calls, "skip", now=NINE + MINUTE)
        assert outcomes() == [(TODAY, "skipped", "not_today")]

    def test_taken_back_it_waits_as_before_and_may_be_put_off_otherwise(self, user, calls):
        record(calls, "later", now=NINE)
        after = record(calls, "undo", now=NINE + MINUTE)
        assert (after.given, after.is_open) == (None, True)
        assert outcomes() == [(TODAY, "due", "on_time")]
        assert occurrences()[0].snoozes == 0
        assert tick(now=NINE + 30 * MINUTE) == 0
        record(calls, "later", minutes=60, now=NINE + 31 * MINUTE)
        assert occurrences()[0].ring_at == NINE + 91 * MINUTE

    def test_the_same_tap_again_after_it_was_taken_back_stores_nothing(self, user, calls):
        record(calls, "later", at=NINE, now=NINE)
        record(calls, "undo", now=NINE + MINUTE)
        with pytest.raises(Conflict, match="taken back"):
            record(calls, "later", at=NINE, now=NINE + 2 * MINUTE)
        assert outcomes() == [(TODAY, "due", "on_time")]

    @pytest.mark.parametrize("minutes", [0, 4, 241, 999])
    def test_no_other_times(self, user, calls, minutes):
        with pytest.raises(InvalidValue):
            record(calls, "later", minutes=minutes, now=NINE)
        assert outcomes()[0][1] == "due"

    def test_offered_is_only_what_can_be(self, user, calls):
        def offered(now):
            return [minutes for minutes, _ in standing(calls, now).later]

        assert offered(NINE) == [15, 30, 60, 120]
        midnight = EIGHT + 16 * 60 * MINUTE
        assert offered(midnight - 45 * MINUTE) == [15, 30]
        user.quiet_start_min, user.quiet_end_min = 9 * 60 + 20, 9 * 60 + 40
        assert offered(NINE) == [15, 60, 120]
        occurrences()[0].snoozes = 3
        assert offered(NINE) == []


def test_deleted_with_its_reminder_it_is_not_there(user, asks):
    reminders.delete(db.session.scalars(select(Reminder)).one())
    with pytest.raises(NotFound):
        record(asks, "good_day", now=NINE)
    assert good_day(user) is None


def test_a_test_message_asks_nothing(user):
    token = ReminderToken(occurrence_id=None, subscription_id=1)
    with pytest.raises(NotFound):
        record(token, "good_day", now=NINE)


def test_a_day_that_is_not_there_yet_for_her_is_refused(user, asks):
    occurrences()[0].occ_key = TODAY + DAY
    with pytest.raises(InvalidValue, match="not happened"):
        record(asks, "good_day", now=NINE)
    assert good_day(user, TODAY + DAY) is None


def flare(user) -> bool | None:
    db.session.expire_all()
    return db.session.scalar(select(CheckIn.flare).filter_by(user_id=user.id, day=TODAY))


@pytest.fixture(params=["asks", "calls"])
def either(request) -> ReminderToken:
    """A reminder of either kind, at eight."""
    return request.getfixturevalue(request.param)


class TestAFlareDay:
    def test_one_tap_says_it_in_the_days_check_in_and_closes_the_reminder(self, user, either):
        after = record(either, "flare", now=NINE)
        assert flare(user) is True
        assert outcomes() == [(TODAY, "done", "done")]
        assert (after.given, after.is_open, after.may_be_flare) == ("flare", False, False)

    def test_the_session_waits_all_the_same_in_its_gentle_version(self, user, calls):
        record(calls, "flare", now=NINE)
        assert states(user) == {"planned"}

    def test_what_else_was_answered_about_the_day_stays(self, user, asks):
        answers_in_app(user, {"stiffness": 7}, now=EIGHT)
        record(asks, "flare", now=NINE)
        found = check_ins.check_in_on(user, TODAY)
        assert (found.flare, found.stiffness) == (True, 7)

    def test_taken_back_it_is_as_before(self, user, either):
        record(either, "flare", now=NINE)
        after = record(either, "undo", now=NINE + MINUTE)
        assert flare(user) is None
        assert (after.given, after.is_open, after.may_be_flare) == (None, True, True)
        record(either, "flare", now=NINE + 2 * MINUTE)
        assert standing(either, now=NINE + 2 * MINUTE).given == "flare"

    def test_a_second_tap_stores_nothing(self, user, either):
        record(either, "flare", at=EIGHT + MINUTE, now=NINE)
        before = operations()
        with pytest.raises(Conflict, match="already"):
            record(either, "flare", at=EIGHT + MINUTE, now=NINE + MINUTE)
        assert (flare(user), operations()) == (True, before)

    def test_what_the_app_has_already_is_not_said_again(self, user, either):
        answers_in_app(user, {"flare": True}, now=EIGHT + MINUTE)
        assert standing(either).may_be_flare is False
        with pytest.raises(Conflict, match="answered already"):
            record(either, "flare", now=NINE)

    def test_what_was_changed_in_the_app_since_is_not_taken_back(self, user, either):
        record(either, "flare", now=NINE)
        answers_in_app(user, {"flare": False}, now=NINE + MINUTE)
        assert standing(either).given is None
        with pytest.raises(Conflict):
            record(either, "undo", now=NINE + 2 * MINUTE)
        assert flare(user) is False

    def test_it_takes_back_that_the_flare_was_over(self, user, either):
        plan_events.note(user, "back_to_usual", day=TODAY, now=EIGHT)
        record(either, "flare", now=NINE)
        assert db.session.scalars(select(PlanEvent.kind)).all() == []

    def test_a_session_that_is_over_takes_none(self, user, calls):
        record(calls, "skip", now=NINE)
        with pytest.raises(Conflict, match="already"):
            record(calls, "flare", now=NINE)
        assert flare(user) is None
