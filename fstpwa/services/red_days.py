"""Red days: after a session that was more than it should be, nothing more is started that day."""

from datetime import date, datetime

from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import RedDay, SessionLog


def hold_rest(user: User, log: SessionLog, *, now: datetime) -> None:
    """Start no session any more on the days on which a session began and ended, around midnight two.

    Only while one of them is today: what a phone reports days later holds nothing.
    """
    days = _days_of(user, log)
    if local_day(now, user.time_zone) in days:
        for day in days:
            hold_day(user, day, now=now)


def release_rest(user: User, log: SessionLog, *, now: datetime) -> None:
    """Take that back, since what was said of the session was corrected."""
    days = _days_of(user, log)
    if local_day(now, user.time_zone) in days:
        for day in days:
            release(user, day)


def hold_day(user: User, day: date, *, now: datetime) -> None:
    """Start no session any more on `day`. Safe to repeat."""
    if not is_held(user, day):
        db.session.add(RedDay(user_id=user.id, day=day, set_at=now))
        db.session.flush()


def is_held(user: User, day: date) -> bool:
    """Return whether a session of `day` was more than it should be."""
    return db.session.get(RedDay, (user.id, day)) is not None


def release(user: User, day: date) -> None:
    """Let a day go again, since what was said of its session was corrected."""
    held = db.session.get(RedDay, (user.id, day))
    if held is not None:
        db.session.delete(held)
        db.session.flush()


def _days_of(user: User, log: SessionLog) -> set[date]:
    """Return the person's own days on which a session began and ended."""
    return {log.day, local_day(log.finished_at, user.time_zone)}
