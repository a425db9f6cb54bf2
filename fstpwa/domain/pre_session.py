"""The check before a session: which questions a tick opens.

What an answer does is decided by what holds after it was recorded (domain/standing.py).

Source: safety.yaml, pre_session_check.
"""

from collections.abc import Iterable

from fstpwa.domain.safety_content import Question, Safety


def questions_behind(ticked: Iterable[str], safety: Safety) -> tuple[Question, ...]:
    """Return the full questions that ticked items of the check stand for, each once.

    Args:
        ticked: item ids of the pre-session check; unknown ones open nothing.
        safety: the safety content.
    """
    chosen = set(ticked)
    opened = [
        question_id
        for item in safety.pre_session.items
        if item.id in chosen
        for question_id in item.opens
    ]
    return tuple(safety.questions[question_id] for question_id in dict.fromkeys(opened))


def known_items(ticked: Iterable[str], safety: Safety) -> tuple[str, ...]:
    """Return the ticked items that the check has, each once, in its order."""
    chosen = set(ticked)
    return tuple(item.id for item in safety.pre_session.items if item.id in chosen)


def may_be_emergency(ticked: Iterable[str], safety: Safety) -> bool:
    """Return whether ticked items stand for something that needs help now.

    Then the number to call stands with their questions. Source: questions with that effect.
    """
    return any(each.effect == "emergency" for each in questions_behind(ticked, safety))
