"""Which therapist looked at what of a client, and when: the client can read it.

One row for each link, day and kind of thing. A page that only reads notes it over a connection of
its own, committed before the page is sent: if that fails, the page is not shown.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from fstpwa.extensions import db, read_only
from fstpwa.models import Base
from fstpwa.models.care import AccessEntry, CareLink
from fstpwa.models.people import User

What = Literal["list", "overview", "session", "messages", "plan", "changed"]

WORDS: dict[What, str] = {
    "list": "saw you in the list of their clients",
    "overview": "opened your page",
    "session": "looked at a session of yours",
    "messages": "read your messages",
    "plan": "looked at your plan",
    "changed": "changed something for you",
}
TABLE = Base.metadata.tables[AccessEntry.__tablename__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one therapist looked at on one day."""

    therapist: str
    """Their name."""
    what: What
    first_at: datetime
    last_at: datetime
    times: int


def note(link_ids: Collection[int], what: What, *, now: datetime) -> None:
    """Note that the therapist of each link looked; on a GET committed at once, else flushed.

    Args:
        link_ids: of `care_link`, all of one therapist.
        what: the kind of thing.
        now: an aware instant.
    """
    if not link_ids:
        return
    if read_only.get():
        write_apart(link_ids, what, now)
    else:
        _write(db.session.connection(), link_ids, what, now)


def write_apart(link_ids: Collection[int], what: What, now: datetime) -> None:
    """Note a look over a connection of its own, and commit that."""
    token = read_only.set(False)
    try:
        with db.engine.begin() as notes:
            _write(notes, link_ids, what, now)
    finally:
        read_only.reset(token)


def looks_of(client: User, link: CareLink | None = None, *, at_most: int = 100) -> Sequence[Look]:
    """Return who looked at what of `client`, newest first, ended links included.

    Args:
        client: whose records.
        link: only looks over this one; None: over all.
        at_most: so many.
    """
    over = CareLink.user_id == client.id
    rows = db.session.execute(
        select(AccessEntry, User.name)
        .join(CareLink, CareLink.id == AccessEntry.link_id)
        .join(User, User.id == CareLink.therapist_id)
        .where(over if link is None else over & (CareLink.id == link.id))
        .order_by(AccessEntry.last_at.desc(), AccessEntry.id.desc())
        .limit(at_most)
    )
    return [
        Look(
            therapist=name,
            what=row.what,  # type: ignore[arg-type]  # only `note` writes it
            first_at=row.first_at,
            last_at=row.last_at,
            times=row.times,
        )
        for row, name in rows
    ]


def _write(connection: Connection, link_ids: Collection[int], what: What, now: datetime) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    new = insert(TABLE)
    rows = [
        {
            "link_id": link_id,
            "day": now.date(),
            "what": what,
            "first_at": now,
            "last_at": now,
            "times": 1,
        }
        for link_id in sorted(link_ids)
    ]
    # Row by row: one statement with fifty of them would be written anew by SQLAlchemy each time.
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["link_id", "day", "what"],
            set_={"last_at": new.excluded.last_at, "times": TABLE.c.times + 1},
        ),
        rows,
    )
