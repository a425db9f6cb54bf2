"""Being away: how long since the last session, and whether to start again.

Source: the rules `missed_8` and `missed_21` of each phase; content B.1. A pause never counts against
anybody, but who was away for long goes on more gently, paused or not (our own reading).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fstpwa.domain.practice_past import DAY, Gap, Past
from fstpwa.domain.step_back_hit import Hit

RESTART_LAPSES_DAYS = 28
"""After so many days of practising again nobody starts again. Source: our own rule (E)."""


def missed(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when somebody was last away for so many days, and until when.

    Days away are those since the last session of this programme of which anything was done. Who
    was away for longer still is asked first whether to start again (`missed_too_long`); once they
    said "not now", or where there is nothing to start again, this counts for them, too.
    """
    least, most = trigger["missed_days"]
    gaps = past.gaps(least)
    if not gaps:
        return None
    gap = gaps[-1]
    if gap.days > most and not _stays(past, gap, most):
        return None
    return _hit_of(gap, least, past.today)


def missed_too_long(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when somebody was away for more than so many days, and was not asked yet.

    It is over with their answer, and four weeks after they came back (our own).
    """
    over = trigger["missed_days_over"]
    gaps = past.gaps(over + 1)
    if not gaps:
        return None
    gap = gaps[-1]
    if _stays(past, gap, over) or _started_again(past, gap.last + (over + 1) * DAY):
        return None
    if gap.back is not None and (past.today - gap.back).days >= RESTART_LAPSES_DAYS:
        return None
    hit = _hit_of(gap, over + 1, past.today)
    return Hit(since=hit.since, last=past.today, is_open=True, facts=hit.facts)


def _hit_of(gap: Gap, least: int, today: date) -> Hit:
    return Hit(
        since=gap.last + least * DAY,
        last=gap.back or today,
        is_open=gap.back is None,
        facts={"days_away": gap.days},
    )


def _stays(past: Past, gap: Gap, most: int) -> bool:
    """Return whether they do not start again.

    They said "not now", took a step since they came back, or are at the very start anyway.
    """
    place, asked = past.history.place, gap.last + (most + 1) * DAY
    if _started_again(past, asked):
        return False
    at_the_start = place.phase == past.programme.phases[0].id and place.ramp_step == 0
    went_on = gap.back is not None and place.since > gap.back
    return at_the_start or went_on or any(day >= asked for day in past.days_of("stayed"))


def _started_again(past: Past, since: date) -> bool:
    return any(day >= since for day in past.days_of("restarted"))
