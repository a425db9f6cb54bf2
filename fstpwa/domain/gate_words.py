"""What the gate does to a movement, why, and what lifts it, in words for the person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.condition_words import label_of, place_of
from fstpwa.domain.days import short_day
from fstpwa.domain.dose import Side
from fstpwa.domain.gated_session import GatedSession, LeftOut, ProgrammeLeft
from fstpwa.domain.movement import Movement
from fstpwa.domain.put_aside import WhyAside
from fstpwa.domain.safety import Availability, Verdict, availability
from fstpwa.domain.safety_content import Safety
from fstpwa.domain.standing import Condition, ways_to_lift

Became = Literal["left out", "waits", "easier"]
ChangedTo = Became | Literal["swapped", "aside"]
"""swapped: put aside, and another stands in. aside: put aside, and none does."""
MARK_WORDS: Mapping[Became, str] = {
    "left out": "Left out for now",
    "waits": "This one waits",
    "easier": "Easier version for you",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one movement of a session."""

    slug: str
    name: str
    became: ChangedTo
    side: Side | None
    """The side it happened to; None for the whole movement."""
    because: tuple[Condition, ...]
    aside: WhyAside | None = None
    """Why it is put aside, although the answers leave it."""
    instead: str | None = None
    """Slug of the movement that takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the library says of one movement to one person."""

    became: Became
    side: Side | None
    because: tuple[Condition, ...]
    """Strongest first, only what makes it so."""

    @property
    def words(self) -> str:
        """A few words for a badge."""
        what = MARK_WORDS[self.became]
        return f"{what}: {self.side} side" if self.side else what


def condition_in_words(condition: Condition, safety: Safety, regions: Mapping[str, str]) -> str:
    """Return what somebody told us, with its place: "Sprain or strain (knee, left side)".

    Args:
        condition: what holds.
        safety: the safety content.
        regions: code -> short label of the body regions.
    """
    said, place = label_of(condition, safety), place_of(condition, regions)
    if condition.holds_area:
        said = "rest for this area today"
    elif condition.question is None:
        when = "today" if condition.said_today else f"on {short_day(condition.since)}"
        said = f"something went wrong {when}"
    return f"{said} ({place[:1].lower()}{place[1:]})" if place else said


def conditions_in_words(
    conditions: Iterable[Condition], safety: Safety, regions: Mapping[str, str]
) -> tuple[str, ...]:
    """Return each thing that was told once, in order."""
    return tuple(
        dict.fromkeys(condition_in_words(condition, safety, regions) for condition in conditions)
    )


def what_lifts(condition: Condition) -> str:
    """Say what lifts what a condition does now. Source: content/safety/unlock.yaml."""
    if condition.holds_area:
        return "That is for today only."
    ways = ways_to_lift(condition)
    words = []
    if "rescreen_after_care" in ways:
        words.append("After care, the questions are answered again.")
    if "seen" in ways:
        words.append("It goes on when you were seen.")
    if "clinician_agreed" in ways:
        words.append("It opens when a clinician tells you that it is all right.")
    if "expires" in ways and condition.ask_again_on is not None:
        words.append(f"On {short_day(condition.ask_again_on)} we ask you how it is.")
    if condition.lifted:
        words.append("A clinician agreed. The easier version stays.")
    return " ".join(words) or "It stays as long as your answer is yes."


def mark_of(movement: Movement, conditions: Iterable[Condition]) -> Mark | None:
    """Return what becomes of a movement for somebody, None if it is open to them."""
    found = availability(movement, conditions)
    if found.worst == Verdict.OPEN:
        return None
    side: Side | None = None
    if found.left != found.right:
        side = "left" if found.left > found.right else "right"
    return Mark(
        became=_became(found.worst),
        side=side,
        because=reasons(movement, found),
    )


def marks_of(movements: Iterable[Movement], conditions: Iterable[Condition]) -> dict[str, Mark]:
    """Return the mark of each movement that has one, by slug."""
    conditions = tuple(conditions)
    marks = ((movement.slug, mark_of(movement, conditions)) for movement in movements)
    return {slug: mark for slug, mark in marks if mark is not None}


def reasons(movement: Movement, found: Availability) -> tuple[Condition, ...]:
    """Return the conditions that alone would do to a movement the worst that is done to it."""
    return tuple(
        condition
        for condition in found.because
        if availability(movement, [condition]).worst == found.worst
    )


def changes(session: GatedSession, movements: Mapping[str, Movement]) -> tuple[Change, ...]:
    """Return what was changed in a session: what is out, waits or is put aside, then what is easier.

    A movement that takes the place of another is named with that one.
    """
    easier = (
        Change(
            slug=each.slug,
            name=movements[each.slug].name,
            became="easier",
            side=None,
            because=each.because,
        )
        for each in session.softened
    )
    return (*_out(session.left_out, movements), *easier)


def changes_of_programme(
    left: ProgrammeLeft, movements: Mapping[str, Movement]
) -> tuple[Change, ...]:
    """Return what is out of a programme: whole movements, single sides, then what is put aside."""
    return _out((*left.out, *left.one_side, *left.aside), movements)


def _out(left_out: Iterable[LeftOut], movements: Mapping[str, Movement]) -> tuple[Change, ...]:
    return tuple(
        Change(
            slug=each.slug,
            name=movements[each.slug].name,
            became=_changed_to(each),
            side=each.side,
            because=each.because,
            aside=each.aside,
            instead=each.instead,
        )
        for each in left_out
    )


def _changed_to(left_out: LeftOut) -> ChangedTo:
    if left_out.aside is None:
        return _became(left_out.verdict)
    return "aside" if left_out.instead is None else "swapped"


def _became(verdict: Verdict) -> Became:
    if verdict == Verdict.HIDDEN:
        return "left out"
    return "waits" if verdict == Verdict.LOCKED else "easier"
