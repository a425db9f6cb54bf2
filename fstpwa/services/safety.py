"""What somebody answered about their health: stored, read, and what of it holds today."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ScalarResult, Select, select
from sqlalchemy.orm import InstrumentedAttribute, load_only

from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.dose import SideChoice
from fstpwa.domain.standing import (
    Answer,
    History,
    Report,
    Screened,
    Source,
    Standing,
    Unlock,
    standing,
)
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, HealthReport, HealthUnlock, Screening
from fstpwa.models.people import User

Row = TypeVar("Row")

FALL = "fall"
"""The report's `what` for a fall or near fall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEntry:
    """Yes or no to one question, as somebody gave it."""

    question: str
    yes: bool
    regions: frozenset[str] = frozenset()
    side: SideChoice = "both"


def standing_of(user: User, today: date) -> Standing:
    """Return what holds for `user` today: four queries, whatever the history."""
    return standing(history_of(user), library().safety, today)


def history_of(user: User) -> History:
    """Return everything `user` answered and recorded about their health."""
    return histories_of([user.id])[user.id]


def histories_of(user_ids: Collection[int]) -> dict[int, History]:
    """Return everything that some people answered and recorded: four queries for all of them."""
    screenings: dict[int, dict[int, Screening]] = {each: {} for each in user_ids}
    answers: dict[int, list[Answer]] = {each: [] for each in user_ids}
    unlocks: dict[int, list[Unlock]] = {each: [] for each in user_ids}
    reports: dict[int, list[Report]] = {each: [] for each in user_ids}
    for screening in _rows_of(select(Screening), Screening.user_id, user_ids):
        screenings[screening.user_id][screening.id] = screening
    for answer in _rows_of(select(HealthAnswer), HealthAnswer.user_id, user_ids):
        answers[answer.user_id].append(_answer(answer, screenings[answer.user_id]))
    for unlock in _rows_of(_unlocks(), HealthUnlock.user_id, user_ids):
        unlocks[unlock.user_id].append(_unlock(unlock))
    for report in _rows_of(select(HealthReport), HealthReport.user_id, user_ids):
        reports[report.user_id].append(_report(report))
    return {
        each: History(
            answers=answers[each],
            unlocks=unlocks[each],
            reports=reports[each],
            screened=_screened(screenings[each].values()),
        )
        for each in user_ids
    }


def record_answers(
    user: User,
    answers: Iterable[AnswerEntry],
    source: Source,
    *,
    now: datetime,
    screening: Screening | None = None,
) -> None:
    """Keep answers, with their day and the walk through the tick-lists they belong to, if any."""
    day = local_day(now, user.time_zone)
    for answer in answers:
        db.session.add(
            HealthAnswer(
                user_id=user.id,
                screening_id=screening.id if screening else None,
                question=answer.question,
                yes=answer.yes,
                regions=sorted(answer.regions),
                side=answer.side,
                source=source,
                day=day,
                answered_at=now,
            )
        )
    db.session.flush()


def _rows_of(
    query: Select[Row], owner: InstrumentedAttribute[int], user_ids: Collection[int]
) -> ScalarResult[Row]:
    return db.session.scalars(query.where(owner.in_(user_ids)))


def _screened(screenings: Iterable[Screening]) -> list[Screened]:
    return [
        Screened(
            started_at=each.started_at,
            day=each.completed_on,
            after_care=each.reason == "after_care",
        )
        for each in screenings
        if each.completed_at is not None and each.completed_on is not None
    ]


def _unlocks() -> Select[HealthUnlock]:
    """Return the query for unlocks without who agreed: the rules need only what and when."""
    return select(HealthUnlock).options(
        load_only(
            HealthUnlock.user_id,
            HealthUnlock.key,
            HealthUnlock.way,
            HealthUnlock.outcome,
            HealthUnlock.day,
            HealthUnlock.recorded_at,
        )
    )


def _answer(row: HealthAnswer, screenings: dict[int, Screening]) -> Answer:
    screening = screenings.get(row.screening_id) if row.screening_id is not None else None
    return Answer(
        question=row.question,
        yes=row.yes,
        at=row.answered_at,
        day=row.day,
        source=Source(row.source),
        final=screening is None or screening.completed_at is not None,
        regions=frozenset(row.regions),
        side=row.side,  # type: ignore[arg-type]  # a CHECK keeps it
    )


def _unlock(row: HealthUnlock) -> Unlock:
    return Unlock(
        key=row.key,
        way=row.way,  # type: ignore[arg-type]  # a CHECK keeps it
        at=row.recorded_at,
        day=row.day,
        outcome=row.outcome,  # type: ignore[arg-type]  # a CHECK keeps it
    )


def _report(row: HealthReport) -> Report:
    return Report(
        id=str(row.id),
        at=row.follow_up_at if row.follow_up == "worse" and row.follow_up_at else row.reported_at,
        day=row.day,
        movements=frozenset(row.movements),
        regions=frozenset(row.regions),
        side=row.side,  # type: ignore[arg-type]  # a CHECK keeps it
        urgent=row.severity == "severe" or row.follow_up == "worse",
        emergency=row.emergency,
        fall=row.what == FALL,
    )
