"""Tick-lists and full questions: what is read from a form, and what is said where it cannot be."""

import pytest
from werkzeug.datastructures import MultiDict

from fstpwa.blueprints.health_questions import (
    MISSING_ANSWER,
    MISSING_PLACE,
    MISSING_SIDE,
    TWO_PLACES,
    TickList,
    YesNoList,
)
from fstpwa.content import library
from fstpwa.services.safety import AnswerEntry

SAFETY = library().safety
ASKED = ("em_trauma", "ur_dvt", "as_fracture", "mo_knee", "mo_device")
QUESTIONS = tuple(SAFETY.questions[each] for each in ASKED)


def form(**fields: str | list[str]) -> MultiDict[str, str]:
    return MultiDict({name.replace("__", "-"): value for name, value in fields.items()})


def ticks(*, stays: tuple[AnswerEntry, ...] = (), **fields: str | list[str]) -> TickList:
    return TickList(QUESTIONS, SAFETY, form(**fields), stays=stays)


def answers(**fields: str | list[str]) -> YesNoList:
    return YesNoList(QUESTIONS, SAFETY, form(**fields))


def said(found: TickList | YesNoList) -> dict[str, bool]:
    return {entry.question: entry.yes for entry in found.entries}


def entry_of(found: TickList | YesNoList, question: str) -> AnswerEntry:
    [entry] = [each for each in found.entries if each.question == question]
    return entry


def test_none_of_these_is_a_no_to_each():
    found = ticks(none="1")
    assert found.is_valid
    assert said(found) == dict.fromkeys(ASKED, False)


def test_a_tick_is_a_yes_and_the_rest_a_no():
    found = ticks(tick=["ur_dvt"])
    assert found.is_valid
    assert said(found) == {**dict.fromkeys(ASKED, False), "ur_dvt": True}


def test_a_list_that_was_not_sent_is_not_valid_and_has_no_errors():
    found = TickList(QUESTIONS, SAFETY)
    assert not found.is_valid
    assert found.errors == {}
    assert found.entries == ()


def test_nothing_at_all_is_asked_about():
    assert "None of these" in ticks().errors[""]


def test_a_tick_together_with_none_is_a_contradiction():
    found = ticks(tick=["em_trauma"], none="1")
    assert "Which is it?" in found.errors[""]
    assert found.items[0].is_yes, "the tick is kept"


def test_a_question_that_is_not_in_the_list_is_refused():
    assert not ticks(tick=["ur_dvt", "mo_eye"]).is_valid
    assert not ticks(tick=["no_such_question"]).is_valid


def test_an_area_question_asks_where_and_which_side():
    found = ticks(tick=["as_fracture"])
    assert found.errors == {"as_fracture": f"{MISSING_PLACE} {MISSING_SIDE}"}
    assert ticks(tick=["as_fracture"], where__as_fracture=["foot"]).errors == {
        "as_fracture": MISSING_SIDE
    }
    assert ticks(tick=["as_fracture"], side__as_fracture="left").errors == {
        "as_fracture": MISSING_PLACE
    }


def test_places_and_side_are_read():
    found = ticks(
        tick=["as_fracture"], where__as_fracture=["foot", "calf_ankle"], side__as_fracture="left"
    )
    assert found.is_valid
    assert entry_of(found, "as_fracture") == AnswerEntry(
        question="as_fracture", yes=True, regions=frozenset({"foot", "calf_ankle"}), side="left"
    )


def test_all_over_names_no_place():
    found = ticks(tick=["as_fracture"], where__as_fracture="all", side__as_fracture="both")
    assert entry_of(found, "as_fracture").regions == frozenset()


def test_all_over_and_a_place_is_a_contradiction():
    found = ticks(
        tick=["as_fracture"], where__as_fracture=["all", "foot"], side__as_fracture="left"
    )
    assert found.errors == {"as_fracture": TWO_PLACES}
    assert found.items[2].places == {"all", "foot"}


def test_a_fixed_place_asks_only_which_side():
    assert ticks(tick=["mo_knee"]).errors == {"mo_knee": MISSING_SIDE}
    found = ticks(tick=["mo_knee"], side__mo_knee="right")
    assert entry_of(found, "mo_knee").side == "right"
    assert found.items[3].side_legend == "Which knee?"


@pytest.mark.parametrize("side", ["", "up", "LEFT", "left "])
def test_an_unknown_side_is_asked_for_again(side: str):
    assert ticks(tick=["mo_knee"], side__mo_knee=side).errors == {"mo_knee": MISSING_SIDE}


def test_a_place_that_the_question_does_not_have_is_none():
    found = ticks(tick=["mo_device"], where__mo_device=["jaw", "nowhere"], side__mo_device="left")
    assert found.errors == {"mo_device": MISSING_PLACE}


def test_the_place_of_what_is_not_ticked_does_nothing():
    found = ticks(none="1", where__as_fracture=["foot"], side__as_fracture="left")
    assert entry_of(found, "as_fracture") == AnswerEntry(question="as_fracture", yes=False)


def test_an_emergency_is_asked_nothing_further():
    found = ticks(tick=["em_trauma", "as_fracture"])
    assert found.is_valid
    assert found.has_emergency
    assert entry_of(found, "as_fracture").regions == frozenset(), "all of the body"
    assert answers(em_trauma="yes").is_valid
    assert said(answers(em_trauma="yes")) == {"em_trauma": True}


def test_each_full_question_wants_an_answer():
    found = answers(em_trauma="no", ur_dvt="maybe")
    assert found.errors == dict.fromkeys(ASKED[1:], MISSING_ANSWER)
    assert found.items[0].answer == "no", "what was answered is kept"


def test_yes_and_no_at_once_is_no_answer():
    assert answers(ur_dvt=["yes", "no"]).errors["ur_dvt"] == MISSING_ANSWER


def test_a_yes_wants_its_place():
    given = {**dict.fromkeys(ASKED, "no"), "mo_knee": "yes"}
    assert answers(**given).errors == {"mo_knee": MISSING_SIDE}
    found = answers(**given, side__mo_knee="both")
    assert found.is_valid
    assert said(found) == {**dict.fromkeys(ASKED, False), "mo_knee": True}


def test_answers_of_before_are_there_to_begin_with():
    left = AnswerEntry(question="as_fracture", yes=True, regions=frozenset({"foot"}), side="left")
    found = TickList(QUESTIONS, SAFETY, given=[left])
    assert found.items[2].is_yes
    assert (found.items[2].places, found.items[2].side) == ({"foot"}, "left")
    assert not found.is_valid


def test_two_answers_of_before_become_one_that_covers_both():
    left = AnswerEntry(question="as_fracture", yes=True, regions=frozenset({"foot"}), side="left")
    right = AnswerEntry(question="as_fracture", yes=True, regions=frozenset({"knee"}), side="right")
    anywhere = AnswerEntry(question="as_fracture", yes=True, side="left")
    both = TickList(QUESTIONS, SAFETY, given=[left, right]).items[2]
    assert (both.places, both.side) == ({"foot", "knee"}, "both")
    assert TickList(QUESTIONS, SAFETY, given=[left, anywhere]).items[2].places == {"all"}


def test_what_stays_cannot_be_taken_back():
    clot = AnswerEntry(question="ur_dvt", yes=True)
    found = ticks(stays=(clot,))
    assert found.is_valid
    assert found.items[1].is_yes
    assert "ur_dvt" not in said(found), "it is stored already"
    assert ticks(stays=(clot,), tick=["mo_knee"], side__mo_knee="left").is_valid


def test_the_side_that_was_named_is_offered_first():
    assert list(TickList(QUESTIONS, SAFETY, offered_side="right").sides) == [
        "right",
        "left",
        "both",
    ]
