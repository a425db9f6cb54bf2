"""Weeks of a client as rows: planned and done sessions, check-ins, what was too much."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from fstpwa.extensions import db
from fstpwa.models.care import CareMessage, Side
from fstpwa.models.practice import CheckIn, Enrolment, MovementLog, PlannedSession, SessionLog
from tests.caring import link_row
from tests.conftest import Person


def day_ago(days: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=days)


def lives(
    person: Person,
    done: range = range(28),
    missed: range = range(0),
    *,
    pain: tuple[int | None, int | None] = (2, 2),
    stiffness: int | None = 4,
) -> None:
    """Let somebody practise and check in on some days, and leave sessions out on others.

    Both are numbers of days ago. They follow no programme any more: nothing else is planned.
    """
    with person.app.app_context():
        enrolment = _ended_enrolment(person)
        for days in done:
            session = _planned(person, enrolment, days, "done")
            db.session.add_all(
                [
                    session,
                    _log(person, session, days, pain),
                    CheckIn(
                        user_id=person.id,
                        day=day_ago(days),
                        stiffness=stiffness,
                        recorded_at=_at(days),
                        changed_at=_at(days),
                    ),
                ]
            )
        db.session.add_all([_planned(person, enrolment, days, "planned") for days in missed])
        db.session.commit()


def says_flare(person: Person, days: int) -> None:
    """Let the check-in of a day say that it is a flare day."""
    with person.app.app_context():
        row = db.session.scalar(db.select(CheckIn).filter_by(user_id=person.id, day=day_ago(days)))
        assert row is not None
        row.flare = True
        db.session.commit()


def says_too_much(person: Person, days: int, times: int) -> None:
    """Let somebody say "too much" in the session of a day."""
    with person.app.app_context():
        log = db.session.scalars(
            db.select(SessionLog).filter_by(user_id=person.id, day=day_ago(days))
        ).first()
        assert log is not None
        log.movements += [
            MovementLog(position=each, slug="x", state="done", done_s=1, reason="pain", easier=True)
            for each in range(times)
        ]
        db.session.commit()


def asks(person: Person, link_id, days: int, author: Side = Side.CLIENT) -> None:
    """Let the client ask something, or the therapist write."""
    with person.app.app_context():
        message = CareMessage(
            id=uuid4(),
            user_id=person.id,
            link_id=link_row(person, link_id).id,
            author=author,
            text="",
            is_question=author == Side.CLIENT,
            sent_at=_at(days),
        )
        db.session.add(message)
        db.session.commit()


def _ended_enrolment(person: Person) -> Enrolment:
    enrolment = Enrolment(
        user_id=person.id,
        programme="neck-and-desk",
        phase="1",
        step_since=day_ago(60),
        phase_since=day_ago(60),
        started_on=day_ago(60),
        weekdays=127,
        at_min=480,
        ended_at=datetime.now(UTC),
        created_at=_at(60),
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def _planned(person: Person, enrolment: Enrolment, days: int, state: str) -> PlannedSession:
    return PlannedSession(
        id=uuid4(),
        user_id=person.id,
        enrolment_id=enrolment.id,
        slot=f"{day_ago(days)}/main/0",
        day=day_ago(days),
        at_min=480,
        programme="neck-and-desk",
        phase="1",
        name="Main",
        items=[],
        flare_items=[],
        state=state,
        created_at=_at(60),
    )


def _log(
    person: Person, session: PlannedSession, days: int, pain: tuple[int | None, int | None]
) -> SessionLog:
    before, after = pain
    return SessionLog(
        id=uuid4(),
        user_id=person.id,
        planned_session_id=session.id,
        name="Main",
        programme="neck-and-desk",
        variant="usual",
        day=day_ago(days),
        started_at=_at(days),
        finished_at=_at(days),
        done_s=600,
        planned_s=600,
        pain_before=before,
        worst_pain=after,
        recorded_at=_at(days),
        changed_at=_at(days),
    )


def _at(days: int) -> datetime:
    """An instant of a day that is past, whatever the time is now."""
    return datetime.combine(day_ago(days), time(0, 0), UTC)
