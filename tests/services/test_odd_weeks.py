"""The week that happened is rarely the one that was planned: Today stays sane all the same."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.good_days import GoodDay
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn, PlannedState, RedDay, SessionLog
from fstpwa.services import adherence, decisions, pauses, people, planning, sessions, today
from fstpwa.services.adherence import adherence_of
from fstpwa.services.practice_facts import practice_history
from tests.screened import screen
from tests.services.test_enrolments import DAY, NOW, TODAY, follow, sessions_of
from tests.services.test_sessions import entry


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        found = people.start_without_account("UTC", now=NOW)
        screen(found, NOW)
        yield found


@pytest.fixture
def enrolment(user):
    return follow(user, "jaw-ease")


def check_in(user, day, **said) -> None:
    db.session.add(CheckIn(user_id=user.id, day=day, recorded_at=NOW, changed_at=NOW, **said))
    db.session.flush()


def main_on(enrolment, day):
    """Return the session of a day that is done once a day."""
    return next(
        each
        for each in sessions_of(enrolment)
        if each.day == day and planning.template_of(each.slot) == "main"
    )


def main_days(enrolment) -> list:
    return [
        each.day for each in sessions_of(enrolment) if planning.template_of(each.slot) == "main"
    ]


def test_what_was_missed_stays_missed_and_nothing_piles_up(user, enrolment):
    usual = [card.session.slot[11:] for card in today.today_of(user, TODAY).sessions]
    later = TODAY + 7 * DAY
    planning.extend(enrolment, today=later, now=NOW + 7 * DAY)
    seen = today.today_of(user, later)
    assert [card.session.slot[11:] for card in seen.sessions] == usual
    missed = [each for each in sessions_of(enrolment) if each.day < later]
    assert {each.state for each in missed} == {PlannedState.PLANNED}
    assert all(each.slot.startswith(each.day.isoformat()) for each in missed)
    assert not any(each.done for each in seen.week)


def test_two_of_a_kind_on_one_day_are_both_shown_with_a_gentle_hint(user, enrolment):
    first, second = main_days(enrolment)[:2]
    moved = main_on(enrolment, first)
    assert not any(card.is_second for card in today.today_of(user, first).sessions)
    planning.move(moved, second, today=TODAY, now=NOW)
    cards = {card.session.id: card for card in today.today_of(user, second).sessions}
    assert cards[moved.id].is_second
    assert sum(card.is_second for card in cards.values()) == 1
    planning.skip(moved, now=NOW)
    assert not any(card.is_second for card in today.today_of(user, second).sessions)


def test_a_moved_session_alone_on_its_day_is_no_second_one(user, enrolment):
    free = next(TODAY + n * DAY for n in range(7) if TODAY + n * DAY not in main_days(enrolment))
    moved = main_on(enrolment, main_days(enrolment)[0])
    planning.move(moved, free, today=TODAY, now=NOW)
    assert not any(card.is_second for card in today.today_of(user, free).sessions)


def test_after_a_hard_week_a_lighter_version_is_proposed_and_the_person_decides(user, enrolment):
    for back in range(3):
        check_in(user, TODAY - back * DAY, good_day=GoodDay.NO)
    session = main_on(enrolment, TODAY)

    def card():
        seen = today.today_of(user, TODAY)
        return seen, next(each for each in seen.sessions if each.session.id == session.id)

    seen, shown = card()
    assert seen.proposal.rule == "worst_third"
    assert shown.proposed is not None
    assert shown.starts_with.name == "usual"
    short = [each for each in seen.sessions if each.starts_with.minutes <= 5]
    assert short
    assert not any(each.proposed for each in short)
    for chosen in (shown.proposed.name, "usual"):
        planning.prefer(session, chosen, now=NOW)
        _, shown = card()
        assert shown.proposed is None
        assert shown.starts_with.name == chosen


def test_a_proposal_is_written_down_once_with_its_reason_and_numbers(user, enrolment):
    for back in range(3):
        check_in(user, TODAY - back * DAY, good_day=GoodDay.NO)
    for _ in range(2):
        decisions.note(user, now=NOW)
    (only,) = [each for each in decisions.decisions_of(user) if each.rule == "worst_third"]
    assert (only.day, only.facts) == (TODAY, {"bad_days": 3, "of_days": 7})
    assert only.sentence == today.today_of(user, TODAY).proposal.sentence


def test_on_a_flare_day_nothing_else_is_proposed(user, enrolment):
    for back in range(3):
        check_in(user, TODAY - back * DAY, good_day=GoodDay.NO, flare=back == 0)
    seen = today.today_of(user, TODAY)
    assert seen.proposal is None
    assert not any(card.proposed for card in seen.sessions)


def test_a_good_day_never_proposes_anything(user, enrolment):
    for back in range(28):
        check_in(user, TODAY - back * DAY, good_day=GoodDay.YES, fatigue=1, sleep=9)
    assert today.today_of(user, TODAY).proposal is None


class TestHowAWeekIsCounted:
    def week(self, user, enrolment, day):
        return adherence_of(user, enrolment, day).this_week

    def test_done_moved_and_missed_sessions(self, user, enrolment):
        sunday = TODAY + 6 * DAY
        before = self.week(user, enrolment, TODAY)
        assert (before.due, before.done) == (0, 0)
        first = main_on(enrolment, TODAY)
        sessions.record_session(user, first, entry(), now=NOW + timedelta(hours=1))
        planning.move(main_on(enrolment, TODAY + DAY), TODAY + 8 * DAY, today=TODAY, now=NOW)
        after = self.week(user, enrolment, sunday)
        assert (after.planned, after.done) == (before.planned - 1, 1)

    def test_pauses_red_days_and_flares_count_for_nothing(self, user, enrolment):
        sunday = TODAY + 6 * DAY
        whole = self.week(user, enrolment, sunday)
        db.session.add(RedDay(user_id=user.id, day=TODAY, set_at=NOW))
        db.session.flush()
        held = self.week(user, enrolment, sunday)
        assert held.planned < whole.planned
        assert held.held_days == 1
        pauses.pause(enrolment, user, now=NOW + DAY, reason="holiday", until=TODAY + 3 * DAY)
        during = self.week(user, enrolment, TODAY + 2 * DAY)
        assert during.paused_days == 2
        pauses.resume_due([enrolment.id], now=NOW + 4 * DAY)
        paused = self.week(user, enrolment, sunday)
        assert paused.planned < held.planned
        assert paused.paused_days == 3
        check_in(user, TODAY + 4 * DAY, flare=True)
        flare = self.week(user, enrolment, sunday)
        assert flare.planned < paused.planned
        assert flare.flare_days >= 1

    def test_it_takes_as_many_queries_for_four_weeks_as_for_none(self, user, enrolment, queries):
        history = practice_history(user, enrolment, TODAY)
        with queries() as few:
            adherence_of(user, enrolment, TODAY, history=history)
        later = TODAY + 27 * DAY
        planning.extend(enrolment, today=later, now=NOW + 27 * DAY)
        history = practice_history(user, enrolment, later)
        with queries() as many:
            adherence.adherence_of(user, enrolment, later, history=history)
        assert len(few) == len(many) <= 3


class TestOddHistories:
    @pytest.mark.parametrize("away", [30, 90, 200, 500])
    def test_after_months_away_today_is_one_day_like_any_other(self, user, enrolment, away):
        later, now = TODAY + away * DAY, NOW + away * DAY
        before = len(today.today_of(user, TODAY).sessions)
        planning.extend(enrolment, today=later, now=now)
        seen = today.today_of(user, later)
        assert len(seen.sessions) <= before + 1
        assert seen.sessions or seen.following
        found = adherence_of(user, enrolment, later)
        assert (found.this_week.done, found.together.done) == (0, 0)

    def test_before_the_worker_came_back_a_day_without_a_plan_is_a_rest_day(self, user, enrolment):
        seen = today.today_of(user, TODAY + 60 * DAY)
        assert (seen.sessions, seen.following) == ((), ())
        assert seen.programme is not None

    def test_entries_may_arrive_in_any_order(self, user, enrolment):
        days = [TODAY - n * DAY for n in range(6)]
        for day in (days[3], days[0], days[5], days[1], days[4], days[2]):
            check_in(user, day, good_day=GoodDay.NO, fatigue=8)
        history = practice_history(user, enrolment, TODAY)
        assert list(history.days) == sorted(days)
        assert today.today_of(user, TODAY).proposal.facts["bad_days"] == 6

    def test_a_session_from_the_future_of_another_zone_changes_nothing_of_today(
        self, user, enrolment
    ):
        usual = today.today_of(user, TODAY)
        ahead = NOW + 26 * timedelta(hours=1)
        db.session.add(
            SessionLog(
                id=uuid4(),
                user_id=user.id,
                name="Main",
                programme="jaw-ease",
                variant="usual",
                day=TODAY + DAY,
                started_at=ahead,
                finished_at=ahead,
                done_s=60,
                planned_s=60,
                worst_pain=9,
                pain_kinds=[],
                recorded_at=NOW,
                changed_at=NOW,
            )
        )
        check_in(user, TODAY + DAY, flare=True, good_day=GoodDay.NO)
        seen = today.today_of(user, TODAY)
        assert seen.adaptation == usual.adaptation
        assert [each.session.id for each in seen.sessions] == [
            each.session.id for each in usual.sessions
        ]
        assert seen.proposal is None

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
    def test_a_journey_round_the_world_doubles_and_loses_no_session(self, user, enrolment, zone):
        slots = {each.slot for each in sessions_of(enrolment)}
        user.time_zone = zone
        for hours in range(0, 72, 6):
            now = datetime(2026, 3, 2, 0, tzinfo=UTC) + timedelta(hours=hours)
            planning.extend_these([enrolment.id], now=now)
        found = [each.slot for each in sessions_of(enrolment)]
        assert len(found) == len(set(found))
        assert slots <= set(found)
