"""The rules of a check-in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.check_in import (
    Answer,
    CheckInEntry,
    CheckInRecord,
    RegionAnswer,
    check_answer,
    check_entry,
    limits,
    merge,
    questions_for,
    record,
    region_of,
    stamp,
)
from fstpwa.domain.errors import InvalidValue

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
ALLOWED = limits(library().measures, library().vocabularies.body_regions.keys())
LABELS = {"neck": "Neck", "low_back": "Low back"}


def entry(**answers: Answer) -> CheckInEntry:
    return CheckInEntry(day=TODAY, answers=answers)


def test_the_limits_are_those_of_the_measures() -> None:
    assert ALLOWED.ranges["stiffness"] == (0, 10)
    assert ALLOWED.ranges["morning_stiffness_min"] == (0, 240)
    assert ALLOWED.ranges["pain_in_low_back"] == (0, 10)
    assert len(ALLOWED.questions()) == 5 + 2 * 16 + 5


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("stiffness", 0),
        ("stiffness", 10),
        ("stiffness", None),
        ("good_day", "so_so"),
        ("flare", False),
        ("morning_stiffness_min", 240),
        ("pain_in_foot", 3),
        ("note", "Tired but content"),
    ],
)
def test_what_may_be_answered(question: str, answer: Answer) -> None:
    assert check_answer(question, answer, ALLOWED) == answer


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        ("stiffness", 11, "from 0 to 10"),
        ("stiffness", -1, "from 0 to 10"),
        ("stiffness", True, "from 0 to 10"),
        ("stiffness", "5", "from 0 to 10"),
        ("morning_stiffness_min", 241, "from 0 to 240"),
        ("good_day", "maybe", "yes, so-so or no"),
        ("good_day", True, "yes, so-so or no"),
        ("flare", "yes", "yes or no"),
        ("flare", 1, "yes or no"),
        ("note", 5, "in words"),
        ("note", "\ud83d", "cannot be stored"),
        ("note", "a\x00b", "cannot be stored"),
        ("note", "x" * 2001, "2,001 letters; there is room for 2,000. Please shorten it by 1."),
        ("managed", "x" * 301, "room for 300"),
        ("mood", 5, "no such question"),
        ("pain_in_tail", 5, "no such question"),
        ("id", 1, "no such question"),
        ("user_id", 1, "no such question"),
    ],
)
def test_what_may_not_be_answered(question: str, answer: Answer, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        check_answer(question, answer, ALLOWED)


def test_a_text_loses_the_blanks_around_it_and_an_empty_one_is_no_answer() -> None:
    tidied = check_entry(entry(note="  a\r\nb \n", managed=" \n "), ALLOWED, TODAY)
    assert tidied.answers == {"note": "a\nb", "managed": None}


def test_a_check_in_is_for_one_of_the_last_400_days() -> None:
    for day in (TODAY, TODAY - timedelta(days=399)):
        assert check_entry(CheckInEntry(day=day, answers={}), ALLOWED, TODAY).day == day
    with pytest.raises(InvalidValue, match="not happened yet"):
        check_entry(CheckInEntry(day=TODAY + timedelta(days=1), answers={}), ALLOWED, TODAY)
    with pytest.raises(InvalidValue, match="400 days"):
        check_entry(CheckInEntry(day=TODAY - timedelta(days=400), answers={}), ALLOWED, TODAY)


def test_only_the_questions_of_an_entry_change() -> None:
    merged = merge({"stiffness": 4, "note": "kept"}, {}, entry(stiffness=6), "2026")
    assert merged.answers == {"stiffness": 6, "note": "kept"}
    assert merged.changed


def test_an_answer_can_be_taken_back_and_is_not_zero_then() -> None:
    merged = merge({"stiffness": 4}, {}, entry(stiffness=None), "2026")
    assert "stiffness" not in merged.answers


def test_an_older_answer_that_arrives_late_does_not_win() -> None:
    first, second = UUID(int=1), UUID(int=2)
    new = merge({}, {}, entry(stiffness=6, fatigue=2), stamp(NOW, second))
    late = merge(
        new.answers,
        new.clocks,
        entry(stiffness=1, sleep=7),
        stamp(NOW - timedelta(hours=1), first),
    )
    assert late.answers == {"stiffness": 6, "fatigue": 2, "sleep": 7}


answers = st.dictionaries(
    st.sampled_from(["stiffness", "good_day", "note", "pain_in_neck"]),
    st.none() | st.integers(0, 10),
    min_size=1,
)
sendings = st.lists(st.tuples(answers, st.integers(0, 3)), max_size=6)


@given(sendings, st.randoms(use_true_random=False))
def test_the_order_and_doubling_of_entries_makes_no_difference(
    sent: list[tuple[dict[str, Answer], int]], chance: object
) -> None:
    operations = [
        (entry(**answers), stamp(NOW + timedelta(minutes=at), UUID(int=n)))
        for n, (answers, at) in enumerate(sent)
    ]
    shuffled = operations * 2
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    states = []
    for order in (operations, shuffled):
        given_answers: dict[str, Answer] = {}
        clocks: dict[str, str] = {}
        for each, stamped in order:
            merged = merge(given_answers, clocks, each, stamped)
            given_answers, clocks = dict(merged.answers), dict(merged.clocks)
        states.append((given_answers, clocks))
    assert states[0] == states[1]


def test_a_record_says_what_was_answered_and_nothing_else() -> None:
    told = record(
        TODAY,
        {"stiffness": 0, "flare": False, "morning_stiffness_min": 1, "pain_in_neck": 2},
        LABELS,
    )
    assert told.headline == "Checked in"
    assert told.facts == (
        ("Felt stiffness", "0 of 10"),
        ("Flare", "No"),
        ("Morning stiffness", "1 minute"),
        ("Neck", "pain 2"),
    )


def test_a_record_gives_its_answers_back() -> None:
    given_answers = {
        "stiffness": 0,
        "good_day": "yes",
        "flare": False,
        "note": "x",
        "stiffness_in_low_back": 0,
    }
    told = record(TODAY, given_answers, LABELS)
    assert told.answers() == given_answers
    assert told.headline == "A good day"
    assert told.regions == (
        RegionAnswer(region="low_back", label="Low back", stiffness=0, pain=None),
    )


def test_a_record_without_answers_says_nothing() -> None:
    assert CheckInRecord(day=TODAY).facts == ()
    assert CheckInRecord(day=TODAY).answers() == {}


def test_a_question_about_a_region_is_told_from_the_others() -> None:
    assert region_of("pain_in_low_back") == ("pain", "low_back")
    assert region_of("first_step_pain") is None
    assert region_of("sleep_in_bed") is None


LABELS_OF_ALL = dict(library().vocabularies.body_regions)
PLACES = {"neck": "Neck", "knee": "Knee", "foot": "Foot"}


def test_the_regions_of_the_programme_come_first_then_those_that_were_answered():
    programme = replace(library().programmes["plantar-heel"], target_regions=("foot",))
    asked = questions_for(programme, {"pain_in_knee", "note"}, PLACES)
    assert asked.near == (("foot", "Foot"), ("knee", "Knee"))
    assert asked.other == (("neck", "Neck"),)
    assert asked.first_step_pain


def test_what_a_programme_goes_by_is_asked_beside_the_daily_three():
    heel, shoulder = (library().programmes[slug] for slug in ("plantar-heel", "shoulder-mobility"))
    assert questions_for(heel, (), LABELS_OF_ALL).first_steps_first
    assert not questions_for(heel, (), LABELS_OF_ALL).woken_by_pain
    assert questions_for(shoulder, (), LABELS_OF_ALL).woken_by_pain
    assert not questions_for(shoulder, {"first_step_pain"}, LABELS_OF_ALL).first_steps_first
    assert questions_for(None, {"woken_by_pain"}, PLACES).woken_by_pain
    assert not questions_for(None, (), PLACES).woken_by_pain


def test_whether_pain_woke_them_is_yes_or_no():
    assert check_answer("woken_by_pain", True, ALLOWED) is True
    assert check_answer("woken_by_pain", None, ALLOWED) is None
    for wrong in (1, "yes", 0):
        with pytest.raises(InvalidValue):
            check_answer("woken_by_pain", wrong, ALLOWED)
    told = CheckInRecord(day=TODAY, woken_by_pain=True)
    assert ("Woken by shoulder pain", "Yes") in told.facts


def test_without_a_programme_no_region_comes_first():
    asked = questions_for(None, (), PLACES)
    assert asked.near == ()
    assert len(asked.other) == 3
    assert not asked.first_step_pain
    assert questions_for(None, {"first_step_pain"}, PLACES).first_step_pain
