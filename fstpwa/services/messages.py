"""Messages between a client and a therapist: sent once, read by the other, gone with the link.

Whoever calls has the link from `care_links.given_by` or `care_links.seen_by`, which know whether it
still stands: there is no way to a message but through it. Texts are sealed with the client's key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from fstpwa.content import library
from fstpwa.domain.check_in import check_text
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound, TooMany
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, CareMessage, Side
from fstpwa.models.people import User
from fstpwa.models.practice import SessionLog
from fstpwa.services import care_notices, vault

LONGEST = 2000
"""Letters of one message, line breaks included."""
PAGE = 30
"""Messages shown at once."""
MOST_A_DAY = 200
"""Messages of one side of a link in 24 hours: nobody fills the disk, or somebody's day."""
A_DAY = timedelta(days=1)
TRY_AGAIN_S = 3600

EMPTY = "Write something first."
TOO_MANY = "That is a lot of messages for one day. Please wait an hour before the next one."
SENT_ALREADY = (
    "An earlier version of this message was sent already, and is in the conversation. "
    "Send this one, too, if it says something else."
)
NO_SUCH_SESSION = "There is no such session."
NO_SUCH_MOVEMENT = "There is no such movement."
NO_SUCH_MESSAGE = "There is no such message."


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a message is about: a session, a movement, or a movement in a session."""

    session_log_id: UUID | None = None
    session: str = ""
    """The session's name."""
    day: date | None = None
    """The session's day."""
    slug: str | None = None
    movement: str = ""
    """The movement's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as either of the two reads it."""

    id: UUID
    author: Side
    text: str
    about: About | None
    is_question: bool
    is_open: bool
    """A question without an answer so far."""
    sent_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Some messages of one link, oldest first."""

    messages: tuple[Shown, ...]
    older: UUID | None
    """What to give as `before` for the messages before these; None: there are none."""

    def unread_by(self, reader: Side) -> tuple[Shown, ...]:
        """Return what `reader` has not read yet of these."""
        return tuple(each for each in self.messages if each.author != reader and not each.read_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """How much one therapist wrote that the client has not read."""

    link_id: UUID
    therapist: str
    count: int


def send(
    link: CareLink,
    author: Side,
    text: str,
    *,
    message_id: UUID,
    session_log_id: UUID | None = None,
    slug: str | None = None,
    is_question: bool = False,
    now: datetime,
) -> CareMessage:
    """Store a message and see to it that the other one hears of it; flushed.

    Sent again with the same id and words, it changes nothing. A therapist may name a session only
    where the client shares them.

    Args:
        link: a standing one.
        author: which of the two writes.
        text: 1 to 2,000 letters.
        message_id: uuid7, made where it was written.
        session_log_id: the client's session it is about.
        slug: the movement it is about.
        is_question: whether the client waits for an answer; a therapist's never is one.
        now: the current instant, aware.

    Raises:
        InvalidValue: the text is empty, too long, or cannot be stored.
        NotFound: the session is none of this client's, or is not shared; or no such movement.
        Conflict: other words were sent with this id.
        TooMany: so much was written today that nobody would read it.
    """
    checked = check_text(text, LONGEST)
    if checked is None:
        raise InvalidValue(EMPTY)
    there = _stored(link, author, checked, message_id)
    if there is not None:
        return there
    _require_room(link, author, now)
    message = CareMessage(
        id=message_id,
        user_id=link.user_id,
        link_id=link.id,
        author=author,
        text=vault.seal(link.client, checked),
        session_log_id=_session_of(link, author, session_log_id),
        slug=_movement(slug),
        is_question=is_question and author == Side.CLIENT,
        sent_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:
        # The same sending came twice at this moment.
        there = _stored(link, author, checked, message_id)
        if there is None:
            raise
        return there
    recipient = link.client if author == Side.THERAPIST else link.therapist
    kind: care_notices.Kind = "question" if message.is_question else "message"
    care_notices.tell(recipient, link, kind, message=message, now=now)
    return message


def thread(
    link: CareLink, before: UUID | None = None, *, session_log_id: UUID | None = None
) -> Thread:
    """Return the newest messages of a standing link, or those before the message `before`.

    With `session_log_id` only those about that session.

    Raises:
        NotFound: there is no message `before` in this conversation.
    """
    wanted = CareMessage.link_id == link.id
    if before is not None:
        wanted = and_(wanted, _is_before(_message(link, before)))
    if session_log_id is not None:
        wanted = and_(wanted, CareMessage.session_log_id == session_log_id)
    rows = db.session.execute(
        select(CareMessage, SessionLog.name, SessionLog.day, answered_at(CareMessage.link_id))
        .outerjoin(SessionLog, SessionLog.id == CareMessage.session_log_id)
        .where(wanted)
        .order_by(CareMessage.sent_at.desc(), CareMessage.id.desc())
        .limit(PAGE + 1)
    ).all()
    page = [shown(link.client, *row) for row in reversed(rows[:PAGE])]
    return Thread(messages=tuple(page), older=page[0].id if len(rows) > PAGE else None)


def mark_read(link: CareLink, reader: Side, *, until: UUID | None = None, now: datetime) -> None:
    """Note that `reader` has read what the other one wrote; flushed. Safe to repeat.

    Args:
        link: a standing one.
        reader: which of the two has read.
        until: the newest message that was shown; what came after it stays unread. None: all.
        now: the current instant, aware.

    Raises:
        NotFound: there is no message `until` in this conversation.
    """
    wanted = [
        CareMessage.link_id == link.id,
        CareMessage.author != reader,
        CareMessage.read_at.is_(None),
    ]
    if until is not None:
        newest = _message(link, until)
        wanted.append(or_(CareMessage.id == newest.id, _is_before(newest)))
    db.session.execute(update(CareMessage).where(*wanted).values(read_at=now))
    db.session.flush()


def open_questions(link: CareLink) -> Sequence[CareMessage]:
    """Return the client's questions since the therapist last wrote, oldest first."""
    answer = answered_at(link.id)
    return db.session.scalars(
        select(CareMessage)
        .where(
            CareMessage.link_id == link.id,
            CareMessage.is_question.is_(True),
            or_(answer.is_(None), CareMessage.sent_at > answer),
        )
        .order_by(CareMessage.sent_at, CareMessage.id)
    ).all()


def unread_of(client: User) -> tuple[Unread, ...]:
    """Return who of the client's therapists wrote what is not read yet, the latest first."""
    rows = db.session.execute(
        select(CareLink.public_id, User.name, func.count())
        .join(CareMessage, CareMessage.link_id == CareLink.id)
        .join(User, User.id == CareLink.therapist_id)
        .where(
            CareLink.user_id == client.id,
            CareLink.ended_at.is_(None),
            CareMessage.author == Side.THERAPIST,
            CareMessage.read_at.is_(None),
        )
        .group_by(CareLink.id, CareLink.public_id, User.name)
        .order_by(func.max(CareMessage.sent_at).desc(), CareLink.id)
    )
    return tuple(
        Unread(link_id=link_id, therapist=name, count=count) for link_id, name, count in rows
    )


def unread_count(link: CareLink, reader: Side) -> int:
    """Return how many messages of the other one `reader` has not read."""
    count = db.session.scalar(
        select(func.count())
        .select_from(CareMessage)
        .where(
            CareMessage.link_id == link.id,
            CareMessage.author != reader,
            CareMessage.read_at.is_(None),
        )
    )
    return count or 0


def about(
    client: User, *, session_log_id: UUID | None = None, slug: str | None = None
) -> About | None:
    """Return what a message to be written is about; None: nothing in particular.

    Raises:
        NotFound: the session is none of this client's, or there is no such movement.
    """
    _movement(slug)
    if session_log_id is None:
        return _about(None, None, None, slug)
    row = db.session.execute(
        select(SessionLog.name, SessionLog.day).where(
            SessionLog.id == session_log_id, SessionLog.user_id == client.id
        )
    ).first()
    if row is None:
        raise NotFound(NO_SUCH_SESSION)
    return _about(session_log_id, row.name, row.day, slug)


def answered_at(link_id: Any) -> ScalarSelect[datetime]:
    """Return when the therapist of a link last wrote; `link_id` is a value or another's column."""
    answer = aliased(CareMessage)
    found = select(func.max(answer.sent_at)).where(
        answer.link_id == link_id, answer.author == Side.THERAPIST
    )
    return found.scalar_subquery()


def shown(
    client: User,
    message: CareMessage,
    session: str | None,
    day: date | None,
    answered_at: datetime | None,
) -> Shown:
    """Return a message with the name and day of its session, and when the therapist last wrote."""
    is_answered = answered_at is not None and answered_at >= message.sent_at
    return Shown(
        id=message.id,
        author=Side(message.author),
        text=vault.readable(client, message.text),
        about=_about(message.session_log_id, session, day, message.slug),
        is_question=message.is_question,
        is_open=message.is_question and not is_answered,
        sent_at=message.sent_at,
        read_at=message.read_at,
    )


def _stored(link: CareLink, author: Side, text: str, message_id: UUID) -> CareMessage | None:
    """Return what was sent with this id, None if nothing was. Raises Conflict for other words."""
    found = db.session.get(CareMessage, message_id)
    if found is None:
        return None
    is_same = found.link_id == link.id and found.author == author
    if not is_same or vault.readable(link.client, found.text) != text:
        raise Conflict(SENT_ALREADY)
    return found


def _require_room(link: CareLink, author: Side, now: datetime) -> None:
    today = db.session.scalar(
        select(func.count())
        .select_from(CareMessage)
        .where(
            CareMessage.link_id == link.id,
            CareMessage.author == author,
            CareMessage.sent_at > now - A_DAY,
        )
    )
    if (today or 0) >= MOST_A_DAY:
        raise TooMany(TOO_MANY, wait_s=TRY_AGAIN_S)


def _session_of(link: CareLink, author: Side, log_id: UUID | None) -> UUID | None:
    if log_id is None:
        return None
    owner = db.session.scalar(select(SessionLog.user_id).where(SessionLog.id == log_id))
    is_seen = author == Side.CLIENT or link.shares_records
    if owner != link.user_id or not is_seen:
        raise NotFound(NO_SUCH_SESSION)
    return log_id


def _movement(slug: str | None) -> str | None:
    if slug is not None and slug not in library().movements:
        raise NotFound(NO_SUCH_MOVEMENT)
    return slug


def _message(link: CareLink, message_id: UUID) -> CareMessage:
    found = db.session.scalar(
        select(CareMessage).where(CareMessage.id == message_id, CareMessage.link_id == link.id)
    )
    if found is None:
        raise NotFound(NO_SUCH_MESSAGE)
    return found


def _is_before(message: CareMessage) -> ColumnElement[bool]:
    return or_(
        CareMessage.sent_at < message.sent_at,
        and_(CareMessage.sent_at == message.sent_at, CareMessage.id < message.id),
    )


def _about(
    log_id: UUID | None, session: str | None, day: date | None, slug: str | None
) -> About | None:
    if log_id is None and slug is None:
        return None
    movement = library().movements.get(slug) if slug else None
    return About(
        session_log_id=log_id,
        session=session or "",
        day=day,
        slug=slug,
        movement=movement.name if movement else slug or "",
    )
