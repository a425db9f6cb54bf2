"""Just before it is sent, a reminder has to make sense still."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.models.reminders import Occurrence, PushSubscription, Reminder
from fstpwa.services import reminders
from fstpwa.services.deliveries import LEASE, Settlement, lease, settle
from fstpwa.services.reminder_checks import check
from fstpwa.services.reminder_ticks import tick
from tests.reminding import (
    DAY,
    EIGHT,
    MINUTE,
    RETRY,
    SENT,
    TODAY,
    check_in,
    message_states,
    occurrences,
    outcomes,
    remind,
    subscribe,
    target_named,
)


@pytest.fixture
def reminder(user, phone):
    """A reminder that fell due at eight, with its message."""
    reminder = remind(user)
    tick(now=EIGHT)
    return reminder


def checked(now=EIGHT):
    return check(lease(now=now), now=now)


def test_what_still_makes_sense_is_ready_with_all_that_its_words_need(user, phone, reminder):
    (ready,) = checked(EIGHT + 20 * MINUTE)
    (occurrence,) = occurrences()
    assert (ready.occurrence_id, ready.kind, ready.day) == (occurrence.id, "check_in", TODAY)
    assert (ready.user_public_id, ready.language) == (user.public_id, "en_GB")
    assert (ready.subscription_id, ready.target) == (phone.id, target_named("phone"))
    assert (ready.discreet, ready.snoozes, ready.lease.attempt) == (True, 0, 1)
    assert message_states() == ["sending"]


def test_it_lives_as_long_as_it_may_be_late_and_never_zero_seconds(reminder):
    assert checked(EIGHT + 20 * MINUTE)[0].ttl_s == 100 * 60
    last = EIGHT + 120 * MINUTE
    assert check(lease(now=last), now=last)[0].ttl_s == 1


def test_what_was_done_meanwhile_is_not_sent(user, reminder):
    check_in(user)
    assert checked() == []
    assert (outcomes(), message_states()) == ([(TODAY, "done", "done")], ["expired"])


def test_what_was_paused_meanwhile_is_not_sent(user, reminder):
    reminders.pause(user, reminder, TODAY + DAY, now=EIGHT)
    assert checked() == []
    assert (outcomes(), message_states()) == ([(TODAY, "skipped", "paused")], ["expired"])


def test_what_was_switched_off_meanwhile_is_not_sent(user, reminder):
    reminders.switch(user, reminder, on=False, now=EIGHT)
    assert checked() == []
    assert (outcomes(), message_states()) == ([(TODAY, "skipped", "off")], ["expired"])


def test_what_is_too_late_by_now_is_missed(reminder):
    assert checked(EIGHT + 121 * MINUTE) == []
    assert (outcomes(), message_states()) == ([(TODAY, "missed", "late")], ["expired"])


def test_a_second_try_does_not_ring_in_quiet_hours_but_at_their_end(user, reminder):
    user.quiet_start_min, user.quiet_end_min = 8 * 60 + 1, 9 * 60
    settle([Settlement(each, RETRY) for each in lease(now=EIGHT)], now=EIGHT)
    assert checked(EIGHT + MINUTE) == []
    assert (outcomes(), message_states()) == ([(TODAY, "snoozed", "quiet")], ["expired"])

    tick(now=EIGHT + 60 * MINUTE)

    assert len(checked(EIGHT + 60 * MINUTE)) == 1


def test_what_one_device_showed_already_stays_due_when_another_is_too_late(user, reminder):
    db.session.rollback()
    subscribe(user, "one")
    subscribe(user, "two")
    remind(user)
    tick(now=EIGHT)
    first = lease(now=EIGHT, at_most=1)
    settle([Settlement(each, SENT) for each in first], now=EIGHT)
    assert checked(EIGHT + 121 * MINUTE) == []
    assert outcomes() == [(TODAY, "due", "on_time")]
    assert sorted(message_states()) == ["expired", "sent"]


def test_a_device_that_is_signed_out_gets_nothing(reminder):
    db.session.execute(update(DeviceSession).values(expires_at=EIGHT))
    assert checked() == []
    assert message_states() == ["gone"]


def test_a_subscription_that_belongs_to_somebody_else_gets_nothing(reminder, him):
    db.session.execute(update(PushSubscription).values(user_id=him.id))
    assert checked() == []
    assert message_states() == ["gone"]


def test_a_target_that_does_not_open_costs_its_message_alone(user, phone, reminder, him):
    subscribe(him.user(), "his")
    remind(him.user())
    tick(now=EIGHT)
    phone.target = phone.target[:-8] + "AAAAAAA="
    (ready,) = checked()
    assert ready.user_public_id == him.public_id
    assert message_states() == ["dead", "sending"]


def test_what_another_worker_took_since_is_left_to_it(reminder):
    late = lease(now=EIGHT)
    newer = lease(now=EIGHT + LEASE)
    assert check(late, now=EIGHT + LEASE) == []
    assert message_states() == ["sending"]
    assert len(check(newer, now=EIGHT + LEASE)) == 1


def test_an_occurrence_that_was_put_off_is_not_sent_before(user, reminder):
    taken = lease(now=EIGHT)
    later = EIGHT + timedelta(hours=1)
    db.session.execute(update(Occurrence).values(state="snoozed", ring_at=later, look_at=later))
    assert check(taken, now=EIGHT) == []
    assert message_states() == ["expired"]


def test_an_occurrence_that_was_answered_is_not_sent(reminder):
    taken = lease(now=EIGHT)
    answered = {"state": "skipped", "reason": "not_today", "look_at": None}
    db.session.execute(update(Occurrence).values(**answered))
    assert check(taken, now=EIGHT) == []
    assert (outcomes(), message_states()) == ([(TODAY, "skipped", "not_today")], ["expired"])


def test_a_deleted_reminder_is_not_sent(reminder):
    taken = lease(now=EIGHT)
    reminders.delete(db.session.get_one(Reminder, reminder.id))
    assert check(taken, now=EIGHT) == []
