"""The traffic light of a session: its pain compared with what is usual for the person.

Fixed cut-offs would call every session of somebody whose usual pain is 5-7 too much.
Source of every number: content/safety/pain_rules.yaml (content.md D.5) unless a name says otherwise.
"""

from collections.abc import Collection, Sequence
from math import ceil, floor
from statistics import median
from typing import Literal

Zone = Literal["green", "amber", "red"]
"""The traffic light of a session."""

BASE_DAYS = 7
"""How many answered days make the base. Source: `base`."""
HIGH_BASE = 4
"""From here on the zones are relative. Source: low_base and high_base, applies_when."""
LOW_AMBER, LOW_RED = 4, 6
"""Where amber and red begin with a low base. Source: low_base."""
GREEN_RISE, RED_RISE = 1, 3
"""How far above a high base is still green, and already red. Source: high_base."""
ALWAYS_RED = 9
"""Red whatever the base. Source: high_base, "or 9-10"."""

RED_KINDS = frozenset({"sharp", "tingling_numb"})
"""Red whatever the number. Source: after_session.yaml, the kinds' `zone`; a test compares them."""
AMBER_KINDS = frozenset({"other"})
"""Amber at least. Source: as above."""


def base_of(earlier: Sequence[int], today: int | None) -> float | None:
    """Return the usual pain 0-10 that a day is compared with; None where nothing was ever said.

    Args:
        earlier: one rating of each of the last 7 answered days before.
        today: the day's own first rating, which stands in while there is no earlier one.

    Source: pain_rules.yaml, `base`.
    """
    if earlier:
        return float(median(earlier))
    return None if today is None else float(today)


def starts_of(base: float | None) -> tuple[int, int]:
    """Return the whole numbers from which pain is amber, and from which it is red.

    Where nothing between is amber, both are the same. It is `zone` for whoever only compares.

    Args:
        base: usual pain 0-10. None counts as low.
    """
    if base is None or base < HIGH_BASE:
        return LOW_AMBER, LOW_RED
    red = ceil(min(base + RED_RISE, ALWAYS_RED))
    return min(floor(base + GREEN_RISE) + 1, red), red


def red_from(base: float | None) -> dict[str, int]:
    """Return from which worst pain on a session is red, for each rating before it; "" is for none.

    It is `base_of` and `zone` for a phone that only compares: only where nothing was ever said the
    rating before a session is itself what is usual.

    Args:
        base: usual pain 0-10 of the day. None: not known.
    """
    usual = {str(rating): float(rating) if base is None else base for rating in range(11)}
    return {rating: starts_of(own)[1] for rating, own in {"": base, **usual}.items()}


def zone(worst_pain: int, base: float | None) -> Zone:
    """Return the traffic light of a session, relative to what is usual for the person.

    Args:
        worst_pain: during the session, 0-10.
        base: usual pain 0-10. None counts as low.

    Source: pain_rules.yaml, low_base and high_base.
    """
    amber, red = starts_of(base)
    return "red" if worst_pain >= red else "amber" if worst_pain >= amber else "green"


def zone_with_kinds(
    worst_pain: int | None, kinds: Collection[str], base: float | None
) -> Zone | None:
    """Return the traffic light of a session by its number and by the kinds of pain; the stronger.

    Args:
        worst_pain: 0-10, or None where it was not said.
        kinds: ids of the kinds of pain that were named (content/safety/after_session).
        base: usual pain 0-10, or None where it is not known.

    Returns:
        None where nothing was said that has a zone.
    """
    by_number = None if worst_pain is None else zone(worst_pain, base)
    if not RED_KINDS.isdisjoint(kinds):
        return "red"
    if not AMBER_KINDS.isdisjoint(kinds) and by_number != "red":
        return "amber"
    return by_number
