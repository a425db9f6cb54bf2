"""A batch of entries that were written without a network, as a phone sends it.

Whatever an entry says, reading it raises nothing: each one has its place in the answer, readable or
not. Only a batch whose own frame cannot be read is refused as a whole.

The phone writes the same in frontend/src/outbox/entry.ts. A change of what is sent raises SCHEMA
on both sides; CONTRIBUTING says how.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.outbox_json import (
    NOT_JSON,
    UNREADABLE,
    Fields,
    read_id,
    read_json,
    read_list,
    read_whole,
)
from fstpwa.domain.outbox_kinds import READERS, Body, Written

SCHEMA = 1
"""What phones with the newest version send."""
OLDER_SCHEMAS = 3
"""So many before it are still taken: an app that was not opened for months still holds entries."""
MOST_OPERATIONS = 50
LAST_MS = 253_402_214_400_000
"""The last instant that is read, ms since 1970: the end of the year 9999, less a day for zones."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Upcaster = Callable[[dict[str, object]], dict[str, object]]
"""Makes an entry of one schema into one of the next. Nobody has checked it before: what it lacks may
raise LookupError, TypeError, ValueError or AttributeError, and it then counts as unreadable."""

UPCASTERS: Mapping[int, Upcaster] = {}
"""Schema -> what makes its entries into those of the next one. None so far: there is one schema."""

Result = Literal["applied", "merged", "duplicate", "rejected", "unknown_schema"]

UNKNOWN_KIND = "This version of the app does not know this kind of entry."
NEWER_APP = "Please load the app again, then this is sent. It is kept on this phone until then."


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One entry that could be read."""

    id: UUID
    sent_as: str
    """Its id as the phone wrote it, capitals and all: that is how it knows the answer."""
    at: datetime
    """When it was written, by the phone's clock."""
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one entry."""

    op: str | None
    """Its id as it was sent; None where it had none that can be read."""
    result: Result
    code: str | None = None
    words: str | None = None
    """For the person who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a phone sent at once."""

    user: UUID
    """Public id of the person who wrote the entries."""
    sent: datetime
    """The phone's own now."""
    operations: tuple[Operation | Answer, ...]
    """In the order in which they were written; an answer where nothing can be carried out."""

    def written_at(self, operation: Operation, now: datetime) -> datetime:
        """Return when an entry was written, with a clock that is ahead set right.

        Args:
            operation: one of this batch.
            now: the server's now. If the phone's was later, all its times were too late by that.
        """
        ahead = max(self.sent - now, timedelta())
        return min(operation.at - min(ahead, operation.at - EPOCH), now)


def read_batch(
    body: bytes, *, newest: int = SCHEMA, upcasters: Mapping[int, Upcaster] = UPCASTERS
) -> Batch:
    """Read what a phone sent.

    Args:
        body: the body of the request, JSON.
        newest: the newest schema that is known; so many as OLDER_SCHEMAS before it are, too.
        upcasters: schema -> what makes its entries into those of the next.

    Raises:
        InvalidValue: the frame cannot be read: no JSON, or without the schema, the person, the
            phone's now or the list of entries.
    """
    try:
        frame = Fields.of(read_json(body))
        schema = frame.whole("schema", 0, 10**6)
        user = read_id(frame.get("user"))
        sent = _instant(frame.get("sent"))
        frame.text_or_none("tz", 64)
        entries = read_list(frame.get("ops"), len(body))
    except InvalidValue:
        raise InvalidValue(NOT_JSON) from None
    is_known = max(newest - OLDER_SCHEMAS, 1) <= schema <= newest
    chain = [upcasters[older] for older in range(schema, newest)] if is_known else None
    return Batch(
        user=user, sent=sent, operations=tuple(_read(each, chain, sent) for each in entries)
    )


def _read(entry: object, chain: list[Upcaster] | None, sent: datetime) -> Operation | Answer:
    """Return what one entry asks for, or the answer to one that cannot be carried out."""
    name = _name_of(entry)
    if chain is None:
        return Answer(op=name, result="unknown_schema", words=NEWER_APP)
    try:
        found = Fields.of(_upcast(entry, chain))
        own, kind = read_id(found.get("op")), found.text("kind", 64)
        if kind not in READERS:
            return Answer(op=name, result="rejected", code="unknown_kind", words=UNKNOWN_KIND)
        written = Written(
            entity=found.get("entity"), data=found.get("data"), base=found.get("base"), sent=sent
        )
        return Operation(
            id=own,
            sent_as=found.text("op", 36),
            at=_instant(found.get("at")),
            body=READERS[kind](written),
        )
    except InvalidValue as error:
        return Answer(op=name, result="rejected", code="malformed", words=str(error))


def _upcast(entry: object, chain: list[Upcaster]) -> object:
    """Return an entry as the newest schema writes it. Raises InvalidValue if that cannot be done."""
    if not isinstance(entry, dict):
        raise InvalidValue(UNREADABLE)
    try:
        for upcaster in chain:
            entry = upcaster(entry)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise InvalidValue(UNREADABLE) from None
    return entry


def _name_of(entry: object) -> str | None:
    """Return the id of an entry as it was sent, None where there is none that can be read."""
    name = entry.get("op") if isinstance(entry, dict) else None
    try:
        read_id(name)
    except InvalidValue:
        return None
    return str(name)


def _instant(value: object) -> datetime:
    """Return milliseconds since 1970 as an instant. Raises InvalidValue."""
    return EPOCH + timedelta(milliseconds=read_whole(value, 0, LAST_MS))
