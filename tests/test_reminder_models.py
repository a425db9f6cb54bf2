"""The tables of reminders keep their own rules, whoever writes."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Delivery, Occurrence, PushSubscription, Reminder
from fstpwa.services.reminder_ticks import tick
from tests.reminding import EARLY, EIGHT, TODAY, remind, subscribe


@pytest.fixture
def rang(her, context):
    """Two reminders that fell due at eight, with a message each."""
    with context():
        subscribe(her.user())
        remind(her.user())
        remind(her.user(), kind="practice")
        tick(now=EIGHT)
        db.session.flush()
        yield
        db.session.rollback()


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Reminder, {"kind": "dinner"}),
        (Reminder, {"at_min": -1}),
        (Reminder, {"at_min": 1440}),
        (Reminder, {"days_mask": 0}),
        (Reminder, {"days_mask": 128}),
        (Reminder, {"max_late_min": 0}),
        (Reminder, {"max_late_min": 1441}),
        (Reminder, {"next_due_at": None}),
        (Reminder, {"next_key": None}),
        (Reminder, {"enabled": False}),
        (Reminder, {"user_id": 10**9}),
        (Occurrence, {"state": "lost"}),
        (Occurrence, {"reason": "because"}),
        (Occurrence, {"look_at": None}),
        (Occurrence, {"state": "done"}),
        (Occurrence, {"snoozes": 4}),
        (Occurrence, {"ring_at": EARLY}),
        (PushSubscription, {"failing": -1}),
        (PushSubscription, {"unreceived": -1}),
        (PushSubscription, {"device_session_id": 10**9}),
        (Delivery, {"state": "lost"}),
        (Delivery, {"state": "sent"}),
        (Delivery, {"next_try_at": None}),
        (Delivery, {"attempts": -1}),
        (Delivery, {"occurrence_id": None}),
        (User, {"quiet_start_min": 60}),
        (User, {"quiet_end_min": 60}),
        (User, {"quiet_start_min": 60, "quiet_end_min": 60}),
        (User, {"quiet_start_min": -1, "quiet_end_min": 60}),
        (User, {"quiet_start_min": 60, "quiet_end_min": 1440}),
    ],
)
def test_the_database_refuses_what_cannot_be(rang, model, values):
    with pytest.raises(IntegrityError):
        db.session.execute(update(model).values(**values))


def test_one_occurrence_a_reminder_and_local_date(rang):
    first, second = db.session.scalars(db.select(Occurrence).order_by(Occurrence.id))
    assert first.occ_key == second.occ_key == TODAY
    with pytest.raises(IntegrityError):
        db.session.execute(update(Occurrence).values(reminder_id=first.reminder_id))


def test_one_message_an_occurrence_and_device(rang):
    delivery = db.session.scalars(db.select(Delivery).limit(1)).one()
    with pytest.raises(IntegrityError):
        db.session.execute(update(Delivery).values(occurrence_id=delivery.occurrence_id))


def test_one_address_belongs_to_one_row(rang, her):
    subscribe(her.user(), "tablet")
    with pytest.raises(IntegrityError):
        db.session.execute(update(PushSubscription).values(endpoint_hash=b"h" * 32))
