"""The worker plans ahead, beats, and survives a bad round."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import text

from fstpwa import worker
from fstpwa.extensions import db
from fstpwa.services import codes, devices, health, people, planning, throttle
from fstpwa.services.throttle import Counted

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def planned_at(monkeypatch):
    instants = []
    due_enrolments = planning.due_enrolments

    def noted(*, now: datetime) -> list[int]:
        instants.append(now)
        return due_enrolments(now=now)

    monkeypatch.setattr(planning, "due_enrolments", noted)
    return instants


def test_a_round_beats_and_the_product_is_healthy_for_a_while(app):
    with app.app_context():
        assert health.look(now=NOW).worker == "late"

    worker.Worker(app).run_once(NOW)

    with app.app_context():
        assert health.look(now=NOW + health.LATE_AFTER).status == "ok"
        late = health.look(now=NOW + health.LATE_AFTER + timedelta(seconds=1))
        assert (late.status, late.worker, late.database) == ("degraded", "late", "ok")


def test_every_round_beats_and_leaves_one_row(app):
    at_work = worker.Worker(app)
    for minutes in range(3):
        at_work.run_once(NOW + timedelta(minutes=minutes))

    with app.app_context():
        count = db.session.scalar(text("SELECT count(*) FROM worker_heartbeat"))
        assert count == 1
        assert health.look(now=NOW + timedelta(minutes=2)).worker == "ok"


def test_sessions_are_planned_in_the_first_round_and_then_every_quarter_of_an_hour(app, planned_at):
    at_work = worker.Worker(app)
    for minutes in range(31):
        at_work.run_once(NOW + timedelta(minutes=minutes))

    assert planned_at == [NOW + timedelta(minutes=minutes) for minutes in (0, 15, 30)]


def test_two_workers_share_one_heartbeat(app):
    worker.Worker(app).run_once(NOW)
    worker.Worker(app).run_once(NOW + timedelta(seconds=5))

    with app.app_context():
        assert health.look(now=NOW).worker == "ok"


def test_a_round_that_fails_does_not_end_the_worker_and_planning_is_tried_again():
    ended = Event()

    class Unlucky(worker.Worker):
        rounds = 0

        def run_once(self, now: datetime) -> None:
            Unlucky.rounds += 1
            ended.set()
            raise RuntimeError

    worker.run(Unlucky(None), ended)

    assert Unlucky.rounds == 1


def test_failed_planning_leaves_no_heartbeat_and_is_tried_in_the_next_round(app, monkeypatch):
    at_work = worker.Worker(app)
    with monkeypatch.context() as broken:
        broken.setattr(planning, "due_enrolments", lambda *, now: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            at_work.run_once(NOW)
    with app.app_context():
        assert health.look(now=NOW).worker == "late"

    at_work.run_once(NOW)

    with app.app_context():
        assert health.look(now=NOW).worker == "ok"


def test_a_worker_that_was_told_to_end_begins_no_round():
    ended = Event()
    ended.set()

    worker.run(worker.Worker(None), ended)


def test_what_is_over_is_swept(app):
    with app.app_context():
        codes.keep("123456", codes.SIGN_IN, asker="a", now=NOW - timedelta(days=2))
        throttle.count(Counted(throttle.SIGN_IN_ACCOUNT, "ana"), now=NOW - timedelta(days=2))
        throttle.count(Counted(throttle.SIGN_IN_ACCOUNT, "bo"), now=NOW)
        db.session.commit()

    worker.Worker(app).run_once(NOW)

    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM one_time_code")) == 0
        assert db.session.scalar(text("SELECT count(*) FROM attempt")) == 1


def test_people_out_of_reach_and_old_copies_of_the_database_go(app):
    backups = app.config["GOOD_DAYS"].backups_dir
    backups.mkdir(exist_ok=True)
    old = backups / "before-upgrade-20260130T093000Z.sqlite3"
    new = backups / "before-upgrade-20260131T093000Z.sqlite3"
    for each in (old, new):
        each.touch()
    with app.app_context():
        lost = people.start_without_account("UTC", now=NOW - timedelta(days=400))
        devices.open_device(lost, "Phone", now=NOW - timedelta(days=91))
        here = people.start_without_account("UTC", now=NOW - timedelta(days=400))
        devices.open_device(here, "Phone", now=NOW - timedelta(days=89))
        db.session.commit()
        here_id = here.id

    worker.Worker(app).run_once(NOW)

    with app.app_context():
        assert db.session.scalars(text('SELECT id FROM "user"')).all() == [here_id]
    assert [each for each in (old, new) if each.exists()] == [new]
    new.unlink()
