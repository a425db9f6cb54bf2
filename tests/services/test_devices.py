"""Devices: opened, found, listed, ended; and carrying somebody over to another one."""

from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.services import carrying, codes, devices, people

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("Europe/London", now=NOW)


@pytest.fixture
def other(user):
    return people.start_without_account("UTC", now=NOW)


def opened(user, label: str = "Phone", *, now: datetime = NOW) -> DeviceSession:
    return devices.device_of_token(devices.open_device(user, label, now=now), now=now)


def test_a_device_is_found_by_its_token_alone(user):
    token = devices.open_device(user, "Firefox on Linux" * 20, now=NOW)
    device = devices.device_of_token(token, now=NOW)
    assert device.user is user
    assert len(device.label) == 80
    assert not device.is_strong
    assert not devices.is_confirmed(device, now=NOW)
    assert devices.device_of_token(token[:-1], now=NOW) is None


def test_closing_an_unknown_device_does_nothing(user):
    opened(user)
    devices.close_device("unknown")
    devices.close_device("")
    assert len(devices.devices_of(user, now=NOW)) == 1


def test_being_confirmed_lasts_ten_minutes(user):
    device = opened(user)
    devices.confirm(device, now=NOW)
    assert devices.is_confirmed(device, now=NOW + timedelta(minutes=9, seconds=59))
    assert not devices.is_confirmed(device, now=NOW + timedelta(minutes=10))


def test_the_list_has_the_live_ones_of_this_person_newest_first(user, other):
    opened(other)
    old, new = opened(user, "Old"), opened(user, "New", now=NOW + timedelta(days=1))
    assert devices.devices_of(user, now=NOW + timedelta(days=1)) == [new, old]
    assert devices.devices_of(user, now=NOW + timedelta(days=90)) == [new]
    assert devices.devices_of(user, now=NOW + timedelta(days=400)) == []


def test_somebody_elses_device_is_not_found(user, other):
    device = opened(other)
    with pytest.raises(NotFound):
        devices.device_of(user, device.public_id)
    assert devices.device_of(other, device.public_id) is device


def test_ending_the_others_leaves_this_one_and_other_people_and_no_code_behind(user, other):
    kept, *_ = opened(user), opened(user), opened(user)
    theirs = opened(other)
    code = carrying.make_code(user, now=NOW)
    assert devices.end_others(user, kept) == 2
    assert devices.devices_of(user, now=NOW) == [kept]
    assert devices.devices_of(other, now=NOW) == [theirs]
    with pytest.raises(InvalidValue):
        carrying.take_code(code, now=NOW)
    assert devices.end_others(user, None) == 1
    assert devices.devices_of(user, now=NOW) == []


def test_ending_one_device_ends_the_codes_it_may_have_made(user, other):
    lost, kept = opened(user), opened(user)
    code, theirs = carrying.make_code(user, now=NOW), carrying.make_code(other, now=NOW)
    devices.end(lost)
    assert devices.devices_of(user, now=NOW) == [kept]
    with pytest.raises(InvalidValue):
        carrying.take_code(code, now=NOW)
    assert carrying.take_code(theirs, now=NOW) is other


@pytest.mark.parametrize("spelling", [str.lower, str.upper, lambda code: f" {code[:3]} {code[3:]}"])
def test_a_carry_code_opens_its_person_however_it_is_typed(user, spelling):
    code = carrying.make_code(user, now=NOW)
    assert len(code) == 11
    assert carrying.take_code(spelling(code), now=NOW) is user


def test_letters_that_look_like_numbers_are_numbers(user, monkeypatch):
    monkeypatch.setattr(carrying.secrets, "choice", lambda _letters: "0")
    carrying.make_code(user, now=NOW)
    assert carrying.take_code("ooooo-OOOOO", now=NOW) is user


def test_a_carry_code_works_once_for_ten_minutes_and_the_one_after_the_next_ends_it(user, other):
    first = carrying.make_code(user, now=NOW)
    carrying.make_code(user, now=NOW)
    others = carrying.make_code(other, now=NOW)
    second = carrying.make_code(user, now=NOW)
    for code, now in ((first, NOW), (second, NOW + codes.LIFE), ("", NOW), ("x" * 5000, NOW)):
        with pytest.raises(InvalidValue, match="does not fit"):
            carrying.take_code(code, now=now)
    assert carrying.take_code(second, now=NOW) is user
    with pytest.raises(InvalidValue):
        carrying.take_code(second, now=NOW)
    assert carrying.take_code(others, now=NOW) is other


def test_showing_a_second_code_leaves_the_one_that_is_being_typed(user):
    first = carrying.make_code(user, now=NOW)
    second = carrying.make_code(user, now=NOW)
    assert carrying.take_code(first, now=NOW) is user
    with pytest.raises(InvalidValue):  # and whoever has come over needs no other
        carrying.take_code(second, now=NOW)


def test_a_device_that_is_over_keeps_nobody(user):
    device, old = opened(user), opened(user, now=NOW - timedelta(days=91))
    assert old is not None
    devices.end(device)
    assert people.forget_if_out_of_reach(user, now=NOW)


def test_somebody_without_a_way_back_is_forgotten_with_their_last_device(user):
    device = opened(user)
    assert not people.has_way_back(user)
    assert not people.forget_if_out_of_reach(user, now=NOW)
    devices.end(device)
    assert people.forget_if_out_of_reach(user, now=NOW)


def test_somebody_with_an_address_is_kept_without_any_device(user):
    user.email = "ana@example.org"
    assert people.has_way_back(user)
    assert not people.forget_if_out_of_reach(user, now=NOW)
    db.session.flush()
