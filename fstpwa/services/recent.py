"""The last days of somebody, by their addresses: what a phone keeps to be read and mended anywhere."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, SessionLog

DAYS = 14


def recent_days(today: date) -> tuple[date, ...]:
    """Return the last 14 days, today first."""
    return tuple(today - timedelta(days=ago) for ago in range(DAYS))


def days_with_check_in(user: User, today: date) -> frozenset[date]:
    """Return those of the last 14 days that have a check-in."""
    first = today - timedelta(days=DAYS - 1)
    rows = select(CheckIn.day).where(CheckIn.user_id == user.id, CheckIn.day.between(first, today))
    return frozenset(db.session.scalars(rows))


def recent_sessions(user: User, today: date) -> tuple[UUID, ...]:
    """Return the sessions of the last 14 days that were done, the newest first."""
    first = today - timedelta(days=DAYS - 1)
    return tuple(
        db.session.scalars(
            select(SessionLog.id)
            .where(SessionLog.user_id == user.id, SessionLog.day.between(first, today))
            .order_by(SessionLog.started_at.desc(), SessionLog.id)
        )
    )
