"""When a reminder rings next, as things stand: nothing is promised that would be left out."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from fstpwa.domain.recurrence import DAYS_LOOKED_AT, Due, Recurrence, next_due, step
from fstpwa.domain.reminders import Circumstances, decide


def next_ring(
    rule: Recurrence, due: Due, found_on: Callable[[date], Circumstances], *, now: datetime
) -> datetime | None:
    """Return when a reminder rings next; None if it does not within two weeks, as things stand.

    Each date is decided upon as it will be when it has come.

    Args:
        rule: the wall time and the weekdays.
        due: the next date that is not dealt with, and its instant.
        found_on: what holds on a date, as far as it is known; the zone is the same on all. It is
            asked about up to 15 dates.
        now: an aware instant.
    """
    found = found_on(due.day)
    if found.is_off:
        return None
    if found.paused_until is not None and due.day < found.paused_until:
        due = step(rule, found.zone, found.paused_until - timedelta(days=1))
    # After a standstill every date since then will be written down as missed.
    earliest = now - timedelta(minutes=found.max_late_min)
    if due.at < earliest:
        due = next_due(rule, found.zone, after=due.day, now=earliest)
    last = due.day + timedelta(days=DAYS_LOOKED_AT - 1)
    while due.day <= last:
        then = max(now, due.at)
        decision = decide(due, found_on(due.day), now=then)
        if decision.outcome in ("send", "moved"):
            return max(then, decision.ring_at)
        due = step(rule, found.zone, due.day)
    return None
