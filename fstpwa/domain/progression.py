"""When the next step of a programme may be offered.

Source: programmes.yaml, `progress` of each phase. Its `also` rule on next mornings waits for the
question that is asked then; until it is, the person judges that themselves ("You decide").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

Zone = Literal["green", "amber", "red"]
SEVERITY: Mapping[Zone, int] = {"green": 0, "amber": 1, "red": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What happened in the window before today."""

    planned: int
    """Sessions that were planned in the window, done or not."""
    done: int
    days_since_flare: int | None
    """Days since the latest flare day; None where there was none in the window."""
    rises: Mapping[str, float | None]
    """Measure (pain, fatigue, stiffness) -> how much its 7-day median rose; None: not known."""
    zones: Sequence[Zone]
    """The zone of each session in the window whose worst pain was said."""


def zone(worst_pain: int, base: int | None) -> Zone:
    """Return the traffic light of a session, relative to what is usual for the person.

    Args:
        worst_pain: during the session, 0-10.
        base: usual pain 0-10, or the rating before the session; None counts as low.

    Source: pain_rules.yaml, low_base and high_base.
    """
    if base is None or base <= 3:
        return "red" if worst_pain >= 6 else "amber" if worst_pain >= 4 else "green"
    if worst_pain >= min(base + 3, 9):
        return "red"
    return "amber" if worst_pain >= base + 2 else "green"


def may_go_on(rule: Mapping[str, Any], practice: Practice) -> bool:
    """Tell whether a step may be offered: enough done, no flare, nothing rising, no red.

    What nobody answered holds nobody back; what was never planned or done does.

    Args:
        rule: the `progress` of the present phase.
        practice: what happened in its window.
    """
    if practice.planned == 0:
        return False
    if practice.done < rule["min_share_of_planned_sessions"] * practice.planned:
        return False
    if practice.days_since_flare is not None and practice.days_since_flare < rule["no_flare_days"]:
        return False
    for measure, most in rule["max_rise"].items():
        rise = practice.rises.get(measure)
        if most is not None and rise is not None and rise > most:
            return False
    severities = [SEVERITY[each] for each in practice.zones]
    return not severities or median(severities) < SEVERITY["amber"]
