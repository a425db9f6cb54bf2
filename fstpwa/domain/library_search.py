"""Finding movements: words, filters that combine, and how many each further choice would leave."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from fstpwa.domain.movement import Movement, Vocabularies, short_label

FacetName = Literal["region", "kind", "equipment", "position", "serves"]
FACETS: tuple[FacetName, ...] = ("region", "kind", "equipment", "position", "serves")

LONGEST_TEXT = 80
MOST_WORDS = 8
EMPTY_WORDS = frozenset({"a", "an", "and", "at", "for", "in", "my", "of", "on", "or", "the", "to"})
"""Words people type between the words that matter ("stretch for my neck")."""

_WORD = re.compile(r"[^\W_]+")
_MARKS_INSIDE_WORDS = str.maketrans("", "", "'\N{RIGHT SINGLE QUOTATION MARK}`")


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryQuery:
    """What somebody is looking for. Within a facet one choice is enough; each facet must fit."""

    text: str = ""
    """As typed, without space at the ends; at most 80 characters."""
    chosen: Mapping[FacetName, frozenset[str]] = field(default_factory=dict)
    """Known codes only, and no facet without a choice."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words to search for; all must match."""
        found = [word for word in words_of(self.text) if word not in EMPTY_WORDS]
        return tuple(found[:MOST_WORDS])

    @property
    def choices(self) -> int:
        """How many filters are on."""
        return sum(map(len, self.chosen.values()))

    def without(self, facet: FacetName, code: str) -> "LibraryQuery":
        """Return the query with one choice taken back."""
        left = {name: codes - {code} if name == facet else codes for name, codes in self.items()}
        return replace(self, chosen={name: codes for name, codes in left.items() if codes})

    def without_text(self) -> "LibraryQuery":
        """Return the query with its filters only."""
        return replace(self, text="")

    def without_choices(self) -> "LibraryQuery":
        """Return the query with its words only."""
        return replace(self, chosen={})

    def items(self) -> Iterable[tuple[FacetName, frozenset[str]]]:
        """Return the facets with a choice, in reading order."""
        return ((name, self.chosen[name]) for name in FACETS if name in self.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A movement as the search sees it."""

    movement: Movement
    name_words: frozenset[str]
    region_words: frozenset[str]
    words: frozenset[str]
    """All words that find it, those of the name and the regions among them."""
    codes: Mapping[FacetName, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a query."""

    movements: tuple[Movement, ...]
    """Best first; in the order of the library where the words do not tell them apart."""
    counts: Mapping[FacetName, Mapping[str, int]]
    """For each code: how many movements it stands for, given the words and the other facets."""


def read_query(
    text: str, values: Mapping[str, Sequence[str]], vocabularies: Vocabularies
) -> LibraryQuery:
    """Make a query of what an address says. Unknown facets and codes are passed over.

    Args:
        text: the words typed; cut off after 80 characters.
        values: facet name -> codes.
        vocabularies: the closed vocabularies that codes must come from.
    """
    known = codes_of(vocabularies)
    chosen = {name: frozenset(values.get(name, ())) & known[name].keys() for name in FACETS}
    return LibraryQuery(
        text=" ".join(text[:LONGEST_TEXT].split()),
        chosen={name: codes for name, codes in chosen.items() if codes},
    )


def codes_of(vocabularies: Vocabularies) -> Mapping[FacetName, Mapping[str, str]]:
    """Return the codes of each facet with their labels, in reading order."""
    return {
        "region": vocabularies.body_regions,
        "kind": vocabularies.kinds,
        "equipment": vocabularies.equipment,
        "position": vocabularies.positions,
        "serves": vocabularies.conditions,
    }


def index_of(movements: Iterable[Movement], vocabularies: Vocabularies) -> tuple[Entry, ...]:
    """Return what the search needs of each movement; do this once."""
    return tuple(_entry(movement, vocabularies) for movement in movements)


def search(index: Sequence[Entry], query: LibraryQuery) -> Found:
    """Return the movements of `index` that fit `query`, and the counts beside each choice.

    Every word must be the beginning of a word of the movement. Movements that have more of the
    words in their name come first, then those that have more in the regions they are for.
    """
    by_words = [entry for entry in index if _has_all(entry.words, query.words)]
    fitting = [entry for entry in by_words if _fits(entry, query)]
    fitting.sort(key=lambda entry: _rank(entry, query.words), reverse=True)
    return Found(
        movements=tuple(entry.movement for entry in fitting),
        counts={name: _counts(by_words, query, name) for name in FACETS},
    )


def words_of(text: str) -> list[str]:
    """Return the words of `text`, small letters, without accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_MARKS_INSIDE_WORDS)
    return _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))


def _entry(movement: Movement, vocabularies: Vocabularies) -> Entry:
    texts = [
        *movement.everyday_words,
        *(vocabularies.conditions[code] for code in movement.serves),
        *(vocabularies.equipment[code] for code in movement.equipment if code != "none"),
        short_label(vocabularies.kinds[movement.kind]),
    ]
    name_words = frozenset(words_of(movement.name))
    regions = " ".join(vocabularies.body_regions[code] for code in movement.regions)
    region_words = frozenset(words_of(regions))
    return Entry(
        movement=movement,
        name_words=name_words,
        region_words=region_words,
        words=name_words.union(region_words, *map(words_of, texts)),
        codes={
            "region": frozenset(movement.regions),
            "kind": frozenset({movement.kind}),
            "equipment": frozenset(movement.equipment),
            "position": frozenset({movement.position}),
            "serves": frozenset(movement.serves),
        },
    )


def _rank(entry: Entry, words: Sequence[str]) -> tuple[int, int]:
    return _words_in(entry.name_words, words), _words_in(entry.region_words, words)


def _counts(entries: Sequence[Entry], query: LibraryQuery, facet: FacetName) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in entries:
        if _fits(entry, query, but=facet):
            for code in entry.codes[facet]:
                counts[code] = counts.get(code, 0) + 1
    return counts


def _fits(entry: Entry, query: LibraryQuery, *, but: FacetName | None = None) -> bool:
    return all(name == but or entry.codes[name] & codes for name, codes in query.items())


def _has_all(known: Iterable[str], words: Sequence[str]) -> bool:
    return _words_in(known, words) == len(words)


def _words_in(known: Iterable[str], words: Sequence[str]) -> int:
    return sum(any(_begins(each, word) for each in known) for word in words)


def _begins(known: str, word: str) -> bool:
    # "heels" finds "heel": the one ending that people add and the content does not have.
    return known.startswith(word) or (len(word) > 3 and word.endswith("s") and known == word[:-1])
