"""When the next step of a programme may be offered.

Source: programmes.yaml, `progress` of each phase. Its `also` rule on next mornings waits for the
question that is asked then; until it is, the person judges that themselves ("You decide").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from fstpwa.domain.after_session import Zone

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
