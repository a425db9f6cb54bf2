"""The last four weeks of all clients of a therapist, as the database puts them together.

Each query joins the links of the therapist that stand just now, with the scope that it needs. What
hundreds of people did in four weeks comes as one text a person: to fetch a row for each day would
take longer than all the rest. The same few texts come again and again, so each is read once
(`_planned` and the like).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased

from fstpwa.domain.attention_facts import DAY, WINDOW_DAYS, Practised
from fstpwa.domain.attention_reasons import TOO_MUCH_WITHIN_DAYS
from fstpwa.domain.pauses import LONGEST, Pause
from fstpwa.domain.practice_history import PlannedRecord
from fstpwa.domain.push import NOT_REACHED_AFTER
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, AssignmentState, CareLink, CareMessage, Side
from fstpwa.models.people import DeviceSession
from fstpwa.models.practice import (
    CheckIn,
    MovementLog,
    PlanEvent,
    PlannedSession,
    PlannedState,
    RedDay,
    SessionLog,
)
from fstpwa.models.reminders import PushSubscription, Reminder
from fstpwa.services.care_links import Scopes
from fstpwa.services.caseload_flares import Said, flares_of_clients
from fstpwa.services.caseload_links import Links
from fstpwa.services.joined_texts import joined
from fstpwa.services.push_subscriptions import REMOVED

RECORDS = Scopes(shares_records=True)
PLAN_AND_RECORDS = Scopes(shares_routines=True, shares_records=True)
ROUTINES = Scopes(shares_routines=True)

BEHIND, AHEAD = timedelta(hours=12), timedelta(hours=14)
"""How far the clocks on earth are from UTC at most: which day it is for each client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """The last four weeks of all clients, by the id of their link."""

    planned: Mapping[int, Sequence[PlannedRecord]]
    sessions: Mapping[int, Sequence[Practised]]
    check_ins: Mapping[int, Sequence["_CheckedIn"]]
    too_much: Mapping[int, Mapping[date, int]]
    red: Mapping[int, frozenset[date]]
    pauses: Mapping[int, Sequence[Pause]]
    flares: Mapping[int, Said]
    questions: Mapping[int, datetime]
    assigned: Mapping[int, tuple[date | None, bool]]
    lost_reminders: frozenset[int]

    @classmethod
    def read(cls, links: Links, users: Mapping[int, int], now: datetime) -> Self:
        """Read them; one query each, and three for flares."""
        last = (now + AHEAD).date()
        first = (now - BEHIND).date() - (WINDOW_DAYS - 1) * DAY
        check_ins = _check_ins_of(links, first, last)
        flaring = {link for link, said in check_ins.items() if any(each.flare for each in said)}
        return cls(
            planned=_planned_of(links, first, last),
            sessions=_sessions_of(links, first, last),
            check_ins=check_ins,
            too_much=_too_much_of(links, last),
            red=_red_days_of(links, first, last),
            pauses=_pauses_of(links, first),
            flares=flares_of_clients(links, users, flaring, first, last),
            questions=_questions_of(links),
            assigned=_assigned_by(links),
            lost_reminders=_lost_reminders_of(links, now),
        )


def _texts(
    links: Links, needs: Scopes, table: Any, token: ColumnElement[str], *where: Any
) -> Iterable[tuple[int, list[str]]]:
    """Yield each link with the tokens of its rows in `table`, in order."""
    rows = db.session.execute(
        select(CareLink.id, func.aggregate_strings(token, ","))
        .join(table, table.user_id == CareLink.user_id)
        .where(*links.standing(needs), *where)
        .group_by(CareLink.id)
    )
    # A token begins with its day. Databases put them together in any order.
    return ((link, sorted(text.split(","))) for link, text in rows)


def _planned_of(links: Links, first: date, last: date) -> Mapping[int, list[PlannedRecord]]:
    token = joined(PlannedSession.day, PlannedSession.state)
    found = _texts(
        links,
        PLAN_AND_RECORDS,
        PlannedSession,
        token,
        PlannedSession.day.between(first, last),
        PlannedSession.state != PlannedState.WITHDRAWN,
        PlannedSession.optional.is_(False),
    )
    return {link: [_planned(each) for each in tokens] for link, tokens in found}


@lru_cache(maxsize=1024)
def _planned(token: str) -> PlannedRecord:
    day, state = token.split("|")
    outcome: Any = state
    return PlannedRecord(day=date.fromisoformat(day), template="", state=outcome)


def _sessions_of(links: Links, first: date, last: date) -> Mapping[int, list[Practised]]:
    token = joined(
        SessionLog.day,
        SessionLog.pain_before,
        SessionLog.worst_pain,
        SessionLog.next_morning_pain,
    )
    found = _texts(
        links,
        RECORDS,
        SessionLog,
        token,
        SessionLog.day.between(first, last),
        SessionLog.done_s > 0,
    )
    return {link: [_practised(each) for each in tokens] for link, tokens in found}


@lru_cache(maxsize=32_768)
def _practised(token: str) -> Practised:
    day, *said = token.split("|")
    before, *after = (int(each) if each else None for each in said)
    ratings = [each for each in after if each is not None]
    return Practised(day=date.fromisoformat(day), before=before, after=max(ratings, default=None))


class _CheckedIn(NamedTuple):
    """What is needed of a check-in."""

    day: date
    stiffness: int | None
    flare: bool


def _check_ins_of(links: Links, first: date, last: date) -> Mapping[int, list[_CheckedIn]]:
    flare = case((CheckIn.flare.is_(True), "f"), else_="")
    token = joined(CheckIn.day, CheckIn.stiffness, flare)
    found = _texts(links, RECORDS, CheckIn, token, CheckIn.day.between(first, last))
    return {link: [_checked_in(each) for each in tokens] for link, tokens in found}


@lru_cache(maxsize=1024)
def _checked_in(token: str) -> _CheckedIn:
    day, rating, flare = token.split("|")
    return _CheckedIn(
        day=date.fromisoformat(day), stiffness=int(rating) if rating else None, flare=bool(flare)
    )


def _too_much_of(links: Links, last: date) -> Mapping[int, dict[date, int]]:
    rows = db.session.execute(
        select(CareLink.id, SessionLog.day, func.count())
        .join(SessionLog, SessionLog.user_id == CareLink.user_id)
        .join(MovementLog, MovementLog.session_log_id == SessionLog.id)
        .where(
            *links.standing(RECORDS),
            SessionLog.day.between(last - (TOO_MUCH_WITHIN_DAYS + 1) * DAY, last),
            MovementLog.reason.is_not(None),
        )
        .group_by(CareLink.id, SessionLog.day)
    )
    found: dict[int, dict[date, int]] = {}
    for link, day, count in rows:
        found.setdefault(link, {})[day] = count
    return found


def _red_days_of(links: Links, first: date, last: date) -> Mapping[int, frozenset[date]]:
    rows = db.session.execute(
        select(CareLink.id, RedDay.day)
        .join(RedDay, RedDay.user_id == CareLink.user_id)
        .where(*links.standing(RECORDS), RedDay.day.between(first, last))
    )
    found: dict[int, set[date]] = {}
    for link, day in rows:
        found.setdefault(link, set()).add(day)
    return {link: frozenset(days) for link, days in found.items()}


def _pauses_of(links: Links, first: date) -> Mapping[int, list[Pause]]:
    rows = db.session.execute(
        select(CareLink.id, PlanEvent.day, PlanEvent.value)
        .join(PlanEvent, PlanEvent.user_id == CareLink.user_id)
        .where(
            *links.standing(RECORDS),
            PlanEvent.kind == "paused",
            PlanEvent.day >= first - LONGEST,
        )
    )
    found: dict[int, list[Pause]] = {}
    for link, day, value in rows:
        over = Pause(first=day, last=date.fromisoformat(value[0]), reason=None)
        found.setdefault(link, []).append(over)
    return found


def _questions_of(links: Links) -> Mapping[int, datetime]:
    """Return when each client first asked what was not answered since; whatever they share.

    The next message of the therapist answers it, as in services/messages.py.
    """
    answer = aliased(CareMessage)
    answered = select(answer.id).where(
        answer.link_id == CareLink.id,
        answer.author == Side.THERAPIST,
        answer.sent_at >= CareMessage.sent_at,
    )
    rows = db.session.execute(
        select(CareLink.id, func.min(CareMessage.sent_at).label("asked_at"))
        .join(CareMessage, CareMessage.link_id == CareLink.id)
        .where(
            *links.standing(),
            CareMessage.author == Side.CLIENT,
            CareMessage.is_question.is_(True),
            ~answered.exists(),
        )
        .group_by(CareLink.id)
    )
    return {row.id: row.asked_at for row in rows}


def _assigned_by(links: Links) -> Mapping[int, tuple[date | None, bool]]:
    """Return the day on which what waits should begin, and that something is assigned."""
    waits_since = case((Assignment.state == AssignmentState.WAITING, Assignment.starts_on))
    rows = db.session.execute(
        select(CareLink.id, func.min(waits_since).label("waits_since"))
        .join(Assignment, Assignment.link_id == CareLink.id)
        .where(
            *links.standing(ROUTINES),
            Assignment.state.in_((AssignmentState.WAITING, AssignmentState.RUNNING)),
        )
        .group_by(CareLink.id)
    )
    return {row.id: (row.waits_since, True) for row in rows}


def _lost_reminders_of(links: Links, now: datetime) -> frozenset[int]:
    """Return the links of those who have reminders, and whose devices all show none of them.

    A device that somebody signed out of, or removed, is none. Source: domain/push.py.
    """
    is_reached = case(
        (
            or_(
                PushSubscription.unreceived >= NOT_REACHED_AFTER,
                PushSubscription.failing >= NOT_REACHED_AFTER,
            ),
            0,
        ),
        else_=1,
    )
    rings = select(Reminder.id).where(
        Reminder.user_id == CareLink.user_id, Reminder.enabled.is_(True)
    )
    return frozenset(
        db.session.scalars(
            select(CareLink.id)
            .join(PushSubscription, PushSubscription.user_id == CareLink.user_id)
            .join(DeviceSession, DeviceSession.id == PushSubscription.device_session_id)
            .where(
                *links.standing(RECORDS),
                PushSubscription.key_id != REMOVED,
                DeviceSession.user_id == PushSubscription.user_id,
                DeviceSession.idle_expires_at > now,
                DeviceSession.expires_at > now,
                rings.exists(),
            )
            .group_by(CareLink.id)
            .having(func.max(is_reached) == 0)
        )
    )
