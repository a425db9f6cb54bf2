"""What somebody said about their plan on a day: kept once, and taken back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.practice_history import EventKind
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import PlanEvent
from fstpwa.services import plan_events
from tests.conftest import Person

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
TODAY = NOW.date()


def rows(user: User) -> list[PlanEvent]:
    return list(
        db.session.scalars(
            select(PlanEvent).where(PlanEvent.user_id == user.id).order_by(PlanEvent.id)
        )
    )


@pytest.fixture
def user(app: Flask, her: Person) -> Iterator[User]:
    with app.app_context():
        yield her.user()


def test_what_is_said_twice_on_a_day_is_kept_once(user: User) -> None:
    plan_events.note(user, "back_to_usual", day=TODAY, now=NOW)
    plan_events.note(user, "back_to_usual", day=TODAY, now=NOW + timedelta(hours=1))
    plan_events.note(user, "back_to_usual", day=TODAY - timedelta(days=1), now=NOW)
    kept = [(row.day, row.kind, row.value, row.at) for row in rows(user)]
    assert kept == [
        (TODAY, "back_to_usual", None, NOW),
        (TODAY - timedelta(days=1), "back_to_usual", None, NOW),
    ]


def test_taken_back_it_is_gone_and_the_others_stay(user: User, him: Person) -> None:
    plan_events.note(user, "kept_usual", day=TODAY, now=NOW)
    plan_events.note(user, "not_a_flare", day=TODAY, now=NOW)
    plan_events.note(him.user(), "kept_usual", day=TODAY, now=NOW)
    plan_events.take_back(user, "kept_usual", day=TODAY)
    plan_events.take_back(user, "kept_usual", day=TODAY)
    assert [row.kind for row in rows(user)] == ["not_a_flare"]
    assert [row.kind for row in rows(him.user())] == ["kept_usual"]


def test_the_latest_tags_stay(user: User) -> None:
    later = NOW + timedelta(hours=1)
    plan_events.note(user, "flare_triggers", day=TODAY, now=NOW, value=["stress", "sleep"])
    plan_events.note(user, "flare_triggers", day=TODAY, now=later, value=["weather"])
    plan_events.note(user, "flare_triggers", day=TODAY, now=later + timedelta(1), value=["weather"])
    assert [(row.value, row.at) for row in rows(user)] == [(["weather"], later)]


@pytest.mark.parametrize(
    ("kind", "day", "value"),
    [
        ("fall", TODAY, None),
        ("nonsense", TODAY, None),
        ("kept_usual", TODAY + timedelta(days=1), None),
        ("kept_usual", TODAY - timedelta(days=400), None),
        ("kept_usual", TODAY, ["sleep"]),
        ("flare_triggers", TODAY, ["moon"]),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    user: User, kind: EventKind, day: date, value: list[str] | None
) -> None:
    with pytest.raises(InvalidValue):
        plan_events.note(user, kind, day=day, now=NOW, value=value)
    assert rows(user) == []


def test_the_day_is_the_person_s_own(user: User) -> None:
    user.time_zone = "Pacific/Auckland"
    late = datetime(2026, 5, 20, 22, tzinfo=UTC)
    plan_events.note(user, "kept_usual", day=date(2026, 5, 21), now=late)
    assert [row.day for row in rows(user)] == [date(2026, 5, 21)]
