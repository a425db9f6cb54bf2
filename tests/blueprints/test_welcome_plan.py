"""The last page of the onboarding: the first programme, and what other ones still need to know."""

import re

import pytest

from fstpwa.domain.dose import SideChoice
from fstpwa.services.enrolments import running_enrolment
from tests.conftest import Person
from tests.newcomers import (
    EVERYWHERE,
    NECK,
    NONE,
    begins,
    leads_to,
    screened,
    stored,
)
from tests.whole_app import all_rows


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


HIP = {"programme": "hip-mobility", "weekdays": ["0", "3"], "at": "18:30", "side": "left"}
CAME_FOR_HIP = "/welcome/plan?programme=hip-mobility"


def came_for_jaw(newcomer: Person) -> None:
    screened(newcomer, {"reasons": ["jaw"], "regions": ["jaw"], "country": "", "adult": "yes"})
    assert "as_hip" not in stored(newcomer)


def test_a_programme_for_other_parts_asks_on_the_same_page_what_was_not_asked(newcomer: Person):
    came_for_jaw(newcomer)
    assert "Hip replacement" in newcomer.get(CAME_FOR_HIP).text
    before = all_rows(newcomer.app)
    refused = newcomer.post(CAME_FOR_HIP, data=HIP)
    assert refused.status_code == 422
    assert "Tick what applies" in refused.text
    assert 'value="18:30"' in refused.text
    assert re.search(r'name="weekdays" value="3" checked', refused.text)
    assert all_rows(newcomer.app) == before
    assert leads_to(newcomer.post(CAME_FOR_HIP, data={**HIP, **NONE})) == "/today"
    assert stored(newcomer)["as_hip"] is False
    with newcomer.app.app_context():
        enrolment = running_enrolment(newcomer.user())
        assert (enrolment.programme, enrolment.at_min) == ("hip-mobility", 18 * 60 + 30)
        assert (enrolment.weekdays, enrolment.side) == (0b1001, "left")


def test_days_that_are_missing_keep_what_was_ticked(newcomer: Person):
    came_for_jaw(newcomer)
    form = {**HIP, "weekdays": [], "tick": ["as_hip"], "side-as_hip": "right"}
    refused = newcomer.post(CAME_FOR_HIP, data=form)
    assert refused.status_code == 422
    assert re.search(r'value="as_hip" checked', refused.text)
    assert "as_hip" not in stored(newcomer)


def test_an_answer_that_empties_the_programme_is_kept_and_nothing_starts(newcomer: Person):
    came_for_jaw(newcomer)
    asked = re.findall(r'name="tick" value="([a-z_]+)"', newcomer.get(CAME_FOR_HIP).text)
    form = {**HIP, "tick": asked, **{f"side-{each}": "both" for each in asked}}
    where = newcomer.post(CAME_FOR_HIP, data=form | {f"where-{each}": "all" for each in asked})
    assert leads_to(where) == CAME_FOR_HIP
    assert stored(newcomer)["as_hip"] is True
    assert "is not suggested" in newcomer.get(CAME_FOR_HIP).text
    with newcomer.app.app_context():
        assert running_enrolment(newcomer.user()) is None


BROKEN_HIP = {"tick": ["as_fracture"], "where-as_fracture": "hip", "side-as_fracture": "both"}


def test_with_the_own_place_locked_there_are_still_eight_screens(newcomer: Person):
    screens = 1
    begins(newcomer, {"reasons": ["hip"], "regions": ["hip"], "country": "", "adult": "yes"})
    where = "/welcome/health/1"
    while "/health/" in where:
        page = newcomer.get(where).text
        form = BROKEN_HIP if 'value="as_fracture"' in page else NONE
        where = leads_to(newcomer.post(where, data=form))
        screens += 1
    assert where == "/welcome/plan"
    page = newcomer.get(where).text
    [programme] = re.findall(r'name="programme" value="([a-z0-9-]+)"', page)
    form = {"programme": programme, "weekdays": ["0"], "at": "08:00", "side": "left"}
    assert leads_to(newcomer.post(where, data={**form, **NONE})) == "/today"
    assert screens + 1 == 8


def test_what_somebody_did_not_come_for_comes_second_and_is_not_chosen(newcomer: Person):
    about = {"reasons": ["hip"], "regions": ["hip"], "country": "", "adult": "yes"}
    begins(newcomer, about)
    for number in range(1, 7):
        page = newcomer.get(f"/welcome/health/{number}").text
        form = BROKEN_HIP if 'value="as_fracture"' in page else NONE
        newcomer.post(f"/welcome/health/{number}", data=form)
    page = newcomer.get("/welcome/plan").text
    assert (
        page.index("is not suggested")
        < page.index("Breathing is still open to you")
        < page.index("Ask a clinician who knows you")
        < page.index("Begin another programme meanwhile")
        < page.index("Of all programmes this one keeps most")
    )
    assert not re.search(r'name="programme" value="[a-z0-9-]+" checked', page)
    refused = newcomer.post("/welcome/plan", data={"weekdays": ["0"], "at": "08:00", **NONE})
    assert refused.status_code == 422
    assert "Choose a programme." in refused.text


def test_the_minutes_are_those_that_today_shows(newcomer: Person):
    page = screened(newcomer, NECK)
    every_day = [str(day) for day in range(7)]
    form = {"programme": "neck-and-desk", "weekdays": every_day, "at": "08:00"}
    newcomer.post("/welcome/plan", data=form)
    shown = set(re.findall(r"(\d+) min<", newcomer.get("/today").text))
    assert set(re.findall(r"about (\d+) minutes each", page)) & shown


def test_nothing_more_is_asked_before_the_first_questions(newcomer: Person):
    address = "/welcome/more?programme=hip-mobility"
    assert leads_to(newcomer.get(address)) == "/welcome/you?programme=hip-mobility"
    assert leads_to(newcomer.post(address, data=NONE)) == "/welcome/you?programme=hip-mobility"
    assert stored(newcomer) == {}
