"""What was too much in which movement, in words, the worst first."""

from datetime import date
from uuid import uuid4

import pytest

from fstpwa.domain.too_much import Felt, felt_in_words, too_much


def felt(slug: str, day: int, **given) -> Felt:
    facts = {"state": "part", "easier": False, "reason": "pain", "pain_kind": None} | given
    return Felt(log_id=uuid4(), day=date(2026, 3, day), slug=slug, **facts)


@pytest.mark.parametrize(
    ("state", "easier", "reason", "kind", "words"),
    [
        ("done", False, None, None, ""),
        ("done", True, None, None, "easier version"),
        ("done", True, "pain", None, "easier version because of pain"),
        ("skipped", False, "pain", None, "left out because of pain"),
        ("skipped", False, "tired", None, "left out, tired"),
        ("skipped", False, "other", None, "left out, for another reason"),
        ("part", True, "tired", None, "partly done, easier version, tired"),
        ("part", False, "pain", "sharp", "partly done because of pain: sharp pain"),
        ("done", False, None, "tingling_numb", "tingling or numbness"),
    ],
)
def test_what_was_said_is_a_few_plain_words(state, easier, reason, kind, words):
    assert felt_in_words(state, reason, kind, easier=easier) == words


def test_what_was_stopped_comes_first_then_what_hurt_most_often_then_the_rest():
    found = too_much(
        [
            felt("plank", 1, reason="tired"),
            felt("plank", 2, reason="tired"),
            felt("plank", 3, reason="tired"),
            felt("chin-tucks", 1),
            felt("neck-turns", 2, pain_kind="sharp"),
        ]
    )
    assert [each.slug for each in found] == ["neck-turns", "chin-tucks", "plank"]
    assert [each.stopped for each in found] == [1, 0, 0]


def test_the_last_time_of_a_movement_comes_first():
    [found] = too_much([felt("plank", 1), felt("plank", 9), felt("plank", 4)])
    assert [each.day.day for each in found.times] == [9, 4, 1]
