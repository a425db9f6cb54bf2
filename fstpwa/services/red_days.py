"""Red days: after a session that was more than it should be, nothing more is started that day."""

from datetime import date, datetime

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import RedDay


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
