"""Holding a day: after an answer or a session that speaks against starting another one."""

from datetime import date, datetime

from fstpwa.domain.errors import Conflict
from fstpwa.domain.holds import CORRECTABLE, HoldReason, stronger
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import DayHold


def hold_day(user: User, day: date, reason: HoldReason, *, now: datetime) -> None:
    """Start no session any more on `day`; the strongest reason of the day stays."""
    held = db.session.get(DayHold, (user.id, day), with_for_update=True)
    if held is None:
        db.session.add(DayHold(user_id=user.id, day=day, reason=reason, set_at=now))
    else:
        held.reason = stronger(held.reason, reason)  # type: ignore[arg-type]  # a CHECK keeps it
        held.set_at = now
    db.session.flush()


def held_on(user: User, day: date) -> HoldReason | None:
    """Return why no session is started on `day`, None if nothing speaks against it."""
    held = db.session.get(DayHold, (user.id, day))
    return held.reason if held is not None else None  # type: ignore[return-value]  # as above


def release(user: User, day: date, reason: HoldReason) -> None:
    """Let a day go again that was held for `reason`, since that was corrected."""
    held = db.session.get(DayHold, (user.id, day))
    if held is not None and held.reason == reason:
        db.session.delete(held)
        db.session.flush()


def take_back(user: User, day: date) -> None:
    """Correct a mistaken tick: the check is asked again before a session.

    Raises:
        Conflict: what was answered cannot be taken back today.
    """
    held = db.session.get(DayHold, (user.id, day))
    if held is None:
        return
    if held.reason not in CORRECTABLE:
        raise Conflict("That answer stays for today. Please get it looked at.")
    db.session.delete(held)
    db.session.flush()
