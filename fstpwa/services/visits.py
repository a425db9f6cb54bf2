"""Visits in the clinic: what was done there, and how the client responded.

Practice at home is an adjunct, so what happens in the clinic stands beside it. The therapist
writes it, it is the client's: sealed with their key, in their export, and they read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from fstpwa.domain.check_in import check_text
from fstpwa.domain.days import check_day
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, ClinicVisit
from fstpwa.services import vault

LONGEST = 2000
"""Letters of each of the two texts."""
MOST_SHOWN = 100
NOTHING_DONE = "Write what was done."
NO_SUCH_VISIT = "There is no such visit."


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEntry:
    """A visit as it is written down."""

    day: date
    done: str
    """What was done, 1 to 2,000 letters."""
    response: str = ""
    """How they responded, up to 2,000 letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit as it is read."""

    id: UUID
    day: date
    done: str
    response: str


def visits_of(link: CareLink) -> Sequence[Visit]:
    """Return the visits of a standing link, the latest first. One query."""
    rows = db.session.scalars(
        select(ClinicVisit)
        .where(ClinicVisit.link_id == link.id)
        .order_by(ClinicVisit.day.desc(), ClinicVisit.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_read(link, row) for row in rows]


def visit_of(link: CareLink, visit_id: UUID) -> Visit:
    """Return one visit of a standing link. Raises NotFound for any other."""
    return _read(link, _row(link, visit_id))


def record(link: CareLink, entry: VisitEntry, *, today: date, now: datetime) -> Visit:
    """Write a visit down; flushed. The same once more, as by a double tap, stores nothing.

    Args:
        link: a standing one.
        entry: what happened.
        today: the client's own day.
        now: the current instant, aware.

    Raises:
        InvalidValue: nothing was done, a text is too long, or the day is in the future or more
            than 400 days back.
    """
    entry = _checked(entry, today)
    same = [each for each in visits_of(link) if _as_entry(each) == entry]
    if same:
        return same[0]
    row = ClinicVisit(
        public_id=uuid4(),
        user_id=link.user_id,
        link_id=link.id,
        day=entry.day,
        done=vault.seal(link.client, entry.done),
        response=vault.seal(link.client, entry.response),
        recorded_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return _read(link, row)


def change(link: CareLink, visit_id: UUID, entry: VisitEntry, *, today: date) -> None:
    """Write a visit anew; flushed.

    Raises:
        NotFound: there is no such visit.
        InvalidValue: as `record`.
    """
    row = _row(link, visit_id)
    entry = _checked(entry, today)
    row.day = entry.day
    row.done = vault.sealed_again(link.client, row.done, entry.done)
    row.response = vault.sealed_again(link.client, row.response, entry.response)
    db.session.flush()


def delete(link: CareLink, visit_id: UUID) -> bool:
    """Delete a visit for good; flushed. Doing it twice is no mistake.

    Returns:
        Whether there was one.
    """
    row = db.session.scalar(_query(link, visit_id))
    if row is None:
        return False
    db.session.delete(row)
    db.session.flush()
    return True


def _checked(entry: VisitEntry, today: date) -> VisitEntry:
    done = check_text(entry.done, LONGEST)
    if done is None:
        raise InvalidValue(NOTHING_DONE)
    response = check_text(entry.response, LONGEST) or ""
    return VisitEntry(day=check_day(entry.day, today), done=done, response=response)


def _as_entry(visit: Visit) -> VisitEntry:
    return VisitEntry(day=visit.day, done=visit.done, response=visit.response)


def _query(link: CareLink, visit_id: UUID) -> Select[ClinicVisit]:
    return select(ClinicVisit).where(
        ClinicVisit.public_id == visit_id, ClinicVisit.link_id == link.id
    )


def _row(link: CareLink, visit_id: UUID) -> ClinicVisit:
    row = db.session.scalar(_query(link, visit_id))
    if row is None:
        raise NotFound(NO_SUCH_VISIT)
    return row


def _read(link: CareLink, row: ClinicVisit) -> Visit:
    return Visit(
        id=row.public_id,
        day=row.day,
        done=vault.readable(link.client, row.done),
        response=vault.readable(link.client, row.response),
    )
