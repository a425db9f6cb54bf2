"""Histories for tests about flares."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from fstpwa.content import library
from fstpwa.domain.practice_history import (
    DayRecord,
    EventKind,
    EventRecord,
    Place,
    PracticeHistory,
    SessionRecord,
)
from fstpwa.domain.programme import Programme

TODAY = date(2026, 5, 20)


def ago(days: int) -> date:
    """Return the day so many days before TODAY."""
    return TODAY - timedelta(days=days)


def fibromyalgia() -> Programme:
    """The programme with five days near usual."""
    return library().programmes["fibromyalgia-gentle-20"]


def low_back() -> Programme:
    """One of the programmes with three."""
    return library().programmes["low-back"]


def said(**ratings: int) -> DayRecord:
    """A day with ratings."""
    return DayRecord(**ratings)


def flare(**ratings: int) -> DayRecord:
    """A day that was said to be a flare."""
    return DayRecord(flare=True, **ratings)


def history(
    days: Mapping[int, DayRecord] | None = None,
    *,
    events: Iterable[tuple[int, EventKind]] = (),
    sessions: Iterable[SessionRecord] = (),
    programme: Programme | None = None,
) -> PracticeHistory:
    """Return a history from days counted back from TODAY."""
    programme = programme or fibromyalgia()
    return PracticeHistory(
        place=Place(
            phase=programme.phases[0].id,
            ramp_step=0,
            since=ago(170),
            phase_since=ago(170),
            started_on=ago(170),
        ),
        days={ago(back): record for back, record in sorted((days or {}).items(), reverse=True)},
        events=tuple(EventRecord(day=ago(back), kind=kind) for back, kind in events),
        sessions=tuple(sessions),
    )


def session(
    back: int, *, worst: int = 0, before: int = 0, morning: int | None = None
) -> SessionRecord:
    """Return a session that was done so many days ago."""
    return SessionRecord(
        id=UUID(int=back),
        day=ago(back),
        template="a",
        phase="",
        variant="usual",
        done_s=300,
        planned_s=300,
        pain_before=before,
        worst_pain=worst,
        next_morning_pain=morning,
    )


def steady(first: int, last: int = 1, **ratings: int) -> dict[int, DayRecord]:
    """Return the same ratings on every day from `first` days ago to `last` days ago."""
    return {back: DayRecord(**ratings) for back in range(last, first + 1)}
