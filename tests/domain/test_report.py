"""Something went wrong: steps, closed answers and what is put away, against the content."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from fstpwa.content import library
from fstpwa.domain.report import (
    CODES,
    PUT_AWAY,
    SEVERE,
    WHATS,
    YESTERDAY,
    Step,
    Told,
    follow_up_words,
    may_open,
    next_ask,
    open_step,
    options,
    questions_of,
    saved_words,
    slugs_of,
    step_after,
    step_before,
    steps,
    touched,
)

SAFETY = library().safety
MOVEMENTS = library().movements
TODAY = date(2026, 3, 3)
QUESTION = re.compile(r"\b(?:em|ur|as|mo)_[a-z_]+")


@pytest.mark.parametrize("message", CODES)
def test_every_answer_of_the_content_has_its_code(message):
    assert list(options(message, SAFETY).values()) == list(SAFETY.messages[message].options)


def test_what_is_stored_fits_the_columns():
    assert {"mild", "moderate", SEVERE} == set(CODES["sww_5_severity"])
    assert {"gone", "better", "same", "worse"} == set(CODES["sww_9_followup"])
    assert max(len(code) for code in CODES["sww_6_care"]) <= 24
    assert max(len(code) for code in WHATS) <= 32


def test_severe_and_worse_are_what_the_content_says_locks():
    locking = options("sww_5_severity", SAFETY)[SEVERE]
    assert "urgent_lock" in SAFETY.messages["sww_5_severity"].leads_to[locking]
    worse = options("sww_9_followup", SAFETY)["worse"]
    assert SAFETY.messages["sww_9_followup"].leads_to[worse] == "lock_urgent"


@pytest.mark.parametrize("what", WHATS)
def test_what_happened_opens_the_questions_that_the_content_names(what):
    message = SAFETY.messages["sww_2_what"]
    leads_to = message.leads_to.get(options("sww_2_what", SAFETY)[what], "")
    assert [each.id for each in questions_of(what, SAFETY)] == QUESTION.findall(leads_to)


def test_a_report_goes_through_its_steps_and_back():
    told = Told(what="fall", questions_answered=True, has_session=True, severity="mild")
    order = steps(told)
    assert order == tuple(Step)
    for one, next_one in pairwise(order):
        assert step_after(one, told) is next_one
        assert step_before(next_one, told) is one
    assert step_before(Step.NOW, told) is None


def test_steps_that_have_nothing_to_ask_are_left_out():
    assert Step.QUESTIONS not in steps(Told(what="pain", has_session=True))
    assert Step.MOVEMENT not in steps(Told(what="fall"))


@pytest.mark.parametrize(
    ("told", "step"),
    [
        (Told(), Step.WHAT),
        (Told(what="pain"), Step.WHERE),
        (Told(what="fall"), Step.QUESTIONS),
        (Told(what="fall", questions_answered=True), Step.WHERE),
        (Told(what="pain", severity="mild"), Step.CARE),
        (Told(what="pain", severity="mild", completed=True), Step.SAVED),
    ],
)
def test_after_leaving_it_goes_on_with_the_first_open_step(told, step):
    assert open_step(told) is step
    assert may_open(step, told)


def test_no_step_opens_before_what_it_builds_on():
    assert not may_open(Step.WHERE, Told())
    assert not may_open(Step.WHERE, Told(what="fall"))
    assert not may_open(Step.CARE, Told(what="pain"))
    assert not may_open(Step.MOVEMENT, Told(what="pain"))
    assert not may_open(Step.SAVED, Told(what="pain", severity="mild"))
    assert may_open(Step.WHAT, Told(what="pain", severity="mild"))
    assert not may_open(Step.WHAT, Told(what="pain", severity="mild", completed=True))


def test_not_sure_puts_away_what_presses_stretches_or_loads_the_place():
    session = [MOVEMENTS["neck-turns"], MOVEMENTS["foot-ball-roll"], MOVEMENTS["wall-slide"]]
    assert touched(session, frozenset({"foot"})) == ("foot-ball-roll",)
    assert touched(session, frozenset({"neck"})) == ("neck-turns",)
    assert touched(session, frozenset({"knee"})) == ()
    assert touched(session, frozenset()) == tuple(each.slug for each in session)


def test_a_programme_names_each_of_its_movements_once_the_flare_session_last():
    programme = library().programmes["neck-and-desk"]
    slugs = slugs_of(programme)
    assert len(set(slugs)) == len(slugs)
    assert slugs[0] == programme.phases[0].sessions[0].movements[0].slug
    assert {line.slug for line in programme.flare_session.movements} <= set(slugs)


def test_the_closing_words_claim_nothing_that_is_not_so():
    message = SAFETY.messages["sww_7_saved"]
    assert PUT_AWAY in message.text
    assert saved_words(message, ["Neck turns"]) == message.text
    assert "the movements below are put away" in saved_words(message, ["Neck turns", "Cat-cow"])
    assert "put away" not in saved_words(message, [])
    assert saved_words(message, []).startswith("Thank you. This is saved.")


def test_the_day_after_is_asked_in_the_contents_words_and_later_by_its_day():
    message = SAFETY.messages["sww_9_followup"]
    assert message.text.startswith(YESTERDAY)
    assert follow_up_words(message, TODAY - timedelta(days=1), TODAY) == message.text
    late = follow_up_words(message, TODAY - timedelta(days=3), TODAY)
    assert late == "On Saturday 28 February something went wrong. How is it now?"
    assert follow_up_words(message, TODAY, TODAY).startswith("Today something went wrong.")


def test_it_is_asked_again_after_three_days_unless_it_is_gone_or_worse():
    assert next_ask("gone", TODAY) is next_ask("worse", TODAY) is None
    assert next_ask("same", TODAY) == next_ask("better", TODAY) == TODAY + timedelta(days=3)
