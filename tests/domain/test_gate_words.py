"""What was changed, why and what lifts it, in words somebody can use."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fstpwa.content import library
from fstpwa.domain.gate_words import (
    changes_of_programme,
    condition_in_words,
    mark_of,
    marks_of,
    what_lifts,
)
from fstpwa.domain.gated_session import programme_left
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.standing import Answer, History, Report, Source, Unlock, standing

LIBRARY = library()
SAFETY = LIBRARY.safety
REGIONS = plain_regions(LIBRARY.vocabularies)
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def holds(question, *, regions=(), side="both", unlocks=(), reports=()):
    """Return what holds on the day after one yes."""
    answer = Answer(
        question=question,
        yes=True,
        at=NOW,
        day=TODAY,
        source=Source.SCREENING,
        regions=frozenset(regions),
        side=side,
    )
    history = History(answers=[answer], unlocks=unlocks, reports=reports)
    return standing(history, SAFETY, TODAY).conditions


@pytest.mark.parametrize(
    ("question", "regions", "side", "words"),
    [
        ("mo_acute", ["knee"], "left", "(knee, left side)"),
        ("mo_acute", [], "both", "(all over, or place not sure)"),
        ("as_hip", [], "right", "Hip replacement (right side)"),
        ("mo_preg", [], "both", "Pregnant, or gave birth in the last 12 weeks"),
        ("as_cancer", [], "both", SAFETY.questions["as_cancer"].short),
    ],
)
def test_what_was_told_is_said_with_its_place(question, regions, side, words):
    (condition,) = holds(question, regions=regions, side=side)
    assert words in condition_in_words(condition, SAFETY, REGIONS)


def test_a_report_is_named_by_its_day():
    history = History(
        reports=[Report(id="1", at=NOW, day=TODAY, movements=frozenset({"open-book"}))]
    )
    (condition,) = standing(history, SAFETY, TODAY).conditions
    assert condition_in_words(condition, SAFETY, REGIONS) == "something went wrong today"
    (condition,) = standing(history, SAFETY, TODAY + timedelta(days=1)).conditions
    assert condition_in_words(condition, SAFETY, REGIONS).startswith("something went wrong on 2 M")
    assert "clinician" in what_lifts(condition)


def test_the_rest_of_a_day_is_said_with_its_place_and_ends_with_the_day():
    told = Report(id="1", at=NOW, day=TODAY, regions=frozenset({"knee"}), side="left")
    (condition,) = standing(History(reports=[told]), SAFETY, TODAY).conditions
    words = condition_in_words(condition, SAFETY, REGIONS)
    assert words == "rest for this area today (knee, left side)"
    assert what_lifts(condition) == "That is for today only."


@pytest.mark.parametrize("question", SAFETY.questions)
def test_every_yes_says_what_lifts_it(question):
    for condition in holds(question):
        words = what_lifts(condition)
        assert words.endswith(".")
        if condition.whole_plan == "emergency":
            assert "After care" in words


def test_what_a_clinician_agreed_to_says_that_the_easier_version_stays():
    agreed = Unlock(key="osteoporosis", way="clinician_agreed", at=NOW.replace(hour=10), day=TODAY)
    (condition,) = holds("mo_osteop", unlocks=[agreed])
    assert what_lifts(condition) == "A clinician agreed. The easier version stays."


def test_a_movement_with_a_free_side_is_marked_on_the_other():
    movement = next(
        each
        for each in LIBRARY.movements_on_offer()
        if each.sides == "left_right" and each.other_side_ok and "knee" in each.load_regions
    )
    mark = mark_of(movement, holds("mo_acute", regions=["knee"], side="left"))
    assert (mark.became, mark.side) == ("left out", "left")
    assert mark.words == "Left out for now: left side"


@pytest.mark.parametrize(
    ("question", "became", "words"),
    [
        ("mo_acute", "left out", "Left out for now"),
        ("as_fracture", "waits", "This one waits"),
        ("mo_preg", "easier", "Easier version for you"),
    ],
)
def test_a_mark_says_what_became_of_it_and_only_for_what_did_it(question, became, words):
    marks = marks_of(LIBRARY.movements_on_offer(), holds(question))
    found = [mark for mark in marks.values() if mark.became == became]
    assert found
    assert all(mark.words == words for mark in found if mark.side is None)
    assert all(condition.question == question for mark in found for condition in mark.because)


def test_nothing_told_marks_nothing():
    assert marks_of(LIBRARY.movements_on_offer(), ()) == {}


def test_a_programme_names_each_side_and_movement_that_is_out():
    conditions = holds("mo_acute", regions=["neck"], side="left")
    programme = LIBRARY.programmes["neck-and-desk"]
    left = programme_left(programme, conditions, LIBRARY.movements)
    changes = changes_of_programme(left, LIBRARY.movements)
    assert len(changes) == len(left.out) + len(left.one_side)
    assert all(change.because == conditions for change in changes)
