"""Pauses of a programme: how long one may be, which days it takes out, how it is said.

A pause counts against nobody and one goes on where one was. Source: the brief ("holidays and
illness pause"); content.md E.2 ("flare pauses the calendar") for what a pause does to the weeks.
The longest pause with an end is our own rule (E).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from fstpwa.domain.days import days_between
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.practice_history import EventRecord

PauseReason = Literal["holiday", "illness", "other"]
REASONS: tuple[PauseReason, ...] = get_args(PauseReason)
LONGEST = timedelta(days=365)
"""A pause with an end lasts a year at most; one without an end as long as somebody likes."""
WEEK_DAYS = 7
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Days on which a programme rests."""

    first: date
    last: date | None
    """The last paused day; None while nobody knows."""
    reason: PauseReason | None

    def days(self, first: date, last: date) -> tuple[date, ...]:
        """Return its days from `first` to `last`, both included."""
        end = last if self.last is None else min(self.last, last)
        return days_between(max(self.first, first), end)


def resumes_on(until: date, today: date) -> date:
    """Return the day on which a pause up to and including `until` is over.

    Raises:
        InvalidValue: `until` is past, or more than a year ahead.
    """
    if until < today:
        raise InvalidValue("That day is over. Choose today or a later day.")
    if until > today + LONGEST:
        raise InvalidValue(
            "Choose a day within a year. Leave it empty to pause for as long as you like."
        )
    return until + DAY


def reason_of(code: str | None) -> PauseReason | None:
    """Return a reason by its code, None for none. Raises InvalidValue for an unknown one."""
    if not code:
        return None
    for reason in REASONS:
        if reason == code:
            return reason
    raise InvalidValue("Choose one of the reasons, or none.")


def pauses_that_ended(events: Iterable[EventRecord]) -> tuple[Pause, ...]:
    """Return the pauses that are over, as they were noted: value is last day and reason."""
    return tuple(
        Pause(
            first=each.day,
            last=date.fromisoformat(each.value[0]),
            reason=reason_of(each.value[1]),
        )
        for each in events
        if each.kind == "paused"
    )


def paused_days(pauses: Iterable[Pause], first: date, last: date) -> frozenset[date]:
    """Return every day from `first` to `last` on which the programme rested."""
    return frozenset(day for pause in pauses for day in pause.days(first, last))


def paused_in_words(count: int) -> str:
    """Return "2 weeks paused", "5 days paused"; "" for no day."""
    if count == 0:
        return ""
    if count % WEEK_DAYS == 0:
        return f"{counted(count // WEEK_DAYS, 'week')} paused"
    return f"{counted(count, 'day')} paused"


def counted(count: int, what: str) -> str:
    """Return "1 day", "2 days"; "day of rest" becomes "days of rest"."""
    noun, *rest = what.split(" of ", 1)
    plural = noun if count == 1 else f"{noun}s"
    return " of ".join([f"{count} {plural}", *rest])
