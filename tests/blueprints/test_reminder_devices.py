"""The devices that take reminders: turned on, named, tested, removed."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.blueprints.reminders.push_keys import EXTENSION, public_keys
from fstpwa.extensions import db
from fstpwa.models.reminders import PushSubscription
from fstpwa.outbound.push.vapid import make_key
from fstpwa.services import push_subscriptions
from tests.conftest import HTMX
from tests.subscribing import (
    Phone,
    change,
    elsewhere,
    row_of,
    stored,
)

pytestmark = pytest.mark.usefixtures("push_keys")


def words(text: str) -> str:
    """Return what is read of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


class TestTurningOn:
    def test_a_browser_that_subscribed_is_kept_and_listed_as_this_one(self, her):
        phone = Phone()
        answer = phone.turns_on(her, name="  My\u202e phone ")
        assert (answer.status_code, answer.json["state"]) == (200, "kept")
        assert stored(her) == [phone.address["endpoint"]]
        kept = row_of(her)
        assert (kept.name, kept.key_id, kept.discreet) == ("My phone", "new", True)
        page = her.get("/reminders").text
        assert f'data-device="{answer.json["id"]}" data-here' in page
        assert "My phone" in words(page)
        assert "Send me one now" in page

    def test_without_a_name_it_is_called_by_its_browser(self, her):
        Phone().turns_on(her)
        assert '<strong dir="auto">Test</strong>' in her.get("/reminders").text

    def test_twice_it_is_one_device(self, her):
        phone = Phone()
        first, second = phone.turns_on(her), phone.turns_on(her)
        assert first.json == second.json
        assert len(stored(her)) == 1

    def test_a_key_before_the_current_one_is_still_ours(self, her):
        assert Phone(key="old").turns_on(her).status_code == 200

    def test_nobody_but_who_is_signed_in(self, client):
        assert client.post("/reminders/devices", data=Phone().address).status_code == 401
        assert client.post("/reminders/devices/state", data={}).status_code == 401

    def test_from_another_site_nothing_is_stored(self, her):
        foreign = {"Sec-Fetch-Site": "cross-site"}
        answer = her.post("/reminders/devices", data=Phone().address, headers=foreign)
        assert answer.status_code == 403
        assert stored(her) == []

    def test_json_is_no_form(self, her):
        assert her.post("/reminders/devices", json=Phone().address).status_code == 415

    def test_ten_devices_and_not_one_more(self, her, context):
        with context():
            for number in range(push_subscriptions.MOST):
                elsewhere(her, f"phone-{number}")
            db.session.commit()
        answer = Phone("one-more").turns_on(her)
        assert answer.status_code == 409
        assert "ten of your browsers" in answer.json["words"]
        assert len(stored(her)) == 10
        # One goes, and there is room.
        [first, *_] = re.findall(r'data-device="([^"]+)"', her.get("/reminders").text)
        her.post(f"/reminders/devices/{first}/remove")
        assert Phone("one-more").turns_on(her).status_code == 200


class TestWithoutKeys:
    @pytest.fixture(autouse=True)
    def without_keys(self, push_keys, app, monkeypatch, tmp_path) -> None:
        """No key was ever made."""
        monkeypatch.delitem(app.extensions, EXTENSION)
        settings = app.config["GOOD_DAYS"].model_copy(update={"data_dir": tmp_path})
        monkeypatch.setitem(app.config, "GOOD_DAYS", settings)

    def test_the_page_says_so_and_whom_to_ask(self, her):
        page = her.get("/reminders")
        assert page.status_code == 200
        assert "cannot send reminders yet" in page.text
        assert "fstpwa init" in page.text
        assert 'data-push="on"' not in page.text

    def test_a_browser_is_told_so_too(self, her):
        answer = Phone().turns_on(her)
        assert answer.status_code == 503
        assert "fstpwa init" in answer.json["words"]
        assert Phone().starts(her) == "nothing"
        assert stored(her) == []

    def test_a_file_that_is_no_key_is_like_none(self, app, her):
        folder = app.config["GOOD_DAYS"].push_keys_dir
        folder.mkdir(parents=True)
        (folder / "20260101T000000.abc.pem").write_text("no key")
        assert "cannot send reminders yet" in her.get("/reminders").text

    def test_keys_are_read_once_and_a_rotation_is_noticed_at_the_next_start(
        self, app, context, monkeypatch
    ):
        folder, now = app.config["GOOD_DAYS"].push_keys_dir, datetime.now(UTC)
        make_key(folder, now=now)
        with context():
            first = public_keys()
            make_key(folder, now=now + timedelta(seconds=1), rotate=True)
            assert public_keys() is first
            monkeypatch.delitem(app.extensions, EXTENSION)
            after = public_keys()
        assert set(after.by_id) > set(first.by_id)
        assert after.current_id != first.current_id
        assert after.id_of(first.current) == first.current_id


class TestOneDevice:
    @pytest.fixture
    def place(self, her) -> str:
        """The address of her only device."""
        return f"/reminders/devices/{Phone().turns_on(her).json['id']}"

    def test_is_called_what_she_likes(self, her, place):
        answer = her.post(f"{place}/name", data={"name": " Kitchen\ttablet\u202e "})
        assert answer.status_code == 303
        assert row_of(her).name == "Kitchen tablet"
        her.post(f"{place}/name", data={"name": "<b>" + "x" * 200})
        assert row_of(her).name == "<b>" + "x" * 77
        assert "&lt;b&gt;xxx" in her.get("/reminders").text
        her.post(f"{place}/name", data={})
        assert row_of(her).name == ""

    def test_says_more_only_after_she_chose_that(self, her, place):
        page = her.get("/reminders").text
        assert "discreet text" in page
        # Both are shown before the choice.
        assert "“Good Days” Time for your session" in page
        assert "Neck and shoulders" in page
        her.post(f"{place}/text", data={"text": "detailed"})
        assert not row_of(her).discreet
        assert "detailed text" in her.get("/reminders").text
        her.post(f"{place}/text", data={"text": "discreet"})
        assert row_of(her).discreet

    @pytest.mark.parametrize("text", ["", "Detailed", "1", "detailed discreet"])
    def test_no_other_text_can_be_chosen(self, her, place, text):
        answer = her.post(f"{place}/text", data={"text": text})
        assert answer.status_code == 422
        assert "discreet text or the detailed one" in answer.text
        assert row_of(her).discreet

    def test_says_when_a_reminder_last_reached_it(self, her, place):
        assert "No reminder has reached this computer so far." in words(her.get("/reminders").text)
        change(her, last_receipt_at=datetime.now(UTC).replace(hour=0, minute=1))
        page = words(her.get("/reminders").text)
        assert "The last reminder reached this computer today at 00:01." in page

    def test_warns_after_three_that_did_not_arrive(self, her, place):
        change(her, unreceived=2)
        assert "did not reach" not in her.get("/reminders").text
        change(her, unreceived=3)
        page = words(her.get("/reminders").text)
        assert "The last three reminders did not reach this computer." in page
        assert "battery saving" in page

    def test_is_nobody_elses_to_change(self, her, him, place):
        for what in ("name", "text", "remove", "test"):
            answer = him.post(f"{place}/{what}", data={"name": "x", "text": "detailed"})
            assert answer.status_code == 404
        assert him.get(f"{place}/test").status_code == 404
        kept = row_of(her)
        assert (kept.name, kept.discreet, kept.test_asked_at) == ("", True, None)

    def test_unknown_ones_are_not_found(self, her):
        for what in ("name", "text", "remove", "test"):
            assert her.post(f"/reminders/devices/{her.public_id}/{what}").status_code == 404

    def test_removed_it_gets_nothing_more_and_does_not_come_back_by_itself(
        self, her, place, context
    ):
        phone = Phone()
        phone.turns_on(her)
        assert her.post(f"{place}/remove").status_code == 303
        assert stored(her) == []
        assert "data-device" not in her.get("/reminders").text
        assert her.post(f"{place}/name", data={"name": "x"}).status_code == 404
        assert phone.starts(her) == "nothing"
        assert stored(her) == []
        # Nothing secret stays of it.
        with context():
            row = db.session.execute(db.select(PushSubscription)).scalar_one()
            db.session.expunge_all()
        assert (row.target, row.key_id, row.name) == ("", "", "")
        # But she may turn it on again.
        assert phone.turns_on(her).status_code == 200
        assert phone.starts(her) == "kept"
        assert stored(her) == [phone.address["endpoint"]]


class TestSendMeOneNow:
    @pytest.fixture
    def place(self, her) -> str:
        """The address of her only device's test."""
        return f"/reminders/devices/{Phone().turns_on(her).json['id']}/test"

    def test_waits_asks_again_and_tells_when_it_arrived(self, her, place):
        asked = her.post(place, headers=HTMX)
        assert asked.status_code == 200
        assert "A test is on its way to this computer." in asked.text
        assert f'data-hx-get="{place}" data-hx-trigger="load delay:1s"' in asked.text
        change(her, test_tried_at=datetime.now(UTC), test_verdict="sent")
        assert "Waiting for this computer to show it." in her.get(place).text
        change(her, test_shown_at=datetime.now(UTC))
        page = her.get(place).text
        assert "The test reached this computer today at" in page
        assert "data-hx-get" not in page

    def test_without_a_script_it_leads_to_a_page_about_it(self, her, place):
        answer = her.post(place)
        assert (answer.status_code, answer.location) == (303, place)
        assert "Look again" in her.get(place).text

    def test_pressed_twice_is_one_wish(self, her, place):
        her.post(place)
        first = row_of(her).test_asked_at
        assert her.post(place, headers=HTMX).status_code == 200
        assert row_of(her).test_asked_at == first

    def test_again_within_ten_seconds_it_says_to_wait(self, her, place):
        her.post(place)
        now = datetime.now(UTC)
        change(her, test_tried_at=now, test_verdict="sent", test_shown_at=now)
        answer = her.post(place, headers=HTMX)
        assert answer.status_code == 409
        assert "wait ten seconds" in answer.text

    def test_after_half_a_minute_it_stops_asking_and_says_what_to_do(self, her, place):
        her.post(place)
        past = datetime.now(UTC) - timedelta(seconds=31)
        change(her, test_asked_at=past)
        page = her.get(place).text
        assert "does not run at the moment" in page
        change(her, test_tried_at=past, test_verdict="sent")
        page = her.get(place).text
        assert "did not say that it showed it" in page
        assert "data-hx-get" not in page
        change(her, test_verdict="refused")
        assert "could not be sent" in her.get(place).text

    def test_of_yesterday_is_no_news(self, her, place):
        her.post(place)
        past = datetime.now(UTC) - timedelta(hours=2)
        change(her, test_asked_at=past, test_tried_at=past, test_verdict="sent")
        assert "test-news" not in her.get("/reminders").text
        assert "No test was asked for lately." in her.get(place).text


def test_a_demo_person_sees_only_the_device_that_looks(her, context):
    Phone("here").turns_on(her)
    with context():
        her.user().is_demo = True
        there = elsewhere(her, "of-another-visitor")
        other = push_subscriptions.of_device(there).public_id
        db.session.commit()
    page = her.get("/reminders").text
    assert len(re.findall("data-device=", page)) == 1
    assert her.post(f"/reminders/devices/{other}/remove").status_code == 404


def test_what_the_page_needs_to_know_costs_no_query_more(her, queries):
    with queries() as found:
        page = her.get("/settings/sounds").text
    assert f'data-user="{her.public_id}"' in page
    assert 'data-time-zone="UTC" data-minutes-ahead="0 0"' in page
    assert not [one for one in found if "push_subscription" in one or "reminder" in one]
