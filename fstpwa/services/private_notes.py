"""What a therapist writes down about a client for themselves.

Theirs alone: sealed with the therapist's key and in the therapist's export. No page of the client,
and no other therapist's, ever asks for them; services/client_page.py, which both sides see, does not
know this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from fstpwa.domain.check_in import check_text
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, PrivateNote
from fstpwa.services import vault

LONGEST = 4000
"""Letters of one note."""
PAGE = 50
EMPTY = "Write something first."
NO_SUCH_NOTE = "There is no such note."


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as its therapist reads it."""

    id: UUID
    text: str
    created_at: datetime
    changed_at: datetime

    @property
    def is_changed(self) -> bool:
        """Whether it was written anew since."""
        return self.changed_at != self.created_at


def notes_of(link: CareLink) -> Sequence[Note]:
    """Return the therapist's notes about the client of a standing link, the newest first."""
    rows = db.session.scalars(
        select(PrivateNote)
        .where(PrivateNote.link_id == link.id, PrivateNote.user_id == link.therapist_id)
        .order_by(PrivateNote.created_at.desc(), PrivateNote.id.desc())
        .limit(PAGE)
    )
    return [_read(link, row) for row in rows]


def note_of(link: CareLink, note_id: UUID) -> Note:
    """Return one note of a standing link. Raises NotFound for any other."""
    return _read(link, _row(link, note_id))


def write(link: CareLink, text: str, *, now: datetime) -> Note:
    """Keep a note; flushed. The newest one once more, as by a double tap, stores nothing.

    Raises:
        InvalidValue: it is empty, too long, or cannot be stored.
    """
    text = _checked(text)
    newest = notes_of(link)[:1]
    if newest and newest[0].text == text:
        return newest[0]
    row = PrivateNote(
        public_id=uuid4(),
        user_id=link.therapist_id,
        link_id=link.id,
        text=vault.seal(link.therapist, text),
        created_at=now,
        changed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return _read(link, row)


def change(link: CareLink, note_id: UUID, text: str, *, now: datetime) -> None:
    """Write a note anew; flushed.

    Raises:
        NotFound: there is no such note.
        InvalidValue: as `write`.
    """
    row = _row(link, note_id)
    sealed = vault.sealed_again(link.therapist, row.text, _checked(text))
    if sealed != row.text:
        row.text, row.changed_at = sealed, now
        db.session.flush()


def delete(link: CareLink, note_id: UUID) -> None:
    """Delete a note for good; flushed. Doing it twice is no mistake."""
    row = db.session.scalar(_query(link, note_id))
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def _checked(text: str) -> str:
    checked = check_text(text, LONGEST)
    if checked is None:
        raise InvalidValue(EMPTY)
    return checked


def _query(link: CareLink, note_id: UUID) -> Select[PrivateNote]:
    return select(PrivateNote).where(
        PrivateNote.public_id == note_id,
        PrivateNote.link_id == link.id,
        PrivateNote.user_id == link.therapist_id,
    )


def _row(link: CareLink, note_id: UUID) -> PrivateNote:
    row = db.session.scalar(_query(link, note_id))
    if row is None:
        raise NotFound(NO_SUCH_NOTE)
    return row


def _read(link: CareLink, row: PrivateNote) -> Note:
    return Note(
        id=row.public_id,
        text=vault.readable(link.therapist, row.text),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
