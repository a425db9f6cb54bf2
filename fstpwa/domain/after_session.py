"""What an answer after a session means: when it was more than it should have been."""

from collections.abc import Collection

from fstpwa.domain.safety import AfterSession

LOW_BASE_UP_TO = 3
LOW_BASE_RED_FROM = 6
HIGH_BASE_RED_RISE = 3
ALWAYS_RED_FROM = 9
"""Worst pain 0-10. Source: pain_rules.yaml, low_base and high_base."""


def is_red(worst_pain: int | None, base: int | None) -> bool:
    """Tell whether a session hurt too much, relative to what is usual for the person.

    Fixed cut-offs would call every session of somebody whose usual pain is 5-7 too much.

    Args:
        worst_pain: the worst during the session, 0-10; None where it was not said.
        base: usual pain 0-10; the rating before the session stands for it (pain_rules.yaml,
            base, fallback). None counts as low.
    """
    if worst_pain is None:
        return False
    if base is None or base <= LOW_BASE_UP_TO:
        return worst_pain >= LOW_BASE_RED_FROM
    return worst_pain >= min(base + HIGH_BASE_RED_RISE, ALWAYS_RED_FROM)


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
    named = [kind.at_once for kind in questions.kinds if kind.id in kinds and kind.zone == "red"]
    return (*named, red_text) if named or is_red(worst_pain, base) else ()
