"""Today: what there is to do, whatever state the plan is in."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from time_machine import travel

from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.health import Screening
from tests.conftest import Person
from tests.telling import ASK_FIRST, EMERGENCY, FRACTURE, SPRAIN, URGENT, tell

FORM = {"which": "quick", "stiffness": "4", "good_day": "yes", "flare": "no"}


def test_a_first_visit_leads_to_the_programmes_and_asks_about_the_day(her):
    page = her.get("/today").text
    assert "/programmes" in page
    assert 'action="/check-in' in page


def test_a_day_with_a_session_shows_its_way_in_and_its_minutes(her):
    her.follows()
    page = her.get("/today").text
    for session in her.planned():
        assert f"/sessions/{session.id}" in page
        assert f'id="session-{session.id}"' in page
    assert re.search(r" · [0-9]+ min</p>", page)


def test_a_rest_day_says_so_and_names_the_next_session(her):
    her.follows()
    tomorrow = (datetime.now(UTC).weekday() + 1) % 7
    her.post("/plan/schedule", data={"weekdays": [str(tomorrow)], "at": "08:00"})
    assert her.planned() == []
    page = her.get("/today").text
    assert "rest" in page.lower()
    assert str(her.planned(ahead_days=1)[0].name) in page


def test_what_was_answered_takes_the_place_of_the_questions(her):
    her.post("/check-in", data=FORM)
    page = her.get("/today").text
    assert 'name="stiffness"' not in page


@pytest.mark.parametrize("action", ["skip", "unskip", "prefer"])
def test_whatever_is_done_with_a_session_today_still_shows(her, action):
    her.follows()
    session = her.planned()[0]
    her.post(f"/sessions/{session.id}/{action}", data={"variant": "easier"})
    assert her.get("/today").status_code == 200


def test_a_done_session_leads_to_its_record(her):
    her.follows()
    session = her.planned()[0]
    form = {"log_id": "0198c1f0-0000-7000-8000-000000000001", "variant": "usual", "done": ["1"]}
    her.post(f"/sessions/{session.id}/log", data=form)
    assert f"/progress/sessions/{form['log_id']}" in her.get("/today").text


@pytest.mark.parametrize("days", [13, 14, 80])
def test_after_days_away_today_still_opens(kept_rows, her, days):
    her.follows()
    with travel(datetime.now(UTC) + timedelta(days=days), tick=False):
        assert her.get("/today").status_code == 200


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
def test_the_day_is_the_persons_own(app, zone):
    person = Person(app, time_zone=zone)
    for hour in (1, 12, 23):
        now = datetime(2026, 3, 28, hour, 30, tzinfo=UTC)
        with travel(now, tick=False):
            assert person.get("/today").status_code == 200


MESSAGES = library().safety.messages


class TestGate:
    """Today says what the answers leave, and where a closed plan leads."""

    def test_somebody_who_was_never_asked_is_led_to_the_questions(self, app):
        stranger = Person(app, screened=False)
        stranger.follows()
        page = stranger.get("/today").text
        assert 'href="/welcome"' in page
        assert "/sessions/" not in page.split('id="practice"')[0]
        assert f'href="/sessions/{stranger.planned()[0].id}"' not in page

    @pytest.mark.parametrize(
        ("question", "message"),
        [(EMERGENCY, "lock_emergency"), (URGENT, "lock_urgent"), (ASK_FIRST, "lock_all")],
    )
    def test_a_locked_plan_says_so_on_top_and_keeps_the_diary_open(self, her, question, message):
        her.follows()
        with her.app.app_context():
            her.user().country = "GB"
            db.session.commit()
        tell(her, question)
        page = unescape(her.get("/today").text)
        assert library().safety.message(message, "GB") in page
        assert 'href="/safety"' in page
        assert 'name="stiffness"' in page
        assert 'href="/progress"' in page
        assert f'href="/sessions/{her.planned()[0].id}"' not in page
        assert ('href="tel:999"' in page) == (question == EMERGENCY)
        assert her.post("/check-in", data=FORM).status_code == 303

    def test_without_a_programme_the_suggestion_is_offered_once_the_plan_is_open(self, app, her):
        page = her.get("/today").text
        assert 'href="/welcome/plan"' in page
        assert 'href="/programmes">Choose a programme' in page
        tell(her, ASK_FIRST)
        page = her.get("/today").text
        assert "while your plan is closed" in page
        assert 'href="/welcome/plan"' not in page
        assert "Choose a programme" not in page
        page = Person(app, screened=False).get("/today").text
        assert "Once the questions are answered" in page
        assert 'href="/welcome/plan"' not in page

    def test_a_session_without_its_main_part_leads_to_the_other_programmes(self, her):
        her.follows("hip-mobility")
        tell(her, FRACTURE, regions=["hip"])
        today = datetime.now(UTC).date().isoformat()
        # On a rest day the next one is fetched.
        address = re.search(r"/sessions/[0-9a-f-]+/move", her.get("/today").text)
        her.post(address[0], data={"day": today})
        page = her.get("/today").text
        assert re.search(r'main part is left out.</strong> <a href="/programmes">', page)

    def test_cards_say_in_a_line_what_waits_and_why(self, her):
        her.follows()
        tell(her, SPRAIN, regions=["neck"])
        page = her.get("/today").text
        assert re.search(r"movements? (is|are) left out", page)
        assert "(neck, both sides)" in page
        assert f'href="/sessions/{her.planned()[0].id}"' in page

    def test_an_emptied_plan_says_what_can_still_be_done_and_whom_to_ask(self, her):
        her.follows("plantar-heel")
        tell(her, "as_surgery")
        page = her.get("/today").text
        assert "Your sessions wait" in page
        assert "Breathing is still open to you" in page
        assert "Ask a clinician" in page
        assert 'href="/programmes"' in page
        assert not re.search(r'href="/sessions/[^"]*">Start', page)

    def test_the_next_session_is_not_offered_early_while_nothing_of_it_is_left(self, her):
        her.follows("plantar-heel")
        tomorrow = (datetime.now(UTC).weekday() + 1) % 7
        her.post(
            "/plan/schedule", data={"weekdays": [str(tomorrow)], "at": "08:00", "side": "left"}
        )
        assert "Do the next session today" in her.get("/today").text
        tell(her, "as_surgery")
        assert "Do the next session today" not in her.get("/today").text

    def test_something_worrying_can_be_told_from_today_and_from_the_check_in(self, her):
        for page in ("/today", "/check-in"):
            assert 'href="/worry"' in her.get(page).text

    def test_what_is_due_to_be_asked_again_is_asked_on_today(self, kept_rows, her):
        her.follows()
        tell(her, SPRAIN, regions=["neck"])
        with travel(datetime.now(UTC) + timedelta(days=3), tick=False):
            assert MESSAGES["re_ask"].text in unescape(her.get("/today").text)

    def test_a_screening_that_is_due_again_is_offered_on_top(self, her):
        her.follows()
        with her.app.app_context():
            then = datetime.now(UTC) - timedelta(days=90)
            db.session.execute(
                db.update(Screening)
                .where(Screening.user_id == her.id)
                .values(started_at=then, completed_at=then, completed_on=then.date())
            )
            db.session.commit()
        page = her.get("/today").text
        assert 'href="/welcome/again"' in page
        assert f'href="/sessions/{her.planned()[0].id}"' not in page
