"""Somebody in a test has answered all the questions about health, and nothing was found."""

from datetime import datetime

from sqlalchemy import insert

from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, Screening
from fstpwa.models.people import User


def screen(user: User, now: datetime) -> None:
    """Give `user` a finished screening with a no to everything."""
    safety = library().safety
    day = local_day(now, user.time_zone)
    screening = Screening(
        user_id=user.id,
        reason="start",
        passed=[screen.id for screen in safety.screens],
        started_at=now,
        completed_at=now,
        completed_on=day,
    )
    db.session.add(screening)
    db.session.flush()
    given = {"user_id": user.id, "screening_id": screening.id, "yes": False, "regions": []}
    given |= {"side": "both", "source": "screening", "day": day, "answered_at": now}
    asked = [question for screen in safety.screens for question in screen.items]
    db.session.execute(insert(HealthAnswer), [{**given, "question": each} for each in asked])
