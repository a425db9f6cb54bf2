"""The morning after a session, stored with it: each answer once, the first one stays."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.domain.merging import Outcome
from fstpwa.domain.pain_rules import SETTLES_IN_DAYS
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import SessionLog
from fstpwa.services.sessions import known_session

TOO_LATE = "That question was about another day, so nothing is changed."
MORNING = "next_morning_pain"
SETTLED = "settled"


def say_next_morning(
    user: User, log_id: UUID, pain: int, *, at: datetime, now: datetime
) -> Outcome:
    """Store the pain of the morning after a session; flushed.

    The first answer of a day stays, whichever of several devices is heard first.

    Args:
        user: whose session it is.
        log_id: a session of the day before `at`.
        pain: 0-10, in the place that it was about.
        at: when it was said, aware; a phone's clock that is ahead counts as `now`.
        now: the current instant, aware.

    Returns:
        "merged" if another answer stays.

    Raises:
        NotFound: there is no such session of theirs.
        Gone: it was deleted.
        Conflict: the session was not yesterday.
        InvalidValue: a rating outside 0-10.
    """
    if not 0 <= pain <= 10:
        raise InvalidValue("Please choose a number from 0 to 10.")
    said_at = min(at, now)
    log = known_session(user, log_id)
    _require(user, log, said_at, days_ago=1)
    told = _told(user, log)
    # Of two answers of the same instant the worse one stays.
    mine = (_clock(said_at), -pain, str(log.id))
    first = min(
        ((_said(each), -(each.next_morning_pain or 0), str(each.id)) for each in told), default=None
    )
    if first is not None and first <= mine:
        return "applied" if first == mine else "merged"
    for each in told:
        each.next_morning_pain = None
    log.next_morning_pain = pain
    _note(log, MORNING, said_at, now)
    return "applied"


def say_settled(user: User, log_id: UUID, *, settled: bool, at: datetime, now: datetime) -> Outcome:
    """Store whether it is as it was before a session, two days after it. The first answer stays.

    Args:
        user: whose session it is.
        log_id: a session of two days before `at`, whose morning was told.
        settled: whether it is.
        at: when it was said, aware; a phone's clock that is ahead counts as `now`.
        now: the current instant, aware.

    Returns:
        "merged" if another answer stays.

    Raises:
        NotFound: there is no such session of theirs.
        Gone: it was deleted.
        Conflict: the session was not two days ago, or its morning was not told.
    """
    said_at = min(at, now)
    log = known_session(user, log_id)
    _require(user, log, said_at, days_ago=SETTLES_IN_DAYS)
    if log.next_morning_pain is None:
        raise Conflict("This is not asked now.")
    # Of two answers of the same instant "not yet" stays.
    if log.settled is not None:
        first, mine = (str(log.clocks.get(SETTLED, "")), log.settled), (_clock(said_at), settled)
        if first <= mine:
            return "applied" if first == mine else "merged"
    log.settled = settled
    _note(log, SETTLED, said_at, now)
    return "applied"


def _told(user: User, log: SessionLog) -> Sequence[SessionLog]:
    """Return the sessions of the same day whose morning was told: one at most."""
    return db.session.scalars(
        select(SessionLog).where(
            SessionLog.user_id == user.id,
            SessionLog.day == log.day,
            SessionLog.next_morning_pain.is_not(None),
        )
    ).all()


def _said(log: SessionLog) -> str:
    """Return when the morning of a session was told; before everything where it is not known."""
    return str(log.clocks.get(MORNING, ""))


def _clock(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _note(log: SessionLog, what: str, at: datetime, now: datetime) -> None:
    log.clocks = {**log.clocks, what: _clock(at)}
    log.changed_at = now
    db.session.flush()


def _require(user: User, log: SessionLog, said_at: datetime, *, days_ago: int) -> None:
    if local_day(said_at, user.time_zone) - log.day != timedelta(days=days_ago):
        raise Conflict(TOO_LATE)
