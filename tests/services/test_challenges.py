"""Challenges: random, for one browser, one purpose and one person, once, for five minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.domain.errors import InvalidValue
from fstpwa.services import challenges, codes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE, ELSEWHERE = "h" * 43, "e" * 43


@pytest.fixture
def user(her, context):
    with context():
        yield her.user()


def test_a_challenge_opens_where_it_was_handed_out(user):
    value = challenges.hand_out("passkey_use", HERE, user, now=NOW)
    assert len(value) == 32
    row = challenges.open_one("passkey_use", value, HERE, user, now=NOW)
    codes.use_up(row, now=NOW)
    with pytest.raises(InvalidValue):
        challenges.open_one("passkey_use", value, HERE, user, now=NOW)


def test_it_opens_nowhere_else_for_nothing_and_nobody_else_and_not_late(user, him):
    value = challenges.hand_out("passkey_use", HERE, user, now=NOW)
    for purpose, sent, asker, who, after in (
        ("passkey_use", value, ELSEWHERE, user, 0),
        ("passkey_new", value, HERE, user, 0),
        ("passkey_use", value, HERE, him.user(), 0),
        ("passkey_use", value, HERE, None, 0),
        ("passkey_use", value[::-1], HERE, user, 0),
        ("passkey_use", b"", HERE, user, 0),
        ("passkey_use", value, HERE, user, 300),
    ):
        with pytest.raises(InvalidValue):
            challenges.open_one(purpose, sent, asker, who, now=NOW + timedelta(seconds=after))


def test_the_newest_one_counts(user):
    old = challenges.hand_out("passkey_use", HERE, user, now=NOW)
    new = challenges.hand_out("passkey_use", HERE, user, now=NOW)
    with pytest.raises(InvalidValue):
        challenges.open_one("passkey_use", old, HERE, user, now=NOW)
    assert challenges.open_one("passkey_use", new, HERE, user, now=NOW)
