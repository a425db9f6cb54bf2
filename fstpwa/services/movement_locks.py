"""A movement that felt sharp for the second time is locked, like after something went wrong.

Source: content/safety/after_session.yaml, kind `sharp`: "A second sharp report on it: locked until
clinician_agreed or therapist". The lock is a report, so that it is shown and lifted where all are.
"""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select

from fstpwa.domain.days import local_day
from fstpwa.domain.put_away import LOCKED_AFTER
from fstpwa.domain.standing import REPORT
from fstpwa.extensions import db
from fstpwa.models.health import HealthReport, HealthUnlock
from fstpwa.models.people import User
from fstpwa.models.practice import MovementLog, SessionLog

SHARP = "sharp"
"""The kind of pain, and what the report says happened."""


def follow(user: User, log: SessionLog, *, now: datetime) -> None:
    """Lock what felt sharp in `log` as in a session before; let go what was corrected today.

    Safe to repeat: the report of a session and movement has one id.

    Args:
        user: whose session it is.
        log: a stored session with its movements; it is flushed.
        now: the current instant, aware.
    """
    db.session.flush()
    for slug in {each.slug for each in log.movements}:
        report = db.session.get(HealthReport, report_id(log.id, slug))
        is_sharp = any(each.slug == slug and each.pain_kind == SHARP for each in log.movements)
        if report is not None and not is_sharp:
            _take_back(user, report, now)
        elif report is None and is_sharp and _sharp_sessions(user, slug) >= LOCKED_AFTER:
            _lock(user, log, slug, now)
    db.session.flush()


def report_id(log_id: UUID, slug: str) -> UUID:
    """Return the id of the report that locks a movement after a session."""
    return uuid5(log_id, slug)


def _lock(user: User, log: SessionLog, slug: str, now: datetime) -> None:
    db.session.add(
        HealthReport(
            id=report_id(log.id, slug),
            user_id=user.id,
            session_log_id=log.id,
            what=SHARP,
            regions=[],
            movements=[slug],
            day=local_day(now, user.time_zone),
            reported_at=now,
            # Nothing is left to tell, and how it is is asked the next morning anyway.
            completed_at=now,
        )
    )


def _take_back(user: User, report: HealthReport, now: datetime) -> None:
    """Delete a lock of today on which nothing rests yet: the tap was on the wrong movement."""
    unlocked = db.session.scalar(
        select(HealthUnlock.id)
        .where(HealthUnlock.user_id == user.id, HealthUnlock.key == f"{REPORT}{report.id}")
        .limit(1)
    )
    if unlocked is None and report.day == local_day(now, user.time_zone):
        db.session.delete(report)


def _sharp_sessions(user: User, slug: str) -> int:
    found = db.session.scalar(
        select(func.count(SessionLog.id.distinct()))
        .join(MovementLog, MovementLog.session_log_id == SessionLog.id)
        .where(
            SessionLog.user_id == user.id,
            MovementLog.slug == slug,
            MovementLog.pain_kind == SHARP,
        )
    )
    return found or 0
