"""History: right, in pages, and with a constant number of queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, SessionLog
from fstpwa.services.history import diary, overview
from tests.conftest import Person

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)


@pytest.fixture
def user(app: Flask, her: Person) -> Iterator[User]:
    with app.app_context():
        yield her.user()


def practise(user: User, day: date, *, done_s: int = 600, at_hour: int = 8) -> UUID:
    began = datetime.combine(day, time(at_hour), tzinfo=UTC)
    log = SessionLog(
        id=uuid4(),
        user_id=user.id,
        name="Main session",
        programme="neck-and-desk",
        variant="usual",
        day=day,
        started_at=began,
        finished_at=began + timedelta(minutes=10),
        done_s=done_s,
        planned_s=600,
        pain_kinds=[],
        recorded_at=NOW,
        changed_at=NOW,
    )
    db.session.add(log)
    return log.id


def check_in(user: User, day: date, **answers: object) -> None:
    db.session.add(
        CheckIn(user_id=user.id, day=day, clocks={}, recorded_at=NOW, changed_at=NOW, **answers)
    )


def live(user: User, days: int) -> None:
    """Practise and check in every day for so long, today included."""
    for back in range(days):
        day = TODAY - timedelta(days=back)
        practise(user, day)
        check_in(user, day, stiffness=back % 11, good_day="yes", flare=back % 9 == 0)
    db.session.flush()


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that `engine` is sent."""
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_nothing_recorded_is_an_empty_overview(user: User) -> None:
    seen = overview(user, TODAY)
    assert seen.is_empty
    assert len(seen.weeks) == 20
    assert diary(user).days == ()
    assert diary(user).earlier is None


def test_the_overview_shows_what_happened_on_each_day(user: User) -> None:
    practise(user, TODAY)
    practise(user, TODAY - timedelta(days=1), done_s=0)
    check_in(user, TODAY, stiffness=3, good_day="yes", flare=True)
    db.session.flush()
    seen = overview(user, TODAY)
    cells = {cell.day: cell for week in seen.weeks for cell in week.cells}
    assert cells[TODAY].marks == "practised, good day, flare"
    assert cells[TODAY - timedelta(days=1)].marks == "nothing recorded"
    assert seen.stiffness.points[-1] == (TODAY, 3.0)
    assert seen.flares == {TODAY}


def test_the_chart_is_as_long_as_there_is_something_to_see(user: User) -> None:
    check_in(user, TODAY - timedelta(weeks=6), stiffness=3)
    db.session.flush()
    assert overview(user, TODAY).stiffness.points[0][0] == date(2026, 1, 26)
    check_in(user, TODAY - timedelta(weeks=30), stiffness=3)
    db.session.flush()
    assert len(overview(user, TODAY).stiffness.points) <= 140


def test_what_somebody_else_recorded_is_not_seen(user: User, him: Person) -> None:
    live(him.user(), 3)
    assert overview(user, TODAY).is_empty
    assert diary(user).days == ()


def test_the_diary_joins_sessions_and_check_ins_by_day(user: User) -> None:
    evening = practise(user, TODAY, at_hour=19, done_s=300)
    morning = practise(user, TODAY, at_hour=7)
    check_in(user, TODAY, stiffness=0, managed="a walk")
    check_in(user, TODAY - timedelta(days=3), good_day="no")
    db.session.flush()
    first, second = diary(user).days
    assert [session.id for session in first.sessions] == [morning, evening]
    assert [session.words for session in first.sessions] == ["10 minutes", "5 of 10 minutes"]
    assert first.check_in is not None
    assert (first.check_in.stiffness, first.check_in.managed) == (0, "a walk")
    assert second.day == TODAY - timedelta(days=3)
    assert second.sessions == ()


def test_the_diary_reads_on_without_gaps_or_doubles(user: User) -> None:
    live(user, 70)
    check_in(user, TODAY - timedelta(days=300), good_day="yes")
    db.session.flush()
    seen: list[date] = []
    before = None
    for _ in range(4):
        page = diary(user, before)
        seen += [each.day for each in page.days]
        before = page.earlier
    expected = [TODAY - timedelta(days=back) for back in range(70)]
    assert seen == [*expected, TODAY - timedelta(days=300)]
    assert before is None


def test_the_number_of_queries_is_the_same_for_a_week_and_a_year(user: User, him: Person) -> None:
    live(user, 7)
    live(him.user(), 365)
    counts = []
    for person in (user, him.user()):
        db.session.expire_all()
        assert person.id
        with statements_of(db.engine) as statements:
            overview(person, TODAY)
            diary(person)
        counts.append(len(statements))
    assert counts == [6, 6]
