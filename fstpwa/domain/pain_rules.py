"""Pain around the sessions of a history: what is usual, how each one was, the morning after it.

Source of every number: content/safety/pain_rules.yaml (content.md D.5) unless a name says otherwise.
"""

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Literal

from fstpwa.domain.pain_zone import BASE_DAYS, Zone, base_of, zone_with_kinds
from fstpwa.domain.practice_history import PracticeHistory, SessionRecord

Verdict = Literal["ok", "hold", "reduce"]
"""What a morning after means: carry on; the same dose or less; one step down."""

HOLD_RISE, REDUCE_RISE = 2, 3
"""How much worse than before the session a morning is to hold, and to step down. Source: next_day."""
SETTLES_IN_DAYS = 2
"""After that many days it ought to be as before. Source: next_day, reduce, "over 48 h"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """How the morning after a session was."""

    rise: int
    """Points above the pain before that session; a half is rounded up. Below 0 is better."""
    verdict: Verdict
    unsettled: bool
    """Whether it was not back to how it was after 48 hours."""


def first_ratings(history: PracticeHistory, day: date) -> tuple[list[int], int | None]:
    """Return the pain before the first rated session of the last 7 answered days, and of `day`.

    A day with several sessions counts once, with its first rating: what is said later on the day
    already has the earlier session in it. Source: our own rule (E); the content speaks of days.

    Args:
        history: its sessions oldest first.
        day: the ratings are of days before this one, newest first, and of this one.
    """
    today: int | None = None
    found: dict[date, int] = {}
    # Backwards, as no rule needs more than a few days of a long history.
    for session in reversed(history.sessions):
        if session.pain_before is None or session.day > day:
            continue
        if session.day == day:
            today = session.pain_before
        elif session.day in found or len(found) < BASE_DAYS:
            found[session.day] = session.pain_before
        else:
            break
    return list(found.values()), today


def base(history: PracticeHistory, day: date) -> float | None:
    """Return the usual pain before a session: the median of the last 7 answered days.

    Days before `day` only, so that a bad day is compared with the days before it and not with
    itself. Without any, the first rating of `day` stands for it.

    Returns:
        0-10 in halves; None where neither is known.
    """
    return base_of(*first_ratings(history, day))


def zone_of(session: SessionRecord, history: PracticeHistory) -> Zone | None:
    """Return the traffic light of a session that was done; None where its pain was not said.

    What was felt in a single movement counts like the same said of the whole session.
    """
    felt = {each.pain_kind for each in session.movements if each.pain_kind is not None}
    kinds = {*session.pain_kinds, *felt}
    return zone_with_kinds(session.worst_pain, kinds, base(history, session.day))


def morning(session: SessionRecord, history: PracticeHistory) -> Morning | None:
    """Return how the morning after a session was; None where it was not said.

    It is compared with the first rating of the session's day, before anything was done on it;
    without one, with the base. Soreness of another feel or place does not count: the question asks
    for the pain in that place.

    Source: pain_rules.yaml, next_day; content.md D.5.
    """
    if session.next_morning_pain is None:
        return None
    earlier, before = first_ratings(history, session.day)
    compared = before if before is not None else base_of(earlier, None)
    if compared is None:
        return None
    unsettled = session.settled is False
    rise = ceil(session.next_morning_pain - compared)
    return Morning(
        rise=rise,
        verdict=verdict(rise, unsettled=unsettled),
        unsettled=unsettled,
    )


def verdict(rise: int, *, unsettled: bool) -> Verdict:
    """Return what a morning means for the next sessions.

    Args:
        rise: points above the pain before the session.
        unsettled: whether it was not as before after 48 hours.
    """
    if rise >= REDUCE_RISE or unsettled:
        return "reduce"
    return "hold" if rise >= HOLD_RISE else "ok"
