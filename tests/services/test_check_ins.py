"""Check-ins are stored once and merged question by question."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from uuid6 import uuid7

from fstpwa.domain.check_in import Answer, CheckInEntry, CheckInRecord
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import AppliedOperation, CheckIn, CheckInRegion
from fstpwa.services import check_ins
from fstpwa.services.check_ins import check_in_on, delete_check_in, record_check_in
from tests.conftest import Person

NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)


@pytest.fixture
def user(app: Flask, her: Person) -> Iterator[User]:
    with app.app_context():
        yield her.user()


def store(
    user: User, day: date = TODAY, at: datetime = NOW, **answers: Answer
) -> CheckInRecord | None:
    entry = CheckInEntry(day=day, answers=answers)
    return record_check_in(user, entry, at=at, operation_id=uuid7(), now=NOW)


def test_what_was_answered_is_stored_and_nothing_is_made_up(user: User) -> None:
    stored = store(user, stiffness=0, flare=False, pain_in_neck=3)
    assert stored is not None
    assert stored.answers() == {"stiffness": 0, "flare": False, "pain_in_neck": 3}
    assert check_in_on(user, TODAY) == stored
    assert check_in_on(user, TODAY - timedelta(days=1)) is None


def test_a_second_entry_changes_only_its_own_questions(user: User) -> None:
    store(user, stiffness=4, note="before lunch", pain_in_neck=3, stiffness_in_neck=5)
    stored = store(user, good_day="yes", pain_in_neck=None)
    assert stored is not None
    assert stored.answers() == {
        "stiffness": 4,
        "good_day": "yes",
        "note": "before lunch",
        "stiffness_in_neck": 5,
    }
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 1


def test_an_answer_from_this_morning_that_arrives_late_does_not_win(user: User) -> None:
    store(user, stiffness=6)
    stored = store(user, at=NOW - timedelta(hours=6), stiffness=1, sleep=8)
    assert stored is not None
    assert stored.answers() == {"stiffness": 6, "sleep": 8}


def test_a_phone_whose_clock_is_ahead_wins_no_longer_than_now(user: User) -> None:
    store(user, at=NOW + timedelta(days=30), stiffness=1)
    entry = CheckInEntry(day=TODAY, answers={"stiffness": 2})
    later = NOW + timedelta(minutes=1)
    stored = record_check_in(user, entry, at=later, operation_id=uuid7(), now=later)
    assert stored is not None
    assert stored.stiffness == 2


def test_the_same_operation_is_carried_out_once(user: User) -> None:
    operation = uuid7()
    entry = CheckInEntry(day=TODAY, answers={"stiffness": 4})
    record_check_in(user, entry, at=NOW, operation_id=operation, now=NOW)
    store(user, at=NOW, stiffness=None, note="on second thoughts")
    again = NOW + timedelta(hours=1)
    stored = record_check_in(user, entry, at=again, operation_id=operation, now=again)
    assert stored == check_in_on(user, TODAY)
    assert db.session.scalar(select(func.count()).select_from(AppliedOperation)) == 2


def test_two_people_may_happen_upon_the_same_operation(user: User, him: Person) -> None:
    operation = uuid7()
    entry = CheckInEntry(day=TODAY, answers={"stiffness": 4})
    record_check_in(user, entry, at=NOW, operation_id=operation, now=NOW)
    record_check_in(him.user(), entry, at=NOW, operation_id=operation, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 2


def test_a_day_whose_last_answer_is_taken_back_is_no_check_in(user: User) -> None:
    store(user, stiffness=4, pain_in_neck=2)
    assert store(user, stiffness=None, pain_in_neck=None) is None
    assert check_in_on(user, TODAY) is None
    assert db.session.scalar(select(func.count()).select_from(CheckInRegion)) == 0


def test_an_entry_without_answers_stores_no_check_in(user: User) -> None:
    assert store(user) is None
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 0


def test_the_day_is_the_one_of_the_persons_own_zone(user: User) -> None:
    with pytest.raises(InvalidValue, match="not happened yet"):
        store(user, day=TODAY + timedelta(days=1), stiffness=4)
    user.time_zone = "Pacific/Auckland"
    stored = store(user, day=TODAY + timedelta(days=1), stiffness=4)
    assert stored is not None
    assert stored.day == TODAY + timedelta(days=1)


def test_a_refused_entry_stores_nothing(user: User) -> None:
    with pytest.raises(InvalidValue):
        store(user, stiffness=4, fatigue=11)
    assert check_in_on(user, TODAY) is None
    assert db.session.scalar(select(func.count()).select_from(AppliedOperation)) == 0


def test_deleting_takes_one_day_of_one_person(user: User, him: Person) -> None:
    store(user, stiffness=4, pain_in_neck=1)
    store(user, day=TODAY - timedelta(days=1), stiffness=3)
    store(him.user(), stiffness=5)
    for _ in range(2):
        delete_check_in(user, TODAY, at=NOW, operation_id=uuid7(), now=NOW)
    days = db.session.execute(select(CheckIn.user_id, CheckIn.day)).all()
    assert sorted(days) == sorted([(user.id, TODAY - timedelta(days=1)), (him.id, TODAY)])


def test_a_first_answer_that_meets_another_at_the_same_moment_joins_it(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other request's row appears after this one looked and before it writes."""
    really, looked = check_ins._row, []

    def look(person: User, day: date, *, lock: bool) -> CheckIn | None:
        if looked:
            return really(person, day, lock=lock)
        looked.append(day)
        db.session.add(
            CheckIn(
                user_id=person.id,
                day=day,
                stiffness=2,
                managed="a walk",
                note="",
                clocks={},
                recorded_at=NOW,
                changed_at=NOW,
            )
        )
        db.session.flush()
        return None

    monkeypatch.setattr(check_ins, "_row", look)
    stored = store(user, stiffness=4)
    assert stored is not None
    assert stored.answers() == {"stiffness": 4, "managed": "a walk"}


def test_the_database_itself_takes_one_check_in_a_day(user: User) -> None:
    for _ in range(2):
        db.session.add(CheckIn(user_id=user.id, day=TODAY, recorded_at=NOW, changed_at=NOW))
    with pytest.raises(IntegrityError):
        db.session.flush()
