"""What an answer after a session means: when it was more than it should have been."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.pain_zone import Zone
from fstpwa.domain.safety_content import AfterSession, Safety

StopReason = Literal["sharp", "tingling", "dizzy"]
"""What ends a session at once: the person names it in the player."""

KIND_OF_STOP: Mapping[StopReason, str] = {
    "sharp": "sharp",
    "tingling": "tingling_numb",
    "dizzy": "other",
}
"""The kind of pain in the content (after_session.yaml) that each stands for."""

LASTING_KIND = "tingling_numb"
"""It is asked whether it has gone. Source: after_session.yaml, kind `tingling_numb`."""
NOT_NAMED = (
    "Without knowing which movement it was, all of them start in their easier version for two days."
)
"""Said where no movement is named. Source: domain/put_away.py."""
HELP_KIND = "other"
EMERGENCY_SIGNS = ("em_heart", "em_stroke", "em_neck_artery")
"""What dizziness, chest pain or breathlessness may be. Source: after_session.yaml, kind `other`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyHelp:
    """When somebody is to get help at once, and how."""

    number: str
    """Whom to call, in words."""
    to_call: tuple[str, ...]
    """The numbers that can be dialled, the one to try first at the front."""
    signs: tuple[tuple[str, str], ...]
    """What it may be, and what to do then."""


def red_advice(
    zone: Zone | None,
    kinds: Collection[str],
    questions: AfterSession,
    red_text: str,
    *,
    is_named: bool,
) -> tuple[str, ...]:
    """Return what somebody is told after a session that was too much; nothing if it was not.

    Args:
        zone: of the session (domain/pain_zone.py); None where its pain was not said.
        kinds: Ids of the kinds of pain that were named.
        questions: The content's kinds; what the red ones mean comes first.
        red_text: The content's message after a red session.
        is_named: Whether it is known in which movement it was: only then one is put away, and the
            text says so. Without that, it ends after the part that is true all the same.
    """
    if zone != "red":
        return ()
    named = [kind for kind in questions.kinds if kind.id in kinds and kind.zone == "red"]
    texts = [kind.text if is_named else kind.say_now or "" for kind in named]
    return (*texts, *((NOT_NAMED,) if named and not is_named else ()), red_text)


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
