"""A held day: no session starts, whoever asks; tomorrow is another day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fstpwa.domain.errors import Conflict
from fstpwa.services import holds, people

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


def test_nothing_is_held_at_first(user):
    assert holds.held_on(user, TODAY) is None
    holds.take_back(user, TODAY)


def test_a_held_day_ends_with_the_day(user):
    holds.hold_day(user, TODAY, "red", now=NOW)
    assert holds.held_on(user, TODAY) == "red"
    assert holds.held_on(user, TODAY + timedelta(days=1)) is None


def test_the_strongest_reason_of_the_day_stays(user):
    for reason in ("not today", "emergency", "red"):
        holds.hold_day(user, TODAY, reason, now=NOW)
    assert holds.held_on(user, TODAY) == "emergency"


@pytest.mark.parametrize("reason", ["ask first", "not today"])
def test_a_mistaken_tick_is_taken_back(user, reason):
    holds.hold_day(user, TODAY, reason, now=NOW)
    holds.take_back(user, TODAY)
    assert holds.held_on(user, TODAY) is None


@pytest.mark.parametrize("reason", ["emergency", "urgent", "red"])
def test_what_must_be_looked_at_is_not_taken_back(user, reason):
    holds.hold_day(user, TODAY, reason, now=NOW)
    with pytest.raises(Conflict):
        holds.take_back(user, TODAY)
    assert holds.held_on(user, TODAY) == reason


def test_one_persons_day_holds_nobody_else(user):
    other = people.start_without_account("UTC", now=NOW)
    holds.hold_day(user, TODAY, "urgent", now=NOW)
    assert holds.held_on(other, TODAY) is None
