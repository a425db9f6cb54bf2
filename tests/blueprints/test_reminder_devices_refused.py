"""Endpoints and keys that nothing may be sent to: none is stored, and nobody is asked anything."""

import pytest

from tests.domain.push_probes import DEAD, PROBES
from tests.push_service import base64url
from tests.subscribing import (
    KEYS,
    Phone,
    stored,
)

pytestmark = pytest.mark.usefixtures("push_keys")


SENT = [each for each in PROBES if "\ud800" not in each[0]]
"""Half a sign reaches us percent-encoded, and then it is an address like any other."""

BAD_KEYS = {
    "none at all": {"p256dh": "", "auth": ""},
    "no base64": {"p256dh": "not base64!"},
    "spaces": {"p256dh": " " * 87},
    "too short": {"p256dh": base64url(b"\x04" + b"\x01" * 63)},
    "too long": {"p256dh": base64url(b"\x04" + b"\x01" * 65)},
    "off the curve": {"p256dh": base64url(b"\x04" + b"\x01" * 64)},
    "the point at infinity": {"p256dh": base64url(b"\x00" * 65)},
    "zero": {"p256dh": base64url(b"\x04" + b"\x00" * 64)},
    "another kind of point": {"p256dh": base64url(b"\x06" + b"\x01" * 64)},
    "compressed": {"p256dh": base64url(b"\x02" + b"\x01" * 32)},
    "over the field": {"p256dh": base64url(b"\x04" + b"\xff" * 64)},
    "a very long key": {"p256dh": "A" * 100_000},
    "other letters": {"p256dh": "ü" * 87},
    "a secret too short": {"auth": base64url(b"a" * 15)},
    "a secret too long": {"auth": base64url(b"a" * 17)},
    "no secret": {"auth": ""},
    "a secret in other letters": {"auth": "Ａ" * 22},
    "bits left over": {"auth": base64url(b"a" * 16)[:-1] + "B"},
}


class TestWhatIsRefused:
    """With clear words, nothing stored, and nobody is asked anything."""

    @pytest.fixture(autouse=True)
    def no_network(self, monkeypatch) -> None:
        """Whoever looks a name up or connects fails the test."""

        def refuse(*_args: object, **_more: object) -> None:
            raise AssertionError("something was asked for over the network")

        monkeypatch.setattr("socket.getaddrinfo", refuse)
        monkeypatch.setattr("socket.socket.connect", refuse)

    @pytest.mark.parametrize(("endpoint", "word"), SENT, ids=range(len(SENT)))
    def test_endpoints(self, her, endpoint, word):
        for answer in (
            Phone().turns_on(her, endpoint=endpoint),
            Phone().says(her, endpoint=endpoint or " "),
        ):
            assert answer.status_code in (400, 413, 422)
            if answer.status_code == 422 and endpoint:
                assert word in answer.json["words"]
        assert stored(her) == []

    def test_there_are_enough_of_them(self):
        assert len({endpoint for endpoint, _ in SENT}) >= 60

    @pytest.mark.parametrize("keys", BAD_KEYS.values(), ids=BAD_KEYS)
    def test_keys(self, her, keys):
        answer = Phone().turns_on(her, **keys)
        assert answer.status_code == 422
        assert "keys for reminders" in answer.json["words"]
        assert stored(her) == []

    @pytest.mark.parametrize(
        "key_id",
        ["", "other", "NEW", "new ", "old\n", "../new", pytest.param(KEYS.current, id="public")],
    )
    def test_a_key_id_that_is_none_of_ours(self, her, key_id):
        answer = Phone().turns_on(her, key_id=key_id)
        assert answer.status_code == 422
        assert "reload" in answer.json["words"]
        assert stored(her) == []

    def test_edge_on_android_gets_words_of_its_own(self, her):
        answer = Phone().turns_on(her, endpoint="https://permanently-removed.invalid/fcm/send/a")
        assert answer.status_code == 422
        assert DEAD in answer.json["words"]

    def test_fields_that_are_missing(self, her):
        assert her.post("/reminders/devices").status_code == 422
        assert Phone().starts(her, permission="") == "nothing"
