"""How practice and symptoms went on one time axis: what a therapist looks at between two clients.

Nothing is joined up or filled in: a day without an answer is a gap, a week without a session has
no bar. It never says what caused what (content F.6).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from fstpwa.domain.adherence import Excused
from fstpwa.domain.days import days_between, monday_of, short_day, span_in_words, weekday_name
from fstpwa.domain.practice_history import PlannedRecord
from fstpwa.domain.statistics import FOR_ANY_REASON, ROLLING_DAYS, rolling_median

WEEK = timedelta(days=7)
STRETCHES: Mapping[int, str] = {4: "4 weeks", 12: "12 weeks", 52: "A year"}
"""How many weeks can be looked at, this one included, and what they are called."""
USUAL_STRETCH = 12
BARS_BY_DAY = 4
"""Up to so many weeks there is a bar for each day, beyond it one for each week."""
PAIN_BY_DAY = 12
"""Up to so many weeks pain is shown session by session, beyond it as the median of a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """A session that was done, as far as it is drawn."""

    day: date
    before: int | None
    """Pain before it, 0-10."""
    after: int | None
    """The worst pain of it, 0-10, as it was said afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Sessions of a day or a week."""

    first: date
    last: date
    done: int
    planned: int | None
    """What was to be done by now; None where the plan is not shared."""

    @property
    def words(self) -> str:
        """Return "4 of 5", "4", or "-" where there is nothing to say."""
        return _counted(self.done, self.planned) if self.done or self.planned else "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pain:
    """Pain before and after practice, 0-10: of one session, or the medians of a week."""

    day: date
    before: float | None
    after: float | None

    @property
    def words(self) -> str:
        """Return "2, then 5"; "-" where nothing was said."""
        if self.before is None and self.after is None:
            return "-"
        before, after = (
            "not said" if value is None else f"{value:g}" for value in (self.before, self.after)
        )
        return f"{before}, then {after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table beside the chart: a day, or a week of a long stretch."""

    first: date
    last: date
    sessions: str
    stiffness: str
    pain: str
    flares: int
    visits: int

    @property
    def name(self) -> str:
        """Return "Mon 3 March", or "Week of 3 March"."""
        if self.first != self.last:
            return f"Week of {short_day(self.first)}"
        return f"{weekday_name(self.first)[:3]} {short_day(self.first)}"

    @property
    def flare_words(self) -> str:
        """Return "yes", how many days of a week, or "-"."""
        if not self.flares:
            return "-"
        return "yes" if self.first == self.last else str(self.flares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is drawn above each other on one axis of days, `first` to `last`."""

    weeks: int
    first: date
    last: date
    bars: tuple[Bar, ...]
    stiffness: tuple[tuple[date, float | None], ...]
    """Felt stiffness 0-10, a point a day."""
    smooth: tuple[tuple[date, float | None], ...]
    """Its median of 7 days."""
    pains: tuple[Pain, ...]
    flares: frozenset[date]
    visits: frozenset[date]
    """Days on which they were seen in the clinic."""
    rows: tuple[Row, ...]
    """Newest first; days and weeks with nothing to tell are left out."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was recorded in this time."""
        answered = any(value is not None for _, value in self.stiffness)
        return not (answered or self.flares or self.pains or any(bar.done for bar in self.bars))

    @property
    def bars_are_days(self) -> bool:
        """Whether a bar is a day; else it is a week."""
        return self.weeks <= BARS_BY_DAY

    @property
    def pain_is_weekly(self) -> bool:
        """Whether pain is the median of a week; else it is of one session."""
        return self.weeks > PAIN_BY_DAY

    @property
    def words(self) -> str:
        """Say in words what is drawn, for whoever does not see it. Never a cause."""
        done = sum(bar.done for bar in self.bars)
        planned = [bar.planned for bar in self.bars if bar.planned is not None]
        answered = sum(value is not None for _, value in self.stiffness)
        medians = [(day, value) for day, value in self.smooth if value is not None]
        rises = [
            each.after - each.before
            for each in self.pains
            if each.after is not None and each.before is not None
        ]
        counted = _counted(done, sum(planned) if planned else None)
        said = [
            f"{span_in_words(self.first, self.last)}: sessions done {counted}.",
            f"Felt stiffness answered on {answered} of {len(self.stiffness)} days.",
        ]
        if medians:
            (began, old), (ended, new) = medians[0], medians[-1]
            said.append(
                f"7-day median: {old:g} on {short_day(began)}, {new:g} on {short_day(ended)}."
            )
        if rises:
            said.append(f"Pain after practice less pain before it, as a median: {median(rises):g}.")
        if self.flares:
            said.append(f"Flare days: {len(self.flares)}.")
        if self.visits:
            said.append(f"Days in the clinic: {len(self.visits)}.")
        return " ".join([*said, FOR_ANY_REASON])


def first_day(today: date, weeks: int) -> date:
    """Return the Monday a stretch of `weeks` weeks begins with."""
    return monday_of(today) - (weeks - 1) * WEEK


def read_from(today: date, weeks: int) -> date:
    """Return the first day whose ratings are needed: the 7-day median begins before the stretch."""
    return first_day(today, weeks) - timedelta(days=ROLLING_DAYS - 1)


def course(
    today: date,
    weeks: int,
    *,
    practised: Iterable[Practised],
    planned: Iterable[PlannedRecord] | None,
    ratings: Mapping[date, float],
    flares: Collection[date] = (),
    held: Collection[date] = (),
    visits: Collection[date] = (),
) -> Course:
    """Return how the last weeks went.

    What was planned on a flare day, or on a day of rest after a session, and not done is not
    counted as planned, as the person's own page does it (domain/adherence.py).

    Args:
        today: the person's own day.
        weeks: one of `STRETCHES`.
        practised: the sessions that were done, in any order.
        planned: what was planned in this time, the present week to its Sunday; None where that is
            not shared.
        ratings: felt stiffness 0-10 by day, from `read_from` on.
        flares: days that were said to be flare days.
        held: days on which nothing more was to be started.
        visits: days in the clinic.
    """
    first = first_day(today, weeks)
    days = days_between(first, today)
    sessions = [each for each in practised if first <= each.day <= today]
    bars = _bars(days, weeks, sessions, planned, Excused(flares=flares, held=held))
    past = {day: value for day, value in ratings.items() if day <= today}
    flared = frozenset(day for day in flares if first <= day <= today)
    visited = frozenset(day for day in visits if first <= day <= today)
    pains = _pains(sessions, weekly=weeks > PAIN_BY_DAY)
    points = tuple((day, past.get(day)) for day in days)
    return Course(
        weeks=weeks,
        first=first,
        last=today,
        bars=bars,
        stiffness=points,
        smooth=rolling_median(past, days),
        pains=pains,
        flares=flared,
        visits=visited,
        rows=_rows(days, weeks, bars, dict(points), sessions, flared, visited),
    )


def _counted(done: int, planned: int | None) -> str:
    """Return "4 of 5", "4", or "5, 4 planned": more was done than planned."""
    if not planned:
        return str(done)
    return f"{done} of {planned}" if done <= planned else f"{done}, {planned} planned"


def _bars(
    days: tuple[date, ...],
    weeks: int,
    sessions: Iterable[Practised],
    planned: Iterable[PlannedRecord] | None,
    excused: Excused,
) -> tuple[Bar, ...]:
    by_day = weeks <= BARS_BY_DAY
    firsts = days if by_day else days[:: WEEK.days]
    length = timedelta(0) if by_day else WEEK - timedelta(days=1)
    done: dict[date, int] = {}
    for each in sessions:
        key = each.day if by_day else monday_of(each.day)
        done[key] = done.get(key, 0) + 1
    wanted: dict[date, list[PlannedRecord]] = {}
    for record in planned or ():
        wanted.setdefault(record.day if by_day else monday_of(record.day), []).append(record)
    return tuple(
        Bar(
            first=first,
            last=first + length,
            done=done.get(first, 0),
            planned=None
            if planned is None
            else sum(_is_due(each, excused, days[-1]) for each in wanted.get(first, ())),
        )
        for first in firsts
    )


def _is_due(planned: PlannedRecord, excused: Excused, today: date) -> bool:
    """Whether a planned session was to be done by now; one that was done always was."""
    if planned.state == "done":
        return True
    is_over = planned.day < today or planned.state == "skipped"
    return is_over and not planned.optional and planned.day not in excused


def _pains(sessions: Iterable[Practised], *, weekly: bool) -> tuple[Pain, ...]:
    said = [each for each in sessions if each.before is not None or each.after is not None]
    if not weekly:
        found = [Pain(day=each.day, before=each.before, after=each.after) for each in said]
        return tuple(sorted(found, key=lambda each: each.day))
    by_week: dict[date, list[Practised]] = {}
    for each in said:
        by_week.setdefault(monday_of(each.day), []).append(each)
    return tuple(
        Pain(
            day=monday,
            before=_median(each.before for each in found),
            after=_median(each.after for each in found),
        )
        for monday, found in sorted(by_week.items())
    )


def _median(values: Iterable[float | None]) -> float | None:
    said = [value for value in values if value is not None]
    return float(median(said)) if said else None


def _rows(
    days: tuple[date, ...],
    weeks: int,
    bars: tuple[Bar, ...],
    stiffness: Mapping[date, float | None],
    sessions: Iterable[Practised],
    flares: Collection[date],
    visits: Collection[date],
) -> tuple[Row, ...]:
    """Return a row a day, or a row a week of the longest stretch."""
    weekly = weeks > PAIN_BY_DAY
    by_start = {bar.first: bar for bar in bars}
    pained: dict[date, list[Practised]] = {}
    for each in sessions:
        pained.setdefault(monday_of(each.day) if weekly else each.day, []).append(each)
    rows = []
    for first in reversed(days[:: WEEK.days] if weekly else days):
        span = days_between(first, first + WEEK - timedelta(days=1)) if weekly else (first,)
        found = pained.get(first, [])
        bar = by_start.get(first) if weekly or weeks <= BARS_BY_DAY else None
        rating = _median(stiffness.get(day) for day in span)
        rows.append(
            Row(
                first=first,
                last=span[-1],
                sessions=bar.words if bar else str(len(found) or "-"),
                stiffness="-" if rating is None else f"{rating:g}",
                pain=_pain_words(found, weekly=weekly),
                flares=sum(day in flares for day in span),
                visits=sum(day in visits for day in span),
            )
        )
    return tuple(row for row in rows if _tells(row))


def _pain_words(sessions: list[Practised], *, weekly: bool) -> str:
    pains = _pains(sessions, weekly=weekly)
    return "; ".join(each.words for each in pains) or "-"


def _tells(row: Row) -> bool:
    said = (row.sessions, row.stiffness, row.pain)
    return any(each != "-" for each in said) or bool(row.flares or row.visits)
