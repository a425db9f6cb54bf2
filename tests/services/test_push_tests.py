"""A test message is sent once, soon, and the page can tell what came of it."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.domain.push import PushMessage, SendOutcome
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.models.reminders import PushCount, PushSubscription
from fstpwa.services import push_subscriptions, push_tests
from fstpwa.services.push_tests import ask, send_waiting, state_of
from tests.reminding import (
    DAY,
    EIGHT,
    GONE,
    MINUTE,
    REFUSED,
    RETRY,
    PushService,
    new_user,
    subscribe,
    target_named,
)

SECOND = timedelta(seconds=1)


def write(subscription, user) -> PushMessage:
    target = push_subscriptions.target_of(user, subscription)
    return PushMessage(target, str(user.public_id).encode(), 300, "test")


@pytest.fixture
def service():
    return PushService()


@pytest.fixture
def phone(her, context):
    with context():
        phone = subscribe(her.user())
        db.session.commit()
        yield phone
        db.session.rollback()


def sent(service, *, now=EIGHT) -> int:
    return send_waiting(service, write, now=now)


def stored(phone: PushSubscription) -> PushSubscription:
    db.session.expire_all()
    return phone


def test_it_is_sent_once_to_the_device_that_it_was_asked_for(her, phone, service):
    tablet = subscribe(her.user(), "tablet")
    ask(phone, now=EIGHT)
    assert [sent(service), sent(service)] == [1, 0]
    assert service.names() == ["phone"]
    assert service.got[0][1].payload == str(her.public_id).encode()
    assert state_of(stored(phone), now=EIGHT) == "sent"
    assert state_of(tablet, now=EIGHT) == "none"


def test_its_state_follows_it_to_the_screen(phone, service):
    assert state_of(phone, now=EIGHT) == "none"
    ask(phone, now=EIGHT)
    assert state_of(phone, now=EIGHT + 30 * SECOND) == "waiting"
    assert state_of(phone, now=EIGHT + 31 * SECOND) == "late"
    sent(service, now=EIGHT + 40 * SECOND)
    assert state_of(stored(phone), now=EIGHT + 40 * SECOND) == "sent"
    phone.test_shown_at = EIGHT + 41 * SECOND
    assert state_of(phone, now=EIGHT + 41 * SECOND) == "shown"


@pytest.mark.parametrize("outcome", [GONE, RETRY, REFUSED])
def test_what_the_service_does_not_take_has_failed_and_is_not_tried_again(phone, service, outcome):
    service.answers = {"phone": outcome}
    ask(phone, now=EIGHT)
    sent(service)
    assert state_of(stored(phone), now=EIGHT) == "failed"
    assert (phone.test_verdict, phone.failing, phone.unreceived) == (outcome.verdict, 1, 0)
    assert sent(service, now=EIGHT + MINUTE) == 0


def test_it_counts_like_any_message_that_was_sent(phone, service):
    ask(phone, now=EIGHT)
    sent(service)
    assert (stored(phone).last_sent_at, phone.unreceived) == (EIGHT, 1)
    (count,) = db.session.scalars(select(PushCount)).all()
    assert (count.service, count.verdict, count.status, count.count) == (
        "push.example",
        "sent",
        201,
        1,
    )


def test_a_device_that_showed_it_before_that_was_stored_is_reached(phone, service):
    def shows_it() -> None:
        phone.test_shown_at = EIGHT
        db.session.commit()

    ask(phone, now=EIGHT)
    service.while_sending = shows_it
    sent(service)
    assert state_of(stored(phone), now=EIGHT) == "shown"
    assert phone.unreceived == 0


def test_while_its_service_is_left_alone_nothing_is_held_against_the_device(phone, service):
    service.answers = {"phone": SendOutcome("retry", None, 40)}
    ask(phone, now=EIGHT)
    sent(service)
    assert state_of(stored(phone), now=EIGHT) == "failed"
    assert phone.failing == 0
    assert db.session.scalars(select(PushCount)).all() == []


def test_asked_again_within_ten_seconds_it_says_so(phone, service):
    ask(phone, now=EIGHT)
    with pytest.raises(Conflict):
        ask(phone, now=EIGHT + 9 * SECOND)
    sent(service)
    ask(phone, now=EIGHT + 10 * SECOND)
    assert state_of(phone, now=EIGHT + 10 * SECOND) == "waiting"
    assert sent(service, now=EIGHT + 10 * SECOND) == 1


def test_after_a_clock_was_put_back_it_can_be_asked_for(phone):
    ask(phone, now=EIGHT + DAY)
    ask(phone, now=EIGHT)
    assert phone.test_asked_at == EIGHT


def test_the_end_of_an_earlier_one_says_nothing_about_the_next(phone, service):
    def asks_again() -> None:
        ask(stored(phone), now=EIGHT + 10 * SECOND)
        db.session.commit()

    ask(phone, now=EIGHT)
    service.while_sending = asks_again
    sent(service)
    assert state_of(stored(phone), now=EIGHT + 11 * SECOND) == "waiting"


def test_where_the_worker_dies_after_taking_it_it_has_failed_soon(phone, service):
    def dies() -> None:
        raise SystemExit

    ask(phone, now=EIGHT)
    service.while_sending = dies
    with pytest.raises(SystemExit):
        sent(service)
    db.session.rollback()
    assert state_of(stored(phone), now=EIGHT + 20 * SECOND) == "waiting"
    assert state_of(phone, now=EIGHT + 31 * SECOND) == "failed"
    service.while_sending = lambda: None
    assert sent(service, now=EIGHT + MINUTE) == 0


def test_nobody_is_sent_one_that_was_asked_for_long_ago(phone, service):
    ask(phone, now=EIGHT)
    assert sent(service, now=EIGHT + 11 * MINUTE) == 1
    assert service.got == []
    assert state_of(stored(phone), now=EIGHT + 11 * MINUTE) == "failed"


@pytest.mark.parametrize("how", ["signed out long ago", "removed"])
def test_a_device_that_is_not_theirs_any_more_gets_none(her, phone, service, how):
    ask(phone, now=EIGHT)
    if how == "removed":
        phone.key_id = push_subscriptions.REMOVED
    else:
        db.session.get_one(DeviceSession, phone.device_session_id).idle_expires_at = EIGHT
    assert sent(service) == 1
    assert service.got == []
    assert state_of(stored(phone), now=EIGHT) == "failed"


def test_one_that_cannot_be_written_fails_and_the_others_are_sent(her, phone, service):
    ask(phone, now=EIGHT)
    ask(subscribe(her.user(), "tablet"), now=EIGHT)

    def writes_none_to_the_phone(subscription, user):
        if subscription.name == "phone":
            raise InvalidValue("too long")
        return write(subscription, user)

    assert send_waiting(service, writes_none_to_the_phone, now=EIGHT) == 2
    assert service.names() == ["tablet"]
    assert state_of(stored(phone), now=EIGHT) == "failed"


def test_nothing_is_sent_while_a_transaction_is_open(phone, service):
    open_ones = []
    service.while_sending = lambda: open_ones.append(db.session().in_transaction())
    ask(phone, now=EIGHT)
    sent(service)
    assert open_ones == [False]


def test_two_workers_send_each_of_them_once(app, kept_rows, service):
    people = 30
    with app.app_context():
        for number in range(people):
            ask(subscribe(new_user(), f"phone-{number:02}"), now=EIGHT)
        db.session.commit()
    begin = Barrier(3)

    def work() -> None:
        with app.app_context():
            begin.wait()
            sent(service)

    threads = [Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with app.app_context():
        sent(service)
    assert service.names() == [f"phone-{number:02}" for number in range(people)]


def test_more_than_fit_into_one_go_are_sent_in_the_next(her, phone, service, monkeypatch):
    monkeypatch.setattr(push_tests, "AT_ONCE", 2)
    for name in ("a", "b", "c"):
        ask(subscribe(her.user(), name), now=EIGHT)
    assert [sent(service) for _ in range(3)] == [2, 1, 0]
    assert service.got[0][1].target == target_named("b")
