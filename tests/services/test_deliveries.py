"""A message belongs to one worker at a time, and what came of it is stored once."""

from datetime import timedelta

import pytest

from fstpwa.extensions import db
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import push_subscriptions
from fstpwa.services.deliveries import LEASE, Settlement, lease, settle
from fstpwa.services.reminder_ticks import tick
from tests.reminding import (
    EIGHT,
    GONE,
    MINUTE,
    REFUSED,
    RETRY,
    SENT,
    SendOutcome,
    message_states,
    messages,
    new_user,
    remind,
    subscribe,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def claimed(user, phone):
    remind(user)
    tick(now=EIGHT)


def settled(taken, outcome, *, now=EIGHT):
    return settle([Settlement(each, outcome) for each in taken], now=now)


def stored(subscription: PushSubscription) -> PushSubscription:
    db.session.expire_all()
    return db.session.get_one(PushSubscription, subscription.id)


def test_a_message_is_taken_once(claimed):
    (taken,) = lease(now=EIGHT)
    assert (taken.attempt, message_states()) == (1, ["sending"])
    assert lease(now=EIGHT) == []
    assert lease(now=EIGHT + LEASE - SECOND) == []


def test_what_a_dead_worker_had_comes_back_after_a_minute(claimed):
    (first,) = lease(now=EIGHT)
    (second,) = lease(now=EIGHT + LEASE)
    assert (first.delivery_id, second.attempt) == (second.delivery_id, 2)


def test_only_those_that_were_asked_for_are_taken_and_so_many_at_most(user, phone):
    for at_min in range(480, 483):
        remind(user, at_min=at_min)
    tick(now=EIGHT + 3 * MINUTE)
    third = messages()[2].id
    assert [each.delivery_id for each in lease(now=EIGHT + 3 * MINUTE, only=[third])] == [third]
    assert len(lease(now=EIGHT + 3 * MINUTE, at_most=1)) == 1
    assert len(lease(now=EIGHT + 3 * MINUTE)) == 1


def test_sent_is_the_end_and_is_counted_where_it_went(claimed, phone):
    assert settled(lease(now=EIGHT), SENT) == 1
    (message,) = messages()
    assert (message.state, message.next_try_at, message.sent_at) == ("sent", None, EIGHT)
    assert (stored(phone).unreceived, phone.last_sent_at, phone.failing) == (1, EIGHT, 0)
    assert lease(now=EIGHT + 10 * LEASE) == []


def test_two_messages_to_one_device_count_as_two(user, phone):
    for at_min in (480, 481):
        remind(user, at_min=at_min)
    tick(now=EIGHT + MINUTE)
    settled(lease(now=EIGHT + MINUTE), SENT)
    assert stored(phone).unreceived == 2


@pytest.mark.parametrize("outcome", [SENT, GONE, RETRY, REFUSED])
def test_a_late_worker_changes_nothing(claimed, phone, outcome):
    late = lease(now=EIGHT)
    lease(now=EIGHT + LEASE)
    assert settled(late, outcome, now=EIGHT + LEASE + SECOND) == 0
    (message,) = messages()
    assert (message.state, message.attempts) == ("sending", 2)
    assert message.next_try_at == EIGHT + 2 * LEASE
    assert (stored(phone).unreceived, phone.failing) == (0, 0)


def test_a_late_worker_does_not_undo_what_the_newer_one_stored(claimed):
    late = lease(now=EIGHT)
    settled(lease(now=EIGHT + LEASE), SENT)
    assert settled(late, RETRY) == 0
    assert message_states() == ["sent"]


def test_reporting_twice_counts_once(claimed, phone):
    taken = lease(now=EIGHT)
    assert [settled(taken, SENT), settled(taken, SENT)] == [1, 0]
    assert stored(phone).unreceived == 1


def test_gone_deletes_the_subscription_with_all_its_messages_and_no_others(user, phone, him):
    tablet = subscribe(user, "tablet")
    other = subscribe(him.user(), "his")
    for at_min in (480, 481):
        remind(user, at_min=at_min)
    remind(him.user())
    tick(now=EIGHT + MINUTE)
    of_phone = [each.id for each in messages() if each.subscription_id == phone.id]
    assert len(of_phone) == 2

    settled(lease(now=EIGHT + MINUTE, only=of_phone[:1]), GONE)

    assert {each.subscription_id for each in messages()} == {tablet.id, other.id}
    assert len(messages()) == 3
    assert push_subscriptions.subscriptions_of(user) == [tablet]


def test_retry_waits_longer_each_time_and_ends_when_the_reminder_is_too_late(claimed, phone):
    now, waits = EIGHT, []
    while taken := lease(now=now):
        settled(taken, RETRY, now=now)
        (message,) = messages()
        if message.next_try_at is None:
            break
        waits.append((message.next_try_at - now).total_seconds())
        now = message.next_try_at
    assert message_states() == ["expired"]
    assert 7 <= waits[0] <= 15
    assert 450 <= waits[-1] <= 900
    assert now <= EIGHT + 120 * MINUTE
    assert stored(phone).failing == len(waits) + 1


def test_a_service_that_asks_for_patience_gets_it(claimed):
    settled(lease(now=EIGHT), SendOutcome("retry", 429, 3000))
    assert messages()[0].next_try_at >= EIGHT + timedelta(seconds=3000)


def test_what_was_held_back_is_no_attempt_and_nothing_is_held_against_the_device(claimed, phone):
    now = EIGHT
    for _ in range(6):
        (taken,) = lease(now=now)
        assert taken.attempt == 1
        settled([taken], SendOutcome("retry", None, 30), now=now)
        (message,) = messages()
        assert timedelta(seconds=30) <= message.next_try_at - now <= timedelta(seconds=33)
        assert (message.state, message.attempts) == ("todo", 0)
        now = message.next_try_at
    assert stored(phone).failing == 0
    settled(lease(now=now), RETRY, now=now)
    assert messages()[0].next_try_at - now <= timedelta(seconds=15)


def test_a_late_worker_is_not_heard_after_the_message_was_held_back(claimed):
    (late,) = lease(now=EIGHT)
    (newer,) = lease(now=EIGHT + LEASE)
    settled([newer], SendOutcome("retry", None, 30), now=EIGHT + LEASE)
    assert settled([late], SENT) == 0
    (newest,) = lease(now=EIGHT + 2 * LEASE)
    assert settled([late], SENT) == 0
    assert settled([newest], SENT) == 1


def test_one_that_asks_for_longer_than_makes_sense_is_given_up(claimed):
    settled(lease(now=EIGHT), SendOutcome("retry", 429, 7201))
    assert message_states() == ["expired"]


def test_refused_keeps_the_subscription_and_raises_an_alarm(claimed, phone, caplog):
    settled(lease(now=EIGHT), REFUSED)
    assert message_states() == ["dead"]
    assert stored(phone).failing == 1
    (alarm,) = [each for each in caplog.records if each.getMessage() == "push_refused"]
    assert alarm.good_days == {"status": 403, "count": 1}


def test_what_was_sent_after_failures_is_no_failure_any_more(user, phone):
    for at_min in (480, 481):
        remind(user, at_min=at_min)
    tick(now=EIGHT + MINUTE)
    first, second = lease(now=EIGHT + MINUTE)
    settled([first], REFUSED)
    settled([second], SENT)
    assert stored(phone).failing == 0


def test_several_verdicts_are_settled_together(user, context):
    outcome_of = {"a": SENT, "b": GONE, "c": RETRY, "d": REFUSED}
    for name in outcome_of:
        someone = new_user(name)
        subscribe(someone, name)
        remind(someone)
    tick(now=EIGHT)
    taken = lease(now=EIGHT)
    pairs = zip(taken, outcome_of.values(), strict=True)
    assert settle([Settlement(*pair) for pair in pairs], now=EIGHT) == 4
    assert message_states() == ["sent", "todo", "dead"]


def test_a_report_about_a_deleted_message_is_not_taken_for_another_one(user, phone):
    remind(user)
    tick(now=EIGHT)
    late = lease(now=EIGHT)
    push_subscriptions.forget(phone)
    subscribe(user, "tablet")
    remind(user, at_min=481)
    tick(now=EIGHT + MINUTE)
    lease(now=EIGHT + MINUTE)
    assert settled(late, SENT) == 0
    assert message_states() == ["sending"]


def test_settling_nothing_is_nothing(user):
    assert settle([], now=EIGHT) == 0
