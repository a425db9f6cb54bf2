"""How the last four weeks of a programme were kept, read from where it is stored."""

from datetime import date, timedelta

from sqlalchemy import select

from fstpwa.domain.adherence import WEEKS, Adherence, Excused, adherence
from fstpwa.domain.days import days_between, monday_of
from fstpwa.domain.flares import flares
from fstpwa.domain.pauses import paused_days, pauses_that_ended
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, RedDay
from fstpwa.services import pauses
from fstpwa.services.practice_facts import planned_records, practice_history
from fstpwa.services.programme_versions import programme_of

SUNDAY = timedelta(days=6)


def adherence_of(
    user: User, enrolment: Enrolment, today: date, *, history: PracticeHistory | None = None
) -> Adherence:
    """Return how `user` kept to their programme; a constant number of queries.

    Args:
        user: whose it is.
        enrolment: the programme.
        today: their own calendar day.
        history: what happened, where it is read already.
    """
    history = history or practice_history(user, enrolment, today)
    sunday = monday_of(today) + SUNDAY
    first = sunday - timedelta(days=7 * WEEKS - 1)
    return adherence(
        planned_records(enrolment, first, sunday),
        excused(user, enrolment, history, first, today),
        started_on=enrolment.started_on,
        today=today,
    )


def excused(
    user: User, enrolment: Enrolment, history: PracticeHistory, first: date, today: date
) -> Excused:
    """Return the days from `first` on, up to `today`, on which nothing counts against anybody."""
    found = flares(history, programme_of(enrolment), today)
    present = pauses.present_pause(enrolment)
    breaks = [*pauses_that_ended(history.events), *([present] if present else [])]
    held = db.session.scalars(
        select(RedDay.day).where(RedDay.user_id == user.id, RedDay.day.between(first, today))
    )
    return Excused(
        paused=paused_days(breaks, first, today),
        flares=frozenset(
            day for day in days_between(first, today) if any(each.holds_on(day) for each in found)
        ),
        held=frozenset(held),
    )
