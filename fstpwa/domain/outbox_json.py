"""Reading JSON that may say anything: what is wrong in one place spoils that place alone.

A number that is none, one that nobody can mean, and a name that stands twice in an object become
BROKEN, which no reader takes. So one bad entry leaves the others of a batch as they are.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

from fstpwa.domain.errors import InvalidValue

Chosen = TypeVar("Chosen", bound=str)

BROKEN: Final = object()
"""Stands for what cannot be meant."""
MOST_DIGITS = 16
"""Of a whole number; an instant in milliseconds has 13, and JavaScript knows no more exactly."""

NOT_JSON = "What was sent cannot be read."
UNREADABLE = "The app could not read this entry. Please write it once more."

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def read_json(body: bytes) -> object:
    """Return what a body says, with BROKEN where it says something that cannot be meant.

    Raises:
        InvalidValue: it is no JSON in UTF-8, or goes deeper than anything that is sent.
    """
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_int=_whole_number,
            parse_constant=lambda _name: BROKEN,
        )
    except (ValueError, RecursionError):
        raise InvalidValue(NOT_JSON) from None


def read_id(value: object) -> UUID:
    """Return an id written as 8-4-4-4-12 hexadecimal digits. Raises InvalidValue."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise InvalidValue(UNREADABLE)
    return UUID(value)


def read_day(value: object) -> date:
    """Return a calendar day written as 2026-11-23. Raises InvalidValue, also for 30 February."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise InvalidValue(UNREADABLE)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidValue(UNREADABLE) from None


def read_whole(value: object, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`; true and 3.0 are none. Raises InvalidValue."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InvalidValue(UNREADABLE)
    return value


def read_choice(value: object, choices: Sequence[Chosen]) -> Chosen:
    """Return the one of `choices` that was sent. Raises InvalidValue if it is none."""
    for choice in choices:
        if value == choice:
            return choice
    raise InvalidValue(UNREADABLE)


def read_list(value: object, most: int) -> list[object]:
    """Return a list of at most so many. Raises InvalidValue."""
    if not isinstance(value, list) or len(value) > most:
        raise InvalidValue(UNREADABLE)
    return value


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one object. Whatever is not as asked for raises InvalidValue.

    A field that is missing is read like null.
    """

    found: Mapping[str, object]

    @classmethod
    def of(cls, value: object, *, known: Collection[str] | None = None) -> "Fields":
        """Take `value` as an object.

        Args:
            value: what was sent.
            known: the fields there may be; another one would be lost, so it is refused. None
                takes any.
        """
        if not isinstance(value, dict) or (known is not None and not set(value) <= set(known)):
            raise InvalidValue(UNREADABLE)
        return cls(value)

    def __contains__(self, name: str) -> bool:
        """Whether the field was sent, also as null."""
        return name in self.found

    def get(self, name: str) -> object:
        """Return what was sent, None where nothing was."""
        return self.found.get(name)

    def whole(self, name: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        return read_whole(self.get(name), low, high)

    def whole_or_none(self, name: str, low: int, high: int) -> int | None:
        """Return that, or None where nothing was said."""
        return None if self.get(name) is None else self.whole(name, low, high)

    def yes_no(self, name: str) -> bool:
        """Return true or false."""
        value = self.get(name)
        if not isinstance(value, bool):
            raise InvalidValue(UNREADABLE)
        return value

    def choice(self, name: str, choices: Sequence[Chosen]) -> Chosen:
        """Return one of a few words."""
        return read_choice(self.get(name), choices)

    def choice_or_none(self, name: str, choices: Sequence[Chosen]) -> Chosen | None:
        """Return that, or None where nothing was said."""
        return None if self.get(name) is None else self.choice(name, choices)

    def text(self, name: str, longest: int) -> str:
        """Return a text of at most so many letters."""
        value = self.get(name)
        if not isinstance(value, str) or len(value) > longest:
            raise InvalidValue(UNREADABLE)
        return value

    def text_or_none(self, name: str, longest: int) -> str | None:
        """Return that, or None where nothing was said."""
        return None if self.get(name) is None else self.text(name, longest)

    def instant(self, name: str) -> datetime:
        """Return an aware instant written in ISO 8601."""
        try:
            found = datetime.fromisoformat(self.text(name, 40))
        except ValueError:
            raise InvalidValue(UNREADABLE) from None
        if found.utcoffset() is None:
            raise InvalidValue(UNREADABLE)
        return found


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = BROKEN if name in found else value
    return found


def _whole_number(digits: str) -> object:
    return int(digits) if len(digits) <= MOST_DIGITS else BROKEN
