"""Demo people: months of plausible days, made in a moment, kept at the second start."""

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from sqlalchemy import func, select

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, MovementLog, PlannedSession, SessionLog
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import access_log, care_links, demo, enrolments, people, reminders, vault
from fstpwa.services.history import overview
from fstpwa.services.reminder_history import last_days
from fstpwa.services.today import today_of
from tests.whole_app import all_rows

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.fixture
def loaded(app, rolled_back):
    with app.app_context():
        assert demo.load(now=NOW)
        yield {user.name: user for user in people.demo_people()}


def count(model, user: User) -> int:
    return db.session.scalar(select(func.count()).where(model.user_id == user.id))


def test_they_are_the_people_that_the_start_announces(loaded):
    assert set(loaded) == {name for name, _ in demo.SIGN_INS}
    assert [user.role for user in people.demo_people()] == ["client", "client", "therapist"]


def test_each_client_has_months_of_days_and_gaps_in_them(loaded):
    for life in (demo.MAYA, demo.TOMAS):
        user = loaded[life.name]
        answered, done = count(CheckIn, user), count(SessionLog, user)
        assert 0.75 * life.days < answered < life.days
        assert 0.15 * life.days < done < 2 * life.days
        good = set(db.session.scalars(select(CheckIn.good_day).filter_by(user_id=user.id)))
        assert good == {"yes", "so_so", "no"}
        stiffness = list(db.session.scalars(select(CheckIn.stiffness).filter_by(user_id=user.id)))
        assert len(set(stiffness)) >= 5
        flares = db.session.scalar(
            select(func.count()).where(CheckIn.user_id == user.id, CheckIn.flare.is_(True))
        )
        assert 0 < flares <= sum(length for _, length in life.flares)


def test_all_of_it_is_past_and_believable(loaded):
    for user in loaded.values():
        logs = db.session.scalars(select(SessionLog).filter_by(user_id=user.id)).all()
        assert all(log.finished_at < NOW for log in logs)
        assert all(
            timedelta(0) <= log.finished_at - log.started_at < timedelta(hours=2) for log in logs
        )
        assert all(0 < log.done_s <= log.planned_s for log in logs)
        days = db.session.scalars(select(CheckIn.day).filter_by(user_id=user.id))
        assert all(day < NOW.date() for day in days)
    states = set(db.session.scalars(select(MovementLog.state)))
    assert {"done", "skipped"} <= states


def test_each_client_finds_something_to_do_today_and_something_to_see(loaded):
    for life in (demo.MAYA, demo.TOMAS):
        user = loaded[life.name]
        seen = today_of(user, NOW.date())
        assert seen.sessions
        assert seen.programme.slug == life.programme
        assert not overview(user, NOW.date()).is_empty
        assert enrolments.running_enrolment(user).started_on == NOW.date() - timedelta(
            days=life.days
        )
    assert count(PlannedSession, loaded["Ines"]) == 0


def test_each_has_reminders_with_a_fortnight_behind_them_and_no_device(loaded):
    for user in loaded.values():
        there = reminders.reminders_of(user)
        assert there
        assert count(PushSubscription, user) == 0
        told = last_days(user, now=NOW)
        assert all(each.due_at < NOW and each.day < NOW.date() for each in told)
        for each in there:
            key = reminders.last_key_of(each)
            assert each.next_key is None or key is None or key < each.next_key
    of_maya = {each.state for each in last_days(loaded["Maya"], now=NOW)}
    assert {"done", "missed", "expired"} <= of_maya
    of_tomas = reminders.reminders_of(loaded["Tomas"])
    assert any(not each.enabled for each in of_tomas)
    assert any(each.paused_until for each in of_tomas)


def test_ines_sees_everything_of_maya_and_not_the_words_of_tomas(loaded):
    of_maya, of_tomas = (care_links.links_of(loaded[name])[0] for name in ("Maya", "Tomas"))
    assert of_maya.therapist is of_tomas.therapist is loaded["Ines"]
    assert (of_maya.shares_routines, of_maya.shares_records, of_maya.shares_notes) == (True,) * 3
    assert of_tomas.shares_routines
    assert of_tomas.shares_records
    assert not of_tomas.shares_notes
    looks = access_log.looks_of(loaded["Tomas"])
    assert {look.what for look in looks} == {"list", "overview"}
    assert all(of_tomas.began_at < look.first_at < NOW for look in looks)


def test_a_second_start_keeps_what_is_there(app, loaded):
    db.session.commit()
    before = all_rows(app)
    assert not demo.load(now=NOW + timedelta(days=30))
    assert all_rows(app) == before


def test_the_same_day_gives_the_same_days_on_every_machine(loaded):
    first = days_of(loaded["Maya"])
    db.session.rollback()
    assert demo.load(now=NOW)
    again = {user.name: user for user in people.demo_people()}
    assert days_of(again["Maya"]) == first


def days_of(user: User) -> list[tuple[object, ...]]:
    columns = (CheckIn.day, CheckIn.stiffness, CheckIn.good_day, CheckIn.managed)
    rows = db.session.execute(select(*columns).filter_by(user_id=user.id).order_by(CheckIn.day))
    return [(*row[:3], vault.unseal(user, row.managed)) for row in rows]


def test_loading_takes_a_moment(app, rolled_back):
    with app.app_context():
        begun = perf_counter()
        demo.load(now=NOW)
        assert perf_counter() - begun < 5
        db.session.rollback()
