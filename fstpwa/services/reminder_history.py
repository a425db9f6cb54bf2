"""What became of somebody's reminders in the last days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn
from fstpwa.models.reminders import Delivery, DeliveryState, Occurrence, Reminder, ReminderKind
from fstpwa.services.reminder_facts import zone_of

DAYS_SHOWN = 14
"""Today included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A reminder on one date, and what became of it."""

    kind: str
    day: date
    zone: ZoneInfo
    due_at: datetime
    ring_at: datetime
    state: str
    reason: str
    reached: bool
    """Whether a push service took a message of it."""
    good_day: str | None
    """What the check-in of that date says of the day; None for practice, or if it says nothing."""


def last_days(user: User, *, now: datetime) -> Sequence[Happening]:
    """Return what became of the reminders of `user` in the last 14 days, newest first."""
    first = local_day(now, user.time_zone) - timedelta(days=DAYS_SHOWN - 1)
    sent = (
        select(Delivery.id)
        .where(Delivery.occurrence_id == Occurrence.id, Delivery.state == DeliveryState.SENT)
        .exists()
    )
    rows = db.session.execute(
        select(Occurrence, Reminder.kind, Reminder.time_zone, sent.label("sent"), CheckIn.good_day)
        .join(Reminder, Reminder.id == Occurrence.reminder_id)
        .outerjoin(
            CheckIn,
            and_(
                Reminder.kind == ReminderKind.CHECK_IN,
                CheckIn.user_id == Reminder.user_id,
                CheckIn.day == Occurrence.occ_key,
            ),
        )
        .where(Reminder.user_id == user.id, Occurrence.occ_key >= first)
        .order_by(Occurrence.occ_key.desc(), Occurrence.due_at.desc(), Occurrence.id.desc())
    ).all()
    return [
        Happening(
            kind=row.kind,
            day=row.Occurrence.occ_key,
            zone=zone_of(row.time_zone or user.time_zone),
            due_at=row.Occurrence.due_at,
            ring_at=row.Occurrence.ring_at,
            state=row.Occurrence.state,
            reason=row.Occurrence.reason,
            reached=row.sent,
            good_day=row.good_day,
        )
        for row in rows
    ]
