"""From a programme to planned sessions: which movements, on which days, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Literal, NamedTuple

from fstpwa.domain.dose import SideChoice, apply_overrides, easier_dose, evened, ramped
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.movement import Movement
from fstpwa.domain.programme import Phase, Programme, SessionMovement, SessionTemplate
from fstpwa.domain.session import PlannedItem

DAYS_AHEAD = 14
"""Planned sessions exist for today and the 13 days after it."""
STEP_DAYS = 7
"""A ramp step, or a week of a phase, lasts at least this long."""
DAY_MIN = 24 * 60
WEEK_DAYS = 7

MICRO_BREAKS_AT_MIN = (10 * 60 + 30, 15 * 60)
"""Two desk breaks: "one mid-morning, one mid-afternoon" (neck-and-desk, settle, notes)."""
MICRO_FROM_MIN = 9 * 60
"""Any other number of small breaks starts here, whatever time the main session has."""
BEFORE_FIRST_STEPS_MIN = 7 * 60
SEVERAL_FROM_MIN, SEVERAL_UNTIL_MIN = 7 * 60, 21 * 60
SEVERAL_STEP_MIN = 3 * 60
AFTER_TRAINING_MIN = 60

MICRO, MORNING, BEFORE_TRAINING, AFTER_TRAINING = "micro", "morning", "pre", "post"
"""Ids of session templates whose place in the day follows from what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The days and the time of day somebody chose. Raises InvalidValue out of range."""

    weekdays: frozenset[int]
    """At least one; 0 is Monday, 6 is Sunday."""
    at_min: int
    """Minutes after midnight, 0-1439, on the person's own clock."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not self.weekdays:
            raise InvalidValue("Choose at least one day of the week.")
        if not self.weekdays <= frozenset(range(WEEK_DAYS)):
            raise InvalidValue("A day of the week is a number from 0 (Monday) to 6 (Sunday).")
        if not 0 <= self.at_min < DAY_MIN:
            raise InvalidValue("Choose a time between 00:00 and 23:59.")


class PlannedDay(NamedTuple):
    """One session in the calendar. (day, template id, index_of_day) is its identity."""

    day: date
    template: SessionTemplate
    index_of_day: int
    """Which of the template's sessions of that day, from 0."""
    at_min: int
    """Minutes after midnight, on the person's own clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What somebody may go on to, if they say yes. Nothing advances without it."""

    kind: Literal["ramp", "phase", "complete", "restart"]
    phase_id: str
    """The phase to be in after a yes; the present one for "ramp" and "complete"."""
    ramp_step: int
    """The ramp step to be in after a yes, from 0."""
    sentence: str
    because: str = ""
    """Why it is offered, in words with the numbers."""


def planned_items(
    programme: Programme,
    phase: Phase,
    template: SessionTemplate,
    ramp_step: int,
    side: SideChoice | None,
    movements: Mapping[str, Movement],
) -> tuple[PlannedItem, ...]:
    """Return the movements of a session with their doses fixed, ids "1", "2" and so on.

    Args:
        programme: the one that is followed.
        phase: where the person is in it.
        template: a session of that phase.
        ramp_step: from 0, an index into `phase.dose_ramp`; past its end the last step counts.
        side: the side chosen with the programme; None or "both" does both.
        movements: the library by slug; KeyError if one is not in it.

    Raises:
        InvalidValue: a negative ramp step, or a session changes a number its movement lacks.
    """
    if ramp_step < 0:
        raise InvalidValue("A ramp step is counted from 0.")
    factor = phase.dose_ramp[min(ramp_step, len(phase.dose_ramp) - 1)]
    return _items(template, "", factor, _side_of(programme, side), movements)


def flare_items(
    programme: Programme, side: SideChoice | None, movements: Mapping[str, Movement]
) -> tuple[PlannedItem, ...]:
    """Return the movements of the flare-day session, ids "f1", "f2" and so on; no ramp.

    Breathing comes first, the others as the content has them. Source: content E.2, flare session.
    """
    routine = programme.flare_session
    breathing_first = sorted(
        routine.movements, key=lambda line: movements[line.slug].kind != "breathing"
    )
    routine = replace(routine, movements=tuple(breathing_first))
    return _items(routine, "f", 1.0, _side_of(programme, side), movements)


def template_items(
    template: SessionTemplate, side: SideChoice, movements: Mapping[str, Movement]
) -> tuple[PlannedItem, ...]:
    """Return the movements of a session that belongs to no programme yet, without a ramp.

    `side` is what lines with the chosen side only are done on. Raises as `planned_items`.
    """
    return _items(template, "", 1.0, side, movements)


def _side_of(programme: Programme, side: SideChoice | None) -> SideChoice:
    return side if programme.asks_side and side is not None else "both"


def _items(
    template: SessionTemplate,
    prefix: str,
    factor: float,
    side: SideChoice,
    movements: Mapping[str, Movement],
) -> tuple[PlannedItem, ...]:
    items = []
    low = False
    for number, line in enumerate(template.movements, start=1):
        movement = movements[line.slug]
        item = _item(f"{prefix}{number}", line, movement, factor, side)
        items.append(replace(item, changes_level=movement.floor_or_bed_needed != low))
        low = movement.floor_or_bed_needed
    return tuple(items)


def _item(
    item_id: str, line: SessionMovement, movement: Movement, factor: float, side: SideChoice
) -> PlannedItem:
    alternating = movement.sides == "alternating"
    usual = easier_dose(movement.dose, movement.easier.dose) if line.easier else movement.dose
    dose = apply_overrides(usual, line)
    if alternating:
        dose = evened(dose)
    dose = ramped(dose, factor, alternating=alternating)
    # Prescribed as the easier version, it is done as it is written.
    easier = dose if line.easier else easier_dose(dose, movement.easier.dose)
    item_side: SideChoice | None = None
    if movement.sides == "left_right":
        item_side = line.side or (side if line.one_side else "both")
    return PlannedItem(
        id=item_id,
        slug=line.slug,
        priority=line.priority,
        dose=dose,
        easier_dose=evened(easier) if alternating else easier,
        side=item_side,
        note=line.note,
        softened=line.easier,
    )


def calendar(
    phase: Phase, schedule: Schedule, first_day: date, days: int = DAYS_AHEAD
) -> list[PlannedDay]:
    """Return the sessions of `days` days from `first_day`, in order of time.

    Every week has the same pattern, which depends on the phase and the schedule alone. So a
    longer horizon, or asking day by day, never changes an earlier day. A template that asks for
    more days than were chosen happens on all chosen days and no other; one that asks for fewer
    is spread over them as evenly as they allow. Once-a-day templates keep off each other's
    days where they can; training sets after training follow those before it.
    """
    pattern = _pattern(phase.sessions, sorted(schedule.weekdays))
    planned = []
    for number in range(days):
        day = first_day + timedelta(days=number)
        of_day = [
            PlannedDay(day, template, index, at_min)
            for template in phase.sessions
            if day.weekday() in pattern[template.id]
            for index, at_min in enumerate(_times_of_day(template, schedule.at_min))
        ]
        planned += sorted(of_day, key=lambda each: each.at_min)
    return planned


def suggested_weekdays(phase: Phase) -> frozenset[int]:
    """Return sensible default days for a phase: 0 is Monday.

    Enough for its most frequent template, and for once-a-day templates to keep off each
    other's days where a week has room for that.
    """
    apart = [each.days_per_week for each in phase.sessions if _keeps_apart(each)]
    most = max((each.days_per_week for each in phase.sessions), default=1)
    if sum(apart) <= WEEK_DAYS:
        most = max(most, sum(apart))
    return frozenset(_SUGGESTED[max(1, min(most, WEEK_DAYS))])


_SUGGESTED: Mapping[int, tuple[int, ...]] = {
    1: (0,),
    2: (0, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 3, 4),
    6: (0, 1, 2, 3, 4, 5),
    7: (0, 1, 2, 3, 4, 5, 6),
}


def _keeps_apart(template: SessionTemplate) -> bool:
    once = template.times_per_day == 1 and not template.optional
    return once and template.id != AFTER_TRAINING


def _pattern(
    templates: Sequence[SessionTemplate], weekdays: Sequence[int]
) -> dict[str, frozenset[int]]:
    pattern: dict[str, frozenset[int]] = {}
    taken = dict.fromkeys(weekdays, 0)
    for template in templates:
        cost = dict.fromkeys(weekdays, 0)
        if template.id == AFTER_TRAINING and BEFORE_TRAINING in pattern:
            cost = {day: int(day not in pattern[BEFORE_TRAINING]) for day in weekdays}
        elif _keeps_apart(template):
            cost = dict(taken)
        chosen = _spread(template.days_per_week, weekdays, cost)
        if _keeps_apart(template):
            for day in chosen:
                taken[day] += 1
        pattern[template.id] = frozenset(chosen)
    return pattern


def _spread(count: int, weekdays: Sequence[int], cost: Mapping[int, int]) -> tuple[int, ...]:
    """Choose `count` days: the cheapest, of these the most even, of these the earliest."""
    choices = combinations(weekdays, min(count, len(weekdays)))
    return min(choices, key=lambda days: (sum(cost[day] for day in days), _unevenness(days), days))


def _unevenness(days: Sequence[int]) -> tuple[int, int]:
    # The gaps of a week add up to 7, so the sum of their squares is least when they are alike.
    following = [*days[1:], days[0] + WEEK_DAYS] if days else []
    gaps = [after - day for day, after in zip(days, following, strict=True)]
    in_a_row = sum(gap == 1 == earlier for earlier, gap in pairwise(gaps))
    return sum(gap * gap for gap in gaps), in_a_row


def _times_of_day(template: SessionTemplate, at_min: int) -> tuple[int, ...]:
    count = template.times_per_day
    if template.id == MICRO and count == len(MICRO_BREAKS_AT_MIN):
        return MICRO_BREAKS_AT_MIN
    if template.id == MICRO and count > 1:
        return _several_times(count, MICRO_FROM_MIN)
    if template.id == MORNING and count == 1:
        return (min(at_min, BEFORE_FIRST_STEPS_MIN),)
    if template.id == AFTER_TRAINING and count == 1:
        return (min(at_min + AFTER_TRAINING_MIN, DAY_MIN - 1),)
    return (at_min,) if count == 1 else _several_times(count, at_min)


def _several_times(count: int, at_min: int) -> tuple[int, ...]:
    """Spread sessions over the day so that the chosen time is one of them."""
    step = min(SEVERAL_STEP_MIN, (SEVERAL_UNTIL_MIN - SEVERAL_FROM_MIN) // (count - 1))
    chosen = min(max(at_min, SEVERAL_FROM_MIN), SEVERAL_UNTIL_MIN)
    too_late = chosen + (count - 1) * step - SEVERAL_UNTIL_MIN
    earlier = max(0, -(-too_late // step))
    first = max(chosen - earlier * step, SEVERAL_FROM_MIN)
    return tuple(first + number * step for number in range(count))


def next_step(
    programme: Programme, phase_id: str, ramp_step: int, ramp_since: date, today: date
) -> Offer | None:
    """Return what could be offered now, or None. It never advances anything.

    Each ramp step is a week. Steps with the same factor are one stay, since asking about a
    change of nothing would only be a nuisance: a phase of three weeks at full dose offers the
    next phase after 21 days. Progress rules on pain and adherence are checked elsewhere.

    Args:
        programme: the one that is followed.
        phase_id: where the person is; KeyError if the programme has no such phase.
        ramp_step: from 0; past the end of the ramp the last step counts.
        ramp_since: the day this step was taken.
        today: the person's own day.

    Source: programmes.yaml, general.progress.
    """
    phase = programme.phase(phase_id)
    if (today - ramp_since).days < stay_days(phase, ramp_step):
        return None
    step, following = _steps_at_one_dose(phase, ramp_step)
    if following < len(phase.dose_ramp):
        return _ramp_offer(phase, following)
    return _phase_offer(programme, phase, step)


def stay_days(phase: Phase, ramp_step: int) -> int:
    """Return how many days a step of the ramp lasts at least, weeks at the same dose together."""
    step, following = _steps_at_one_dose(phase, ramp_step)
    return STEP_DAYS * (following - step)


def _steps_at_one_dose(phase: Phase, ramp_step: int) -> tuple[int, int]:
    """Return a step of the ramp that is in it, and the next one with another dose."""
    ramp = phase.dose_ramp
    step = min(max(ramp_step, 0), len(ramp) - 1)
    following = step + 1
    while following < len(ramp) and ramp[following] == ramp[step]:
        following += 1
    return step, following


def _ramp_offer(phase: Phase, step: int) -> Offer:
    share = round(phase.dose_ramp[step] * 100)
    sentence = (
        f"The next step is {share}% of the full amount of this part. "
        "Take it now, or stay where you are. You decide."
    )
    return Offer(kind="ramp", phase_id=phase.id, ramp_step=step, sentence=sentence)


def _phase_offer(programme: Programme, phase: Phase, step: int) -> Offer:
    following_id = phase.progress.get("next", "complete")
    if following_id == "complete":
        return Offer(
            kind="complete", phase_id=phase.id, ramp_step=step, sentence=phase.progress_sentence
        )
    following = programme.phase(following_id)
    sentence = (
        f"The next part is {following.name}. {following.goal} "
        "Go on to it, or stay where you are. You decide."
    )
    return Offer(kind="phase", phase_id=following.id, ramp_step=0, sentence=sentence)
