"""The tables keep their own rules, whoever writes."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.practice import (
    AppliedOperation,
    CheckIn,
    CheckInRegion,
    Enrolment,
    MovementLog,
    PlannedSession,
    SessionLog,
)
from tests.whole_app import things_of

DAY_S = 86_400


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (User, {"role": "admin"}),
        (User, {"get_ready_s": 21}),
        (User, {"get_ready_s": -1}),
        (User, {"transition_s": 61}),
        (User, {"least_rest_s": 61}),
        (Enrolment, {"at_min": 1440}),
        (Enrolment, {"at_min": -1}),
        (Enrolment, {"weekdays": 0}),
        (Enrolment, {"weekdays": 128}),
        (Enrolment, {"ramp_step": -1}),
        (Enrolment, {"side": "up"}),
        (PlannedSession, {"state": "started"}),
        (PlannedSession, {"at_min": 1440}),
        (PlannedSession, {"slot": "the same"}),
        (SessionLog, {"pain_before": 11}),
        (SessionLog, {"worst_pain": -1}),
        (SessionLog, {"effort": 11}),
        (SessionLog, {"done_s": DAY_S + 1}),
        (SessionLog, {"led_by": "nobody"}),
        (SessionLog, {"unrecorded_lines": -1}),
        (SessionLog, {"unrecorded_lines": 1001}),
        (SessionLog, {"finished_at": datetime(2020, 1, 1, tzinfo=UTC)}),
        (SessionLog, {"planned_session_id": uuid4()}),
        (MovementLog, {"state": "begun"}),
        (MovementLog, {"reason": "bored"}),
        (MovementLog, {"done_s": -1}),
        (CheckIn, {"stiffness": 11}),
        (CheckIn, {"good_day": "maybe"}),
        (CheckIn, {"fatigue": -1}),
        (CheckIn, {"sleep": 11}),
        (CheckIn, {"morning_stiffness_min": 241}),
        (CheckIn, {"first_step_pain": 11}),
        (CheckInRegion, {"stiffness": 11}),
        (CheckInRegion, {"pain": -1}),
    ],
)
def test_the_database_refuses_what_cannot_be(app, her, model, values):
    things_of(her)
    with app.app_context():
        check_in = db.session.scalars(select(CheckIn)).one()
        db.session.add(CheckInRegion(check_in_id=check_in.id, region="neck", stiffness=1))
        db.session.flush()
        with pytest.raises(IntegrityError):
            db.session.execute(update(model).values(**values))
        db.session.rollback()


def test_foreign_keys_are_kept(app, her):
    with app.app_context():
        with pytest.raises(IntegrityError):
            db.session.execute(update(DeviceSession).values(user_id=10**9))
        db.session.rollback()


def test_sqlite_opens_as_it_was_told(kept_rows, app):
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            return
        for pragma, value in (
            ("foreign_keys", 1),
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("secure_delete", 1),
            ("busy_timeout", 5000),
        ):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_person_takes_everything_along(app, her, him):
    things_of(her)
    him.follows()
    with app.app_context():
        db.session.add(
            AppliedOperation(user_id=her.id, operation_id=uuid4(), applied_at=datetime.now(UTC))
        )
        db.session.flush()
        db.session.execute(delete(User).where(User.id == her.id))
        for table in db.metadata.sorted_tables:
            if "user_id" in table.columns:
                left = select(func.count()).where(table.c.user_id == her.id)
                assert db.session.scalar(left) == 0, table.name
        assert db.session.scalar(select(func.count(MovementLog.id))) == 0
        assert db.session.scalar(select(func.count(PlannedSession.id))) > 0
        db.session.rollback()


def test_a_session_that_was_done_outlives_its_plan(app, her):
    things = things_of(her)
    with app.app_context():
        db.session.execute(delete(PlannedSession).where(PlannedSession.id == things.done))
        log = db.session.get_one(SessionLog, things.log)
        assert log.planned_session_id is None
        assert len(log.movements) == 1
        db.session.rollback()


def test_one_programme_runs_at_a_time_and_ended_ones_are_kept(app, her):
    her.follows()
    with app.app_context():
        running = db.session.scalars(select(Enrolment)).one()
        copy = {
            column.name: getattr(running, column.name)
            for column in Enrolment.__table__.columns
            if column.name != "id"
        }
        db.session.add(Enrolment(**{**copy, "ended_at": datetime.now(UTC)}))
        db.session.flush()
        db.session.add(Enrolment(**copy))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_one_check_in_a_person_and_day(app, her, him):
    now = datetime.now(UTC)
    values = {"day": now.date(), "clocks": {}, "recorded_at": now, "changed_at": now}
    with app.app_context():
        db.session.add_all(CheckIn(user_id=person.id, **values) for person in (her, him))
        db.session.flush()
        db.session.add(CheckIn(user_id=her.id, **values))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_an_instant_comes_back_aware_in_utc_whatever_zone_it_had(app, her):
    instant = datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with app.app_context():
        her.user().last_seen_at = instant
        db.session.flush()
        db.session.expire_all()
        found = her.user().last_seen_at
        assert found == instant
        assert found.utcoffset() == timedelta(0)
        db.session.rollback()


def test_an_instant_without_a_zone_is_refused(app, her):
    with app.app_context():
        her.user().last_seen_at = datetime(2026, 3, 29, 1, 30)
        with pytest.raises(StatementError, match="aware"):
            db.session.flush()
        db.session.rollback()
