"""The coming days as they will be if nothing else happens: for a page to look ahead, and for the phone.

A phone fetches what it needs for them while it has a network: the pages, what the sessions say,
and the pictures of their movements.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.timeline import CLOSING, Pace
from fstpwa.domain.variants import item_block
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession, PlannedState
from fstpwa.services.day_plan import DayPlan, day_plan
from fstpwa.services.figures import figure_of
from fstpwa.services.gate import PlayableSession

DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingDay:
    """One day, today or later."""

    day: date
    sessions: tuple[PlayableSession, ...]
    """What is planned and not done, as it is left on that day; none while the plan is closed."""


def coming_days(user: User, today: date, plan: DayPlan | None = None) -> tuple[ComingDay, ...]:
    """Return the 7 days from `today` on, each with its sessions as they will be on it.

    The rules of each day act as if nothing were done or said until then; once it comes, the page
    of the day is made anew if there is a network. A day without sessions costs no query.

    Args:
        user: whose days they are.
        today: their own calendar day.
        plan: of today, where it is known already.
    """
    plan = plan or day_plan(user, today)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS)]
    planned: dict[date, list[PlannedSession]] = {day: [] for day in days}
    if plan.gate.is_open:
        for session in _planned(user, days[0], days[-1]):
            planned[session.day].append(session)
    return tuple(_coming_day(user, day, planned[day], plan) for day in days)


def coming_lines(days: Iterable[ComingDay], pace: Pace) -> tuple[str, ...]:
    """Return every line of the sessions of some days, each once; none where there is no session.

    Both the usual and the easier version of each movement count: which is chosen is not known.
    """
    movements = library().movements
    lines: dict[str, None] = {}
    for playable in _sessions(days):
        lines[CLOSING] = None
        for version in (playable.usual, playable.flare):
            for position, item in enumerate(version.items):
                for easier in (False, True):
                    block = item_block(item, movements, pace, easier=easier, first=position == 0)
                    lines |= dict.fromkeys(line.text for cue in block.cues for line in cue.say)
    return tuple(lines)


def coming_pictures(days: Iterable[ComingDay]) -> tuple[str, ...]:
    """Return the addresses of every picture of the sessions of some days, each once."""
    slugs = [item.slug for playable in _sessions(days) for item in playable.items.values()]
    found: list[str | None] = []
    for figure in map(figure_of, dict.fromkeys(slugs)):
        if figure is not None:
            # Every browser that runs our scripts shows the smaller format where there is one.
            found += [figure.still_avif or figure.still_webp, figure.motion]
    return tuple(each for each in found if each)


def _planned(user: User, first: date, last: date) -> list[PlannedSession]:
    return list(
        db.session.scalars(
            select(PlannedSession)
            .where(
                PlannedSession.user_id == user.id,
                PlannedSession.state == PlannedState.PLANNED,
                PlannedSession.day.between(first, last),
            )
            .order_by(PlannedSession.day, PlannedSession.at_min, PlannedSession.id)
        )
    )


def _coming_day(
    user: User, day: date, sessions: list[PlannedSession], plan_today: DayPlan
) -> ComingDay:
    if not sessions:
        return ComingDay(day=day, sessions=())
    plan = plan_today if day == plan_today.adaptation.day else day_plan(user, day)
    found = [plan.playable(each) for each in sessions] if plan.gate.is_open else []
    return ComingDay(day=day, sessions=tuple(found))


def _sessions(days: Iterable[ComingDay]) -> Iterable[PlayableSession]:
    return (playable for each in days for playable in each.sessions if not playable.is_emptied)
