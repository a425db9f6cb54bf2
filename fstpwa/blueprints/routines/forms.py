"""The form of the builder: what was typed, line by line, whatever it is, so that nothing is lost."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from werkzeug.datastructures import MultiDict

from fstpwa.content import library
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.movement import Movement
from fstpwa.domain.routine import (
    MOST_MOVEMENTS,
    NUMBERS,
    RoutineDraft,
    RoutineLine,
    lean,
    library_dose,
    problems,
    read_lines,
    suggested_flare,
)
from fstpwa.domain.typed_text import one_line
from fstpwa.models.care import RoutineVersion

MOST_ROWS = 3 * MOST_MOVEMENTS
"""So many lines of a form are read; more than may be saved, so that somebody can take some out."""
NO_NUMBER = -1
"""Stands for what was typed and is no number: in no range."""
KEY = re.compile(r"[a-z0-9]{1,12}")
WHOLE_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the form."""

    key: str
    """What its fields are called by; only in this form."""
    slug: str
    typed: Mapping[str, str]
    """Number -> as it was typed."""
    side: str = "both"
    """A side, or empty: the one chosen with the assignment."""
    note: str = ""
    easier: bool = False

    @property
    def movement(self) -> Movement | None:
        """The movement, None where the library has none."""
        return library().movements.get(self.slug)

    @property
    def name(self) -> str:
        """The movement's name."""
        return self.movement.name if self.movement else self.slug

    @property
    def line(self) -> RoutineLine:
        """What it means; a number that cannot be read is -1."""
        movement = self.movement
        numbers = NUMBERS[movement.dose.mode] if movement else ()
        has_sides = movement is not None and movement.sides == "left_right"
        return RoutineLine(
            slug=self.slug,
            side=(self.side or None) if has_sides else None,  # type: ignore[arg-type]  # checked by line_problems
            note=self.note,
            easier=self.easier,
            **{name: _number(self.typed.get(name, "")) for name in numbers},
        )

    def eased(self, *, easier: bool) -> "Row":
        """Return it as its easier version or not: numbers of the library are then those of that."""
        movement = self.movement
        if movement is None or easier == self.easier:
            return replace(self, easier=easier)
        before = library_dose(movement, easier=self.easier)
        after = library_dose(movement, easier=easier)
        typed = {
            name: str(getattr(after, name)) if text == str(getattr(before, name)) else text
            for name, text in self.typed.items()
        }
        return replace(self, easier=easier, typed=typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """The line that was taken out last, and where it stood."""

    row: Row
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuilderForm:
    """A routine being built."""

    name: str = ""
    purpose: str = ""
    flare_from: str = ""
    """Empty: the one that fits the movements."""
    rows: tuple[Row, ...] = ()
    removed: Removed | None = None
    on_version: int = 0
    """The version that was there when it was opened; 0: none."""
    q: str = ""
    region: str = ""
    errors: Mapping[tuple[int | None, str], str] = field(default_factory=dict)
    """(line or None, field) -> what is wrong with it."""

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> Self:
        """Read what was sent, whatever it is."""
        keys = [key for key in dict.fromkeys(sent.getlist("line")) if KEY.fullmatch(key)]
        return cls(
            name=one_line(sent.get("name")),
            purpose=_lines(sent.get("purpose", "")),
            flare_from=sent.get("flare_from", ""),
            rows=tuple(_row(sent, key) for key in keys[:MOST_ROWS]),
            removed=_removed(sent, keys),
            on_version=_number(sent.get("on_version", "")) or 0,
            q=sent.get("q", ""),
            region=sent.get("region", ""),
        )

    @classmethod
    def of(cls, version: RoutineVersion) -> Self:
        """Return the form with what a version says in it."""
        return cls(
            name=version.name,
            purpose=version.purpose,
            flare_from=version.flare_from,
            rows=tuple(row_of(line) for line in read_lines(version.lines)),
            on_version=version.version,
        )

    @property
    def suggested(self) -> str:
        """The slug of the programme whose flare-day session fits the movements."""
        content = library()
        slugs = [row.slug for row in self.rows]
        return suggested_flare(slugs, content.movements, content.programmes_on_offer())

    def draft(self) -> RoutineDraft:
        """Return what it means, be it usable or not."""
        return RoutineDraft(
            name=self.name,
            purpose=self.purpose,
            lines=tuple(row.line for row in self.rows),
            flare_from=self.flare_from or self.suggested,
        )

    def lean_lines(self) -> tuple[RoutineLine, ...]:
        """Return the lines as they are stored: without what is the library's."""
        return tuple(lean(row.line, row.movement) for row in self.rows if row.movement)

    def checked(self) -> Self:
        """Return it with what is wrong at each field."""
        content = library()
        found = problems(self.draft(), content.movements, content.programmes)
        errors: dict[tuple[int | None, str], str] = {}
        for each in found:
            errors.setdefault((each.line, each.field), each.words)
        return replace(self, errors=errors)

    def on_top_of(self, version: int) -> Self:
        """Return it as what comes after a version that was shown beside it."""
        return replace(self, on_version=version)

    def pressed(self, press: str) -> Self:
        """Return it after a button: add, up, down, remove (with what), undo; others change nothing.

        Raises:
            InvalidValue: a movement to add that the library does not offer.
        """
        what, _, which = press.partition(":")
        if what == "add":
            return replace(self, rows=(*self.rows, fresh_row(which)), removed=None)
        if what == "undo" and self.removed is not None:
            rows = list(self.rows)
            rows.insert(self.removed.index, self.removed.row)
            return replace(self, rows=tuple(rows), removed=None)
        index = next((i for i, row in enumerate(self.rows) if row.key == which), None)
        if index is None:
            return self
        rows = list(self.rows)
        if what == "remove":
            removed = Removed(row=rows.pop(index), index=index)
            return replace(self, rows=tuple(rows), removed=removed)
        to = index + {"up": -1, "down": 1}.get(what, 0)
        if 0 <= to < len(rows):
            rows.insert(to, rows.pop(index))
        return replace(self, rows=tuple(rows))


def fresh_row(slug: str) -> Row:
    """Return a line with the library's dose. Raises InvalidValue for what is not on offer."""
    movement = library().movements.get(slug)
    if movement is None or movement.retired:
        raise InvalidValue("The library does not offer this movement.")
    return row_of(RoutineLine(slug=slug, side="both"))


def row_of(line: RoutineLine) -> Row:
    """Return a line with every number written out."""
    movement = library().movements.get(line.slug)
    typed: dict[str, str] = {}
    if movement is not None:
        usual = library_dose(movement, easier=line.easier)
        for name in NUMBERS[movement.dose.mode]:
            own = getattr(line, name)
            typed[name] = str(getattr(usual, name) if own is None else own)
    return Row(
        key=secrets.token_hex(3),
        slug=line.slug,
        typed=typed,
        side=line.side or "",
        note=line.note,
        easier=line.easier,
    )


def _row(sent: MultiDict[str, str], key: str) -> Row:
    slug = sent.get(f"slug-{key}", "")
    movement = library().movements.get(slug)
    numbers = NUMBERS[movement.dose.mode] if movement else ()
    # It was shown as one version; was the tick changed since, the library's numbers go with it.
    shown = Row(
        key=key,
        slug=slug,
        typed={name: sent.get(f"{name}-{key}", "").strip() for name in numbers},
        side=sent.get(f"side-{key}", "both"),
        note=one_line(sent.get(f"note-{key}")),
        easier=sent.get(f"eased-{key}") == "1",
    )
    return shown.eased(easier=f"easier-{key}" in sent)


def _removed(sent: MultiDict[str, str], keys: Sequence[str]) -> Removed | None:
    key = sent.get("removed", "")
    if not KEY.fullmatch(key) or key in keys:
        return None
    return Removed(row=_row(sent, key), index=_number(sent.get("removed_at", "")) or 0)


def _number(text: str) -> int | None:
    if not text:
        return None
    return int(text) if WHOLE_NUMBER.fullmatch(text) else NO_NUMBER


def _lines(text: str) -> str:
    """Return several lines of text, each without what nobody sees."""
    return "\n".join(one_line(line) for line in text.strip().splitlines())
