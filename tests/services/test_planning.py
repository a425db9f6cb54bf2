"""Planned sessions: made ahead once, moved, skipped, shortened."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from fstpwa.content import library
from fstpwa.domain.dose import Dose
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.planning import calendar, planned_items
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession, PlannedState
from fstpwa.services import enrolments, pauses, people, planning
from tests.services.test_enrolments import DAILY, DAY, NOW, TODAY, follow, sessions_of


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


@pytest.fixture
def enrolment(user):
    return follow(user)


def test_planning_twice_makes_nothing_twice(enrolment):
    before = {each.id for each in sessions_of(enrolment)}
    assert planning.extend(enrolment, today=TODAY, now=NOW) == 0
    enrolment.planned_until = None
    assert planning.extend(enrolment, today=TODAY, now=NOW) == 0
    assert {each.id for each in sessions_of(enrolment)} == before


def test_day_by_day_the_plan_is_the_same_as_in_one_go(enrolment):
    for number in range(1, 15):
        planning.extend(enrolment, today=TODAY + number * DAY, now=NOW + number * DAY)
    phase = library().programmes["low-back"].phase(enrolment.phase)
    wanted = [(each.day, each.at_min) for each in calendar(phase, DAILY, TODAY, 28)]
    assert sorted((each.day, each.at_min) for each in sessions_of(enrolment)) == sorted(wanted)


def test_after_weeks_away_only_today_and_what_follows_is_planned(enrolment):
    back = TODAY + 60 * DAY
    planning.extend(enrolment, today=back, now=NOW + 60 * DAY)
    days = {each.day for each in sessions_of(enrolment)}
    assert not {day for day in days if TODAY + 14 * DAY <= day < back}
    assert max(days) <= back + 13 * DAY


def test_what_has_ended_is_not_planned_on(user, enrolment):
    enrolments.stop(enrolment, user, now=NOW)
    assert planning.extend(enrolment, today=TODAY + 5 * DAY, now=NOW) == 0
    assert sessions_of(enrolment) == []


def plan_ahead(now: datetime) -> int:
    """Do what the worker does."""
    return planning.extend_these(planning.due_enrolments(now=now), now=now)


def test_the_worker_plans_ahead_for_everybody_in_their_own_day(app, user):
    now = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    zones = {"Pacific/Kiritimati": 1, "UTC": 0, "Pacific/Pago_Pago": -1}
    followers = {}
    for zone in zones:
        person = people.start_without_account(zone, now=now)
        followers[zone] = follow(person, now=now)
    follow(user, now=now)
    pauses.pause(enrolments.running_enrolment(user), user, now=now)
    db.session.commit()

    later = now + 3 * DAY
    plan_ahead(later)
    db.session.commit()

    for zone, ahead in zones.items():
        db.session.refresh(followers[zone])
        assert followers[zone].planned_until == later.date() + (13 + ahead) * DAY
    paused = enrolments.running_enrolment(user)
    assert sessions_of(paused) == []
    count = db.session.scalar(select(func.count()).select_from(PlannedSession))
    assert plan_ahead(later) == 0
    assert db.session.scalar(select(func.count()).select_from(PlannedSession)) == count


def test_items_come_back_as_they_were_planned(enrolment):
    programme = library().programmes["low-back"]
    phase = programme.phase(enrolment.phase)
    stored = sessions_of(enrolment)[0]
    db.session.commit()
    db.session.refresh(stored)
    template = next(each for each in phase.sessions if each.name == stored.name)
    items = planned_items(programme, phase, template, 0, "left", library().movements)
    assert planning.items_of(stored.items) == items
    assert all(isinstance(item.easier_dose, Dose) for item in items)
    assert planning.items_of(stored.flare_items)


def test_a_session_is_found_by_whoever_it_belongs_to(user, enrolment):
    session = sessions_of(enrolment)[0]
    other = people.start_without_account("UTC", now=NOW)
    assert planning.planned_session(user, session.id) is session
    for person, session_id in ((other, session.id), (user, uuid4())):
        with pytest.raises(NotFound):
            planning.planned_session(person, session_id)


def test_a_session_can_be_left_out_and_taken_back(enrolment):
    session = sessions_of(enrolment)[0]
    planning.skip(session, now=NOW)
    assert session.state == PlannedState.SKIPPED
    planning.skip(session, now=NOW)
    planning.unskip(session, now=NOW + DAY)
    assert (session.state, session.state_changed_at) == (PlannedState.PLANNED, NOW + DAY)


@pytest.mark.parametrize("days", [0, 1, 13])
def test_a_session_moves_up_to_thirteen_days_ahead(enrolment, days):
    session = sessions_of(enrolment)[0]
    planning.move(session, TODAY + days * DAY, today=TODAY, now=NOW)
    assert session.day == TODAY + days * DAY


@pytest.mark.parametrize("days", [-1, 14, 4000])
def test_a_session_moves_neither_into_the_past_nor_far_away(enrolment, days):
    session = sessions_of(enrolment)[0]
    with pytest.raises(InvalidValue):
        planning.move(session, TODAY + days * DAY, today=TODAY, now=NOW)
    assert session.day == TODAY


def test_moving_takes_a_skipped_session_back(enrolment):
    session = sessions_of(enrolment)[0]
    planning.skip(session, now=NOW)
    planning.move(session, TODAY + DAY, today=TODAY, now=NOW)
    assert session.state == PlannedState.PLANNED


def test_a_day_whose_session_was_moved_away_gets_no_second_one(enrolment):
    session = sessions_of(enrolment)[0]
    count = len(sessions_of(enrolment))
    planning.move(session, TODAY + 5 * DAY, today=TODAY, now=NOW)
    enrolment.planned_until = None
    planning.extend(enrolment, today=TODAY, now=NOW)
    assert len(sessions_of(enrolment)) == count


def test_what_was_done_is_neither_left_out_nor_moved(enrolment):
    session = sessions_of(enrolment)[0]
    session.state = PlannedState.DONE
    for change in (planning.skip, planning.unskip):
        with pytest.raises(Conflict):
            change(session, now=NOW)
    with pytest.raises(Conflict):
        planning.move(session, TODAY + DAY, today=TODAY, now=NOW)
    assert (session.state, session.day) == (PlannedState.DONE, TODAY)


def test_a_shorter_version_can_be_chosen_ahead_and_unchosen(enrolment):
    session = sessions_of(enrolment)[0]
    planning.prefer(session, "five", now=NOW)
    assert session.prefer == "five"
    planning.prefer(session, None, now=NOW)
    assert session.prefer is None
