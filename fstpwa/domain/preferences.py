"""What somebody would rather not do, likes, has not at hand, or can get into.

Wishes, no safety rule: what the answers hide or lock stays so whatever is wished, and nothing that
is wished opens anything. Source: our own rule (E); equipment, positions and "floor or bed needed"
are those of each movement's file.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.movement import Movement, Vocabularies

Position = Literal["any", "no_floor", "sitting", "standing"]
"""no_floor: nothing for which one gets down to a floor or bed. sitting, standing: only movements
that begin so; sitting is sitting on a chair, not on the floor."""
POSITIONS: tuple[Position, ...] = get_args(Position)
Wish = Literal["avoided", "preferred", "none"]
"""What somebody may say of one movement."""

NO_EQUIPMENT = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What one person wishes of their sessions."""

    avoided: frozenset[str] = frozenset()
    """Slugs of movements they would rather not do."""
    preferred: frozenset[str] = frozenset()
    """Slugs of movements they like: they come first where one has to stand in."""
    missing: frozenset[str] = frozenset()
    """Codes of equipment that is not at hand."""
    position: Position = "any"

    @property
    def puts_nothing_aside(self) -> bool:
        """Whether every movement fits."""
        return not (self.avoided or self.missing) and self.position == "any"

    def wish(self, slug: str) -> Wish:
        """Return what was said of a movement."""
        if slug in self.avoided:
            return "avoided"
        return "preferred" if slug in self.preferred else "none"


ANYTHING = Preferences()


def why_not(movement: Movement, preferences: Preferences, vocabularies: Vocabularies) -> str | None:
    """Return in a few words why a movement does not fit; None if it does.

    The words follow a colon: "Wall slide is left out: it needs a wall". What was said of the
    movement itself goes before the rest.
    """
    if movement.slug in preferences.avoided:
        return "you would rather not do it"
    lacking = [code for code in movement.equipment if code in preferences.missing]
    if lacking:
        things = [_a(vocabularies.equipment[code]) for code in lacking]
        return f"it needs {' and '.join(things)}"
    return _position_in_the_way(movement, preferences.position, vocabularies)


def checked(
    preferences: Preferences, slugs: Collection[str], equipment: Collection[str]
) -> Preferences:
    """Return `preferences` if they can be used.

    Args:
        preferences: what was entered.
        slugs: every movement there is.
        equipment: every code of equipment there is.

    Raises:
        InvalidValue: an unknown movement, thing or position, or a movement both liked and not.
    """
    if (preferences.avoided | preferences.preferred) - set(slugs):
        raise InvalidValue("There is no such movement. Please choose one of the list.")
    if preferences.missing - (set(equipment) - {NO_EQUIPMENT}):
        raise InvalidValue("There is no such thing in the list. Please choose from it.")
    if preferences.position not in POSITIONS:
        raise InvalidValue("Please choose one of the positions that are offered.")
    if preferences.avoided & preferences.preferred:
        raise InvalidValue("A movement is either liked or rather not done.")
    return preferences


def read(
    avoided: Iterable[str],
    preferred: Iterable[str],
    missing: Iterable[str],
    position: str,
    *,
    slugs: Collection[str],
    equipment: Collection[str],
) -> Preferences:
    """Return stored preferences; what the content no longer knows is passed over.

    Args:
        avoided: slugs.
        preferred: slugs.
        missing: codes of equipment.
        position: a `Position`; an unknown one counts as any.
        slugs: every movement there is.
        equipment: every code of equipment there is.
    """
    not_done = frozenset(avoided) & set(slugs)
    return Preferences(
        avoided=not_done,
        preferred=(frozenset(preferred) & set(slugs)) - not_done,
        missing=frozenset(missing) & (set(equipment) - {NO_EQUIPMENT}),
        position=position if position in POSITIONS else "any",
    )


def _position_in_the_way(
    movement: Movement, position: Position, vocabularies: Vocabularies
) -> str | None:
    if position == "any":
        return None
    if position in ("sitting", "standing") and movement.position != position:
        return f"it is done {_uncapitalised(vocabularies.positions[movement.position])}"
    if movement.floor_or_bed_needed:
        return "it is done on the floor or a bed"
    return None


def _a(label: str) -> str:
    """Return a thing with its article: "a foam roller"."""
    return f"{'an' if label[0].lower() in 'aeiou' else 'a'} {_uncapitalised(label)}"


def _uncapitalised(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"
