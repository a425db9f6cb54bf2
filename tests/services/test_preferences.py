"""Wishes as they are stored, and what they do to every session that is read."""

from datetime import timedelta

import pytest

from fstpwa.content import library
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.preferences import ANYTHING, why_not
from fstpwa.extensions import db
from fstpwa.models.practice import Preference
from fstpwa.services import people, reports
from fstpwa.services.coming import coming_days, coming_lines
from fstpwa.services.day_plan import day_plan
from fstpwa.services.gate import as_prescribed
from fstpwa.services.people import pace_of
from fstpwa.services.preferences import (
    change_place,
    change_wish,
    named,
    preferences_of,
)
from fstpwa.services.today import today_of
from tests.screened import screen
from tests.services.test_enrolments import NOW, TODAY, follow, sessions_of

MOVEMENTS = library().movements
WORDS = library().vocabularies


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        user = people.start_without_account("UTC", now=NOW)
        screen(user, NOW - timedelta(hours=1))
        yield user


def rows(user) -> list[Preference]:
    return list(db.session.scalars(db.select(Preference).filter_by(user_id=user.id)))


def test_who_said_nothing_has_no_row_and_anything_fits(user):
    assert preferences_of(user) == ANYTHING
    assert rows(user) == []


def test_what_is_said_of_a_movement_is_kept_changed_and_taken_back(user):
    change_wish(user, "wall-slide", "avoided", now=NOW)
    change_wish(user, "neck-turns", "preferred", now=NOW)
    found = preferences_of(user)
    assert (found.avoided, found.preferred) == ({"wall-slide"}, {"neck-turns"})
    change_wish(user, "wall-slide", "preferred", now=NOW)
    change_wish(user, "neck-turns", "none", now=NOW)
    found = preferences_of(user)
    assert (found.avoided, found.preferred) == (frozenset(), {"wall-slide"})
    assert len(rows(user)) == 1


def test_things_and_positions_leave_what_was_said_of_movements(user):
    change_wish(user, "wall-slide", "avoided", now=NOW)
    change_place(user, frozenset({"wall"}), "sitting", now=NOW)
    change_wish(user, "cat-cow", "avoided", now=NOW)
    found = preferences_of(user)
    assert found.avoided == {"wall-slide", "cat-cow"}
    assert (found.missing, found.position) == ({"wall"}, "sitting")


def test_what_is_said_twice_is_stored_once(user):
    for _ in range(2):
        change_wish(user, "wall-slide", "avoided", now=NOW)
    assert [row.avoided for row in rows(user)] == [["wall-slide"]]


def test_what_cannot_be_used_stores_nothing(user):
    with pytest.raises(InvalidValue):
        change_wish(user, "no-such", "avoided", now=NOW)
    with pytest.raises(InvalidValue):
        change_place(user, frozenset({"trampoline"}), "any", now=NOW)
    with pytest.raises(InvalidValue):
        change_place(user, frozenset(), "hanging", now=NOW)  # type: ignore[arg-type]  # a wrong one
    assert rows(user) == []


def test_movements_are_named_by_name(user):
    assert [each.slug for each in named(frozenset({"wall-slide", "cat-cow"}))] == [
        "cat-cow",
        "wall-slide",
    ]


def test_every_version_of_every_session_follows_it_and_the_plan_stays_as_it_was(user):
    enrolment = follow(user, "neck-and-desk")
    before = [[item["slug"] for item in each.items] for each in sessions_of(enrolment)]
    change_place(user, frozenset({"wall"}), "no_floor", now=NOW)
    change_wish(user, "neck-turns", "avoided", now=NOW)
    plan = day_plan(user, TODAY)
    wished = preferences_of(user)
    assert plan.preferences == wished
    for session in sessions_of(enrolment):
        for item in plan.playable(session).items.values():
            assert why_not(MOVEMENTS[item.slug], wished, WORDS) is None
    assert [[item["slug"] for item in each.items] for each in sessions_of(enrolment)] == before
    assert any(
        "neck-turns" in {item.slug for item in as_prescribed(each).items.values()}
        for each in sessions_of(enrolment)
    )


def test_a_session_of_a_programme_that_is_over_follows_it_too(user):
    enrolment = follow(user, "neck-and-desk")
    session = sessions_of(enrolment)[0]
    enrolment.ended_at = NOW
    change_wish(user, "neck-turns", "avoided", now=NOW)
    playable = day_plan(user, TODAY).playable(session)
    assert "neck-turns" not in {item.slug for item in playable.items.values()}


def test_today_says_what_stands_in_and_why(user):
    follow(user, "neck-and-desk")
    change_wish(user, "neck-turns", "avoided", now=NOW)
    told = [each for each in today_of(user, TODAY).changes if each.slug == "neck-turns"]
    assert told
    assert {each.aside.words for each in told if each.aside} == {"you would rather not do it"}


def test_the_phone_fetches_what_stands_in_too(user):
    follow(user, "neck-and-desk")
    before = set(coming_lines(coming_days(user, TODAY), pace_of(user)))
    change_wish(user, "neck-turns", "avoided", now=NOW)
    assert set(coming_lines(coming_days(user, TODAY), pace_of(user))) != before


def test_what_stood_in_may_be_what_went_wrong(user):
    enrolment = follow(user, "neck-and-desk")
    session = sessions_of(enrolment)[0]
    change_wish(user, "upper-trap-stretch", "avoided", now=NOW)
    change_wish(user, "neck-turns", "avoided", now=NOW)
    playable = day_plan(user, TODAY).playable(session)
    played = {item.slug for item in playable.items.values()}
    stand_ins = played - {item.slug for item in as_prescribed(session).items.values()}
    assert stand_ins
    found = reports.practised(user, session, now=NOW)
    assert found is not None
    assert stand_ins <= {each.slug for each in found.movements}
