"""A client's plan as their therapist sees it: where they are in it, what waits, why it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fstpwa.domain.days import WEEKDAYS
from fstpwa.domain.reason_words import facts_in_words, title_of
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, AssignmentState, CareLink
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment
from fstpwa.services import decisions, pauses
from fstpwa.services.enrolments import programme_of, running_enrolment
from fstpwa.services.planning import schedule_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where somebody is in the programme they follow."""

    slug: str
    name: str
    part: str
    """Name of the present part."""
    part_number: int
    parts: int
    week: int
    """Week of the present step, from 1."""
    days: str
    """"Monday, Wednesday, Friday", or "Every day"."""
    at_min: int
    started_on: date
    ends_on: date | None
    rests: bool
    """Whether it is paused."""
    rests_until: date | None
    """The day on which they go on, where they said one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Something a therapist assigned that runs or waits."""

    name: str
    is_own: bool
    """Whether it was given by the therapist of this link; of others not even a name is said."""
    waits: bool
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A rule that changed the plan, and why."""

    title: str
    sentence: str
    numbers: str
    """What it rests on, in words; perhaps empty."""
    day: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPlan:
    """The plan of one client."""

    position: Position | None
    """None: they follow no programme."""
    given: tuple[Given, ...]
    changed: tuple[Changed, ...] | None
    """Newest first; None: it tells of sessions and check-ins, and those are not shared."""


def client_plan(link: CareLink, today: date, *, reasons: bool) -> ClientPlan:
    """Return the plan of the client of a standing link that shares it.

    Args:
        link: standing, with `client` loaded.
        today: the client's own day.
        reasons: whether sessions and check-ins are shared, which is what the reasons tell of.
    """
    enrolment = running_enrolment(link.client)
    return ClientPlan(
        position=_position(enrolment, today) if enrolment else None,
        given=tuple(_given(link)),
        changed=tuple(_changed(link.client)) if reasons else None,
    )


def _position(enrolment: Enrolment, today: date) -> Position:
    programme = programme_of(enrolment)
    ids = [phase.id for phase in programme.phases]
    weekdays = sorted(schedule_of(enrolment).weekdays)
    rests = enrolment.rests_on(today)
    return Position(
        slug=enrolment.programme,
        name=programme.name,
        part=programme.phase(enrolment.phase).name,
        part_number=ids.index(enrolment.phase) + 1,
        parts=len(ids),
        week=pauses.week_of_step(enrolment, today),
        days="Every day" if len(weekdays) == 7 else ", ".join(WEEKDAYS[day] for day in weekdays),
        at_min=enrolment.at_min,
        started_on=enrolment.started_on,
        ends_on=enrolment.ends_on,
        rests=rests,
        rests_until=enrolment.resumes_on if rests else None,
    )


def _given(link: CareLink) -> Sequence[Given]:
    rows = db.session.execute(
        select(
            Assignment.name,
            Assignment.link_id,
            Assignment.state,
            Assignment.starts_on,
            Assignment.ends_on,
        )
        .where(
            Assignment.user_id == link.user_id,
            Assignment.state.in_((AssignmentState.RUNNING, AssignmentState.WAITING)),
        )
        .order_by(Assignment.starts_on, Assignment.id)
    )
    return [
        Given(
            name=row.name,
            is_own=row.link_id == link.id,
            waits=row.state == AssignmentState.WAITING,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        for row in rows
    ]


def _changed(client: User) -> Sequence[Changed]:
    return [
        Changed(
            title=title_of(row.rule),
            sentence=row.sentence,
            numbers=facts_in_words(row.facts),
            day=row.day,
            until=row.until,
        )
        for row in decisions.decisions_of(client)[: decisions.PAGE]
    ]
