"""What an answer after a session means."""

import pytest

from fstpwa.content import library
from fstpwa.domain.after_session import (
    KIND_OF_STOP,
    NOT_NAMED,
    emergency_help,
    needs_emergency_signs,
    red_advice,
)
from fstpwa.domain.pain_zone import zone_with_kinds

SAFETY = library().safety
RED_TEXT = SAFETY.message("post_red")


def advice(worst_pain: int | None, *kinds: str, is_named: bool = True) -> tuple[str, ...]:
    zone = zone_with_kinds(worst_pain, kinds, None)
    return red_advice(zone, kinds, SAFETY.after_session, RED_TEXT, is_named=is_named)


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
        ("sharp", "Sharp pain means stop. We have put that movement away for two days."),
        (
            "tingling_numb",
            "Tingling or numbness means a nerve is being annoyed. That movement is paused. "
            "Has the feeling gone now?",
        ),
    ],
)
def test_a_sharp_or_numb_feeling_was_too_much_and_is_told_what_follows(
    kind: str, sentence: str
) -> None:
    assert advice(1, kind) == (sentence, RED_TEXT)
    said_now = SAFETY.after_session.kind(kind).say_now
    assert advice(1, kind, is_named=False) == (said_now, NOT_NAMED, RED_TEXT)


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
