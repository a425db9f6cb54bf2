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
