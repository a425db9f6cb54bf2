"""Whom the tests of pages meet: somebody with an account, a newcomer, a planned session."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fstpwa.blueprints.reminders.push_keys import EXTENSION
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession
from tests.accounts import EMAIL, password_hash
from tests.conftest import Person
from tests.letters import Letters
from tests.subscribing import KEYS


@pytest.fixture
def letters(app: Flask) -> Letters:
    """What the app writes from now on."""
    return Letters(app)


@pytest.fixture
def ana(app: Flask, her: Person) -> Person:
    """Her, with an address and a password, who has not confirmed anything yet."""
    with app.app_context():
        user = her.user()
        user.email = EMAIL
        user.password_hash = password_hash()
        db.session.commit()
    return her


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def newcomer(app: Flask, rolled_back: None) -> Person:
    """Somebody who just tapped "Try it now"."""
    return Person(app, screened=False)


@pytest.fixture
def session(her: Person) -> PlannedSession:
    """The first session that is planned for her today."""
    her.follows()
    return her.planned()[0]


@pytest.fixture
def push_keys(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """This Good Days has keys for push messages, an old one and a current one."""
    monkeypatch.setitem(app.extensions, EXTENSION, KEYS)
