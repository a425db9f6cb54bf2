"""An operation is carried out once, and what became of it is known."""

import pytest
from sqlalchemy import func, select
from uuid6 import uuid7

from fstpwa.extensions import db
from fstpwa.models.practice import AppliedOperation
from fstpwa.services import operations, people
from tests.services.test_enrolments import NOW


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


def test_an_operation_is_claimed_once_by_each_person(user):
    operation = uuid7()
    assert operations.result_of(user, operation) is None
    assert operations.claim(user, operation, now=NOW) is True
    assert operations.claim(user, operation, now=NOW) is False
    assert operations.result_of(user, operation) == "applied"
    other = people.start_without_account("UTC", now=NOW)
    assert operations.claim(other, operation, now=NOW) is True


def test_what_became_of_it_is_answered_again(user):
    operation = uuid7()
    operations.claim(user, operation, now=NOW)
    operations.store_result(user, operation, "merged")
    db.session.expire_all()
    assert operations.result_of(user, operation) == "merged"


def test_a_claim_that_is_undone_can_be_made_again(user):
    operation = uuid7()
    savepoint = db.session.begin_nested()
    operations.claim(user, operation, now=NOW)
    savepoint.rollback()
    assert operations.claim(user, operation, now=NOW) is True


def test_a_claim_that_another_request_made_at_this_moment_is_none(user, monkeypatch):
    """The other request's row appears after this one looked and before it writes."""
    operation = uuid7()
    db.session.add(AppliedOperation(user_id=user.id, operation_id=operation, applied_at=NOW))
    db.session.flush()
    db.session.expunge_all()
    monkeypatch.setattr(db.session, "get", lambda *_args, **_kwargs: None)
    assert operations.claim(user, operation, now=NOW) is False
    assert db.session.scalar(select(func.count()).select_from(AppliedOperation)) == 1
