"""What a therapist sees before they give somebody something: the gate, and what it would replace."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fstpwa.content import library
from fstpwa.domain.gate_words import Change, changes_of_programme
from fstpwa.domain.gated_session import ProgrammeLeft, programme_left
from fstpwa.domain.programme import Programme
from fstpwa.domain.standing import Condition, ways_to_lift
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, CareLink
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment
from fstpwa.services.assignments import running_of, waiting_of
from fstpwa.services.care_links import Scopes, standing
from fstpwa.services.enrolments import programme_of, running_enrolment
from fstpwa.services.gate import Gate, gate_today

PLAN = Scopes(shares_routines=True)
MOST_AT_ONCE = 20
"""Clients who are given something with one form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """What somebody follows now, or will soon, as a therapist who sees their plan sees it."""

    enrolment: Enrolment | None
    name: str
    """Of the programme; empty without one."""
    own: Assignment | None
    """What this therapist gave them and they follow now."""
    waiting: tuple[Assignment, ...]
    """What this therapist gave them and begins later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSays:
    """What somebody's answers do to something before it is given."""

    gate: Gate
    left: ProgrammeLeft
    changes: tuple[Change, ...]

    @property
    def is_emptied(self) -> bool:
        """Whether no movement of it is left."""
        return not self.left.left

    @property
    def acts(self) -> bool:
        """Whether the answers change anything of it, or close the whole plan."""
        return bool(self.changes) or self.gate.standing.whole_plan is not None


def runs_of(link: CareLink) -> Runs:
    """Return what the client of a link that shares the plan follows now, or will."""
    enrolment = running_enrolment(link.client)
    running = running_of(link.client) if enrolment is not None else None
    is_own = running is not None and running.link_id == link.id
    return Runs(
        enrolment=enrolment,
        name=programme_of(enrolment).name if enrolment is not None else "",
        own=running if is_own else None,
        waiting=tuple(each for each in waiting_of(link.client) if each.link_id == link.id),
    )


def gate_says(link: CareLink, programme: Programme, today: date) -> GateSays | None:
    """Return what the client's answers do to a programme; None where records are not shared.

    Args:
        link: standing.
        programme: what would be given.
        today: the client's own day.
    """
    if not link.shares_records:
        return None
    gate = gate_today(link.client, today)
    movements = library().movements
    left = programme_left(programme, gate.standing.conditions, movements)
    return GateSays(gate=gate, left=left, changes=changes_of_programme(left, movements))


def liftable(gate: Gate) -> tuple[Condition, ...]:
    """Return what a therapist can lift for somebody now, each key once, strongest first."""
    if gate.standing.whole_plan == "emergency":
        return ()
    found: dict[str, Condition] = {}
    for condition in gate.standing.conditions:
        if "therapist" in ways_to_lift(condition):
            found.setdefault(condition.key, condition)
    return tuple(found.values())


def clients_of(therapist: User, only: Collection[UUID] | None = None) -> Sequence[CareLink]:
    """Return the standing links of `therapist` whose client shares their plan, by name.

    Args:
        therapist: who looks.
        only: public ids of links; others, and what is not theirs, are left out. None for all.
    """
    found = (
        select(CareLink)
        .join(User, User.id == CareLink.user_id)
        .options(joinedload(CareLink.client), joinedload(CareLink.therapist))
        .where(*standing(therapist, PLAN))
        .order_by(User.name, CareLink.id)
    )
    if only is not None:
        found = found.where(CareLink.public_id.in_(only))
    return db.session.scalars(found).all()
