"""Days on which no session is started any more, and how strong the reason is."""

from typing import Literal

HoldReason = Literal["emergency", "urgent", "ask first", "not today", "red"]

STRENGTH: dict[HoldReason, int] = {
    "not today": 0,
    "red": 1,
    "ask first": 2,
    "urgent": 3,
    "emergency": 4,
}
CORRECTABLE: frozenset[HoldReason] = frozenset({"ask first", "not today"})
"""A mistaken tick can be corrected, except for emergencies and what must be seen today.

Source: safety.yaml, unlock.principles.
"""


def stronger(one: HoldReason, other: HoldReason) -> HoldReason:
    """Return the stronger of two reasons."""
    return one if STRENGTH[one] >= STRENGTH[other] else other
