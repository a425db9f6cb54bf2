"""A device that shows a message says so."""

from uuid import uuid4

from fstpwa.extensions import db
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import push_receipts, push_subscriptions
from fstpwa.services.deliveries import Settlement, lease, settle
from fstpwa.services.reminder_ticks import tick
from fstpwa.services.reminder_tokens import ReminderToken
from tests.reminding import EIGHT, MINUTE, SENT, occurrences, remind, subscribe


def rang(user) -> ReminderToken:
    """Send a reminder at eight; return what its notification carries."""
    remind(user)
    tick(now=EIGHT)
    settle([Settlement(each, SENT) for each in lease(now=EIGHT)], now=EIGHT)
    return ReminderToken(
        occurrence_id=occurrences()[0].id,
        subscription_id=db.session.query(PushSubscription.id).order_by("id").first().id,
    )


def note(token, now=EIGHT + MINUTE):
    push_receipts.note(token, now=now)
    db.session.expire_all()


def test_a_receipt_says_when_and_that_nothing_is_missing(user, phone):
    token = rang(user)
    phone.unreceived = 2
    db.session.flush()
    note(token)
    assert (phone.last_receipt_at, phone.unreceived) == (EIGHT + MINUTE, 0)
    assert phone.test_shown_at is None


def test_only_the_device_that_showed_it_is_noted(user, phone):
    tablet = subscribe(user, "tablet")
    note(rang(user))
    assert (tablet.last_receipt_at, tablet.unreceived) == (None, 1)
    assert phone.unreceived == 0


def test_the_receipt_of_a_test_says_that_it_was_shown(user, phone):
    phone.test_asked_at = phone.test_tried_at = EIGHT
    db.session.flush()
    note(ReminderToken(occurrence_id=None, subscription_id=phone.id))
    assert phone.test_shown_at == phone.last_receipt_at == EIGHT + MINUTE


def test_a_test_that_was_not_sent_cannot_be_shown(user, phone):
    phone.test_asked_at = EIGHT
    db.session.flush()
    note(ReminderToken(occurrence_id=None, subscription_id=phone.id))
    assert (phone.test_shown_at, phone.last_receipt_at) == (None, None)


def test_who_got_the_number_of_a_deleted_device_gets_none_of_its_receipts(user, phone, him):
    token = rang(user)
    push_subscriptions.forget(phone)
    his = subscribe(him.user(), "his")
    note(ReminderToken(occurrence_id=token.occurrence_id, subscription_id=his.id))
    assert his.last_receipt_at is None


def test_a_device_or_a_reminder_that_is_gone_is_no_mistake(user, phone):
    token = rang(user)
    note(ReminderToken(occurrence_id=uuid4(), subscription_id=phone.id))
    assert phone.last_receipt_at is None
    push_subscriptions.forget(phone)
    note(token)
