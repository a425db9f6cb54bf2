"""What holds now: the page of each lock, what lifts it, and what is asked again."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from time_machine import travel

from fstpwa.blueprints.safety.presenting import cards
from fstpwa.content import library
from fstpwa.domain.condition_words import ALL_OVER
from fstpwa.domain.days import short_day
from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, HealthUnlock, Screening
from fstpwa.services.safety import AnswerEntry, record_answers, standing_of
from tests.conftest import Person

SAFETY = library().safety
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0) + timedelta(days=86)
"""Some weeks after the screening that every person here has behind them."""
DAY = NOON.date()


def says(
    person: Person,
    question: str,
    *,
    regions: frozenset[str] = frozenset(),
    side="both",
    now: datetime | None = None,
    source: Source = Source.WORRY,
) -> None:
    """Answer a question with yes."""
    with person.app.app_context():
        entry = AnswerEntry(question=question, yes=True, regions=regions, side=side)
        record_answers(person.user(), [entry], source, now=now or datetime.now(UTC))
        db.session.commit()


def standing(person: Person, today: date | None = None):
    with person.app.app_context():
        return standing_of(person.user(), today or person.today())


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.text)


def lives_in(person: Person, country: str) -> None:
    with person.app.app_context():
        person.user().country = country
        db.session.commit()


def walked_through(person: Person, at: datetime) -> None:
    """Finish a screening of which no answer changed anything."""
    with person.app.app_context():
        done = Screening(user_id=person.id, reason="again", passed=[], started_at=at)
        done.completed_at, done.completed_on = at, at.date()
        db.session.add(done)
        db.session.commit()


@pytest.fixture
def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_who_has_nothing_to_lift_finds_a_calm_page(her):
    page = words(her.get("/safety"))
    assert "Nothing you told us keeps anything from you." in page
    assert "/settings/health" in page
    assert "<form" not in page


def test_who_was_never_asked_reads_no_clearance(app):
    page = words(Person(app, screened=False).get("/safety"))
    assert "We have not asked you yet." in page
    assert "/welcome" in page
    assert "Nothing you told us" not in page


@pytest.mark.parametrize(
    "question", [q for q in SAFETY.questions.values() if q.effect == "emergency"]
)
def test_an_emergency_says_whom_to_call_and_what_to_do_and_nothing_goes_on(her, question):
    her.follows()
    lives_in(her, "GB")
    says(her, question.id)
    answer = her.get("/safety")
    page = words(answer)
    assert SAFETY.message("lock_emergency", "GB") in page
    assert 'href="tel:999"' in page
    assert "Call 999" in page
    assert 'href="tel:112"' in page
    assert SAFETY.fill(question.then, "GB") in page
    assert "/welcome/after-care" in page
    assert "<form" not in page
    assert "anyway" not in page


def test_without_a_country_the_emergency_page_says_the_number_that_works_nearly_everywhere(her):
    says(her, "em_heart")
    page = words(her.get("/safety"))
    assert "112 or your local emergency number" in page
    assert 'href="tel:112"' in page
    assert "Choose your country" in page


@pytest.mark.parametrize("way", ["agreed", "seen"])
def test_nothing_sent_by_hand_lifts_an_emergency(her, today, way):
    says(her, "em_heart")
    form = {"key": "cardiac_unstable", "who": "Dr Silva", "place": "x", "day": today}
    answer = her.post(f"/safety/{way}", data={**form, "outcome": "all clear"})
    assert answer.status_code == 409
    assert standing(her).whole_plan == "emergency"


@pytest.mark.parametrize(
    "question", [q for q in SAFETY.questions.values() if q.effect == "urgent_lock"]
)
def test_an_urgent_answer_locks_until_somebody_was_seen(her, today, question):
    her.follows()
    says(her, question.id)
    page = words(her.get("/safety"))
    assert SAFETY.message("lock_urgent") in page.replace("&#39;", "'")
    assert SAFETY.fill(question.then) in page
    key = question.sets_flag or question.id
    form = {"key": key, "place": "Walk-in clinic", "day": today, "outcome": "all clear"}

    answer = her.post("/safety/seen", data=form)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/safety")
    assert standing(her).whole_plan is None
    with her.app.app_context():
        stored = db.session.query(HealthUnlock).one()
        assert "Walk-in" not in stored.who
        assert stored.who.startswith("v1:")


def test_told_to_wait_keeps_the_lock_and_asks_again_after_a_week(her):
    with travel(NOON, tick=False):
        says(her, "ur_weak", now=NOON - timedelta(hours=1))
        form = {"key": "ur_weak", "place": "GP", "day": DAY.isoformat(), "outcome": "told to wait"}
        assert her.post("/safety/seen", data=form).status_code == 303
        page = words(her.get("/safety"))
        assert "You were seen: your plan waits" in page
        assert "Go back if it gets worse" in page
        assert "Please be seen today" not in page
        assert SAFETY.fill(SAFETY.questions["ur_weak"].then) not in page
        assert standing(her, DAY).whole_plan == "urgent_lock"
        assert "Questions for you" not in her.get("/safety").text
    with travel(NOON + timedelta(days=7), tick=False):
        page = words(her.get("/safety"))
        assert "Please be seen again" in page
        assert "Please be seen today" not in page
        # Its form is in its card, once.
        assert page.count("<summary>I was seen") == 1
        assert "Questions for you" not in page
        again = {"question": "ur_weak", "place": "", "answer": "settled"}
        assert her.post("/safety/asked-again", data=again).status_code == 409
        later = (DAY + timedelta(days=7)).isoformat()
        form = {**form, "day": later, "outcome": "all clear"}
        assert her.post("/safety/seen", data=form).status_code == 303
        assert standing(her, DAY + timedelta(days=7)).whole_plan is None


def test_treated_for_a_clot_one_is_asked_about_blood_thinners_once(her, today):
    says(her, "ur_dvt")
    form = {"key": "dvt_suspected", "place": "Hospital", "day": today, "outcome": "being treated"}
    her.post("/safety/seen", data=form)
    question = SAFETY.questions["as_bleed"].text
    page = words(her.get("/safety"))
    assert question in page
    assert "Some movements wait" in page

    assert her.post("/safety/blood-thinner", data={"answer": "maybe"}).status_code == 422
    assert her.post("/safety/blood-thinner", data={"answer": "yes"}).status_code == 303

    assert "bleeding_risk" in {each.key for each in standing(her).conditions}
    assert question not in words(her.get("/safety"))
    assert her.post("/safety/blood-thinner", data={"answer": "no"}).status_code == 404


def test_a_plan_that_waits_opens_when_a_clinician_agreed(her, today):
    her.follows()
    says(her, "as_heart")
    page = words(her.get("/safety"))
    assert SAFETY.message("lock_all") in page.replace("&#39;", "'")

    form = {"key": "cardiac_unstable", "who": "  Dr Zoë Müller, GP ", "day": today}
    assert her.post("/safety/agreed", data=form).status_code == 303

    assert standing(her).whole_plan is None
    page = words(her.get("/safety"))
    assert "Dr Zoë Müller, GP agreed on" in page
    assert "This holds until" in page


def test_what_waits_names_the_place_the_movements_and_what_lifts_it(her):
    her.follows("shoulder-mobility")
    says(her, "as_surgery", regions=frozenset({"shoulder"}), side="left")
    page = words(her.get("/safety"))
    assert SAFETY.flags["recent_surgery_area"].person_label.replace("'", "&#39;") in page
    assert "Shoulder, left side." in page
    assert "Waiting" in page
    assert "Wall slide" in page
    assert SAFETY.message("unlock_clinician") in page
    assert SAFETY.message("lock_some") in page


def test_a_place_that_is_not_known_is_said_so(her):
    says(her, "mo_acute")
    assert ALL_OVER.capitalize() in words(her.get("/safety"))


def test_what_nothing_lifts_says_where_to_change_the_answer(her):
    says(her, "mo_cold")
    page = words(her.get("/safety"))
    assert "This stays as long as your answer is yes." in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"who": ""}, "Write who agreed"),
        ({"who": "   "}, "Write who agreed"),
        ({"who": "x" * 121}, "at most 120 letters"),
        ({"day": ""}, "Choose the day."),
        ({"day": "soon"}, "date"),
        ({"day": "2999-01-01"}, "has not happened yet"),
        ({"day": "1999-01-01"}, "Choose a day from"),
    ],
)
def test_an_agreement_that_cannot_be_used_comes_back_with_words_and_what_was_typed(
    her, today, change, message
):
    says(her, "as_bleed")
    form = {"key": "bleeding_risk", "who": "Nurse", "day": today, **change}
    answer = her.post("/safety/agreed", data=form)
    assert answer.status_code == 422
    assert message in words(answer)
    assert '<details class="fold" open>' in answer.text
    if form["who"].strip():
        assert f'value="{form["who"]}"' in answer.text
    with her.app.app_context():
        assert db.session.query(HealthUnlock).count() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"place": ""}, "Write where you were seen"),
        ({"outcome": ""}, "Choose what you were told"),
        ({"outcome": "cured"}, "Not a valid choice"),
        ({"day": (datetime.now(UTC).date() - timedelta(days=1)).isoformat()}, "Choose a day from"),
    ],
)
def test_a_visit_that_cannot_be_used_comes_back_with_words(her, today, change, message):
    says(her, "ur_gca")
    form = {"key": "gca_signs", "place": "GP", "day": today, "outcome": "all clear", **change}
    answer = her.post("/safety/seen", data=form)
    assert answer.status_code == 422
    assert message in words(answer)
    assert standing(her).whole_plan == "urgent_lock"


@pytest.mark.parametrize(
    ("way", "key", "status"),
    [
        ("agreed", "bleeding_risk", 404),
        ("agreed", "", 404),
        ("agreed", "nothing-like-this", 404),
        ("agreed", "cold_intolerance", 409),
        ("agreed", "dvt_suspected", 409),
        ("seen", "cold_intolerance", 409),
    ],
)
def test_only_what_is_offered_can_be_lifted(her, today, way, key, status):
    says(her, "mo_cold")
    says(her, "ur_dvt")
    form = {"key": key, "who": "GP", "place": "GP", "day": today, "outcome": "all clear"}
    assert her.post(f"/safety/{way}", data=form).status_code == status
    assert her.post(f"/safety/{way}", data={**form, "who": "", "place": ""}).status_code == status


def test_what_is_his_is_not_lifted_by_her(her, him, today):
    says(him, "as_bleed")
    form = {"key": "bleeding_risk", "who": "GP", "day": today}
    assert her.post("/safety/agreed", data=form).status_code == 404


def test_a_second_tap_stores_an_agreement_once(her, today):
    says(her, "as_bleed")
    form = {"key": "bleeding_risk", "who": "GP", "day": today}
    assert her.post("/safety/agreed", data=form).status_code == 303
    assert her.post("/safety/agreed", data=form).status_code == 303
    with her.app.app_context():
        assert db.session.query(HealthUnlock).count() == 1


def test_a_sprain_is_asked_about_again_and_settles_only_where_it_was(her):
    said = NOON - timedelta(days=4)
    says(her, "mo_acute", regions=frozenset({"knee"}), side="right", now=said)
    says(her, "mo_acute", regions=frozenset({"neck"}), now=said + timedelta(minutes=1))
    with travel(NOON, tick=False):
        walked_through(her, NOON - timedelta(days=1))
        page = words(her.get("/safety"))
        assert SAFETY.message("re_ask") in page
        assert f"Knee, right side. Since {short_day(said.date())}." in page
        form = {"question": "mo_acute", "place": "knee"}
        assert her.post("/safety/asked-again", data=form).status_code == 422
        settled = {**form, "answer": "settled"}
        assert her.post("/safety/asked-again", data=settled).status_code == 303
        assert her.post("/safety/asked-again", data=settled).status_code == 303
        not_yet = {"question": "mo_acute", "place": "neck", "answer": "not-yet"}
        assert her.post("/safety/asked-again", data=not_yet).status_code == 303
        [left] = standing(her, DAY).conditions
        assert left.regions == {"neck"}
        assert left.ask_again_on == DAY + timedelta(days=3)
        assert SAFETY.message("re_ask") not in her.get("/safety").text


def test_an_operation_does_not_settle_by_itself(her):
    says(her, "as_surgery", regions=frozenset({"knee"}), now=NOON - timedelta(days=84))
    form = {"question": "as_surgery", "place": "knee"}
    with travel(NOON, tick=False):
        assert "A clinician agreed" in words(her.get("/safety"))
        settled = her.post("/safety/asked-again", data={**form, "answer": "settled"})
        assert settled.status_code == 409
        assert (
            her.post("/safety/asked-again", data={**form, "answer": "not-yet"}).status_code == 303
        )
        assert standing(her, DAY).to_ask_again == ()
        assert standing(her, DAY).conditions


def test_nothing_that_is_not_due_is_answered(her):
    says(her, "mo_acute", regions=frozenset({"knee"}))
    form = {"question": "mo_acute", "place": "knee", "answer": "settled"}
    assert her.post("/safety/asked-again", data=form).status_code == 404
    assert her.post("/safety/asked-again", data={**form, "question": "x"}).status_code == 404
    with her.app.app_context():
        assert db.session.query(HealthAnswer).filter_by(question="mo_acute", yes=True).count() == 1
        assert db.session.query(HealthAnswer).filter_by(source="asked_again").count() == 0


def test_what_is_asked_in_the_health_questions_anyway_is_not_asked_twice(her):
    says(her, "mo_preg", now=NOON - timedelta(days=84))
    with travel(NOON, tick=False):
        page = words(her.get("/safety"))
        assert "Go through the questions" in page
        assert "still pregnant" not in page
        walked_through(her, NOON - timedelta(hours=1))
        page = words(her.get("/safety"))
        assert "Are you still pregnant, or within 12 weeks after birth?" in page
        assert SAFETY.message("re_ask") not in page
        form = {"question": "mo_preg", "place": "", "answer": "settled"}
        assert her.post("/safety/asked-again", data=form).status_code == 303
        assert "Good to hear" not in her.get("/safety").text


def test_what_a_clinician_agreed_to_keeps_its_sentence(her, today):
    her.follows("neck-and-desk")
    says(her, "as_bleed")
    her.post("/safety/agreed", data={"key": "bleeding_risk", "who": "GP", "day": today})
    page = words(her.get("/safety"))
    assert "after that, soft tools and light pressure" in page


def test_being_treated_is_not_told_to_be_seen(her, today):
    says(her, "ur_dvt")
    form = {"key": "dvt_suspected", "place": "Hospital", "day": today, "outcome": "being treated"}
    her.post("/safety/seen", data=form)
    page = words(her.get("/safety"))
    assert "You are being treated." in page
    assert SAFETY.fill(SAFETY.questions["ur_dvt"].then) not in page


def test_both_forms_begin_with_today_and_what_was_typed_is_kept(her, today):
    says(her, "as_bleed")
    says(her, "ur_gca")
    page = her.get("/safety").text
    assert page.count(f'value="{today}"') == 2
    form = {"key": "bleeding_risk", "who": "", "day": "2999-01-01"}
    assert 'value="2999-01-01"' in her.post("/safety/agreed", data=form).text


def test_each_movement_is_named_once_where_it_is_strongest(her):
    her.follows("neck-and-desk")
    for question in ("as_bleed", "mo_preg", "mo_hyper", "mo_numb"):
        says(her, question)
    with her.app.app_context():
        found = cards(
            standing_of(her.user(), her.today()),
            programme=library().programmes["neck-and-desk"],
            reports=(),
            recorded=(),
            country=None,
        )
    shown = [
        name
        for section in found.values()
        for card in section
        for name in (*card.waiting, *card.left_out, *card.easier)
    ]
    assert shown
    assert len(shown) == len(set(shown))


def test_what_touches_nothing_of_the_programme_is_only_noted(her):
    her.follows("neck-and-desk")
    says(her, "mo_skin", regions=frozenset({"foot"}))
    page = words(her.get("/safety"))
    assert "Also noted" in page
    assert "Nothing more in your programme changes because of this." in page
    assert "Left out for now" not in page
    assert SAFETY.message("hide_some") not in page
