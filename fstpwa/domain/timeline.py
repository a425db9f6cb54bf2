"""From a movement and its dose to cues with times. Every total shown anywhere comes from here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from fstpwa.domain.dose import Dose, Side, SideChoice, amount
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.movement import Movement

CueKind = Literal[
    "change", "get_ready", "hold", "rep", "breathe", "roll", "move", "rest", "switch_side", "done"
]
Pacer = Literal["breathe", "roll"]

SWITCH_LEAST_S = 8
"""A library rest can be 3 s, and nobody changes over in that."""

_COUNTED_BREATH = re.compile(r"\d\s*s\b")
_ROLLING = re.compile(r"\broll\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The times between the work, as the person likes them. Raises InvalidValue out of range."""

    get_ready_s: int = 5
    """0-20: the count before a movement."""
    transition_s: int = 10
    """0-60: for going to the next place."""
    least_rest_s: int = 0
    """0-60: no rest between two bouts is shorter."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name, value, most in (
            ("get-ready count", self.get_ready_s, 20),
            ("time between movements", self.transition_s, 60),
            ("least rest", self.least_rest_s, 60),
        ):
            if not 0 <= value <= most:
                raise InvalidValue(f"The {name} must be 0 to {most} seconds.")


DEFAULT_PACE = Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing that is shown and said, for whole seconds."""

    t: int
    """Seconds from the start of the block."""
    duration_s: int
    kind: CueKind
    side: Side | None = None
    n: int = 0
    """Which one of `of` on this side: the hold, the repetition of its set, the stretch of time.

    0 for cues that are not work.
    """
    of: int = 0
    say: str = ""
    """What the voice says as the cue starts; "" is silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """All cues of one movement of a session, without gaps or overlaps."""

    cues: tuple[Cue, ...]
    duration_s: int


def sides_done(movement: Movement, dose: Dose, side: SideChoice | None) -> tuple[Side | None, ...]:
    """Return the sides in the order they are done; (None,) where the movement has none."""
    if movement.sides != "left_right":
        return (None,)
    if side == "left" or side == "right":
        return (side,)
    return ("left", "right") if dose.per_side else (None,)


def pacer(movement: Movement) -> Pacer | None:
    """Return what paces a timed movement: a counted breath, a slow roll, or nothing.

    A breath is paced only where the text counts its seconds, a roll only where the steps say
    to roll: resting on a ball is not rolling.
    """
    if movement.dose.mode != "time":
        return None
    if movement.kind == "breathing" and _COUNTED_BREATH.search(movement.breathing):
        return "breathe"
    if movement.kind == "self_release" and any(map(_ROLLING.search, movement.steps)):
        return "roll"
    return None


def block(
    movement: Movement,
    dose: Dose,
    side: SideChoice | None,
    pace: Pace = DEFAULT_PACE,
    *,
    first: bool = False,
    longer_way_s: int = 0,
) -> Block:
    """Return the cues of one movement: the way there, get ready, then the whole dose.

    The whole of the left comes before the whole of the right, with the same work on both.
    Between two bouts is a rest of `dose.rest_s`, between the sides at least 8 seconds.
    Cues without length are left out; without time between movements, the
    announcement is said with the next cue.

    Args:
        movement: from the library.
        dose: its planned dose; of the same mode as the library's.
        side: which sides to do; None means both where the dose is for each side.
        pace: the times around the work.
        first: whether the session starts with it ("First" instead of "Next").
        longer_way_s: seconds added to the time for going to its place.

    Raises:
        InvalidValue: the dose lacks a number that its mode needs.
    """
    sides = sides_done(movement, dose, side)
    writer = _Writer()
    order = "First" if first else "Next"
    start = f"{order}: {movement.name}. {movement.start_position}".strip()
    writer.add("change", pace.transition_s + longer_way_s, say=start)
    writer.add("get_ready", pace.get_ready_s, sides[0], say=_with_side("Get ready", sides[0]))
    rest_s = max(dose.rest_s, pace.least_rest_s)
    for index, one_side in enumerate(sides):
        if index:
            writer.add("switch_side", max(rest_s, SWITCH_LEAST_S), one_side, say="Switch sides")
        _add_side(writer, movement, dose, one_side, rest_s)
    return Block(cues=tuple(writer.cues), duration_s=writer.t)


def total_s(blocks: Iterable[Block]) -> int:
    """Return the seconds of blocks done one after the other."""
    return sum(each.duration_s for each in blocks)


def minutes(seconds: int) -> int:
    """Return seconds as the minutes to show: rounded up, at least 1."""
    return max(1, -(-seconds // 60))


@dataclass(slots=True)
class _Writer:
    """Puts cues one behind the other."""

    cues: list[Cue] = field(default_factory=list)
    t: int = 0
    unsaid: str = ""

    def add(
        self,
        kind: CueKind,
        duration_s: int,
        side: Side | None = None,
        *,
        n: int = 0,
        of: int = 0,
        say: str = "",
    ) -> None:
        if duration_s <= 0:
            # Only the announcement is worth saying late; a rest of 0 s must not be heard.
            self.unsaid = say if kind == "change" else self.unsaid
            return
        words = f"{self.unsaid.rstrip('.')}. {say}" if self.unsaid else say
        self.unsaid = ""
        self.cues.append(
            Cue(t=self.t, duration_s=duration_s, kind=kind, side=side, n=n, of=of, say=words)
        )
        self.t += duration_s


def _add_side(
    writer: _Writer, movement: Movement, dose: Dose, side: Side | None, rest_s: int
) -> None:
    if dose.mode == "reps":
        for number in range(1, dose.sets + 1):
            if number > 1:
                writer.add("rest", rest_s, side, say="Rest")
            _add_set(writer, movement, dose, side, number)
        return
    if dose.mode == "hold":
        kind: CueKind = "hold"
        length, count = amount(dose.hold_s), amount(dose.reps) * dose.sets
    else:
        kind = _timed_kind(movement)
        length, count = amount(dose.seconds), dose.sets
    for number in range(1, count + 1):
        if number > 1:
            writer.add("rest", rest_s, side, say="Rest")
        writer.add(kind, length, side, n=number, of=count, say=_work_words(kind, side))


def _add_set(
    writer: _Writer, movement: Movement, dose: Dose, side: Side | None, number: int
) -> None:
    reps = amount(dose.reps)
    begin = _with_side(f"{reps} repetitions" if reps > 1 else "1 repetition", side)
    if movement.sides == "alternating":
        begin = f"{begin}, changing sides"
    if dose.sets > 1:
        begin = f"Set {number} of {dose.sets}. {begin}"
    for rep in range(1, reps + 1):
        rep_side = side
        if movement.sides == "alternating":
            rep_side = "left" if rep % 2 else "right"
        say = f"{begin}, begin" if rep == 1 else ""
        writer.add("rep", amount(dose.seconds_per_rep), rep_side, n=rep, of=reps, say=say)


def _timed_kind(movement: Movement) -> CueKind:
    paced = pacer(movement)
    if paced is not None:
        return paced
    return "hold" if movement.kind in ("static_stretch", "balance") else "move"


def _work_words(kind: CueKind, side: Side | None) -> str:
    words = {"hold": "Hold", "breathe": "Breathe slowly"}.get(kind, "Slowly")
    return _with_side(words, side)


def _with_side(words: str, side: Side | None) -> str:
    return words if side is None else f"{words}, {side} side"
