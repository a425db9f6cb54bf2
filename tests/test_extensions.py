"""How transactions are begun."""

from contextlib import contextmanager
from uuid import uuid4

import pytest

from fstpwa.extensions import db, may_be_lost
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
