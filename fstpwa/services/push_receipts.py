"""Receipts: a device says that it showed a message."""

from datetime import datetime

from sqlalchemy import or_, select, update

from fstpwa.extensions import db
from fstpwa.models.reminders import Delivery, PushSubscription
from fstpwa.services.reminder_tokens import ReminderToken


def note(token: ReminderToken, *, now: datetime) -> None:
    """Store that the message of `token` was shown; flushed. Saying it twice is no mistake.

    Nothing is stored for a device that is gone, or that was never sent that message: a database
    may give the number of a deleted one to the next.
    """
    subscription = update(PushSubscription).where(PushSubscription.id == token.subscription_id)
    if token.occurrence_id is None:
        noted = subscription.where(PushSubscription.test_tried_at.is_not(None)).values(
            last_receipt_at=now, unreceived=0, test_shown_at=now
        )
    else:
        was_sent = select(Delivery.id).where(
            or_(
                Delivery.occurrence_id == token.occurrence_id,
                Delivery.notice_id == token.occurrence_id,
            ),
            Delivery.subscription_id == PushSubscription.id,
            Delivery.attempts > 0,
        )
        noted = subscription.where(was_sent.exists()).values(last_receipt_at=now, unreceived=0)
    db.session.execute(noted.execution_options(synchronize_session=False))
