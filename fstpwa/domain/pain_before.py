"""What a rating of pain before a session proposes: the usual one, the easier one, or hardly any.

The person decides; this only says which version fits. The phone compares, the server has the rule:
so it works without a network.

Source: content/safety/pain_rules.yaml (base, low_base, high_base), laid on the pain before a session;
which version goes with which light is our own rule (E).
"""

from collections.abc import Collection
from dataclasses import dataclass

from fstpwa.domain.pain_zone import ALWAYS_RED, starts_of
from fstpwa.domain.session import VariantName

EASIER_WORDS = "That is more than is usual for you. The easier version fits better today."
SHORT_WORDS = "That is a lot of pain. The short, gentle version is enough today."
REST_WORDS = "That is a lot of pain. Do as little as feels right today."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed in one light."""

    variant: VariantName | None
    """None where the session has no version that fits better."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PainBefore:
    """What each rating 0-10 before a session proposes. Below `amber_from` nothing."""

    amber_from: int
    """From here on the easier version is proposed; the same as `red_from` where nothing is amber."""
    red_from: int
    """From here on the short gentle version, or not today."""
    amber: Proposal
    red: Proposal


def pain_before(base: float | None, offered: Collection[VariantName]) -> PainBefore:
    """Return what a rating before a session proposes.

    Args:
        base: usual pain 0-10 of the days before (pain_rules.base). None: not known; then the
            rating would be held against itself, so that only 9 and 10 propose anything.
        offered: the versions that the session has today.
    """
    amber_from, red_from = (ALWAYS_RED, ALWAYS_RED) if base is None else starts_of(base)
    gentle: VariantName | None = next(
        (each for each in ("flare", "easier") if each in offered), None
    )
    return PainBefore(
        amber_from=amber_from,
        red_from=red_from,
        amber=Proposal(variant="easier" if "easier" in offered else None, words=EASIER_WORDS),
        red=Proposal(variant=gentle, words=SHORT_WORDS if gentle == "flare" else REST_WORDS),
    )
