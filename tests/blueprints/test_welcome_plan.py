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
