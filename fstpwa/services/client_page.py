"""One client as their therapist sees them, section by section, each only with its consent.

The client sees the very same under /settings/sharing/<link>/as-seen: so nothing that is the
therapist's alone is in it (private notes are services/private_notes.py). A section whose scope is
not shared is None, and nothing of it is read. Always the same number of queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import func, or_, select

from fstpwa.content import library
from fstpwa.domain.course import (
    STRETCHES,
    USUAL_STRETCH,
    Course,
    Practised,
    course,
    first_day,
    read_from,
)
from fstpwa.domain.days import monday_of
from fstpwa.domain.practice_history import Outcome, PlannedRecord
from fstpwa.domain.too_much import Felt, TooMuch, too_much
from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.models.people import User
from fstpwa.models.practice import (
    CheckIn,
    MovementLog,
    PlannedSession,
    PlannedState,
    RedDay,
    SessionLog,
)
from fstpwa.services import visits
from fstpwa.services.care_links import Scopes, scopes_of
from fstpwa.services.client_days import ON_THE_PAGE, ClientDays, client_days
from fstpwa.services.client_holds import Holds, holds
from fstpwa.services.client_plan import ClientPlan, client_plan
from fstpwa.services.planning import template_of
from fstpwa.services.practice_facts import flares_before_sessions
from fstpwa.services.visits import Visit

SIX_DAYS = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """When something was last recorded."""

    session: date | None
    check_in: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Sessions, check-ins and what was too much."""

    course: Course
    latest: Latest
    too_much: tuple[TooMuch, ...]
    """By movement, in the same weeks as the course."""
    days: ClientDays
    holds: Holds

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever recorded; a session that was too much from its start is something."""
        return not self.days.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A client's page, without what is the therapist's alone."""

    link_id: UUID
    """The link's public id."""
    name: str
    """The client's, perhaps empty."""
    therapist: str
    """Their name, perhaps empty."""
    today: date
    """The client's own day."""
    began_at: datetime
    scopes: Scopes
    records: Records | None
    """None: sessions and check-ins are not shared."""
    plan: ClientPlan | None
    """None: the plan is not shared."""
    visits: tuple[Visit, ...]
    movements: Mapping[str, str]
    """Slug -> name of the movements that are named in it."""


def weeks_asked(text: str | None) -> int:
    """Return how many weeks an address asks for; the usual stretch for anything else."""
    found = {str(weeks): weeks for weeks in STRETCHES}
    return found.get(text or "", USUAL_STRETCH)


def overview(link: CareLink, today: date, weeks: int = USUAL_STRETCH) -> Overview:
    """Return what the therapist of a standing link sees of its client.

    Args:
        link: standing, with `client` and `therapist` loaded.
        today: the client's own day.
        weeks: how far back the course goes, one of `course.STRETCHES`.
    """
    scopes = scopes_of(link)
    seen = tuple(visits.visits_of(link))
    plan = (
        client_plan(link, today, reasons=scopes.shares_records) if scopes.shares_routines else None
    )
    records = _records(link, today, weeks, scopes, seen) if scopes.shares_records else None
    known = library().movements
    slugs = {each.slug for each in records.too_much} if records else set()
    return Overview(
        link_id=link.public_id,
        name=link.client.name,
        therapist=link.therapist.name,
        today=today,
        began_at=link.began_at,
        scopes=scopes,
        records=records,
        plan=plan,
        visits=seen,
        movements={slug: known[slug].name if slug in known else slug for slug in slugs},
    )


def _records(
    link: CareLink, today: date, weeks: int, scopes: Scopes, seen: Sequence[Visit]
) -> Records:
    client, first = link.client, first_day(today, weeks)
    ratings, flares = _check_ins(client, read_from(today, weeks), today)
    held = db.session.scalars(
        select(RedDay.day).where(RedDay.user_id == client.id, RedDay.day.between(first, today))
    )
    return Records(
        course=course(
            today,
            weeks,
            practised=_practised(client, first, today),
            planned=_planned(client, first, today) if scopes.shares_routines else None,
            ratings=ratings,
            flares={*flares, *flares_before_sessions(client, first, today)},
            held=frozenset(held),
            visits={each.day for each in seen},
        ),
        latest=_latest(client),
        too_much=too_much(_felt(client, first, today)),
        days=client_days(client, notes=scopes.shares_notes, at_most=ON_THE_PAGE),
        holds=holds(client, today, movements=scopes.shares_routines),
    )


def _check_ins(
    client: User, since: date, today: date
) -> tuple[Mapping[date, float], frozenset[date]]:
    """Return felt stiffness by day, and the days that were said to be flare days."""
    rows = db.session.execute(
        select(CheckIn.day, CheckIn.stiffness, CheckIn.flare).where(
            CheckIn.user_id == client.id, CheckIn.day.between(since, today)
        )
    ).all()
    ratings = {row.day: float(row.stiffness) for row in rows if row.stiffness is not None}
    return ratings, frozenset(row.day for row in rows if row.flare)


def _practised(client: User, first: date, today: date) -> Sequence[Practised]:
    rows = db.session.execute(
        select(SessionLog.day, SessionLog.pain_before, SessionLog.worst_pain)
        .where(
            SessionLog.user_id == client.id,
            SessionLog.day.between(first, today),
            SessionLog.done_s > 0,
        )
        .order_by(SessionLog.started_at)
    )
    return [Practised(day=day, before=before, after=after) for day, before, after in rows]


def _planned(client: User, first: date, today: date) -> Sequence[PlannedRecord]:
    rows = db.session.execute(
        select(
            PlannedSession.day, PlannedSession.slot, PlannedSession.state, PlannedSession.optional
        ).where(
            PlannedSession.user_id == client.id,
            PlannedSession.day.between(first, monday_of(today) + SIX_DAYS),
            PlannedSession.state != PlannedState.WITHDRAWN,
        )
    )
    return [
        PlannedRecord(
            day=row.day,
            template=template_of(row.slot),
            state=cast("Outcome", row.state),
            optional=row.optional,
        )
        for row in rows
    ]


def _felt(client: User, first: date, today: date) -> Sequence[Felt]:
    """Return the movements of which something was said while they were done."""
    rows = db.session.execute(
        select(
            SessionLog.id.label("log_id"),
            SessionLog.day,
            MovementLog.slug,
            MovementLog.state,
            MovementLog.easier,
            MovementLog.reason,
            MovementLog.pain_kind,
        )
        .join(MovementLog, MovementLog.session_log_id == SessionLog.id)
        .where(
            SessionLog.user_id == client.id,
            SessionLog.day.between(first, today),
            or_(MovementLog.reason.is_not(None), MovementLog.pain_kind.is_not(None)),
        )
        .order_by(SessionLog.started_at.desc(), MovementLog.position)
    )
    return [Felt(**row._asdict()) for row in rows]


def _latest(client: User) -> Latest:
    session = select(func.max(SessionLog.day)).where(
        SessionLog.user_id == client.id, SessionLog.done_s > 0
    )
    check_in = select(func.max(CheckIn.day)).where(CheckIn.user_id == client.id)
    row = db.session.execute(select(session.scalar_subquery(), check_in.scalar_subquery())).one()
    return Latest(session=row[0], check_in=row[1])
