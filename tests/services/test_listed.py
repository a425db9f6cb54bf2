"""Lists as one parameter mean the same as lists written out, on both databases."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import bindparam, select, update

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Occurrence, PushCount
from fstpwa.services.deliveries import TABLE as DELIVERIES
from fstpwa.services.listed import insert_all, listed
from fstpwa.services.push_counts import TABLE as COUNTS
from fstpwa.services.reminder_ticks import OCCURRENCES
from tests.reminding import DAY, EIGHT, TODAY, new_user, remind

ODD = "a \"quoted\" \\ {braced}, 'ticked' one\nñ"
HOSTS = ("null", ODD, "")


@pytest.fixture
def counts(app, rolled_back):
    """One count for each host, each on a day of its own."""
    with app.app_context():
        insert_all(
            COUNTS,
            [
                {
                    "day": TODAY + number * DAY,
                    "service": host,
                    "verdict": "sent",
                    "status": 201,
                    "count": number + 1,
                }
                for number, host in enumerate(HOSTS)
            ],
        )
        yield
        db.session.rollback()


def found(column, values):
    rows = db.session.scalars(
        select(PushCount.service).where(listed(column, "values")).order_by(PushCount.day),
        {"values": values},
    )
    return tuple(rows)


def test_texts_are_found_and_stored_as_they_are(counts):
    assert found(PushCount.service, HOSTS) == HOSTS
    assert found(PushCount.service, [ODD, "NULL", "a"]) == (ODD,)


def test_so_are_dates_and_numbers(counts):
    assert found(PushCount.day, {TODAY, TODAY + 2 * DAY}) == (HOSTS[0], HOSTS[2])
    assert found(PushCount.count, range(2, 10**9, 10**8)) == (HOSTS[1],)


def test_none_of_an_empty_list(counts):
    assert found(PushCount.service, []) == ()


def test_ids_instants_and_nothing_are_stored_as_row_by_row(app, rolled_back):
    with app.app_context():
        reminder = remind(new_user())
        moments = {uuid4(): EIGHT + timedelta(microseconds=1), uuid4(): None}
        insert_all(
            OCCURRENCES,
            [
                {
                    "id": each,
                    "reminder_id": reminder.id,
                    "occ_key": TODAY + number * DAY,
                    "due_at": EIGHT,
                    "ring_at": EIGHT,
                    "state": "due" if look_at else "missed",
                    "reason": "late",
                    "snoozes": 0,
                    "rang_again": bool(look_at),
                    "look_at": look_at,
                }
                for number, (each, look_at) in enumerate(moments.items())
            ],
        )
        rows = db.session.scalars(
            select(Occurrence).where(listed(Occurrence.id, "ids")), {"ids": moments}
        )
        stored = {each.id: (each.look_at, each.rang_again) for each in rows}
        assert stored == {each: (at, bool(at)) for each, at in moments.items()}
        db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        select(User.id).where(listed(User.id, "ids")),
        update(DELIVERIES)
        .where(listed(DELIVERIES.c.id, "ids"), DELIVERIES.c.attempts == bindparam("attempt"))
        .values(state="sent"),
    ],
)
def test_sqlite_looks_numbers_up_and_does_not_read_all_rows(app, statement):
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("a small table is read whole on PostgreSQL")
        written = str(statement.compile(db.engine))
        plan = db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {written}", ("[]",) * written.count("?")
        )
        steps = [row[3] for row in plan]
        db.session.rollback()
    assert steps[0].startswith("SEARCH")
