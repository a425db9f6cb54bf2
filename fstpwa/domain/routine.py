"""A routine a therapist builds: movements in order, each with its dose, side and a note."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from fstpwa.domain.dose import SIDE_CHOICES, Dose, Mode, SideChoice, easier_dose, evened
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.movement import Movement
from fstpwa.domain.planning import template_items
from fstpwa.domain.programme import Programme, SessionMovement, SessionTemplate
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.timeline import minutes
from fstpwa.domain.variants import usual_s

MOST_MOVEMENTS = 20
MOST_MINUTES = 90
"""Of a routine at its usual pace; nobody practises longer at home."""
NAME_LETTERS = 80
PURPOSE_LETTERS = 400
NOTE_LETTERS = 200
SETS = range(1, 11)
REPS = range(1, 31)
HOLD_S = range(5, 121)
SECONDS = range(10, 601)
REST_S = range(121)

RANGES: Mapping[str, range] = {
    "sets": SETS,
    "reps": REPS,
    "hold_s": HOLD_S,
    "seconds": SECONDS,
    "rest_s": REST_S,
}
NUMBERS: Mapping[Mode, tuple[str, ...]] = {
    "hold": ("sets", "reps", "hold_s", "rest_s"),
    "reps": ("sets", "reps", "rest_s"),
    "time": ("sets", "seconds", "rest_s"),
}
"""Which numbers a movement has, by how it is counted."""

NEEDS_A_NAME = "Give the routine a name."
NAME_TOO_LONG = f"A name has at most {NAME_LETTERS} letters."
PURPOSE_TOO_LONG = f"What it is for has at most {PURPOSE_LETTERS} letters."
NOTE_TOO_LONG = f"A note has at most {NOTE_LETTERS} letters."
EMPTY = "Add at least one movement."
TOO_MANY = f"A routine has at most {MOST_MOVEMENTS} movements. Take some out."
UNKNOWN = "The library does not have this movement. Take it out."
RETIRED = "This movement is no longer used in new plans. Take it out."
NO_SIDES = "This movement has no sides to choose from."
NO_FLARE = "Choose a programme of the library for flare days."


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineLine:
    """One movement of a routine. A number that is None is the library's; so is a side."""

    slug: str
    sets: int | None = None
    """1-10."""
    reps: int | None = None
    """1-30, of holds or repetitions."""
    hold_s: int | None = None
    """5-120 seconds, where it is held."""
    seconds: int | None = None
    """10-600, where it is done for a time."""
    rest_s: int | None = None
    """0-120 seconds between two bouts."""
    side: SideChoice | None = None
    """None: the side chosen with the assignment, or both."""
    note: str = ""
    """To the client, at most 200 letters."""
    easier: bool = False
    """Whether the easier version is what is prescribed; numbers that are None are then of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineDraft:
    """What somebody saves of a routine."""

    name: str
    """1-80 letters."""
    purpose: str = ""
    """Shown to clients, at most 400 letters."""
    lines: tuple[RoutineLine, ...]
    """1-20."""
    flare_from: str
    """Slug of the library's programme whose flare-day session goes with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a draft cannot be saved as it is, in words for whoever wrote it."""

    field: str
    """Of the draft, or of the line."""
    words: str
    line: int | None = None
    """Which line, from 0; None: it is about the whole."""


def stored_lines(lines: Sequence[RoutineLine]) -> list[dict[str, Any]]:
    """Return lines as they are stored: without what is the library's."""
    plain = RoutineLine(slug="")
    return [
        {
            name: value
            for name, value in asdict(line).items()
            if name == "slug" or value != getattr(plain, name)
        }
        for line in lines
    ]


def read_lines(stored: Sequence[Mapping[str, Any]]) -> tuple[RoutineLine, ...]:
    """Return what `stored_lines` wrote. Raises InvalidValue for anything else."""
    try:
        return tuple(RoutineLine(**line) for line in stored)
    except TypeError:
        raise InvalidValue("This routine cannot be read any more.") from None


def library_dose(movement: Movement, *, easier: bool = False) -> Dose:
    """Return the dose that a line has without numbers of its own."""
    if not easier:
        return movement.dose
    least = easier_dose(movement.dose, movement.easier.dose)
    return evened(least) if movement.sides == "alternating" else least


def lean(line: RoutineLine, movement: Movement) -> RoutineLine:
    """Return the line without the numbers that are the library's, or that it has no use for."""
    usual = library_dose(movement, easier=line.easier)
    used = NUMBERS[movement.dose.mode]
    changes: dict[str, Any] = {
        name: None
        for name in RANGES
        if name not in used or getattr(line, name) == getattr(usual, name)
    }
    if movement.sides != "left_right":
        changes["side"] = None
    return replace(line, **changes)


def problems(
    draft: RoutineDraft, movements: Mapping[str, Movement], programmes: Mapping[str, Programme]
) -> tuple[Problem, ...]:
    """Return all that keeps a draft from being saved; nothing where it can be.

    Args:
        draft: as it was typed; a number that cannot be read is -1.
        movements: the library by slug, retired ones too.
        programmes: the library's by slug.
    """
    found = []
    if not draft.name:
        found.append(Problem(field="name", words=NEEDS_A_NAME))
    if len(draft.name) > NAME_LETTERS:
        found.append(Problem(field="name", words=NAME_TOO_LONG))
    if len(draft.purpose) > PURPOSE_LETTERS:
        found.append(Problem(field="purpose", words=PURPOSE_TOO_LONG))
    programme = programmes.get(draft.flare_from)
    if programme is None or programme.retired:
        found.append(Problem(field="flare_from", words=NO_FLARE))
    if not draft.lines:
        found.append(Problem(field="lines", words=EMPTY))
    if len(draft.lines) > MOST_MOVEMENTS:
        found.append(Problem(field="lines", words=TOO_MANY))
    for number, line in enumerate(draft.lines):
        found += line_problems(line, movements.get(line.slug), number)
    if not found:
        found += _too_long(draft.lines, movements)
    return tuple(found)


def line_problems(
    line: RoutineLine, movement: Movement | None, number: int | None = None
) -> list[Problem]:
    """Return what is wrong with one line; `movement` is None where the library has none."""
    if movement is None:
        return [Problem(field="slug", words=UNKNOWN, line=number)]
    found = []
    if movement.retired:
        found.append(Problem(field="slug", words=RETIRED, line=number))
    used = NUMBERS[movement.dose.mode]
    for name, allowed in RANGES.items():
        value = getattr(line, name)
        if value is None:
            continue
        if name not in used:
            words = "This movement is not counted that way."
        elif value not in allowed:
            words = f"Give a whole number from {allowed[0]} to {allowed[-1]}."
        else:
            continue
        found.append(Problem(field=name, words=words, line=number))
    if line.side is not None and (line.side not in SIDE_CHOICES or movement.sides != "left_right"):
        found.append(Problem(field="side", words=NO_SIDES, line=number))
    if len(line.note) > NOTE_LETTERS:
        found.append(Problem(field="note", words=NOTE_TOO_LONG, line=number))
    return found


def session_movement(line: RoutineLine) -> SessionMovement:
    """Return a line as a session has it. All count the same: in a shorter version the last go."""
    return SessionMovement(
        slug=line.slug,
        priority="useful",
        sets=line.sets,
        reps=line.reps,
        hold_s=line.hold_s,
        seconds=line.seconds,
        rest_s=line.rest_s,
        side=line.side if line.side in ("left", "right") else None,
        one_side=line.side is None,
        easier=line.easier,
        note=line.note,
    )


def routine_items(
    lines: Iterable[RoutineLine],
    movements: Mapping[str, Movement],
    side: SideChoice = "both",
) -> tuple[PlannedItem, ...]:
    """Return the movements of a routine with their doses fixed, as a session plans them.

    Args:
        lines: without problems.
        movements: the library by slug; KeyError if one of the lines is not in it.
        side: the side chosen with the assignment.
    """
    template = SessionTemplate(
        id="main",
        name="",
        session_minutes=0,
        minutes_without_optional=0,
        minutes_core_only=0,
        movements=tuple(map(session_movement, lines)),
        days_per_week=7,
        times_per_day=1,
    )
    return template_items(template, side, movements)


def suggested_flare(
    slugs: Iterable[str],
    movements: Mapping[str, Movement],
    programmes: Sequence[Programme],
) -> str:
    """Return the slug of the programme whose flare-day session fits these movements best.

    The one whose regions the movements are for most often, counted against how many regions it
    has: of two that fit the same, the narrower, then the earlier in the library.

    Args:
        slugs: of the movements; unknown ones are passed over.
        movements: the library by slug.
        programmes: those on offer, in reading order; at least one.
    """
    regions = [code for slug in slugs if slug in movements for code in movements[slug].regions]

    def fit(programme: Programme) -> tuple[int, int]:
        covered = sum(code in programme.target_regions for code in regions)
        return covered, -len(programme.target_regions)

    return max(programmes, key=fit).slug if regions else programmes[0].slug


def differences(
    before: Sequence[RoutineLine], after: Sequence[RoutineLine], names: Mapping[str, str]
) -> tuple[str, ...]:
    """Say in sentences what differs between the movements of two versions, for a therapist.

    Args:
        before: the older one.
        after: the newer one.
        names: of movements, by slug; one that is not in it is called by its slug.
    """
    old, new = [line.slug for line in before], [line.slug for line in after]
    said = []
    for lead, only in (
        ("Added", Counter(new) - Counter(old)),
        ("Taken out", Counter(old) - Counter(new)),
    ):
        if only:
            said.append(f"{lead}: {', '.join(names.get(slug, slug) for slug in only.elements())}.")
    both = list(dict.fromkeys(slug for slug in new if slug in old))
    changed = [
        slug
        for slug in both
        if [line for line in before if line.slug == slug]
        != [line for line in after if line.slug == slug]
        and old.count(slug) == new.count(slug)
    ]
    if changed:
        said.append(f"Changed: {', '.join(names.get(slug, slug) for slug in changed)}.")
    if both != list(dict.fromkeys(slug for slug in old if slug in new)):
        said.append("The order is another one.")
    return tuple(said)


def _too_long(lines: Sequence[RoutineLine], movements: Mapping[str, Movement]) -> Iterable[Problem]:
    takes = minutes(usual_s(routine_items(lines, movements), movements))
    if takes > MOST_MINUTES:
        words = f"That takes {takes} minutes. A routine has at most {MOST_MINUTES}."
        yield Problem(field="lines", words=words)
