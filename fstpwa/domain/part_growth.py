"""A new part of a programme grows: at most a fifth more practice from one week to the next.

Source: programmes.yaml, `max_step_share` of each phase (0.2 in all of them), and content.md B.1. Inside
a phase the ramp keeps to that. From one phase to the next the content's sessions may be twice as
long; how such a part grows is our own rule (E): its least important movements come later.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from fstpwa.domain.adaptation import Easing, Reason
from fstpwa.domain.movement import Movement
from fstpwa.domain.planning import planned_items
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.programme import Phase, Programme
from fstpwa.domain.variants import usual_s

RULE = "part_growth"
WEEK_DAYS = 7


def reasons(
    history: PracticeHistory,
    programme: Programme,
    today: date,
    movements: Mapping[str, Movement],
) -> Sequence[Reason]:
    """Return why the sessions of a part that just began are shorter than they will be.

    Args:
        history: where somebody is, and since when.
        programme: the one that is followed.
        today: the person's own day.
        movements: the library by slug.
    """
    place = history.place
    ids = [phase.id for phase in programme.phases]
    if place.phase not in ids[1:]:
        return ()
    position = ids.index(place.phase)
    phase, before = programme.phases[position], programme.phases[position - 1]
    before_s = week_s(programme, before, len(before.dose_ramp) - 1, movements)
    full_s = week_s(programme, phase, place.ramp_step, movements)
    step = 1 + before.progress["max_step_share"]
    week = max((today - place.phase_since).days, 0) // WEEK_DAYS
    allowed_s = before_s * step ** (week + 1)
    if full_s <= allowed_s:
        return ()
    weeks = week + 1
    while before_s * step ** (weeks + 1) < full_s:
        weeks += 1
    return (
        Reason(
            rule=RULE,
            sentence="This part asks for more than the one before, so it grows week by week: some "
            "movements come later.",
            since=place.phase_since,
            until=place.phase_since + timedelta(days=WEEK_DAYS * weeks - 1),
            easing=Easing(time_share=allowed_s / full_s),
            facts={
                "minutes_before": round(before_s / 60),
                "minutes_now": round(allowed_s / 60),
                "minutes_full": round(full_s / 60),
            },
        ),
    )


def week_s(
    programme: Programme, phase: Phase, ramp_step: int, movements: Mapping[str, Movement]
) -> int:
    """Return the seconds of practice that a week of a phase prescribes, both sides done.

    Sessions that are only done if one likes do not count.
    """
    return _week_s(_Whole(programme, movements), phase.id, ramp_step)


class _Whole:
    """A programme and its movements, which are no keys by themselves: the same objects are."""

    def __init__(self, programme: Programme, movements: Mapping[str, Movement]) -> None:
        self.programme = programme
        self.movements = movements

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Whole)
            and self.programme is other.programme
            and self.movements is other.movements
        )

    def __hash__(self) -> int:
        return hash((id(self.programme), id(self.movements)))


@cache
def _week_s(whole: _Whole, phase_id: str, ramp_step: int) -> int:
    phase = whole.programme.phase(phase_id)
    found = 0
    for template in phase.sessions:
        if template.optional:
            continue
        items = planned_items(whole.programme, phase, template, ramp_step, "both", whole.movements)
        times = template.days_per_week * template.times_per_day
        found += times * usual_s(items, whole.movements)
    return found
