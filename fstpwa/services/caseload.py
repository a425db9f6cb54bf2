"""All clients of a therapist with how they are doing, in a constant number of queries.

Each query joins the links of the therapist that stand just now, with the scope that it needs: what
a client does not share is not even read (services/caseload_weeks.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select

from fstpwa.domain.adherence import Excused
from fstpwa.domain.attention import Attention, attention
from fstpwa.domain.attention_facts import DAY, WINDOW_DAYS, Facts, Thresholds
from fstpwa.domain.attention_reasons import Reason
from fstpwa.domain.days import local_day
from fstpwa.domain.pauses import Pause, paused_days
from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment
from fstpwa.services.caseload_flares import NO_FLARE
from fstpwa.services.caseload_links import Links
from fstpwa.services.caseload_weeks import Weeks

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One client in the list of a therapist."""

    link_number: int
    """Id of the link, for the record of who looked."""
    link_id: UUID
    """What addresses know the link by."""
    name: str
    """Empty until they say."""
    facts: Facts
    attention: Attention
    is_assigned: bool
    """Whether what they follow, or will, was assigned by this therapist."""
    snoozed_until: date | None
    """The therapist's own day from which they are shown again; None: they are shown."""


def caseload(therapist: User, *, now: datetime) -> tuple[Client, ...]:
    """Return all clients of `therapist`, whoever needs them most first.

    Args:
        therapist: who looks.
        now: an aware instant.
    """
    found = _clients(Links(therapist), now)
    return tuple(sorted(found, key=lambda each: (each.attention.rank, each.name.casefold())))


def reasons_of(link: CareLink, *, now: datetime) -> tuple[Reason, ...]:
    """Return why the client of a link needs their therapist, as the list says it."""
    found = _clients(Links(link.therapist, only=link.id), now)
    return found[0].attention.reasons if found else ()


def _clients(links: Links, now: datetime) -> Sequence[Client]:
    rows = _rows(links)
    if not rows:
        return ()
    weeks = Weeks.read(links, {row.id: row.user_id for row in rows}, now)
    own_day = local_day(now, links.therapist.time_zone)
    return [_client(row, weeks, own_day, now) for row in rows]


def _rows(links: Links) -> Sequence[AnyRow]:
    return db.session.execute(
        select(
            CareLink.id,
            CareLink.public_id,
            CareLink.user_id,
            CareLink.shares_routines,
            CareLink.shares_records,
            CareLink.snoozed_until,
            CareLink.quiet_days,
            CareLink.pain_rise,
            CareLink.stiffness_rise,
            User.name,
            User.time_zone,
            Enrolment.programme,
            Enrolment.phase,
            Enrolment.paused_at,
            Enrolment.resumes_on,
        )
        .join(User, User.id == CareLink.user_id)
        .outerjoin(
            Enrolment,
            and_(Enrolment.user_id == CareLink.user_id, Enrolment.ended_at.is_(None)),
        )
        .where(*links.standing())
        .order_by(CareLink.id)
    ).all()


def _client(link: AnyRow, weeks: Weeks, own_day: date, now: datetime) -> Client:
    today = local_day(now, link.time_zone)
    first = today - (WINDOW_DAYS - 1) * DAY
    pauses = [*weeks.pauses.get(link.id, ())]
    present = _present_pause(link) if link.shares_records else None
    if present is not None:
        pauses.append(present)
    said = weeks.check_ins.get(link.id, ())
    flaring = NO_FLARE
    if link.id in weeks.flares:
        flaring = weeks.flares[link.id].flares(link.programme, link.phase, today)
    question = weeks.questions.get(link.id)
    waiting, is_assigned = weeks.assigned.get(link.id, (None, False))
    facts = Facts(
        today=today,
        thresholds=_thresholds(link.quiet_days, link.pain_rise, link.stiffness_rise),
        shares_routines=link.shares_routines,
        shares_records=link.shares_records,
        planned=weeks.planned.get(link.id, ()),
        sessions=weeks.sessions.get(link.id, ()),
        checked_in=[each.day for each in said],
        stiffness={each.day: each.stiffness for each in said if each.stiffness is not None},
        too_much=weeks.too_much.get(link.id, {}),
        excused=Excused(
            paused=paused_days(pauses, first, today) if pauses else frozenset(),
            flares=flaring.days,
            held=weeks.red.get(link.id, frozenset()),
        ),
        is_paused=present is not None and today in present.days(today, today),
        flare_since=flaring.since,
        question_on=local_day(question, link.time_zone) if question else None,
        could_not_begin_on=waiting,
        are_reminders_lost=link.id in weeks.lost_reminders,
    )
    snoozed = link.snoozed_until
    return Client(
        link_number=link.id,
        link_id=link.public_id,
        name=link.name,
        facts=facts,
        attention=attention(facts),
        is_assigned=is_assigned,
        snoozed_until=snoozed if snoozed is not None and snoozed > own_day else None,
    )


def _present_pause(link: AnyRow) -> Pause | None:
    if link.paused_at is None:
        return None
    last = None if link.resumes_on is None else link.resumes_on - DAY
    return Pause(first=local_day(link.paused_at, link.time_zone), last=last, reason=None)


@cache
def _thresholds(quiet_days: int, pain_rise: int, stiffness_rise: int) -> Thresholds:
    return Thresholds(quiet_days=quiet_days, pain_rise=pain_rise, stiffness_rise=stiffness_rise)
