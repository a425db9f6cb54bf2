"""The last weeks as a strip of days, and daily ratings as points to draw."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fstpwa.domain.days import (
    MONTHS,
    days_between,
    long_day,
    monday_of,
    short_day,
    weekday_name,
)
from fstpwa.domain.good_days import GoodDay
from fstpwa.domain.statistics import rolling_median

WEEKS = 20
_ANSWER_WORDS: Mapping[GoodDay, str] = {
    GoodDay.YES: "good day",
    GoodDay.SO_SO: "so-so day",
    GoodDay.NO: "not a good day",
}


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the strip. A day that has not happened yet is blank."""

    day: date
    practised: bool
    answer: GoodDay | None
    flare: bool
    future: bool
    marks: str
    """What happened: "practised, good day"; "nothing recorded"; "" for a future day."""
    classes: str
    """CSS classes: practised, good, flare, future; "" where nothing was recorded."""

    @property
    def good(self) -> bool:
        """Whether the day was answered as a good day."""
        return self.answer == GoodDay.YES

    @property
    def text(self) -> str:
        """The whole day in words: "Monday 3 March: practised, good day"."""
        return f"{long_day(self.day)}: {self.marks}" if self.marks else ""

    @property
    def short_text(self) -> str:
        """The same without the weekday, for a table whose row names it."""
        return f"{short_day(self.day)}: {self.marks}" if self.marks else ""

    @property
    def brief(self) -> str:
        """The day as a link in its week's list: "Mon 3"."""
        return f"{weekday_name(self.day)[:3]} {self.day.day}"


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the strip, Monday to Sunday."""

    monday: date
    cells: tuple[DayCell, ...]
    summary: str
    """ "Practised on 3 days, 2 good days"; "Nothing recorded"."""
    month: str
    """ "Mar" in the week that a month begins in, else ""."""

    @property
    def name(self) -> str:
        """Return "Week of 3 March"."""
        return f"Week of {short_day(self.monday)}"


@dataclass(frozen=True, slots=True)
class Ratings:
    """Daily ratings of a stretch of days, and their rolling median."""

    points: tuple[tuple[date, float | None], ...]
    smooth: tuple[tuple[date, float | None], ...]

    @property
    def answered(self) -> int:
        """How many of the days are answered."""
        return sum(value is not None for _, value in self.points)


def first_day(today: date, weeks: int = WEEKS) -> date:
    """Return the Monday that the strip and the charts begin with."""
    return monday_of(today) - timedelta(weeks=weeks - 1)


def strip(
    today: date,
    practised: Collection[date],
    answers: Mapping[date, GoodDay],
    flares: Collection[date],
    *,
    weeks: int = WEEKS,
) -> tuple[Week, ...]:
    """Return the last `weeks` weeks, oldest first, this week included.

    Args:
        today: The person's own day.
        practised: Days with at least one session done, in full or in part.
        answers: Days whose good-day question is answered.
        flares: Days marked as flare days.
        weeks: How many weeks, 1 or more.
    """
    done, flared = frozenset(practised), frozenset(flares)
    mondays = [first_day(today, weeks) + timedelta(weeks=n) for n in range(weeks)]
    return tuple(_week(monday, today, done, answers, flared) for monday in mondays)


def ratings_until(ratings: Mapping[date, float], today: date, *, weeks: int = WEEKS) -> Ratings:
    """Return one point a day from the strip's first Monday to today, gaps as None.

    Args:
        ratings: Answered days. Give the 6 days before the first Monday too, so that the
            rolling median can begin with it (`first_day(today) - timedelta(days=6)`).
        today: The person's own day; later ratings are left out.
        weeks: How many weeks, as in `strip`.
    """
    past = {day: float(value) for day, value in ratings.items() if day <= today}
    days = days_between(first_day(today, weeks), today)
    return Ratings(
        points=tuple((day, past.get(day)) for day in days), smooth=rolling_median(past, days)
    )


def _week(
    monday: date,
    today: date,
    practised: Collection[date],
    answers: Mapping[date, GoodDay],
    flares: Collection[date],
) -> Week:
    days = days_between(monday, monday + timedelta(days=6))
    cells = tuple(_cell(day, today, practised, answers, flares) for day in days)
    month = next((MONTHS[day.month - 1][:3] for day in days if day.day == 1), "")
    return Week(monday, cells, _summary(cells), month)


def _cell(
    day: date,
    today: date,
    practised: Collection[date],
    answers: Mapping[date, GoodDay],
    flares: Collection[date],
) -> DayCell:
    if day > today:
        return DayCell(
            day=day,
            practised=False,
            answer=None,
            flare=False,
            future=True,
            marks="",
            classes="future",
        )
    did, answer, flare = day in practised, answers.get(day), day in flares
    marks = [
        words
        for shown, words in (
            (did, "practised"),
            (answer is not None, _ANSWER_WORDS[answer] if answer else ""),
            (flare, "flare"),
        )
        if shown
    ]
    shown = (("practised", did), ("good", answer == GoodDay.YES), ("flare", flare))
    return DayCell(
        day=day,
        practised=did,
        answer=answer,
        flare=flare,
        future=False,
        marks=", ".join(marks) or "nothing recorded",
        classes=" ".join(name for name, on in shown if on),
    )


def _summary(cells: Collection[DayCell]) -> str:
    practised = sum(cell.practised for cell in cells)
    good = sum(cell.good for cell in cells)
    flares = sum(cell.flare for cell in cells)
    answered = sum(cell.answer is not None for cell in cells)
    parts = []
    if practised:
        parts.append(f"practised on {_count(practised, 'day')}")
    if answered:
        parts.append(_count(good, "good day"))
    if flares:
        parts.append(_count(flares, "flare day"))
    words = ", ".join(parts) or "nothing recorded"
    return words[0].upper() + words[1:]


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
