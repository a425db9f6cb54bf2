"""What each thing somebody told does to their plan now, in a sentence."""

from datetime import UTC, datetime

import pytest

from fstpwa.content import library
from fstpwa.domain.held import SECTIONS, section_of, what_it_does
from fstpwa.domain.standing import Answer, History, Source, standing

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


def held(question: str):
    answer = Answer(
        question=question,
        yes=True,
        at=NOW,
        day=NOW.date(),
        source=Source.WORRY,
        regions=frozenset({"neck"}),
    )
    [condition] = standing(History(answers=[answer]), library().safety, NOW.date()).conditions
    return condition


@pytest.mark.parametrize(
    ("question", "section", "words"),
    [
        ("em_heart", "urgent", "The whole plan is closed: this may need help now."),
        ("ur_weak", "urgent", "The whole plan waits until it is looked at."),
        ("as_heart", "whole", "The whole plan waits for a clinician."),
        ("as_fracture", "waits", "Some movements wait for a clinician."),
        ("mo_acute", "left_out", "Some movements are left out."),
    ],
)
def test_it_is_said_in_one_sentence(question, section, words):
    condition = held(question)
    assert section_of(condition) == section
    assert what_it_does(condition) == words


def test_whatever_can_be_told_has_its_section_and_its_sentence():
    for question in library().safety.questions:
        condition = held(question)
        assert section_of(condition) in SECTIONS
        assert what_it_does(condition).endswith(".")
