"""The gate on planned sessions: nothing that is hidden or locked is read out of the plan."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.content import library
from fstpwa.domain.safety import availability
from fstpwa.domain.standing import Source, standing
from fstpwa.extensions import db
from fstpwa.models.health import HealthUnlock, Screening
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn
from fstpwa.services import people, sessions
from fstpwa.services.day_plan import day_plan
from fstpwa.services.gate import (
    as_prescribed,
    breathing_left,
    gate_of,
    gate_today,
    gated_session,
    record_before_session,
)
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import (
    equipment_of,
    movements_of,
    player_plan,
    usual_minutes,
    variants_of,
)
from fstpwa.services.safety import AnswerEntry, history_of, record_answers
from fstpwa.services.today import others_today, today_of
from tests.services.test_enrolments import DAY, NOW, TODAY, follow, sessions_of
from tests.services.test_sessions import entry, result

SAFETY = library().safety


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        user = people.start_without_account("UTC", now=NOW)
        screen(user, NOW - timedelta(hours=1))
        yield user


def screen(user, at):
    db.session.add(
        Screening(
            user_id=user.id,
            reason="start",
            passed=[],
            started_at=at,
            completed_at=at,
            completed_on=at.date(),
        )
    )
    db.session.flush()


def say(user, question, *, yes=True, at=NOW, source=Source.SCREENING, regions=(), side="both"):
    answer = AnswerEntry(question=question, yes=yes, regions=frozenset(regions), side=side)
    record_answers(user, [answer], source, now=at)


def left_of(user, session, today=TODAY):
    return gated_session(session, gate_of(user, today).standing)


def check_nothing_forbidden(user, playable, today=TODAY):
    """Fail if any list of the session holds a movement, or a side of one, that is not open."""
    conditions = standing(history_of(user), SAFETY, today).conditions
    for item in (*playable.usual.items, *playable.flare.items):
        found = availability(library().movements[item.slug], conditions)
        sides = {"left": [found.left], "right": [found.right]}.get(
            item.side, [found.left, found.right]
        )
        assert all(verdict <= 1 for verdict in sides), item.slug


def a_clinician_agreed(user: User) -> None:
    """Store that a clinician agreed, an hour later, to what a fracture locks."""
    db.session.add(
        HealthUnlock(
            user_id=user.id,
            key="fracture_area",
            way="clinician_agreed",
            who="",
            day=TODAY,
            recorded_at=NOW + timedelta(hours=1),
        )
    )
    db.session.flush()


def test_with_nothing_told_a_session_is_as_it_was_prescribed(user):
    for session in sessions_of(follow(user, "neck-and-desk")):
        assert left_of(user, session) == as_prescribed(session)
        assert not left_of(user, session).usual.left_out


@pytest.mark.parametrize("slug", library().programmes)
@pytest.mark.parametrize("question", ["mo_acute", "as_fracture", "mo_skin", "mo_preg", "as_hip"])
def test_no_version_of_any_planned_session_holds_what_is_closed(user, slug, question):
    enrolment = follow(user, slug)
    say(user, question)
    for session in sessions_of(enrolment)[:4]:
        playable = left_of(user, session)
        check_nothing_forbidden(user, playable)
        plan = player_plan(playable, user, log_url="/")
        allowed = {item.slug for item in (*playable.usual.items, *playable.flare.items)}
        assert {item["slug"] for item in plan["items"]} == allowed
        ids = {item["id"] for item in plan["items"]}
        assert all(part in ids for each in plan["variants"] for part, _ in each["parts"])
        assert {movement.slug for movement in movements_of(playable)} <= allowed


def test_a_session_planned_long_ago_passes_the_gate_of_today(user):
    session = sessions_of(follow(user, "neck-and-desk"))[0]
    session.created_at = NOW - timedelta(days=300)
    say(user, "mo_acute", regions=["neck"], at=NOW + timedelta(hours=1))
    before = {item["slug"] for item in session.items}
    assert {item.slug for item in left_of(user, session).usual.items} < before | {
        each.instead for each in left_of(user, session).usual.left_out
    }
    check_nothing_forbidden(user, left_of(user, session))
    assert {item["slug"] for item in session.items} == before


def test_what_has_settled_opens_again_without_any_job(user):
    session = sessions_of(follow(user, "neck-and-desk"))[0]
    say(user, "mo_acute", regions=["neck"])
    later = TODAY + timedelta(days=3)
    assert left_of(user, session, later).usual.left_out
    say(user, "mo_acute", yes=False, at=NOW + 3 * DAY, source=Source.ASKED_AGAIN)
    assert not left_of(user, session, later).usual.left_out


def test_what_a_clinician_agreed_to_closes_again_by_date(user):
    session = sessions_of(follow(user, "low-back"))[0]
    say(user, "as_fracture", regions=["low_back"])
    a_clinician_agreed(user)
    assert not left_of(user, session).usual.left_out
    assert left_of(user, session, TODAY + timedelta(days=365)).usual.left_out


def test_a_flare_day_of_the_check_in_softens_like_one_told_before_a_session(user):
    session = sessions_of(follow(user, "neck-and-desk"))[0]
    by_check_in = gate_of(user, TODAY, flare=True)
    assert by_check_in.is_flare
    say(user, "mo_flare", source=Source.BEFORE_SESSION)
    told = gate_of(user, TODAY)
    assert told.is_flare
    assert gated_session(session, told.standing) == gated_session(session, by_check_in.standing)
    assert any(item.softened for item in gated_session(session, told.standing).usual.items)
    assert not gate_of(user, TODAY + DAY).is_flare


def test_an_emptied_session_has_no_way_no_minutes_and_needs_nothing(user):
    session = sessions_of(follow(user, "plantar-heel"))[0]
    say(user, "as_surgery")
    emptied = left_of(user, session)
    assert emptied.is_emptied
    assert variants_of(emptied, pace_of(user)) == ()
    assert usual_minutes(emptied, pace_of(user)) == 0
    assert equipment_of(emptied) == ()


def test_where_only_the_flare_version_is_left_that_one_is_offered(user):
    session = sessions_of(follow(user, "neck-and-desk"))[0]
    playable = as_prescribed(session)
    only_flare = replace(playable, usual=replace(playable.usual, items=()))
    assert [each.name for each in variants_of(only_flare, pace_of(user))] == ["flare"]
    assert usual_minutes(only_flare, pace_of(user)) > 0


class TestDoor:
    def test_it_is_open_after_a_screening_with_nothing_found(self, user):
        assert gate_of(user, TODAY).door == "open"

    def test_without_a_screening_it_leads_to_the_first_one(self, user):
        stranger = people.start_without_account("UTC", now=NOW)
        assert gate_of(stranger, TODAY).door == "welcome"

    @pytest.mark.parametrize("question", ["em_heart", "ur_weak", "as_heart"])
    def test_what_locks_the_whole_plan_goes_before_everything_else(self, user, question):
        say(user, question)
        assert gate_of(user, TODAY + timedelta(days=200)).door == "safety"

    def test_after_twelve_weeks_it_leads_to_a_new_screening(self, user):
        assert gate_of(user, TODAY + timedelta(days=84)).rescreen == "weeks"
        assert gate_of(user, TODAY + timedelta(days=84)).door == "again"

    @pytest.mark.parametrize(("days", "door"), [(27, "open"), (28, "again")])
    def test_after_four_weeks_away_it_leads_to_a_new_screening(self, user, days, door):
        assert gate_of(user, TODAY + timedelta(days=days)).door == door

    def test_practice_in_between_is_not_being_away(self, user):
        planned = sessions_of(follow(user))[0]
        at = NOW + 20 * DAY
        sessions.record_session(
            user, planned, entry(started_at=at, finished_at=at + timedelta(minutes=9)), now=at + DAY
        )
        assert gate_of(user, TODAY + timedelta(days=30)).door == "open"

    def test_a_check_in_on_coming_back_does_not_hide_that_somebody_was_away(self, user):
        back = NOW + 30 * DAY
        self.check_in(user, back.date(), back)
        assert gate_of(user, back.date()).rescreen == "away"
        screen(user, back)
        assert gate_of(user, back.date()).door == "open"

    def test_days_that_are_filled_in_later_were_not_days_of_being_here(self, user):
        back = NOW + 30 * DAY
        for number in range(1, 30):
            self.check_in(user, TODAY + number * DAY, back)
        assert gate_of(user, back.date()).rescreen == "away"

    @staticmethod
    def check_in(user, day, at):
        db.session.add(
            CheckIn(user_id=user.id, day=day, stiffness=3, clocks={}, recorded_at=at, changed_at=at)
        )
        db.session.flush()


class TestRecording:
    """What was done is kept, whatever the gate says by then."""

    def test_a_movement_that_is_closed_since_can_still_be_recorded(self, user):
        session = sessions_of(follow(user, "neck-and-desk"))[0]
        say(user, "as_heart")
        log = sessions.record_session(user, session, entry(result("1")), now=NOW)
        assert [each.slug for each in log.movements] == [session.items[0]["slug"]]
        assert log.planned_s > 0

    def test_a_movement_that_took_the_place_of_another_is_recorded_as_itself(self, user):
        session = sessions_of(follow(user, "neck-and-desk"))[0]
        item, other = session.items[0], "open-book"
        log = sessions.record_session(user, session, entry(result(item["id"], slug=other)), now=NOW)
        assert [each.slug for each in log.movements] == [other]

    def test_without_the_player_the_session_counts_as_the_gate_leaves_it(self, user):
        session = sessions_of(follow(user, "neck-and-desk"))[0]
        say(user, "mo_acute", regions=["neck"])
        playable = left_of(user, session)
        usual = variants_of(playable, pace_of(user))[0]
        made = sessions.entry_of_ticks(
            user,
            session,
            log_id=uuid4(),
            variant="usual",
            pain_before=None,
            done=[part.item for part in usual.parts],
            now=NOW,
        )
        log = sessions.record_session(user, session, made, now=NOW)
        assert [each.slug for each in log.movements] == [
            playable.items[part.item].slug for part in usual.parts
        ]
        assert log.done_s == log.planned_s == usual.total_s

    def test_a_page_sent_twice_keeps_each_answer_once(self, user):
        answers = [
            AnswerEntry(question="mo_acute", yes=True, regions=frozenset({"neck"}), side="left"),
            AnswerEntry(question="mo_skin", yes=False),
        ]
        first = record_before_session(user, answers, now=NOW)
        again = record_before_session(user, answers, now=NOW + timedelta(minutes=1))
        assert (len(first), len(again)) == (2, 0)
        assert len(history_of(user).answers) == 2

    def test_a_yes_after_a_clinician_agreed_is_new(self, user):
        told = [AnswerEntry(question="em_trauma", yes=True)]
        record_before_session(user, told, now=NOW)
        a_clinician_agreed(user)
        assert record_before_session(user, told, now=NOW + timedelta(hours=2))


def test_a_lock_of_the_whole_plan_leaves_nothing_to_play(user):
    session = sessions_of(follow(user, "neck-and-desk"))[0]
    for question in ("em_heart", "ur_weak", "as_heart"):
        say(user, question)
        assert left_of(user, session).is_emptied


def test_what_is_still_open_is_named_when_a_plan_is_emptied(user):
    follow(user, "plantar-heel")
    say(user, "as_surgery")
    seen = today_of(user, TODAY)
    assert seen.is_emptied
    assert breathing_left(seen.gate.standing)
    assert all(
        availability(movement, seen.gate.standing.conditions).is_left
        for movement in breathing_left(seen.gate.standing)
    )


def test_todays_cards_and_what_comes_next_are_gated(user):
    enrolment = follow(user, "neck-and-desk")
    say(user, "mo_acute", regions=["neck"])
    seen = today_of(user, TODAY)
    main = sessions_of(enrolment)[0]
    card = next(each for each in seen.sessions if each.session.id == main.id)
    assert set(card.names) != {library().movements[item["slug"]].name for item in main.items}
    assert card.changes
    for playable in seen.following:
        check_nothing_forbidden(user, playable)


def test_other_sessions_of_today_are_offered_only_with_their_main_part(user):
    follow(user, "neck-and-desk")
    first, *others = [each.session for each in today_of(user, TODAY).sessions]
    found = others_today(user, TODAY, day_plan(user, TODAY), but=first)
    assert [each.session.id for each in found] == [each.id for each in others]
    say(user, "as_heart")
    assert others_today(user, TODAY, day_plan(user, TODAY), but=first) == ()


def test_the_number_of_queries_is_the_same_whatever_was_answered(user, queries):
    db.session.commit()
    assert user.id
    with queries() as few:
        gate_today(user, TODAY)
    for number in range(40):
        say(user, "mo_acute", regions=["neck"], at=NOW - timedelta(days=number))
    db.session.commit()
    assert user.id
    with queries() as many:
        gate_today(user, TODAY)
    assert len(few) == len(many) <= 8


def test_now_is_an_instant_in_every_zone(user):
    user.time_zone = "Pacific/Kiritimati"
    record_before_session(
        user, [AnswerEntry(question="mo_flare", yes=True)], now=datetime(2026, 3, 2, 23, tzinfo=UTC)
    )
    assert gate_of(user, TODAY + DAY).is_flare
