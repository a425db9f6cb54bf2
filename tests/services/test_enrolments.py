"""Following a programme: nothing goes on without a yes, and nothing that was done is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from uuid6 import uuid7

from fstpwa.content import library
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.planning import DAYS_AHEAD, Schedule
from fstpwa.extensions import db
from fstpwa.models.practice import Enrolment, PlannedSession, PlannedState, SessionLog
from fstpwa.services import enrolments, offers, pauses, people, planning
from fstpwa.services.day_plan import day_plan
from fstpwa.services.enrolments import EnrolmentEntry

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
DAILY = Schedule(weekdays=frozenset(range(7)), at_min=8 * 60)
DAY = timedelta(days=1)


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


def follow(user, programme="low-back", schedule=DAILY, side="left", now=NOW) -> Enrolment:
    entry = EnrolmentEntry(programme=programme, schedule=schedule, side=side)
    return enrolments.enrol(user, entry, now=now)


def sessions_of(enrolment: Enrolment, state: str | None = None) -> list[PlannedSession]:
    """Return what is in the plan; sessions that were withdrawn are not."""
    db.session.flush()
    found = db.session.scalars(
        select(PlannedSession)
        .filter_by(enrolment_id=enrolment.id)
        .where(PlannedSession.state != PlannedState.WITHDRAWN)
        .order_by(PlannedSession.day, PlannedSession.at_min)
        .execution_options(populate_existing=True)
    ).all()
    return [each for each in found if state in (None, each.state)]


def practise_until(enrolment: Enrolment, day: date) -> None:
    """Do every session before `day`, and plan ahead as the worker does."""
    now = datetime.combine(day, NOW.timetz())
    planning.extend(enrolment, today=day, now=now)
    for session in sessions_of(enrolment, PlannedState.PLANNED):
        if session.day < day:
            session.state = PlannedState.DONE
            db.session.add(log_of(session))
    db.session.flush()


def log_of(session: PlannedSession) -> SessionLog:
    """Return the record of having done a session, on its day."""
    at = datetime.combine(session.day, NOW.timetz())
    return SessionLog(
        id=uuid7(),
        user_id=session.user_id,
        planned_session=session,
        name=session.name,
        programme=session.programme,
        variant="usual",
        day=session.day,
        started_at=at,
        finished_at=at,
        done_s=300,
        planned_s=300,
        recorded_at=at,
        changed_at=at,
    )


def offer_on(enrolment: Enrolment, day: date):
    """Return what is offered on a day."""
    db.session.flush()
    return offers.offer(day_plan(enrolment.user, day))


def first_offer_on(enrolment: Enrolment) -> date:
    """Practise day by day until something is offered; return that day."""
    for number in range(1, 90):
        day = TODAY + number * DAY
        practise_until(enrolment, day)
        if offer_on(enrolment, day):
            return day
    raise AssertionError("nothing was ever offered")


def accept(enrolment: Enrolment, user, now: datetime):
    """Say yes to whatever is on offer."""
    offered = offer_on(enrolment, now.date())
    assert offered is not None
    return offers.accept(
        enrolment, user, phase_id=offered.phase_id, ramp_step=offered.ramp_step, now=now
    )


def test_a_new_programme_begins_with_its_first_phase_and_two_weeks_of_sessions(user):
    enrolment = follow(user)
    programme = library().programmes["low-back"]
    assert (enrolment.phase, enrolment.ramp_step) == (programme.phases[0].id, 0)
    days = {each.day for each in sessions_of(enrolment)}
    assert min(days) == TODAY
    assert max(days) <= TODAY + (DAYS_AHEAD - 1) * DAY
    assert enrolment.planned_until == TODAY + (DAYS_AHEAD - 1) * DAY
    assert all(each.state == PlannedState.PLANNED for each in sessions_of(enrolment))


def test_the_first_day_is_the_persons_own(user):
    user.time_zone = "Pacific/Kiritimati"
    late = datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert follow(user, now=late).started_on == date(2026, 3, 3)


def test_sessions_are_only_on_the_chosen_days(user):
    enrolment = follow(user, schedule=Schedule(weekdays=frozenset({2, 5}), at_min=18 * 60))
    assert {each.day.weekday() for each in sessions_of(enrolment)} == {2, 5}
    assert planning.schedule_of(enrolment).weekdays == {2, 5}


@pytest.mark.parametrize("unknown", ["", "nothing", "Low-Back", "low-back "])
def test_an_unknown_programme_cannot_be_chosen(user, unknown):
    with pytest.raises(NotFound):
        follow(user, unknown)


def test_a_programme_that_asks_which_side_wants_an_answer(user):
    asking = next(p.slug for p in library().programmes.values() if p.asks_side)
    with pytest.raises(InvalidValue):
        follow(user, asking, side=None)
    assert follow(user, asking, side="right").side == "right"


def test_a_side_that_was_not_asked_for_is_not_stored(user):
    silent = next(p.slug for p in library().programmes.values() if not p.asks_side)
    assert follow(user, silent, side="right").side is None


def test_a_new_programme_ends_the_running_one_and_keeps_what_was_done(user):
    first = follow(user)
    done = sessions_of(first)[0]
    done.state = PlannedState.DONE

    second = follow(user, "neck-and-desk")

    assert first.ended_at == NOW
    assert [each.id for each in sessions_of(first)] == [done.id]
    assert enrolments.running_enrolment(user) is second


def test_choosing_the_programme_that_runs_only_changes_its_days(user):
    first = follow(user)
    again = follow(user, schedule=Schedule(weekdays=frozenset({2}), at_min=600))
    assert again is first
    assert {each.day.weekday() for each in sessions_of(first)} == {2}


def test_a_pause_takes_the_plan_away_and_counts_for_nothing(user):
    enrolment = follow(user)
    since = enrolment.step_since

    pauses.pause(enrolment, user, now=NOW + 2 * DAY)
    pauses.pause(enrolment, user, now=NOW + 3 * DAY)

    assert all(each.day < TODAY + 2 * DAY for each in sessions_of(enrolment))
    assert enrolment.paused_at == NOW + 2 * DAY
    assert planning.extend(enrolment, today=TODAY + 5 * DAY, now=NOW + 5 * DAY) == 0
    assert offer_on(enrolment, TODAY + 300 * DAY) is None

    pauses.resume(enrolment, user, now=NOW + 12 * DAY)

    assert enrolment.paused_at is None
    assert enrolment.step_since == since + 10 * DAY
    ahead = [each.day for each in sessions_of(enrolment) if each.day >= TODAY + 12 * DAY]
    assert ahead
    assert max(ahead) <= TODAY + 25 * DAY
    assert enrolment.planned_until == TODAY + 25 * DAY


def test_resuming_what_runs_changes_nothing(user):
    enrolment = follow(user)
    before = {each.id for each in sessions_of(enrolment)}
    pauses.resume(enrolment, user, now=NOW + 3 * DAY)
    assert {each.id for each in sessions_of(enrolment)} == before
    assert enrolment.step_since == TODAY


def test_a_pause_and_its_end_on_one_day_bring_the_sessions_back(user):
    enrolment = follow(user)
    before = {each.slot for each in sessions_of(enrolment)}
    pauses.pause(enrolment, user, now=NOW)
    pauses.resume(enrolment, user, now=NOW)
    assert {each.slot for each in sessions_of(enrolment)} == before


def test_other_days_and_another_time_keep_what_was_done_or_skipped(user):
    enrolment = follow(user)
    done, skipped = sessions_of(enrolment)[0], sessions_of(enrolment)[-1]
    planning.skip(skipped, now=NOW)
    done.state = PlannedState.DONE
    kept = {done.id: done.at_min, skipped.id: skipped.at_min}

    later = Schedule(weekdays=frozenset(range(7)), at_min=20 * 60)
    enrolments.change_schedule(enrolment, user, later, None, now=NOW)

    now_planned = sessions_of(enrolment)
    assert {each.id: each.at_min for each in now_planned if each.id in kept} == kept
    slots = [each.slot for each in now_planned]
    assert len(slots) == len(set(slots))
    once_a_day = [each for each in now_planned if each.name == done.name and each.id not in kept]
    assert {each.at_min for each in once_a_day} == {20 * 60}


def test_the_schedule_of_a_paused_programme_can_change_without_planning_anything(user):
    enrolment = follow(user)
    pauses.pause(enrolment, user, now=NOW)
    enrolments.change_schedule(enrolment, user, DAILY, None, now=NOW)
    assert sessions_of(enrolment, PlannedState.PLANNED) == []


def test_past_sessions_that_were_missed_stay_as_they_were(user):
    enrolment = follow(user)
    missed = {each.id for each in sessions_of(enrolment) if each.day < TODAY + 3 * DAY}
    later = TODAY + 3 * DAY
    planning.replan(enrolment, first=later, today=later, now=NOW + 3 * DAY)
    assert missed <= {each.id for each in sessions_of(enrolment)}


def test_time_alone_never_advances_anything(user):
    enrolment = follow(user)
    place = (enrolment.phase, enrolment.ramp_step)
    for week in range(1, 20):
        practise_until(enrolment, TODAY + 7 * week * DAY)
        offer_on(enrolment, TODAY + 7 * week * DAY)
    assert (enrolment.phase, enrolment.ramp_step) == place
    assert offer_on(enrolment, TODAY + 19 * 7 * DAY) is not None


def test_to_whoever_did_nothing_nothing_is_offered(user):
    enrolment = follow(user)
    for week in range(1, 20):
        day = TODAY + 7 * week * DAY
        planning.extend(enrolment, today=day, now=NOW + 7 * week * DAY)
        assert offer_on(enrolment, day) is None


def test_with_a_yes_at_every_offer_the_programme_is_walked_to_its_end(user):
    enrolment = follow(user)
    programme = library().programmes["low-back"]
    phases, now = [enrolment.phase], NOW
    for _ in range(150):
        now += DAY
        practise_until(enrolment, now.date())
        if offer_on(enrolment, now.date()) is None:
            continue
        offered = accept(enrolment, user, now)
        if offered.kind == "complete":
            break
        assert enrolment.step_since == now.date()
        planned = [each for each in sessions_of(enrolment) if each.day >= now.date()]
        assert {each.phase for each in planned} == {enrolment.phase}
        if enrolment.phase != phases[-1]:
            phases.append(enrolment.phase)
    assert phases == [phase.id for phase in programme.phases]
    assert enrolment.ended_at == now
    assert enrolments.running_enrolment(user) is None


def test_not_yet_asks_again_in_a_week(user):
    enrolment = follow(user)
    offered_on = first_offer_on(enrolment)
    now = datetime.combine(offered_on, NOW.timetz())
    seen = offer_on(enrolment, offered_on)

    offers.postpone(enrolment, user, now=now)

    assert offer_on(enrolment, offered_on) is None
    with pytest.raises(Conflict):
        offers.accept(enrolment, user, phase_id=seen.phase_id, ramp_step=seen.ramp_step, now=now)
    practise_until(enrolment, offered_on + 7 * DAY)
    assert offer_on(enrolment, offered_on + 6 * DAY) is None
    assert offer_on(enrolment, offered_on + 7 * DAY) is not None


def test_a_yes_to_a_step_that_is_not_the_offered_one_is_a_clash(user):
    enrolment = follow(user)
    day = first_offer_on(enrolment)
    place = (enrolment.phase, enrolment.ramp_step)
    for phase_id, ramp_step in (("nothing", 0), (enrolment.phase, 99)):
        with pytest.raises(Conflict):
            offers.accept(
                enrolment,
                user,
                phase_id=phase_id,
                ramp_step=ramp_step,
                now=datetime.combine(day, NOW.timetz()),
            )
    assert (enrolment.phase, enrolment.ramp_step) == place


def test_nobody_follows_anything_before_they_choose(user):
    assert enrolments.running_enrolment(user) is None
    with pytest.raises(NotFound):
        enrolments.running_or_not_found(user)
