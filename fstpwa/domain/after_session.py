"""What an answer after a session means: when it was more than it should have been."""

from collections.abc import Collection

from fstpwa.domain.safety import AfterSession

RED_FROM = 6
"""Worst pain, 0-10, from which a session was too much.

Source: pain_rules.yaml, low_base.red ("during >= 6"). The bands that move with somebody's
usual pain (high_base) need seven answered days; until they are read, this fixed one holds.
"""


def red_advice(
    worst_pain: int | None, kinds: Collection[str], questions: AfterSession, red_text: str
) -> tuple[str, ...]:
    """Return what somebody is told after a session that was too much; nothing if it was not.

    Args:
        worst_pain: 0-10, or None where it was not said.
        kinds: Ids of the kinds of pain that were named.
        questions: The content's kinds; the red ones have their own text, which comes first.
        red_text: The content's message after a red session.
    """
    named = [kind.text for kind in questions.kinds if kind.id in kinds and kind.zone == "red"]
    too_much = worst_pain is not None and worst_pain >= RED_FROM
    return (*named, red_text) if named or too_much else ()
