"""A subscription goes with the sign-in it was made in, on a shared phone too."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.services import devices
from tests.subscribing import (
    KEYS,
    SERVICE,
    Phone,
    count,
    elsewhere,
    stored,
)

pytestmark = pytest.mark.usefixtures("push_keys")


class TestSigningOut:
    """The subscription belongs to the sign-in in that browser, and goes with it."""

    def test_the_button_ends_it(self, her, context):
        Phone().turns_on(her)
        her.post("/sign-out")
        with context():
            assert count() == 0

    def test_ending_other_devices_ends_theirs(self, her, context):
        Phone("here").turns_on(her)
        with context():
            elsewhere(her, "there")
            db.session.commit()
        assert sorted(stored(her)) == [SERVICE + "here", SERVICE + "there"]
        her.post("/settings/devices/end-others")
        assert stored(her) == [SERVICE + "here"]

    def test_ending_one_device_ends_its_own(self, her, context):
        Phone("here").turns_on(her)
        with context():
            there = elsewhere(her, "there").public_id
            db.session.commit()
        her.post(f"/settings/devices/{there}/end")
        assert stored(her) == [SERVICE + "here"]

    def test_deleting_everything_deletes_it(self, her, context):
        Phone().turns_on(her)
        her.post("/settings/delete", data={"word": "delete"})
        with context():
            assert count() == 0

    def test_a_sign_in_that_ran_out_gets_nothing_and_is_not_listed(self, her, context):
        Phone("here").turns_on(her)
        with context():
            device = elsewhere(her, "there")
            device.idle_expires_at = datetime.now(UTC) - timedelta(seconds=1)
            db.session.commit()
        page = her.get("/reminders").text
        assert len(re.findall("data-device=", page)) == 1

    def test_signing_in_again_in_the_same_browser_brings_it_back_at_the_next_start(
        self, app, her, context
    ):
        phone = Phone()
        phone.turns_on(her)
        with context():
            device = db.session.scalars(db.select(DeviceSession).filter_by(user_id=her.id)).one()
            devices.end(device)
            token = devices.open_device(her.user(), "Test", now=datetime.now(UTC))
            db.session.commit()
        assert stored(her) == []
        her.client.set_cookie("good-days", token)
        assert phone.starts(her) == "kept"
        assert stored(her) == [phone.address["endpoint"]]


class TestASharedPhone:
    def test_whoever_signs_in_after_her_gets_his_and_she_gets_nothing_there(
        self, her, him, context
    ):
        phone = Phone()
        phone.turns_on(her)
        with context():
            elsewhere(her, "her tablet".replace(" ", "-"))
            db.session.commit()
        her.post("/sign-out")
        # A browser that could not end its subscription offers the same one to him.
        assert phone.turns_on(him).status_code == 200
        assert stored(him) == [phone.address["endpoint"]]
        assert stored(her) == [SERVICE + "her-tablet"]

    def test_with_the_browsers_own_keys_it_moves_also_while_she_is_signed_in(self, her, him):
        phone = Phone()
        phone.turns_on(her)
        phone.turns_on(him)
        assert (stored(her), stored(him)) == ([], [phone.address["endpoint"]])

    def test_with_other_keys_her_address_is_refused(self, her, him):
        phone = Phone()
        phone.turns_on(her)
        answer = Phone().turns_on(him)
        assert answer.status_code == 409
        assert "Another person" in answer.json["words"]
        assert Phone().turns_on(him, auth=phone.address["auth"]).status_code == 409
        assert (stored(her), stored(him)) == ([phone.address["endpoint"]], [])

    def test_nor_can_it_be_taken_by_a_start(self, her, him):
        phone = Phone()
        phone.turns_on(her)
        state = Phone().address | {
            "permission": "granted",
            "wanted": "1",
            "key": KEYS.current,
        }
        assert him.post("/reminders/devices/state", data=state).status_code == 409
        # Naming her address as his old one changes nothing of hers either.
        assert Phone("his").starts(him, old_endpoint=phone.address["endpoint"]) == "kept"
        assert (
            him.post(
                "/reminders/devices/state",
                data={"permission": "denied", "old_endpoint": phone.address["endpoint"]},
            ).json["state"]
            == "nothing"
        )
        assert stored(her) == [phone.address["endpoint"]]
