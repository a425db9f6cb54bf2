"""What became of reminders goes after 90 days, but for the newest of each."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import uuid6
from sqlalchemy import insert, select
from uuid6 import uuid7

from fstpwa.extensions import db
from fstpwa.models.reminders import Delivery, Occurrence
from fstpwa.services import reminders
from fstpwa.services.reminder_retention import KEPT_FOR, first_id_at, sweep
from tests.reminding import DAY, EARLY, TODAY, remind, subscribe

ALL = 1000


@pytest.fixture
def kept_days(user):
    """Return how old what is left is, after so many days of a reminder and a sweep."""

    def after(*ages: int, is_open: bool = False, at_most: int = ALL) -> tuple[int, list[int]]:
        reminder, phone = remind(user, now=EARLY - 400 * DAY), subscribe(user)
        for age in ages:
            add(reminder.id, phone.id, age, is_open=is_open)
        count = sweep(now=EARLY, at_most=at_most)
        left = db.session.scalars(select(Occurrence.occ_key).order_by(Occurrence.occ_key.desc()))
        return count, [(TODAY - day).days for day in left]

    return after


def add(reminder_id: int, subscription_id: int, age: int, *, is_open: bool = False) -> None:
    """Store what became of a reminder some days ago, with a message that was sent."""
    at = EARLY - age * DAY
    occurrence_id = UUID(int=first_id_at(at).int | (uuid7().int & ((1 << 80) - 1)))
    db.session.execute(
        insert(Occurrence).values(
            id=occurrence_id,
            reminder_id=reminder_id,
            occ_key=TODAY - age * DAY,
            due_at=at,
            ring_at=at,
            state="due" if is_open else "expired",
            reason="on_time" if is_open else "unanswered",
            look_at=EARLY if is_open else None,
            snoozes=0,
            rang_again=False,
        )
    )
    db.session.execute(
        insert(Delivery).values(
            occurrence_id=occurrence_id,
            subscription_id=subscription_id,
            state="sent",
            attempts=1,
            sent_at=at,
        )
    )


def test_what_is_older_than_90_days_goes_with_its_messages(kept_days):
    assert kept_days(0, 89, 90, 91, 200) == (2, [0, 89, 90])
    assert len(db.session.scalars(select(Delivery)).all()) == 3


def test_the_newest_of_a_reminder_stays_however_old(user, kept_days):
    assert kept_days(200, 201) == (1, [200])
    (reminder,) = reminders.reminders_of(user)
    assert reminders.last_key_of(reminder) == TODAY - 200 * DAY


def test_what_is_not_over_stays(kept_days):
    assert kept_days(0, 200, is_open=True) == (0, [0, 200])


def test_it_goes_in_small_steps_the_oldest_first(kept_days):
    assert kept_days(0, 100, 101, 102, at_most=2) == (2, [0, 100])
    assert sweep(now=EARLY, at_most=2) == 1
    assert sweep(now=EARLY, at_most=2) == 0


def test_the_newest_of_one_reminder_does_not_keep_those_of_another(user):
    phone = subscribe(user)
    for reminder in (remind(user), remind(user, at_min=481)):
        add(reminder.id, phone.id, 100)
    assert sweep(now=EARLY, at_most=ALL) == 0


def test_ids_rise_with_time(monkeypatch):
    # An id is later than the one before it, and another test's clock may have been ahead.
    monkeypatch.setattr(uuid6, "_last_v7_timestamp", None)
    before = datetime.now(UTC) - timedelta(seconds=1)
    made = uuid7()
    assert first_id_at(before) < made < first_id_at(before + timedelta(minutes=1))
    assert first_id_at(before - KEPT_FOR) < first_id_at(before)
