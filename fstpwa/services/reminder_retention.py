"""What became of reminders is kept for three months, and then deleted in small steps."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import aliased

from fstpwa.extensions import db
from fstpwa.models.care import CareNotice
from fstpwa.models.reminders import Occurrence

KEPT_FOR = timedelta(days=90)


def sweep(*, now: datetime, at_most: int) -> int:
    """Delete occurrences older than 90 days that are over, with their messages; flushed.

    The newest of each reminder stays: it tells which dates were dealt with.

    Args:
        now: an aware instant.
        at_most: how many.

    Returns:
        How many were deleted.
    """
    last = now - KEPT_FOR
    newer = aliased(Occurrence)
    old = db.session.scalars(
        select(Occurrence.id)
        .where(
            # The ids rise with time, and unlike the due times they are indexed.
            Occurrence.id < first_id_at(last),
            Occurrence.due_at < last,
            Occurrence.look_at.is_(None),
            exists().where(
                newer.reminder_id == Occurrence.reminder_id, newer.occ_key > Occurrence.occ_key
            ),
        )
        .order_by(Occurrence.id)
        .limit(at_most)
        .with_for_update(skip_locked=True, of=Occurrence)
    ).all()
    if old:
        db.session.execute(
            delete(Occurrence)
            .where(Occurrence.id.in_(old))
            .execution_options(synchronize_session=False)
        )
    return len(old)


def sweep_news(*, now: datetime, at_most: int) -> int:
    """Delete notices of news that were settled more than 90 days ago, with their messages; flushed.

    Args:
        now: an aware instant.
        at_most: how many.

    Returns:
        How many were deleted.
    """
    last = now - KEPT_FOR
    old = db.session.scalars(
        select(CareNotice.id)
        .where(CareNotice.id < first_id_at(last), CareNotice.settled_at < last)
        .order_by(CareNotice.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()
    if old:
        db.session.execute(
            delete(CareNotice)
            .where(CareNotice.id.in_(old))
            .execution_options(synchronize_session=False)
        )
    return len(old)


def first_id_at(instant: datetime) -> UUID:
    """Return the lowest uuid7 of an instant: lower than any that is made then or later."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)
