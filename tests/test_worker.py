"""The worker plans ahead, beats, and survives a bad round."""

from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import select, text

from fstpwa import worker
from fstpwa.extensions import db
from fstpwa.models.reminders import Occurrence, PushCount
from fstpwa.services import (
    codes,
    devices,
    health,
    people,
    planning,
    push_counts,
    reminder_retention,
    throttle,
)
from fstpwa.services.reminder_ticks import tick
from fstpwa.services.throttle import Counted
from tests.reminding import SENT, new_user, remind

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


class Looks:
    """Counts the looks for reminders, and what it is told between them."""

    def __init__(self, ended: Event, looks: int) -> None:
        self.ended, self.wanted, self.looks = ended, looks, 0

    def look(self) -> None:
        self.looks += 1
        if self.looks == self.wanted:
            self.ended.set()


@pytest.fixture
def quick(monkeypatch):
    """A worker that looks every hundredth of a second."""
    monkeypatch.setattr(worker, "LOOK_EVERY_S", 0.01)


def test_reminders_are_looked_at_more_often_than_everything_else(app, quick):
    ended = Event()
    looks = Looks(ended, 5)
    rounds = []

    class Noted(worker.Worker):
        def run_once(self, now: datetime) -> None:
            rounds.append(now)

    worker.run(Noted(app, looks), ended)

    assert (looks.looks, len(rounds)) == (5, 1)


def test_reminders_are_looked_at_while_much_is_planned(app, monkeypatch, quick):
    monkeypatch.setattr(planning, "due_enrolments", lambda *, now: list(range(3 * worker.BATCH)))
    monkeypatch.setattr(planning, "extend_these", lambda ids, *, now: None)
    monkeypatch.setattr(worker, "PAUSE_BETWEEN_BATCHES_S", 0.02)
    looks = Looks(Event(), 99)
    worker.Worker(app, looks).run_once(NOW)
    assert looks.looks == 3


def test_between_batches_it_looks_once_a_second_at_most(app, monkeypatch):
    monkeypatch.setattr(planning, "due_enrolments", lambda *, now: list(range(9 * worker.BATCH)))
    monkeypatch.setattr(planning, "extend_these", lambda ids, *, now: None)
    looks = Looks(Event(), 99)
    at_work = worker.Worker(app, looks)
    at_work.remind()
    at_work.run_once(NOW)
    assert looks.looks == 1


def test_while_much_is_due_the_next_look_comes_at_once(app, monkeypatch):
    clock_s, waits = [0.0], []

    class Waits(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            return self.is_set()

    class Busy(Looks):
        def look(self) -> None:
            super().look()
            clock_s[0] += 10 if self.looks == 1 else 0.25

    monkeypatch.setattr(worker, "monotonic", lambda: clock_s[0])
    ended = Waits()
    worker.run(worker.Worker(app, Busy(ended, 2)), ended)
    assert waits == [0, 0.75]


def test_a_look_that_fails_does_not_end_the_worker(app, quick):
    ended = Event()

    class Unlucky(Looks):
        def look(self) -> None:
            super().look()
            raise RuntimeError

    looks = Unlucky(ended, 3)
    worker.run(worker.Worker(app, looks), ended)
    assert looks.looks == 3


def test_the_steady_clock_goes_on():
    assert worker.steady_s() <= worker.steady_s()


def test_a_clock_that_jumps_ahead_rings_nothing_for_two_minutes(app, monkeypatch):
    passed_s = [0.0]
    ahead = [timedelta()]

    class Clock(datetime):
        @classmethod
        def now(cls, zone=None) -> datetime:
            return NOW + ahead[0] + timedelta(seconds=passed_s[0])

    monkeypatch.setattr(worker, "datetime", Clock)
    monkeypatch.setattr(worker, "steady_s", lambda: passed_s[0])
    watch = worker.watch_of(app.config["GOOD_DAYS"], is_ended=lambda: False)
    assert watch.time() == NOW
    ahead[0] = timedelta(hours=3)
    assert watch.time() == NOW
    passed_s[0] = 119
    assert watch.time() == NOW + timedelta(seconds=119)
    passed_s[0] = 121
    assert watch.time() == NOW + timedelta(hours=3, seconds=121)


HIGHEST_ID = UUID(int=2**128 - 1)


def test_old_reminders_and_counts_are_swept_in_small_steps(app, monkeypatch):
    monkeypatch.setattr(worker, "OLD_AT_ONCE", 2)
    monkeypatch.setattr(reminder_retention, "first_id_at", lambda at: HIGHEST_ID)
    with app.app_context():
        someone = new_user()
        someone.email = "ana@example.org"
        remind(someone)
        for _ in range(7):
            tick(now=datetime(2026, 3, 10, 12, tzinfo=UTC))
        push_counts.note([("a.example", SENT)], now=NOW)
        db.session.commit()

    worker.Worker(app).run_once(datetime(2026, 8, 1, tzinfo=UTC))

    with app.app_context():
        (left,) = db.session.scalars(select(Occurrence))
        assert left.occ_key == datetime(2026, 3, 10).date()
        assert db.session.scalars(select(PushCount)).all() == []


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
