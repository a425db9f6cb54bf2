"""Why a client may need their therapist today, each reason by a rule of its own, in words.

Every rule looks at the last four weeks and no further. Thresholds are the therapist's for that
client. No rule counts a pause, a holiday, a flare day, a red day or a rest day against anybody.
Where no source is named a rule is our own (E): it says whom to look at first, and nothing else
follows from it; it neither changes a plan nor tells the client anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import floor
from statistics import fmean, median

from fstpwa.domain.attention_facts import DAY, WINDOW_DAYS, Facts
from fstpwa.domain.days import days_between, short_day, weekday_name
from fstpwa.domain.pauses import counted
from fstpwa.domain.statistics import (
    BASELINE_DAYS,
    ROLLING_ANSWERED,
    ROLLING_DAYS,
    Band,
    noise_band,
    spread,
)

LEAST_SORE_SESSIONS = 2
"""A single session may be sore by chance."""
SORE_WITHIN_DAYS = 14
"""Older soreness is no news: silence is, and has a reason of its own."""
RED_WITHIN_DAYS = 7
TOO_MUCH_WITHIN_DAYS = 7
LEAST_TOO_MUCH = 2
RATE_DAYS = 21
"""Three weeks say how often somebody practised before they went quiet."""
WEEK_DAYS = 7

_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Sign(StrEnum):
    """What a reason is about, the weightiest first.

    First what may do harm, then who waits for an answer, then what makes practice harder, then who
    has gone quiet, and last what only a phone does wrong.
    """

    PAIN = "pain"
    RED = "red"
    QUESTION = "question"
    FLARE = "flare"
    STIFFER = "stiffer"
    TOO_MUCH = "too_much"
    WAITING = "waiting"
    QUIET = "quiet"
    REMINDERS = "reminders"


ORDER: tuple[Sign, ...] = tuple(Sign)
WORSE: frozenset[Sign] = frozenset({Sign.PAIN, Sign.RED, Sign.FLARE, Sign.STIFFER})
"""The signs that say that somebody is worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody may need their therapist."""

    sign: Sign
    words: str
    size: float = 0
    """How much of it there is, in whatever it is counted: between two with the same reason the
    greater one comes first."""


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """Return why a client may need their therapist today, the weightiest reason first."""
    found = (rule(facts) for rule in RULES)
    return tuple(each for each in found if each is not None)


def pain_after_practice(facts: Facts) -> Reason | None:
    """Tell of pain after practice that is up, for two sessions in a row or more.

    "After" is the higher of the worst pain of the session and the pain of the next morning. The
    rise is above the pain just before that session, so whoever always hurts is not always told of.
    Sessions in which one of both was not said are passed over. The last one that counts must lie
    in the last 14 days. The words say the middle rise, rounded down.

    Source: pain_rules.yaml, next_day (+2 hold, +3 reduce), for what a rise means; that it takes two
    in a row is our own (E).
    """
    since = facts.today - SORE_WITHIN_DAYS * DAY
    rises: list[int] = []
    for session in reversed(facts.sessions):
        rise = session.rise
        if rise is None:
            continue
        if rise < facts.thresholds.pain_rise or (not rises and session.day <= since):
            break
        rises.append(rise)
    if len(rises) < LEAST_SORE_SESSIONS:
        return None
    typical = floor(median(rises))
    words = f"Pain after practice up {typical} for {in_words(len(rises))} sessions"
    return Reason(sign=Sign.PAIN, words=words, size=typical * len(rises))


def red_session(facts: Facts) -> Reason | None:
    """Tell of a session of the last 7 days that was red: sharp or numb, or far above what is usual.

    Source: pain_rules.yaml and after_session.yaml (domain/pain_zone.py), which set the red day.
    """
    since = facts.today - RED_WITHIN_DAYS * DAY
    days = sorted(day for day in facts.excused.held if since < day <= facts.today)
    if not days:
        return None
    words = f"A session {on_day(days[-1], facts.today)} was more than it should be"
    return Reason(sign=Sign.RED, words=words, size=len(days))


def open_question(facts: Facts) -> Reason | None:
    """Tell of a question that was not answered yet."""
    if facts.question_on is None:
        return None
    words = f"Asked a question {on_day(facts.question_on, facts.today)}"
    return Reason(sign=Sign.QUESTION, words=words, size=(facts.today - facts.question_on).days)


def flare(facts: Facts) -> Reason | None:
    """Tell of a flare that they said they are in, and that goes on. Source: content E.2 (domain/flares.py)."""
    if facts.flare_since is None:
        return None
    words = f"Flare since {since_day(facts.flare_since, facts.today)}"
    return Reason(sign=Sign.FLARE, words=words, size=(facts.today - facts.flare_since).days)


def stiffer(facts: Facts) -> Reason | None:
    """Tell of a week's median stiffness that is up on the week before, by more than wobble.

    Both weeks need 4 answered days, and the means must lie further apart than day-to-day wobble
    makes them; the wobble is that of the three weeks before this one.

    Source: content F.3.2 (a week's median, 4 of 7), F.3.3 to F.3.5 (wobble); how many points count
    is the therapist's threshold.
    """
    this_week = _ratings(facts, facts.today - (ROLLING_DAYS - 1) * DAY, facts.today)
    week_ago = facts.today - ROLLING_DAYS * DAY
    week_before = _ratings(facts, week_ago - (ROLLING_DAYS - 1) * DAY, week_ago)
    if min(len(this_week), len(week_before)) < ROLLING_ANSWERED:
        return None
    rise = median(this_week) - median(week_before)
    if rise < facts.thresholds.stiffness_rise:
        return None
    before = _ratings(facts, facts.today - WINDOW_DAYS * DAY, week_ago)
    wobble = noise_band(spread(before), len(week_before), len(this_week))
    if not Band(fmean(this_week) - fmean(week_before), wobble).outside:
        return None
    return Reason(sign=Sign.STIFFER, words=f"Stiffness up {rise:g} on the week before", size=rise)


def too_much(facts: Facts) -> Reason | None:
    """Tell of "too much", said twice or more in the sessions of the last 7 days."""
    since = facts.today - TOO_MUCH_WITHIN_DAYS * DAY
    times = sum(count for day, count in facts.too_much.items() if since < day <= facts.today)
    if times < LEAST_TOO_MUCH:
        return None
    how_often = "twice" if times == LEAST_TOO_MUCH else f"{in_words(times)} times"
    return Reason(sign=Sign.TOO_MUCH, words=f"“Too much” {how_often} in a week", size=times)


def could_not_begin(facts: Facts) -> Reason | None:
    """Tell of something assigned that should have begun before today, and still waits."""
    day = facts.could_not_begin_on
    if day is None or day >= facts.today:
        return None
    words = f"What you assigned for {since_day(day, facts.today)} could not begin"
    return Reason(sign=Sign.WAITING, words=words, size=(facts.today - day).days)


def quiet(facts: Facts) -> Reason | None:
    """Tell of as many days as the therapist chose, or more, without a session or a check-in.

    Days of a pause, of a flare and red days are not counted, and nothing is said while the plan
    rests today. Something must have been missed since: a planned session, or, where no plan is
    seen, a habit of one a week or more. "Was 5 a week" counts the three weeks before.
    """
    if facts.is_paused or not facts.shares_records:
        return None
    heard = facts.last_heard
    begins = heard + DAY if heard else facts.first_day
    # Days that do not count can only make it fewer: most people need no closer look.
    if begins is None or (facts.today - begins).days + 1 < facts.thresholds.quiet_days:
        return None
    silent = _counting_days(facts, begins, facts.today)
    if silent < facts.thresholds.quiet_days:
        return None
    rate = weekly_rate(facts)
    if not _missed_since(facts, begins) and (facts.planned or not rate):
        return None
    if heard is None:
        is_whole = begins <= facts.today - (WINDOW_DAYS - 1) * DAY
        words = (
            "Nothing for four weeks"
            if is_whole
            else f"Nothing since the plan began {on_day(begins, facts.today)}"
        )
    else:
        before = f", was {rate} a week" if rate else ""
        words = f"Nothing for {counted(silent, 'day')}{before}"
    return Reason(sign=Sign.QUIET, words=words, size=silent)


def lost_reminders(facts: Facts) -> Reason | None:
    """Tell of devices none of which showed the last three reminders. Source: domain/push.py."""
    if not facts.are_reminders_lost:
        return None
    return Reason(sign=Sign.REMINDERS, words="Reminders are not reaching their phone")


RULES: tuple[Callable[[Facts], Reason | None], ...] = (
    pain_after_practice,
    red_session,
    open_question,
    flare,
    stiffer,
    too_much,
    could_not_begin,
    quiet,
    lost_reminders,
)
"""In the order of `Sign`."""


def weekly_rate(facts: Facts) -> int:
    """Return how many sessions a week there were in the three weeks up to the last one.

    0 where there were fewer than 7 days to count, pauses and the like left out.
    """
    last, first = facts.last_practised, facts.first_day
    if last is None or first is None:
        return 0
    begins = max(first, last - (RATE_DAYS - 1) * DAY)
    days = _counting_days(facts, begins, last)
    if days < BASELINE_DAYS:
        return 0
    return round(sum(each.day >= begins for each in facts.sessions) * WEEK_DAYS / days)


def on_day(day: date, today: date) -> str:
    """Return "today", "yesterday", "on Monday" within a week, else "on 3 March"."""
    words = since_day(day, today)
    return words if words in ("today", "yesterday") else f"on {words}"


def since_day(day: date, today: date) -> str:
    """Return "today", "yesterday", "Monday" within a week, else "3 March"."""
    ago = (today - day).days
    near = {0: "today", 1: "yesterday"}
    if ago in near:
        return near[ago]
    return weekday_name(day) if 0 < ago < WEEK_DAYS else short_day(day)


def in_words(count: int) -> str:
    """Return a number up to nine as a word."""
    return _NUMBERS[count] if 0 < count < len(_NUMBERS) else str(count)


def _ratings(facts: Facts, first: date, last: date) -> list[int]:
    return [rating for day, rating in facts.stiffness.items() if first <= day <= last]


def _counting_days(facts: Facts, first: date, last: date) -> int:
    return sum(day not in facts.excused for day in days_between(first, last))


def _missed_since(facts: Facts, first: date) -> bool:
    """Whether a planned session from `first` on, before today, was not done."""
    return any(
        each.state != "done" and first <= each.day < facts.today and each.day not in facts.excused
        for each in facts.planned
    )
