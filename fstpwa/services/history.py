"""What was recorded: the last weeks at a glance, and the diary behind them.

Every function runs the same number of queries however long the history is, and reads only
the columns it shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import func, select

from fstpwa.domain import good_days, history
from fstpwa.domain.check_in import CheckInRecord
from fstpwa.domain.days import monday_of
from fstpwa.domain.good_days import GoodDay, GoodDayComparison
from fstpwa.domain.history import Ratings, Week
from fstpwa.domain.merging import shown
from fstpwa.domain.timeline import minutes
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, SessionLog
from fstpwa.services import vault

PAGE_DAYS = 30
LEAST_CHART_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The last 20 weeks."""

    weeks: tuple[Week, ...]
    good_days: GoodDayComparison
    stiffness: Ratings
    """Felt stiffness from the first rating on, 4 to 20 weeks."""
    flares: frozenset[date]
    is_empty: bool
    """Whether nothing at all was recorded in these weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarySession:
    """A session that was done, as a line of the diary."""

    id: UUID
    name: str
    done_s: int
    planned_s: int

    @property
    def words(self) -> str:
        """Return "10 minutes", "6 of 10 minutes" or "not begun"."""
        if self.done_s == 0:
            return "not begun"
        done, planned = minutes(self.done_s), minutes(self.planned_s)
        if done < planned:
            return f"{done} of {planned} minutes"
        return f"{done} minute{'' if done == 1 else 's'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryDay:
    """A day on which something was recorded."""

    day: date
    check_in: CheckInRecord | None
    """The daily three and what was managed; the other answers are not read for this."""
    sessions: tuple[DiarySession, ...]
    """In the order they were begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryPage:
    """Up to 30 days in a row of the diary, newest first; empty days are left out."""

    days: tuple[DiaryDay, ...]
    earlier: date | None
    """What to ask for as `before` to read on; None at the end of the diary."""


def overview(user: User, today: date) -> Overview:
    """Return the last 20 weeks of `user`, `today` being the person's own day. Two queries."""
    since = history.first_day(today)
    practised = frozenset(
        db.session.scalars(
            select(SessionLog.day)
            .where(SessionLog.user_id == user.id, SessionLog.day >= since, SessionLog.done_s > 0)
            .distinct()
        )
    )
    rows = db.session.execute(
        # Six days more, so that the 7-day median can begin with the first week.
        select(CheckIn.day, CheckIn.stiffness, CheckIn.good_day, CheckIn.flare)
        .where(CheckIn.user_id == user.id, CheckIn.day >= since - timedelta(days=6))
        .order_by(CheckIn.day)
    ).all()
    ratings = {row.day: row.stiffness for row in rows if row.stiffness is not None}
    answers = {row.day: cast("GoodDay", row.good_day) for row in rows if row.good_day is not None}
    flares = frozenset(row.day for row in rows if row.flare)
    return Overview(
        weeks=history.strip(today, practised, answers, flares),
        good_days=good_days.compare(answers, today),
        stiffness=history.ratings_until(ratings, today, weeks=_chart_weeks(ratings, today)),
        flares=flares,
        is_empty=not practised and not rows,
    )


def diary(user: User, before: date | None = None) -> DiaryPage:
    """Return a page of sessions and check-ins, newest first. Four queries.

    Args:
        user: Whose diary it is.
        before: Only days before this one; None begins with the newest.
    """
    newest = _newest_day(user, before)
    if newest is None:
        return DiaryPage(days=(), earlier=None)
    oldest = newest - timedelta(days=PAGE_DAYS - 1)
    sessions = _sessions_between(user, oldest, newest)
    check_ins = _check_ins_between(user, oldest, newest)
    days = tuple(
        DiaryDay(day=day, check_in=check_ins.get(day), sessions=tuple(sessions.get(day, ())))
        for day in sorted({*sessions, *check_ins}, reverse=True)
    )
    earlier = oldest if _newest_day(user, oldest) is not None else None
    return DiaryPage(days=days, earlier=earlier)


def _chart_weeks(ratings: Mapping[date, int], today: date) -> int:
    """Return how many weeks to draw: a chart that is mostly empty tells nothing."""
    past = [day for day in ratings if day <= today]
    if not past:
        return LEAST_CHART_WEEKS
    weeks = (monday_of(today) - monday_of(min(past))).days // 7 + 1
    return min(history.WEEKS, max(LEAST_CHART_WEEKS, weeks))


def _newest_day(user: User, before: date | None) -> date | None:
    sessions = select(func.max(SessionLog.day)).where(SessionLog.user_id == user.id)
    check_ins = select(func.max(CheckIn.day)).where(CheckIn.user_id == user.id)
    if before is not None:
        sessions = sessions.where(SessionLog.day < before)
        check_ins = check_ins.where(CheckIn.day < before)
    days = db.session.execute(select(sessions.scalar_subquery(), check_ins.scalar_subquery())).one()
    return max((day for day in days if day is not None), default=None)


def _sessions_between(user: User, oldest: date, newest: date) -> Mapping[date, list[DiarySession]]:
    found: dict[date, list[DiarySession]] = {}
    rows = db.session.execute(
        select(
            SessionLog.id, SessionLog.day, SessionLog.name, SessionLog.done_s, SessionLog.planned_s
        )
        .where(SessionLog.user_id == user.id, SessionLog.day.between(oldest, newest))
        .order_by(SessionLog.started_at, SessionLog.id)
    )
    for row in rows:
        found.setdefault(row.day, []).append(
            DiarySession(id=row.id, name=row.name, done_s=row.done_s, planned_s=row.planned_s)
        )
    return found


def _check_ins_between(user: User, oldest: date, newest: date) -> Mapping[date, CheckInRecord]:
    columns: Sequence[str] = ("day", "stiffness", "good_day", "flare", "managed")
    rows = db.session.execute(
        select(*(getattr(CheckIn, name) for name in columns)).where(
            CheckIn.user_id == user.id, CheckIn.day.between(oldest, newest)
        )
    )
    return {
        row.day: CheckInRecord(
            **(row._asdict() | {"managed": shown(vault.readable(user, row.managed))})
        )
        for row in rows
    }
