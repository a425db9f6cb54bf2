"""What Today asks about the days before: one place, so that it is never more than a little."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fstpwa.blueprints.flares.showing import asks_kind, asks_whether
from fstpwa.domain import morning_asks
from fstpwa.services.day_plan import DayPlan
from fstpwa.services.enrolments import programme_of

MOST = 2
"""Asks shown at a time; the others wait until these are answered, or their day is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAsk:
    """One question on Today."""

    template: str
    """In templates/practice/asks; it shows `about`, called `ask`."""
    about: Any


Finds = Callable[[DayPlan, date], DayAsk | None]


def _this_morning(plan: DayPlan, today: date) -> DayAsk | None:
    if plan.history is None or plan.enrolment is None:
        return None
    found = morning_asks.ask_this_morning(plan.history, programme_of(plan.enrolment), today)
    return DayAsk(template="_morning.html", about=found) if found else None


def _settled(plan: DayPlan, today: date) -> DayAsk | None:
    if plan.history is None or plan.enrolment is None:
        return None
    found = morning_asks.ask_if_settled(plan.history, programme_of(plan.enrolment), today)
    return DayAsk(template="_settled.html", about=found) if found else None


def _kind_of_flare(plan: DayPlan, today: date) -> DayAsk | None:
    found = asks_kind(plan, today)
    return DayAsk(template="_flare_kind.html", about=found) if found else None


def _looks_like_a_flare(plan: DayPlan, today: date) -> DayAsk | None:
    found = asks_whether(plan, today)
    return DayAsk(template="_flare_whether.html", about=found) if found else None


ASKS: tuple[Finds, ...] = (_kind_of_flare, _settled, _this_morning, _looks_like_a_flare)
"""The most important first. None of them reads anything that is not in the day's plan."""


def day_asks_of(plan: DayPlan, today: date) -> tuple[DayAsk, ...]:
    """Return what is asked on Today, the most important first; nothing while the plan is closed.

    Args:
        plan: what holds today.
        today: the person's own day.
    """
    if not plan.gate.is_open:
        return ()
    found = (finds(plan, today) for finds in ASKS)
    return tuple(each for each in found if each is not None)[:MOST]
