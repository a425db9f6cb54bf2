"""In which order rows of reminders are locked, so that nobody waits for somebody who waits for them.

The order: reminders, occurrences, notices of news, subscriptions, messages; of each by number. A
worker keeps it by itself. Deleting a person or a device goes down the tables in another order, so
whoever does that calls one of these first. (SQLite has one writer and needs none of it.)
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from fstpwa.extensions import db
from fstpwa.models.care import CareNotice
from fstpwa.models.people import User
from fstpwa.models.reminders import Delivery, Occurrence, PushSubscription, Reminder


def hold_person(user_id: int) -> None:
    """Lock all rows of a person's reminders, to delete them with the person."""
    # Weaker than deleting: somebody who answers a reminder just now may refer to the person.
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    _hold(select(Reminder.id).where(Reminder.user_id == user_id).order_by(Reminder.id))
    _hold(
        select(Occurrence.id)
        .where(Occurrence.reminder_id.in_(select(Reminder.id).where(Reminder.user_id == user_id)))
        .order_by(Occurrence.id)
    )
    _hold(select(CareNotice.id).where(CareNotice.user_id == user_id).order_by(CareNotice.id))
    _hold_subscriptions(PushSubscription.user_id == user_id)


def hold_devices(device_ids: Collection[int]) -> None:
    """Lock what goes to some devices, to delete it with them."""
    _hold_subscriptions(PushSubscription.device_session_id.in_(device_ids))


def _hold_subscriptions(which: ColumnElement[bool]) -> None:
    _hold(select(PushSubscription.id).where(which).order_by(PushSubscription.id))
    _hold(
        select(Delivery.id)
        .where(Delivery.subscription_id.in_(select(PushSubscription.id).where(which)))
        .order_by(Delivery.id)
    )


def _hold(rows: Select[Any]) -> None:
    db.session.execute(rows.with_for_update())
