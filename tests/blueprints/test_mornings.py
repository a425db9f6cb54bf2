"""The morning after a session, asked once on Today."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape
from uuid import uuid4

import pytest

from fstpwa.extensions import db
from fstpwa.models.practice import SessionLog
from tests.conftest import Person


def practise(person: Person, days_ago: int, **said: int | bool | None) -> str:
    """Store a session that was done some days ago; returns its id."""
    day = person.today() - timedelta(days=days_ago)
    began = datetime.combine(day, time(9), UTC)
    log_id = uuid4()
    with person.app.app_context():
        db.session.add(
            SessionLog(
                id=log_id,
                user_id=person.id,
                name="Main session",
                programme="neck-and-desk",
                variant="usual",
                day=day,
                started_at=began,
                finished_at=began,
                done_s=540,
                planned_s=600,
                recorded_at=began,
                changed_at=began,
                **{"pain_before": 3, "worst_pain": 4, **said},
            )
        )
        db.session.commit()
    return str(log_id)


def stored(person: Person, log_id: str) -> tuple[int | None, bool | None]:
    with person.app.app_context():
        log = db.session.scalars(db.select(SessionLog).filter_by(user_id=person.id)).all()
        found = next(each for each in log if str(each.id) == log_id)
        return found.next_morning_pain, found.settled


def today(person: Person) -> str:
    return unescape(person.get("/today").text)


@pytest.fixture
def follower(her: Person) -> Person:
    her.follows()
    return her


def test_the_morning_after_is_asked_once_and_stored_with_the_session(follower: Person) -> None:
    log_id = practise(follower, 1)
    asked = re.search(r'action="(/today/mornings/[0-9a-f-]+)"', today(follower))
    assert asked
    assert asked[1].endswith(log_id)
    answer = follower.post(asked[1], data={"pain": "4"})
    assert answer.status_code == 303
    assert stored(follower, log_id) == (4, None)
    assert "this morning?" not in today(follower)
    follower.post(asked[1], data={"pain": "9"})
    assert stored(follower, log_id) == (4, None)


def test_the_second_day_asks_whether_a_worse_morning_has_settled(follower: Person) -> None:
    log_id = practise(follower, 2, next_morning_pain=5)
    page = today(follower)
    assert "back to how it was before the session two days ago?" in page
    follower.post(f"/today/mornings/{log_id}/settled", data={"settled": "no"})
    assert stored(follower, log_id) == (5, False)
    assert "two days ago?" not in today(follower)
    follower.post(f"/today/mornings/{log_id}/settled", data={"settled": "yes"})
    assert stored(follower, log_id) == (5, False)


@pytest.mark.parametrize("days_ago", [0, 2, 3, 30])
def test_a_question_left_open_until_another_day_stores_nothing(
    follower: Person, days_ago: int
) -> None:
    log_id = practise(follower, days_ago)
    assert "this morning?" not in today(follower)
    answer = follower.post(f"/today/mornings/{log_id}", data={"pain": "4"})
    assert answer.status_code == 409
    assert "about another day" in answer.text
    assert stored(follower, log_id) == (None, None)


@pytest.mark.parametrize("sent", ["", "11", "-1", "3.5", "x", "٣"])
def test_what_is_no_rating_is_refused_in_words(follower: Person, sent: str) -> None:
    log_id = practise(follower, 1)
    answer = follower.post(f"/today/mornings/{log_id}", data={"pain": sent})
    assert answer.status_code == 422
    assert "number from 0 to 10" in answer.text
    assert stored(follower, log_id) == (None, None)


def test_settling_is_answered_only_where_it_was_asked(follower: Person) -> None:
    log_id = practise(follower, 2)
    address = f"/today/mornings/{log_id}/settled"
    assert follower.post(address, data={"settled": "maybe"}).status_code == 422
    assert follower.post(address, data={"settled": "yes"}).status_code == 409
    assert stored(follower, log_id) == (None, None)


def test_somebody_elses_session_is_not_found(follower: Person) -> None:
    other = Person(follower.app)
    log_id = practise(other, 1)
    assert follower.post(f"/today/mornings/{log_id}", data={"pain": "4"}).status_code == 404
    assert (
        follower.post(f"/today/mornings/{log_id}/settled", data={"settled": "yes"}).status_code
        == 404
    )
    assert stored(other, log_id) == (None, None)


def test_two_questions_at_most_are_asked_at_a_time(follower: Person) -> None:
    practise(follower, 1)
    practise(follower, 2, next_morning_pain=8)
    page = today(follower)
    asks = page.split('id="day-asks"')[1].split("</section>")[0]
    assert asks.count("<form") == 2
    assert asks.index("two days ago?") < asks.index("this morning?")


def test_from_today_htmx_loads_today_again_and_does_not_only_scroll(follower: Person) -> None:
    log_id = practise(follower, 1)
    there = {"HX-Request": "true", "HX-Current-URL": "http://localhost/today"}
    answer = follower.post(f"/today/mornings/{log_id}", data={"pain": "4"}, headers=there)
    assert answer.headers["HX-Redirect"] == "/today"
    assert stored(follower, log_id) == (4, None)
