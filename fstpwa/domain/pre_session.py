"""The check before a session, and what is said after one: which questions each opens.

What an answer does is decided by what holds after it was recorded (domain/standing.py).

Source: content/safety/pre_session.yaml; after_session.yaml, the kinds' `leads_to`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.safety_content import Question, Safety


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAfter:
    """Something that was said after a session and opens questions, like a tick before one."""

    short: str
    opens: tuple[str, ...]


AfterId = Literal["after_tingling", "after_signs"]
AFTER: Mapping[AfterId, SaidAfter] = {
    "after_tingling": SaidAfter(
        short="Tingling or numbness that stays, or weakness",
        opens=("ur_weak", "as_arm", "as_leg"),
    ),
    "after_signs": SaidAfter(
        short="Dizziness, a change in sight or speech, chest pain or breathlessness",
        opens=("em_neck_artery", "em_heart"),
    ),
}
"""Source: after_session.yaml, kinds `tingling_numb` and `other`; a test compares them."""


def questions_behind(ticked: Iterable[str], safety: Safety) -> tuple[Question, ...]:
    """Return the full questions that ticked items of the check stand for, each once.

    Args:
        ticked: item ids of the pre-session check, and ids of AFTER; unknown ones open nothing.
        safety: the safety content.
    """
    opens = _opens(safety)
    opened = [question_id for each in known_items(ticked, safety) for question_id in opens[each]]
    return tuple(safety.questions[question_id] for question_id in dict.fromkeys(opened))


def known_items(ticked: Iterable[str], safety: Safety) -> tuple[str, ...]:
    """Return the ticked items that there are, each once: the check's in its order, then AFTER's."""
    chosen = set(ticked)
    return tuple(item for item in _opens(safety) if item in chosen)


def in_words(ticked: Iterable[str], safety: Safety) -> tuple[str, ...]:
    """Return what was ticked or said, in the words in which it was offered."""
    words = {item.id: item.short for item in safety.pre_session.items}
    words |= {item: each.short for item, each in AFTER.items()}
    return tuple(words[item] for item in known_items(ticked, safety))


def may_be_emergency(ticked: Iterable[str], safety: Safety) -> bool:
    """Return whether ticked items stand for something that needs help now.

    Then the number to call stands with their questions. Source: questions with that effect.
    """
    return any(each.effect == "emergency" for each in questions_behind(ticked, safety))


def _opens(safety: Safety) -> dict[str, tuple[str, ...]]:
    """Return item -> ids of the questions it opens, in order."""
    check = {item.id: tuple(item.opens) for item in safety.pre_session.items}
    return check | {item: each.opens for item, each in AFTER.items()}
