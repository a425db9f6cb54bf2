"""What the builder's page shows of a form: its lines with their fields, minutes, what was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fstpwa.blueprints.movements.presenting import Card, card_of, labels, search_index
from fstpwa.blueprints.routines.forms import BuilderForm, Row
from fstpwa.content import library
from fstpwa.domain.dose import dose_in_words
from fstpwa.domain.library_search import read_query, search
from fstpwa.domain.movement import Movement
from fstpwa.domain.routine import NUMBERS, RANGES, library_dose, line_problems
from fstpwa.domain.timeline import minutes
from fstpwa.services import routines

MOST_FOUND = 12
LABELS = {
    "sets": _l("Sets"),
    "reps": _l("Repetitions"),
    "hold_s": _l("Held (s)"),
    "seconds": _l("Seconds"),
    "rest_s": _l("Rest (s)"),
}
HOLDS = _l("Holds")
SIDES = {
    "both": _l("Both sides"),
    "": _l("The side chosen when it is given"),
    "left": _l("Left side only"),
    "right": _l("Right side only"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberShown:
    """A number of a line."""

    name: str
    label: str
    value: str
    least: int
    most: int
    usual: int
    """The library's."""
    eased: int
    """That of the easier version."""
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A line of the builder."""

    row: Row
    movement: Movement | None
    numbers: tuple[NumberShown, ...]
    errors: Mapping[str, str]
    """Field -> what is wrong with it."""
    words: str
    """Its dose and time in words; empty where it cannot be reckoned."""
    has_more: bool
    """Whether there is a note, or it is the easier version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalShown:
    """How long it all takes."""

    count: int
    minutes: int
    """0 where nothing can be reckoned."""
    is_whole: bool
    """Whether every line is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundShown:
    """What the library has for the words typed."""

    key: str
    """The words and the region, to tell whether it is the answer to what stands in the fields."""
    cards: tuple[Card, ...]
    count: int
    is_asked: bool


def lines_shown(form: BuilderForm) -> tuple[LineShown, ...]:
    """Return the lines of a form with their fields, doses in words and faults."""
    words = _words(form)
    return tuple(
        LineShown(
            row=row,
            movement=row.movement,
            numbers=_numbers(form, row, index),
            errors={name: text for (line, name), text in form.errors.items() if line == index},
            words=words.get(index, ""),
            has_more=bool(row.note) or row.easier,
        )
        for index, row in enumerate(form.rows)
    )


def total_shown(form: BuilderForm) -> TotalShown:
    """Return how long the lines take that can be reckoned."""
    usable = [row.line for row in form.rows if not line_problems(row.line, row.movement)]
    return TotalShown(
        count=len(form.rows),
        minutes=minutes(routines.total_s(usable)) if usable else 0,
        is_whole=len(usable) == len(form.rows),
    )


def found_shown(form: BuilderForm) -> FoundShown:
    """Return the movements on offer that fit what was typed, the best first."""
    query = read_query(form.q, {"region": [form.region]}, library().vocabularies)
    is_asked = bool(query.words or query.choices)
    found = search(search_index(), query).movements if is_asked else ()
    return FoundShown(
        key=f"{form.q.strip()}|{form.region}",
        cards=tuple(card_of(movement.slug) for movement in found[:MOST_FOUND]),
        count=len(found),
        is_asked=is_asked,
    )


def regions() -> Mapping[str, str]:
    """Return the parts of the body to choose from."""
    return labels()["region"]


def flare_choices(form: BuilderForm) -> list[tuple[str, str]]:
    """Return the programmes whose flare-day session can go with a routine: value, words."""
    content = library()
    fitting = content.programmes[form.suggested].name
    on_offer = [(one.slug, one.name) for one in content.programmes_on_offer()]
    return [("", _("What fits the movements: %(name)s", name=fitting)), *on_offer]


def dose_of(row: Row) -> str:
    """Say what is done of a movement, as the list of a saved routine has it."""
    return _words(BuilderForm(rows=(row,))).get(0, "")


def _words(form: BuilderForm) -> dict[int, str]:
    usable = [
        (index, row.line)
        for index, row in enumerate(form.rows)
        if not line_problems(row.line, row.movement)
    ]
    measured = routines.measured([line for _index, line in usable])
    said = {}
    for (index, _line), (item, seconds) in zip(usable, measured, strict=True):
        movement = library().movements[item.slug]
        dose = item.easier_dose if item.softened else item.dose
        words = dose_in_words(dose, side=item.side, alternating=movement.sides == "alternating")
        said[index] = f"{words[0].upper()}{words[1:]} · {_time(seconds)}"
    return said


def _time(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    parts = [_("%(minutes)s min", minutes=whole)] if whole else []
    return " ".join([*parts, _("%(seconds)s s", seconds=rest)] if rest else parts)


def _numbers(form: BuilderForm, row: Row, index: int) -> tuple[NumberShown, ...]:
    movement = row.movement
    if movement is None:
        return ()
    usual, eased = library_dose(movement), library_dose(movement, easier=True)
    mode = movement.dose.mode
    return tuple(
        NumberShown(
            name=name,
            label=str(HOLDS if (mode, name) == ("hold", "reps") else LABELS[name]),
            value=row.typed.get(name, ""),
            least=RANGES[name][0],
            most=RANGES[name][-1],
            usual=getattr(usual, name),
            eased=getattr(eased, name),
            error=form.errors.get((index, name)),
        )
        for name in NUMBERS[mode]
    )
