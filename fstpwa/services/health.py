"""How the running product is: does the database answer, does the worker still work."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from fstpwa.extensions import db
from fstpwa.models.people import WorkerHeartbeat

LATE_AFTER = timedelta(seconds=90)
"""The worker beats every 15 seconds; a round of it may take a while."""

THE_ROW = 1
"""All workers share it: one that beats is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What /healthz tells."""

    database: Literal["ok", "away"]
    worker: Literal["ok", "late", "unknown"]

    @property
    def status(self) -> Literal["ok", "degraded", "down"]:
        """Return ok, degraded (people can use it, the background stands still) or down."""
        if self.database == "away":
            return "down"
        return "ok" if self.worker == "ok" else "degraded"


def record_heartbeat(*, now: datetime) -> None:
    """Note that a worker finished a round."""
    beat = db.session.get(WorkerHeartbeat, THE_ROW)
    if beat is None:
        db.session.add(WorkerHeartbeat(id=THE_ROW, beat_at=now))
    else:
        beat.beat_at = now
    db.session.flush()


def look(*, now: datetime) -> Health:
    """Ask the database, and through it when the worker was last seen. Never raises."""
    try:
        beat_at = db.session.scalar(
            select(WorkerHeartbeat.beat_at).where(WorkerHeartbeat.id == THE_ROW)
        )
    except SQLAlchemyError:
        db.session.rollback()
        return Health(database="away", worker="unknown")
    late = beat_at is None or now - beat_at > LATE_AFTER
    return Health(database="ok", worker="late" if late else "ok")
