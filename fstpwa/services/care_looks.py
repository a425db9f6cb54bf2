"""News that waited for their time: told to the devices, put off, or left out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from fstpwa.extensions import db
from fstpwa.models.care import CareNotice
from fstpwa.models.people import User
from fstpwa.services.care_news import RECEIVER_COLUMNS, may_ring_at, news_in
from fstpwa.services.deliveries import CHUNK
from fstpwa.services.ready_messages import HandOver, hand_over_nothing, make_news_ready
from fstpwa.services.reminder_facts import AnyRow, live_subscriptions

_DUE = (
    select(*RECEIVER_COLUMNS)
    .join(User, User.id == CareNotice.user_id)
    .where(CareNotice.look_at <= bindparam("now"))
    .order_by(CareNotice.look_at)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, of=CareNotice)
)


def look(*, now: datetime, hand_over: HandOver = hand_over_nothing, at_most: int = CHUNK) -> int:
    """Decide upon notices whose instant has come; flushed. Returns how many there were.

    One transaction, which the caller commits. Several workers may do so at once; none sees what
    another one has in hand.

    Args:
        now: an aware instant.
        hand_over: is given the messages that were made ready.
        at_most: how many notices.
    """
    rows = db.session.execute(_DUE, {"now": now, "at_most": at_most}).all()
    if rows:
        _decide_upon(rows, now, hand_over)
    return len(rows)


def _decide_upon(rows: Sequence[AnyRow], now: datetime, hand_over: HandOver) -> None:
    new = news_in([row.notice_id for row in rows])
    times = may_ring_at(rows, now=now)
    devices = live_subscriptions({row.user_id for row in rows}, now=now)
    changes: list[dict[str, Any]] = []
    messages: dict[UUID, Sequence[int]] = {}
    for row in rows:
        notice, state, look_at = row.notice_id, "unreached", None
        if notice not in new or not row.hears_news:
            state = "void"
        elif times[notice] > now:
            state, look_at = "waiting", times[notice]
        elif row.user_id in devices:
            state = "sent"
            messages[notice] = devices[row.user_id]
        settled_at = None if look_at else now
        changes.append({"id": notice, "state": state, "look_at": look_at, "settled_at": settled_at})
    db.session.execute(update(CareNotice), changes)
    if messages:
        make_news_ready(messages, now=now, hand_over=hand_over)
