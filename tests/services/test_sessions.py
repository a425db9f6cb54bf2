"""Sessions that were done: stored once, as what they were; changed and deleted later."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from uuid6 import uuid7

from fstpwa.domain import pain_rules
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.session_changes import SessionChanges
from fstpwa.domain.session_log import MovementResult, SessionLogEntry
from fstpwa.domain.standing import ways_to_lift
from fstpwa.extensions import db
from fstpwa.models.health import HealthReport
from fstpwa.models.practice import Enrolment, MovementLog, PlannedState, SessionLog
from fstpwa.services import movement_locks, people, red_days, sessions, vault
from fstpwa.services.gate import as_prescribed
from fstpwa.services.pain_base import base_on
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import variants_of
from fstpwa.services.practice_facts import practice_history
from fstpwa.services.safety import standing_of
from fstpwa.services.session_effects import zone_of
from tests.services.test_enrolments import DAY, NOW, follow, sessions_of

LATER = NOW + timedelta(minutes=20)


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


@pytest.fixture
def planned(user):
    return sessions_of(follow(user))[0]


def result(item="1", **changed) -> MovementResult:
    values = {"item": item, "state": "done", "easier": False, "done_s": 50, "reason": None}
    return MovementResult(**{**values, **changed})


def entry(*results, **changed) -> SessionLogEntry:
    values = {
        "log_id": uuid4(),
        "variant": "usual",
        "started_at": NOW,
        "finished_at": NOW + timedelta(minutes=9),
        "pain_before": 3,
        "results": results or (result("1"), result("2")),
    }
    return SessionLogEntry(**{**values, **changed})


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_session_is_stored_with_its_movements_and_counts_as_done(user, planned):
    log = sessions.record_session(user, planned, entry(), now=LATER)
    usual = variants_of(as_prescribed(planned), pace_of(user))[0]
    assert (log.done_s, log.planned_s) == (100, usual.total_s)
    assert [each.slug for each in log.movements] == [each["slug"] for each in planned.items[:2]]
    assert (log.day, log.pain_before, log.worst_pain) == (NOW.date(), 3, None)
    assert (planned.state, planned.state_changed_at) == (PlannedState.DONE, LATER)


def test_sent_again_it_is_the_same_and_unchanged(user, planned):
    sent = entry()
    first = sessions.record_session(user, planned, sent, now=LATER)
    changed = replace(sent, results=(result("3"),), pain_before=9)
    again = sessions.record_session(user, planned, changed, now=LATER + DAY)
    assert again is first
    assert (again.pain_before, again.recorded_at, again.done_s) == (3, LATER, 100)
    assert (count(SessionLog), count(MovementLog)) == (1, 2)


def test_an_id_that_is_somebody_elses_is_as_if_it_were_not_there(user, planned):
    other = people.start_without_account("UTC", now=NOW)
    theirs = sessions_of(follow(other))[0]
    sent = entry()
    sessions.record_session(user, planned, sent, now=LATER)
    with pytest.raises(NotFound):
        sessions.record_session(other, theirs, sent, now=LATER)
    assert theirs.state == PlannedState.PLANNED


def test_a_partly_done_session_counts_as_what_it_was(user, planned):
    sent = entry(
        result("1", state="part", done_s=20, easier=True, reason="pain"),
        result("2", state="skipped", done_s=0, reason="tired"),
    )
    log = sessions.record_session(user, planned, sent, now=LATER)
    assert log.done_s == 20
    assert [(m.state, m.easier, m.reason) for m in log.movements] == [
        ("part", True, "pain"),
        ("skipped", False, "tired"),
    ]
    assert planned.state == PlannedState.DONE


def test_a_session_says_how_it_was_led_where_the_phone_said_so(user, planned):
    told = sessions.record_session(
        user, planned, entry(led_by="track", unrecorded_lines=3), now=LATER
    )
    not_told = sessions.record_session(user, planned, entry(), now=LATER)
    assert (told.led_by, told.unrecorded_lines) == ("track", 3)
    assert (not_told.led_by, not_told.unrecorded_lines) == (None, None)


def test_ticks_without_the_player_were_led_by_nothing(user, planned):
    log = sessions.record_session(user, planned, ticks(user, planned, ["1"]), now=NOW)
    assert (log.led_by, log.unrecorded_lines) == (None, None)


def test_a_session_of_which_nothing_was_done_leaves_the_plan_as_it_is(user, planned):
    sent = entry(result("1", state="skipped", done_s=0))
    sessions.record_session(user, planned, sent, now=LATER)
    assert planned.state == PlannedState.PLANNED


@pytest.mark.parametrize("wrong", [timedelta(0), 3 * DAY, -2 * DAY, -401 * DAY, -20_000 * DAY])
def test_a_wrong_clock_is_mended(user, planned, wrong):
    finished = NOW + timedelta(minutes=9)
    sent = entry(started_at=NOW + wrong, finished_at=finished + wrong, sent_at=LATER + wrong)
    log = sessions.record_session(user, planned, sent, now=LATER)
    assert (log.started_at, log.finished_at, log.day) == (NOW, finished, NOW.date())


def test_a_session_that_was_paused_for_days_is_not_lost(user, planned):
    log = sessions.record_session(user, planned, entry(started_at=NOW - 3 * DAY), now=LATER)
    assert log.finished_at - log.started_at == DAY


@pytest.mark.parametrize(
    "wrong",
    [
        {"variant": "longer"},
        {"results": (result("1"), result("1"))},
        {"results": (result("77"),)},
        {"results": (result("1", done_s=86_400), result("2", done_s=1))},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(user, planned, wrong):
    with pytest.raises(InvalidValue):
        sessions.record_session(user, planned, entry(**wrong), now=LATER)
    assert (count(SessionLog), count(MovementLog)) == (0, 0)
    assert planned.state == PlannedState.PLANNED


def test_the_day_is_the_persons_own_when_it_began(user, planned):
    user.time_zone = "America/Los_Angeles"
    early = NOW.replace(hour=5)
    sent = entry(started_at=early, finished_at=early + timedelta(minutes=9))
    assert sessions.record_session(user, planned, sent, now=NOW).day == NOW.date() - DAY


def ticks(user, session, done, variant="usual"):
    return sessions.entry_of_ticks(
        user, session, log_id=uuid4(), variant=variant, pain_before=None, done=done, now=NOW
    )


def test_ticked_movements_count_in_full_and_the_others_as_left_out(user, planned):
    ticked = ticks(user, planned, ["1", "2"])
    usual = variants_of(as_prescribed(planned), pace_of(user))[0]
    assert len(ticked.results) == len(usual.parts)
    assert [each.item for each in ticked.results if each.state == "done"] == ["1", "2"]
    assert {each.done_s for each in ticked.results if each.state == "skipped"} <= {0}
    total = sum(each.done_s for each in ticked.results)
    assert ticked.finished_at - ticked.started_at == timedelta(seconds=total)
    assert sessions.record_session(user, planned, ticked, now=NOW).done_s == total


def test_everything_ticked_takes_about_as_long_as_the_version_says(user, planned):
    for variant in variants_of(as_prescribed(planned), pace_of(user)):
        every = [part.item for part in variant.parts]
        done = sum(r.done_s for r in ticks(user, planned, every, variant.name).results)
        assert abs(done - variant.total_s) <= 15


@pytest.mark.parametrize(("done", "variant"), [([], "usual"), (["x"], "usual"), (["1"], "longer")])
def test_ticks_that_say_nothing_are_refused(user, planned, done, variant):
    with pytest.raises(InvalidValue):
        ticks(user, planned, done, variant)


def said(*, movements=None, **changed) -> SessionChanges:
    values = {"pain_before": 1, "worst_pain": 4, "pain_kinds": (), "effort": 5, "note": "Good."}
    answers = {**values, "felt_in": None, **changed}
    return SessionChanges(answers=answers, movements=movements or {})


def say_how_it_was(user, log, changes, *, now) -> SessionLog:
    sessions.change_session(user, log.id, changes, at=now, operation_id=uuid7(), now=now)
    return log


def test_how_it_was_is_stored_and_can_be_said_anew(user, planned):
    log = sessions.record_session(user, planned, entry(), now=LATER)
    say_how_it_was(user, log, said(pain_kinds=("sharp",)), now=LATER)
    assert (log.worst_pain, log.pain_kinds, log.effort) == (4, ["sharp"], 5)
    assert vault.is_sealed(log.note)
    say_how_it_was(user, log, said(worst_pain=None, note=None), now=LATER + DAY)
    assert (log.worst_pain, log.pain_kinds, log.note) == (None, [], "")
    assert log.changed_at == LATER + DAY


@pytest.mark.parametrize(
    "wrong",
    [
        {"pain_kinds": ("itching",)},
        {"worst_pain": 11},
        {"effort": -1},
        {"note": "a" * 2001},
        {"movements": {9: "done"}},
    ],
)
def test_how_it_cannot_have_been_is_refused(user, planned, wrong):
    log = sessions.record_session(user, planned, entry(), now=LATER)
    with pytest.raises(InvalidValue):
        say_how_it_was(user, log, said(**wrong), now=LATER)
    assert log.worst_pain is None


@pytest.mark.parametrize(
    ("stop", "kinds"),
    [(None, []), ("sharp", ["sharp"]), ("tingling", ["tingling_numb"]), ("dizzy", ["other"])],
)
def test_what_made_the_person_stop_is_kept_as_a_kind_of_pain(user, planned, stop, kinds):
    log = sessions.record_session(user, planned, entry(stop=stop), now=LATER)
    assert (log.pain_kinds, log.worst_pain) == (kinds, None)


def test_a_withdrawn_session_that_was_being_played_is_stored(user, planned):
    planned.state = PlannedState.WITHDRAWN
    log = sessions.record_session(user, planned, entry(), now=LATER)
    assert (log.planned_session_id, planned.state) == (planned.id, PlannedState.DONE)


def test_a_session_of_nothing_is_no_practice(user, planned):
    sent = entry(result("1", state="skipped", done_s=0))
    sessions.record_session(user, planned, sent, now=LATER)
    assert not sessions.practised_on(user, NOW.date())


def corrected(user, log, **states):
    """Correct the movements at some positions, named p0, p1 and so on."""
    movements = {int(name[1:]): state for name, state in states.items()}
    return say_how_it_was(user, log, said(movements=movements), now=LATER)


def test_a_forgotten_movement_counts_with_its_planned_seconds(user, planned):
    played = ticks(user, planned, ["1"])
    log = sessions.record_session(user, planned, played, now=LATER)
    usual = variants_of(as_prescribed(planned), pace_of(user))[0]
    every = ticks(user, planned, [part.item for part in usual.parts]).results
    corrected(user, log, p1="done", p2="part")
    assert [m.done_s for m in log.movements[:3]] == [
        every[0].done_s,
        every[1].done_s,
        every[2].done_s // 2,
    ]
    assert [m.state for m in log.movements[:3]] == ["done", "done", "part"]
    assert log.done_s == sum(m.done_s for m in log.movements)


def test_measured_seconds_stay_and_a_reason_goes_when_it_was_done_after_all(user, planned):
    sent = entry(result("1", state="part", done_s=20, reason="tired"), result("2"))
    log = sessions.record_session(user, planned, sent, now=LATER)
    corrected(user, log, p0="done")
    assert (log.movements[0].state, log.movements[0].done_s) == ("done", 20)
    assert log.movements[0].reason is None


def test_a_session_left_out_after_all_can_be_done_again(user, planned):
    log = sessions.record_session(user, planned, entry(), now=LATER)
    corrected(user, log, p0="skipped", p1="skipped")
    assert (log.done_s, planned.state) == (0, PlannedState.PLANNED)
    corrected(user, log, p0="done")
    assert planned.state == PlannedState.DONE


def test_without_its_planned_session_a_movement_counts_with_an_even_share(user, planned):
    sent = entry(result("1"), result("2", state="skipped", done_s=0))
    log = sessions.record_session(user, planned, sent, now=LATER)
    log.planned_session = None
    db.session.flush()
    corrected(user, log, p1="done")
    assert log.movements[1].done_s == log.planned_s // 2


def test_a_deleted_session_can_be_done_again(user, planned):
    log = sessions.record_session(user, planned, entry(), now=LATER)
    sessions.delete_session(user, log.id, now=LATER)
    assert planned.state == PlannedState.PLANNED
    assert (count(SessionLog), count(MovementLog)) == (0, 0)
    sessions.record_session(user, planned, entry(), now=LATER)
    assert planned.state == PlannedState.DONE


def test_of_two_records_deleting_one_leaves_the_session_done(user, planned):
    first = sessions.record_session(user, planned, entry(), now=LATER)
    sessions.record_session(user, planned, entry(), now=LATER)
    sessions.delete_session(user, first.id, now=LATER)
    assert planned.state == PlannedState.DONE


def test_a_record_is_found_by_whoever_it_belongs_to(user, planned):
    log = sessions.record_session(user, planned, entry(), now=LATER)
    other = people.start_without_account("UTC", now=NOW)
    assert sessions.session_log(user, log.id) is log
    assert sessions.practised_on(user, NOW.date())
    assert not sessions.practised_on(other, NOW.date())
    for person, log_id in ((other, log.id), (user, uuid4())):
        with pytest.raises(NotFound):
            sessions.session_log(person, log_id)


def today_of(user):
    return local_day(NOW, user.time_zone)


@pytest.mark.parametrize("stop", ["sharp", "tingling", "dizzy"])
def test_a_session_that_had_to_stop_holds_the_day(user, planned, stop):
    sessions.record_session(user, planned, entry(result(), stop=stop), now=NOW)
    assert red_days.is_held(user, today_of(user))


def test_a_session_that_hurt_too_much_holds_the_day_until_that_is_corrected(user, planned):
    log = sessions.record_session(user, planned, entry(result()), now=NOW)
    assert not red_days.is_held(user, today_of(user))

    say_how_it_was(user, log, said(worst_pain=9), now=NOW)
    assert red_days.is_held(user, today_of(user))

    say_how_it_was(user, log, said(worst_pain=2), now=NOW)
    assert not red_days.is_held(user, today_of(user))


def test_what_is_said_about_an_earlier_day_holds_nothing(user, planned):
    log = sessions.record_session(user, planned, entry(result()), now=NOW)
    say_how_it_was(user, log, said(worst_pain=9), now=NOW + timedelta(days=1))
    assert not red_days.is_held(user, today_of(user))


def say(user, log, now=LATER, **changed):
    return say_how_it_was(user, log, said(**changed), now=now)


def locked(user, day) -> set[str]:
    conditions = standing_of(user, day).conditions
    return {slug for each in conditions for slug in each.movements if not each.lifted}


def practised(user, planned, day: int, **changed) -> SessionLog:
    began = NOW + timedelta(days=day)
    values = {"started_at": began, "finished_at": began + timedelta(minutes=19), **changed}
    return sessions.record_session(
        user, planned, entry(**values), now=began + timedelta(minutes=20)
    )


def test_a_session_stopped_for_something_sharp_knows_the_movement(user, planned):
    hurt = [
        result("1", reason="pain", easier=True),
        result("2", state="part", reason="pain"),
        result("3", state="skipped", done_s=0),
    ]
    log = sessions.record_session(user, planned, entry(*hurt, stop="sharp"), now=LATER)
    assert [each.pain_kind for each in log.movements] == [None, "sharp", None]
    assert red_days.is_held(user, log.day)


def test_a_session_stopped_for_dizziness_blames_no_movement(user, planned):
    hurt = [result("1", state="part", reason="pain")]
    log = sessions.record_session(user, planned, entry(*hurt, stop="dizzy"), now=LATER)
    assert [each.pain_kind for each in log.movements] == [None]


def test_the_second_time_that_a_movement_feels_sharp_locks_it_until_somebody_agrees(user, planned):
    first = practised(user, planned, 0)
    say(user, first, pain_kinds=("sharp",), felt_in=1)
    assert locked(user, first.day) == set()
    second = practised(user, planned, 4)
    now = NOW + timedelta(days=4, hours=1)
    say(user, second, now, pain_kinds=("sharp",), felt_in=1)
    slug = second.movements[1].slug
    assert locked(user, second.day) == {slug}
    assert locked(user, second.day + timedelta(days=300)) == {slug}
    report = db.session.get_one(HealthReport, movement_locks.report_id(second.id, slug))
    condition = standing_of(user, second.day).condition(f"report:{report.id}")
    assert ways_to_lift(condition) == ("clinician_agreed", "therapist")
    say(user, second, now, pain_kinds=("sharp",), felt_in=1)
    assert count(HealthReport) == 1


def test_another_feeling_or_another_movement_locks_nothing(user, planned):
    for day, kind, place in ((0, "sharp", 0), (4, "sharp", 1), (8, "tingling_numb", 1)):
        now = NOW + timedelta(days=day, hours=1)
        say(user, practised(user, planned, day), now, pain_kinds=(kind,), felt_in=place)
    assert count(HealthReport) == 0


def test_a_tap_on_the_wrong_movement_can_be_corrected_on_its_day_and_not_later(user, planned):
    say(user, practised(user, planned, 0), pain_kinds=("sharp",), felt_in=1)
    second = practised(user, planned, 4)
    now = NOW + timedelta(days=4, hours=1)
    say(user, second, now, pain_kinds=("sharp",), felt_in=1)
    say(user, second, now, pain_kinds=("sharp",), felt_in=0)
    assert locked(user, second.day) == set()
    say(user, second, now, pain_kinds=("sharp",), felt_in=1)
    say(user, second, now + timedelta(days=1), pain_kinds=("sharp",), felt_in=0)
    assert locked(user, second.day) == {second.movements[1].slug}


def test_a_session_over_midnight_that_was_too_much_holds_both_days(user, planned):
    midnight = NOW.replace(hour=0, minute=0)
    log = sessions.record_session(
        user,
        planned,
        entry(
            started_at=midnight - timedelta(minutes=10),
            finished_at=midnight + timedelta(minutes=5),
            stop="sharp",
        ),
        now=midnight + timedelta(minutes=6),
    )
    today = midnight.date()
    assert log.day == today - timedelta(days=1)
    assert red_days.is_held(user, today)
    assert red_days.is_held(user, log.day)
    say(user, log, midnight + timedelta(minutes=9))
    assert not red_days.is_held(user, today)
    say(user, log, midnight + timedelta(minutes=9), worst_pain=9)
    assert red_days.is_held(user, today)


def test_what_is_said_a_day_later_holds_no_day(user, planned):
    log = practised(user, planned, 0)
    say(user, log, LATER + timedelta(days=1), worst_pain=9)
    assert not red_days.is_held(user, log.day)
    assert not red_days.is_held(user, log.day + timedelta(days=1))


def test_the_day_stays_held_while_another_session_of_it_was_too_much(user, planned):
    one, other = practised(user, planned, 0), practised(user, planned, 0)
    say(user, one, worst_pain=8)
    say(user, other, worst_pain=8)
    say(user, other, worst_pain=2)
    assert red_days.is_held(user, one.day)
    say(user, one, worst_pain=2)
    assert not red_days.is_held(user, one.day)


def test_the_light_of_a_stored_session_is_the_one_of_the_history(user, planned):
    for day, before in enumerate((9, 6, 6, None, 5, 7, 6, 6, 6)):
        practised(user, planned, day, pain_before=before)
        later = NOW + timedelta(days=day, minutes=10)
        practised(user, planned, day, pain_before=10, started_at=later)
    log = practised(user, planned, 12, pain_before=2)
    day = log.day
    for worst in range(11):
        say(user, log, NOW + timedelta(days=12, hours=1), pain_before=2, worst_pain=worst)
        found = practice_history(user, db.session.scalars(select(Enrolment)).one(), day)
        assert base_on(user.id, day) == pain_rules.base(found, day) == 6
        assert zone_of(log) == pain_rules.zone_of(found.sessions[-1], found)
        assert zone_of(log) == ("green" if worst < 8 else "amber" if worst == 8 else "red")
