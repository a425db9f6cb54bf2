"""When notifications do not arrive: the calendar's address, the switch for letters, and the words."""

import re
from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.reminders import CalendarFeed
from fstpwa.services import erasure, push_subscriptions, reminder_calendar, reminders
from tests.conftest import Person
from tests.reminding import remind, target_named

ADDRESS = re.compile(r'value="http://localhost:\d+(/reminders/calendar/[\w-]{43}\.ics)"')


def make(person: Person) -> str:
    """Make a calendar and return the path of its address, as the page shows it."""
    page = person.post("/reminders/calendar")
    assert page.status_code == 200
    found = ADDRESS.search(page.text)
    assert found, "the page shows no address"
    return found[1]


def remind_at_eight(person: Person) -> None:
    with person.app.app_context():
        remind(person.user(), now=datetime.now(UTC))
        db.session.commit()


def subscribe_here(person: Person, *, unreceived: int = 0) -> None:
    """Let the person's browser take reminders."""
    with person.app.app_context():
        device = db.session.scalars(db.select(DeviceSession).filter_by(user_id=person.id)).one()
        now = datetime.now(UTC)
        found = push_subscriptions.keep(device, target_named("phone"), name="Phone", now=now)
        found.unreceived = unreceived
        db.session.commit()


def give_address(person: Person) -> None:
    with person.app.app_context():
        person.user().email = "wilhelmina@example.org"
        db.session.commit()


class TestTheCalendarsAddress:
    def test_is_shown_once_and_can_be_read_without_signing_in(self, her, client):
        remind_at_eight(her)
        path = make(her)
        token = path.split("/")[-1].removesuffix(".ics")
        assert token not in her.get("/reminders").text

        answer = client.get(path)

        assert answer.status_code == 200
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert "Set-Cookie" not in answer.headers
        (event,) = Calendar.from_ical(answer.data).events
        assert event["SUMMARY"] == "Time for your check-in"

    def test_opens_calendar_apps_and_says_what_to_do(self, her):
        page = her.post("/reminders/calendar").text
        assert re.search(r'href="webcal://localhost:\d+/reminders/calendar/[\w-]{43}\.ics"', page)
        for words in ("iPhone", "Android", "Outlook", "only every few hours", "shown only now"):
            assert words in page

    def test_ends_with_the_next_one(self, her, client):
        old, new = make(her), make(her)
        assert client.get(old).status_code == 404
        assert client.get(new).status_code == 200

    def test_ends_when_it_is_removed_and_his_stays(self, her, him, client):
        hers, his = make(her), make(him)
        answer = her.post("/reminders/calendar/remove")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/reminders#backstop")
        assert client.get(hers).status_code == 404
        assert client.get(his).status_code == 200
        assert her.post("/reminders/calendar/remove").status_code == 303

    def test_ends_with_its_person(self, her, app, client):
        path = make(her)
        with app.app_context():
            erasure.erase(her.user(), today=her.today())
            db.session.commit()
        assert client.get(path).status_code == 404

    def test_outlives_signing_out_of_somebody_who_has_a_way_back(self, her, client):
        give_address(her)
        path = make(her)
        assert her.post("/sign-out").status_code == 303
        assert client.get(path).status_code == 200

    def test_shows_the_same_whoever_reads_it(self, her, him, app):
        remind_at_eight(her)
        path = make(her)
        assert her.get(path).data == him.get(path).data == app.test_client().get(path).data

    @pytest.mark.parametrize(
        "change", [str.swapcase, lambda token: token[:-1], lambda token: "a" * 3000]
    )
    def test_that_is_wrong_is_not_found_and_looks_like_any_other(self, her, client, change):
        token = make(her).split("/")[-1].removesuffix(".ics")
        answer = client.get(f"/reminders/calendar/{change(token)}.ics")
        assert answer.status_code == 404
        assert token not in answer.text

    def test_is_made_and_ended_by_nobody_but_who_is_signed_in(self, client, app):
        for path in ("/reminders/calendar", "/reminders/calendar/remove", "/reminders/e-mail"):
            assert client.post(path, data={"on": "1"}).status_code == 401
        with app.app_context():
            assert db.session.scalars(db.select(CalendarFeed)).all() == []

    def test_is_not_made_from_another_site(self, her, app):
        answer = her.post("/reminders/calendar", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        with app.app_context():
            assert reminder_calendar.feed_of(her.user()) is None


class TestLookingAgain:
    def test_brings_nothing_while_nothing_changed(self, her, client):
        remind_at_eight(her)
        path = make(her)
        first = client.get(path)
        assert first.headers["Cache-Control"] == "private, no-cache"
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.head(path).headers["ETag"] == first.headers["ETag"]

    def test_brings_what_changed(self, her, client, app):
        remind_at_eight(her)
        path = make(her)
        tag = client.get(path).headers["ETag"]
        with app.app_context():
            (reminder,) = reminders.reminders_of(her.user())
            reminders.switch(her.user(), reminder, on=False, now=datetime.now(UTC))
            db.session.commit()
        answer = client.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert Calendar.from_ical(answer.data).events == []


class TestTheSwitchForLetters:
    def is_on(self, person: Person) -> bool:
        with person.app.app_context():
            return person.user().email_backstop

    def test_is_offered_only_with_an_address(self, her):
        page = her.get("/reminders").text
        assert 'action="/reminders/e-mail"' not in page
        assert 'href="/keep"' in page or "Add your e-mail address" in page
        refused = her.post("/reminders/e-mail", data={"on": "1"})
        assert refused.status_code == 409
        assert "Add your e-mail address first" in refused.text
        assert not self.is_on(her)

    def test_goes_on_and_off_and_says_so(self, her):
        give_address(her)
        assert "Write me an e-mail" in her.get("/reminders").text

        answer = her.post("/reminders/e-mail", data={"on": "1"})

        assert (answer.status_code, answer.headers["Location"]) == (303, "/reminders#backstop")
        assert self.is_on(her)
        page = her.get("/reminders").text
        assert "We write to wilhelmina@" in page
        assert "No more letters" in page
        her.post("/reminders/e-mail", data={"on": "0"})
        assert not self.is_on(her)

    @pytest.mark.parametrize("form", [{}, {"on": ""}, {"on": "2"}, {"on": "yes"}, {"letters": "1"}])
    def test_anything_else_changes_nothing(self, her, form):
        give_address(her)
        her.post("/reminders/e-mail", data={"on": "1"})
        answer = her.post("/reminders/e-mail", data=form)
        assert answer.status_code == 422
        assert "Nothing was changed" in answer.text
        assert self.is_on(her)

    def test_is_each_ones_own(self, her, him, app):
        give_address(her)
        him.post("/reminders/e-mail", data={"on": "1", "user_id": str(her.id)})
        her.post("/reminders/e-mail", data={"on": "1"})
        with app.app_context():
            on = db.session.scalars(db.select(User.id).filter_by(email_backstop=True)).all()
        assert on == [her.id]


class TestWhatThePageSays:
    def is_prominent(self, person: Person) -> bool:
        page = person.get("/reminders").text
        assert page.count('id="backstop"') == 1
        return '<section class="card stack" id="backstop"' in page

    def test_without_a_reminder_it_is_a_quiet_fold(self, her):
        assert not self.is_prominent(her)

    def test_with_reminders_and_no_device_it_is_seen_at_once(self, her):
        remind_at_eight(her)
        assert self.is_prominent(her)

    def test_while_reminders_arrive_it_is_a_quiet_fold(self, her):
        remind_at_eight(her)
        subscribe_here(her, unreceived=2)
        assert not self.is_prominent(her)

    def test_after_three_that_did_not_arrive_it_is_seen_at_once(self, her):
        remind_at_eight(her)
        subscribe_here(her, unreceived=3)
        assert self.is_prominent(her)

    def test_it_says_since_when_there_is_a_calendar(self, her):
        make(her)
        page = her.get("/reminders").text
        assert "The address was made today." in page
        assert "Make a new address" in page
