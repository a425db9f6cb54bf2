"""The check before a session: a tick opens its questions, and the strongest answer decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.pre_session import (
    FLARE_QUESTION,
    Outcome,
    decide,
    outcome_of,
    questions_behind,
)

SAFETY = library().safety
ITEMS = SAFETY.pre_session.items
OPENED = questions_behind([item.id for item in ITEMS], SAFETY)
ORDER = list(Outcome)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_item_of_the_check_opens_questions_that_exist(item):
    questions = questions_behind([item.id], SAFETY)
    assert [question.id for question in questions] == list(dict.fromkeys(item.opens))
    assert questions


def test_nothing_ticked_opens_nothing_and_unknown_ticks_neither():
    assert questions_behind([], SAFETY) == ()
    assert questions_behind(["", "unknown", "__class__"], SAFETY) == ()


def test_a_question_behind_two_ticks_is_asked_once():
    ids = [question.id for question in OPENED]
    assert len(ids) == len(set(ids))
    twice = questions_behind([ITEMS[0].id, ITEMS[0].id], SAFETY)
    assert twice == questions_behind([ITEMS[0].id], SAFETY)


def test_no_to_everything_starts_the_session():
    decision = decide({question.id: False for question in OPENED}, SAFETY)
    assert (decision.outcome, decision.because) == (Outcome.START, ())
    assert decide({}, SAFETY).outcome == Outcome.START


@pytest.mark.parametrize("question", SAFETY.questions.values(), ids=lambda question: question.id)
def test_every_question_of_the_content_has_an_outcome(question):
    assert outcome_of(question) in ORDER
    assert decide({question.id: True}, SAFETY).outcome == outcome_of(question)


def test_an_emergency_is_an_emergency_and_a_flare_day_a_flare_session():
    emergencies = [q for q in SAFETY.questions.values() if q.effect == "emergency"]
    assert emergencies
    assert {outcome_of(question) for question in emergencies} == {Outcome.EMERGENCY}
    assert outcome_of(SAFETY.questions[FLARE_QUESTION]) == Outcome.FLARE


def test_nothing_that_needs_care_lets_a_session_start():
    for question in SAFETY.questions.values():
        if question.effect != "inform" and question.id != FLARE_QUESTION:
            assert ORDER.index(outcome_of(question)) > ORDER.index(Outcome.FLARE), question.id


@given(st.dictionaries(st.sampled_from(sorted(SAFETY.questions)), st.booleans()))
def test_the_strongest_yes_decides_and_is_named_first(answers):
    decision = decide(answers, SAFETY)
    strengths = [ORDER.index(outcome_of(question)) for question in decision.because]
    assert {question.id for question in decision.because} == {
        q for q, yes in answers.items() if yes
    }
    assert strengths == sorted(strengths, reverse=True)
    assert ORDER.index(decision.outcome) == max(strengths, default=0)


def test_a_question_that_does_not_exist_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        decide({"unknown": True}, SAFETY)
