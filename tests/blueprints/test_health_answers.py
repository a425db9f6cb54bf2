"""Health answers: what counts now, the history, and correcting a mistaken tick."""

import re
from datetime import UTC, datetime

import pytest

from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer
from tests.blueprints.test_safety import says, standing, words
from tests.conftest import Person
from tests.worrying import tells

SAFETY = library().safety


def corrections(person: Person) -> list[HealthAnswer]:
    with person.app.app_context():
        found = db.session.query(HealthAnswer).filter_by(user_id=person.id, source="correction")
        rows = found.order_by(HealthAnswer.id).all()
        db.session.expunge_all()
        return rows


def asks_again(person: Person, question: str):
    """Open the form that changes an answer."""
    return person.post("/settings/health/ask", data={"question": question})


def test_who_answered_no_to_everything_sees_that_and_the_date(her):
    page = words(her.get("/settings/health"))
    assert "no answer of yours changes your plan" in page
    assert "You last went through all the questions on" in page
    assert "No to all of them" in page
    assert "/welcome/again" in page


def test_a_person_who_was_never_asked_finds_an_empty_page(app):
    page = words(Person(app, screened=False).get("/settings/health"))
    assert "Nothing is kept yet." in page
    assert "last went through" not in page


def test_what_counts_now_is_listed_with_place_and_source_and_everything_by_date(her):
    says(her, "as_surgery", regions=frozenset({"knee"}), side="right")
    tells(her, what="skin")
    form = {"key": "recent_surgery_area", "who": "Surgeon", "day": her.today().isoformat()}
    her.post("/safety/agreed", data=form)
    page = words(her.get("/settings/health"))
    assert "Knee, right side. Since" in page
    assert "Something new or worrying." in page
    assert "Bruise, skin mark or burn" in page
    assert "A clinician agreed. Surgery in the last 12 weeks" in page
    assert "Surgeon" in page
    assert "Yes. Knee, right side" in page


def test_a_mistaken_tick_is_corrected_and_kept(her):
    says(her, "as_bleed")
    page = words(asks_again(her, "as_bleed"))
    assert SAFETY.questions["as_bleed"].text in page
    sent = her.post("/settings/health/change", data={"question": "as_bleed", "as_bleed": "no"})
    assert sent.headers["Location"] == "/settings/health"
    assert standing(her).conditions == ()
    assert [each.yes for each in corrections(her)] == [False]
    page = words(her.get("/settings/health"))
    assert "Corrected" in page
    assert "Blood thinner or bleeding disorder: <strong>Yes</strong>" in page


def test_the_place_is_changed_by_a_corrected_yes(her):
    says(her, "mo_acute", regions=frozenset({"knee"}), side="right")
    page = asks_again(her, "mo_acute").text
    assert 'value="knee" checked' in page
    form = {
        "question": "mo_acute",
        "mo_acute": "yes",
        "where-mo_acute": ["foot", "calf_ankle"],
        "side-mo_acute": "left",
    }
    assert her.post("/settings/health/change", data=form).status_code == 303
    [left] = standing(her).conditions
    assert (left.regions, left.side) == ({"foot", "calf_ankle"}, "left")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "Please answer this one with yes or no."),
        ({"mo_acute": "maybe"}, "Please answer this one with yes or no."),
        ({"mo_acute": "yes", "side-mo_acute": "left"}, "Choose where it is"),
        ({"mo_acute": "yes", "where-mo_acute": "knee"}, "Choose the side"),
    ],
)
def test_a_correction_that_says_too_little_comes_back_with_words(her, form, message):
    says(her, "mo_acute", regions=frozenset({"knee"}))
    answer = her.post("/settings/health/change", data={"question": "mo_acute", **form})
    assert answer.status_code == 422
    assert message in words(answer)
    assert corrections(her) == []


@pytest.mark.parametrize("question", ["em_heart", "ur_dvt"])
def test_an_emergency_or_urgent_answer_is_not_corrected_but_says_what_lifts_it(her, question):
    says(her, question)
    page = words(her.get("/settings/health"))
    assert "This stays until you have had care for it" in page
    assert f'value="{question}"' not in page
    assert asks_again(her, question).status_code == 409
    form = {"question": question, question: "no"}
    assert her.post("/settings/health/change", data=form).status_code == 409
    assert standing(her).whole_plan is not None


@pytest.mark.parametrize("question", ["as_bleed", "", "x" * 300])
def test_only_what_is_answered_with_yes_is_corrected(her, him, question):
    says(him, "as_bleed")
    assert asks_again(her, question).status_code == 404
    form = {"question": question, "as_bleed": "no"}
    assert her.post("/settings/health/change", data=form).status_code == 404
    assert len(standing(him).conditions) == 1


@pytest.mark.parametrize("page", ["/settings/health/change", "/settings/health/ask"])
def test_by_the_address_alone_one_comes_back_to_the_list(her, page):
    assert her.get(page).headers["Location"] == "/settings/health"


def test_what_somebody_has_stands_in_no_address(her):
    says(her, "as_bleed")
    page = her.get("/settings/health").text
    assert 'value="as_bleed"' in page
    assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', page) if "as_" in link]


def test_days_are_the_persons_own(app):
    her = Person(app, time_zone="Pacific/Kiritimati")
    says(her, "as_bleed", now=datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert "Tuesday 3 March" in words(her.get("/settings/health"))
