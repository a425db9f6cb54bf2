"""Which fixed safety text belongs before a movement."""

from fstpwa.domain.movement import Movement

NECK = "neck"
SAID_ONCE = frozenset({"risk_before_self_release"})
"""Messages for the first such movement of a session only. Source: messages.yaml, `where`."""


def risk_messages(movement: Movement) -> tuple[str, ...]:
    """Return the ids of the safety messages to show before `movement`, most serious first.

    Source: safety.yaml, messages `risk_before_neck`, `risk_before_balance` and
    `risk_before_self_release` with the places they name.
    """
    found = []
    if NECK in (*movement.contact_regions, *movement.load_regions):
        found.append("risk_before_neck")
    if movement.kind == "balance":
        found.append("risk_before_balance")
    if movement.kind == "self_release":
        found.append("risk_before_self_release")
    return tuple(found)
