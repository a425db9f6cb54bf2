"""What is still new for somebody of what came from the other side, and when it may ring."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from fstpwa.domain.news import Thing
from fstpwa.domain.quiet_hours import not_before, quiet_hours
from fstpwa.extensions import db
from fstpwa.models.care import (
    Assignment,
    AssignmentState,
    CareLink,
    CareMessage,
    CareNotice,
    CareNoticeItem,
)
from fstpwa.models.people import User
from fstpwa.models.reminders import Reminder
from fstpwa.services.listed import listed
from fstpwa.services.reminder_facts import AnyRow, zone_of

RECEIVER_COLUMNS: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...] = (
    CareNotice.id.label("notice_id"),
    CareNotice.user_id,
    User.hears_news,
    User.time_zone,
    User.quiet_start_min,
    User.quiet_end_min,
)
"""What `may_ring_at` needs of a row, and whether they want to be told; the query joins the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new for one person."""

    things: tuple[Thing, ...]
    """In the order in which they came; at least one."""
    links: tuple[UUID, ...]
    """By which links they came, each once."""
    is_for_client: bool


_CLIENT, _THERAPIST = aliased(User), aliased(User)
_NEW = (
    select(
        CareNoticeItem.notice_id,
        CareNoticeItem.kind,
        (CareNotice.user_id == CareLink.user_id).label("is_for_client"),
        CareLink.public_id.label("link_id"),
        _CLIENT.name.label("client"),
        _THERAPIST.name.label("therapist"),
        Assignment.name.label("given"),
        Assignment.routine_version_id,
    )
    .join(CareNotice, CareNotice.id == CareNoticeItem.notice_id)
    .join(CareLink, CareLink.id == CareNoticeItem.link_id)
    .join(_CLIENT, _CLIENT.id == CareLink.user_id)
    .join(_THERAPIST, _THERAPIST.id == CareLink.therapist_id)
    .outerjoin(CareMessage, CareMessage.id == CareNoticeItem.message_id)
    .outerjoin(Assignment, Assignment.id == CareNoticeItem.assignment_id)
    .where(
        listed(CareNoticeItem.notice_id, "notices"),
        CareLink.ended_at.is_(None),
        or_(
            and_(CareNoticeItem.kind != "assigned", CareMessage.read_at.is_(None)),
            and_(
                CareNoticeItem.kind == "assigned",
                CareLink.shares_routines,
                Assignment.state.in_((AssignmentState.WAITING, AssignmentState.RUNNING)),
                Assignment.seen_at.is_(None),
            ),
        ),
    )
    .order_by(CareNoticeItem.id)
)


def news_in(notices: Collection[UUID]) -> Mapping[UUID, News]:
    """Return what notices still tell; one query. One that tells nothing any more is not in it.

    Nothing is told by a link that has ended; nothing that was read or seen meanwhile; and of what
    was assigned nothing that was taken back, or by somebody who may not assign any more.
    """
    found: dict[UUID, list[AnyRow]] = {}
    for row in db.session.execute(_NEW, {"notices": notices}):
        found.setdefault(row.notice_id, []).append(row)
    return {notice: _news(rows) for notice, rows in found.items()}


def may_ring_at(rows: Collection[AnyRow], *, now: datetime) -> Mapping[UUID, datetime]:
    """Return when each notice may ring: `now`, or after quiet hours and a pause of all reminders.

    Args:
        rows: with `RECEIVER_COLUMNS`.
        now: an aware instant.
    """
    pauses = _pauses_of({row.user_id for row in rows})
    return {
        row.notice_id: not_before(
            now,
            quiet_hours(row.quiet_start_min, row.quiet_end_min),
            zone_of(row.time_zone),
            paused_until=pauses.get(row.user_id),
        )
        for row in rows
    }


_PAUSED = (
    select(Reminder.user_id, func.min(Reminder.paused_until).label("until"))
    .where(listed(Reminder.user_id, "users"))
    .group_by(Reminder.user_id)
    # Each of them is paused; a pause that is over counts as none, since its day has come.
    .having(func.count() == func.count(Reminder.paused_until))
)


def _pauses_of(users: Collection[int]) -> Mapping[int, date]:
    return {row.user_id: row.until for row in db.session.execute(_PAUSED, {"users": users})}


def _news(rows: Collection[AnyRow]) -> News:
    return News(
        things=tuple(_thing(row) for row in rows),
        links=tuple(dict.fromkeys(row.link_id for row in rows)),
        is_for_client=any(row.is_for_client for row in rows),
    )


def _thing(row: AnyRow) -> Thing:
    kind = row.kind
    if kind == "assigned":
        kind = "programme" if row.routine_version_id is None else "routine"
    return Thing(
        kind=kind,
        sender=row.therapist if row.is_for_client else row.client,
        name=row.given or "",
        is_from_therapist=row.is_for_client,
    )
