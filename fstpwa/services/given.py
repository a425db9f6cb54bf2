"""What a client sees of what therapists gave them: who, why, until when, and what it replaced."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.exc import DBAPIError

from fstpwa.domain.days import local_day
from fstpwa.extensions import db, read_only
from fstpwa.models.care import Assignment, AssignmentState, CareLink
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment
from fstpwa.services import screenings, vault
from fstpwa.services.assignments import SHOWN_AFTER, replaced_by
from fstpwa.services.enrolments import programme_of

Over = Literal["last day", "taken back"]
MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCard:
    """One thing that was given."""

    id: int
    public_id: UUID
    name: str
    given_by: str
    message: str
    """In the therapist's words; empty for none."""
    starts_on: date
    ends_on: date | None
    link_id: UUID | None
    """Public id of the link with whoever gave it, where that still stands."""
    replaced: str | None = None
    """Name of the programme that it took the place of, in its first week."""
    over: Over | None = None
    """Why it is over, where that was not the client's own wish."""
    is_seen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given to somebody, as their own pages show it."""

    running: GivenCard | None = None
    waiting: tuple[GivenCard, ...] = ()
    over: GivenCard | None = None
    """What came to its end within a week, while nothing else is followed."""

    @property
    def unseen(self) -> tuple[int, ...]:
        """The ids of what is shown for the first time."""
        shown = (*((self.running,) if self.running else ()), *self.waiting)
        return tuple(each.id for each in shown if not each.is_seen)


def given_to(client: User, enrolment: Enrolment | None, *, now: datetime) -> Given:
    """Return what `client` was given: what runs, waits, or was over a moment ago; 1-3 queries.

    Args:
        client: who looks.
        enrolment: the programme they follow now.
        now: an aware instant.
    """
    rows = db.session.execute(
        select(Assignment, CareLink)
        .outerjoin(CareLink, CareLink.id == Assignment.link_id)
        .where(
            Assignment.user_id == client.id,
            or_(
                Assignment.state.in_((AssignmentState.WAITING, AssignmentState.RUNNING)),
                Assignment.ended_at > now - SHOWN_AFTER,
            ),
        )
        .order_by(Assignment.id.desc())
        .limit(MOST)
    ).all()
    today = local_day(now, client.time_zone)
    running = None
    waiting = []
    over = None
    for row, link in rows:
        stands = link is not None and link.ended_at is None
        if row.state == AssignmentState.WAITING and stands and link.shares_routines:
            waiting.append(_card(client, row, link))
        elif enrolment is not None and row.enrolment_id == enrolment.id:
            is_new = today - enrolment.started_on < SHOWN_AFTER
            running = _card(client, row, link, replaced_by(enrolment) if is_new else None)
        elif enrolment is None and over is None and (why := _why_over(client, row)):
            over = _card(client, row, link, over=why)
    waiting.sort(key=lambda each: (each.starts_on, each.id))
    return Given(running=running, waiting=tuple(waiting), over=over)


def asks_first(client: User, enrolment: Enrolment | None) -> bool:
    """Return whether questions come before a session, because a therapist chose what is followed.

    Whoever chooses a programme themselves is asked what it needs to know before they begin. What
    was given begins without them: so they are asked before they play it.
    """
    if enrolment is None:
        return False
    was_given = select(Assignment.id).where(
        Assignment.enrolment_id == enrolment.id, Assignment.user_id == client.id
    )
    if db.session.scalar(was_given.limit(1)) is None:
        return False
    return lacks_answers(client, enrolment)


def lacks_answers(client: User, enrolment: Enrolment | None) -> bool:
    """Return whether the programme that is followed needs to know what was never asked."""
    return enrolment is not None and bool(screenings.unasked(client, programme_of(enrolment)))


def note_seen(assignment_ids: Collection[int], *, now: datetime) -> None:
    """Note that the client saw what was given to them; on a GET committed at once, apart."""
    if not assignment_ids:
        return
    seen = (
        update(Assignment)
        .where(Assignment.id.in_(assignment_ids), Assignment.seen_at.is_(None))
        .values(seen_at=now)
    )
    if not read_only.get():
        db.session.execute(seen)
        return
    token = read_only.set(False)
    try:
        # A database that is busy or full costs the note, not the page: the next look notes it.
        with suppress(DBAPIError), db.engine.begin() as notes:
            notes.execute(seen)
    finally:
        read_only.reset(token)


def _why_over(client: User, row: Assignment) -> Over | None:
    """Return why something is over, None where the client ended it or it never began."""
    if row.enrolment_id is None or row.ended_at is None:
        return None
    if row.state == AssignmentState.WITHDRAWN:
        return "taken back"
    last = row.ends_on
    if last is not None and local_day(row.ended_at, client.time_zone) > last:
        return "last day"
    return None


def _card(
    client: User,
    row: Assignment,
    link: CareLink | None,
    replaced: str | None = None,
    *,
    over: Over | None = None,
) -> GivenCard:
    stands = link is not None and link.ended_at is None
    return GivenCard(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        given_by=row.given_by,
        message=vault.readable(client, row.message),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        link_id=link.public_id if link is not None and stands else None,
        replaced=replaced,
        over=over,
        is_seen=row.seen_at is not None,
    )
