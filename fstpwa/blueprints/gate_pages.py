"""What pages say of the gate: where a closed plan leads, what was changed, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from flask import url_for
from flask_login import current_user

from fstpwa.access import acting_user
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.gate_words import (
    Became,
    Change,
    Mark,
    changes_of_programme,
    conditions_in_words,
    mark_of,
    what_lifts,
)
from fstpwa.domain.gated_session import ProgrammeLeft, programme_left
from fstpwa.domain.movement import Movement
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.programme import Programme
from fstpwa.domain.standing import Condition, Standing
from fstpwa.services.gate import Gate, breathing_left, gate_today

LEADS: dict[Became, str] = {
    "left out": "Left out",
    "waits": "Waiting",
    "easier": "In the easier version",
}
COUNTED: dict[Became, tuple[str, str]] = {
    "waits": ("waits", "wait"),
    "left out": ("is left out", "are left out"),
    "easier": ("is in its easier version", "are in their easier version"),
}
REASONS_SHOWN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedMovement:
    """One movement in a line."""

    movement: Movement
    side: str
    instead: Movement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """What happened to some movements for the same reasons."""

    lead: str
    movements: tuple[ChangedMovement, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Something that was told, and what lifts what it does."""

    words: str
    lifts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedMovement:
    """What the page of a movement says of it to one person."""

    mark: Mark
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeForYou:
    """What the answers of one person leave of a programme."""

    left: ProgrammeLeft
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StillToDo:
    """What somebody can do although their plan, or a session of it, is emptied."""

    breathing: tuple[Movement, ...]
    reasons: tuple[Reason, ...]


def closed_door(gate: Gate, *, programme: str = "") -> str | None:
    """Return the address to go to while no session can be started; None if one can.

    Args:
        gate: what holds today.
        programme: slug of a programme somebody was about to choose, to come back to it.
    """
    match gate.door:
        case "safety":
            return url_for("safety.index")
        case "welcome":
            return url_for("welcome.index", programme=programme or None)
        case "again":
            return url_for("welcome.again")
        case "check":
            return url_for("sessions.ticked")
        case _:
            return None


def gate_here() -> Gate | None:
    """Return what holds for whoever is here, None for a visitor. For pages open to everybody."""
    if not current_user.is_authenticated:
        return None
    user = acting_user()
    return gate_today(user, local_day(datetime.now(UTC), user.time_zone))


def marked(movement: Movement, gate: Gate | None) -> MarkedMovement | None:
    """Return what the page of a movement says to this person; None if it is open to them."""
    mark = mark_of(movement, gate.standing.conditions) if gate else None
    return MarkedMovement(mark=mark, reasons=reasons_of(mark.because)) if mark else None


def programme_for_you(programme: Programme, gate: Gate | None) -> ProgrammeForYou | None:
    """Return what is left of a programme for this person; None where nothing is changed."""
    if gate is None or not gate.standing.conditions:
        return None
    movements = library().movements
    left = programme_left(programme, gate.standing.conditions, movements)
    if left.left == left.of and not left.easier and not left.one_side:
        return None
    return ProgrammeForYou(left=left, lines=lines_of(changes_of_programme(left, movements)))


def reasons_of(conditions: Iterable[Condition]) -> tuple[Reason, ...]:
    """Return what was told, each once, and what lifts what it does."""
    found = {words: what_lifts(each) for each in conditions for words in in_words([each])}
    return tuple(Reason(words=words, lifts=lifts) for words, lifts in found.items())


def in_words(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return what was told, each once, with its place."""
    return conditions_in_words(conditions, library().safety, _regions())


def lines_of(changes: Iterable[Change]) -> tuple[ChangeLine, ...]:
    """Return the changes of a session in a few lines: what is gone for the same reasons together.

    What is only easier stands in one line, with all its reasons.
    """
    grouped: dict[tuple[Became, tuple[str, ...]], list[Change]] = {}
    for change in changes:
        reasons = in_words(change.because) if change.became != "easier" else ()
        grouped.setdefault((change.became, reasons), []).append(change)
    return tuple(
        ChangeLine(
            lead=LEADS[became],
            movements=tuple(dict.fromkeys(_changed(each) for each in found)),
            because=in_words(each for change in found for each in change.because),
        )
        for (became, _), found in grouped.items()
    )


def counts_of(changes: Sequence[Change]) -> str:
    """Return how many movements of a session were changed, in a sentence; empty for none."""
    counts = {
        became: len({each.slug for each in changes if each.became == became}) for became in COUNTED
    }
    parts = [f"{count} {COUNTED[became][count > 1]}" for became, count in counts.items() if count]
    if not parts:
        return ""
    number, what = parts[0].split(" ", maxsplit=1)
    parts[0] = f"{number} movement{'' if number == '1' else 's'} {what}"
    return f"{', '.join(parts)}."


def summary_of(changes: Sequence[Change]) -> str:
    """Return how many movements were changed, and the first reasons; empty if there are none."""
    counted = counts_of(changes)
    if not counted:
        return ""
    reasons = in_words(each for change in changes for each in change.because)
    shown = "; ".join(reasons[:REASONS_SHOWN])
    more = "; and more" if len(reasons) > REASONS_SHOWN else ""
    return f"{counted[:-1]}: {shown}{more}."


def _changed(change: Change) -> ChangedMovement:
    movements = library().movements
    return ChangedMovement(
        movement=movements[change.slug],
        side=f"{change.side} side" if change.side else "",
        instead=movements[change.instead] if change.instead else None,
    )


def still_to_do(gate: Gate) -> StillToDo:
    """Return what can be done although nothing of the plan is left, and what would lift it."""
    return still_to_do_with(gate.standing)


def still_to_do_with(standing: Standing) -> StillToDo:
    """Return the same for what somebody's answers leave, where the plan itself is open."""
    conditions = [each for each in standing.conditions if _takes_away(each)]
    return StillToDo(breathing=breathing_left(standing), reasons=reasons_of(conditions))


def _takes_away(condition: Condition) -> bool:
    """Whether a condition hides or locks anything, not only softens."""
    if condition.flag is None:
        return True
    return not condition.lifted and condition.flag.list_used != "modify_if"


@cache
def _regions() -> dict[str, str]:
    return plain_regions(library().vocabularies)
