"""The schedule of reminders: added, changed, paused, deleted; quiet hours; what became of them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from time_machine import travel

from fstpwa.blueprints.reminders.presenting import weekdays_in_words
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Occurrence, Reminder
from fstpwa.services import demo, people, reminders
from tests.conftest import HTMX, Person
from tests.reminding import DAY, EARLY, EIGHT, MINUTE, TODAY, remind
from tests.telling import EMERGENCY, tell
from tests.whole_app import all_rows

FORM = {"kind": "check_in", "at": "20:15", "weekdays": ["0", "4"], "unless_done": "y"}
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def wednesday_morning():
    """It is Wednesday the fourth of March 2026, five in the morning."""
    with travel(EARLY, tick=False):
        yield


def stored(person) -> list[Reminder]:
    with person.app.app_context():
        found = reminders.reminders_of(person.user())
        db.session.expunge_all()
        return found


@pytest.fixture
def reminder(her, context):
    """Hers, for the check-in, every day at eight."""
    with context():
        made = remind(her.user())
        db.session.commit()
        return made.public_id


def words_of(answer) -> str:
    """Return the text of a page's main part, without tags."""
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0] if main else answer.text))


def tell_what_became(person, state, reason, day=TODAY, **more) -> None:
    with person.app.app_context():
        [reminder] = reminders.reminders_of(person.user())
        at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        look_at = at if state in ("due", "snoozed") else None
        values = {"due_at": at, "ring_at": at, "look_at": look_at, **more}
        db.session.add(
            Occurrence(
                id=uuid4(),
                reminder_id=reminder.id,
                occ_key=day,
                state=state,
                reason=reason,
                **values,
            )
        )
        db.session.commit()


class TestList:
    def test_without_any_it_says_so_and_offers_what_fits(self, her):
        her.follows(now=EARLY)
        words = words_of(her.get("/reminders"))
        assert "There is none yet." in words
        assert "08:00 Practice Every day" in words or "These would fit" in words
        assert "The last 14 days" not in words
        assert "No device shows reminders yet" not in words

    def test_one_is_told_in_words(self, her, reminder):
        words = words_of(her.get("/reminders"))
        assert "08:00 Check-in Every day Next: today at 08:00. Silent if it is done" in words
        assert "Times are those of UTC." in words
        assert "nothing can ring. Turn them on for this device" in words
        assert 'href="#devices"' in her.get("/reminders").text
        assert 'id="devices"' in her.get("/reminders").text

    def test_what_was_done_today_is_promised_for_tomorrow(self, her, reminder):
        her.post("/check-in", data={"operation": str(uuid4()), "shown": "{}", "stiffness": "3"})
        assert "Next: tomorrow at 08:00." in words_of(her.get("/reminders"))

    def test_while_the_plan_is_locked_practice_rests_and_the_check_in_does_not(self, her, reminder):
        her.post("/reminders/new", data={**FORM, "kind": "practice"})
        tell(her, EMERGENCY, now=EARLY + MINUTE)
        words = words_of(her.get("/reminders"))
        assert "It rests while no session can be started." in words
        assert "Next: today at 08:00." in words

    def test_nobody_sees_anybody_elses(self, her, him, reminder):
        assert "08:00 Check-in" not in words_of(him.get("/reminders"))

    def test_who_is_not_signed_in_sees_none(self, client):
        assert client.get("/reminders").status_code == 303
        assert client.post("/reminders/new", data=FORM).status_code in (303, 401)

    def test_a_therapist_has_reminders_like_everybody(self, therapist):
        assert therapist.post("/reminders/new", data=FORM).status_code == 303
        assert "20:15 Check-in Monday and Friday" in words_of(therapist.get("/reminders"))

    def test_the_page_needs_as_many_queries_for_twenty_as_for_one(self, her, reminder, queries):
        with queries() as one:
            her.get("/reminders")
        with her.app.app_context():
            for number in range(19):
                remind(her.user(), at_min=number)
            db.session.commit()
        with queries() as twenty:
            page = her.get("/reminders")
        assert len(twenty) <= len(one)
        assert "as many as there can be" in page.text
        assert 'href="/reminders/new"' not in page.text

    def test_a_long_name_of_a_zone_is_said(self, app):
        person = Person(app, time_zone="America/Argentina/Buenos_Aires")
        words = words_of(person.get("/reminders"))
        assert "those of America/Argentina/Buenos Aires." in words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("0123456", "Every day"),
        ("01234", "Monday to Friday"),
        ("12345", "Tuesday to Saturday"),
        ("56", "Saturday and Sunday"),
        ("024", "Monday, Wednesday and Friday"),
        ("013456", "Every day but Wednesday"),
        ("3", "Thursday"),
        ("06", "Monday and Sunday"),
    ],
)
def test_weekdays_are_said_as_people_say_them(app, days, words):
    mask = sum(1 << int(day) for day in days)
    with app.test_request_context():
        assert weekdays_in_words(mask) == words


class TestAdding:
    def test_the_form_adds_one(self, her):
        page = her.get("/reminders/new").text
        assert page.count('name="weekdays"') == 7
        answer = her.post("/reminders/new", data={**FORM, "once_more": "y"})
        [made] = stored(her)
        assert answer.headers["Location"] == f"/reminders#reminder-{made.public_id}"
        assert (made.kind, made.at_min, made.days_mask) == ("check_in", 1215, 0b10001)
        assert (made.unless_done, made.once_more, made.time_zone) == (True, True, None)
        assert "The reminder is added." in her.get("/reminders").text

    def test_htmx_is_led_to_the_list(self, her):
        answer = her.post("/reminders/new", data=FORM, headers=HTMX)
        assert answer.headers["HX-Redirect"].startswith("/reminders#reminder-")

    def test_the_switches_are_off_where_they_are_not_ticked(self, her):
        her.post("/reminders/new", data={**FORM, "unless_done": ""})
        [made] = stored(her)
        assert (made.unless_done, made.once_more) == (False, False)

    def test_a_suggestion_is_added_with_one_tap_and_gone_from_the_list(self, her):
        her.follows(now=EARLY)
        page = her.get("/reminders").text
        card = re.search(r'<form method="post" action="/reminders/new">.*?</form>', page, re.DOTALL)
        fields = re.findall(r'name="(\w+)" value="([^"]*)"', card[0])
        form = {name: [v for n, v in fields if n == name] for name, _ in fields}
        assert her.post("/reminders/new", data=form).status_code == 303
        [made] = stored(her)
        assert (made.kind, made.unless_done, made.once_more) == ("practice", True, False)
        after = her.get("/reminders").text
        assert after.count("Add<span") == page.count("Add<span") - 1

    def test_the_same_twice_is_said_and_everything_typed_is_kept(self, her):
        her.post("/reminders/new", data=FORM)
        for headers in ({}, HTMX):
            answer = her.post("/reminders/new", data={**FORM, "once_more": "y"}, headers=headers)
            assert answer.status_code == 422
            assert "There is a reminder for just this already." in answer.text
            assert ("<html" in answer.text) == (headers == {})
            assert 'value="20:15"' in answer.text
            # The kind, two days, both switches.
            assert answer.text.count(" checked") == 5
        assert len(stored(her)) == 1

    def test_a_twenty_first_is_refused(self, her, context):
        with context():
            for number in range(20):
                remind(her.user(), at_min=number)
            db.session.commit()
        answer = her.post("/reminders/new", data=FORM)
        assert answer.status_code == 422
        assert "There are twenty reminders already." in answer.text
        assert len(stored(her)) == 20


WRONG_TIMES = [
    "", " ", "8", "25:00", "24:00", "8:61", "08:60", "-1:00", "08:00:00", "08.00", "0800",
    "8 am", "08:0", "008:00", "٠٨:٠٠", "０８:００", "08:00\n", "1e1:00", "noon", "08:00+01:00", "9" * 5000,
]  # fmt: skip
# A blank around it, such as the line's end, is forgiven.
WRONG_TIMES.remove("08:00\n")
WRONG_FORMS = [
    *[({"at": time}, "00:00 to 23:59") for time in WRONG_TIMES],
    *[({"weekdays": days}, "not a valid choice") for days in (
        ["7"], ["-1"], ["٣"], ["Monday"], ["0", "7"], ["00"], ["1.0"], ["0,1"],
    )],
    ({"weekdays": []}, "Choose at least one day."),
    ({"weekdays": [""]}, "Choose at least one day."),
    *[({"kind": kind}, "Not a valid choice") for kind in ("dinner", "PRACTICE", "check-in")],
    ({"kind": []}, "Choose practice or check-in."),
    ({"at": []}, "00:00 to 23:59"),
]  # fmt: skip


class TestBadInput:
    @pytest.mark.parametrize(("wrong", "message"), WRONG_FORMS)
    def test_what_is_wrong_is_said_beside_it_and_nothing_is_stored(
        self, app, her, reminder, wrong, message
    ):
        before = all_rows(app)
        for url in ("/reminders/new", f"/reminders/{reminder}"):
            answer = her.post(url, data={**FORM, **wrong})
            assert answer.status_code == 422
            assert re.search(message, answer.text)
            assert answer.text.count('class="error" id=') == 1
        assert all_rows(app) == before

    def test_what_was_typed_stays_as_it_was(self, her):
        answer = her.post("/reminders/new", data={**FORM, "at": '8:61"><b>'})
        assert 'value="8:61&#34;&gt;&lt;b&gt;"' in answer.text

    @pytest.mark.parametrize(
        "until",
        ["", "soon", "2026-03-04", "2026-03-03", "1999-01-01", "2027-03-06", "9999-12-31",
         "2026-02-30", "2026-3-9", "20260309", "٢٠٢٦-٠٣-٠٩", "2026-W10-1", "05/03/2026", "0000-00-00"],
    )  # fmt: skip
    def test_a_pause_until_a_day_that_makes_no_sense_is_refused(self, app, her, reminder, until):
        before = all_rows(app)
        for url in (f"/reminders/{reminder}/pause", "/reminders/pause-all"):
            answer = her.post(url, data={"until": until})
            assert answer.status_code == 422
            assert answer.text.count('class="error" id=') == 1
            assert her.post(url).status_code == 422
        assert all_rows(app) == before

    @pytest.mark.parametrize(
        ("form", "message"),
        [
            ({"start": "22:00", "end": "22:00"}, "another time than they start"),
            ({"start": "22:00", "end": "22"}, "00:00 to 23:59"),
            ({"start": "24:00", "end": "07:00"}, "00:00 to 23:59"),
            ({"start": "٢٢:٠٠", "end": "07:00"}, "00:00 to 23:59"),
            ({"start": "22:00"}, "00:00 to 23:59"),
            ({"end": "07:00"}, "00:00 to 23:59"),
            ({}, "00:00 to 23:59"),
            ({"off": "yes", "start": "", "end": "07:00"}, "00:00 to 23:59"),
        ],
    )
    def test_quiet_hours_that_cannot_be_are_refused(self, app, her, form, message):
        before = all_rows(app)
        answer = her.post("/reminders/quiet-hours", data=form)
        assert answer.status_code == 422
        assert message in answer.text
        assert all_rows(app) == before

    @pytest.mark.parametrize(
        "zone", ["", "Mars/Olympus", "../etc/passwd", "localtime", "UTC+1", "Europe", "a" * 5000]
    )
    def test_an_unknown_zone_is_refused(self, app, her, reminder, zone):
        before = all_rows(app)
        for headers in ({}, JSON):
            answer = her.post("/reminders/time-zone", data={"time_zone": zone}, headers=headers)
            assert answer.status_code == 422
        assert her.post("/reminders/time-zone").status_code == 422
        assert all_rows(app) == before

    def test_a_switch_that_says_neither_is_refused(self, app, her, reminder):
        before = all_rows(app)
        for form in ({}, {"on": ""}, {"on": "2"}, {"on": "true"}):
            assert her.post(f"/reminders/{reminder}/switch", data=form).status_code == 422
        assert all_rows(app) == before

    @pytest.mark.parametrize("action", ["", "/switch", "/pause", "/resume", "/delete"])
    def test_anybody_elses_and_unknown_ones_are_not_found(self, app, him, reminder, action):
        before = all_rows(app)
        form = {**FORM, "on": "0", "until": "2026-03-09"}
        for each in (reminder, uuid4()):
            answer = him.post(f"/reminders/{each}{action}", data=form)
            assert answer.status_code == 404
        assert him.post(f"/reminders/1{action}", data=form).status_code == 404
        assert him.get(f"/reminders/{reminder}").status_code == 404
        assert all_rows(app) == before


class TestChanging:
    def test_its_page_is_filled_with_what_is_set(self, her, reminder):
        page = her.get(f"/reminders/{reminder}").text
        assert 'value="08:00"' in page
        assert page.count(" checked") == 9

    def test_it_is_changed_and_keeps_what_no_page_asks(self, her, context):
        with context():
            made = remind(her.user(), time_zone="Europe/Paris", max_late_min=30)
            db.session.commit()
            url = f"/reminders/{made.public_id}"
        assert "by the clocks of Europe/Paris" in words_of(her.get("/reminders"))
        assert her.post(url, data=FORM).status_code == 303
        [now] = stored(her)
        assert (now.at_min, now.time_zone, now.max_late_min) == (1215, "Europe/Paris", 30)

    def test_into_one_that_is_there_it_is_not_changed(self, her, reminder):
        her.post("/reminders/new", data=FORM)
        answer = her.post(f"/reminders/{reminder}", data=FORM)
        assert answer.status_code == 422
        assert "just this already" in answer.text
        assert sorted(each.at_min for each in stored(her)) == [480, 1215]

    def test_it_is_switched_off_and_on(self, her, reminder):
        url = f"/reminders/{reminder}/switch"
        off = her.post(url, data={"on": "0"}, headers=HTMX)
        assert off.text.lstrip().startswith("<li")
        assert "It does not ring while it is off." in off.text
        assert not stored(her)[0].enabled
        on = her.post(url, data={"on": "1"})
        assert on.headers["Location"] == f"/reminders#reminder-{reminder}"
        assert stored(her)[0].next_due_at == EIGHT

    def test_deleted_it_is_gone_with_what_became_of_it(self, her, reminder, context):
        tell_what_became(her, "skipped", "paused")
        assert her.post(f"/reminders/{reminder}/delete").headers["Location"] == "/reminders"
        assert stored(her) == []
        with context():
            assert db.session.query(Occurrence).count() == 0
        assert her.get(f"/reminders/{reminder}").status_code == 404


class TestRest:
    def test_one_is_paused_and_goes_on(self, her, reminder):
        url = f"/reminders/{reminder}"
        assert her.post(f"{url}/pause", data={"until": "2026-03-09"}).status_code == 303
        assert stored(her)[0].paused_until == date(2026, 3, 9)
        words = words_of(her.get("/reminders"))
        assert "Paused Every day It goes on Monday 9 March at 08:00." in words
        assert 'value="2026-03-09"' in her.get(url).text
        her.post(f"{url}/resume")
        assert stored(her)[0].paused_until is None
        assert "Next: today at 08:00." in words_of(her.get("/reminders"))

    def test_a_pause_that_is_over_is_not_shown(self, her, reminder):
        her.post("/reminders/pause-all", data={"until": "2026-03-05"})
        with travel(EARLY + DAY, tick=False):
            words = words_of(her.get("/reminders"))
        assert "Next: today at 08:00." in words
        assert "Paused Every day" not in words

    def test_all_are_paused_and_go_on(self, her, reminder):
        her.post("/reminders/new", data=FORM)
        her.post("/reminders/pause-all", data={"until": "2026-03-09"})
        assert {each.paused_until for each in stored(her)} == {date(2026, 3, 9)}
        words = words_of(her.get("/reminders"))
        assert "All reminders are paused. They go on Monday 9 March." in words
        assert "End the pause now" in words
        her.post("/reminders/resume-all")
        assert {each.paused_until for each in stored(her)} == {None}

    def test_without_a_reminder_nothing_is_paused(self, her):
        assert "A break" not in words_of(her.get("/reminders"))
        assert her.post("/reminders/resume-all").status_code == 409

    def test_quiet_hours_are_set_and_taken_back_and_told(self, her, reminder):
        form = {"start": "21:30", "end": "09:00"}
        answer = her.post("/reminders/quiet-hours", data=form)
        assert answer.headers["Location"] == "/reminders#quiet-hours"
        words = words_of(her.get("/reminders"))
        assert "Nothing rings from 21:30 to 09:00." in words
        assert "Next: today at 09:00, when your quiet hours end." in words
        her.post(f"/reminders/{reminder}", data={**FORM, "at": "22:00"})
        assert "its time is in your quiet hours." in words_of(her.get("/reminders"))
        her.post("/reminders/quiet-hours", data={"off": "1"})
        assert "There are none: reminders ring at any time" in words_of(her.get("/reminders"))


class TestTimeZone:
    def test_moving_takes_the_reminders_along(self, her, reminder):
        answer = her.post("/reminders/time-zone", data={"time_zone": "Europe/Paris"})
        assert answer.headers["Location"] == "/reminders"
        assert "Times are now those of Europe/Paris." in her.get("/reminders").text
        assert stored(her)[0].next_due_at == EIGHT - timedelta(hours=1)

    def test_a_script_is_told_with_no_words(self, her, reminder):
        answer = her.post("/reminders/time-zone", data={"time_zone": "Asia/Tokyo"}, headers=JSON)
        assert (answer.status_code, answer.data) == (204, b"")
        assert "Times are now" not in her.get("/reminders").text

    def test_the_profile_takes_them_along_too(self, her, reminder):
        form = {"name": "", "time_zone": "Europe/Paris", "country": "GB", "language": "en_GB"}
        assert her.post("/settings/profile", data=form).status_code == 303
        assert stored(her)[0].next_due_at == EIGHT - timedelta(hours=1)

    def test_demo_people_stay_where_they_are(self, app, client):
        with app.app_context():
            demo.load(now=EARLY)
            db.session.commit()
            [maya] = [each.public_id for each in people.demo_people() if each.name == "Maya"]
        client.post(f"/demo/{maya}")
        assert "08:00 Practice" in words_of(client.get("/reminders"))
        with app.app_context():
            zone = db.session.query(User).filter_by(public_id=maya).one().time_zone
        answer = client.post("/reminders/time-zone", data={"time_zone": "Asia/Tokyo"})
        assert answer.status_code == 409
        assert "Change the time zone" not in client.get("/reminders").text
        with app.app_context():
            assert db.session.query(User).filter_by(public_id=maya).one().time_zone == zone


class TestHistory:
    @pytest.mark.parametrize(
        ("state", "reason", "words"),
        [
            ("due", "on_time", "being sent"),
            ("skipped", "done", "not sent, it was done already"),
            ("skipped", "paused", "not sent, it was paused"),
            ("skipped", "held", "not sent, it was enough for that day"),
            ("skipped", "quiet", "not sent, it fell into your quiet hours"),
            ("skipped", "off", "not sent, it was switched off"),
            ("skipped", "no_device", "not sent, no device took reminders"),
            ("skipped", "not_today", "you answered: not today"),
            ("missed", "late", "missed: it could not be sent in time"),
            ("missed", "unreached", "missed: no device could be reached"),
            ("expired", "unanswered", "sent, not answered"),
            ("done", "done", "you checked in"),
        ],
    )
    def test_what_became_of_one_is_told_in_words(self, her, reminder, state, reason, words):
        tell_what_became(her, state, reason)
        page = words_of(her.get("/reminders"))
        assert f"Today 08:00 Check-in: {words}" in page
        assert ("Missed: Good Days was not running" in page) == (reason == "late")

    @pytest.mark.parametrize(
        ("reason", "words"),
        [("asked", "put off to 09:30"), ("quiet", "waits for the end of your quiet hours, 09:30")],
    )
    def test_what_waits_says_until_when(self, her, reminder, reason, words):
        at = EIGHT + timedelta(minutes=90)
        tell_what_became(her, "snoozed", reason, ring_at=at, look_at=at)
        assert words in words_of(her.get("/reminders"))

    def test_days_are_told_newest_first_and_older_ones_folded(self, her, reminder):
        for number in range(1, 6):
            tell_what_became(her, "expired", "unanswered", TODAY - number * DAY)
        words = words_of(her.get("/reminders"))
        order = ["Yesterday", "Monday 2 March", "Sunday 1 March", "Earlier", "Saturday 28 February"]
        assert sorted(order, key=words.index) == order

    def test_before_anything_happened_it_says_what_will_stand_there(self, her, reminder):
        assert "What becomes of each reminder is listed here" in words_of(her.get("/reminders"))


class TestWaysThere:
    def test_you_leads_there(self, her):
        assert 'href="/reminders"' in her.get("/settings/").text

    def test_today_asks_quietly_who_follows_a_programme_and_has_none(self, her):
        asks = "Want a reminder for your sessions?"
        assert asks not in her.get("/today").text
        her.follows(now=EARLY)
        assert asks in her.get("/today").text
        her.post("/reminders/new", data=FORM)
        assert asks not in her.get("/today").text

    def test_while_a_programme_rests_it_does_not_ask(self, her):
        her.follows(now=EARLY)
        her.post("/plan/pause")
        assert "Want a reminder" not in her.get("/today").text


class TestAtTheSameMoment:
    """Several taps at once, each in a transaction of its own."""

    def tapped(self, person, url, form) -> list[int]:
        token = person.client.get_cookie("good-days").value

        def tap(_number: int) -> int:
            browser = person.app.test_client()
            browser.set_cookie("good-days", token)
            return browser.post(url, data=form).status_code

        with ThreadPoolExecutor(4) as taps:
            return sorted(taps.map(tap, range(4)))

    def test_adding_adds_one(self, kept_rows, her):
        assert self.tapped(her, "/reminders/new", FORM) == [303, 422, 422, 422]
        assert len(stored(her)) == 1

    def test_deleting_deletes_once_and_is_not_found_then(self, kept_rows, her, reminder):
        tell_what_became(her, "skipped", "paused")
        assert self.tapped(her, f"/reminders/{reminder}/delete", {}) == [303, 404, 404, 404]
        assert stored(her) == []


def test_the_privacy_page_tells_of_reminders(client):
    page = client.get("/settings/privacy").text
    assert "push service" in page
    assert "Your reminders:" in page
