"""What is different in a newer version of a programme, and what stands in for one that is gone."""

from collections.abc import Mapping
from dataclasses import replace

from fstpwa.domain.movement import Movement
from fstpwa.domain.plain_labels import listed
from fstpwa.domain.programme import Phase, Programme, SessionTemplate

MOST_NAMED = 3
"""More movements than this are counted, not named."""


def what_changes(old: Programme, new: Programme, movements: Mapping[str, Movement]) -> str:
    """Return in one sentence what a newer version of a programme changes for the person.

    Args:
        old: the version that is followed.
        new: the one that could be followed.
        movements: the library by slug, for their names.
    """
    before, after = _slugs(old), _slugs(new)
    found = []
    if came := [slug for slug in after if slug not in before]:
        found.append(f"comes in: {_named(came, movements)}")
    if went := [slug for slug in before if slug not in after]:
        found.append(f"goes out: {_named(went, movements)}")
    if len(old.phases) != len(new.phases):
        found.append(f"it has {len(new.phases)} parts instead of {len(old.phases)}")
    if not found and _shape(old) != _shape(new):
        found.append("some sessions have other movements, amounts or days")
    if not found:
        return "Only its words change; what you do stays the same."
    said = "; ".join(found)
    return f"{said[0].upper()}{said[1:]}."


def known_only(programme: Programme, movements: Mapping[str, Movement]) -> Programme:
    """Return a programme without the movements that the library does not have any more."""
    phases = tuple(
        replace(phase, sessions=tuple(_known(each, movements) for each in phase.sessions))
        for phase in programme.phases
    )
    return replace(
        programme, phases=phases, flare_session=_known(programme.flare_session, movements)
    )


def with_phase(programme: Programme, phase_id: str) -> Programme:
    """Return a programme in which a phase of that id is found.

    Where the content has lost it, its first phase stands in: the gentlest there is.
    """
    if any(phase.id == phase_id for phase in programme.phases):
        return programme
    first, *others = programme.phases
    return replace(programme, phases=(replace(first, id=phase_id), *others))


def gone(slug: str, phase_id: str) -> Programme:
    """Return what stands in for a programme of which nothing is known any more: no new sessions."""
    phase = Phase(
        id=phase_id,
        name="This part",
        weeks=(1,),
        goal="",
        notes="",
        dose_ramp=(1.0,),
        sessions=(),
        progress_sentence="",
        progress={
            "next": "complete",
            "window_days": 14,
            "min_share_of_planned_sessions": 1.0,
            "no_flare_days": 14,
            "max_rise": {"pain": 0, "fatigue": 0, "stiffness": 0},
            "also": (),
        },
        step_back=(),
    )
    nothing = SessionTemplate(
        id="flare",
        name="Flare day",
        session_minutes=1,
        minutes_without_optional=0,
        minutes_core_only=0,
        movements=(),
        days_per_week=0,
        times_per_day=1,
    )
    return Programme(
        slug=slug,
        name="Your programme",
        serves=(),
        weeks=1,
        who_for="",
        not_for="",
        evidence_line="",
        evidence_note="",
        target_regions=(),
        asks_side=False,
        side_question=None,
        phases=(phase,),
        flare_session=nothing,
        measures=(),
        regression_rules=(),
        stop_rules=(),
        retired=True,
    )


def _known(session: SessionTemplate, movements: Mapping[str, Movement]) -> SessionTemplate:
    return replace(
        session, movements=tuple(each for each in session.movements if each.slug in movements)
    )


def _slugs(programme: Programme) -> dict[str, None]:
    sessions = [each for phase in programme.phases for each in phase.sessions]
    return dict.fromkeys(
        line.slug for each in (*sessions, programme.flare_session) for line in each.movements
    )


def _shape(programme: Programme) -> object:
    """Return everything that decides what is done: doses, days and order, no words."""
    return [
        (
            phase.id,
            phase.weeks,
            phase.dose_ramp,
            [
                (
                    session.id,
                    session.days_per_week,
                    session.times_per_day,
                    session.optional,
                    [replace(line, note="") for line in session.movements],
                )
                for session in phase.sessions
            ],
        )
        for phase in programme.phases
    ] + [[replace(line, note="") for line in programme.flare_session.movements]]


def _named(slugs: list[str], movements: Mapping[str, Movement]) -> str:
    names = [movements[slug].name for slug in slugs if slug in movements]
    if len(names) < len(slugs) or len(names) > MOST_NAMED:
        return "1 movement" if len(slugs) == 1 else f"{len(slugs)} movements"
    return listed(names)
