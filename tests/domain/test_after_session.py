"""What an answer after a session means."""

import pytest

from fstpwa.content import library
from fstpwa.domain.after_session import RED_FROM, red_advice

SAFETY = library().safety
RED_TEXT = SAFETY.message("post_red")


def advice(worst_pain: int | None, *kinds: str) -> tuple[str, ...]:
    return red_advice(worst_pain, kinds, SAFETY.after_session, RED_TEXT)


def test_the_fixed_rule_is_the_one_of_the_content() -> None:
    assert SAFETY.pain_rules.low_base.red == f"during >= {RED_FROM}"


@pytest.mark.parametrize("worst_pain", [None, 0, 5])
@pytest.mark.parametrize("kinds", [(), ("stretching",), ("ache", "other")])
def test_most_sessions_need_no_advice(worst_pain: int | None, kinds: tuple[str, ...]) -> None:
    assert advice(worst_pain, *kinds) == ()


@pytest.mark.parametrize("worst_pain", [6, 10])
def test_a_high_number_was_too_much_whatever_it_was_like(worst_pain: int) -> None:
    assert advice(worst_pain, "stretching") == (RED_TEXT,)


@pytest.mark.parametrize("kind", ["sharp", "tingling_numb"])
def test_a_sharp_or_numb_feeling_was_too_much_whatever_the_number(kind: str) -> None:
    assert advice(1, kind) == (SAFETY.after_session.kind(kind).text, RED_TEXT)
