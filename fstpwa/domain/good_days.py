"""Good days of the last 28 answered days against the 28 before, in honest words.

What is counted (content F.4, C.2 `good_day`):

* A good day is a day answered "yes". A so-so day is answered but not good; the words say so.
  A day without an answer is left out, never counted as bad.
* The recent window is the last 28 answered days, today included. The earlier window is the
  28 answered days before its first day. A window reaches back 56 calendar days at most, so
  that with rare answers it is short rather than half a year old.
* A comparison needs 20 answered days in both. Better and worse have the same threshold.
* There is no percentage anywhere: both numbers are said ("15 of 27").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from fstpwa.domain.days import span_in_words
from fstpwa.domain.statistics import FOR_ANY_REASON, Band, good_day_band

Verdict = Literal["nothing_yet", "too_few", "nothing_before", "no_clear_change", "more", "fewer"]

WINDOW_ANSWERED = 28
WINDOW_REACH = 56
"""Calendar days a window may reach back: answers on every second day still fill it."""
LEAST_ANSWERED = 20
SO_SO_NOTE = "A so-so day counts as answered, not as a good day."


class GoodDay(StrEnum):
    """The answer to "Is it a good day?"."""

    YES = "yes"
    SO_SO = "so_so"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of answered days."""

    good: int
    answered: int
    first: date | None
    """First answered day; None if there is none."""
    last: date | None

    @property
    def counts(self) -> str:
        """Both numbers: "15 of 27 answered days"."""
        return f"{self.good} of {self.answered} answered {_days(self.answered)}"


@dataclass(frozen=True, slots=True)
class GoodDayComparison:
    """What can honestly be said about good days."""

    verdict: Verdict
    recent: Window
    before: Window
    change: Band | None
    """Difference of the two shares and its band; None where no comparison is made."""
    sentences: tuple[str, ...]
    """To be shown in this order. The last ones say what is counted and promise no cause."""


def compare(answers: Mapping[date, GoodDay], today: date) -> GoodDayComparison:
    """Compare the last 28 answered days with the 28 answered before them.

    Args:
        answers: The answered days only. Those of the last 112 days are enough; days after
            `today` are left out.
        today: The person's own day.
    """
    recent = _window(answers, today)
    before = _window(answers, recent.first - timedelta(days=1)) if recent.first else recent
    if not any(day <= today for day in answers):
        sentences: tuple[str, ...] = (
            "Each check-in asks whether it is a good day. Your count starts with the first answer.",
        )
        return GoodDayComparison("nothing_yet", recent, before, None, sentences)
    if recent.answered < LEAST_ANSWERED:
        sentences = _too_few(answers, recent, today)
        return GoodDayComparison("too_few", recent, before, None, sentences)
    if before.answered < LEAST_ANSWERED:
        sentences = (_recent_count(recent, today), _nothing_before(before), SO_SO_NOTE)
        return GoodDayComparison("nothing_before", recent, before, None, sentences)
    change = good_day_band(before.good, before.answered, recent.good, recent.answered)
    verdict = _verdict(change)
    sentences = (
        _recent_count(recent, today),
        _before_count(before, today),
        _VERDICT_WORDS[verdict],
        SO_SO_NOTE,
        FOR_ANY_REASON,
    )
    return GoodDayComparison(verdict, recent, before, change, sentences)


_VERDICT_WORDS: Mapping[Verdict, str] = {
    "no_clear_change": "No clear change yet: a difference of this size can be day-to-day wobble.",
    "more": "More good days than before, by more than your day-to-day wobble.",
    "fewer": "Fewer good days than before, by more than your day-to-day wobble.",
}


def _verdict(change: Band) -> Verdict:
    if not change.outside:
        return "no_clear_change"
    return "more" if change.difference > 0 else "fewer"


def _window(answers: Mapping[date, GoodDay], last: date) -> Window:
    days = sorted(day for day in answers if last - timedelta(days=WINDOW_REACH) < day <= last)
    days = days[-WINDOW_ANSWERED:]
    good = sum(answers[day] == GoodDay.YES for day in days)
    return Window(good, len(days), days[0] if days else None, days[-1] if days else None)


def _recent_count(recent: Window, today: date) -> str:
    verb = "was a good day" if recent.good == 1 else "were good days"
    span = _span(recent, today)
    if recent.answered == 1:
        return f"Your one answered day{span} {'was' if recent.good else 'was not'} a good day."
    return f"{recent.good} of your last {recent.answered} answered days{span} {verb}."


def _before_count(before: Window, today: date) -> str:
    return f"Before that, {before.counts}{_span(before, today)}."


def _span(window: Window, today: date) -> str:
    if window.first is None or window.last is None:
        return ""
    return f" ({span_in_words(window.first, window.last, today)})"


def _too_few(answers: Mapping[date, GoodDay], recent: Window, today: date) -> tuple[str, ...]:
    in_28 = sum(today - timedelta(days=28) < day <= today for day in answers)
    few = f"You answered {in_28 or 'none'} of the last 28 days, too few to say."
    needs = f"A comparison needs {LEAST_ANSWERED} answered days, and {LEAST_ANSWERED} before them."
    if recent.answered == 0:
        return (few, needs)
    return (_recent_count(recent, today), few, needs, SO_SO_NOTE)


def _nothing_before(before: Window) -> str:
    if before.answered == 0:
        return "There are no answered days before them yet to compare with."
    verb = "is" if before.answered == 1 else "are"
    return (
        f"There {verb} {before.answered} answered {_days(before.answered)} before them, "
        f"too few to compare with: it takes {LEAST_ANSWERED}."
    )


def _days(count: int) -> str:
    return "day" if count == 1 else "days"
