"""At every start a browser says what it has, and what was lost repairs itself."""

from datetime import UTC, datetime

import pytest

from fstpwa.extensions import db
from fstpwa.services import push_subscriptions
from tests.reminding import remind
from tests.subscribing import KEYS, NOTHING, SERVICE, Phone, change, new_key, row_of, stored

pytestmark = pytest.mark.usefixtures("push_keys")


class TestAtEveryStart:
    def test_what_is_as_it_was_is_kept_and_nothing_is_written(self, her, queries):
        phone = Phone()
        phone.turns_on(her)
        before = row_of(her).changed_at
        with queries() as found:
            assert phone.starts(her) == "kept"
        assert not [one for one in found if not one.startswith("SELECT")]
        assert row_of(her).changed_at == before

    def test_who_never_turned_them_on_is_asked_for_nothing(self, her):
        assert Phone().starts(her, wanted="0") == "nothing"
        assert Phone().starts(her, wanted="", **NOTHING) == "nothing"
        assert stored(her) == []

    def test_a_subscription_that_the_browser_lost_is_made_anew_in_the_same_place(self, her):
        Phone("before").turns_on(her, name="Mine")
        change(her, discreet=False, unreceived=4)
        first = row_of(her)
        assert Phone().starts(her, **NOTHING) == "subscribe"
        # Also where only the server still knows that she turned them on here.
        assert Phone().starts(her, wanted="0", **NOTHING) == "subscribe"
        Phone("after").turns_on(her)
        again = row_of(her)
        assert stored(her) == [SERVICE + "after"]
        assert (again.id, again.name, again.discreet) == (first.id, "Mine", False)
        assert again.unreceived == 0

    def test_one_that_the_server_lost_is_stored_again_without_a_word(self, her):
        phone = Phone()
        assert phone.starts(her) == "kept"
        assert stored(her) == [phone.address["endpoint"]]

    def test_an_address_that_changed_is_taken_over(self, her):
        Phone("before").turns_on(her)
        assert Phone("after").starts(her, wanted="0", old_endpoint=SERVICE + "before") == "kept"
        assert stored(her) == [SERVICE + "after"]

    def test_keys_that_changed_are_taken_over(self, her, context):
        Phone().turns_on(her)
        again = Phone()
        assert again.starts(her) == "kept"
        with context():
            user = her.user()
            [row] = push_subscriptions.subscriptions_of(user)
            assert push_subscriptions.target_of(user, row).p256dh == again.address["p256dh"]

    def test_one_made_with_a_key_before_the_current_one_is_made_anew(self, her):
        phone = Phone(key="old")
        phone.turns_on(her)
        answer = her.post(
            "/reminders/devices/state",
            data=phone.address
            | {"permission": "granted", "wanted": "1", "key": KEYS.by_id["old"] + "="},
        )
        assert answer.json == {
            "state": "subscribe",
            "key": KEYS.current,
            "key_id": "new",
            "moves": False,
        }
        # Until then messages still go to the old one.
        assert row_of(her).key_id == "old"

    def test_one_of_another_server_is_made_anew(self, her):
        assert Phone().starts(her, key=new_key()) == "subscribe"
        assert Phone().starts(her, key="") == "subscribe"
        assert stored(her) == []

    @pytest.mark.parametrize("permission", ["denied", "default", "unsupported", "", "Granted"])
    def test_what_is_not_allowed_any_more_is_forgotten(self, her, permission):
        phone = Phone()
        phone.turns_on(her)
        assert phone.starts(her, permission=permission, **NOTHING) == "nothing"
        assert stored(her) == []
        # Allowed again it repairs itself.
        assert phone.starts(her) == "kept"

    def test_it_says_whether_reminders_go_along_on_a_journey(self, her, context):
        state = {"permission": "default", "wanted": "0"}
        assert not her.post("/reminders/devices/state", data=state).json["moves"]
        with context():
            remind(her.user(), time_zone="Europe/Paris", now=datetime.now(UTC))
            db.session.commit()
        assert not her.post("/reminders/devices/state", data=state).json["moves"]
        with context():
            remind(her.user(), at_min=600, now=datetime.now(UTC))
            db.session.commit()
        assert her.post("/reminders/devices/state", data=state).json["moves"]
