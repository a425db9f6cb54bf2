"""The check before a session: which questions a tick opens, and what the answers mean today.

Source: safety.yaml, pre_session_check and effects. Until the answers of the full screening are
kept with their regions, any yes but a flare day means that this session is not started: the
careful side of every effect.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fstpwa.domain.safety_content import Question, Safety

FLARE_QUESTION = "mo_flare"


class Outcome(StrEnum):
    """What the answers mean for the session that was about to start."""

    START = "start"
    FLARE = "flare"
    NOT_TODAY = "not today"
    ASK_FIRST = "ask first"
    URGENT = "urgent"
    EMERGENCY = "emergency"


_OUTCOME_OF_EFFECT = {
    "emergency": Outcome.EMERGENCY,
    "urgent_lock": Outcome.URGENT,
    "ask_first_lock_all": Outcome.ASK_FIRST,
    "ask_first_lock_matching": Outcome.ASK_FIRST,
    "hide_matching": Outcome.NOT_TODAY,
    "soften_matching": Outcome.NOT_TODAY,
    "inform": Outcome.START,
}
_STRENGTH = {outcome: strength for strength, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The strongest outcome, and the questions answered with yes, strongest first."""

    outcome: Outcome
    because: tuple[Question, ...]


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


def decide(answers: Mapping[str, bool], safety: Safety) -> Decision:
    """Return what the answers to full questions mean for today's session.

    Args:
        answers: question id -> yes.
        safety: the safety content; KeyError for a question it does not have.
    """
    yes = [safety.questions[question_id] for question_id, is_yes in answers.items() if is_yes]
    because = sorted(yes, key=lambda question: -_STRENGTH[outcome_of(question)])
    if not because:
        return Decision(outcome=Outcome.START, because=())
    return Decision(outcome=outcome_of(because[0]), because=tuple(because))


def outcome_of(question: Question) -> Outcome:
    """Return what a yes to `question` means for the session about to start."""
    if question.id == FLARE_QUESTION:
        return Outcome.FLARE
    return _OUTCOME_OF_EFFECT[question.effect]
