"""What the pages of the library say about movements, worked out once a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from fstpwa.content import library
from fstpwa.domain.cautions import risk_messages
from fstpwa.domain.dose import dose_in_words
from fstpwa.domain.library_search import FACETS, Entry, FacetName, Found, LibraryQuery, index_of
from fstpwa.domain.movement import Movement
from fstpwa.domain.plain_labels import listed, plain_conditions, plain_kinds, plain_regions
from fstpwa.domain.programme import Programme
from fstpwa.domain.timeline import Pace, block, minutes

LEGENDS: Mapping[FacetName, str] = {
    "region": "Part of the body",
    "kind": "Kind",
    "equipment": "With",
    "position": "Position",
    "serves": "Used for",
}
NO_TIME_BETWEEN = Pace(get_ready_s=0, transition_s=0)
UNDER_A_MINUTE_S = 45
NO_EQUIPMENT = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A movement in a list."""

    movement: Movement
    kind: str
    time: str
    equipment: str
    needs_something: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a filter."""

    code: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One filter with its values."""

    name: FacetName
    legend: str
    choices: tuple[Choice, ...]


@cache
def search_index() -> tuple[Entry, ...]:
    """Return the movements on offer, ready to be searched."""
    content = library()
    return index_of(content.movements_on_offer(), content.vocabularies)


@cache
def labels() -> Mapping[FacetName, Mapping[str, str]]:
    """Return the short label of each code, by facet, in reading order."""
    words = library().vocabularies
    return {
        "region": plain_regions(words),
        "kind": plain_kinds(words),
        "equipment": words.equipment,
        "position": words.positions,
        "serves": plain_conditions(words),
    }


def facets_of(query: LibraryQuery, found: Found) -> tuple[Facet, ...]:
    """Return all filters with their counts, and which values are chosen."""
    return tuple(
        Facet(
            name=name,
            legend=LEGENDS[name],
            choices=tuple(
                Choice(
                    code=code,
                    label=label,
                    count=found.counts[name].get(code, 0),
                    chosen=code in query.chosen.get(name, ()),
                )
                for code, label in labels()[name].items()
            ),
        )
        for name in FACETS
    )


@cache
def card_of(slug: str) -> Card:
    """Return the card of a movement. Raises KeyError if there is none."""
    movement = library().movements[slug]
    return Card(
        movement=movement,
        kind=labels()["kind"][movement.kind],
        time=time_in_words(movement),
        equipment=listed(labels()["equipment"][code] for code in movement.equipment),
        needs_something=movement.equipment != (NO_EQUIPMENT,),
    )


def time_in_words(movement: Movement) -> str:
    """Say how long a movement takes at its usual dose, rests included."""
    seconds = block(movement, movement.dose, None, NO_TIME_BETWEEN).duration_s
    if seconds < UNDER_A_MINUTE_S:
        return "Under a minute"
    whole = minutes(seconds)
    return f"About {whole} minute{'' if whole == 1 else 's'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementPage:
    """What the page of one movement says beyond the movement itself."""

    card: Card
    position: str
    dose: str
    sides: str
    """Empty for one done on both sides at once."""
    easier_dose: str
    instead: Movement | None
    warnings: tuple[str, ...]
    leave_out: tuple[str, ...]
    """In the words a person uses; the same for the next two."""
    ask_first: tuple[str, ...]
    easier_with: tuple[str, ...]
    level: str
    citations: tuple[str, ...]
    regions: tuple[str, ...]
    serves: tuple[str, ...]
    programmes: tuple[Programme, ...]
    """Programmes on offer that use it."""


@cache
def page_of(slug: str) -> MovementPage:
    """Return the page of a movement, retired or not. Raises KeyError if there is none."""
    content = library()
    movement = content.movements[slug]
    alternating = movement.sides == "alternating"
    instead = movement.easier.instead
    return MovementPage(
        card=card_of(slug),
        position=labels()["position"][movement.position],
        dose=dose_in_words(movement.dose, alternating=alternating),
        sides="" if movement.sides == "bilateral" else content.vocabularies.sides[movement.sides],
        easier_dose=dose_in_words(movement.easier.dose, alternating=alternating),
        instead=content.movements[instead] if instead else None,
        warnings=tuple(content.safety.message(name) for name in risk_messages(movement)),
        leave_out=_flags_in_words(movement.stop_if),
        ask_first=_flags_in_words(movement.ask_first_if),
        easier_with=_flags_in_words(movement.modify_if),
        level=content.vocabularies.evidence_levels[movement.evidence.level],
        citations=tuple(content.sources[name].citation for name in movement.evidence.sources),
        regions=tuple(labels()["region"][code] for code in movement.regions),
        serves=tuple(labels()["serves"][code] for code in movement.serves),
        programmes=tuple(p for p in content.programmes_on_offer() if _uses(p, slug)),
    )


def _flags_in_words(flags: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        flag.person_label for code, flag in library().safety.flags.items() if code in flags
    )


def _uses(programme: Programme, slug: str) -> bool:
    templates = [template for phase in programme.phases for template in phase.sessions]
    return any(line.slug == slug for template in templates for line in template.movements)
