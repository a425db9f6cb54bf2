"""Today: what there is to do, whatever state the plan is in."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from time_machine import travel

from tests.conftest import Person

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
