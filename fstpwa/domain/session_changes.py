"""What somebody says about a session that was done: only what they changed, each field for itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from fstpwa.domain.check_in import check_text
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.going_on_tests import SUPPORTS
from fstpwa.domain.merging import seen_of
from fstpwa.domain.practice_history import FeltPain, Support
from fstpwa.domain.session_log import MovementState

NearFalls = Literal["0", "1", "2"]
"""None, one, more than one."""
Rated = Literal["pain_before", "worst_pain", "effort"]
Said = int | str | tuple[str, ...] | None

NOTE_LETTERS = 2000
LONGEST_HELD_S = 600
RATINGS: frozenset[str] = frozenset(get_args(Rated))
FIELDS = RATINGS | {"pain_kinds", "note", "felt_in", "near_falls"}
NOT_OF_IT = "That movement does not belong to this session."
NOT_OFFERED = "Choose from the answers that are offered."


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How long a stance was held. None is 'not said'."""

    seconds: int | None
    """0-600."""
    support: Support | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChanges:
    """How a session was after all. What is not in it stays as it is stored."""

    answers: Mapping[str, Said] = field(default_factory=dict)
    """By `FIELDS`: ratings 0-10, `pain_kinds` as ids, `note` in words, `felt_in` the position of
    a movement, `near_falls` as `NearFalls`. None takes an answer back."""
    movements: Mapping[int, MovementState] = field(default_factory=dict)
    """Position -> what was done of that movement after all."""
    stances: Mapping[int, Held] = field(default_factory=dict)
    """Position -> how long it was held."""
    note_base: tuple[str, ...] | None = None
    """The operations whose words were seen when the note was written; None: all that is stored."""

    def fields(self) -> dict[str, Any]:
        """Return every field with its value, as they are merged; near-falls are about the day."""
        stances = {
            f"stance_{position}": None if held.seconds is None else (held.seconds, held.support)
            for position, held in self.stances.items()
        }
        plain = {name: value for name, value in self.answers.items() if name != "near_falls"}
        movements = {f"movement_{place}": state for place, state in self.movements.items()}
        return {**plain, **movements, **stances}


def check_changes(
    changes: SessionChanges, *, positions: Collection[int], kinds: Collection[str]
) -> SessionChanges:
    """Return `changes` tidied, if all of it may be stored.

    Args:
        changes: What was said.
        positions: Those of the session's movements.
        kinds: Ids of the kinds of pain, in their order.

    Raises:
        InvalidValue: an unknown field, kind of pain or movement, a rating outside 0-10, a note of
            more than 2,000 letters, or half of how long a stance was held.
    """
    if not changes.answers.keys() <= FIELDS:
        raise InvalidValue("There is no such question.")
    answers = {name: _check(name, value, kinds) for name, value in changes.answers.items()}
    felt_in = answers.get("felt_in")
    named = {*changes.movements, *changes.stances, *(() if felt_in is None else (felt_in,))}
    if not named <= set(positions):
        raise InvalidValue(NOT_OF_IT)
    if not set(changes.movements.values()) <= set(get_args(MovementState)):
        raise InvalidValue(NOT_OFFERED)
    for held in changes.stances.values():
        check_held(held)
    base = None if changes.note_base is None else seen_of(changes.note_base)
    return replace(changes, answers=answers, note_base=base)


def check_held(held: Held) -> None:
    """Raise InvalidValue for seconds out of range, an unknown support, or one without the other."""
    seconds = held.seconds
    if seconds is not None and (isinstance(seconds, bool) or not 0 <= seconds <= LONGEST_HELD_S):
        raise InvalidValue(f"Choose a whole number from 0 to {LONGEST_HELD_S}.")
    if held.support not in (None, *SUPPORTS):
        raise InvalidValue(NOT_OFFERED)
    if (seconds is None) != (held.support is None):
        raise InvalidValue("Say both: how long, and what you held on to.")


def felt_kind(pain_kinds: Collection[str]) -> FeltPain | None:
    """Return the kind of pain after which it is asked in which movement it was; sharp first."""
    kinds: tuple[FeltPain, ...] = ("sharp", "tingling_numb")
    return next((each for each in kinds if each in pain_kinds), None)


def _check(name: str, value: Said, kinds: Collection[str]) -> Said:
    if name == "pain_kinds":
        chosen = () if value is None else value
        if not isinstance(chosen, tuple) or not set(chosen) <= set(kinds):
            raise InvalidValue("Please choose from the list what it was like.")
        return tuple(kind for kind in kinds if kind in chosen)
    if value is None:
        return None
    if name == "note":
        return check_text(value if isinstance(value, str) else None, NOTE_LETTERS)
    if name == "near_falls":
        if value not in get_args(NearFalls):
            raise InvalidValue(NOT_OFFERED)
    elif isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue("Please choose a number.")
    elif name in RATINGS and not 0 <= value <= 10:
        raise InvalidValue("Please choose a number from 0 to 10.")
    return value
