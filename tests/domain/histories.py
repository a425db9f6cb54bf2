"""What tests put into a practice history."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from fstpwa.domain.practice_history import MovementRecord, Place, PracticeHistory, SessionRecord

MONDAY = date(2026, 3, 2)
PLACE = Place(phase="one", ramp_step=0, since=MONDAY, phase_since=MONDAY, started_on=MONDAY)


def on(days: int) -> date:
    """Return a day after the first Monday."""
    return MONDAY + timedelta(days=days)


def session(day: int, **said: Any) -> SessionRecord:
    values = {
        "id": uuid4(),
        "template": "main",
        "phase": "one",
        "variant": "usual",
        "done_s": 600,
        "planned_s": 600,
    }
    return SessionRecord(day=on(day), **{**values, **said})


def did(slug: str, **said: Any) -> MovementRecord:
    return MovementRecord(**{"slug": slug, "state": "done", **said})


def history(sessions: Iterable[SessionRecord]) -> PracticeHistory:
    return PracticeHistory(place=PLACE, sessions=tuple(sessions))


def rated(*pain: int | None) -> PracticeHistory:
    """One session a day with these ratings before it, the first on the Monday."""
    return history(session(day, pain_before=each) for day, each in enumerate(pain))
