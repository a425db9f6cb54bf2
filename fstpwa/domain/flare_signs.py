"""What ratings say about a flare: near what was usual, far from it, or so far that we ask.

Source: content E.2. Ratings never declare a flare: they lead to a question.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from fstpwa.domain.practice_history import DayRecord, PracticeHistory

MEASURES = ("pain", "fatigue", "stiffness")
USUAL_DAYS = 28
NEAR = 1
"""Points from the usual that are still near it."""
RISE = 2
"""Points above the usual that may be a flare."""
MEASURES_RISEN = 2
"""Of the three, on each of the days."""
LEAST_DAYS_ANSWERED = 30
"""Days with an answer before anything is asked."""
LEAST_RATINGS = 7
"""Of one measure, in the 28 days, before its median says what is usual. Source: our own rule (E)."""
SILENT_DAYS = 7
"""After a no it is not asked again for so many days. Source: our own rule (E)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Two days that look like a flare."""

    first: date
    rises: Mapping[str, float]
    """Measure -> how much it was over its usual on the second day; only what rose enough."""


def usual_before(
    day: date, history: PracticeHistory, *, without: Collection[date] = (), least: int = 1
) -> dict[str, float]:
    """Return the median of each measure in the 28 days before `day`.

    Args:
        day: not one of them.
        history: where the ratings are.
        without: days that were not usual, such as those of an earlier flare.
        least: how many ratings a median needs.
    """
    records = [
        history.days[each]
        for back in range(1, USUAL_DAYS + 1)
        if (each := day - timedelta(days=back)) in history.days and each not in without
    ]
    found: dict[str, float] = {}
    for measure in MEASURES:
        ratings = [rating for each in records if (rating := each.rating(measure)) is not None]
        if len(ratings) >= least:
            found[measure] = median(ratings)
    return found


def rises(usual: Mapping[str, float], record: DayRecord) -> dict[str, float]:
    """Return how much each measure is above its usual; below 0 where it is less."""
    return {
        measure: rating - before
        for measure, before in usual.items()
        if (rating := record.rating(measure)) is not None
    }


def far_from(usual: Mapping[str, float], record: DayRecord) -> bool:
    """Return whether anything answered is more than a point above what was usual."""
    return any(rise > NEAR for rise in rises(usual, record).values())


def near_to(usual: Mapping[str, float], record: DayRecord) -> bool:
    """Return whether something was answered, and all of it within a point of what was usual.

    Less than usual is near: nobody stays in a flare because they are better.
    """
    found = rises(usual, record)
    return bool(found) and all(rise <= NEAR for rise in found.values())


def suspicion(
    history: PracticeHistory, today: date, *, flare_days: Collection[date] = ()
) -> Suspicion | None:
    """Return the two days that look like a flare, None if there are none or nothing is to be asked.

    The two days end today, or yesterday while today is not rated. Two of three measures were at
    least 2 over their 28-day median on each, with 30 days answered.

    Args:
        history: what happened up to and including today.
        today: the person's own day.
        flare_days: days that belong to a flare already.
    """
    asked_since = today - timedelta(days=SILENT_DAYS)
    if any(each.kind == "not_a_flare" and each.day > asked_since for each in history.events):
        return None
    rated = {day for day, record in history.days.items() if _is_rated(record)}
    last = today if today in rated else today - timedelta(days=1)
    first = last - timedelta(days=1)
    if not {first, last} <= rated or len(rated) < LEAST_DAYS_ANSWERED:
        return None
    if first in flare_days or last in flare_days or today in flare_days:
        return None
    usual = usual_before(first, history, without=flare_days, least=LEAST_RATINGS)
    risen = [
        {measure: rise for measure, rise in rises(usual, history.days[day]).items() if rise >= RISE}
        for day in (first, last)
    ]
    if any(len(each) < MEASURES_RISEN for each in risen):
        return None
    return Suspicion(first=first, rises=risen[1])


def _is_rated(record: DayRecord) -> bool:
    return any(record.rating(measure) is not None for measure in MEASURES)
