"""A condition in words: what it is, where, and what the person may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.dose import SideChoice
from fstpwa.domain.plain_labels import listed
from fstpwa.domain.safety_content import Flag, Safety
from fstpwa.domain.standing import Condition, ways_to_lift

ALL_OVER = "all over, or place not sure"
SIDE_WORDS: Mapping[SideChoice, str] = {
    "left": "left side",
    "right": "right side",
    "both": "both sides",
}
AskWay = Literal["settled", "agreed", "seen"]
"""What can be answered when a condition is asked about again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWords:
    """How a condition is asked about again, where "Is it better now?" does not fit."""

    question: str
    """Empty: the content's own question."""
    ended: str = "It has settled"
    goes_on: str = "Not yet"
    about: str = "whether it is better"
    """What is going to be asked: "We ask on 14 March whether it is better"."""


_AGREED_WORDS = AskWords(
    question="Has a clinician agreed that you may move and load it again?",
    about="whether a clinician has agreed",
)
_ASK_WORDS: Mapping[str, AskWords] = {
    "pregnancy": AskWords(
        question="Are you still pregnant, or within 12 weeks after birth?",
        ended="No",
        goes_on="Yes",
        about="whether this is still so",
    ),
    "recent_surgery_area": _AGREED_WORDS,
    "fracture_area": _AGREED_WORDS,
}


def label_of(condition: Condition, safety: Safety) -> str:
    """Return what a condition is for the person; empty for a report, which has its own words.

    What locks the whole plan is said as it was ticked: one flag can stand for several questions.
    """
    if condition.question is None:
        return ""
    question = safety.questions[condition.question]
    if condition.flag is None or question.effect in ("emergency", "urgent_lock"):
        return question.short
    return condition.flag.person_label


def place_of(condition: Condition, labels: Mapping[str, str]) -> str:
    """Return where a condition acts, as "Neck, shoulder, left side"; empty for the whole body.

    For a report it is where it hurts; empty while that is not told.

    Args:
        condition: what holds.
        labels: region code -> short label (domain.plain_labels.plain_regions).
    """
    if condition.flag is None:
        named = _region_words(condition.regions, labels)
        return _begun([*named, SIDE_WORDS[condition.side]]) if named else ""
    return place_words(condition.flag, condition.regions, condition.side, labels)


def place_words(
    flag: Flag, regions: frozenset[str], side: SideChoice, labels: Mapping[str, str]
) -> str:
    """Return a place in words. No regions, or every one there is to pick, is "all over".

    Where the regions are fixed they go without saying: only the side is named.
    """
    if flag.scope == "whole_body":
        return ""
    words = [SIDE_WORDS[side]] if flag.ask_side else []
    if flag.region_choice == "pick":
        everywhere = not regions or regions >= frozenset(flag.regions)
        if everywhere:
            words = [ALL_OVER] if side == "both" else [ALL_OVER, *words]
        else:
            words = _region_words(regions, labels) + words
    return _begun(words)


def _region_words(regions: frozenset[str], labels: Mapping[str, str]) -> list[str]:
    return [label for code, label in labels.items() if code in regions]


def _begun(words: list[str]) -> str:
    text = listed(words)
    return text[:1].upper() + text[1:]


def ask_words(condition: Condition) -> AskWords:
    """Return how to ask about a condition again: a pregnancy is not "better now"."""
    found = _ASK_WORDS.get(condition.flag.id) if condition.flag else None
    return found or AskWords(question="")


def way_to_ask(condition: Condition) -> AskWay:
    """Return how a condition whose time has run out can be answered.

    Source: content/safety/unlock.yaml. "It has settled" only where the flag lists `expires` and
    nothing else has to come first; surgery and a fracture still wait for a clinician, and
    whoever was told to wait is to be seen again.
    """
    ways = ways_to_lift(condition)
    if "seen" in ways:
        return "seen"
    return "settled" if "expires" in ways else "agreed"
