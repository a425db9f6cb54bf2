"""What an answer after a session means."""

import pytest

from fstpwa.content import library
from fstpwa.domain.after_session import (
    KIND_OF_STOP,
    emergency_help,
    is_red,
    needs_emergency_signs,
    red_advice,
    zone,
)

SAFETY = library().safety
RED_TEXT = SAFETY.message("post_red")


def advice(worst_pain: int | None, *kinds: str, base: int | None = None) -> tuple[str, ...]:
    return red_advice(worst_pain, base, kinds, SAFETY.after_session, RED_TEXT)


def test_the_rule_is_the_one_of_the_content() -> None:
    assert SAFETY.pain_rules.low_base.applies_when == "base <= 3"
    assert SAFETY.pain_rules.low_base.red == "during >= 6"
    assert SAFETY.pain_rules.high_base.red == "during >= base + 3, or 9-10"


@pytest.mark.parametrize(
    ("base", "highest_that_is_not_red"),
    [(None, 5), (0, 5), (3, 5), (4, 6), (5, 7), (6, 8), (7, 8), (10, 8)],
)
def test_too_much_depends_on_what_is_usual(base: int | None, highest_that_is_not_red: int) -> None:
    questions = SAFETY.after_session
    red = [worst for worst in range(11) if is_red(worst, base, (), questions)]

    assert red == list(range(highest_that_is_not_red + 1, 11))


@pytest.mark.parametrize("worst_pain", [None, 0, 5])
@pytest.mark.parametrize("kinds", [(), ("stretching",), ("ache", "other")])
def test_most_sessions_need_no_advice(worst_pain: int | None, kinds: tuple[str, ...]) -> None:
    assert advice(worst_pain, *kinds) == ()


@pytest.mark.parametrize("worst_pain", [6, 10])
def test_a_high_number_was_too_much_whatever_it_was_like(worst_pain: int) -> None:
    assert advice(worst_pain, "stretching") == (RED_TEXT,)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("sharp", "Sharp pain means stop."),
        ("tingling_numb", "Tingling or numbness means a nerve is being annoyed."),
    ],
)
def test_a_sharp_or_numb_feeling_was_too_much_and_nothing_is_claimed_that_is_not_done(
    kind: str, sentence: str
) -> None:
    assert advice(1, kind) == (sentence, RED_TEXT)


def test_whatever_stops_a_session_has_a_kind_of_pain_in_the_content() -> None:
    for kind in KIND_OF_STOP.values():
        assert SAFETY.after_session.kind(kind)


def test_dizziness_is_something_else_and_is_told_when_to_get_help() -> None:
    assert needs_emergency_signs([KIND_OF_STOP["dizzy"]])
    assert not needs_emergency_signs(["stretching", "ache", "sharp", "tingling_numb"])
    assert "em_heart" in SAFETY.after_session.kind(KIND_OF_STOP["dizzy"]).do


def test_help_names_signs_as_statements_and_the_number_of_the_country() -> None:
    help_here = emergency_help(SAFETY, "GB")
    assert help_here.to_call == ("999", "112")
    assert [what for what, _ in help_here.signs] == [
        SAFETY.questions[each].short for each in ("em_heart", "em_stroke", "em_neck_artery")
    ]
    assert all(then.startswith("Call 999 or 112 now") for _, then in help_here.signs)
    assert all("?" not in what and "{" not in then for what, then in help_here.signs)
    assert emergency_help(SAFETY, None).to_call == ("112",)


@pytest.mark.parametrize(
    ("base", "amber", "red"), [(None, 4, 6), (0, 4, 6), (3, 4, 6), (4, 6, 7), (5, 7, 8), (8, 9, 9)]
)
def test_the_traffic_light_moves_with_the_usual_pain(
    base: int | None, amber: int, red: int
) -> None:
    for worst in range(11):
        expected = "red" if worst >= red else "amber" if worst >= amber else "green"
        assert zone(worst, base) == expected
