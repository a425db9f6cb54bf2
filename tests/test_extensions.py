"""How transactions are begun."""

from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import create_engine

from fstpwa import extensions
from fstpwa.extensions import db, may_be_lost, planned_anew, switched_on
from fstpwa.models.people import User
from tests.reminding import EARLY

WAITS = {"sqlite": "2", "postgresql": "on"}
"""SQLite's 2 is FULL, its 1 is NORMAL."""
DOES_NOT_WAIT = {"sqlite": "1", "postgresql": "off"}


@pytest.fixture
def database(app, kept_rows):
    """The database's name; it waits for the disk, which the tests' own PostgreSQL does not."""
    with app.app_context():
        name = db.engine.dialect.name
        if name == "postgresql":
            # With one connection in the pool it is the same one all along.
            db.engine.dispose()
            db.session.execute(db.text("SET SESSION synchronous_commit = on"))
            db.session.commit()
        yield name
        db.session.rollback()
        if name == "postgresql":
            db.session.execute(db.text("RESET synchronous_commit"))
            db.session.commit()


def own_connection():
    """Return the number of this session's connection at the server, and give it back."""
    number = db.session.execute(db.text("SELECT pg_backend_pid()")).scalar_one()
    db.session.rollback()
    return number


def how_it_waits(database: str) -> str:
    """Return how a commit of the transaction that is under way, or begins now, waits."""
    asked = "PRAGMA synchronous" if database == "sqlite" else "SHOW synchronous_commit"
    return str(db.session.execute(db.text(asked)).scalar_one())


@contextmanager
def what_may_be_lost():
    token = may_be_lost.set(True)
    try:
        yield
    finally:
        may_be_lost.reset(token)


def test_what_may_be_lost_does_not_wait_for_the_disk_and_what_comes_next_does(database):
    with what_may_be_lost():
        db.session.add(User(public_id=uuid4(), role="client", created_at=EARLY, last_seen_at=EARLY))
        db.session.flush()
        assert how_it_waits(database) == DOES_NOT_WAIT[database]
        db.session.commit()
    assert how_it_waits(database) == WAITS[database]


def test_what_may_be_lost_and_is_undone_leaves_nothing_behind(database):
    with what_may_be_lost():
        assert how_it_waits(database) == DOES_NOT_WAIT[database]
        db.session.rollback()
    assert how_it_waits(database) == WAITS[database]


def test_a_connection_that_was_closed_while_it_rested_is_replaced(database, monkeypatch):
    if database != "postgresql":
        pytest.skip("a file closes nothing")
    before = own_connection()
    assert own_connection() == before
    other = create_engine(db.engine.url)
    with other.connect() as connection:
        connection.execute(
            db.text("SELECT pg_terminate_backend(:number, 5000)"), {"number": before}
        )
    other.dispose()
    monkeypatch.setattr(extensions, "ASKED_AFTER_S", 0.0)
    assert own_connection() != before


def test_planned_anew_holds_for_one_transaction(database):
    if database != "postgresql":
        pytest.skip("SQLite looks at its tables before it keeps a plan")
    with switched_on(planned_anew):
        planned = db.session.execute(db.text("SHOW plan_cache_mode")).scalar_one()
        db.session.rollback()
    assert planned == "force_custom_plan"
    assert db.session.execute(db.text("SHOW plan_cache_mode")).scalar_one() == "auto"
