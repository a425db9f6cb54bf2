"""The rules of a check-in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from fstpwa.content import library
from fstpwa.domain.check_in import (
    Answer,
    CheckInEntry,
    CheckInRecord,
    RegionAnswer,
    check_answer,
    check_entry,
    clear,
    limits,
    merge,
    questions_for,
    record,
    region_of,
)
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.merging import stamp

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
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
        ("note", "a\x1eb", "cannot be stored"),
        ("note", "a\x1e", "cannot be stored"),
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
    assert merged.values == {"stiffness": 6, "note": "kept"}
    assert merged.changed


def test_an_answer_can_be_taken_back_and_is_not_zero_then() -> None:
    merged = merge({"stiffness": 4}, {}, entry(stiffness=None), "2026")
    assert "stiffness" not in merged.values


def test_an_older_answer_that_arrives_late_does_not_win() -> None:
    first, second = UUID(int=1), UUID(int=2)
    new = merge({}, {}, entry(stiffness=6, fatigue=2), stamp(NOW, second))
    late = merge(
        new.values,
        new.clocks,
        entry(stiffness=1, sleep=7),
        stamp(NOW - timedelta(hours=1), first),
    )
    assert late.values == {"stiffness": 6, "fatigue": 2, "sleep": 7}


def test_a_cleared_day_takes_only_what_was_answered_later() -> None:
    told = merge({}, {}, entry(stiffness=6, note="x"), stamp(NOW, UUID(int=1)))
    cleared = clear(told.values, told.clocks, stamp(NOW + MINUTE, UUID(int=2)))
    assert cleared.values == {}
    late = merge({}, cleared.clocks, entry(stiffness=1), stamp(NOW, UUID(int=3)))
    assert late.values == {}
    new = merge({}, late.clocks, entry(stiffness=2), stamp(NOW + 2 * MINUTE, UUID(int=4)))
    assert new.values == {"stiffness": 2}


def test_what_is_said_about_a_day_beside_its_questions_outlives_the_check_in() -> None:
    clocks = {"stiffness": stamp(NOW, UUID(int=1)), "near_fall": stamp(NOW, UUID(int=2))}
    cleared = clear({"stiffness": 1}, clocks, stamp(NOW + MINUTE, UUID(int=3)))
    assert cleared.clocks.keys() == {"*", "near_fall"}


def test_a_text_kept_twice_is_read_one_after_the_other_and_names_who_wrote_it() -> None:
    answers: dict[str, Answer] = {"note": "one\x1etwo"}
    live = [stamp(NOW, UUID(int=1)), stamp(NOW, UUID(int=2))]
    told = record(TODAY, answers, LABELS, {"note": {"live": live, "over": []}})
    assert told.note == "one\n\ntwo"
    assert told.seen("note") == (str(UUID(int=1)), str(UUID(int=2)))
    assert told.seen("managed") == ()


@pytest.mark.parametrize(
    ("answer", "base", "is_stored"),
    [
        ("one", (), True),
        ("two", None, True),
        ("one\n\ntwo", (), False),
        ("three", (), False),
        (None, None, False),
        (None, (), True),
        (None, (str(UUID(int=1)),), False),
        (None, (str(UUID(int=9)),), True),
    ],
)
def test_a_text_is_stored_also_beside_another(
    answer: Answer, base: tuple[str, ...] | None, is_stored: bool
) -> None:
    live = [stamp(NOW, UUID(int=1)), stamp(NOW, UUID(int=2))]
    clocks = {"note": {"live": live, "over": []}}
    told = record(TODAY, {"note": "one\x1etwo"}, LABELS, clocks)
    sent = replace(entry(note=answer), bases={} if base is None else {"note": base})
    assert sent.is_stored_in(told) is is_stored


def test_a_base_names_operations_of_texts() -> None:
    own = UUID(int=7)
    sent = replace(entry(note="x"), bases={"note": (str(own).upper(),)})
    assert check_entry(sent, ALLOWED, TODAY).bases == {"note": (str(own),)}
    for wrong in ({"stiffness": ()}, {"note": ("x",)}, {"note": (str(own),) * 201}):
        with pytest.raises(InvalidValue):
            check_entry(replace(sent, bases=wrong), ALLOWED, TODAY)


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
