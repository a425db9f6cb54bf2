"""A routine or session on paper: each movement with its dose in words, and when to stop."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.after_session import EmergencyHelp, emergency_help
from fstpwa.domain.cautions import SAID_ONCE, risk_messages
from fstpwa.domain.dose import Dose, bouts, dose_in_words, duration_in_words
from fstpwa.domain.errors import NotFound
from fstpwa.domain.movement import Movement
from fstpwa.domain.prescription import ROUTINE, is_routine, slug_of_routine
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.timeline import Pace, minutes
from fstpwa.domain.variants import usual_s
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, AssignmentState, Routine, RoutineVersion
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlannedSession, PlannedState
from fstpwa.services.figures import Figure, figure_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """One movement of a hand-out."""

    movement: Movement
    dose: str
    """In words, for the side that is done."""
    between: str
    """How fast, and how long to rest; may be empty."""
    note: str
    is_easier: bool
    """Whether the easier version is what is to be done."""
    easier_dose: str
    figure: Figure | None
    is_turned: bool
    """Whether the drawing, which shows the left side, is turned round."""
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOut:
    """All that is printed; nothing in it says whose it is."""

    movements: tuple[OnPaper, ...]
    minutes: int
    """About how long, rests included."""
    equipment: tuple[str, ...]
    stop: str
    """When to stop: the content's words."""
    help: EmergencyHelp


def hand_out(items: Sequence[PlannedItem], pace: Pace, country: str | None) -> HandOut:
    """Return the hand-out of a session.

    Args:
        items: what is done, in order; at least one.
        pace: for the minutes.
        country: whose emergency number is printed; None prints the default words.

    Raises:
        NotFound: nothing of it is in the library any more.
    """
    content = library()
    known = [item for item in items if item.slug in content.movements]
    if not known:
        raise NotFound("Nothing of this can be printed any more.")
    said: set[str] = set()
    return HandOut(
        movements=tuple(_on_paper(item, said) for item in known),
        minutes=minutes(usual_s(tuple(known), content.movements, pace)),
        equipment=_equipment([content.movements[item.slug] for item in known]),
        stop=content.safety.message("risk_before_session"),
        help=emergency_help(content.safety, country),
    )


def version_of(routine: Routine, number: str) -> RoutineVersion:
    """Return a version of a routine. Raises NotFound if there is none of that number."""
    numbers = {str(version.version): version for version in routine.versions}
    if number not in numbers:
        raise NotFound("There is no such version of this routine.")
    return numbers[number]


def next_session(user: User, today: date) -> UUID | None:
    """Return the next planned session of what `user` follows, None if none is planned.

    The main one of its day: small breaks and the like are not what somebody takes to the mat.
    """
    planned = (
        select(PlannedSession)
        .join(Enrolment, Enrolment.id == PlannedSession.enrolment_id)
        .where(
            PlannedSession.user_id == user.id,
            PlannedSession.day >= today,
            PlannedSession.state == PlannedState.PLANNED,
            Enrolment.ended_at.is_(None),
        )
        .order_by(PlannedSession.day, PlannedSession.at_min)
    )
    coming = db.session.scalars(planned).all()
    first = [session for session in coming if session.day == coming[0].day]
    longest = max(first, key=lambda session: len(session.items), default=None)
    return None if longest is None else longest.id


def follows_routine(user: User, routine_id: UUID) -> bool:
    """Return whether a routine is what `user` follows now.

    Raises:
        NotFound: it was never given to them, or was taken back before it began.
    """
    slug = slug_of_routine(routine_id)
    ends = db.session.execute(
        select(Enrolment.ended_at).where(Enrolment.user_id == user.id, Enrolment.programme == slug)
    ).scalars()
    followed = list(ends)
    if followed:
        return None in followed
    waits = (
        select(Assignment.id)
        .join(RoutineVersion, RoutineVersion.id == Assignment.routine_version_id)
        .join(Routine, Routine.id == RoutineVersion.routine_id)
        .where(
            Assignment.user_id == user.id,
            Assignment.state == AssignmentState.WAITING,
            Routine.public_id == routine_id,
        )
    )
    if db.session.scalar(waits.limit(1)) is None:
        raise NotFound("There is no such routine.")
    return False


def routine_followed(slug: str) -> UUID | None:
    """Return the routine that a followed programme came from; None: it came from the library."""
    if not is_routine(slug):
        return None
    try:
        return UUID(hex=slug.removeprefix(ROUTINE))
    except ValueError:
        return None


def _on_paper(item: PlannedItem, said: set[str]) -> OnPaper:
    """Return one movement; `said` holds the warnings that stand on the paper already."""
    movement = library().movements[item.slug]
    alternating = movement.sides == "alternating"
    dose = item.easier_dose if item.softened else item.dose
    warnings = [name for name in risk_messages(movement) if name not in said]
    said.update(SAID_ONCE.intersection(warnings))
    return OnPaper(
        movement=movement,
        dose=dose_in_words(dose, side=item.side, alternating=alternating),
        between=_between(dose, 2 if dose.per_side and item.side in (None, "both") else 1),
        note=item.note,
        is_easier=item.softened,
        easier_dose=dose_in_words(item.easier_dose, side=item.side, alternating=alternating),
        figure=figure_of(item.slug),
        is_turned=item.side == "right",
        warnings=tuple(library().safety.message(name) for name in warnings),
    )


def _between(dose: Dose, sides: int) -> str:
    """Say what a dose leaves out: "about 4 seconds each, 10 seconds of rest in between"."""
    parts = []
    if dose.mode == "reps" and dose.seconds_per_rep is not None:
        parts.append(f"about {duration_in_words(dose.seconds_per_rep)} each")
    if dose.rest_s and bouts(dose, sides) > 1:
        parts.append(f"{duration_in_words(dose.rest_s)} of rest in between")
    return ", ".join(parts)


def _equipment(movements: Collection[Movement]) -> tuple[str, ...]:
    labels = library().vocabularies.equipment
    codes = [code for movement in movements for code in movement.equipment]
    return tuple(labels[code] for code in dict.fromkeys(codes) if code != "none")
