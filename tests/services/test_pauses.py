"""Pauses with reasons and dates: they end by themselves, early or changed, and count for nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn, Enrolment, PlanEvent, PlannedState
from fstpwa.services import enrolments, offers, pauses, people, planning, sessions, today
from fstpwa.services.day_plan import day_plan
from fstpwa.services.practice_facts import practice_history
from tests.screened import screen
from tests.services.test_enrolments import DAY, NOW, TODAY, follow, sessions_of
from tests.services.test_sessions import entry

LAST = TODAY + 4 * DAY
"""The last day of a pause from today; it is over on the day after."""
OVER = LAST + DAY


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        found = people.start_without_account("UTC", now=NOW)
        screen(found, NOW)
        yield found


@pytest.fixture
def enrolment(user):
    return follow(user, "jaw-ease")


def days_planned(enrolment: Enrolment) -> set[date]:
    return {each.day for each in sessions_of(enrolment, PlannedState.PLANNED)}


def noted() -> list[tuple[date, list[str | None]]]:
    rows = db.session.scalars(select(PlanEvent).filter_by(kind="paused").order_by(PlanEvent.day))
    return [(row.day, row.value) for row in rows]


def worker_round(now: datetime) -> None:
    """Do what the worker does about pauses and plans."""
    pauses.resume_due(pauses.due_to_resume(now=now), now=now)
    planning.extend_these(planning.due_enrolments(now=now), now=now)


def test_a_pause_with_an_end_is_planned_beyond_at_once(user, enrolment):
    pauses.pause(enrolment, user, now=NOW, reason="holiday", until=LAST)
    assert (enrolment.pause_reason, enrolment.resumes_on) == ("holiday", OVER)
    assert days_planned(enrolment) == {OVER + n * DAY for n in range(9)}


def test_a_long_pause_plans_nothing_until_its_end_comes_near(user, enrolment):
    pauses.pause(enrolment, user, now=NOW, until=TODAY + 30 * DAY)
    assert days_planned(enrolment) == set()
    worker_round(NOW + 17 * DAY)
    assert days_planned(enrolment) == set()
    worker_round(NOW + 20 * DAY)
    assert days_planned(enrolment) == {TODAY + n * DAY for n in (31, 32, 33)}


def test_it_goes_on_by_itself_and_the_weeks_move_on_exactly_once(user, enrolment):
    since = enrolment.step_since
    pauses.pause(enrolment, user, now=NOW + 2 * DAY, reason="holiday", until=LAST)
    for after in range(6):
        worker_round(NOW + 2 * DAY + after * DAY)
    assert enrolment.paused_at is enrolment.resumes_on is enrolment.pause_reason is None
    assert enrolment.step_since == enrolment.phase_since == since + 3 * DAY
    assert noted() == [(TODAY + 2 * DAY, [LAST.isoformat(), "holiday"])]
    assert OVER in days_planned(enrolment)


def test_the_worker_ends_a_pause_as_of_its_end_however_late_it_comes(user, enrolment):
    since = enrolment.step_since
    pauses.pause(enrolment, user, now=NOW, until=LAST)
    worker_round(NOW + 40 * DAY)
    assert enrolment.step_since == since + (OVER - TODAY)


def test_until_the_worker_comes_every_reader_knows_that_a_pause_is_over(user, enrolment):
    pauses.pause(enrolment, user, now=NOW, until=LAST)
    assert enrolment.rests_on(LAST)
    assert not enrolment.rests_on(OVER)
    before = practice_history(user, enrolment, OVER).place
    pauses.resume_due([enrolment.id], now=NOW + 5 * DAY)
    after = practice_history(user, enrolment, OVER).place
    assert before == after
    assert after.since == TODAY + 5 * DAY
    assert pauses.away(enrolment, OVER) == timedelta()


def test_an_end_in_the_east_comes_when_it_is_that_day_there(user, enrolment):
    user.time_zone = "Pacific/Kiritimati"
    pauses.pause(enrolment, user, now=NOW, until=LAST)
    eve = datetime(2026, 3, 6, 9, tzinfo=UTC)
    assert enrolment.id in pauses.due_to_resume(now=eve)
    assert pauses.resume_due([enrolment.id], now=eve) == 0
    late = datetime(2026, 3, 6, 10, 30, tzinfo=UTC)
    assert pauses.resume_due(pauses.due_to_resume(now=late), now=late) == 1


def test_a_pause_can_end_early_and_the_days_left_of_it_are_planned(user, enrolment):
    since = enrolment.step_since
    pauses.pause(enrolment, user, now=NOW, reason="illness", until=TODAY + 10 * DAY)
    pauses.resume(enrolment, user, now=NOW + 2 * DAY)
    assert days_planned(enrolment) == {TODAY + n * DAY for n in range(2, 16)}
    assert enrolment.step_since == since + 2 * DAY
    assert noted() == [(TODAY, [(TODAY + DAY).isoformat(), "illness"])]


def test_a_double_tap_on_going_on_moves_nothing_twice(user, enrolment):
    pauses.pause(enrolment, user, now=NOW)
    for _ in range(2):
        pauses.resume(enrolment, user, now=NOW + 3 * DAY)
    assert enrolment.step_since == TODAY + 3 * DAY
    assert len(noted()) == 1


def test_a_pause_can_be_made_longer_shorter_or_open(user, enrolment):
    pauses.pause(enrolment, user, now=NOW, reason="holiday", until=LAST)
    pauses.pause(enrolment, user, now=NOW + DAY, reason="illness", until=LAST + 2 * DAY)
    assert (enrolment.paused_at, enrolment.pause_reason) == (NOW, "illness")
    assert min(days_planned(enrolment)) == OVER + 2 * DAY
    pauses.pause(enrolment, user, now=NOW + DAY, until=TODAY + DAY)
    assert min(days_planned(enrolment)) == TODAY + 2 * DAY
    pauses.pause(enrolment, user, now=NOW + DAY)
    assert days_planned(enrolment) == set()
    assert enrolment.resumes_on is None


def test_a_new_pause_after_one_that_is_over_begins_anew(user, enrolment):
    pauses.pause(enrolment, user, now=NOW, until=LAST)
    pauses.pause(enrolment, user, now=NOW + 8 * DAY, reason="illness")
    assert enrolment.paused_at == NOW + 8 * DAY
    assert enrolment.step_since == OVER
    assert noted() == [(TODAY, [LAST.isoformat(), None])]


@pytest.mark.parametrize("days", [-1, -400, 366])
def test_a_day_that_cannot_be_changes_nothing(user, enrolment, days):
    before = days_planned(enrolment)
    with pytest.raises(InvalidValue):
        pauses.pause(enrolment, user, now=NOW, until=TODAY + days * DAY)
    assert enrolment.paused_at is None
    assert days_planned(enrolment) == before


def test_sessions_that_were_moved_into_a_pause_leave_it(user, enrolment):
    into, missed = [
        next(each for each in sessions_of(enrolment) if each.day == TODAY + n * DAY) for n in (8, 1)
    ]
    planning.move(into, TODAY + 3 * DAY, today=TODAY, now=NOW)
    planning.move(missed, TODAY + 4 * DAY, today=TODAY, now=NOW)
    pauses.pause(enrolment, user, now=NOW + 2 * DAY, until=LAST)
    assert not [day for day in days_planned(enrolment) if TODAY + 2 * DAY <= day <= LAST]
    assert into.day == TODAY + 8 * DAY


def test_other_days_of_the_week_in_a_pause_change_only_what_comes_after_it(user, enrolment):
    pauses.pause(enrolment, user, now=NOW, until=LAST)
    enrolments.change_schedule(
        enrolment,
        user,
        planning.Schedule(weekdays=frozenset({1}), at_min=600),
        None,
        now=NOW + DAY,
    )
    assert days_planned(enrolment) == {date(2026, 3, 10)}


def test_a_journey_to_the_west_never_moves_the_weeks_back(user, enrolment):
    user.time_zone = "Pacific/Kiritimati"
    evening = datetime(2026, 3, 2, 12, tzinfo=UTC)  # the third of March there
    pauses.pause(enrolment, user, now=evening)
    user.time_zone = "Pacific/Pago_Pago"
    pauses.resume(enrolment, user, now=evening + timedelta(hours=1))
    assert enrolment.step_since == TODAY
    assert noted() == []


def test_today_says_until_when_it_is_paused_and_that_somebody_is_back(user, enrolment):
    first = sessions_of(enrolment)[0]
    sessions.record_session(user, first, entry(), now=NOW + timedelta(hours=1))
    pauses.pause(enrolment, user, now=NOW + DAY, reason="illness", until=LAST)
    seen = today.today_of(user, TODAY + 2 * DAY)
    assert seen.last_paused == LAST
    assert not seen.back_from_illness
    assert [each.session.day for each in seen.following][:1] == [OVER]
    for day, back in ((OVER, True), (LAST + 7 * DAY, True), (LAST + 8 * DAY, False)):
        assert today.today_of(user, day).back_from_illness is back
    pauses.resume_due([enrolment.id], now=NOW + 6 * DAY)
    assert today.today_of(user, OVER).back_from_illness
    screen(user, NOW + 6 * DAY)
    assert not today.today_of(user, OVER + DAY).back_from_illness


def test_nobody_who_was_on_holiday_is_asked_about_their_health(user, enrolment):
    pauses.pause(enrolment, user, now=NOW, reason="holiday", until=LAST)
    assert not today.today_of(user, OVER).back_from_illness


def test_in_a_pause_nothing_is_offered_and_nothing_proposed(user, enrolment):
    for back in range(3):
        said = {"good_day": "no", "recorded_at": NOW, "changed_at": NOW}
        db.session.add(CheckIn(user_id=user.id, day=TODAY - back * DAY, **said))
    pauses.pause(enrolment, user, now=NOW)
    for day in (TODAY, TODAY + 60 * DAY):
        assert offers.offer(day_plan(user, day)) is None
    assert today.today_of(user, TODAY).sessions == ()
