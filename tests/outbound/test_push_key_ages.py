"""Which keys there are and how old the newest is; what is wrong with them is told, never raised."""

from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.blueprints.reminders.key_state import keys_of
from fstpwa.config import Settings
from fstpwa.outbound.push.key_ages import key_ages
from fstpwa.outbound.push.vapid import load_keys, make_key

MADE = datetime(2026, 3, 1, 9, 30, 5, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "push_keys"


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


def test_the_newest_key_is_named_with_its_age(folder):
    make_key(folder, now=MADE - timedelta(days=400))
    make_key(folder, now=MADE, rotate=True)
    found = key_ages(folder)
    assert (found.count, found.newest_made_at) == (2, MADE)
    assert found.newest_id == load_keys(folder).current.id


def test_all_is_well_with_a_key(folder, settings):
    make_key(folder, now=MADE)
    found = keys_of(settings)
    assert (found.count, found.newest_made_at, found.problem) == (1, MADE, "")


def test_without_a_key_the_way_to_one_is_told(settings):
    found = keys_of(settings)
    assert (found.count, found.newest_id, found.newest_made_at) == (0, "", None)
    assert "fstpwa init" in found.problem


def test_a_key_that_cannot_be_read_is_told(folder, settings):
    make_key(folder, now=MADE)
    (file,) = folder.glob("*.pem")
    file.write_text("nothing")
    found = keys_of(settings)
    assert found.count == 0
    assert "Put the one back" in found.problem
