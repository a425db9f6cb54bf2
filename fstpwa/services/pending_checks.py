"""Ticks before a session that are not answered yet: until then no session starts that day.

Whoever ticks a sign of danger and leaves the questions is led back to them.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete

from fstpwa.content import library
from fstpwa.domain.days import check_day, local_day
from fstpwa.domain.pre_session import known_items
from fstpwa.extensions import db
from fstpwa.models.health import PendingCheck
from fstpwa.models.people import User
from fstpwa.services.check_ins import today_where


def pending(user: User, day: date) -> tuple[str, ...]:
    """Return the items that `user` ticked on their own day `day` and has not answered."""
    kept = db.session.get(PendingCheck, (user.id, day))
    return known_items(kept.items, library().safety) if kept else ()


def keep(user: User, ticked: Iterable[str], *, day: date, now: datetime) -> None:
    """Keep what was ticked, beside what waits already. Safe to repeat.

    Args:
        user: who ticked it.
        ticked: ids of the check's items; unknown ones are left out.
        day: their own day on which it was ticked. What a phone kept since an earlier day waits
            today: its questions could not be asked then.
        now: the current instant, aware.

    Raises:
        InvalidValue: the day is in the future or over 400 days back.
    """
    today = local_day(now, user.time_zone)
    day = max(check_day(day, today_where(user, day, now)), today)
    items = known_items((*pending(user, day), *ticked), library().safety)
    db.session.execute(
        delete(PendingCheck).where(PendingCheck.user_id == user.id, PendingCheck.day < today)
    )
    _store(user, day, items, now)


def settle(user: User, answered: Iterable[str], *, now: datetime) -> None:
    """Forget the ticks whose questions were answered; the others still wait."""
    day = local_day(now, user.time_zone)
    done = set(answered)
    _store(user, day, [each for each in pending(user, day) if each not in done], now)


def _store(user: User, day: date, items: Iterable[str], now: datetime) -> None:
    kept = db.session.get(PendingCheck, (user.id, day))
    found = list(items)
    if kept is not None and not found:
        db.session.delete(kept)
    elif kept is not None:
        kept.items = found
    elif found:
        db.session.add(PendingCheck(user_id=user.id, day=day, items=found, ticked_at=now))
    db.session.flush()
