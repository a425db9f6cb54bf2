"""Onboarding: eight screens from "Try it now" to Today, and what happens on the way."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fstpwa.extensions import db
from fstpwa.models.health import Screening
from fstpwa.models.people import User
from fstpwa.services.enrolments import running_enrolment
from fstpwa.services.safety import standing_of
from tests.conftest import Person
from tests.newcomers import (
    EVERYWHERE,
    NECK,
    NONE,
    SAFETY,
    SCREENS,
    answers_none,
    begins,
    leads_to,
    screening_of,
    started_earlier,
    stored,
    ticked,
)
from tests.whole_app import all_rows

# The way through


def test_from_nothing_to_today_in_eight_screens(newcomer: Person):
    assert leads_to(newcomer.get("/welcome")) == "/welcome/you"
    screens = [newcomer.get("/welcome/you").text]
    begins(newcomer, NECK)
    for number in range(1, 7):
        screens.append(newcomer.get(f"/welcome/health/{number}").text)
        where = leads_to(newcomer.post(f"/welcome/health/{number}", data=NONE))
    assert where == "/welcome/plan"
    page = newcomer.get("/welcome/plan").text
    screens.append(page)
    assert len(screens) == 8
    assert [re.search(r"(\d) of 8", screen)[1] for screen in screens] == list("12345678")
    form = {"programme": "neck-and-desk", "weekdays": ["0", "2"], "at": "18:30"}
    assert leads_to(newcomer.post("/welcome/plan", data=form)) == "/today"
    with newcomer.app.app_context():
        assert running_enrolment(newcomer.user()).programme == "neck-and-desk"
    assert "Your programme is set" in newcomer.get("/today").text


def test_what_was_said_is_stored(newcomer: Person):
    begins(newcomer, {**NECK, "side": "right"})
    with newcomer.app.app_context():
        user = newcomer.user()
        assert (user.reasons, user.regions, user.side) == (["desk"], ["neck"], "right")
        assert (user.country, user.is_adult) == ("GB", True)


def test_the_first_page_says_that_no_clinician_has_checked_it(newcomer: Person):
    page = newcomer.get("/welcome/you").text
    assert SAFETY.messages["notice_unreviewed"].text in page
    assert SAFETY.messages["risk_onboarding"].text in page


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Europe/Lisbon", "PT"), ("Asia/Calcutta", "IN"), ("America/New_York", "US"), ("UTC", "")],
)
def test_the_country_is_suggested_from_the_time_zone(app, rolled_back, zone: str, country: str):
    page = Person(app, time_zone=zone, screened=False).get("/welcome/you").text
    assert re.search(rf'<option selected value="{country}">', page)


def test_a_finished_screening_is_kept_with_every_answer(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer)
    found = screening_of(newcomer)
    assert (found.reason, found.completed_on) == ("start", newcomer.today())
    assert found.passed == [screen.id for screen in SCREENS]
    assert stored(newcomer) == {item: False for screen in SCREENS for item in screen.items}


def test_only_what_the_regions_ask_for_is_asked(newcomer: Person):
    begins(newcomer, {"reasons": ["jaw"], "regions": ["jaw"], "adult": "yes", "country": ""})
    page = newcomer.get("/welcome/health/6")
    answers_none(newcomer)
    assert "as_hip" not in stored(newcomer)
    assert "ur_jawlock" in stored(newcomer)
    assert page.status_code == 303, "five screens are still open"


def test_a_side_and_a_place_are_kept(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer, last=5)
    form = {"tick": ["mo_knee"], "side-mo_knee": "right"}
    assert leads_to(newcomer.post("/welcome/health/6", data=form)) == "/welcome/plan"
    with newcomer.app.app_context():
        [condition] = standing_of(newcomer.user(), newcomer.today()).conditions
        assert (condition.question, condition.side) == ("mo_knee", "right")


def test_a_chosen_programme_comes_first_and_is_carried_along(newcomer: Person):
    assert leads_to(newcomer.get("/welcome?programme=hip-mobility")).endswith(
        "/welcome/you?programme=hip-mobility"
    )
    begins(newcomer, NECK, programme="hip-mobility")
    for number in range(1, 7):
        address = f"/welcome/health/{number}?programme=hip-mobility"
        where = leads_to(newcomer.post(address, data=NONE))
    assert where == "/welcome/plan?programme=hip-mobility"
    page = newcomer.get(where).text
    assert re.search(r'value="hip-mobility" checked', page)
    assert "neck-and-desk" in page


@pytest.mark.parametrize("slug", ["no-such-programme", "../../today", "https://example.org", ""])
def test_a_programme_that_is_none_is_forgotten(newcomer: Person, slug: str):
    query = {"programme": slug}
    assert leads_to(newcomer.get("/welcome", query_string=query)) == "/welcome/you"


# Of age


def test_nothing_is_stored_of_a_minor(newcomer: Person):
    before = all_rows(newcomer.app)
    answer = newcomer.post("/welcome/you", data={**NECK, "adult": "no"})
    assert answer.status_code == 200
    assert SAFETY.onboarding.adults_if_no in answer.text
    assert all_rows(newcomer.app) == before


@pytest.mark.parametrize(
    "form",
    [
        {},
        {**NECK, "adult": ""},
        {**NECK, "adult": "maybe"},
        {**NECK, "country": "XX"},
        {**NECK, "regions": ["neck", "tail"]},
        {**NECK, "reasons": ["curiosity"]},
        {**NECK, "side": "up"},
    ],
)
def test_what_cannot_be_used_is_asked_again_and_kept(newcomer: Person, form: dict):
    before = all_rows(newcomer.app)
    answer = newcomer.post("/welcome/you", data=form)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    if "neck" in form.get("regions", []):
        assert re.search(r'value="neck"[^>]* checked', answer.text)
    assert all_rows(newcomer.app) == before


# Emergencies and what is urgent


def test_a_tick_on_the_first_screen_ends_it_at_once(newcomer: Person):
    begins(newcomer)
    form = {"tick": ["em_trauma"]}
    assert leads_to(newcomer.post("/welcome/health/1", data=form)) == "/safety"
    assert screening_of(newcomer).ended_at is not None
    assert stored(newcomer)["em_trauma"] is True
    for address in ("/welcome", "/welcome/health/2", "/welcome/plan", "/welcome/again"):
        assert leads_to(newcomer.get(address)) == "/safety"
    assert leads_to(newcomer.post("/welcome/health/2", data=NONE)) == "/safety"
    assert leads_to(newcomer.post("/welcome/you", data=NECK)) == "/safety"
    assert leads_to(newcomer.post("/welcome/again")) == "/safety"


def test_something_urgent_finishes_its_screen_and_can_be_gone_on_from(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer, last=1)
    form = {"tick": ["ur_dvt"]}
    assert leads_to(newcomer.post("/welcome/health/2", data=form)) == "/safety"
    assert leads_to(newcomer.get("/welcome")) == "/welcome/health/3"
    assert answers_none(newcomer, first=3) == "/safety"
    assert screening_of(newcomer).completed_at is not None


def test_an_urgent_yes_stays_when_somebody_goes_back(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer, last=1)
    newcomer.post("/welcome/health/2", data={"tick": ["ur_dvt"]})
    page = newcomer.get("/welcome/health/2").text
    assert re.search(r'value="ur_dvt" checked disabled', page)
    assert leads_to(newcomer.post("/welcome/health/2", data=NONE)) == "/welcome/health/3"
    assert stored(newcomer)["ur_dvt"] is True


def test_what_locks_the_whole_plan_leads_there_and_not_to_a_programme(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer, last=1)
    where = leads_to(newcomer.post("/welcome/health/2", data={"tick": ["as_heart"]}))
    assert where == "/welcome/health/3"
    assert answers_none(newcomer, first=3) == "/safety"
    assert leads_to(newcomer.get("/welcome/plan")) == "/safety"
    form = {"programme": "neck-and-desk", "weekdays": ["0"], "at": "08:00"}
    assert leads_to(newcomer.post("/welcome/plan", data=form)) == "/safety"


# Back, leaving, two tabs, what was forged


def test_leaving_and_coming_back_goes_on_where_it_was(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer, last=3)
    assert leads_to(newcomer.get("/welcome")) == "/welcome/health/4"


def test_going_back_shows_and_changes_an_answer(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer, last=2)
    newcomer.post("/welcome/health/3", data={"tick": ["as_bleed"]})
    assert ticked(newcomer.get("/welcome/health/3").text) == ["as_bleed"]
    assert leads_to(newcomer.post("/welcome/health/3", data=NONE)) == "/welcome/health/4"
    assert stored(newcomer)["as_bleed"] is False


def test_regions_named_later_open_a_screen_again(newcomer: Person):
    begins(newcomer, {"reasons": ["jaw"], "regions": ["jaw"], "adult": "yes", "country": ""})
    answers_none(newcomer, last=5)
    wider = {"regions": ["jaw", "foot"], "adult": "yes", "country": ""}
    assert leads_to(newcomer.post("/welcome/you", data=wider)) == "/welcome/health/4"
    assert leads_to(newcomer.post("/welcome/health/4", data=NONE)) == "/welcome/health/5"


def test_a_screen_out_of_order_is_not_stored(newcomer: Person):
    begins(newcomer)
    assert leads_to(newcomer.get("/welcome/health/5")) == "/welcome/health/1"
    assert leads_to(newcomer.post("/welcome/health/5", data=NONE)) == "/welcome/health/1"
    assert stored(newcomer) == {}


@pytest.mark.parametrize("number", [0, 7, 999])
def test_there_are_six_tick_lists(newcomer: Person, number: int):
    begins(newcomer)
    assert newcomer.get(f"/welcome/health/{number}").status_code == 404
    assert newcomer.post(f"/welcome/health/{number}", data=NONE).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"tick": ["as_fracture"]},
        {"tick": ["as_fracture"], "where-as_fracture": ["foot"]},
        {"tick": ["as_fracture"], "where-as_fracture": ["tail"], "side-as_fracture": "left"},
        {"tick": ["as_bleed"], "none": "1"},
        {"tick": ["em_heart"]},
        {"tick": ["nonsense"]},
    ],
)
def test_contradictions_and_half_answers_store_nothing(newcomer: Person, form: dict):
    begins(newcomer)
    answers_none(newcomer, last=2)
    before = all_rows(newcomer.app)
    answer = newcomer.post("/welcome/health/3", data=form)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert set(ticked(answer.text)) == set(form.get("tick", ())) & set(SCREENS[2].items)
    assert all_rows(newcomer.app) == before


def test_a_screen_sent_twice_is_stored_once(newcomer: Person):
    begins(newcomer)
    newcomer.post("/welcome/health/1", data=NONE)
    assert leads_to(newcomer.post("/welcome/health/1", data=NONE)) == "/welcome/health/2"
    assert len(stored(newcomer)) == len(SCREENS[0].items)


def test_an_old_tab_cannot_go_on_with_a_finished_screening(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer)
    before = all_rows(newcomer.app)
    assert leads_to(newcomer.post("/welcome/health/6", data=NONE)) == "/welcome/plan"
    assert all_rows(newcomer.app) == before


def test_a_screening_of_another_day_begins_anew(newcomer: Person):
    begins(newcomer)
    answers_none(newcomer, last=3)
    started_earlier(newcomer, timedelta(days=2))
    assert leads_to(newcomer.get("/welcome")) == "/welcome/you"
    assert leads_to(newcomer.post("/welcome/health/4", data=NONE)) == "/welcome/you"
    begins(newcomer)
    with newcomer.app.app_context():
        rows = db.session.scalars(
            select(Screening).filter_by(user_id=newcomer.id).order_by(Screening.id)
        ).all()
        assert [row.ended_at is None for row in rows] == [False, True]


# Too fast


def test_none_of_these_in_no_time_asks_to_read_once_more(newcomer: Person):
    newcomer.post("/welcome/you", data=EVERYWHERE)
    assert answers_none(newcomer) == "/welcome/read-again"
    assert leads_to(newcomer.get("/welcome")) == "/welcome/read-again"
    page = newcomer.get("/welcome/read-again").text
    assert all(item in page for screen in SCREENS for item in screen.items)
    assert leads_to(newcomer.get("/welcome/plan")) == "/welcome/read-again"
    assert newcomer.post("/welcome/read-again", data={}).status_code == 422
    assert screening_of(newcomer).completed_at is None
    assert leads_to(newcomer.post("/welcome/read-again", data=NONE)) == "/welcome/plan"
    assert screening_of(newcomer).completed_at is not None


def test_reading_once_more_may_change_an_answer(newcomer: Person):
    newcomer.post("/welcome/you", data=EVERYWHERE)
    answers_none(newcomer)
    form = {"tick": ["mo_knee", "as_bleed"], "side-mo_knee": "left"}
    assert leads_to(newcomer.post("/welcome/read-again", data=form)) == "/welcome/plan"
    assert {key for key, yes in stored(newcomer).items() if yes} == {"mo_knee", "as_bleed"}


def test_reading_once_more_may_find_an_emergency(newcomer: Person):
    newcomer.post("/welcome/you", data=EVERYWHERE)
    answers_none(newcomer)
    where = leads_to(newcomer.post("/welcome/read-again", data={"tick": ["em_heart"]}))
    assert where == "/safety"
    assert screening_of(newcomer).completed_at is None


def test_somebody_who_ticked_something_is_not_asked_to_read_again(newcomer: Person):
    newcomer.post("/welcome/you", data=EVERYWHERE)
    answers_none(newcomer, last=4)
    newcomer.post("/welcome/health/5", data={"tick": ["mo_bp"]})
    assert answers_none(newcomer, first=6) == "/welcome/plan"


def test_one_person_never_sees_the_screening_of_another(newcomer: Person, him: Person):
    begins(newcomer)
    answers_none(newcomer, last=2)
    assert leads_to(him.get("/welcome/health/3")) == "/welcome/plan"
    assert leads_to(him.post("/welcome/health/3", data=NONE)) == "/welcome/plan"


def test_the_row_of_a_new_person_says_nothing_yet(newcomer: Person):
    with newcomer.app.app_context():
        user = db.session.get_one(User, newcomer.id)
        assert (user.reasons, user.regions, user.side) == ([], [], None)
