"""What somebody answered about their health: stored, read, and what of it holds today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import load_only

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
    screenings = {
        each.id: each
        for each in db.session.scalars(select(Screening).where(Screening.user_id == user.id))
    }
    return History(
        answers=[
            _answer(each, screenings)
            for each in db.session.scalars(
                select(HealthAnswer).where(HealthAnswer.user_id == user.id)
            )
        ],
        unlocks=[_unlock(each) for each in _unlocks(user)],
        reports=[
            _report(each)
            for each in db.session.scalars(
                select(HealthReport).where(HealthReport.user_id == user.id)
            )
        ],
        screened=[
            Screened(
                started_at=each.started_at,
                day=each.completed_on,
                after_care=each.reason == "after_care",
            )
            for each in screenings.values()
            if each.completed_at is not None and each.completed_on is not None
        ],
    )


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


def _unlocks(user: User) -> list[HealthUnlock]:
    """Return the unlocks without who agreed: the rules need only what and when."""
    return list(
        db.session.scalars(
            select(HealthUnlock)
            .where(HealthUnlock.user_id == user.id)
            .options(
                load_only(
                    HealthUnlock.key,
                    HealthUnlock.way,
                    HealthUnlock.outcome,
                    HealthUnlock.day,
                    HealthUnlock.recorded_at,
                )
            )
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
