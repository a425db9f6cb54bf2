"""Once a second, whatever is missing or breaks: the looks go on, and what is due is sent."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy.exc import OperationalError

from fstpwa.domain.push import PushMessage
from fstpwa.extensions import db
from fstpwa.services import push_subscriptions, push_tests, reminder_watch
from fstpwa.services.reminder_watch import OPEN_AGAIN_AFTER_S, Watch
from tests.reminding import (
    EIGHT,
    MINUTE,
    TODAY,
    PushService,
    compose,
    message_states,
    outcomes,
    remind,
    subscribe,
)


class Writer:
    """Writes messages of the identity alone."""

    def __call__(self, ready):
        return compose(ready)

    def test_message(self, subscription, user, *, now):
        target = push_subscriptions.target_of(user, subscription)
        return PushMessage(target, b"test", 300, "test")


class Bench:
    """A watch whose clocks stand still, and a sender that can be missing or break."""

    def __init__(self) -> None:
        self.service = PushService()
        self.now = EIGHT - MINUTE
        self.seconds = 0.0
        self.trouble: Exception | None = None
        self.opened = self.closed = 0
        self.watch = Watch(
            open_sender=self.open_sender,
            writer=Writer(),
            time=lambda: self.now,
            steady_s=lambda: self.seconds,
        )

    @contextmanager
    def open_sender(self):
        self.opened += 1
        if self.trouble is not None:
            raise self.trouble
        yield self.service
        self.closed += 1

    def look(self, *, after_s: float = 1.0) -> None:
        self.seconds += after_s
        self.watch.look()


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def user(her, context):
    with context():
        user = her.user()
        subscribe(user)
        remind(user)
        db.session.commit()
        yield user
        db.session.rollback()


def events(caplog) -> list[str]:
    return [each.getMessage() for each in caplog.records]


def test_what_falls_due_is_sent_at_the_next_look(user, bench):
    bench.look()
    assert (bench.service.names(), outcomes()) == ([], [])
    bench.now = EIGHT
    bench.look()
    assert bench.service.names() == ["phone"]
    assert (outcomes(), message_states()) == ([(TODAY, "due", "on_time")], ["sent"])
    bench.look()
    assert bench.service.names() == ["phone"]


def test_a_look_with_nothing_due_is_one_query_and_writes_nothing(user, bench, queries):
    db.session.commit()
    bench.look()
    with queries() as found:
        bench.look()
    assert len(found) == 1
    assert found[0].startswith("SELECT")


def test_that_query_goes_by_indexes_alone(user, bench, queries):
    with queries() as found:
        bench.look()
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a small table is read whole on PostgreSQL")
    plan = db.session.connection().exec_driver_sql(
        f"EXPLAIN QUERY PLAN {found[0]}", (EIGHT.replace(tzinfo=None).isoformat(" "),) * 4
    )
    steps = [row[3] for row in plan if row[3].startswith(("SCAN", "SEARCH"))]
    assert len(steps) >= 5
    assert [step for step in steps if "INDEX" not in step and step != "SCAN CONSTANT ROW"] == []


def test_a_test_message_is_sent_without_a_reminder_being_due(user, bench):
    (phone,) = push_subscriptions.subscriptions_of(user)
    push_tests.ask(phone, now=bench.now)
    db.session.commit()
    bench.look()
    assert [message.payload for _, message in bench.service.got] == [b"test"]


def test_without_keys_it_is_said_once_and_what_falls_due_is_written_down(user, bench, caplog):
    bench.trouble = FileNotFoundError("no key")
    bench.now = EIGHT
    for _ in range(3):
        bench.look()
    assert events(caplog).count("push_keys_missing") == 1
    assert (outcomes(), message_states()) == ([(TODAY, "due", "on_time")], ["todo"])
    assert bench.opened == 1


def test_it_looks_for_keys_every_minute_and_sends_what_waits_once_they_are_there(user, bench):
    bench.trouble = FileNotFoundError("no key")
    bench.now = EIGHT
    bench.look()
    bench.trouble = None
    bench.look(after_s=OPEN_AGAIN_AFTER_S - 1)
    assert bench.service.names() == []
    bench.now += MINUTE
    bench.look(after_s=1)
    assert (bench.service.names(), bench.opened) == (["phone"], 2)


def test_a_sender_that_dies_is_closed_and_another_one_sends(user, bench, caplog):
    def dies() -> None:
        raise RuntimeError("the loop is closed")

    bench.now = EIGHT
    bench.service.while_sending = dies
    bench.look()
    assert "reminders_failed" in events(caplog)
    assert (bench.opened, bench.closed) == (1, 1)

    bench.service.while_sending = lambda: None
    bench.now += MINUTE
    bench.look(after_s=2)
    assert bench.opened == 2
    assert message_states() == ["sent"]


def test_a_database_that_is_away_costs_no_sender_and_the_waits_grow(bench, monkeypatch, app):
    tries = []

    def is_away(*, now) -> bool:
        tries.append(bench.seconds)
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(reminder_watch, "is_anything_due", is_away)
    with app.app_context():
        for _ in range(200):
            bench.look()
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 60
    assert (bench.opened, bench.closed) == (1, 0)


def test_closing_lets_go_of_the_sender_and_can_be_repeated(user, bench):
    bench.look()
    bench.watch.close()
    bench.watch.close()
    assert (bench.opened, bench.closed) == (1, 1)


def test_much_that_is_due_leaves_time_for_whatever_else_the_worker_does(user, bench, monkeypatch):
    monkeypatch.setattr(reminder_watch, "ONE_LOOK_S", 0.0)
    bench.now = EIGHT + timedelta(minutes=1)
    bench.look()
    assert outcomes() == []
    monkeypatch.setattr(reminder_watch, "ONE_LOOK_S", 10.0)
    bench.look()
    assert message_states() == ["sent"]
