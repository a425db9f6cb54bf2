"""Messages to devices that are to be sent now: stored, for whichever worker takes them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from fstpwa.extensions import db
from fstpwa.models.reminders import DeliveryState
from fstpwa.services.deliveries import CHUNK, TABLE
from fstpwa.services.listed import insert_all, listed

HandOver = Callable[[Connection, Sequence[int]], None]
"""Gives ids of messages that were just made ready to whoever carries them to other workers.

Called inside the transaction that made them, with 200 at most.
"""


def hand_over_nothing(_connection: Connection, _delivery_ids: Sequence[int]) -> None:
    """Leave the messages in the table, where every worker finds them."""


_SENT_AGAIN = (
    update(TABLE)
    .where(listed(TABLE.c.id, "ids"))
    .values(state=DeliveryState.TODO, next_try_at=bindparam("now"), sent_at=None)
)
_OF_OCCURRENCES = select(TABLE.c.id, TABLE.c.occurrence_id, TABLE.c.subscription_id).where(
    listed(TABLE.c.occurrence_id, "occurrences")
)


def make_ready(
    devices: Mapping[UUID, Collection[int]], *, now: datetime, hand_over: HandOver
) -> None:
    """Store a message to be sent now for each occurrence and its subscriptions.

    What was sent before, as before a snooze, is sent again.
    """
    found = db.session.execute(_OF_OCCURRENCES, {"occurrences": devices})
    there = {(row.occurrence_id, row.subscription_id): row.id for row in found}
    wanted = {(occurrence, each) for occurrence, ids in devices.items() for each in ids}
    again = sorted(there[pair] for pair in wanted & there.keys())
    if again:
        db.session.execute(_SENT_AGAIN, {"ids": again, "now": now})
    _store(sorted(wanted - there.keys()), again, now, hand_over)


def make_first_ready(
    devices: Mapping[UUID, Collection[int]], *, now: datetime, hand_over: HandOver
) -> None:
    """Do as `make_ready` for occurrences that are new, and have no message yet."""
    wanted = [(occurrence, each) for occurrence, ids in devices.items() for each in ids]
    _store(wanted, [], now, hand_over)


def make_news_ready(
    devices: Mapping[UUID, Collection[int]], *, now: datetime, hand_over: HandOver
) -> None:
    """Store a message to be sent now for each notice of news and its subscriptions."""
    wanted = [(notice, each) for notice, ids in devices.items() for each in ids]
    _store(wanted, [], now, hand_over, about="notice_id")


def _store(
    new: Sequence[tuple[UUID, int]],
    again: Sequence[int],
    now: datetime,
    hand_over: HandOver,
    *,
    about: Literal["occurrence_id", "notice_id"] = "occurrence_id",
) -> None:
    rows = [
        {
            about: one_thing,
            "subscription_id": subscription,
            "state": DeliveryState.TODO,
            "next_try_at": now,
            "attempts": 0,
        }
        for one_thing, subscription in new
    ]
    if rows and hand_over is hand_over_nothing:
        # Without asking for their numbers it takes half the time.
        insert_all(TABLE, rows)
        return
    ids = list(again)
    if rows:
        ids.extend(db.session.scalars(insert(TABLE).returning(TABLE.c.id), rows))
    for start in range(0, len(ids), CHUNK):
        hand_over(db.session.connection(), ids[start : start + CHUNK])
