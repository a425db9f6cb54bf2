"""What an answer after a session means: when it was more than it should have been."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.safety_content import AfterSession, Safety

StopReason = Literal["sharp", "tingling", "dizzy"]
"""What ends a session at once: the person names it in the player."""

KIND_OF_STOP: Mapping[StopReason, str] = {
    "sharp": "sharp",
    "tingling": "tingling_numb",
    "dizzy": "other",
}
"""The kind of pain in the content (after_session.yaml) that each stands for."""

HELP_KIND = "other"
EMERGENCY_SIGNS = ("em_heart", "em_stroke", "em_neck_artery")
"""What dizziness, chest pain or breathlessness may be. Source: after_session.yaml, kind `other`."""

Zone = Literal["green", "amber", "red"]
"""The traffic light of a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyHelp:
    """When somebody is to get help at once, and how."""

    number: str
    """Whom to call, in words."""
    to_call: tuple[str, ...]
    """The numbers that can be dialled, the one to try first at the front."""
    signs: tuple[tuple[str, str], ...]
    """What it may be, and what to do then."""


def zone(worst_pain: int, base: int | None) -> Zone:
    """Return the traffic light of a session, relative to what is usual for the person.

    Fixed cut-offs would call every session of somebody whose usual pain is 5-7 too much.

    Args:
        worst_pain: during the session, 0-10.
        base: usual pain 0-10; the rating before the session stands for it (pain_rules.yaml,
            base, fallback). None counts as low.

    Source: pain_rules.yaml, low_base and high_base.
    """
    if base is None or base <= 3:
        return "red" if worst_pain >= 6 else "amber" if worst_pain >= 4 else "green"
    if worst_pain >= min(base + 3, 9):
        return "red"
    return "amber" if worst_pain >= base + 2 else "green"


def is_red(
    worst_pain: int | None, base: int | None, kinds: Collection[str], questions: AfterSession
) -> bool:
    """Tell whether a session was too much, by its number or by the kind of pain.

    Args:
        worst_pain: 0-10, or None where it was not said.
        base: usual pain 0-10, or None where it is not known.
        kinds: Ids of the kinds of pain that were named.
        questions: The content's kinds.
    """
    by_kind = any(kind.zone == "red" for kind in questions.kinds if kind.id in kinds)
    return by_kind or (worst_pain is not None and zone(worst_pain, base) == "red")


def red_advice(
    worst_pain: int | None,
    base: int | None,
    kinds: Collection[str],
    questions: AfterSession,
    red_text: str,
) -> tuple[str, ...]:
    """Return what somebody is told after a session that was too much; nothing if it was not.

    Args:
        worst_pain: 0-10, or None where it was not said.
        base: usual pain 0-10, or None where it is not known.
        kinds: Ids of the kinds of pain that were named.
        questions: The content's kinds; what the red ones mean comes first.
        red_text: The content's message after a red session.
    """
    named = [
        kind.say_now
        for kind in questions.kinds
        if kind.id in kinds and kind.zone == "red" and kind.say_now
    ]
    return (*named, red_text) if is_red(worst_pain, base, kinds, questions) else ()


def needs_emergency_signs(kinds: Collection[str]) -> bool:
    """Tell whether somebody who named these kinds is shown when to get help at once.

    Dizziness and chest pain are told as "something else" (after_session.yaml, kind `other`).
    """
    return HELP_KIND in kinds


def emergency_help(safety: Safety, country_code: str | None) -> EmergencyHelp:
    """Return what needs help now, and whom to call in the person's country."""
    questions = [safety.questions[question_id] for question_id in EMERGENCY_SIGNS]
    return EmergencyHelp(
        number=safety.emergency_number(country_code),
        to_call=safety.emergency_numbers.to_call(country_code),
        signs=tuple((each.short, safety.fill(each.then, country_code)) for each in questions),
    )
