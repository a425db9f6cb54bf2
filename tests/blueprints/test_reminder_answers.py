"""What a notification leads to: answered with one tap, signed in or not, once, and taken back."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import select
from time_machine import travel

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, PlannedSession
from fstpwa.models.reminders import Occurrence, PushSubscription, Reminder
from fstpwa.services import enrolments, erasure, reminder_tokens, reminders
from fstpwa.services.deliveries import Settlement, lease, settle
from fstpwa.services.reminder_ticks import tick
from fstpwa.services.reminder_tokens import ReminderToken
from tests.conftest import EVERY_DAY, Person
from tests.reminding import EARLY, EIGHT, MINUTE, SENT, TODAY, plan_today, remind, subscribe
from tests.whole_app import all_rows

NINE = EIGHT + 60 * MINUTE
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def clock():
    """It is nine o'clock."""
    with travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def her(app, rolled_back, clock):
    """A client, signed in, whose name no visitor may see."""
    person = Person(app)
    with app.app_context():
        person.user().name = "Wilhelmina"
        db.session.commit()
    return person


def address_of(token: ReminderToken, now=EIGHT) -> str:
    return "/reminders/answer/" + reminder_tokens.written(token, now=now)


def rang(person, kind) -> str:
    """Let a reminder ring at eight; return the address in its notification."""
    with person.app.app_context():
        phone = subscribe(person.user())
        remind(person.user(), kind=kind)
        tick(now=EIGHT)
        settle([Settlement(each, SENT) for each in lease(now=EIGHT)], now=EIGHT)
        db.session.commit()
        occurrence = db.session.scalars(
            select(Occurrence).join(Reminder).where(Reminder.user_id == person.id)
        ).one()
        return address_of(ReminderToken(occurrence_id=occurrence.id, subscription_id=phone.id))


@pytest.fixture
def asks(her):
    """The address of a notification that asks how the day is."""
    return rang(her, "check_in")


@pytest.fixture
def calls(her):
    """The address of a notification about a session."""
    with her.app.app_context():
        entry = enrolments.EnrolmentEntry(
            programme="neck-and-desk", schedule=EVERY_DAY, side="left"
        )
        enrolments.enrol(her.user(), entry, now=EARLY)
        plan_today(her.user())
        db.session.commit()
    return rang(her, "practice")


def good_day(person) -> str | None:
    with person.app.app_context():
        return db.session.scalar(select(CheckIn.good_day).filter_by(user_id=person.id, day=TODAY))


def sessions_today(person) -> list[PlannedSession]:
    with person.app.app_context():
        found = select(PlannedSession).filter_by(user_id=person.id, day=TODAY)
        rows = db.session.scalars(found.order_by(PlannedSession.at_min)).all()
        db.session.expunge_all()
        return list(rows)


def state(person) -> str:
    with person.app.app_context():
        return db.session.scalar(
            select(Occurrence.state)
            .join(Reminder)
            .where(Reminder.user_id == person.id, Occurrence.occ_key == TODAY)
        )


def buttons(page: str) -> list[str]:
    """Return the answers that a page offers, in its order."""
    return re.findall(r'name="answer" value="(\w+)"', page)


class TestThePage:
    def test_it_asks_a_visitor_in_whose_browser_nobody_is_signed_in(self, client, asks):
        page = client.get(asks)
        assert page.status_code == 200
        assert "<h1" in page.text
        assert "Is today a good day?" in page.text
        assert buttons(page.text) == ["good_day", "not_today", "flare"]

    @pytest.mark.parametrize("kind", ["check_in", "practice"])
    def test_a_visitor_sees_no_name_and_nothing_of_health(self, client, her, request, kind):
        url = request.getfixturevalue("asks" if kind == "check_in" else "calls")
        page = client.get(url).text
        assert "Wilhelmina" not in page
        assert str(her.public_id) not in page
        for session in sessions_today(her):
            assert session.name not in page

    def test_she_herself_reads_what_is_planned(self, her, calls):
        page = her.get(calls).text
        first = sessions_today(her)[0]
        assert first.name in page
        assert f'href="/sessions/{first.id}"' in page
        assert buttons(page) == ["later", "skip", "flare"]
        assert re.findall(r'name="minutes" value="(\d+)"', page) == ["15", "30", "60", "120"]
        assert "09:30" in page

    def test_what_was_tapped_comes_first_and_is_sent_by_the_page(self, client, asks):
        page = client.get(f"{asks}?answer=not_today").text
        assert buttons(page) == ["not_today", "good_day", "flare"]
        assert re.search(r'value="not_today" autofocus', page)
        assert 'data-component="answer-now"' in page

    def test_later_that_was_tapped_means_half_an_hour(self, client, calls):
        page = client.get(f"{calls}?answer=later").text
        assert "Later, in 30 minutes" in page
        assert buttons(page)[0] == "later"

    def test_a_tap_that_cannot_be_is_not_sent_by_itself(self, client, her, calls):
        with her.app.app_context():
            her.user().quiet_start_min, her.user().quiet_end_min = 9 * 60 + 20, 9 * 60 + 40
            db.session.commit()
        page = client.get(f"{calls}?answer=later").text
        assert "answer-now" not in page
        assert "That would be in your quiet hours." in page
        assert re.findall(r'name="minutes" value="(\d+)"', page) == ["15", "60", "120"]

    @pytest.mark.parametrize("answer", ["undo", "skip", "", "x" * 500, "<script>"])
    def test_any_other_answer_in_the_address_is_nothing(self, client, asks, answer):
        page = client.get(asks, query_string={"answer": answer})
        assert page.status_code == 200
        assert "answer-now" not in page.text

    @pytest.mark.parametrize("query", ["", "?answer=good_day", "?answer=not_today"])
    def test_reading_it_stores_nothing(self, app, client, her, asks, query):
        before = all_rows(app)
        client.get(asks + query)
        her.get(asks + query)
        assert all_rows(app) == before

    def test_it_is_kept_by_nobody_and_found_by_no_search_engine(self, client, asks):
        headers = client.get(asks).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "same-origin"

    def test_somebody_else_in_the_browser_is_told_that_it_is_not_theirs(self, him, her, asks):
        page = him.get(asks).text
        assert "somebody else" in page
        assert "/check-in/" not in page
        assert "Wilhelmina" not in page


class TestAnsweringHowTheDayIs:
    @pytest.mark.parametrize(
        ("answer", "stored", "words"),
        [
            ("good_day", "yes", "Saved: a good day"),
            ("not_today", "no", "Saved: not a good day"),
        ],
    )
    def test_one_tap_stores_it_signed_out(self, client, her, asks, answer, stored, words):
        sent = client.post(asks, data={"answer": answer})
        assert (sent.status_code, sent.location) == (303, asks)
        assert (good_day(her), state(her)) == (stored, "done")
        page = client.get(f"{asks}?answer={answer}").text
        assert words in page
        assert buttons(page) == ["undo"]
        assert "answer-now" not in page

    def test_it_counts_for_whose_reminder_it_is(self, him, her, asks):
        him.post(asks, data={"answer": "good_day"})
        assert good_day(her) == "yes"
        assert good_day(him) is None

    def test_it_leads_on_to_the_days_check_in_and_today(self, her, asks):
        her.post(asks, data={"answer": "good_day"})
        page = her.get(asks).text
        assert f'href="/check-in/{TODAY}?change=more"' in page
        assert 'href="/today"' in page

    def test_it_can_be_taken_back(self, client, her, asks, clock):
        client.post(asks, data={"answer": "good_day"})
        clock.shift(60)
        assert client.post(asks, data={"answer": "undo"}).status_code == 303
        assert (good_day(her), state(her)) == (None, "due")
        assert buttons(client.get(asks).text) == ["good_day", "not_today", "flare"]

    def test_the_worker_hears_in_json_what_became_of_it(self, client, her, asks):
        sent = client.post(
            asks, data={"answer": "good_day", "at": "2026-03-04T08:30:00.000Z"}, headers=JSON
        )
        assert sent.status_code == 200
        assert sent.json == {"state": "done", "words": "Your answer is saved."}
        with her.app.app_context():
            clocks = db.session.scalar(select(CheckIn.clocks).filter_by(user_id=her.id))
        assert clocks["good_day"].startswith("2026-03-04T08:30:00.000000+00:00 ")

    @pytest.mark.parametrize("second", ["good_day", "not_today"])
    def test_replayed_it_is_refused_and_stores_nothing(self, app, client, asks, second):
        client.post(asks, data={"answer": "good_day"}, headers=JSON)
        before = all_rows(app)
        again = client.post(asks, data={"answer": second}, headers=JSON)
        by_hand = client.post(asks, data={"answer": second})
        assert (again.status_code, by_hand.status_code) == (409, 409)
        assert again.json == {"state": "over", "words": "You answered this reminder already."}
        assert "You answered this reminder already." in by_hand.text
        assert buttons(by_hand.text) == ["undo"]
        assert all_rows(app) == before

    def test_what_she_said_in_the_app_stays_and_a_visitor_does_not_read_it(self, client, her, asks):
        her.post(f"/check-in/{TODAY}", data={"which": "quick", "good_day": "so_so"})
        sent = client.post(asks, data={"answer": "good_day"}, headers=JSON)
        assert sent.status_code == 409
        assert good_day(her) == "so_so"
        page = client.get(asks).text
        assert "This question is answered" in page
        assert "so-so" not in page.lower()
        assert buttons(page) == []

    def test_the_next_day_it_is_still_taken_though_it_is_over(self, client, her, asks, clock):
        late = EIGHT + timedelta(hours=47)
        clock.move_to(late)
        with her.app.app_context():
            reminders.switch(her.user(), db.session.query(Reminder).one(), on=False, now=late)
            tick(now=late)
            db.session.commit()
        assert state(her) == "expired"
        assert "Was Wednesday 4 March a good day?" in client.get(asks).text
        data = {"answer": "not_today", "at": "2026-03-04T08:05:00Z"}
        assert client.post(asks, data=data, headers=JSON).status_code == 200
        assert (good_day(her), state(her)) == ("no", "done")
        assert "This is about Wednesday 4 March." in client.get(asks).text


class TestAnsweringAboutASession:
    def test_later_puts_it_off_half_an_hour(self, client, her, calls):
        sent = client.post(calls, data={"answer": "later"}, headers=JSON)
        assert sent.json == {"state": "snoozed", "words": "It rings again at 09:30."}
        page = client.get(calls).text
        assert "It rings again at 09:30" in page
        assert buttons(page) == ["skip", "flare", "undo"]

    def test_or_as_long_as_is_chosen_in_her_time(self, client, her, calls):
        with her.app.app_context():
            her.user().time_zone = "Europe/Madrid"
            db.session.commit()
        client.post(calls, data={"answer": "later", "minutes": "120"})
        assert "It rings again at 12:00" in client.get(calls).text

    def test_the_same_ring_is_put_off_once(self, client, her, calls):
        client.post(calls, data={"answer": "later"}, headers=JSON)
        again = client.post(calls, data={"answer": "later", "minutes": "15"}, headers=JSON)
        assert again.status_code == 409
        assert "09:30" in client.get(calls).text

    def test_skip_leaves_the_day_out_and_can_be_taken_back(self, client, her, calls):
        client.post(calls, data={"answer": "skip"})
        assert {each.state for each in sessions_today(her)} == {"skipped"}
        page = client.get(calls).text
        assert "Left out today" in page
        assert buttons(page) == ["undo"]
        client.post(calls, data={"answer": "undo"})
        assert {each.state for each in sessions_today(her)} == {"planned"}
        assert state(her) == "due"

    def test_what_cannot_be_is_said_where_the_choices_are(self, client, her, calls, clock):
        clock.move_to(EIGHT + 15 * 60 * MINUTE + 50 * MINUTE)
        sent = client.post(calls, data={"answer": "later"})
        assert sent.status_code == 422
        assert "after midnight" in sent.text
        assert buttons(sent.text) == ["skip", "flare"]
        assert state(her) == "due"

    @pytest.mark.parametrize("answer", ["later", "skip"])
    def test_once_it_is_over_nothing_is_put_off_or_skipped(self, client, her, calls, clock, answer):
        late = EIGHT + timedelta(hours=20)
        clock.move_to(late)
        with her.app.app_context():
            tick(now=late)
            db.session.commit()
        sent = client.post(calls, data={"answer": answer}, headers=JSON)
        assert (sent.status_code, sent.json["state"]) == (409, "over")
        assert {each.state for each in sessions_today(her)} == {"planned"}
        assert "This reminder is over" in client.get(calls).text


def at_once(app, url, answers) -> list[int]:
    """Send answers at the same moment; return their statuses in order."""

    def send(answer: str) -> int:
        return app.test_client().post(url, data={"answer": answer}, headers=JSON).status_code

    with ThreadPoolExecutor(len(answers)) as taps:
        return sorted(taps.map(send, answers))


class TestAtOnce:
    def test_of_several_answers_to_one_question_one_is_stored(self, kept_rows, app, her, asks):
        answers = ["good_day", "not_today"] * 2
        assert at_once(app, asks, answers) == [200, 409, 409, 409]
        assert good_day(her) in ("yes", "no")
        assert state(her) == "done"

    def test_a_ring_is_put_off_once(self, kept_rows, app, her, calls):
        assert at_once(app, calls, ["later"] * 4) == [200, 409, 409, 409]
        with app.app_context():
            assert db.session.scalars(select(Occurrence.snoozes)).one() == 1

    def test_taken_back_it_is_once(self, kept_rows, app, her, calls, client):
        client.post(calls, data={"answer": "skip"})
        assert at_once(app, calls, ["undo"] * 4) == [200, 409, 409, 409]
        assert {each.state for each in sessions_today(her)} == {"planned"}


class TestWhatIsNotUnderstood:
    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"answer": ""},
            {"answer": "start"},
            {"answer": "later"},
            {"answer": "GOOD_DAY"},
            {"answer": "good_day", "at": "yesterday"},
            {"answer": "good_day", "at": "2026-03-04"},
            {"answer": "good_day", "at": "2026-03-04T08:30:00"},
            {"answer": "good_day", "at": "1" * 5000},
        ],
    )
    def test_it_is_422_and_nothing_is_stored(self, app, client, asks, data):
        before = all_rows(app)
        for headers in ({}, JSON):
            sent = client.post(asks, data=data, headers=headers)
            assert sent.status_code == 422, data
        assert sent.json["state"] == "invalid"
        assert sent.json["words"]
        assert all_rows(app) == before

    @pytest.mark.parametrize("minutes", ["0", "4", "241", "-5", "1.5", "٣٠", "9" * 4000, "soon"])
    def test_nor_are_other_times(self, app, client, calls, minutes):
        before = all_rows(app)
        sent = client.post(calls, data={"answer": "later", "minutes": minutes})
        assert sent.status_code == 422
        assert "4 hours" in sent.text
        assert all_rows(app) == before

    @pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
    def test_the_furthest_clocks_are_brought_to_the_reminder_and_now(self, client, her, asks, at):
        sent = client.post(asks, data={"answer": "good_day", "at": at}, headers=JSON)
        assert sent.status_code == 200
        assert good_day(her) == "yes"


class TestWhoMay:
    def every_way(self, client, url):
        yield client.get(url)
        yield client.post(url, data={"answer": "good_day"})
        yield client.post(url, data={"answer": "good_day"}, headers=JSON)
        yield client.post(f"{url}/shown")

    def test_a_forged_or_changed_token_is_nothing(self, app, client, asks):
        before = all_rows(app)
        token = asks.rpartition("/")[2]
        said, _, signature = token.rpartition(".")
        signed_otherwise = f"{said}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
        for each in (signed_otherwise, "x", "a.b.c", token + "x", "." * 200, token[::-1]):
            for answer in self.every_way(client, f"/reminders/answer/{each}"):
                assert answer.status_code == 404, each
        assert all_rows(app) == before

    def test_after_two_days_it_is_over_and_says_so(self, app, client, asks, clock):
        clock.move_to(EIGHT + timedelta(hours=48))
        before = all_rows(app)
        for answer in self.every_way(client, asks):
            assert answer.status_code == 404
        page = client.get(asks).text
        assert "This reminder is over" in page
        assert 'href="/today"' in page
        sent = client.post(asks, data={"answer": "good_day"}, headers=JSON)
        assert sent.json == {"state": "unknown", "words": "This address is not valid any more."}
        assert all_rows(app) == before

    @pytest.mark.parametrize("gone", ["reminder", "person"])
    def test_with_a_deleted_reminder_or_person_nothing_is_left_to_answer(
        self, client, her, asks, gone
    ):
        with her.app.app_context():
            if gone == "person":
                erasure.erase(her.user(), today=TODAY)
                assert db.session.get(User, her.id) is None
            else:
                reminders.delete(db.session.query(Reminder).one())
            db.session.commit()
        for answer in list(self.every_way(client, asks))[:3]:
            assert answer.status_code == 404

    def test_a_test_message_has_no_page(self, client, asks, her):
        with her.app.app_context():
            url = address_of(ReminderToken(occurrence_id=None, subscription_id=1))
        assert client.get(url).status_code == 404

    def test_a_token_made_for_something_else_opens_nothing(self, client, app, asks):
        other = URLSafeSerializer(app.config["SECRET_KEY"], salt="another")
        assert client.get(f"/reminders/answer/{other.dumps(['', 1, 0, 9e12])}").status_code == 404

    def test_another_site_cannot_send_it(self, client, her, asks):
        headers = {"Sec-Fetch-Site": "cross-site"}
        sent = client.post(asks, data={"answer": "good_day"}, headers=headers)
        assert sent.status_code == 403
        assert good_day(her) is None


class TestTheReceipt:
    def test_it_is_noted_without_a_cookie_and_as_often_as_it_comes(self, client, her, asks):
        for _ in range(2):
            assert client.post(f"{asks}/shown").status_code == 204
        with her.app.app_context():
            phone = db.session.query(PushSubscription).one()
            assert (phone.last_receipt_at, phone.unreceived) == (NINE, 0)

    def test_an_answer_is_one_too(self, client, her, asks):
        client.post(asks, data={"answer": "good_day"})
        with her.app.app_context():
            assert db.session.query(PushSubscription).one().last_receipt_at == NINE

    def test_of_a_device_that_is_gone_it_is_taken_all_the_same(self, client, her, asks):
        with her.app.app_context():
            db.session.execute(db.delete(PushSubscription))
            db.session.commit()
        assert client.post(f"{asks}/shown").status_code == 204


class TestSayingThatItIsAFlareDay:
    def test_one_tap_saves_it_and_one_takes_it_back(self, client, asks, clock):
        page = client.get(f"{asks}?answer=flare").text
        assert buttons(page)[0] == "flare"
        sent = client.post(asks, data={"answer": "flare"}, headers=JSON)
        assert sent.json == {"state": "done", "words": "Your answer is saved."}
        saved = client.get(asks).text
        assert "Saved: a flare day" in saved
        assert "Nothing counts against you." in saved
        assert buttons(saved) == ["undo"]
        clock.shift(60)
        client.post(asks, data={"answer": "undo"})
        assert buttons(client.get(asks).text) == ["good_day", "not_today", "flare"]

    def test_from_a_session_reminder_its_session_waits(self, client, her, calls):
        assert client.post(calls, data={"answer": "flare"}).status_code == 303
        assert "Saved: a flare day" in client.get(calls).text
        assert {each.state for each in sessions_today(her)} == {"planned"}
