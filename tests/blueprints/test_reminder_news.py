"""Whether somebody is told of news: the switch; and what a phone says of such a notification."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Side
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import care_links
from tests import caring
from tests.news import Pair, teller
from tests.reminding import PushService, subscribe

MESSAGE_OF = {"her": "your therapist writes to you", "therapist": "a client asks you something"}


def hears(person) -> bool:
    with person.app.app_context():
        return person.user().hears_news


class TestTheSwitch:
    @pytest.mark.parametrize("who", ["her", "therapist"])
    def test_is_there_for_both_sides_of_a_link_and_is_on(self, her, therapist, who):
        person = {"her": her, "therapist": therapist}[who]
        assert 'id="news"' not in person.get("/reminders").text
        caring.link(her, therapist)
        page = person.get("/reminders").text
        assert 'id="news"' in page
        assert MESSAGE_OF[who] in page

    def test_goes_with_the_link(self, her, therapist):
        caring.link(her, therapist)
        with her.app.app_context():
            link = db.session.scalars(db.select(CareLink)).one()
            care_links.end(link, Side.CLIENT, now=datetime.now(UTC))
            db.session.commit()
        assert 'id="news"' not in her.get("/reminders").text

    def test_turns_it_off_and_on_again(self, her, therapist):
        caring.link(her, therapist)
        answer = her.post("/reminders/news", data={"on": "0"})
        assert (answer.status_code, answer.location) == (303, "/reminders#news")
        assert not hears(her)
        assert "You are not told of it." in her.get("/reminders").text
        her.post("/reminders/news", data={"on": "1"})
        assert hears(her)

    @pytest.mark.parametrize("sent", [{}, {"on": ""}, {"on": "yes"}, {"on": "0 "}])
    def test_anything_else_changes_nothing(self, her, sent):
        assert her.post("/reminders/news", data=sent).status_code == 422
        assert hears(her)

    def test_is_nobody_else_s(self, her, him):
        her.post("/reminders/news", data={"on": "0"})
        assert hears(him)


class TestAPhoneThatShowedNews:
    @pytest.fixture
    def receipt(self, her, therapist):
        """The path of the receipt in a notification that was sent to her."""
        now = datetime.now(UTC)
        public_id = caring.link(her, therapist)
        service = PushService()
        with her.app.app_context():
            her.user().quiet_start_min = her.user().quiet_end_min = None
            subscribe(her.user(), now=now)
            link = caring.link_row(her, public_id)
            Pair(link.client, link.therapist, link).writes(at=now - timedelta(minutes=5))
            teller(service, now).run()
        [(_, message)] = service.got
        return urlsplit(json.loads(message.payload)["notification"]["data"]["shown"]).path

    def test_is_a_phone_that_is_reached(self, her, client, receipt):
        with her.app.app_context():
            assert db.session.scalars(db.select(PushSubscription)).one().unreceived == 1
        assert client.post(receipt).status_code == 204
        with her.app.app_context():
            phone = db.session.scalars(db.select(PushSubscription)).one()
            assert phone.unreceived == 0
            assert phone.last_receipt_at is not None

    def test_has_nothing_to_answer(self, client, receipt):
        page = receipt.removesuffix("/shown")
        assert client.get(page).status_code == 404
        assert client.post(page, data={"answer": "good_day"}).status_code == 404
