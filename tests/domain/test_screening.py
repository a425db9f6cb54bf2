"""Which questions are shown, and when the whole screening is done again."""

from datetime import date

import pytest

from fstpwa.content import library
from fstpwa.domain.health_history import Answer, History, Screened, Source, Unlock
from fstpwa.domain.screening import (
    not_yet_asked,
    read_too_fast,
    regions_to_ask_about,
    rescreen_reason,
    shown_items,
)
from fstpwa.domain.standing import standing
from tests.domain.health import SAFETY, agreed, answer, no, on, screened, seen

EVERY = [item for screen in SAFETY.screens for item in screen.items]


def shown(*regions: str) -> set[str]:
    return {
        question.id
        for screen in SAFETY.screens
        for question in shown_items(screen, regions, SAFETY)
    }


def reason_on(
    day: int, *told: Answer | Unlock | Screened, last_active: date | None = None
) -> str | None:
    history = History(
        answers=[each for each in told if isinstance(each, Answer)],
        unlocks=[each for each in told if isinstance(each, Unlock)],
        screened=[each for each in told if isinstance(each, Screened)],
    )
    found = standing(history, SAFETY, on(day))
    return rescreen_reason(found, history, last_active, on(day), SAFETY)


def test_with_no_region_every_question_is_shown_in_order() -> None:
    for screen in SAFETY.screens:
        assert tuple(each.id for each in shown_items(screen, (), SAFETY)) == screen.items


@pytest.mark.parametrize("region", library().vocabularies.body_regions)
def test_a_region_shows_what_is_about_it_and_what_is_about_everybody(region: str) -> None:
    found = shown(region)
    for item in EVERY:
        asked_for = SAFETY.questions[item].show_for_regions
        assert (item in found) == (asked_for is None or region in asked_for)


def test_emergencies_are_asked_of_everybody() -> None:
    assert set(SAFETY.screens[0].items) <= shown("jaw")


def test_the_regions_are_those_named_and_those_of_the_programmes() -> None:
    heel = library().programmes["plantar-heel"]
    assert regions_to_ask_about(["jaw"], [heel]) == {"jaw", "foot", "calf_ankle"}
    assert regions_to_ask_about([], []) == frozenset()


def test_a_programme_for_other_regions_brings_the_questions_that_were_not_asked() -> None:
    answered = [no(question, 0) for question in shown("jaw")]
    left = not_yet_asked(History(answers=answered), ["foot"], SAFETY)
    assert [question.id for question in left] == [
        item for item in EVERY if item in shown("foot") - shown("jaw")
    ]
    assert not_yet_asked(History(answers=answered), ["jaw"], SAFETY) == ()


def test_a_no_of_an_unfinished_screening_or_before_a_session_is_no_full_answer() -> None:
    half = History(answers=[no("as_foot", 0, final=False)])
    assert "as_foot" in {each.id for each in not_yet_asked(half, ["foot"], SAFETY)}
    before = History(answers=[no("ur_dvt", 0, source=Source.BEFORE_SESSION)])
    assert "ur_dvt" in {each.id for each in not_yet_asked(before, ["foot"], SAFETY)}
    yes = History(answers=[answer("ur_dvt", 0, source=Source.BEFORE_SESSION)])
    assert "ur_dvt" not in {each.id for each in not_yet_asked(yes, ["foot"], SAFETY)}


# When it is done again


def test_whoever_never_finished_one_is_screened() -> None:
    assert reason_on(0) == "never"
    assert reason_on(0, answer("mo_preg", final=False)) == "never"


def test_it_is_done_again_after_twelve_weeks() -> None:
    assert reason_on(83, screened(0)) is None
    assert reason_on(84, screened(0)) == "weeks"
    assert reason_on(84, screened(0), screened(40)) is None


def test_it_is_done_again_after_28_days_away() -> None:
    assert reason_on(37, screened(0), last_active=on(10)) is None
    assert reason_on(38, screened(0), last_active=on(10)) == "away"
    assert reason_on(38, screened(0)) is None


def test_a_screening_on_coming_back_is_enough() -> None:
    assert reason_on(40, screened(0), screened(40), last_active=on(10)) is None
    assert reason_on(41, screened(0), screened(40), last_active=on(10)) is None


@pytest.mark.parametrize("source", [Source.WORRY, Source.BEFORE_SESSION])
def test_it_is_done_again_after_an_urgent_answer_once_that_does_not_lock_any_more(
    source: Source,
) -> None:
    said = answer("ur_dvt", 5, source=source)
    assert reason_on(6, screened(0), said) is None
    waiting = seen("dvt_suspected", 6, "told to wait")
    assert reason_on(7, screened(0), said, waiting) is None
    for outcome in ("all clear", "being treated"):
        over = seen("dvt_suspected", 6, outcome)
        assert reason_on(7, screened(0), said, over) == "red_answer"
        assert reason_on(9, screened(0), said, over, screened(8)) is None


def test_an_answer_without_a_flag_that_still_locks_the_plan_waits_too() -> None:
    told = [
        screened(0),
        answer("ur_weak", 5, source=Source.WORRY),
        seen("ur_weak", 6, "being treated"),
    ]
    assert reason_on(7, *told) is None
    assert reason_on(9, *told, agreed("ur_weak", 8)) == "red_answer"


def test_an_emergency_ends_with_the_screening_that_is_asked_for() -> None:
    said = answer("em_heart", 5, final=False)
    assert reason_on(6, screened(0), said) is None
    assert reason_on(8, screened(0), said, screened(7, after_care=True)) is None


def test_an_urgent_answer_of_the_last_screening_asks_for_no_other() -> None:
    told = [screened(0), answer("ur_dvt", 0.01), seen("dvt_suspected", 1, "all clear")]
    assert reason_on(2, *told) is None


def test_other_answers_ask_for_no_new_screening() -> None:
    told = [screened(0), answer("mo_acute", 5, source=Source.WORRY), answer("as_gone", 5)]
    assert reason_on(6, *told) is None


@pytest.mark.parametrize(
    ("seconds", "all_none", "too_fast"),
    [(9.9, True, True), (10, True, False), (0, True, True), (5, False, False), (99, True, False)],
)
def test_all_none_in_under_ten_seconds_was_not_read(
    seconds: float, all_none: bool, too_fast: bool
) -> None:
    assert read_too_fast(seconds, all_none=all_none) == too_fast
