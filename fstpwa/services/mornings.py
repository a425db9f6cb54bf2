"""The morning after a session, stored with it: each answer once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.domain.pain_rules import SETTLES_IN_DAYS
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import SessionLog
from fstpwa.services.sessions import session_log

TOO_LATE = "That question was about another day, so nothing is changed."


def say_next_morning(user: User, log_id: UUID, pain: int, *, now: datetime) -> None:
    """Store the pain of the morning after a session. The first answer of a day stays.

    Args:
        user: whose session it is.
        log_id: the session of yesterday.
        pain: 0-10, in the place that it was about.
        now: the current instant, aware.

    Raises:
        NotFound: there is no such session of theirs.
        Conflict: the session was not yesterday.
        InvalidValue: a rating outside 0-10.
    """
    if not 0 <= pain <= 10:
        raise InvalidValue("Please choose a number from 0 to 10.")
    log = session_log(user, log_id)
    _require(user, log, now, days_ago=1)
    answered = db.session.scalar(
        select(SessionLog.id)
        .where(
            SessionLog.user_id == user.id,
            SessionLog.day == log.day,
            SessionLog.next_morning_pain.is_not(None),
        )
        .limit(1)
    )
    if answered is None:
        log.next_morning_pain = pain
        log.changed_at = now
        db.session.flush()


def say_settled(user: User, log_id: UUID, *, settled: bool, now: datetime) -> None:
    """Store whether it is as it was before a session, two days after it. The first answer stays.

    Raises:
        NotFound: there is no such session of theirs.
        Conflict: the session was not two days ago, or its morning was not told.
    """
    log = session_log(user, log_id)
    _require(user, log, now, days_ago=SETTLES_IN_DAYS)
    if log.next_morning_pain is None:
        raise Conflict("This is not asked now.")
    if log.settled is None:
        log.settled = settled
        log.changed_at = now
        db.session.flush()


def _require(user: User, log: SessionLog, now: datetime, *, days_ago: int) -> None:
    if local_day(now, user.time_zone) - log.day != timedelta(days=days_ago):
        raise Conflict(TOO_LATE)
