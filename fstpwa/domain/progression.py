"""Going on by criteria: when the next step of a programme may be offered, and why.

A step up is only ever offered, one thing at a time. Source: content B.1 and E.2 (small steps), and
`progress` of each phase; its tests are in going_on_tests.py.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fstpwa.domain import step_back
from fstpwa.domain.adaptation import Adaptation
from fstpwa.domain.going_on_tests import (
    Criterion,
    also,
    no_flare,
    no_rises,
    share_done,
    unknown_in,
)
from fstpwa.domain.planning import Offer, next_step, stay_days
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.practice_past import DAY, Past
from fstpwa.domain.programme import Programme

ONE_THING_DAYS = 7
"""So many days after something was made easier nothing is raised: going back to the usual dose is
a step itself. Source: content B.1, "change one thing at a time"; E.2, at most once a week."""
_STAYS = "Stay where you are, or start again there. You decide."


def offer(
    history: PracticeHistory, programme: Programme, today: date, acting: Adaptation
) -> Offer | None:
    """Return what may be offered today, or None: starting again, else the next step.

    Nothing more is offered while anything is made easier or was within a week, in a flare or on
    the way back, or unless each test of the content is met.

    Args:
        history: what happened up to and including today.
        programme: the one that is followed.
        today: the person's own day.
        acting: what is done to the sessions of today.
    """
    again = step_back.restart(history, programme, today, acting.reasons)
    if again is not None:
        return Offer(
            kind="restart",
            phase_id=again.phase,
            ramp_step=0,
            sentence=f"{again.sentence} {_STAYS}",
            because=again.because,
        )
    if _is_eased(acting):
        return None
    past = Past(history=history, programme=programme, today=today)
    step = _step(past)
    if step is None or past.today in past.still_days:
        return None
    tests = _tests(past)
    if not all(each.met for each in tests) or _was_eased_lately(past):
        return None
    return Offer(
        kind=step.kind,
        phase_id=step.phase_id,
        ramp_step=step.ramp_step,
        sentence=step.sentence,
        because=_in_one_sentence([each.because for each in tests if each.because]),
    )


def criteria(
    history: PracticeHistory, programme: Programme, today: date, acting: Adaptation
) -> tuple[Criterion, ...]:
    """Return what is looked at before the next step is offered, met or not yet, in words.

    Args:
        history: what happened up to and including today.
        programme: the one that is followed.
        today: the person's own day.
        acting: what is done to the sessions of today.
    """
    past = Past(history=history, programme=programme, today=today)
    return (_time(past), *_tests(past), _one_thing(past, acting))


def days_in_step(history: PracticeHistory, programme: Programme, today: date) -> int:
    """Return how many days of the present step are over; days in a flare stand still."""
    return _days(Past(history=history, programme=programme, today=today))


def unknown_test(progress: Mapping[str, Any]) -> str | None:
    """Return what of a phase's rule for going on nobody knows, None where all is known."""
    found = (unknown_in(each) for each in progress["also"])
    return next((each for each in found if each is not None), None)


def _tests(past: Past) -> list[Criterion]:
    progress = past.phase.progress
    return [
        share_done(past, progress),
        no_flare(past, progress),
        *no_rises(past, progress),
        *(also(past, each, progress["window_days"]) for each in progress["also"]),
    ]


def _step(past: Past) -> Offer | None:
    """Return the next step, if the present one has lasted for long enough."""
    place = past.history.place
    since = past.today - _days(past) * DAY
    return next_step(past.programme, past.phase.id, place.ramp_step, since, past.today)


def _days(past: Past) -> int:
    """Return how many days the present step has run: those in a flare do not count."""
    since = past.history.place.since
    run = (past.today - since).days
    return run - sum(since <= day < past.today for day in past.still_days)


def _time(past: Past) -> Criterion:
    needed = stay_days(past.phase, past.history.place.ramp_step)
    days = max(_days(past), 0)
    return Criterion(
        id="time",
        met=days >= needed,
        words=f"{needed} days at this step: {min(days, needed)} so far. Days in a flare wait.",
    )


def _one_thing(past: Past, acting: Adaptation) -> Criterion:
    calm = not _is_eased(acting) and past.today not in past.still_days
    return Criterion(
        id="one_thing",
        met=calm and not _was_eased_lately(past),
        words="One thing at a time: a week at the usual dose after gentler days.",
    )


def _is_eased(acting: Adaptation) -> bool:
    """Return whether whole sessions are eased: one movement, or a part that grows, holds nobody."""
    return any(each.easing.eases_sessions for each in acting.reasons)


def _was_eased_lately(past: Past) -> bool:
    """Return whether whole sessions were made easier in the last week."""
    week = {past.today - number * DAY for number in range(1, ONE_THING_DAYS)}
    if not week.isdisjoint(past.still_days):
        return True
    return step_back.eased_within(past.history, past.programme, past.today, ONE_THING_DAYS - 1)


def _in_one_sentence(parts: Sequence[str]) -> str:
    """Return "You did 8 of 10 planned sessions, there was no flare for 14 days, and ..."."""
    if not parts:
        return ""
    *first, last = parts
    joined = ", ".join(first) + (", and " if len(first) > 1 else " and ") + last if first else last
    return f"{joined[0].upper()}{joined[1:]}."
