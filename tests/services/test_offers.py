"""What is offered, and what a yes, a not yet and a fall do with the stored place."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn, Enrolment, PlanEvent, PlannedState
from fstpwa.services import offers, pauses, people, planning, reports
from fstpwa.services.day_plan import DayPlan, day_plan
from tests.services.test_enrolments import follow, log_of, practise_until, sessions_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


def plan_on(user, day: date) -> DayPlan:
    db.session.flush()
    return day_plan(user, day)


def events_of(user) -> list[tuple[str, date]]:
    rows = db.session.scalars(db.select(PlanEvent).filter_by(user_id=user.id))
    return [(each.kind, each.day) for each in rows]


def moved_to(enrolment: Enrolment, phase: str, *, since: date) -> None:
    """Put somebody into a part, as their earlier yeses did."""
    enrolment.phase, enrolment.step_since, enrolment.phase_since = phase, since, since
    db.session.flush()


def away_since(user, enrolment: Enrolment, last: date) -> None:
    """Let the last session be that of a day; nothing after it was done."""
    for weeks in range((last - TODAY).days // 7 + 1):
        practise_until(enrolment, TODAY + 7 * weeks * DAY)
    practise_until(enrolment, last + DAY)
    moved_to(enrolment, "load", since=last)


def test_an_offer_says_why(user):
    enrolment = follow(user)
    practise_until(enrolment, TODAY + 14 * DAY)
    found = offers.offer(plan_on(user, TODAY + 14 * DAY))
    assert found is not None
    assert found.because.startswith("You did 10 of 10 planned sessions")


def test_what_is_not_met_yet_is_told_kindly_and_nothing_is_in_a_pause(user):
    enrolment = follow(user)
    practise_until(enrolment, TODAY + 5 * DAY)
    open_still = [each for each in offers.criteria(plan_on(user, TODAY + 5 * DAY)) if not each.met]
    assert [each.id for each in open_still] == ["time"]
    pauses.pause(enrolment, user, now=NOW + 5 * DAY)
    plan = plan_on(user, TODAY + 5 * DAY)
    assert (offers.offer(plan), offers.criteria(plan)) == (None, ())


def test_a_flare_day_since_keeps_the_offer_back(user):
    enrolment = follow(user)
    practise_until(enrolment, TODAY + 20 * DAY)
    db.session.add(
        CheckIn(user_id=user.id, day=TODAY + 19 * DAY, flare=True, recorded_at=NOW, changed_at=NOW)
    )
    assert offers.offer(plan_on(user, TODAY + 20 * DAY)) is None


def test_after_weeks_away_a_yes_starts_again_at_the_first_part(user):
    enrolment = follow(user)
    away_since(user, enrolment, TODAY + 30 * DAY)
    now = NOW + 55 * DAY
    planning.extend(enrolment, today=now.date(), now=now)
    plan = plan_on(user, now.date())
    offered = offers.offer(plan)
    last = max(each.day for each in sessions_of(enrolment, PlannedState.DONE))
    away = (now.date() - last).days
    assert (offered.kind, offered.because) == ("restart", f"You were away for {away} days.")
    assert plan.adaptation.easing.phase_doses == "calm"

    offers.accept(enrolment, user, phase_id=offered.phase_id, ramp_step=0, now=now)

    assert (enrolment.phase, enrolment.ramp_step) == ("calm", 0)
    assert (enrolment.step_since, enrolment.phase_since) == (now.date(), now.date())
    assert events_of(user) == [("restarted", now.date())]
    ahead = [
        each for each in sessions_of(enrolment, PlannedState.PLANNED) if each.day >= now.date()
    ]
    assert {each.phase for each in ahead} == {"calm"}
    again = plan_on(user, now.date())
    assert offers.offer(again) is None
    assert again.adaptation.easing.is_nothing


def test_not_now_is_kept_and_the_week_after_is_gentle(user):
    enrolment = follow(user)
    away_since(user, enrolment, TODAY + 30 * DAY)
    now = NOW + 55 * DAY
    offers.postpone(enrolment, user, now=now)
    assert events_of(user) == [("stayed", now.date())]
    assert enrolment.offer_again_on is None
    plan = plan_on(user, now.date())
    assert offers.offer(plan) is None
    assert [each.rule for each in plan.adaptation.reasons] == ["missed_8"]
    with pytest.raises(Conflict):
        offers.accept(enrolment, user, phase_id="calm", ramp_step=0, now=now)
    assert enrolment.phase == "load"


def test_a_pause_long_enough_offers_it_too_but_never_blames(user):
    enrolment = follow(user)
    practise_until(enrolment, TODAY + 30 * DAY)
    moved_to(enrolment, "load", since=TODAY + 20 * DAY)
    pauses.pause(enrolment, user, now=NOW + 30 * DAY)
    pauses.resume(enrolment, user, now=NOW + 60 * DAY)
    found = offers.offer(plan_on(user, TODAY + 60 * DAY))
    assert found.kind == "restart"
    assert "missed" not in found.because + found.sentence


def fall(user, *, now: datetime, told: bool = True):
    report = reports.begin(user, uuid4(), emergency=False, now=now)
    reports.say_what(report, "fall", reports.InQuestion())
    if told:
        reports.say_care(user, report, "none", reports.InQuestion(), now=now)
    return report


def test_a_fall_pauses_a_week_and_puts_the_place_back_to_the_first_part(user):
    enrolment = follow(user, "balance-and-gait")
    practise_until(enrolment, TODAY + 10 * DAY)
    moved_to(enrolment, "challenge", since=TODAY)
    now = NOW + 10 * DAY

    fall(user, now=now)

    assert (enrolment.phase, enrolment.step_since) == ("secure", now.date())
    assert ("restarted", now.date()) in events_of(user)
    for ahead in range(7):
        plan = plan_on(user, now.date() + ahead * DAY)
        assert plan.adaptation.easing.session == "none"
        assert not plan.adaptation.may_keep_usual
    after = plan_on(user, now.date() + 7 * DAY)
    assert [each.rule for each in after.adaptation.reasons] == ["missed_8"]
    assert offers.offer(after) is None


def test_a_fall_that_is_not_told_to_the_end_pauses_as_well(user):
    enrolment = follow(user, "balance-and-gait")
    practise_until(enrolment, TODAY + 10 * DAY)
    moved_to(enrolment, "challenge", since=TODAY)
    now = NOW + 10 * DAY
    fall(user, now=now, told=False)
    assert enrolment.phase == "challenge"
    assert plan_on(user, now.date()).adaptation.easing.session == "none"
    later = plan_on(user, now.date() + 7 * DAY)
    assert later.adaptation.easing_for("main").both_hands
    assert offers.offer(later).kind == "restart"


def test_a_fall_in_a_programme_without_that_rule_leaves_the_place(user):
    enrolment = follow(user)
    moved_to(enrolment, "load", since=TODAY)
    fall(user, now=NOW)
    assert enrolment.phase == "load"


def test_a_fall_in_a_pause_begins_the_first_part_when_the_pause_is_over(user):
    enrolment = follow(user, "balance-and-gait")
    moved_to(enrolment, "lighter", since=TODAY)
    pauses.pause(enrolment, user, now=NOW + 2 * DAY)
    fall(user, now=NOW + 5 * DAY)
    pauses.resume(enrolment, user, now=NOW + 9 * DAY)
    assert (enrolment.phase, enrolment.step_since) == ("secure", TODAY + 9 * DAY)


def test_what_was_done_today_stays_and_the_first_part_begins_tomorrow(user):
    enrolment = follow(user, "balance-and-gait")
    moved_to(enrolment, "challenge", since=TODAY)
    planning.replan(enrolment, first=TODAY, today=TODAY, now=NOW)
    done = sessions_of(enrolment)[0]
    done.state = PlannedState.DONE
    db.session.add(log_of(done))
    fall(user, now=NOW)
    kept = sessions_of(enrolment)
    assert [each.phase for each in kept if each.day == TODAY] == ["challenge"]
    assert {each.phase for each in kept if each.day > TODAY} == {"secure"}
