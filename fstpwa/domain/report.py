"""Something went wrong: the steps of telling it, its closed answers, and what it puts away.

Source: content/safety/messages.yaml, sww_1_now to sww_9_followup. What is stored are the short
codes below; the words are the content's, in the same order.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from fstpwa.domain.days import day_in_words
from fstpwa.domain.movement import Movement
from fstpwa.domain.programme import Programme
from fstpwa.domain.safety_content import Message, Question, Safety

WHATS = ("pain", "sharp", "nerve", "dizzy", "fall", "skin", "joint", "other")
SEVERITIES = ("mild", "moderate", "severe")
SEVERE = "severe"
CARES = ("none", "pharmacist", "doctor", "emergency", "planned")
FOLLOW_UPS = ("gone", "better", "same", "worse")
GONE = "gone"
WORSE = "worse"
CODES: Mapping[str, tuple[str, ...]] = {
    "sww_2_what": WHATS,
    "sww_5_severity": SEVERITIES,
    "sww_6_care": CARES,
    "sww_9_followup": FOLLOW_UPS,
}
"""Message -> what is stored for each of its options, in their order."""
OPENS: Mapping[str, tuple[str, ...]] = {
    "nerve": ("ur_weak",),
    "dizzy": ("em_neck_artery", "as_heart"),
    "fall": ("em_trauma", "as_falls"),
    "joint": ("ur_jawlock", "mo_shoulder"),
}
"""What happened -> ids of the full questions it opens, as the message's leads_to says."""

FIRST_ASK_AFTER = timedelta(days=1)
NEXT_ASK_AFTER = timedelta(days=3)
PUT_AWAY = ", and that movement is put away until it has been reviewed"
"""The part of sww_7_saved that holds only when something was put away."""
PUT_AWAY_SEVERAL = ", and the movements below are put away until they have been reviewed"
YESTERDAY = "Yesterday"
"""How sww_9_followup begins."""


class Step(StrEnum):
    """One page of the telling."""

    NOW = "now"
    WHAT = "what"
    QUESTIONS = "questions"
    WHERE = "where"
    MOVEMENT = "movement"
    SEVERITY = "severity"
    CARE = "care"
    SAVED = "saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How far a report has come."""

    what: str = ""
    questions_answered: bool = False
    has_session: bool = False
    """Whether there is a session whose movements can be named."""
    severity: str | None = None
    completed: bool = False


def options(message_id: str, safety: Safety) -> dict[str, str]:
    """Return what is stored -> the content's words, for a message with closed answers."""
    return dict(zip(CODES[message_id], safety.messages[message_id].options, strict=True))


def steps(told: Told) -> tuple[Step, ...]:
    """Return the pages of a report in order, as far as they are known by what was told."""
    return (
        Step.NOW,
        Step.WHAT,
        *((Step.QUESTIONS,) if told.what in OPENS else ()),
        Step.WHERE,
        *((Step.MOVEMENT,) if told.has_session else ()),
        Step.SEVERITY,
        Step.CARE,
        Step.SAVED,
    )


def open_step(told: Told) -> Step:
    """Return the page to go on with after leaving: the first that is not answered for sure."""
    if told.completed:
        return Step.SAVED
    if not told.what:
        return Step.WHAT
    if told.what in OPENS and not told.questions_answered:
        return Step.QUESTIONS
    return Step.CARE if told.severity else Step.WHERE


def may_open(step: Step, told: Told) -> bool:
    """Whether a page of a report can be opened: nothing that it builds on is missing."""
    if told.completed:
        return step is Step.SAVED
    order = steps(told)
    if step not in order or step is Step.SAVED:
        return False
    if step is Step.CARE:
        return told.severity is not None
    first_open = open_step(told)
    return order.index(step) <= order.index(first_open) or first_open in (Step.WHERE, Step.CARE)


def step_after(step: Step, told: Told) -> Step:
    """Return the page that follows `step`. Raises ValueError if the report has no such page."""
    order = steps(told)
    return order[order.index(step) + 1]


def step_before(step: Step, told: Told) -> Step | None:
    """Return the page before `step`, None before the first."""
    order = steps(told)
    place = order.index(step)
    return order[place - 1] if place else None


def questions_of(what: str, safety: Safety) -> tuple[Question, ...]:
    """Return the full questions that what happened opens, none for most."""
    return tuple(safety.questions[question] for question in OPENS.get(what, ()))


def slugs_of(programme: Programme) -> tuple[str, ...]:
    """Return the slugs of a programme's movements in their order, its flare session last."""
    sessions = [each for phase in programme.phases for each in phase.sessions]
    lines = [line for each in (*sessions, programme.flare_session) for line in each.movements]
    return tuple(dict.fromkeys(line.slug for line in lines))


def touched(movements: Iterable[Movement], regions: frozenset[str]) -> tuple[str, ...]:
    """Return the slugs of the movements that press, stretch or load one of `regions`.

    "Not sure" which movement it was puts these away. Without regions (all over, or not sure) it
    is every one of them.
    """
    return tuple(
        movement.slug
        for movement in movements
        if not regions or regions & {*movement.contact_regions, *movement.load_regions}
    )


def saved_words(message: Message, put_away: Collection[str]) -> str:
    """Return the closing words for what is put away: nothing, one movement or several."""
    if not put_away:
        return message.text.replace(PUT_AWAY, "")
    return message.text if len(put_away) == 1 else message.text.replace(PUT_AWAY, PUT_AWAY_SEVERAL)


def follow_up_words(message: Message, day: date, today: date) -> str:
    """Return the question of the next day; asked later, it names the day."""
    if (today - day).days == 1:
        return message.text
    words = day_in_words(day, today)
    when = words.capitalize() if day == today else f"On {words}"
    return message.text.replace(YESTERDAY, when, 1)


def next_ask(how: str, today: date) -> date | None:
    """Return when to ask again after an answer to the follow-up, None when it is settled.

    Worse is an urgent lock: it is followed by being seen, not by asking.
    """
    return None if how in (GONE, WORSE) else today + NEXT_ASK_AFTER
