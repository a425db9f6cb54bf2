"""Onboarding: eight screens from "Try it now" to Today, and what happens on the way."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from fstpwa.content import library
from fstpwa.domain.dose import SideChoice
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, Screening
from fstpwa.models.people import User
from fstpwa.services import vault
from fstpwa.services.enrolments import running_enrolment
from fstpwa.services.safety import standing_of
from tests.conftest import Person
from tests.whole_app import all_rows

SAFETY = library().safety
SCREENS = SAFETY.screens
NECK = {"reasons": ["desk"], "regions": ["neck"], "country": "GB", "adult": "yes"}
EVERYWHERE = {"country": "GB", "adult": "yes"}
NONE = {"none": "1"}
ALREADY_READ = timedelta(minutes=2)


@pytest.fixture
def newcomer(app, rolled_back) -> Person:
    """Somebody who just tapped "Try it now"."""
    return Person(app, screened=False)


def leads_to(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.location


def begins(person: Person, form: dict = EVERYWHERE, *, programme: str = "") -> None:
    """Say what brings them; a few minutes pass, so that nothing was too fast."""
    query = f"?programme={programme}" if programme else ""
    assert leads_to(person.post(f"/welcome/you{query}", data=form)) == f"/welcome/health/1{query}"
    started_earlier(person, ALREADY_READ)


def started_earlier(person: Person, ago: timedelta) -> None:
    with person.app.app_context():
        for each in db.session.scalars(select(Screening).filter_by(user_id=person.id)):
            each.started_at -= ago
        db.session.commit()


def answers_none(person: Person, first: int = 1, last: int = 6) -> str:
    """Answer tick-lists with "None of these". Returns where the last one leads."""
    for number in range(first, last + 1):
        where = leads_to(person.post(f"/welcome/health/{number}", data=NONE))
    return where


def stored(person: Person) -> dict[str, bool]:
    with person.app.app_context():
        rows = db.session.scalars(select(HealthAnswer).filter_by(user_id=person.id))
        return {row.question: row.yes for row in rows}


def screening_of(person: Person) -> Screening:
    with person.app.app_context():
        found = db.session.scalars(
            select(Screening).filter_by(user_id=person.id).order_by(Screening.id.desc())
        ).first()
        assert found is not None
        db.session.expunge_all()
        return found


def ticked(page: str) -> list[str]:
    return re.findall(r'name="tick" value="([a-z_]+)" checked', page)


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


# The first programme


def screened(newcomer: Person, about: dict, ticks: dict[int, dict] | None = None) -> str:
    begins(newcomer, about)
    for number in range(1, 7):
        newcomer.post(f"/welcome/health/{number}", data=(ticks or {}).get(number, NONE))
    return newcomer.get("/welcome/plan").text


def test_the_reason_is_said_in_words_and_what_is_left_out(newcomer: Person):
    about = {"reasons": ["heel"], "regions": ["foot"], "country": "", "adult": "yes"}
    page = screened(newcomer, about, {3: {"tick": ["as_bleed"]}})
    assert "You told us about heel or arch pain" in page
    assert "What is left out of it, and why" in page
    assert "lood thinner" in page


def test_small_breaks_are_said_plainly(newcomer: Person):
    assert "It brings small breaks too, twice a day" in screened(newcomer, NECK)


@pytest.mark.parametrize(
    "change",
    [
        {"programme": "no-such-one"},
        {"programme": "low-back"},
        {"programme": ""},
        {"weekdays": []},
        {"weekdays": ["9"]},
        {"at": "half past"},
        {"side": "up"},
        {"side": ""},
    ],
)
def test_a_plan_that_cannot_be_used_stores_nothing(newcomer: Person, change: dict):
    screened(newcomer, {"reasons": ["heel"], "country": "", "adult": "yes"})
    before = all_rows(newcomer.app)
    form = {"programme": "plantar-heel", "weekdays": ["0"], "at": "08:00", "side": "left"}
    answer = newcomer.post("/welcome/plan", data={**form, **change})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert all_rows(newcomer.app) == before


@pytest.mark.parametrize("side", ["left", "right", "both"])
def test_the_side_goes_into_the_plan(newcomer: Person, side: SideChoice):
    page = screened(newcomer, {"reasons": ["heel"], "side": side, "country": "", "adult": "yes"})
    assert re.search(rf'name="side" value="{side}" checked', page)
    form = {"programme": "plantar-heel", "weekdays": ["0"], "at": "08:00", "side": side}
    newcomer.post("/welcome/plan", data=form)
    with newcomer.app.app_context():
        assert running_enrolment(newcomer.user()).side == side


def test_without_reason_or_place_there_is_a_way_on(newcomer: Person):
    page = screened(newcomer, EVERYWHERE)
    assert 'href="/programmes"' in page
    assert newcomer.post("/welcome/plan", data={}).status_code == 422


def test_an_emptied_programme_is_not_offered_and_says_why(newcomer: Person):
    form = {"tick": ["as_falls", "mo_dizzy"]}
    about = {"reasons": ["balance"], "country": "", "adult": "yes"}
    page = screened(newcomer, about, {4: form})
    assert not re.search(r'name="programme" value="balance-and-gait"', page)
    assert "is not suggested" in page
    assert "Of all programmes this one keeps most" in page


def test_a_programme_for_other_parts_asks_what_was_not_asked(newcomer: Person):
    about = {"reasons": ["jaw"], "regions": ["jaw"], "country": "", "adult": "yes"}
    screened(newcomer, about)
    assert "as_hip" not in stored(newcomer)
    form = {"programme": "hip-mobility", "weekdays": ["0"], "at": "08:00", "side": "left"}
    where = leads_to(newcomer.post("/welcome/plan?programme=hip-mobility", data=form))
    assert where == "/welcome/more?programme=hip-mobility"
    assert "Hip replacement" in newcomer.get(where).text
    assert newcomer.post(where, data={}).status_code == 422
    answer = newcomer.post(where, data={"tick": ["as_hip"], "side-as_hip": "right"})
    assert leads_to(answer) == "/programmes/hip-mobility/choose"
    assert stored(newcomer)["as_hip"] is True
    assert leads_to(newcomer.get(where)) == "/programmes/hip-mobility/choose"


def test_nothing_more_is_asked_before_the_first_questions(newcomer: Person):
    address = "/welcome/more?programme=hip-mobility"
    assert leads_to(newcomer.get(address)) == "/welcome/you?programme=hip-mobility"
    assert leads_to(newcomer.post(address, data=NONE)) == "/welcome/you?programme=hip-mobility"
    assert stored(newcomer) == {}


# Again, and after care


def test_the_questions_again_begin_with_the_answers_of_before(newcomer: Person):
    screened(newcomer, EVERYWHERE, {3: {"tick": ["as_bleed"]}})
    assert newcomer.get("/welcome/again").status_code == 200
    assert leads_to(newcomer.post("/welcome/again")) == "/welcome/health/1"
    started_earlier(newcomer, ALREADY_READ)
    assert "1 of 6" in newcomer.get("/welcome/health/1").text
    answers_none(newcomer, last=2)
    assert ticked(newcomer.get("/welcome/health/3").text) == ["as_bleed"]
    newcomer.follows()
    assert answers_none(newcomer, first=3) == "/today"
    assert "up to date" in newcomer.get("/today").text
    with newcomer.app.app_context():
        assert standing_of(newcomer.user(), newcomer.today()).conditions == ()


def test_a_place_comes_back_as_it_was_given(newcomer: Person):
    everywhere = {"tick": ["mo_numb"], "where-mo_numb": ["all"], "side-mo_numb": "both"}
    screened(newcomer, EVERYWHERE, {5: everywhere})
    newcomer.post("/welcome/again")
    answers_none(newcomer, last=4)
    page = newcomer.get("/welcome/health/5").text
    assert re.findall(r'name="where-mo_numb" value="(\w+)" checked', page) == ["all"]


def test_why_it_comes_again_is_said(her: Person):
    with her.app.app_context():
        old = datetime.now(UTC) - timedelta(days=100)
        db.session.execute(
            update(Screening)
            .where(Screening.user_id == her.id)
            .values(started_at=old, completed_at=old, completed_on=old.date())
        )
        db.session.commit()
    assert f"It is {SAFETY.rescreen.weeks} weeks or more" in her.get("/welcome/again").text


def test_again_needs_a_first_time(newcomer: Person):
    assert leads_to(newcomer.get("/welcome/again")) == "/welcome/you"
    assert leads_to(newcomer.post("/welcome/again")) == "/welcome/you"


def test_after_care_all_questions_come_from_the_beginning(newcomer: Person):
    begins(newcomer)
    newcomer.post("/welcome/health/1", data={"tick": ["em_heart"]})
    assert newcomer.get("/welcome/after-care").status_code == 200
    form = {"where": " St Mary's, Łódź ", "on": newcomer.today().isoformat()}
    assert leads_to(newcomer.post("/welcome/after-care", data=form)) == "/welcome/health/1"
    started_earlier(newcomer, -timedelta(seconds=1))
    assert ticked(newcomer.get("/welcome/health/1").text) == []
    found = screening_of(newcomer)
    assert (found.reason, found.care_on) == ("after_care", newcomer.today())
    assert "Mary" not in found.care_where
    with newcomer.app.app_context():
        assert vault.unseal(newcomer.user(), found.care_where) == "St Mary's, Łódź"
    answers_none(newcomer, last=5)
    assert leads_to(newcomer.get("/welcome/plan")) == "/welcome/health/6", "still locked"
    newcomer.post("/welcome/health/6", data=NONE)
    assert leads_to(newcomer.post("/welcome/read-again", data=NONE)) == "/welcome/plan"


def test_an_emergency_again_after_care_keeps_the_plan_closed(newcomer: Person):
    begins(newcomer)
    newcomer.post("/welcome/health/1", data={"tick": ["em_heart"]})
    form = {"where": "Hospital", "on": newcomer.today().isoformat()}
    newcomer.post("/welcome/after-care", data=form)
    where = leads_to(newcomer.post("/welcome/health/1", data={"tick": ["em_stroke"]}))
    assert where == "/safety"
    assert leads_to(newcomer.get("/welcome")) == "/safety"


@pytest.mark.parametrize(
    ("where", "days"), [("", 0), ("  ", 0), ("x" * 121, 0), ("Hospital", 1), ("Hospital", -1)]
)
def test_care_needs_a_place_and_a_day_that_can_be(newcomer: Person, where: str, days: int):
    begins(newcomer)
    newcomer.post("/welcome/health/1", data={"tick": ["em_heart"]})
    before = all_rows(newcomer.app)
    day = newcomer.today() + timedelta(days=days)
    answer = newcomer.post("/welcome/after-care", data={"where": where, "on": day.isoformat()})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert all_rows(newcomer.app) == before


def test_after_care_is_only_for_an_emergency(her: Person):
    form = {"where": "Hospital", "on": her.today().isoformat()}
    assert leads_to(her.get("/welcome/after-care")) == "/safety"
    assert leads_to(her.post("/welcome/after-care", data=form)) == "/safety"


def test_one_person_never_sees_the_screening_of_another(newcomer: Person, him: Person):
    begins(newcomer)
    answers_none(newcomer, last=2)
    assert leads_to(him.get("/welcome/health/3")) == "/welcome/plan"
    assert leads_to(him.post("/welcome/health/3", data=NONE)) == "/welcome/plan"


def test_the_row_of_a_new_person_says_nothing_yet(newcomer: Person):
    with newcomer.app.app_context():
        user = db.session.get_one(User, newcomer.id)
        assert (user.reasons, user.regions, user.side) == ([], [], None)
