"""Texts a therapist writes often, inserted into a message by one tap. Sealed with their key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from fstpwa.domain.check_in import check_text
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.models.care import ReplyTemplate
from fstpwa.models.people import User
from fstpwa.services import vault

LONGEST = 1000
"""Letters of one text; a message has room for two."""
MOST = 30
EMPTY = "Write the reply first."
TOO_MANY = f"There is room for {MOST} replies. Delete one first."
NO_SUCH_TEMPLATE = "There is no such reply."
NAME_LETTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text as its therapist reads it."""

    id: UUID
    text: str

    @property
    def name(self) -> str:
        """Return its first words, for a button."""
        words = " ".join(self.text.split())
        if len(words) <= NAME_LETTERS:
            return words
        return words[:NAME_LETTERS].rsplit(" ", maxsplit=1)[0] + "…"


def templates_of(therapist: User) -> Sequence[Template]:
    """Return the texts of a therapist, the oldest first. One query."""
    rows = db.session.scalars(
        select(ReplyTemplate)
        .where(ReplyTemplate.user_id == therapist.id)
        .order_by(ReplyTemplate.created_at, ReplyTemplate.id)
    )
    return [_read(therapist, row) for row in rows]


def template_of(therapist: User, template_id: UUID) -> Template:
    """Return one text of a therapist. Raises NotFound, also for others'."""
    row = db.session.scalar(_query(therapist, template_id))
    if row is None:
        raise NotFound(NO_SUCH_TEMPLATE)
    return _read(therapist, row)


def make(therapist: User, text: str, *, now: datetime) -> Template:
    """Keep a text; flushed. One that is there already is not kept twice.

    Raises:
        InvalidValue: it is empty, longer than 1,000 letters, or cannot be stored.
        Conflict: there are 30 already.
    """
    checked = check_text(text, LONGEST)
    if checked is None:
        raise InvalidValue(EMPTY)
    there = templates_of(therapist)
    for each in there:
        if each.text == checked:
            return each
    if len(there) >= MOST:
        raise Conflict(TOO_MANY)
    row = ReplyTemplate(
        public_id=uuid4(),
        user_id=therapist.id,
        text=vault.seal(therapist, checked),
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return Template(id=row.public_id, text=checked)


def delete(therapist: User, template_id: UUID) -> None:
    """Delete a text for good; flushed. Doing it twice is no mistake."""
    row = db.session.scalar(_query(therapist, template_id))
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def inserted(text: str, template: Template) -> str:
    """Return what is written so far with a text put behind it, on a line of its own."""
    written = text.replace("\r\n", "\n").rstrip()
    return f"{written}\n\n{template.text}" if written else template.text


def _query(therapist: User, template_id: UUID) -> Select[ReplyTemplate]:
    return select(ReplyTemplate).where(
        ReplyTemplate.public_id == template_id, ReplyTemplate.user_id == therapist.id
    )


def _read(therapist: User, row: ReplyTemplate) -> Template:
    return Template(id=row.public_id, text=vault.readable(therapist, row.text))
