"""What a programme asks of somebody, told before they choose it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fstpwa.domain.dose import SideChoice, dose_in_words
from fstpwa.domain.movement import Movement
from fstpwa.domain.planning import flare_items, planned_items, suggested_weekdays
from fstpwa.domain.programme import Phase, Programme, SessionMovement, SessionTemplate
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.timeline import minutes, total_s
from fstpwa.domain.variants import item_block

NOTHING = "none"
"""The equipment code for needing nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One movement of a session with its full amount in words."""

    movement: Movement
    dose: str
    optional: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOutline:
    """A session at its full dose."""

    name: str
    how_often: str
    minutes: int
    optional: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOutline:
    """A part of a programme."""

    name: str
    weeks: str
    goal: str
    notes: str
    starts_at_percent: int | None
    """The share of the full amounts in the first week, where they grow; else None."""
    sessions: tuple[SessionOutline, ...]
    next_sentence: str
    """When the next part is offered; empty where it is as in the part before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeOutline:
    """A programme as it is presented."""

    programme: Programme
    phases: tuple[PhaseOutline, ...]
    flare: SessionOutline
    least_minutes: int
    most_minutes: int
    """Shortest and longest main session; small breaks and optional sessions not counted."""
    least_days: int
    most_days: int
    """Days a week on which something is done."""
    equipment: tuple[str, ...]
    """Codes of what the sessions need."""
    handy_equipment: tuple[str, ...]
    """Codes of what only movements that can be left out need."""


def outline(programme: Programme, movements: Mapping[str, Movement]) -> ProgrammeOutline:
    """Return what `programme` asks for, with times from the same timeline as the player.

    Args:
        programme: from the library.
        movements: the library by slug; KeyError if one of the programme is not in it.
    """
    phases = [_phase(programme, phase, movements) for phase in programme.phases]
    mains = [
        outlined.minutes
        for phase, outlined_phase in zip(programme.phases, phases, strict=True)
        for template, outlined in zip(phase.sessions, outlined_phase.sessions, strict=True)
        if template.times_per_day == 1 and not template.optional
    ]
    days = [len(suggested_weekdays(phase)) for phase in programme.phases]
    needed, handy = _equipment(programme, movements)
    return ProgrammeOutline(
        programme=programme,
        phases=tuple(_without_repeated_sentences(phases)),
        flare=_session(
            programme.flare_session,
            flare_items(programme, _one_side(programme), movements),
            movements,
        ),
        least_minutes=min(mains),
        most_minutes=max(mains),
        least_days=min(days),
        most_days=max(days),
        equipment=needed,
        handy_equipment=handy,
    )


def weeks_in_words(weeks: tuple[int, ...]) -> str:
    """Say the weeks of a part: "Week 3", "Weeks 1 to 4"."""
    if len(weeks) == 1:
        return f"Week {weeks[0]}"
    return f"Weeks {weeks[0]} to {weeks[-1]}"


def how_often(template: SessionTemplate) -> str:
    """Say how often a session is done: "5 days a week, 2 times a day", "when you need it"."""
    if template.days_per_week == 0:
        return "When you need it"
    days = {1: "Once a week", 7: "Every day"}.get(
        template.days_per_week, f"{template.days_per_week} days a week"
    )
    times = {1: "", 2: ", twice a day"}.get(
        template.times_per_day, f", {template.times_per_day} times a day"
    )
    return f"{days}{times}"


def range_in_words(least: int, most: int) -> str:
    """Say a range of whole numbers: "10", "10 to 15"."""
    return str(least) if least == most else f"{least} to {most}"


def _phase(programme: Programme, phase: Phase, movements: Mapping[str, Movement]) -> PhaseOutline:
    full, side = len(phase.dose_ramp) - 1, _one_side(programme)
    return PhaseOutline(
        name=_name_without_weeks(phase.name),
        weeks=weeks_in_words(phase.weeks),
        goal=phase.goal,
        notes=phase.notes,
        starts_at_percent=_first_share(phase),
        sessions=tuple(
            _session(
                template,
                planned_items(programme, phase, template, full, side, movements),
                movements,
            )
            for template in phase.sessions
        ),
        next_sentence=phase.progress_sentence,
    )


def _one_side(programme: Programme) -> SideChoice | None:
    """Count one side where the person chooses one: the usual case, and what the content counts."""
    return "left" if programme.asks_side else None


def _session(
    template: SessionTemplate, items: tuple[PlannedItem, ...], movements: Mapping[str, Movement]
) -> SessionOutline:
    blocks = [item_block(item, movements, easier=False) for item in items]
    return SessionOutline(
        name=template.name,
        how_often=how_often(template),
        minutes=minutes(total_s(blocks)),
        optional=template.optional,
        lines=tuple(
            _line(line, item, movements[item.slug])
            for line, item in zip(template.movements, items, strict=True)
        ),
    )


def _line(line: SessionMovement, item: PlannedItem, movement: Movement) -> Line:
    if line.one_side:
        one_side = dose_in_words(item.dose.with_changes(per_side=False))
        dose = f"{one_side} on the side you choose"
    else:
        dose = dose_in_words(item.dose, alternating=movement.sides == "alternating")
    return Line(movement=movement, dose=dose, optional=line.priority == "optional", note=line.note)


def _first_share(phase: Phase) -> int | None:
    first, last = phase.dose_ramp[0], phase.dose_ramp[-1]
    return round(first / last * 100) if first < last else None


def _name_without_weeks(name: str) -> str:
    """Drop a leading "Weeks 1-4: ", which the page says anyway."""
    if name.startswith("Week") and ": " in name:
        rest = name.split(": ", maxsplit=1)[1]
        return rest[0].upper() + rest[1:]
    return name


def _without_repeated_sentences(phases: Iterable[PhaseOutline]) -> Iterable[PhaseOutline]:
    # Most parts share one sentence; read three times it is only noise.
    said = ""
    for phase in phases:
        sentence = "" if phase.next_sentence == said else phase.next_sentence
        said = phase.next_sentence
        yield PhaseOutline(
            name=phase.name,
            weeks=phase.weeks,
            goal=phase.goal,
            notes=phase.notes,
            starts_at_percent=phase.starts_at_percent,
            sessions=phase.sessions,
            next_sentence=sentence,
        )


def _equipment(
    programme: Programme, movements: Mapping[str, Movement]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    needed: dict[str, None] = {}
    handy: dict[str, None] = {}
    for phase in programme.phases:
        for template in phase.sessions:
            for line in template.movements:
                can_be_left = template.optional or line.priority == "optional"
                group = handy if can_be_left else needed
                group.update(dict.fromkeys(movements[line.slug].equipment))
    needed.pop(NOTHING, None)
    return tuple(needed), tuple(code for code in handy if code not in needed and code != NOTHING)
