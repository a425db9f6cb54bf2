"""What is not done for other reasons than safety: a wish, or a rule of the day.

The gate (domain/gated_session.py) lays it on after the answers: a movement that they hide or lock
stays so, with their reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.movement import Movement, Vocabularies
from fstpwa.domain.preferences import Preferences, why_not

RETIRED = "It is not offered any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyAside:
    """Why a movement is not done although the answers leave it."""

    by: Literal["wish", "day", "library"]
    """What the person wishes, a rule of the day (domain/day_rules.py), or that it was retired."""
    words: str
    """A few words after a colon for a wish, whole sentences for anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAside:
    """Which movements are not done for other reasons than safety, and which are liked."""

    why: Mapping[str, WhyAside]
    """By slug."""
    preferred: frozenset[str] = frozenset()


def put_aside(
    preferences: Preferences,
    movements: Mapping[str, Movement],
    vocabularies: Vocabularies,
    away: Mapping[str, str] | None = None,
) -> PutAside:
    """Return what is put aside on one day; what the library has retired always is.

    Args:
        preferences: what the person wishes.
        movements: the library by slug.
        vocabularies: the words of equipment and positions.
        away: slug -> sentence, of movements that a rule of the day puts away
            (`Adaptation.why_away`); it goes before a wish.
    """
    found: dict[str, WhyAside] = {}
    if not preferences.puts_nothing_aside:
        for movement in movements.values():
            words = why_not(movement, preferences, vocabularies)
            if words is not None:
                found[movement.slug] = WhyAside(by="wish", words=words)
    for slug, sentence in (away or {}).items():
        found[slug] = WhyAside(by="day", words=sentence)
    for movement in movements.values():
        if movement.retired:
            found[movement.slug] = WhyAside(by="library", words=RETIRED)
    return PutAside(why=found, preferred=preferences.preferred)


NOTHING_ASIDE = PutAside(why={})
