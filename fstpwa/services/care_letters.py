"""Letters about news that no device of the person said that it showed.

One at most for each notice, sent as those about reminders are: see reminder_letters.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select, update

from fstpwa.domain.mail import Letter, Mailer
from fstpwa.extensions import db
from fstpwa.models.care import CareNotice
from fstpwa.models.people import User
from fstpwa.models.reminders import Delivery, DeliveryState, PushSubscription
from fstpwa.services.care_news import RECEIVER_COLUMNS, News, may_ring_at, news_in
from fstpwa.services.notices import REMINDERS_PATH, opens
from fstpwa.services.reminder_letters import (
    AT_MOST,
    MOST,
    NO_DEVICE_FOR,
    TRY_AGAIN_AFTER,
    WAIT,
    Taken,
    count_of,
    send_each,
)

NOT_AFTER = timedelta(days=1)
"""What was handed to devices longer ago is not written about any more."""


def send_due(
    mailer: Mailer,
    *,
    now: datetime,
    at_most: int = AT_MOST,
    after_each: Callable[[], None] = lambda: None,
) -> int:
    """Send the letters that are due, each in steps that are committed here.

    Args:
        mailer: what sends them.
        now: an aware instant.
        at_most: how many.
        after_each: lets others in who wait for the same thread, after each letter.

    Returns:
        How many were sent.
    """
    due = [row.notice_id for row, _news in _due(now)]
    db.session.rollback()
    return send_each(
        mailer,
        due,
        at_most=at_most,
        take=lambda notice_id: _take(notice_id, now),
        note_sent=lambda notice_id: _note_sent(notice_id, now),
        after_each=after_each,
    )


def _due(now: datetime, *only: UUID) -> list[tuple[Any, News]]:
    """Return the notices to be written about, oldest first, with what they still tell."""
    rows = _rows(now, only)
    if not rows:
        return []
    new = news_in([row.notice_id for row in rows])
    times = may_ring_at(rows, now=now)
    return [
        (row, new[row.notice_id])
        for row in rows
        if row.notice_id in new and times[row.notice_id] <= now
    ]


def _rows(now: datetime, only: Sequence[UUID]) -> Sequence[Any]:
    # SQLite finds the few who want letters first only where they are asked for by themselves.
    theirs = select(User.id).where(User.email_backstop)
    received = (
        select(PushSubscription.id)
        .where(
            PushSubscription.user_id == CareNotice.user_id,
            PushSubscription.last_receipt_at >= CareNotice.settled_at,
        )
        .exists()
    )
    may_still_arrive = (
        select(Delivery.id)
        .where(
            Delivery.notice_id == CareNotice.id,
            or_(
                and_(Delivery.state == DeliveryState.TODO, Delivery.attempts == 0),
                Delivery.sent_at > now - WAIT,
            ),
        )
        .exists()
    )
    found = (
        select(*RECEIVER_COLUMNS, CareNotice.email_tried_at, User.email, User.language)
        .join(User, User.id == CareNotice.user_id)
        .where(
            CareNotice.user_id.in_(theirs),
            User.email.is_not(None),
            User.hears_news,
            CareNotice.emailed_at.is_(None),
            or_(
                CareNotice.email_tried_at.is_(None),
                CareNotice.email_tried_at <= now - TRY_AGAIN_AFTER,
            ),
            or_(
                and_(CareNotice.state == "unreached", CareNotice.settled_at >= now - NO_DEVICE_FOR),
                and_(
                    CareNotice.state == "sent",
                    CareNotice.settled_at.between(now - NOT_AFTER, now - WAIT),
                    ~received,
                    ~may_still_arrive,
                ),
            ),
        )
        .order_by(CareNotice.settled_at, CareNotice.id)
    )
    if only:
        found = found.where(CareNotice.id.in_(only))
    return db.session.execute(found).all()


def _take(notice_id: UUID, now: datetime) -> Taken | None:
    """Take a letter for this worker alone, if it still is to be sent; flushed."""
    due = _due(now, notice_id)
    if not due or count_of(due[0][0].user_id, now) >= MOST:
        return None
    ((row, news),) = due
    taken = db.session.execute(
        update(CareNotice)
        .where(
            CareNotice.id == notice_id,
            CareNotice.emailed_at.is_(None),
            CareNotice.email_tried_at.is_not_distinct_from(row.email_tried_at),
        )
        .values(email_tried_at=now)
        .returning(CareNotice.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not taken:
        return None
    return Taken(letter=_letter(row, news), is_first_try=row.email_tried_at is None)


def _note_sent(notice_id: UUID, now: datetime) -> None:
    db.session.execute(
        update(CareNotice)
        .where(CareNotice.id == notice_id)
        .values(emailed_at=now)
        .execution_options(synchronize_session=False)
    )


def _letter(row: Any, news: News) -> Letter:
    """Return the letter: it says neither what it is nor from whom, and how to get no more of them."""
    origin: str = current_app.config["GOOD_DAYS"].origin
    with force_locale(row.language):
        title = _("Something new for you")
        why = _("None of your devices said that it showed this, so it comes by e-mail.")
        here = _("Open it here:")
        no_more = _("You want no such letters? Turn them off under “Reminders”:")
    text = (
        f"{title}.\n\n{why}\n\n{here}\n{origin}{opens(news)}\n\n"
        f"{no_more}\n{origin}{REMINDERS_PATH}\n"
    )
    return Letter(to=row.email, subject=title, text=text)
