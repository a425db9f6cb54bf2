"""Whom the tests of services about reminders meet: somebody, looked at in one open context."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import PushSubscription
from tests.conftest import Person
from tests.news import Pair, new_pair
from tests.reminding import PushService, subscribe


@pytest.fixture
def user(her: Person, context: Callable[[], AbstractContextManager[Any]]) -> Iterator[User]:
    """Her row, in an app context that stays open; what is not committed is undone."""
    with context():
        yield her.user()
        db.session.rollback()


@pytest.fixture
def phone(user: User) -> PushSubscription:
    """A phone of hers that takes reminders."""
    return subscribe(user)


@pytest.fixture
def service() -> PushService:
    """A push service that takes everything."""
    return PushService()


@pytest.fixture
def pair(app: Flask, rolled_back: None) -> Iterator[Pair]:
    """Ines and Maya, who has a phone that may say who wrote."""
    with app.app_context():
        pair = new_pair()
        subscribe(pair.client).discreet = False
        db.session.commit()
        yield pair
        db.session.rollback()
