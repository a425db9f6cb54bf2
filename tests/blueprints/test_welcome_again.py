"""The tick-lists again later, and after an emergency."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from fstpwa.extensions import db
from fstpwa.models.health import Screening
from fstpwa.services import vault
from fstpwa.services.safety import standing_of
from tests.conftest import Person
from tests.newcomers import (
    ALREADY_READ,
    EVERYWHERE,
    NONE,
    SAFETY,
    answers_none,
    begins,
    leads_to,
    screened,
    screening_of,
    started_earlier,
    ticked,
)
from tests.whole_app import all_rows


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
