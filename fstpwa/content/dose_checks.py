"""Checks doses and the minutes that sessions claim."""

from collections.abc import Iterator

from fstpwa.content.files import ContentFiles, file_of
from fstpwa.content.movement_files import DoseFile, MovementFile
from fstpwa.content.programme_files import (
    FlareSessionFile,
    ProgrammeFile,
    SessionFile,
    SessionMovementFile,
)
from fstpwa.domain.errors import BrokenContent

Problems = Iterator[BrokenContent]

FIELDS_OF_MODE = {
    "hold": ("reps", "hold_s"),
    "reps": ("reps", "seconds_per_rep"),
    "time": ("seconds",),
}
"""Dose mode -> the fields it needs; the other ones must be left out."""

MODE_FIELDS = ("reps", "hold_s", "seconds", "seconds_per_rep")
CHANGE_OF_MOVEMENT_S = 15
"""Allowed for getting from one movement to the next when minutes are counted."""

MINUTES_TOLERANCE_S = 120


def work_seconds(dose: DoseFile, movement: SessionMovementFile | None = None) -> int:
    """Return the seconds a dose takes: work, and rests between its bouts.

    A bout is a hold, a set of repetitions or a stretch of time, on one side. `movement`
    overrides parts of the dose.
    """

    def part(name: str) -> int:
        changed = getattr(movement, name, None)
        return int(changed if changed is not None else getattr(dose, name) or 0)

    sides = 2 if dose.per_side and not (movement and movement.one_side) else 1
    bouts = sides * part("sets") * (part("reps") if dose.mode == "hold" else 1)
    bout_s = {
        "hold": part("hold_s"),
        "reps": part("reps") * part("seconds_per_rep"),
        "time": part("seconds"),
    }[dose.mode]
    return bouts * bout_s + (bouts - 1) * dose.rest_s


def check_movement_doses(files: ContentFiles) -> Problems:
    """Yield what is wrong with the dose and the easier dose of each movement."""
    for slug, movement in files.movements.items():
        name = file_of("movements", slug)
        yield from _check_dose(name, "dose", movement.dose, movement)
        yield from _check_dose(name, "easier.dose", movement.easier.dose, movement)
        yield from _check_easier_dose(name, movement)
        yield from _check_pressure(name, movement)


def _check_dose(name: str, field: str, dose: DoseFile, movement: MovementFile) -> Problems:
    needed = FIELDS_OF_MODE[dose.mode]
    complete = True
    for part in MODE_FIELDS:
        given = getattr(dose, part) is not None
        if given != (part in needed):
            complete = False
            reason = "does not belong in" if given else "is missing in"
            yield BrokenContent(name, f"{field}.{part}", f"{reason} a dose of mode {dose.mode}")
    if dose.per_side != (movement.sides == "left_right"):
        yield BrokenContent(name, f"{field}.per_side", f"does not fit sides: {movement.sides}")
    if movement.sides == "alternating" and (dose.reps or 0) % 2:
        yield BrokenContent(name, f"{field}.reps", "must be even, so that both sides get the same")
    if complete and work_seconds(dose) != dose.estimated_s:
        yield BrokenContent(
            name, f"{field}.estimated_s", f"should be {work_seconds(dose)}, work plus rests"
        )


def _check_easier_dose(name: str, movement: MovementFile) -> Problems:
    usual, easier = movement.dose, movement.easier.dose
    if easier.mode != usual.mode:
        yield BrokenContent(name, "easier.dose.mode", f"must be {usual.mode}, as the usual dose")
        return
    for part in ("sets", "reps", "hold_s", "seconds", "seconds_per_rep", "rest_s"):
        less, more = getattr(easier, part), getattr(usual, part)
        if less is not None and more is not None and less > more:
            yield BrokenContent(
                name, f"easier.dose.{part}", f"{less} is more than the usual {more}"
            )


def _check_pressure(name: str, movement: MovementFile) -> Problems:
    usual, easier = movement.pressure_ceiling_nrs, movement.easier.pressure_ceiling_nrs
    presses = movement.kind == "self_release"
    for field, value in (
        ("pressure_ceiling_nrs", usual),
        ("easier.pressure_ceiling_nrs", easier),
    ):
        if presses != (value is not None):
            yield BrokenContent(name, field, "is given for self_release, and only there")
    if usual is not None and easier is not None and easier > usual:
        yield BrokenContent(
            name, "easier.pressure_ceiling_nrs", f"{easier} is more than the usual {usual}"
        )


def check_session_doses(files: ContentFiles) -> Problems:
    """Yield what is wrong with the doses and minutes of each session."""
    for slug, programme in files.programmes.items():
        name = file_of("programmes", slug)
        for field, session in sessions_of(programme):
            known = [line.slug in files.movements for line in session.movements]
            for place, line in enumerate(session.movements):
                if known[place]:
                    where = f"{field}.movements.{place}"
                    movement = files.movements[line.slug]
                    yield from _check_line(name, where, line, movement, programme)
            if all(known):
                yield from _check_minutes(files, name, field, session)


def sessions_of(
    programme: ProgrammeFile,
) -> Iterator[tuple[str, SessionFile | FlareSessionFile]]:
    """Yield each session of a programme with its field name, the flare-day one last."""
    for phase_place, phase in enumerate(programme.phases):
        for place, session in enumerate(phase.sessions):
            yield f"phases.{phase_place}.sessions.{place}", session
    yield "flare_session", programme.flare_session


def _check_line(
    name: str,
    where: str,
    line: SessionMovementFile,
    movement: MovementFile,
    programme: ProgrammeFile,
) -> Problems:
    mode = movement.dose.mode
    for part in ("reps", "hold_s", "seconds"):
        if getattr(line, part) is not None and part not in FIELDS_OF_MODE[mode]:
            yield BrokenContent(name, f"{where}.{part}", f"does not fit a dose of mode {mode}")
    if movement.sides == "alternating" and (line.reps or 0) % 2:
        yield BrokenContent(name, f"{where}.reps", "must be even, so that both sides get the same")
    if line.one_side and movement.sides != "left_right":
        yield BrokenContent(name, f"{where}.one_side", "only a left_right movement can have it")
    if line.one_side and not programme.asks_side:
        yield BrokenContent(name, f"{where}.one_side", "the programme does not ask which side")


def _check_minutes(
    files: ContentFiles, name: str, field: str, session: SessionFile | FlareSessionFile
) -> Problems:
    counted = {
        "session_minutes": {"core", "useful", "optional"},
        "minutes_without_optional": {"core", "useful"},
        "minutes_core_only": {"core"},
    }
    for part, priorities in counted.items():
        total_s = sum(
            work_seconds(files.movements[line.slug].dose, line) + CHANGE_OF_MOVEMENT_S
            for line in session.movements
            if line.priority in priorities
        )
        said = getattr(session, part)
        if abs(total_s - said * 60) > MINUTES_TOLERANCE_S:
            yield BrokenContent(
                name, f"{field}.{part}", f"says {said}, but its doses take {total_s / 60:.1f}"
            )
