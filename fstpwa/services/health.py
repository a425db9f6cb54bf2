"""How the running product is: does the database answer, does the worker work, do reminders go out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from fstpwa.extensions import db
from fstpwa.models.people import WorkerHeartbeat
from fstpwa.services import storage
from fstpwa.services.reminder_queue import oldest_overdue_s

LATE_AFTER = timedelta(seconds=90)
"""The worker beats every 15 seconds; a round of it may take a while."""

STANDS_STILL_AFTER = timedelta(minutes=5)
"""A worker looks every second, and takes a hundred thousand that are due at once in a few minutes."""

THE_ROW = 1
"""All workers share it: one that beats is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What /healthz tells."""

    database: Literal["ok", "away"]
    worker: Literal["ok", "late", "unknown"]
    reminders: Literal["ok", "late", "unknown"]
    """Late: one that is due has been waiting for more than five minutes."""
    storage: Literal["ok", "low", "refuses", "unknown"]
    """Refuses: nothing can be written, as on a full disk, but everything can be read."""

    @property
    def status(self) -> Literal["ok", "degraded", "down"]:
        """Return ok, degraded (people can use it, the background stands still) or down."""
        if self.database == "away":
            return "down"
        return "ok" if self.worker == self.reminders == self.storage == "ok" else "degraded"


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
        overdue_s = oldest_overdue_s(now=now)
        refuses = storage.refuses_writes(written_at=beat_at)
    except SQLAlchemyError:
        db.session.rollback()
        return Health(database="away", worker="unknown", reminders="unknown", storage="unknown")
    late = beat_at is None or now - beat_at > LATE_AFTER
    stands_still = overdue_s > STANDS_STILL_AFTER.total_seconds()
    return Health(
        database="ok",
        worker="late" if late else "ok",
        reminders="late" if stands_still else "ok",
        storage="refuses" if refuses else "low" if storage.is_low() else "ok",
    )
