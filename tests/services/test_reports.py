"""Something went wrong: what each step stores and locks, and whose it is."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.session_log import MovementResult, SessionLogEntry
from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession
from fstpwa.services import reports, sessions
from fstpwa.services.asks import asks_of
from fstpwa.services.gate import gated_session
from fstpwa.services.safety import AnswerEntry, record_answers, standing_of
from fstpwa.services.unlocks import Agreement, record_agreed
from tests.conftest import Person

NOW = datetime.now(UTC)
TODAY = NOW.date()
NOTHING = reports.InQuestion()


@pytest.fixture
def user(app, rolled_back: None):
    her = Person(app, screened=False)
    her.follows("neck-and-desk")
    with app.app_context():
        yield her.user()


@pytest.fixture
def report(user):
    found = reports.begin(user, uuid4(), emergency=False, now=NOW)
    reports.say_what(found, "pain", NOTHING)
    return found


def session_of(user) -> PlannedSession:
    query = db.select(PlannedSession).filter_by(user_id=user.id, day=TODAY)
    return db.session.scalars(query.order_by(PlannedSession.at_min)).first()


def does(user, session: PlannedSession, *, at: datetime = NOW, items: int = 2):
    results = [
        MovementResult(item=each["id"], state="done", easier=False, done_s=30, reason=None)
        for each in session.items[:items]
    ]
    entry = SessionLogEntry(
        log_id=uuid4(),
        variant="usual",
        started_at=at,
        finished_at=at,
        pain_before=None,
        results=tuple(results),
    )
    return sessions.record_session(user, session, entry, now=at)


def test_without_a_session_there_is_no_movement_to_name(app, him):
    with app.app_context():
        assert reports.practised(him.user(), now=NOW) is None


def test_the_last_session_that_was_done_gives_its_movements(user):
    session = session_of(user)
    log = does(user, session)
    found = reports.practised(user, now=NOW)
    assert found.log_id == log.id
    assert [each.slug for each in found.movements] == [each["slug"] for each in session.items[:2]]


def test_a_session_that_is_being_played_gives_what_is_played_too(user):
    session = session_of(user)
    region = "neck"
    entry = AnswerEntry(question="mo_acute", yes=True, regions=frozenset({region}))
    record_answers(user, [entry], Source.WORRY, now=NOW)
    playable = gated_session(session, standing_of(user, TODAY))
    found = {each.slug for each in reports.practised(user, session, now=NOW).movements}
    assert {item.slug for item in playable.items.values()} <= found
    assert {each["slug"] for each in session.items} <= found
    log = does(user, session)
    assert reports.practised(user, session, now=NOW).log_id == log.id


def test_a_movement_of_another_session_is_refused(user, report):
    does(user, session_of(user))
    found = reports.practised(user, now=NOW)
    with pytest.raises(InvalidValue):
        reports.say_movement(report, "frozen-bottle-roll", found)


def test_what_is_known_locks_even_if_the_telling_ends_there(user, report):
    does(user, session_of(user))
    found = reports.practised(user, now=NOW)
    reports.say_movement(report, found.movements[0].slug, found)
    [condition] = standing_of(user, TODAY).conditions
    assert condition.movements == {found.movements[0].slug}
    assert report.completed_at is None
    assert report.session_log_id == found.log_id


def test_a_place_outside_the_list_is_refused(report):
    with pytest.raises(InvalidValue):
        reports.say_where(report, ["tail"], "left", NOTHING)


def test_a_finished_report_and_an_emergency_are_closed(user, report):
    reports.say_care(user, report, "none", NOTHING, now=NOW)
    emergency = reports.begin(user, uuid4(), emergency=True, now=NOW)
    for closed in (report, emergency):
        with pytest.raises(Conflict):
            reports.say_what(closed, "skin", NOTHING)
        with pytest.raises(Conflict):
            reports.say_care(user, closed, "none", NOTHING, now=NOW)
    with pytest.raises(Conflict):
        reports.say_how_it_is(user, emergency, "gone", now=NOW)
    assert emergency.what == ""


def test_a_later_yes_counts_from_that_moment(user, report):
    later = NOW + timedelta(hours=2)
    reports.begin(user, report.id, emergency=True, now=later)
    assert (report.emergency, report.reported_at, report.follow_up_on) == (True, later, None)
    assert standing_of(user, TODAY).whole_plan == "emergency"


def test_a_report_of_somebody_else_is_not_there(app, user, him, report):
    for call in (
        lambda: reports.report_of(him.user(), report.id),
        lambda: reports.begin(him.user(), report.id, emergency=True, now=NOW),
    ):
        with pytest.raises(NotFound):
            call()
    assert reports.reports_of(him.user()) == []
    assert reports.unfinished(him.user(), TODAY) is None


def test_a_report_left_open_is_offered_today_and_tomorrow(user, report):
    assert reports.unfinished(user, TODAY) is report
    assert reports.unfinished(user, TODAY + timedelta(days=1)) is report
    assert reports.unfinished(user, TODAY + timedelta(days=2)) is None


def test_a_fall_ends_what_clinicians_agreed_to(user, report):
    entry = AnswerEntry(question="as_bleed", yes=True)
    record_answers(user, [entry], Source.WORRY, now=NOW - timedelta(seconds=2))
    agreement = Agreement(key="bleeding_risk", who="Doctor", day=TODAY)
    standing = standing_of(user, TODAY)
    record_agreed(user, agreement, standing, now=NOW - timedelta(seconds=1))
    assert standing_of(user, TODAY).conditions[0].lifted
    reports.say_what(report, "fall", NOTHING)
    assert not standing_of(user, TODAY).conditions[0].lifted


def test_answers_to_the_full_questions_are_stored_once(user, report):
    reports.say_what(report, "nerve", NOTHING)
    no = [AnswerEntry(question="ur_weak", yes=False)]
    assert reports.answer_questions(user, report, no, now=NOW) is False
    assert len(reports.answers_of(user, report)) == 1
    assert reports.answer_questions(user, report, no, now=NOW) is False
    assert len(reports.answers_of(user, report)) == 1
    assert reports.told(user, report, has_session=False).questions_answered
    reports.say_what(report, "pain", NOTHING)
    assert not reports.told(user, report, has_session=False).questions_answered


@pytest.mark.parametrize(
    ("how", "next_in_days"), [("gone", None), ("better", 3), ("same", 3), ("worse", None)]
)
def test_how_it_is_decides_whether_it_is_asked_again(user, report, how, next_in_days):
    later = NOW + timedelta(days=2)
    tomorrow = TODAY + timedelta(days=1)
    assert [each.id for each in reports.due(user, tomorrow)] == [report.id]
    assert reports.due(user, TODAY) == []
    reports.say_how_it_is(user, report, how, now=later)
    expected = None if next_in_days is None else later.date() + timedelta(days=next_in_days)
    assert report.follow_up_on == expected
    found = standing_of(user, later.date())
    assert (found.whole_plan == "urgent_lock") == (how == "worse")


def test_what_is_asked_on_today_takes_one_query(app, user, report, queries):
    db.session.commit()
    standing = standing_of(user, TODAY + timedelta(days=1))
    assert user.id
    with queries() as found:
        asks = asks_of(user, standing)
    assert len(found) == 1
    assert [each.report_id for each in asks.follow_ups] == [report.id]
    assert asks


def slugs(movements) -> set[str]:
    return {movement.slug for movement in movements}


def touching(movements, region: str) -> set[str]:
    return {
        each.slug for each in movements if region in {*each.contact_regions, *each.load_regions}
    }


def test_who_leaves_half_way_is_left_on_the_safe_side(user):
    log = does(user, session_of(user), items=6)
    report = reports.begin(user, uuid4(), emergency=False, now=NOW)
    done = reports.practised(user, report=report, now=NOW)
    reports.say_what(report, "sharp", reports.in_question(user, report, done))
    assert set(report.movements) == slugs(done.movements)
    assert report.session_log_id == log.id
    [condition] = standing_of(user, TODAY).conditions
    assert condition.movements == slugs(done.movements)
    # It narrows as more is told.
    about = reports.in_question(user, report, done)
    reports.say_where(report, ["neck"], "left", about)
    assert set(report.movements) == touching(done.movements, "neck") < slugs(done.movements)
    named = report.movements[0]
    reports.say_movement(report, named, done)
    assert report.movements == [named]
    # Back at the place, the movement has to be named again.
    reports.say_where(report, ["neck"], "left", reports.in_question(user, report, done))
    assert set(report.movements) == touching(done.movements, "neck")


def test_a_report_half_told_is_offered_as_long_as_it_puts_anything_away(user):
    does(user, session_of(user))
    report = reports.begin(user, uuid4(), emergency=False, now=NOW)
    done = reports.practised(user, report=report, now=NOW)
    reports.say_what(report, "pain", reports.in_question(user, report, done))
    assert reports.unfinished(user, TODAY + timedelta(days=30)) is report
    reports.say_care(user, report, "none", reports.in_question(user, report, done), now=NOW)
    assert reports.unfinished(user, TODAY) is None


def test_what_was_played_stays_in_question_although_the_report_puts_it_away(user):
    entry = AnswerEntry(question="mo_acute", yes=True, regions=frozenset({"neck"}))
    record_answers(user, [entry], Source.WORRY, now=NOW)
    session = session_of(user)
    report = reports.begin(user, uuid4(), emergency=False, now=NOW)
    before = reports.practised(user, session, report=report, now=NOW)
    reports.say_what(report, "pain", reports.in_question(user, report, before))
    after = reports.practised(user, session, report=report, now=NOW)
    assert slugs(after.movements) == slugs(before.movements)
    assert slugs(reports.in_question(user, report, after).movements) == slugs(before.movements)


def test_without_a_session_the_running_programme_is_in_question(user):
    report = reports.begin(user, uuid4(), emergency=False, now=NOW)
    about = reports.in_question(user, report, None)
    assert about.programme.slug == "neck-and-desk"
    reports.say_where(report, ["neck"], "both", about)
    assert set(report.movements) == touching(about.movements, "neck") != set()
    tomorrow = standing_of(user, TODAY + timedelta(days=1))
    assert tomorrow.conditions[0].movements == set(report.movements)


def test_without_a_programme_nothing_is_put_away_but_the_place_rests_today(app, him):
    with app.app_context():
        user = him.user()
        report = reports.begin(user, uuid4(), emergency=False, now=NOW)
        about = reports.in_question(user, report, None)
        assert about == NOTHING
        reports.say_what(report, "skin", about)
        reports.say_where(report, ["low_back"], "both", about)
        assert report.movements == []
        [condition] = standing_of(user, TODAY).conditions
        assert condition.holds_area
        assert standing_of(user, TODAY + timedelta(days=1)).conditions == ()
