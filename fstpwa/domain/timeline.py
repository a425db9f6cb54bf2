"""From a movement and its dose to cues with times. Every total shown anywhere comes from here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
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

BREATH_IN_S = 4
BREATH_S = 10
"""In for 4 s, out for 6 s, as the pacer of the player shows it."""
BREATHS_SAID = 2
"""So many breaths are led by words; after that the pace is known."""
LATE_NOTICE_S = 10
LONG_S = 20
"""A stretch of work at least so long is told when ten seconds of it are left."""

CLOSING = "That is all for today"
"""Said when a session has been played to its end."""

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


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the voice says, in one go: there is a recording of each (voice/)."""

    text: str
    at_s: int = 0
    """Seconds from the start of its cue. Lines of the same second follow each other."""
    on_time: bool = False
    """Said on its second or not at all: a count that comes late is wrong."""


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
    say: tuple[Line, ...] = ()
    """What the voice says while the cue lasts, in order; of one second the weightiest first."""


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
    easier: bool = False,
    longer_way_s: int = 0,
) -> Block:
    """Return the cues of one movement: the way there, get ready, then the whole dose.

    The whole of the left comes before the whole of the right, with the same work on both.
    Between two bouts is a rest of `dose.rest_s`, between the sides at least 8 seconds.
    Cues without length are left out. What is said nowhere else, the announcement and that
    it is the easier version, is then said with the next cue.

    Args:
        movement: from the library.
        dose: its planned dose; of the same mode as the library's.
        side: which sides to do; None means both where the dose is for each side.
        pace: the times around the work.
        first: whether the session starts with it ("First" instead of "Next").
        easier: whether `dose` is the easier version, which is said then.
        longer_way_s: seconds added to the time for going to its place.

    Raises:
        InvalidValue: the dose lacks a number that its mode needs.
    """
    sides = sides_done(movement, dose, side)
    writer = _Writer()
    announced = _lines("First" if first else "Next", movement.name, movement.start_position)
    writer.add("change", pace.transition_s + longer_way_s, say=announced, even_late=announced)
    version = _lines("The easier version" if easier else "")
    ready = _lines("Get ready", _side_words(sides[0])) + version
    writer.add("get_ready", pace.get_ready_s, sides[0], say=ready, even_late=version)
    rest_s = max(dose.rest_s, pace.least_rest_s)
    for index, one_side in enumerate(sides):
        if index:
            turn = _lines("Switch sides", _side_words(one_side))
            writer.add("switch_side", max(rest_s, SWITCH_LEAST_S), one_side, say=turn)
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
    unsaid: tuple[Line, ...] = ()

    def add(
        self,
        kind: CueKind,
        duration_s: int,
        side: Side | None = None,
        *,
        n: int = 0,
        of: int = 0,
        say: tuple[Line, ...] = (),
        even_late: tuple[Line, ...] = (),
    ) -> None:
        """Add a cue; of one without length only `even_late` is said, with the next cue."""
        if duration_s <= 0:
            self.unsaid += even_late
            return
        say = self.unsaid + say
        self.unsaid = ()
        self.cues.append(
            Cue(t=self.t, duration_s=duration_s, kind=kind, side=side, n=n, of=of, say=say)
        )
        self.t += duration_s


def _add_side(
    writer: _Writer, movement: Movement, dose: Dose, side: Side | None, rest_s: int
) -> None:
    if dose.mode == "reps":
        for number in range(1, dose.sets + 1):
            if number > 1:
                writer.add("rest", rest_s, side, say=_lines("Rest"))
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
            writer.add("rest", rest_s, side, say=_lines("Rest"))
        writer.add(kind, length, side, n=number, of=count, say=_work_lines(kind, length, side))


def _add_set(
    writer: _Writer, movement: Movement, dose: Dose, side: Side | None, number: int
) -> None:
    reps = amount(dose.reps)
    begin = _lines(
        f"Set {number} of {dose.sets}" if dose.sets > 1 else "",
        f"{reps} repetitions" if reps > 1 else "1 repetition",
        "Changing sides" if movement.sides == "alternating" else _side_words(side),
    )
    for rep in range(1, reps + 1):
        rep_side = side
        if movement.sides == "alternating":
            rep_side = "left" if rep % 2 else "right"
        say = begin if rep == 1 else (Line(str(rep), on_time=True),)
        writer.add("rep", amount(dose.seconds_per_rep), rep_side, n=rep, of=reps, say=say)


def _timed_kind(movement: Movement) -> CueKind:
    paced = pacer(movement)
    if paced is not None:
        return paced
    return "hold" if movement.kind in ("static_stretch", "balance") else "move"


@lru_cache(maxsize=1024)
def _work_lines(kind: CueKind, length_s: int, side: Side | None) -> tuple[Line, ...]:
    if kind == "breathe":
        lines = _breaths(length_s, side)
    else:
        lines = _lines("Hold" if kind == "hold" else "Slowly", _side_words(side))
    if length_s >= LONG_S:
        lines += (Line("Ten seconds left", length_s - LATE_NOTICE_S, on_time=True),)
    return lines


def _breaths(length_s: int, side: Side | None) -> tuple[Line, ...]:
    """Return the words of the first breaths: of what is over before the end is told or there."""
    until_s = length_s - LATE_NOTICE_S if length_s >= LONG_S else length_s
    lines = _lines("Breathe in", _side_words(side))
    for start_s in range(0, BREATHS_SAID * BREATH_S, BREATH_S):
        if 0 < start_s <= until_s - BREATH_IN_S:
            lines += (Line("Breathe in", start_s, on_time=True),)
        if start_s <= until_s - BREATH_S:
            lines += (Line("Breathe out", start_s + BREATH_IN_S, on_time=True),)
    return lines


def _side_words(side: Side | None) -> str:
    return "" if side is None else f"{side.capitalize()} side"


# The same few lines come thousands of times.
@lru_cache(maxsize=4096)
def _lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line(text) for text in texts if text)
