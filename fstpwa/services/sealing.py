"""Which columns hold sealed texts, and sealing those that were stored in the clear before."""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from fstpwa.extensions import db
from fstpwa.models.care import (
    Assignment,
    CareMessage,
    ClinicVisit,
    Invitation,
    PrivateNote,
    ReplyTemplate,
)
from fstpwa.models.health import HealthUnlock, Screening
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, SessionLog, SetbackCard
from fstpwa.services import vault

SEALED_COLUMNS: tuple[InstrumentedAttribute[str], ...] = (
    CheckIn.managed,
    CheckIn.note,
    SessionLog.note,
    HealthUnlock.who,
    HealthUnlock.reason,
    Screening.care_where,
    SetbackCard.early_signs,
    SetbackCard.first,
    SetbackCard.keep,
    SetbackCard.drop,
    SetbackCard.whom,
    SetbackCard.help,
    Invitation.label,
    Assignment.message,
    CareMessage.text,
    ClinicVisit.done,
    ClinicVisit.response,
    PrivateNote.text,
    ReplyTemplate.text,
)
"""All of them belong to a table with `user_id`: that person's key opens them, whoever wrote."""

BATCH = 200
SHORTEST_SEAL = 43
"""Letters of the shortest sealed text."""


def names_of_sealed_columns() -> Mapping[str, frozenset[str]]:
    """Return the sealed columns of each table, by table."""
    names: dict[str, set[str]] = {}
    for column in SEALED_COLUMNS:
        names.setdefault(column.class_.__tablename__, set()).add(column.key)
    return {table: frozenset(columns) for table, columns in names.items()}


def seal_clear_texts() -> Iterator[int]:
    """Seal what is stored in the clear, a batch at a time.

    Yields:
        How many texts a batch sealed; flushed. Commit before asking for the next one, so that
        others can write in between and a crash loses one batch at most.
    """
    for column in SEALED_COLUMNS:
        while sealed := _seal_batch(column):
            yield sealed


def seal_clear_texts_of(user: User) -> int:
    """Seal whatever of `user` is stored in the clear. Returns how many texts; flushed."""
    count = 0
    for column in SEALED_COLUMNS:
        while sealed := _seal_batch(column, user):
            count += sealed
    return count


def _seal_batch(column: InstrumentedAttribute[str], user: User | None = None) -> int:
    found = (
        select(column.class_, User)
        .join(User, User.id == column.class_.user_id)
        .where(_is_clear(column))
        .limit(BATCH)
    )
    if user is not None:
        found = found.where(User.id == user.id)
    rows = db.session.execute(found).all()
    for row, owner in rows:
        setattr(row, column.key, vault.seal(owner, getattr(row, column.key)))
    db.session.flush()
    return len(rows)


def _is_clear(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that a text is not sealed: a seal has neither spaces nor few letters."""
    return (column != "") & or_(
        column.not_like("v1:%"), column.like("% %"), func.length(column) < SHORTEST_SEAL
    )
