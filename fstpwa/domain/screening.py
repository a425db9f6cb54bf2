"""Which questions of the screening are shown, and when the whole of it is done again.

Source: content/safety, screens.yaml (rules) and rescreen.yaml.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Literal

from fstpwa.domain.health_history import (
    ANSWERED_ANEW,
    RED_EFFECTS,
    Answer,
    History,
    Screened,
    Source,
)
from fstpwa.domain.programme import Programme
from fstpwa.domain.safety_content import Question, Safety, Screen
from fstpwa.domain.standing import Standing

TOO_FAST_S = 10
"""All six tick-lists in less than this were hardly read."""

RescreenReason = Literal["never", "red_answer", "weeks", "away"]


def regions_to_ask_about(chosen: Iterable[str], programmes: Iterable[Programme]) -> frozenset[str]:
    """Return the body regions that the screening is about.

    Args:
        chosen: the regions that the person named.
        programmes: those that are suggested, chosen or running.
    """
    touched = (region for programme in programmes for region in programme.target_regions)
    return frozenset(chosen) | frozenset(touched)


def shown_items(screen: Screen, regions: Collection[str], safety: Safety) -> tuple[Question, ...]:
    """Return the questions of one tick-list that are shown, in order.

    Args:
        screen: the tick-list.
        regions: of `regions_to_ask_about`; with none, every question is shown.
        safety: the safety content.
    """
    questions = (safety.questions[item] for item in screen.items)
    return tuple(question for question in questions if _is_shown(question, regions))


def not_yet_asked(
    history: History, regions: Collection[str], safety: Safety
) -> tuple[Question, ...]:
    """Return the questions that matter for `regions` and were never answered in full.

    For somebody who starts a programme for other regions than they were screened for.
    """
    asked = {
        answer.question
        for answer in history.answers
        if answer.yes or (answer.final and answer.source in ANSWERED_ANEW)
    }
    return tuple(
        question
        for screen in safety.screens
        for question in shown_items(screen, regions, safety)
        if question.id not in asked
    )


def rescreen_reason(
    standing: Standing, history: History, last_active: date | None, today: date, safety: Safety
) -> RescreenReason | None:
    """Return why the whole screening is to be done now, None if it is not.

    never: it was never finished. red_answer: an emergency or urgent yes since the last one
    began, once that no longer locks the plan. weeks: the last one is 12 weeks old. away:
    nothing was done for 28 days, a screening included.

    Args:
        standing: what holds today.
        history: the same person's answers.
        last_active: the last day before today on which they used the product, None if unknown.
        today: the person's own day.
        safety: the safety content.
    """
    last = max(history.screened, key=lambda each: each.started_at, default=None)
    if last is None:
        return "never"
    if _red_answer_is_over(standing, history, last, safety):
        return "red_answer"
    finished_on = max(each.day for each in history.screened)
    if today >= finished_on + timedelta(weeks=safety.rescreen.weeks):
        return "weeks"
    if last_active is not None:
        last_seen = max(last_active, finished_on)
        if today >= last_seen + timedelta(days=safety.rescreen.after_days_away):
            return "away"
    return None


def read_too_fast(seconds: float, *, all_none: bool) -> bool:
    """Return whether the tick-lists should be shown once more: all "none" in under 10 s.

    Args:
        seconds: from the first tick-list shown to the last one sent, over all of them.
        all_none: nothing at all was ticked.
    """
    return all_none and seconds < TOO_FAST_S


def _is_shown(question: Question, regions: Collection[str]) -> bool:
    asked_for = question.show_for_regions
    return asked_for is None or not regions or bool(asked_for & frozenset(regions))


def _red_answer_is_over(
    standing: Standing, history: History, last: Screened, safety: Safety
) -> bool:
    red = {
        answer.question
        for answer in history.answers
        if answer.yes
        and answer.question in safety.questions
        and safety.questions[answer.question].effect in RED_EFFECTS
        and _is_newer(answer, last)
    }
    locking = {condition.question for condition in standing.locking}
    return bool(red) and not red & locking


def _is_newer(answer: Answer, last: Screened) -> bool:
    """Whether an answer is not part of the last finished screening, nor before it."""
    of_finished_screening = answer.source == Source.SCREENING and answer.final
    return answer.at > last.started_at and not of_finished_screening
