"""When a shorter session is proposed, in advance: the person decides, nothing is changed by itself.

Source: content.md E.2, "Plan on the worst third: if 3 of the last 7 days were bad, offer the
shorter session in advance". That somebody who is more tired, or slept worse, than usual is offered
less is our own rule (E), after E.2's "at least 2 points over their 28-day median". A good day
never offers more (E.2, "hide 'do more'"): there is no rule for that here.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from types import MappingProxyType
from typing import Literal

from fstpwa.domain.days import days_between
from fstpwa.domain.good_days import GoodDay
from fstpwa.domain.practice_history import DayRecord, PracticeHistory
from fstpwa.domain.session import VariantName

BAD_DAYS = 3
BAD_DAYS_OF = 7
"""Source: content.md E.2, worst third. Today is one of them."""
USUAL_DAYS = 28
"""Days before today that say what is usual. Source: content.md E.2 (28-day median)."""
LEAST_ANSWERED = 7
"""With fewer answers nothing is usual yet. Source: our own rule (E)."""
WORSE = 2
"""Points on 0-10 from the usual. Source: content.md E.2 (2 points over the median)."""
MUCH_WORSE = 4
"""From here on the shortest version is proposed. Source: our own rule (E)."""

SHORTER: tuple[VariantName, ...] = ("ten", "five", "easier")
SHORTEST: tuple[VariantName, ...] = ("five", "ten", "easier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A shorter version that is proposed for today, and why."""

    rule: Literal["worst_third", "low_energy"]
    sentence: str
    wanted: tuple[VariantName, ...]
    """The versions that would do, the best first: a session may not have each."""
    facts: Mapping[str, float]

    def choice(self, offered: Collection[VariantName]) -> VariantName | None:
        """Return the version to propose of those that a session has, None if none would do."""
        return next((name for name in self.wanted if name in offered), None)


def proposal(history: PracticeHistory, today: date) -> Proposal | None:
    """Return what is proposed today, None for nothing. What was said of today goes first."""
    return low_energy(history, today) or worst_third(history, today)


def worst_third(history: PracticeHistory, today: date) -> Proposal | None:
    """Propose the shorter version after 3 bad days in 7. Source: content.md E.2."""
    days = days_between(today - timedelta(days=BAD_DAYS_OF - 1), today)
    bad = sum(is_bad(history.days[day]) for day in days if day in history.days)
    if bad < BAD_DAYS:
        return None
    return Proposal(
        rule="worst_third",
        sentence=f"{bad} of the last {BAD_DAYS_OF} days were hard. "
        "So a lighter session is ready, if you would rather do that.",
        wanted=SHORTER,
        facts=MappingProxyType({"bad_days": bad, "of_days": BAD_DAYS_OF}),
    )


def low_energy(history: PracticeHistory, today: date) -> Proposal | None:
    """Propose a shorter version when somebody is more tired, or slept worse, than usual.

    Source: our own rule (E), see the module.
    """
    tired = _over_usual(history, today, lambda each: each.fatigue)
    slept = _over_usual(history, today, lambda each: each.sleep)
    worse = {
        name: points
        for name, points in (("fatigue", tired), ("sleep", None if slept is None else -slept))
        if points is not None and points >= WORSE
    }
    if not worse:
        return None
    said = {
        ("fatigue",): "You are more tired than usual today.",
        ("sleep",): "You slept worse than usual.",
        ("fatigue", "sleep"): "You slept worse and are more tired than usual.",
    }[tuple(worse)]
    is_much = len(worse) > 1 or max(worse.values()) >= MUCH_WORSE
    return Proposal(
        rule="low_energy",
        sentence=f"{said} So a lighter session is ready, if you would rather do that.",
        wanted=SHORTEST if is_much else SHORTER,
        facts=MappingProxyType(worse),
    )


def is_bad(day: DayRecord) -> bool:
    """Return whether a day was a bad one: "no" to "a good day?", or a flare."""
    return day.flare or day.good_day == GoodDay.NO


def _over_usual(
    history: PracticeHistory, today: date, rating: Callable[[DayRecord], int | None]
) -> float | None:
    """Return by how much today's rating is over the usual one; None if either is not known."""
    said = history.days.get(today)
    now = None if said is None else rating(said)
    before = days_between(today - timedelta(days=USUAL_DAYS), today - timedelta(days=1))
    usual = [
        value
        for day in before
        if day in history.days and (value := rating(history.days[day])) is not None
    ]
    if now is None or len(usual) < LEAST_ANSWERED:
        return None
    return now - median(usual)
