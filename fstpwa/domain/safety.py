"""The safety gate: what somebody's answers leave of each movement.

Source of every rule: content/safety/area_flag_rules.yaml. What still counts of the answers is
worked out in domain/standing.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from fstpwa.domain.dose import Side, SideChoice
from fstpwa.domain.movement import Movement
from fstpwa.domain.standing import Condition

SIDES: tuple[Side, Side] = ("left", "right")
MIDDLE = frozenset({"jaw", "neck", "upper_back", "chest", "abdomen", "low_back"})
"""Stretching or loading these counts for both sides whichever side was given."""


class Verdict(IntEnum):
    """What becomes of a movement, or of one side of it; the strongest of several counts."""

    OPEN = 0
    EASIER = 1
    LOCKED = 2
    HIDDEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What the answers leave of one movement."""

    left: Verdict
    right: Verdict
    """The same as `left` where the movement has no sides, or one side cannot go alone."""
    because: tuple[Condition, ...]
    """What speaks against it, strongest first."""

    def on(self, side: Side) -> Verdict:
        """Return the verdict of one side."""
        return self.left if side == "left" else self.right

    @property
    def best(self) -> Verdict:
        """The verdict of the side that is more open."""
        return min(self.left, self.right)

    @property
    def worst(self) -> Verdict:
        """The verdict of the side that is less open."""
        return max(self.left, self.right)

    @property
    def is_left(self) -> bool:
        """Whether any of it can be done."""
        return self.best <= Verdict.EASIER


def sides_of(side: SideChoice | None) -> tuple[Side, ...]:
    """Return the sides that are done: both where there are no sides to choose from."""
    return SIDES if side is None or side == "both" else (side,)


def availability(movement: Movement, conditions: Iterable[Condition]) -> Availability:
    """Return what `conditions` leave of a movement. Locks of the whole plan are not looked at.

    Source: content/safety/area_flag_rules.yaml.
    """
    one_side_alone = movement.sides == "left_right" and movement.other_side_ok
    verdicts: dict[Side, Verdict] = dict.fromkeys(SIDES, Verdict.OPEN)
    because: list[tuple[Verdict, Condition]] = []
    for condition in conditions:
        verdict = _verdict(movement, condition)
        if verdict == Verdict.OPEN:
            continue
        sides = tuple(side for side in SIDES if _touches(movement, condition, side))
        if not sides:
            continue
        because.append((verdict, condition))
        for side in sides if one_side_alone else SIDES:
            verdicts[side] = max(verdicts[side], verdict)
    because.sort(key=lambda each: -each[0])
    return Availability(
        left=verdicts["left"],
        right=verdicts["right"],
        because=tuple(condition for _, condition in because),
    )


def _verdict(movement: Movement, condition: Condition) -> Verdict:
    """Return what a condition does to a movement that it touches."""
    if movement.slug in condition.movements:
        return Verdict.LOCKED
    if condition.holds_area:
        return Verdict.LOCKED
    if condition.flag is None:
        return Verdict.OPEN
    flag = condition.flag.id
    if not condition.lifted:
        if flag in movement.stop_if:
            return Verdict.LOCKED if condition.waits else Verdict.HIDDEN
        if flag in movement.ask_first_if:
            return Verdict.LOCKED
    return Verdict.EASIER if flag in movement.modify_if else Verdict.OPEN


def _touches(movement: Movement, condition: Condition, side: Side) -> bool:
    """Whether a movement presses, stretches or loads the place of a condition on one side."""
    flag = condition.flag
    if not condition.holds_area and (flag is None or flag.scope == "whole_body"):
        return True
    same_side = condition.side in (side, "both")
    if same_side and condition.regions & frozenset(movement.contact_regions):
        return True
    if flag is not None and "load" not in flag.acts_on:
        return False
    loaded = condition.regions & frozenset(movement.load_regions)
    return bool(loaded & MIDDLE) or (same_side and bool(loaded))
