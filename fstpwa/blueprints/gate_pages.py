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
    ChangedTo,
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
from fstpwa.domain.put_aside import NOTHING_ASIDE, PutAside, WhyAside
from fstpwa.domain.standing import Condition, Standing
from fstpwa.services.gate import Gate, breathing_left, gate_today
from fstpwa.services.preferences import aside_of, preferences_of

LEADS: dict[Became, str] = {
    "left out": "Left out",
    "waits": "Waiting",
    "easier": "In the easier version",
}
COUNTED: dict[ChangedTo, tuple[str, str]] = {
    "waits": ("waits", "wait"),
    "left out": ("is left out", "are left out"),
    "swapped": ("is swapped for another", "are swapped for others"),
    "aside": ("is put aside", "are put aside"),
    "easier": ("is in its easier version", "are in their easier version"),
}
REASONS_SHOWN = 2
SENTENCES_SHOWN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedMovement:
    """One movement in a line."""

    movement: Movement
    side: str
    instead: Movement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """What happened to some movements for the same reasons, or to one that is put aside."""

    lead: str
    """Empty where one is put aside."""
    movements: tuple[ChangedMovement, ...]
    because: tuple[str, ...]
    aside: WhyAside | None = None

    @property
    def why_aside(self) -> str:
        """What follows the name of a movement that is put aside."""
        return _after_name(self.aside) if self.aside is not None else ""


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
    aside: str
    """How much of what is left the person puts aside, in a sentence after a space; or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillToDo:
    """What somebody can do although their plan, or a session of it, is emptied."""

    breathing: tuple[Movement, ...]
    reasons: tuple[Reason, ...]
    answers: bool = True
    """Whether their answers about health take part in it."""
    wishes: bool = False
    """Whether what they wish of their sessions does."""


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


def aside_here() -> PutAside:
    """Return what whoever is here puts aside by wish. For pages open to everybody."""
    if not current_user.is_authenticated:
        return NOTHING_ASIDE
    return aside_of(preferences_of(acting_user()))


def programme_for_you(
    programme: Programme, gate: Gate | None, aside: PutAside = NOTHING_ASIDE
) -> ProgrammeForYou | None:
    """Return what is left of a programme for this person; None where nothing is changed."""
    if gate is None or not (gate.standing.conditions or aside.why):
        return None
    movements = library().movements
    left = programme_left(programme, gate.standing.conditions, movements, aside)
    if left.left == left.of and not (left.easier or left.one_side or left.aside):
        return None
    return ProgrammeForYou(
        left=left,
        lines=lines_of(changes_of_programme(left, movements)),
        aside=aside_in_words(left),
    )


def aside_in_words(left: ProgrammeLeft) -> str:
    """Say how many movements of a programme the person puts aside, after a space; else nothing."""
    count = len(left.aside)
    if not count:
        return ""
    does = "does" if count == 1 else "do"
    return f" {count} of them {does} not fit what you like and have at hand."


def reasons_of(conditions: Iterable[Condition]) -> tuple[Reason, ...]:
    """Return what was told, each once, and what lifts what it does."""
    found = {words: what_lifts(each) for each in conditions for words in in_words([each])}
    return tuple(Reason(words=words, lifts=lifts) for words, lifts in found.items())


def in_words(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return what was told, each once, with its place."""
    return conditions_in_words(conditions, library().safety, _regions())


def lines_of(changes: Iterable[Change]) -> tuple[ChangeLine, ...]:
    """Return the changes of a session in a few lines: what is gone for the same reasons together.

    What is only easier stands in one line, with all its reasons; what is put aside each in its own.
    """
    grouped: dict[tuple[Became, tuple[str, ...]], list[Change]] = {}
    aside: list[ChangeLine] = []
    for change in changes:
        if change.became == "swapped" or change.became == "aside":
            aside.append(_aside_line(change))
            continue
        reasons = in_words(change.because) if change.became != "easier" else ()
        grouped.setdefault((change.became, reasons), []).append(change)
    told = tuple(
        ChangeLine(
            lead=LEADS[became],
            movements=tuple(dict.fromkeys(_changed(each) for each in found)),
            because=in_words(each for change in found for each in change.because),
        )
        for (became, _), found in grouped.items()
    )
    return (*told, *dict.fromkeys(aside))


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
    """Return how many movements were changed, and the first reasons; empty if there are none.

    One or two that are only put aside are named: "Neck turns instead of Wall slide: it needs a wall."
    """
    counted = counts_of(changes)
    if not counted:
        return ""
    if len(changes) <= SENTENCES_SHOWN and all(each.aside is not None for each in changes):
        return " ".join(_aside_sentence(each) for each in changes)
    told = in_words(each for change in changes for each in change.because)
    aside = dict.fromkeys(each.aside.words for each in changes if each.aside is not None)
    reasons = (*told, *(words.removesuffix(".") for words in aside))
    shown = "; ".join(reasons[:REASONS_SHOWN])
    more = "; and more" if len(reasons) > REASONS_SHOWN else ""
    return f"{counted[:-1]}: {shown}{more}."


def by_wish(changes: Iterable[Change]) -> bool:
    """Whether something was changed because the person wishes it so."""
    return any(each.aside is not None and each.aside.by == "wish" for each in changes)


def by_answers(changes: Iterable[Change]) -> bool:
    """Whether something was changed because of what was told about health."""
    return any(each.because for each in changes)


def _aside_line(change: Change) -> ChangeLine:
    return ChangeLine(lead="", movements=(_changed(change),), because=(), aside=change.aside)


def _aside_sentence(change: Change) -> str:
    """Return what became of a movement that is put aside, in a sentence without links."""
    one = _changed(change)
    what = (
        f"{one.instead.name} instead of {one.movement.name}"
        if one.instead is not None
        else f"{one.movement.name} is left out"
    )
    return f"{what}{_after_name(change.aside)}" if change.aside is not None else f"{what}."


def _after_name(aside: WhyAside) -> str:
    """Return the reason as it follows a name: a few words after a colon, or a sentence."""
    return f": {aside.words}." if aside.by == "wish" else f". {aside.words}"


def _changed(change: Change) -> ChangedMovement:
    movements = library().movements
    return ChangedMovement(
        movement=movements[change.slug],
        side=f"{change.side} side" if change.side else "",
        instead=movements[change.instead] if change.instead else None,
    )


def still_to_do(
    gate: Gate, changes: Sequence[Change] = (), aside: PutAside = NOTHING_ASIDE
) -> StillToDo:
    """Return what can be done although nothing of the plan is left, and what would lift it.

    Args:
        gate: what holds today.
        changes: what took it away; nothing known stands for the answers.
        aside: what is put aside for other reasons.
    """
    return still_to_do_with(gate.standing, changes, aside)


def still_to_do_with(
    standing: Standing, changes: Sequence[Change] = (), aside: PutAside = NOTHING_ASIDE
) -> StillToDo:
    """Return the same for what somebody's answers leave, where the plan itself is open."""
    answers = by_answers(changes) or not changes
    conditions = [each for each in standing.conditions if answers and _takes_away(each)]
    return StillToDo(
        breathing=breathing_left(standing, aside),
        reasons=reasons_of(conditions),
        answers=answers,
        wishes=by_wish(changes),
    )


def _takes_away(condition: Condition) -> bool:
    """Whether a condition hides or locks anything, not only softens."""
    if condition.flag is None:
        return True
    return not condition.lifted and condition.flag.list_used != "modify_if"


@cache
def _regions() -> dict[str, str]:
    return plain_regions(library().vocabularies)
