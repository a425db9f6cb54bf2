"""Choosing a programme and its days, pausing, going on, stopping."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from time_machine import travel

from fstpwa.content import library
from fstpwa.domain.planning import suggested_weekdays
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer
from fstpwa.models.practice import Enrolment, PlannedSession
from fstpwa.services import planning
from tests.conftest import HTMX, Person
from tests.telling import ASK_FIRST, EMERGENCY, FRACTURE, URGENT, tell

DAYS = {"weekdays": ["0", "3"], "at": "18:30"}
ASKING = next(p.slug for p in library().programmes.values() if p.asks_side)


def enrolments_of(person) -> list[Enrolment]:
    with person.app.app_context():
        found = db.session.scalars(db.select(Enrolment).filter_by(user_id=person.id)).all()
        db.session.expunge_all()
        return list(found)


@pytest.mark.parametrize("slug", library().programmes)
def test_every_programme_asks_its_days_and_begins(her, slug):
    programme = library().programmes[slug]
    page = her.get(f"/programmes/{slug}/choose").text
    ticked = len(suggested_weekdays(programme.phases[0]))
    assert page.count('name="weekdays"') == 7
    assert page.count(" checked") >= ticked
    assert ('name="side"' in page) == programme.asks_side

    answer = her.post(f"/programmes/{slug}/choose", data={**DAYS, "side": "right"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/today#practice")
    (enrolment,) = enrolments_of(her)
    assert (enrolment.weekdays, enrolment.at_min) == (0b1001, 18 * 60 + 30)
    assert enrolment.side == ("right" if programme.asks_side else None)
    assert her.get("/today").status_code == her.get("/plan").status_code == 200


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"at": "18:30", "side": "left"}, "Choose at least one day."),
        ({"weekdays": ["7"], "at": "18:30", "side": "left"}, "day"),
        ({"weekdays": ["0"], "side": "left"}, "Choose a time"),
        ({"weekdays": ["0"], "at": "25:00", "side": "left"}, "time"),
        ({"weekdays": ["0"], "at": "18:30"}, "Choose left, right or both."),
        ({"weekdays": ["0"], "at": "18:30", "side": "up"}, "Not a valid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_the_field_and_nothing_begins(her, form, message):
    url = f"/programmes/{ASKING}/choose"
    for headers in ({}, HTMX):
        answer = her.post(url, data=form, headers=headers)
        assert answer.status_code == 422
        assert message in answer.text
        assert ("<html" in answer.text) == (headers == {})
        if form.get("at") == "18:30":
            assert 'value="18:30"' in answer.text
    assert enrolments_of(her) == []


def test_a_double_tap_begins_one_programme(kept_rows, her):
    token = her.client.get_cookie("good-days").value

    def tap(_number: int) -> int:
        browser = her.app.test_client()
        browser.set_cookie("good-days", token)
        return browser.post("/programmes/neck-and-desk/choose", data=DAYS).status_code

    with ThreadPoolExecutor(4) as taps:
        assert set(taps.map(tap, range(4))) == {303}
    assert [each.ended_at for each in enrolments_of(her)].count(None) == 1


def test_an_unknown_programme_is_not_found(her):
    assert her.get("/programmes/nothing/choose").status_code == 404
    assert her.post("/programmes/nothing/choose", data=DAYS).status_code == 404


def test_htmx_is_sent_on_without_a_fragment(her):
    answer = her.post("/programmes/neck-and-desk/choose", data=DAYS, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/today#practice")


def test_without_a_programme_the_plan_says_where_to_find_one(her):
    assert "/programmes" in her.get("/plan").text
    for action in ("schedule", "pause", "resume", "stop", "step"):
        assert her.post(f"/plan/{action}", data=DAYS).status_code == 404


def test_days_and_time_can_be_changed(her):
    her.follows()
    assert her.post("/plan/schedule", data={"weekdays": ["5"], "at": "07:15"}).status_code == 303
    (enrolment,) = enrolments_of(her)
    assert (enrolment.weekdays, enrolment.at_min) == (0b100000, 7 * 60 + 15)
    assert her.post("/plan/schedule", data={"at": "07:15"}).status_code == 422


def test_a_pause_is_shown_and_ended(her):
    her.follows()
    her.post("/plan/pause")
    assert her.planned() == []
    assert 'action="/plan/resume"' in her.get("/plan").text
    assert her.get("/today").status_code == 200
    her.post("/plan/resume")
    assert her.planned() != []


def test_stopping_ends_it_and_another_can_begin(her):
    her.follows()
    answer = her.post("/plan/stop")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/programmes")
    assert her.planned() == []
    her.follows("low-back")
    assert [each.ended_at is None for each in enrolments_of(her)] == [False, True]


def practise_a_month(app, her):
    """Let a month go by in which every session was done."""
    begun = datetime.now(UTC) - timedelta(days=30)
    with travel(begun, tick=False):
        her.follows()
    with app.app_context():
        for days in range(30):
            now = begun + timedelta(days=days)
            planning.extend_these(planning.due_enrolments(now=now), now=now)
        db.session.commit()
    do_everything_before(app, datetime.now(UTC))


def do_everything_before(app, now):
    with app.app_context():
        before = PlannedSession.day < now.date()
        db.session.execute(update(PlannedSession).where(before).values(state="done"))
        db.session.commit()


def test_the_next_step_waits_for_a_yes(app, her):
    practise_a_month(app, her)
    (before,) = enrolments_of(her)
    page = her.get("/today").text
    assert 'action="/plan/step"' in page
    seen = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("phase", "step")
    }

    assert her.post("/plan/step", data={"answer": "maybe"}).status_code == 422
    assert her.post("/plan/step", data={"answer": "yes"}).status_code == 409
    assert her.post("/plan/step", data={"answer": "not-yet"}).status_code == 303
    (stayed,) = enrolments_of(her)
    assert (stayed.phase, stayed.ramp_step) == (before.phase, before.ramp_step)
    assert 'action="/plan/step"' not in her.get("/today").text
    assert her.post("/plan/step", data={"answer": "yes", **seen}).status_code == 409

    in_a_week = datetime.now(UTC) + timedelta(days=8)
    do_everything_before(app, in_a_week)
    with travel(in_a_week, tick=False):
        assert her.post("/plan/step", data={"answer": "yes", **seen}).status_code == 303
    (after,) = enrolments_of(her)
    assert (after.phase, after.ramp_step) == (seen["phase"], int(seen["step"]))


def test_no_page_makes_sessions(app, her):
    with travel(datetime.now(UTC) - timedelta(days=30), tick=False):
        her.follows()
    with app.app_context():
        before = db.session.query(PlannedSession).count()
    for url in ("/today", "/plan", "/progress"):
        her.get(url)
    with app.app_context():
        assert db.session.query(PlannedSession).count() == before


class TestGate:
    """Nothing can be started that the answers close."""

    FORM = {**DAYS, "side": "left"}

    @pytest.mark.parametrize("question", [EMERGENCY, URGENT, ASK_FIRST])
    def test_while_the_plan_is_locked_no_programme_starts(self, her, question):
        tell(her, question)
        for answer in (
            her.get("/programmes/low-back/choose"),
            her.post("/programmes/low-back/choose", data=self.FORM),
        ):
            assert (answer.status_code, answer.headers["Location"]) == (303, "/safety")
        assert enrolments_of(her) == []

    def test_without_a_screening_it_comes_first_and_the_programme_is_remembered(self, app):
        stranger = Person(app, screened=False)
        for answer in (
            stranger.get("/programmes/low-back/choose"),
            stranger.post("/programmes/low-back/choose", data=self.FORM),
        ):
            assert answer.headers["Location"] == "/welcome?programme=low-back"
        assert enrolments_of(stranger) == []

    def test_a_programme_for_other_places_asks_first_what_was_never_asked(self, her):
        with her.app.app_context():
            db.session.execute(db.delete(HealthAnswer).filter_by(question="as_leg"))
            db.session.commit()
        answer = her.post("/programmes/low-back/choose", data=self.FORM)
        assert answer.headers["Location"] == "/welcome/more?programme=low-back"
        assert enrolments_of(her) == []

    def test_a_programme_of_which_nothing_is_left_says_why_and_does_not_start(self, her):
        tell(her, "as_surgery")
        page = her.get("/programmes/plantar-heel/choose")
        assert page.status_code == 200
        assert "Not this one just now" in page.text
        assert "Breathing is still open to you" in page.text
        refused = her.post("/programmes/plantar-heel/choose", data=self.FORM)
        assert refused.status_code == 409
        assert "What is left out, and why" in refused.text
        assert enrolments_of(her) == []

    def test_where_sessions_lose_their_main_part_it_asks_for_a_yes(self, her):
        tell(her, FRACTURE, regions=["hip"])
        form = {**DAYS, "side": "left"}
        page = her.get("/programmes/hip-mobility/choose").text
        assert "What is left for you" in page
        assert "keeps most for you" in page
        for headers in ({}, HTMX):
            refused = her.post("/programmes/hip-mobility/choose", data=form, headers=headers)
            assert refused.status_code == 422
            assert "Tick this to start it all the same" in refused.text
        assert enrolments_of(her) == []
        form["all_the_same"] = "y"
        assert her.post("/programmes/hip-mobility/choose", data=form).status_code == 303
        assert len(enrolments_of(her)) == 1

    def test_what_loses_nothing_asks_for_no_yes(self, her):
        assert "all_the_same" not in her.get("/programmes/hip-mobility/choose").text

    @pytest.mark.parametrize("question", [EMERGENCY, URGENT, ASK_FIRST])
    def test_a_closed_plan_says_so_with_and_without_a_programme(self, her, question):
        tell(her, question)
        page = her.get("/plan").text
        assert "Your plan waits" in page
        assert "See what we suggest" not in page
        her.follows("low-back")
        page = her.get("/plan").text
        assert "Your plan waits" in page
        assert 'href="/safety"' in page
