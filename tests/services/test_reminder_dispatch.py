"""Whatever dies, and however many work at once: nothing is lost, and nothing is claimed twice."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Delivery, Occurrence
from fstpwa.services import deliveries, reminder_dispatch
from fstpwa.services.deliveries import LEASE
from fstpwa.services.reminder_dispatch import Round
from fstpwa.services.reminder_ticks import tick
from tests.reminding import (
    DAY,
    EIGHT,
    GONE,
    MINUTE,
    RETRY,
    TODAY,
    PushService,
    compose,
    dispatcher,
    message_states,
    messages,
    new_user,
    outcomes,
    remind,
    subscribe,
)

PEOPLE = 12


@pytest.fixture
def service():
    return PushService()


@pytest.fixture
def names(app, rolled_back):
    """Somebody with a reminder at eight for each name."""
    names = [f"phone-{number:03}" for number in range(PEOPLE)]
    with app.app_context():
        for name in names:
            someone = new_user(name)
            subscribe(someone, name)
            remind(someone)
        db.session.commit()
        yield names
        db.session.rollback()


def test_each_reminder_that_is_due_reaches_its_phone_once(names, service):
    assert dispatcher(service, EIGHT).run() == Round(claimed=PEOPLE, sent=PEOPLE)
    assert service.names() == names
    assert set(message_states()) == {"sent"}
    assert dispatcher(service, EIGHT + MINUTE).run() == Round(claimed=0, sent=0)
    assert service.names() == names


def test_it_is_sent_under_the_topic_of_its_occurrence_for_as_long_as_it_makes_sense(names, service):
    dispatcher(service, EIGHT + MINUTE).run()
    assert {message.ttl_s for _, message in service.got} == {119 * 60}
    assert len({message.topic for _, message in service.got}) == PEOPLE


def test_after_a_standstill_of_days_only_the_last_date_rings(names, service):
    dispatcher(service, EIGHT + 2 * DAY).run()
    assert service.names() == names
    assert Counter(outcomes()) == {
        (TODAY, "missed", "late"): PEOPLE,
        (TODAY + DAY, "missed", "late"): PEOPLE,
        (TODAY + 2 * DAY, "due", "on_time"): PEOPLE,
    }


def test_nothing_is_sent_while_a_transaction_is_open(names, service):
    open_ones = []
    service.while_sending = lambda: open_ones.append(db.session().in_transaction())
    dispatcher(service, EIGHT).run()
    assert open_ones == [False] * PEOPLE


def test_each_answer_of_a_service_finds_its_message(names, service):
    service.answers = {names[0]: GONE, names[1]: RETRY}
    dispatcher(service, EIGHT).run()
    assert Counter(message_states()) == {"sent": PEOPLE - 2, "todo": 1}
    service.answers = {}
    dispatcher(service, EIGHT + MINUTE).run()
    assert Counter(service.names())[names[1]] == 2
    assert Counter(service.names())[names[0]] == 1


def test_one_that_cannot_be_written_is_given_up_and_the_others_are_sent(names, service):
    def writes_none_to_the_first(ready):
        if ready.target.endpoint.endswith(names[0]):
            raise InvalidValue("too long")
        return compose(ready)

    at_work = dispatcher(service, EIGHT)
    at_work.compose = writes_none_to_the_first
    at_work.run()
    assert service.names() == names[1:]
    assert Counter(message_states()) == {"sent": PEOPLE - 1, "dead": 1}


def test_told_to_end_it_begins_nothing(names, service):
    at_work = dispatcher(service, EIGHT)
    at_work.is_ended = lambda: True
    assert at_work.run() == Round(claimed=0, sent=0)
    assert outcomes() == []


def test_told_to_end_it_finishes_its_chunk_and_stores_what_was_sent(names, service):
    at_work = dispatcher(service, EIGHT)
    at_work.is_ended = lambda: bool(service.got)
    at_work.run()
    assert service.names() == names
    assert set(message_states()) == {"sent"}


def test_a_chunk_that_goes_on_too_long_after_the_end_is_left_to_others(names, service, monkeypatch):
    monkeypatch.setattr(reminder_dispatch, "ENDS_WITHIN_S", 0.0)
    at_work = dispatcher(service, EIGHT)
    at_work.is_ended = lambda: len(service.got) >= 3
    at_work.run()
    assert Counter(message_states()) == {"sent": 3, "sending": PEOPLE - 3}

    dispatcher(service, EIGHT + LEASE).run()
    assert service.names() == names


def test_what_was_sent_before_the_sender_broke_down_is_stored(names, service):
    def breaks_down() -> None:
        if len(service.got) > 4:
            raise RuntimeError

    service.while_sending = breaks_down
    with pytest.raises(RuntimeError):
        dispatcher(service, EIGHT).run()
    assert Counter(message_states()) == {"sent": 4, "sending": PEOPLE - 4}


def test_without_a_sender_all_is_written_down_and_waits(names, service):
    at_work = dispatcher(service, EIGHT)
    at_work.sender = None
    assert at_work.run() == Round(claimed=PEOPLE, sent=0)
    assert set(message_states()) == {"todo"}
    dispatcher(service, EIGHT + MINUTE).run()
    assert service.names() == names


def test_after_its_time_it_begins_nothing_more(names, service):
    assert dispatcher(service, EIGHT).run(for_s=0) == Round(claimed=0, sent=0)


def test_messages_can_be_delivered_by_their_numbers(names, service):
    at_work = dispatcher(service, EIGHT)
    at_work.claim()
    wanted = [each.id for each in messages()][:3]
    db.session.commit()
    assert at_work.deliver(wanted) == 3
    assert service.names() == names[:3]


def dies(*_arguments: object, **_named: object) -> None:
    raise SystemExit


class TestDying:
    """A worker dies between two steps; another one begins later."""

    def dies_in(self, monkeypatch, service, module, step: str) -> None:
        with monkeypatch.context() as dying:
            dying.setattr(module, step, dies)
            with pytest.raises(SystemExit):
                dispatcher(service, EIGHT).run()
        # What the end of a process does to its connection.
        db.session.rollback()

    @pytest.mark.parametrize(
        ("module", "step"),
        [
            pytest.param(reminder_dispatch, "tick", id="before it claimed"),
            pytest.param(reminder_dispatch, "hand_over_nothing", id="while it claimed"),
            pytest.param(deliveries, "lease", id="after it claimed"),
            pytest.param(reminder_dispatch, "check", id="after it took the messages"),
            pytest.param(reminder_dispatch.Inline, "_send", id="before it sent"),
        ],
    )
    def test_before_it_sent_nothing_is_lost_and_nothing_comes_twice(
        self, monkeypatch, names, service, module, step
    ):
        self.dies_in(monkeypatch, service, module, step)
        assert service.names() == []

        dispatcher(service, EIGHT + LEASE).run()

        assert service.names() == names
        assert set(message_states()) == {"sent"}
        assert Counter(outcomes()) == {(TODAY, "due", "on_time"): PEOPLE}

    def test_between_sending_and_writing_it_down_it_is_sent_again_and_claimed_once(
        self, monkeypatch, names, service
    ):
        self.dies_in(monkeypatch, service, deliveries, "settle")
        assert service.names() == names

        dispatcher(service, EIGHT + LEASE).run()

        assert Counter(service.names()) == dict.fromkeys(names, 2)
        assert {message.topic for _, message in service.got[:PEOPLE]} == {
            message.topic for _, message in service.got[PEOPLE:]
        }
        assert Counter(outcomes()) == {(TODAY, "due", "on_time"): PEOPLE}
        assert {each.attempts for each in messages()} == {2}

    def test_while_it_may_still_be_alive_nobody_else_sends(self, monkeypatch, names, service):
        self.dies_in(monkeypatch, service, reminder_dispatch, "check")
        dispatcher(service, EIGHT + LEASE - timedelta(seconds=1)).run()
        assert service.names() == []


def test_two_dispatchers_at_once_claim_and_send_each_reminder_once(
    app, kept_rows, monkeypatch, service
):
    people, days = 60, 3
    monkeypatch.setattr(reminder_dispatch, "CHUNK", 7)
    with app.app_context():
        for number in range(people):
            someone = new_user()
            subscribe(someone, f"phone-{number:03}")
            remind(someone)
        db.session.commit()
    start = Barrier(4)
    claims: list[Round] = []
    failures: list[BaseException] = []

    def work() -> None:
        with app.app_context():
            start.wait()
            try:
                claims.append(small_steps(dispatcher(service, EIGHT + (days - 1) * DAY)))
            except BaseException as problem:
                failures.append(problem)

    threads = [Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failures == []
    # Whoever found all rows in other hands may have stopped early: what is left is done here.
    with app.app_context():
        claims.append(small_steps(dispatcher(service, EIGHT + (days - 1) * DAY)))
        assert sum(each.claimed for each in claims) == people * days
        assert db.session.scalar(select(func.count()).select_from(Occurrence)) == people * days
        assert db.session.scalar(select(func.count()).select_from(Delivery)) == people
        assert set(db.session.scalars(select(Delivery.state))) == {"sent"}
        assert set(db.session.scalars(select(Delivery.attempts))) == {1}
    assert Counter(service.names()) == {f"phone-{number:03}": 1 for number in range(people)}


def small_steps(at_work) -> Round:
    """Run a dispatcher in steps of a few rows, so that several get in each other's way."""
    claimed = sent = 0
    while True:
        now = at_work.clock()
        count = reminder_dispatch.tick(now=now, at_most=5)
        db.session.commit()
        taken = at_work.deliver()
        if not count and not taken:
            return Round(claimed=claimed, sent=sent)
        claimed, sent = claimed + count, sent + taken


@pytest.mark.parametrize("others", [1, 2])
def test_somebody_who_writes_while_it_reads_costs_a_second_look_and_loses_nothing(
    app, kept_rows, monkeypatch, service, others
):
    """On SQLite the writer is taken late; `others` is how often somebody else was quicker."""
    with app.app_context():
        someone = new_user()
        subscribe(someone, "phone")
        remind(someone)
        db.session.commit()
        written = []

        def look_and_be_overtaken(**arguments: object) -> int:
            db.session.scalar(select(func.count()).select_from(Delivery))
            if len(written) < others:
                written.append(Thread(target=writes_something, args=[app]))
                written[-1].start()
                if db.engine.dialect.name == "sqlite":
                    written[-1].join()
            return tick(**arguments)

        monkeypatch.setattr(reminder_dispatch, "tick", look_and_be_overtaken)
        assert dispatcher(service, EIGHT).run() == Round(claimed=1, sent=1)
        for each in written:
            each.join()
        assert set(db.session.scalars(select(Delivery.state))) == {"sent"}
        assert db.session.scalar(select(func.count()).select_from(User)) == 1 + others


def writes_something(app) -> None:
    with app.app_context():
        new_user()
        db.session.commit()
