"""What a phone kept: each entry once, each for itself, each answered."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from uuid6 import uuid7

from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.health import PendingCheck
from fstpwa.models.practice import (
    AppliedOperation,
    DeletedSession,
    PlanDecision,
    SessionLog,
)
from fstpwa.services import check_ins, outbox, pending_checks, sessions
from tests.blueprints.test_mornings import practise
from tests.conftest import Person
from tests.phone_outbox import check_in, entry, in_ms, results, send, sent, session
from tests.whole_app import all_rows


def answers_on(person: Person, days_ago: int = 0) -> dict[str, Any]:
    """What is stored about a day."""
    with person.app.app_context():
        day = person.today() - timedelta(days=days_ago)
        found = check_ins.check_in_on(person.user(), day)
        return {} if found is None else found.answers()


def logs(person: Person) -> list[SessionLog]:
    with person.app.app_context():
        found = list(db.session.scalars(select(SessionLog).filter_by(user_id=person.id)))
        db.session.expunge_all()
        return found


def stored(person: Person) -> dict[str, list[tuple[object, ...]]]:
    """Every row but those of throttling and of when a device was seen."""
    rows = all_rows(person.app)
    return {name: rows[name] for name in rows if name not in ("attempt", "device_session", "user")}


@pytest.fixture
def follower(her: Person) -> Person:
    her.follows()
    return her


class TestEveryKind:
    def test_answers_about_a_day_are_stored(self, her: Person) -> None:
        written = check_in(her, days_ago=3, stiffness=4, good_day="yes", note="Slept well.")

        assert results(her, written) == ["applied"]
        assert answers_on(her, 3) == {"stiffness": 4, "good_day": "yes", "note": "Slept well."}

    def test_a_deleted_day_is_empty_and_what_was_written_before_stays_away(self, her) -> None:
        now = datetime.now(UTC)
        late = check_in(her, at=now - timedelta(minutes=2), stiffness=9)
        gone = entry("check_in_deleted", her.today(), {}, at=now - timedelta(minutes=1))

        assert results(her, check_in(her, at=now - timedelta(minutes=3), stiffness=4)) == [
            "applied"
        ]
        assert results(her, gone, late) == ["applied", "merged"]
        assert answers_on(her) == {}

    def test_a_session_that_was_done_is_stored_with_what_follows(self, follower) -> None:
        planned = follower.planned()[0].id
        log_id = uuid4()

        assert results(follower, session(planned, log_id=log_id)) == ["applied"]
        (log,) = logs(follower)
        assert (log.id, log.planned_session_id, log.done_s) == (log_id, planned, 67)
        assert follower.planned()[0].state == "done"

    def test_how_it_was_is_said_afterwards(self, follower) -> None:
        log_id = uuid4()
        kind = library().safety.after_session.kinds[0].id
        said = {
            "worst_pain": 3,
            "effort": 4,
            "pain_kinds": [kind],
            "note": "Easier.",
            "movements": {"1": "done"},
        }

        told = results(
            follower,
            session(follower.planned()[0].id, log_id=log_id),
            entry("session_said", log_id, said),
            entry("session_said", log_id, {"effort": None}),
        )

        assert told == ["applied"] * 3
        with follower.app.app_context():
            log = sessions.session_log(follower.user(), log_id)
            assert (log.worst_pain, log.effort, log.pain_kinds) == (3, None, [kind])
            assert sessions.note_of(follower.user(), log) == "Easier."
            assert [each.state for each in log.movements] == ["done", "done"]

    def test_a_deleted_session_does_not_come_back(self, follower) -> None:
        planned, log_id = follower.planned()[0].id, uuid4()
        done = session(planned, log_id=log_id)
        sent(follower, done, entry("session_deleted", log_id, {}))

        again = session(planned, log_id=log_id)
        said = entry("session_said", log_id, {"effort": 3})
        gone = entry("session_deleted", log_id, {})

        assert results(follower, done, again, said, gone) == [
            "duplicate applied",
            "merged",
            "merged",
            "applied",
        ]
        assert logs(follower) == []
        with follower.app.app_context():
            assert db.session.get(DeletedSession, (follower.id, log_id)) is not None

    @pytest.mark.parametrize(
        ("answer", "flare"), [("yes", True), ("undo", None), ("no", None), ("back", None)]
    )
    def test_a_flare_is_said_and_taken_back(self, follower, answer, flare) -> None:
        day = follower.today()
        began = datetime.now(UTC) - timedelta(minutes=1)
        if answer != "yes":
            sent(follower, entry("flare", day, {"answer": "undo"}, at=began))

        assert results(follower, entry("flare", day, {"answer": answer})) == ["applied"]
        assert answers_on(follower).get("flare") == flare

    def test_the_morning_after_and_whether_it_settled_are_stored(self, follower) -> None:
        yesterday = practise(follower, 1)
        before = practise(follower, 2, next_morning_pain=6)

        told = results(
            follower,
            entry("morning", yesterday, {"pain": 4}),
            entry("morning", before, {"settled": True}),
        )

        assert told == ["applied", "applied"]
        found = {str(log.id): log for log in logs(follower)}
        assert found[yesterday].next_morning_pain == 4
        assert found[before].settled is True

    def test_a_morning_counts_for_the_day_on_which_it_was_said(self, follower) -> None:
        before = practise(follower, 2)
        yesterday = datetime.now(UTC) - timedelta(days=1)

        assert results(follower, entry("morning", before, {"pain": 4}, at=yesterday)) == ["applied"]
        assert results(follower, entry("morning", before, {"pain": 9})) == ["rejected conflict"]
        assert logs(follower)[0].next_morning_pain == 4

    def test_ticks_before_a_session_wait_for_their_questions(self, follower) -> None:
        item = library().safety.pre_session.items[0].id

        assert results(follower, entry("ticked", follower.today(), {"items": [item]})) == [
            "applied"
        ]
        with follower.app.app_context():
            assert pending_checks.pending(follower.user(), follower.today()) == (item,)
            assert db.session.query(PendingCheck).count() == 1


class TestOnce:
    def test_what_comes_again_changes_nothing_and_says_what_became_of_it(self, her) -> None:
        now = datetime.now(UTC)
        first = check_in(her, at=now, stiffness=4)
        older = check_in(her, at=now - timedelta(hours=1), stiffness=9, sleep=5)
        assert results(her, first, older) == ["applied", "merged"]
        before = stored(her)

        assert results(her, older, first) == ["duplicate merged", "duplicate applied"]
        assert stored(her) == before

    def test_twice_in_one_batch_counts_once(self, her) -> None:
        written = check_in(her, stiffness=4)
        changed = {**written, "data": {"answers": {"stiffness": 9}}}

        assert results(her, written, changed) == ["applied", "duplicate applied"]
        assert answers_on(her) == {"stiffness": 4}

    def test_a_form_that_arrived_and_whose_answer_got_lost_counts_once(self, her) -> None:
        written = check_in(her, stiffness=4, note="Slept well.")
        form = {"which": "quick", "shown": "{}", "operation": written["op"], "stiffness": "4"}
        assert her.post("/check-in", data=form).status_code == 303

        assert results(her, written) == ["duplicate applied"]
        assert answers_on(her) == {"stiffness": 4}

    def test_his_operation_of_the_same_name_is_his_own(self, her, him) -> None:
        written = check_in(her, stiffness=4)

        assert results(her, written) == ["applied"]
        assert results(him, written) == ["applied"]

    def test_what_was_refused_can_come_again(self, follower) -> None:
        log_id = uuid4()
        said = entry("session_said", log_id, {"effort": 3})
        assert results(follower, said) == ["rejected unknown_session"]

        done = session(follower.planned()[0].id, log_id=log_id)
        assert results(follower, done, said) == ["applied", "applied"]


class TestEachForItself:
    def test_a_half_valid_batch_stores_what_is_valid(self, follower) -> None:
        planned = follower.planned()[0].id
        told = results(
            follower,
            check_in(follower, stiffness=4),
            check_in(follower, stiffness=11, sleep=3),
            "nonsense",
            session(planned, variant="usual", results=[]),
            session(planned, results=[{**RESULT, "item": "1"}, {**RESULT, "item": "99"}]),
            entry("dream", follower.today(), {}),
            check_in(follower, days_ago=1, sleep=6),
        )

        assert told == [
            "applied",
            "rejected invalid",
            "rejected malformed",
            "applied",
            "rejected invalid",
            "rejected unknown_kind",
            "applied",
        ]
        assert answers_on(follower) == {"stiffness": 4}
        assert answers_on(follower, 1) == {"sleep": 6}
        assert len(logs(follower)) == 1
        with follower.app.app_context():
            assert db.session.query(AppliedOperation).filter_by(user_id=follower.id).count() == 3

    def test_a_batch_in_which_nothing_is_valid_stores_nothing(self, follower) -> None:
        before = stored(follower)

        told = sent(
            follower,
            check_in(follower, stiffness=11),
            check_in(follower, mood=3),
            check_in(follower, days_ago=-3, stiffness=3),
            check_in(follower, days_ago=401, stiffness=3),
            check_in(follower, note="a" * 2001),
            check_in(follower, note="a\x00b"),
            check_in(follower, note="half \ud800"),
            check_in(follower, managed="two\x1eversions"),
            entry("check_in_deleted", "0001-01-01", {}),
            entry("flare", "9999-12-31", {"answer": "yes"}),
            entry("ticked", "2019-01-01", {"items": ["em_trauma"]}),
            session(uuid4()),
            entry("session_deleted", uuid4(), {}),
            entry("session_said", uuid4(), {"effort": 3}),
            entry("morning", uuid4(), {"pain": 3}),
            entry("morning", uuid4(), {"settled": False}),
        )

        assert {each.result for each in told} == {"rejected"}
        assert [each.code for each in told] == ["invalid"] * 11 + ["unknown_session"] * 5
        assert all(each.words and each.words.endswith(".") for each in told)
        assert stored(follower) == before

    def test_what_may_not_be_in_a_session_is_refused(self, follower) -> None:
        planned, log_id = follower.planned()[0].id, uuid4()
        sent(follower, session(planned, log_id=log_id))
        before = stored(follower)

        told = results(
            follower,
            entry("session_said", log_id, {"pain_kinds": ["bliss"]}),
            entry("session_said", log_id, {"note": "a" * 2001, "effort": 3}),
            entry("session_said", log_id, {"note": "half \udfff"}),
            entry("session_said", log_id, {"note": "nul \x00"}),
            entry("session_said", log_id, {"note": "two\x1eversions"}),
            entry("session_said", log_id, {"movements": {"7": "done"}}),
            entry("session_said", log_id, {"felt_in": 7}),
            entry("session_said", log_id, {"felt_in": "neck"}),
            entry("session_said", log_id, {"worst_pain": 11}),
            entry("session_said", log_id, {"worst_pain": "lots"}),
            entry("session_said", log_id, {"effort": True}),
            entry("session_said", log_id, {"stances": {"0": {"held_s": 20}}}),
            entry("session_said", log_id, {"stances": {"7": {"held_s": 20, "support": "none"}}}),
            session(planned, results=[{**RESULT, "slug": "no-such-movement"}]),
            session(planned, results=[{**RESULT, "slug": "half \ud800"}]),
            session(planned, results=[RESULT, RESULT]),
        )

        assert told == ["rejected invalid"] * 16
        assert stored(follower) == before

    def test_a_mistake_of_ours_holds_up_nothing_else(self, her, monkeypatch) -> None:
        real = check_ins.merge_check_in

        def faulty(user, written, **rest):
            outcome = real(user, written, **rest)
            if "sleep" in written.answers:
                raise KeyError("a mistake of ours")
            return outcome

        monkeypatch.setattr(check_ins, "merge_check_in", faulty)
        told = results(
            her,
            check_in(her, stiffness=4),
            check_in(her, days_ago=1, sleep=4),
            check_in(her, days_ago=2, stiffness=5),
        )

        assert told == ["applied", "rejected failed", "applied"]
        assert answers_on(her, 1) == {}


class TestOtherPeople:
    def test_hers_looks_to_him_as_if_it_had_never_been(self, follower, him) -> None:
        him.follows()
        hers = follower.planned()[0].id
        log_id = uuid4()
        sent(follower, session(hers, log_id=log_id))
        before = stored(follower)

        for unknown, forbidden in (
            (session(uuid4()), session(follower.planned(1)[0].id)),
            (entry("session_said", uuid4(), {"effort": 1}),) * 2,
            *(
                (entry(kind, uuid4(), data), entry(kind, log_id, data))
                for kind, data in (
                    ("session_said", {"effort": 1}),
                    ("session_deleted", {}),
                    ("morning", {"pain": 1}),
                    ("morning", {"settled": True}),
                )
            ),
        ):
            first, second = sent(him, unknown, forbidden)
            assert (first.result, first.code) == ("rejected", "unknown_session")
            assert (second.result, second.code, second.words) == (
                first.result,
                first.code,
                first.words,
            )
        taken = sent(him, session(him.planned()[0].id, log_id=log_id))
        assert (taken[0].code, taken[0].words) == (first.code, first.words)
        assert stored(follower) == before


class TestClocks:
    def test_a_phone_ahead_of_time_does_not_win_over_what_was_said_later(self, her) -> None:
        now = datetime.now(UTC)
        ahead = timedelta(hours=5)
        early = check_in(her, at=now - timedelta(hours=1) + ahead, stiffness=9)

        assert results(her, check_in(her, at=now, stiffness=4)) == ["applied"]
        assert results(her, early, sent=in_ms(now + ahead)) == ["merged"]
        assert answers_on(her) == {"stiffness": 4}

    def test_nothing_is_written_in_the_future(self, her) -> None:
        year = timedelta(days=365)
        tomorrow = check_in(her, at=datetime.now(UTC) + year, stiffness=9)

        assert results(her, tomorrow) == ["applied"]
        assert results(her, check_in(her, stiffness=4)) == ["applied"]
        assert answers_on(her) == {"stiffness": 4}

    def test_the_wildest_times_are_taken_for_what_they_can_be(self, follower) -> None:
        planned = follower.planned()[0].id
        told = results(
            follower,
            {**check_in(follower, stiffness=4), "at": 0},
            {**check_in(follower, days_ago=1, stiffness=4), "at": 253_402_214_400_000},
            session(
                planned,
                started_at="0001-01-01T00:00:00+14:00",
                finished_at="9999-12-31T23:59:59-12:00",
            ),
            sent=253_402_214_400_000,
        )

        assert told == ["applied"] * 3
        (log,) = logs(follower)
        assert log.day == follower.today() or log.day == follower.today() - timedelta(days=1)


class TestRoom:
    def test_nobody_writes_more_in_a_day_than_anybody_can_mean(self, her, him) -> None:
        now = datetime.now(UTC)
        with her.app.app_context():
            db.session.add_all(
                AppliedOperation(
                    user_id=her.id, operation_id=uuid7(), applied_at=now, result="applied"
                )
                for _ in range(outbox.MOST_A_DAY - 1)
            )
            db.session.commit()
        first, second = check_in(her, stiffness=4), check_in(her, sleep=4)

        full = send(her, first, second)
        assert (full.status_code, full.json["error"]) == (429, "too_many")
        assert int(full.headers["Retry-After"]) > 0
        assert answers_on(her) == {}
        assert results(her, first) == ["applied"]
        assert results(her, first) == ["duplicate applied"]
        assert send(her, second).status_code == 429
        assert results(him, check_in(him, sleep=4)) == ["applied"]

    def test_what_was_yesterday_takes_no_room(self, her) -> None:
        then = datetime.now(UTC) - timedelta(hours=25)
        with her.app.app_context():
            db.session.add_all(
                AppliedOperation(
                    user_id=her.id, operation_id=uuid7(), applied_at=then, result="applied"
                )
                for _ in range(outbox.MOST_A_DAY)
            )
            db.session.commit()

        assert results(her, check_in(her, stiffness=4)) == ["applied"]


class TestStatements:
    """A phone that was away for weeks sends 50 at once: the same work for each, and no more."""

    def test_fifty_check_ins(self, follower, queries) -> None:
        entries = [check_in(follower, days_ago=each, stiffness=4, note="x") for each in range(50)]
        with queries() as found:
            assert results(follower, *entries) == ["applied"] * 50
        assert len(found) <= 50 * 9

    def test_fifty_entries_that_were_stored_before(self, follower, queries) -> None:
        entries = [check_in(follower, days_ago=each, stiffness=4) for each in range(50)]
        sent(follower, *entries)
        with queries() as found:
            assert results(follower, *entries) == ["duplicate applied"] * 50
        assert len(found) <= 5

    def test_fifty_sessions(self, follower, queries) -> None:
        planned = follower.planned()[0].id
        entries = [session(planned) for _ in range(50)]
        with queries() as found:
            assert results(follower, *entries) == ["applied"] * 50
        assert len(found) <= 50 * 32


def test_what_follows_for_the_plan_is_written_down_with_it(follower) -> None:
    day = follower.today()
    sent(follower, entry("flare", day, {"answer": "yes"}))

    with follower.app.app_context():
        rules = set(db.session.scalars(select(PlanDecision.rule).filter_by(user_id=follower.id)))
    assert rules


@pytest.fixture
def full(app: Flask, kept_rows: None) -> Iterator[Callable[[], None]]:
    """Return what leaves the database no room to grow; it has some again at the end."""
    with app.app_context():
        engine = db.engine
        pages = db.session.scalar(text("PRAGMA page_count"))

    def no_room(connection: Any, *_rest: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def begin() -> None:
        nonlocal pages
        with app.app_context():
            pages = db.session.scalar(text("PRAGMA page_count"))
        event.listen(engine, "checkout", no_room)

    yield begin
    if event.contains(engine, "checkout", no_room):
        event.remove(engine, "checkout", no_room)
    # Every connection that was told so goes, not only the next one: others would find no room later.
    engine.dispose()


@pytest.mark.sqlite_suffices
def test_where_there_is_no_room_nothing_of_a_batch_is_stored(full, her: Person) -> None:
    notes = [check_in(her, days_ago=each, note="walked " * 280) for each in range(50)]
    assert results(her, notes[0]) == ["applied"]
    before = stored(her)

    full()
    answer = send(her, check_in(her, days_ago=60, sleep=3), *notes[1:])

    assert (answer.status_code, answer.json["error"]) == (507, "full")
    assert stored(her) == before


RESULT = {"item": "1", "state": "done", "easier": False, "done_s": 55, "reason": None}
