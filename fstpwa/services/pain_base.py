"""The pain that is usual for somebody before a session, read from where it is stored."""

from datetime import date

from sqlalchemy import func, select

from fstpwa.domain.pain_zone import BASE_DAYS, base_of
from fstpwa.extensions import db
from fstpwa.models.practice import SessionLog


def base_on(user_id: int, day: date) -> float | None:
    """Return the usual pain that a session on `day` is compared with; one query.

    The same as `pain_rules.base` of a history, for whoever has none at hand.

    Args:
        user_id: whose it is.
        day: their own calendar day.

    Returns:
        0-10 in halves; None where nothing was ever said.
    """
    place = (
        func.row_number()
        .over(partition_by=SessionLog.day, order_by=(SessionLog.started_at, SessionLog.id))
        .label("place")
    )
    rated = (
        select(SessionLog.day, SessionLog.pain_before, place)
        .where(
            SessionLog.user_id == user_id,
            SessionLog.day <= day,
            SessionLog.pain_before.is_not(None),
        )
        .subquery()
    )
    rows = db.session.execute(
        select(rated.c.day, rated.c.pain_before)
        .where(rated.c.place == 1)
        .order_by(rated.c.day.desc())
        .limit(BASE_DAYS + 1)
    )
    found = {row.day: row.pain_before for row in rows}
    today = found.pop(day, None)
    return base_of(list(found.values())[:BASE_DAYS], today)
