"""A condition in words: what, where, and how it is asked about again."""

from dataclasses import replace
from datetime import date

import pytest

from fstpwa.content import library
from fstpwa.domain.condition_words import ask_words, label_of, place_of, way_to_ask
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.standing import REPORT, Condition, key_of

SAFETY = library().safety
LABELS = plain_regions(library().vocabularies)


def condition(question: str, **changes: object) -> Condition:
    asked = SAFETY.questions[question]
    flag = SAFETY.flags[asked.sets_flag] if asked.sets_flag else None
    made = Condition(
        key=key_of(question, SAFETY),
        question=question,
        flag=flag,
        regions=frozenset(flag.regions) if flag else frozenset(),
        side="both",
        since=date(2026, 3, 3),
        whole_plan=None,
    )
    return replace(made, **changes)


REPORTED = Condition(
    key=REPORT + "x",
    question=None,
    flag=None,
    regions=frozenset(),
    side="both",
    since=date(2026, 3, 3),
    whole_plan=None,
    movements=frozenset({"neck-turns"}),
)


@pytest.mark.parametrize(
    ("question", "regions", "side", "words"),
    [
        ("mo_acute", {"knee"}, "left", "Knee, left side"),
        ("mo_acute", {"foot", "neck"}, "both", "Neck, foot, both sides"),
        ("mo_acute", None, "both", "All over, or place not sure"),
        ("mo_acute", None, "right", "All over, or place not sure, right side"),
        ("as_hip", None, "right", "Right side"),
        ("as_ra_neck", None, "both", ""),
        ("mo_cold", None, "both", ""),
        ("as_cancer", None, "both", ""),
    ],
)
def test_a_place_is_said_as_people_say_it(question, regions, side, words):
    made = condition(question, side=side)
    if regions is not None:
        made = replace(made, regions=frozenset(regions))
    assert place_of(made, LABELS) == words


def test_a_report_has_neither_place_nor_label_here():
    assert place_of(REPORTED, LABELS) == label_of(REPORTED, SAFETY) == ""
    told = replace(REPORTED, regions=frozenset({"low_back"}), side="left")
    assert place_of(told, LABELS) == f"{LABELS['low_back']}, left side"


def test_nobody_is_asked_whether_a_pregnancy_or_an_operation_is_better():
    assert ask_words(condition("mo_acute")).question == ""
    assert ask_words(REPORTED).ended == "It has settled"
    pregnancy = ask_words(condition("mo_preg"))
    assert (pregnancy.ended, pregnancy.goes_on) == ("No", "Yes")
    assert "12 weeks after birth" in pregnancy.question
    for question in ("as_surgery", "as_fracture"):
        assert "clinician" in ask_words(condition(question)).question
    for flag in SAFETY.flags.values():
        if flag.expires_after_days and flag.expires_after_days > 28:
            assert ask_words(condition(flag.set_by[-1])).question


def test_what_needs_help_is_said_as_it_was_ticked_and_the_rest_as_the_flag_says():
    assert label_of(condition("em_heart"), SAFETY) == SAFETY.questions["em_heart"].short
    assert label_of(condition("em_trauma"), SAFETY) == SAFETY.questions["em_trauma"].short
    assert label_of(condition("as_cancer"), SAFETY) == SAFETY.questions["as_cancer"].short
    assert label_of(condition("as_hip"), SAFETY) == SAFETY.flags["hip_replacement"].person_label


@pytest.mark.parametrize(
    ("made", "way"),
    [
        (condition("mo_acute"), "settled"),
        (condition("mo_preg"), "settled"),
        (condition("as_surgery"), "agreed"),
        (condition("as_fracture"), "agreed"),
        (condition("ur_infection", whole_plan="urgent_lock"), "seen"),
        (condition("ur_infection", waits=True), "agreed"),
        (condition("ur_infection", seen="all clear"), "settled"),
        (condition("ur_weak", whole_plan="urgent_lock"), "seen"),
        (replace(REPORTED, whole_plan="urgent_lock"), "seen"),
        (REPORTED, "agreed"),
    ],
)
def test_settled_is_offered_only_where_time_may_lift_it(made, way):
    assert way_to_ask(made) == way
