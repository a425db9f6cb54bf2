"""Histories for tests about stepping back and going on, on days counted back from TODAY."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from fstpwa.content import library
from fstpwa.domain import step_back
from fstpwa.domain.adaptation import Reason
from fstpwa.domain.practice_history import (
    DayRecord,
    EventRecord,
    MovementRecord,
    Place,
    PlannedRecord,
    PracticeHistory,
    SessionRecord,
)
from fstpwa.domain.programme import Programme

TODAY = date(2026, 5, 20)
_numbers = count(1)


def ago(days: int) -> date:
    """Return the day so many days before TODAY."""
    return TODAY - timedelta(days=days)


def programme(slug: str) -> Programme:
    """Return a programme of the content."""
    return library().programmes[slug]


LOW_BACK = programme("low-back")
FIBRO = programme("fibromyalgia-gentle-20")
HEEL = programme("plantar-heel")
BALANCE = programme("balance-and-gait")
SHOULDER = programme("shoulder-mobility")


def session(back: int, **said: Any) -> SessionRecord:
    """Return a session that was done so many days ago, with no more than usual pain."""
    facts = {"template": "main", "phase": "", "variant": "usual", "done_s": 300, "planned_s": 300}
    return SessionRecord(id=UUID(int=next(_numbers)), day=ago(back), **(facts | said))


def sore(back: int, rise: int, **said: Any) -> SessionRecord:
    """Return a session after which the next morning was so much worse than before it."""
    return session(back, pain_before=1, next_morning_pain=1 + rise, **said)


def with_movement(slug: str, **said: Any) -> tuple[MovementRecord, ...]:
    """Return the movements of a session with just one."""
    return (MovementRecord(slug=slug, **({"state": "done"} | said)),)


def planned(back: int, state: str = "done", template: str = "main") -> PlannedRecord:
    """Return what was planned so many days ago."""
    return PlannedRecord(day=ago(back), template=template, state=state)  # type: ignore[arg-type]  # a test's words


def event(back: int, kind: str, value: Any = None) -> EventRecord:
    """Return what was said so many days ago."""
    return EventRecord(day=ago(back), kind=kind, value=value)  # type: ignore[arg-type]  # a test's words


def days(ratings: Mapping[int, Mapping[str, Any]]) -> dict[date, DayRecord]:
    """Return what was said of days, by how long ago they were."""
    return {ago(back): DayRecord(**said) for back, said in sorted(ratings.items(), reverse=True)}


def history(
    followed: Programme = LOW_BACK,
    *,
    phase: int = 1,
    ramp_step: int = 0,
    since: int = 30,
    phase_since: int | None = None,
    started: int = 60,
    said: Mapping[int, Mapping[str, Any]] | None = None,
    sessions: Iterable[SessionRecord] = (),
    plans: Iterable[PlannedRecord] = (),
    events: Iterable[EventRecord] = (),
) -> PracticeHistory:
    """Return a history; without sessions of its own somebody practised yesterday."""
    done = tuple(sorted(sessions, key=lambda each: each.day)) or (session(1),)
    return PracticeHistory(
        place=Place(
            phase=followed.phases[phase].id,
            ramp_step=ramp_step,
            since=ago(since),
            phase_since=ago(since if phase_since is None else phase_since),
            started_on=ago(started),
        ),
        days=days(said or {}),
        sessions=done,
        planned=tuple(sorted(plans, key=lambda each: each.day)),
        events=tuple(sorted(events, key=lambda each: each.day)),
    )


def steady(first: int, last: int, **ratings: Any) -> dict[int, dict[str, Any]]:
    """Return the same ratings from `first` days ago to `last` days ago."""
    return dict.fromkeys(range(last, first + 1), ratings)


def reasons(
    told: PracticeHistory, followed: Programme = LOW_BACK, on: int = 0
) -> dict[str, Reason]:
    """Return what acts so many days ago, by rule."""
    return {each.rule: each for each in step_back.reasons(told, followed, ago(on))}
