"""A client's conversations: those that stand, and those that ended with their links."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from fstpwa.extensions import db
from fstpwa.models.care import CareLink, CareMessage, Side
from fstpwa.models.people import User
from fstpwa.models.practice import SessionLog
from fstpwa.services import messages
from fstpwa.services.messages import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One standing link in the list of a client's conversations."""

    link_id: UUID
    therapist: str
    """Their name, perhaps empty."""
    unread: int
    last: Shown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A conversation that cannot be opened any more, by either of the two."""

    therapist: str
    ended_at: datetime
    ended_by: Side


def conversations_of(client: User) -> tuple[Conversation, ...]:
    """Return one conversation for each standing link of `client`: unread first, then the latest."""
    own, last = aliased(CareMessage), aliased(CareMessage)
    newest = (
        select(own.id)
        .where(own.link_id == CareLink.id)
        .order_by(own.sent_at.desc(), own.id.desc())
        .limit(1)
        .correlate(CareLink)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(CareLink, last, SessionLog.name, SessionLog.day, messages.answered_at(CareLink.id))
        .select_from(CareLink)
        .options(joinedload(CareLink.therapist))
        .outerjoin(last, last.id == newest)
        .outerjoin(SessionLog, SessionLog.id == last.session_log_id)
        .where(CareLink.user_id == client.id, CareLink.ended_at.is_(None))
        .order_by(CareLink.began_at.desc(), CareLink.id.desc())
    ).all()
    unread = {each.link_id: each.count for each in messages.unread_of(client)}
    found = [
        Conversation(
            link_id=link.public_id,
            therapist=link.therapist.name,
            unread=unread.get(link.public_id, 0),
            last=None
            if message is None
            else messages.shown(client, message, name, day, answered_at),
        )
        for link, message, name, day, answered_at in rows
    ]
    # Sorted twice, each time keeping the order of before among equals.
    found.sort(key=lambda each: each.last.sent_at.timestamp() if each.last else 0.0, reverse=True)
    return tuple(sorted(found, key=lambda each: each.unread == 0))


def ended_of(client: User, *, at_most: int = 10) -> tuple[Ended, ...]:
    """Return which conversations of `client` have ended, the last first."""
    has_messages = select(CareMessage.id).where(CareMessage.link_id == CareLink.id).exists()
    rows = db.session.execute(
        select(User.name, CareLink.ended_at, CareLink.ended_by)
        .join(User, User.id == CareLink.therapist_id)
        .where(CareLink.user_id == client.id, CareLink.ended_at.is_not(None), has_messages)
        .order_by(CareLink.ended_at.desc(), CareLink.id.desc())
        .limit(at_most)
    )
    return tuple(
        Ended(therapist=name, ended_at=at, ended_by=Side(by))
        for name, at, by in rows
        if at is not None and by is not None
    )
