"""What two devices wrote without a network gives one state, in whatever order and how often it comes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from fstpwa.domain.check_in import CheckInEntry
from fstpwa.domain.errors import Conflict, Gone
from fstpwa.domain.session_changes import SessionChanges
from fstpwa.domain.session_log import MovementResult, SessionLogEntry
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import (
    CheckIn,
    CheckInRegion,
    ClearedDay,
    DeletedSession,
    MovementLog,
    PlanEvent,
    PlannedSession,
    RedDay,
    SessionLog,
)
from fstpwa.services import check_ins, flare_days, mornings, people, sessions, vault
from fstpwa.services.check_ins import check_in_on, delete_check_in, merge_check_in
from tests.services.test_enrolments import DAY, NOW, TODAY, follow, sessions_of

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=2)
"""When all of it arrives."""
DAYS = (TODAY, TODAY - DAY)
SEVERAL = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ARRIVAL = {"id", "recorded_at", "changed_at", "state_changed_at", "set_at", "deleted_at", "at"}
"""Columns that tell when something arrived, or in which row it is."""
OF_THAT_MOMENT = {"planned_s"}
"""What the gate let through when a session arrived; nothing rests on it while the plan is there."""


@pytest.fixture
def user(app, rolled_back) -> Iterator[User]:
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


def id_of(number: int) -> UUID:
    return UUID(int=number)


@dataclass(frozen=True)
class Told:
    """One operation of a device, ready to be sent."""

    device: int
    carry_out: Callable[[User], object]

    def arrive(self, user: User) -> None:
        """Carry it out as the outbox does: by itself, and what is deleted stays so."""
        try:
            with db.session.begin_nested():
                self.carry_out(user)
        except Gone:
            pass


@dataclass
class Device:
    """A phone, and which operations it knows of: its own, and those it saw when it last looked."""

    number: int
    ahead: timedelta
    """How wrong its clock is."""
    seen: set[str] = field(default_factory=set)
    gone: set[UUID] = field(default_factory=set)


class Writers:
    """Two devices that write one after the other, each knowing only what it has seen."""

    def __init__(self, skew_min: int) -> None:
        self.devices = (Device(0, timedelta()), Device(1, skew_min * MINUTE))
        self.told: list[Told] = []
        self.texts: dict[tuple[object, str], list[tuple[str, tuple[str, ...]]]] = {}
        """Of what, and which text -> the operations that wrote it, with their bases."""

    def next(self, device: Device) -> tuple[UUID, Any]:
        """Return identity and time of the next operation."""
        number = len(self.told) + 1
        return id_of(number), NOW + number * MINUTE + device.ahead

    def base(self, device: Device, of: object, text: str) -> tuple[str, ...]:
        """Return the operations whose words the device shows now."""
        known = [(op, base) for op, base in self.texts.get((of, text), []) if op in device.seen]
        over = {each for _op, base in known for each in base}
        return tuple(op for op, _base in known if op not in over)

    def wrote(
        self, device: Device, operation: UUID, of: object, text: str, base: tuple[str, ...]
    ) -> None:
        self.texts.setdefault((of, text), []).append((str(operation), base))
        device.seen.add(str(operation))

    def looks(self, device: Device) -> None:
        """Let a device see everything that was written so far."""
        device.seen |= {op for written in self.texts.values() for op, _base in written}

    def tell(self, device: Device, carry_out: Callable[[User], object]) -> None:
        self.told.append(Told(device.number, carry_out))


def rows_of(model: type, *, but: set[str] = ARRIVAL) -> list[dict[str, Any]]:
    names = [each.key for each in inspect(model).column_attrs if each.key not in but]
    rows = db.session.execute(select(*(getattr(model, name) for name in names))).all()
    return sorted((dict(zip(names, row, strict=True)) for row in rows), key=repr)


def opened(user: User, rows: list[dict[str, Any]], *texts: str) -> list[dict[str, Any]]:
    """Return rows with their sealed texts opened: the same words are sealed anew each time."""
    return sorted(
        (row | {name: vault.readable(user, row[name]) for name in texts} for row in rows), key=repr
    )


def after(user: User, order: list[Told], batches: set[int], state: Callable[[], Any]) -> Any:
    """Return the state after operations arrived in an order, in batches; nothing of it stays."""
    whole = db.session.begin_nested()
    try:
        for position, each in enumerate(order):
            each.arrive(user)
            if position in batches:
                db.session.flush()
                db.session.expire_all()
        db.session.flush()
        db.session.expire_all()
        return state()
    finally:
        whole.rollback()
        db.session.expire_all()


# Check-ins: any order at all.

answers = st.fixed_dictionaries(
    {},
    optional={
        "stiffness": st.none() | st.integers(0, 2),
        "flare": st.none() | st.booleans(),
        "pain_in_neck": st.none() | st.integers(0, 2),
        "note": st.none() | st.sampled_from(["a", "b\n\nc"]),
        "managed": st.none() | st.just("a walk"),
    },
)
acts = st.one_of(
    st.tuples(st.just("answer"), answers),
    st.tuples(st.just("answer"), answers),
    st.tuples(st.just("delete"), st.none()),
    st.tuples(st.just("flare"), st.sampled_from(sorted(flare_days.ANSWERS))),
)
diaries = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 1), acts, st.booleans()), min_size=1, max_size=9
)


def diary_of(steps: list[Any], skew_min: int) -> list[Told]:
    writers = Writers(skew_min)
    for number, place, (kind, what), looks in steps:
        device, day = writers.devices[number], DAYS[place]
        if looks:
            writers.looks(device)
        operation, at = writers.next(device)
        said = {"at": at, "operation_id": operation, "now": LATER}
        if kind == "delete":
            writers.tell(
                device, lambda user, day=day, said=said: delete_check_in(user, day, **said)
            )
        elif kind == "flare":
            writers.tell(
                device,
                lambda user, what=what, day=day, said=said: flare_days.answer(
                    user, what, day=day, **said
                ),
            )
        else:
            bases = {name: writers.base(device, day, name) for name in ("note", "managed")}
            entry = CheckInEntry(
                day=day, answers=what, bases={n: b for n, b in bases.items() if n in what}
            )
            for name in entry.bases:
                writers.wrote(device, operation, day, name, bases[name])
            writers.tell(
                device, lambda user, entry=entry, said=said: merge_check_in(user, entry, **said)
            )
    return writers.told


def diary(user: User) -> dict[str, Any]:
    return {
        "check_ins": opened(user, rows_of(CheckIn), "note", "managed"),
        "regions": rows_of(CheckInRegion, but={"id", "check_in_id"}),
        "cleared": rows_of(ClearedDay),
        "events": rows_of(PlanEvent),
    }


@SEVERAL
@given(
    steps=diaries,
    skew_min=st.integers(-4, 4),
    chance=st.randoms(use_true_random=False),
    batches=st.sets(st.integers(0, 20)),
)
def test_check_ins_of_two_devices_come_in_any_order(
    user: User, steps: list[Any], skew_min: int, chance: Random, batches: set[int]
) -> None:
    told = diary_of(steps, skew_min)
    mixed = told + chance.sample(told, k=chance.randint(0, len(told)))
    chance.shuffle(mixed)
    as_written = after(user, told, set(), lambda: diary(user))
    assert after(user, mixed, batches, lambda: diary(user)) == as_written
    days = [row["day"] for table in ("check_ins", "cleared") for row in as_written[table]]
    assert len(days) == len(set(days)), "a day has its answers, or only their clocks"


# Sessions: each device in its own order.

PLAYED = id_of(1000)
changed_answers = st.fixed_dictionaries(
    {},
    optional={
        "worst_pain": st.sampled_from([None, 2, 10]),
        "effort": st.integers(0, 1),
        "pain_kinds": st.sampled_from([(), ("sharp",), ("tingling_numb", "other")]),
        "felt_in": st.sampled_from([None, 0, 1]),
        "note": st.sampled_from([None, "a", "b"]),
    },
)
corrections = st.sampled_from([{}, {1: "done"}, {1: "part"}, {1: "skipped"}])
changing = st.tuples(st.just("change"), st.tuples(changed_answers, corrections))
doings = st.sampled_from(["change"] * 8 + ["record", "morning", "delete"]).flatmap(
    lambda kind: {
        "change": changing,
        "record": st.tuples(st.just("record"), st.booleans()),
        "morning": st.tuples(st.just("morning"), st.integers(0, 3)),
        "delete": st.tuples(st.just("delete"), st.none()),
    }[kind]
)
weeks = st.lists(
    st.tuples(st.integers(0, 1), doings, st.integers(0, 3), st.booleans()), min_size=5, max_size=9
)


def played(log_id: UUID, *, sharp: bool = False, day_back: int = 0) -> SessionLogEntry:
    at = NOW - day_back * DAY
    states: list[tuple[Any, int, Any]] = [("done", 50, None), ("part", 20, "pain")]
    return SessionLogEntry(
        log_id=log_id,
        variant="usual",
        started_at=at,
        finished_at=at + 9 * MINUTE,
        pain_before=3,
        stop="sharp" if sharp else None,
        results=tuple(
            MovementResult(
                item=str(place + 1), state=state, easier=False, done_s=done_s, reason=reason
            )
            for place, (state, done_s, reason) in enumerate(states)
        ),
    )


def week_of(
    steps: list[Any], skew_min: int, planned: PlannedSession, old: PlannedSession
) -> list[Told]:
    writers = Writers(skew_min)
    known: dict[int, list[UUID]] = {0: [PLAYED], 1: [PLAYED]}
    for number, (kind, what), place, looks in steps:
        device = writers.devices[number]
        if looks:
            writers.looks(device)
        operation, at = writers.next(device)
        mine = [each for each in known[number] if each not in device.gone]
        # Mostly it is about the session that both know: there they can disagree.
        about = [each for each in mine if place == 0 or each == PLAYED]
        if kind == "record":
            entry = played(id_of(2000 + len(writers.told)), sharp=what)
            known[number].append(entry.log_id)
            writers.tell(
                device,
                lambda user, entry=entry: sessions.record_session(user, planned, entry, now=LATER),
            )
        elif kind == "morning":
            writers.tell(
                device,
                lambda user, what=what, at=at: mornings.say_next_morning(
                    user, id_of(999), what, at=at, now=LATER
                ),
            )
        elif about:
            log_id = about[-1]
            if kind == "delete":
                device.gone.add(log_id)
                writers.tell(
                    device,
                    lambda user, log_id=log_id: sessions.delete_session(user, log_id, now=LATER),
                )
                continue
            said, movements = what
            base = writers.base(device, log_id, "note")
            if "note" in said:
                writers.wrote(device, operation, log_id, "note", base)
            changes = SessionChanges(answers=said, movements=movements, note_base=base)
            writers.tell(
                device,
                lambda user, log_id=log_id, changes=changes, op=operation, at=at: (
                    sessions.change_session(
                        user, log_id, changes, at=at, operation_id=op, now=LATER
                    )
                ),
            )
    return writers.told


def week(user: User) -> Mapping[str, Any]:
    logs = rows_of(SessionLog, but=(ARRIVAL | OF_THAT_MOMENT) - {"id"})
    return {
        "logs": opened(user, logs, "note"),
        "movements": rows_of(MovementLog, but={"id"}),
        "deleted": rows_of(DeletedSession),
        "plan": rows_of(PlannedSession, but={"created_at", "state_changed_at"}),
        "held": rows_of(RedDay),
    }


def interleaved(told: list[Told], chance: Random) -> list[Told]:
    """Return an order that keeps each device's own, with some sent once more later."""
    queues = [[each for each in told if each.device == number] for number in (0, 1)]
    order: list[Told] = []
    while any(queues):
        order.append(chance.choice([queue for queue in queues if queue]).pop(0))
        if chance.random() < 0.3:
            order.append(chance.choice(order))
    return order


@SEVERAL
@given(
    steps=weeks,
    skew_min=st.integers(-4, 4),
    chance=st.randoms(use_true_random=False),
    batches=st.sets(st.integers(0, 20)),
)
def test_sessions_of_two_devices_come_in_any_mixture(
    user: User, steps: list[Any], skew_min: int, chance: Random, batches: set[int]
) -> None:
    given_before = db.session.begin_nested()
    planned, old = sessions_of(follow(user, now=NOW - DAY))[1::-1]
    sessions.record_session(user, old, played(id_of(999), day_back=1), now=NOW)
    sessions.record_session(user, planned, played(PLAYED), now=NOW + 10 * MINUTE)
    told = week_of(steps, skew_min, planned, old)
    as_written = after(user, told, set(), lambda: week(user))
    assert after(user, interleaved(told, chance), batches, lambda: week(user)) == as_written
    given_before.rollback()


# Single stories.


def store(user: User, number: int, *, minute: int, base: tuple[int, ...] = (), **said: Any) -> str:
    entry = CheckInEntry(
        day=TODAY, answers=said, bases={"note": tuple(str(id_of(each)) for each in base)}
    )
    return merge_check_in(
        user, entry, at=NOW + minute * MINUTE, operation_id=id_of(number), now=LATER
    )


def test_notes_written_on_two_devices_are_kept_both_until_somebody_makes_one_of_them(user):
    assert store(user, 1, minute=1, note="On the train.") == "applied"
    assert store(user, 2, minute=2, note="At the desk.") == "merged"
    kept = check_in_on(user, TODAY)
    assert kept is not None
    assert kept.note == "On the train.\n\nAt the desk."
    assert kept.seen("note") == (str(id_of(1)), str(id_of(2)))
    assert store(user, 3, minute=3, base=(1, 2), note="Train and desk.") == "applied"
    assert store(user, 1, minute=1, note="On the train.") == "merged"
    kept = check_in_on(user, TODAY)
    assert kept is not None
    assert kept.note == "Train and desk."


def test_an_older_entry_that_comes_after_a_delete_does_not_raise_the_day(user):
    store(user, 1, minute=1, stiffness=4)
    delete = {"at": NOW + 5 * MINUTE, "operation_id": id_of(2), "now": LATER}
    assert delete_check_in(user, TODAY, **delete) == "applied"
    assert store(user, 3, minute=4, stiffness=6, note="late") == "merged"
    assert check_in_on(user, TODAY) is None
    assert store(user, 4, minute=6, sleep=7) == "applied"
    kept = check_in_on(user, TODAY)
    assert kept is not None
    assert kept.answers() == {"sleep": 7}
    assert delete_check_in(user, TODAY, **delete) == "applied"
    assert check_in_on(user, TODAY) == kept


def test_deleting_a_day_that_was_never_written_keeps_older_words_away(user):
    delete_check_in(user, TODAY, at=NOW, operation_id=id_of(1), now=LATER)
    assert store(user, 2, minute=-1, stiffness=4) == "merged"
    assert check_in_on(user, TODAY) is None


def test_a_phone_that_is_ahead_may_write_on_its_own_day_and_no_further(user):
    late = NOW.replace(hour=12)
    said = {"at": late, "operation_id": id_of(1), "now": late}
    ahead = CheckInEntry(day=TODAY + DAY, answers={"stiffness": 3})
    assert merge_check_in(user, ahead, **said) == "applied"
    assert check_ins.today_where(user, TODAY + 2 * DAY, late) == TODAY
    with pytest.raises(ValueError, match="not happened yet"):
        merge_check_in(user, CheckInEntry(day=TODAY + 2 * DAY, answers={}), **said)
    morning = NOW.replace(hour=9)
    with pytest.raises(ValueError, match="not happened yet"):
        merge_check_in(user, ahead, at=morning, operation_id=id_of(2), now=morning)


@pytest.fixture
def planned(user) -> PlannedSession:
    return sessions_of(follow(user))[0]


def change(user: User, number: int, *, minute: int, base: tuple[int, ...] = (), **said: Any) -> str:
    seen = tuple(str(id_of(each)) for each in base)
    changes = SessionChanges(answers=said, note_base=seen)
    at = NOW + minute * MINUTE
    return sessions.change_session(
        user, PLAYED, changes, at=at, operation_id=id_of(number), now=LATER
    )


def test_a_deleted_session_that_is_sent_again_stays_deleted(user, planned):
    sessions.record_session(user, planned, played(PLAYED), now=LATER)
    for _ in range(2):
        sessions.delete_session(user, PLAYED, now=LATER)
    with pytest.raises(Gone):
        sessions.record_session(user, planned, played(PLAYED), now=LATER)
    with pytest.raises(Gone):
        change(user, 1, minute=1, effort=3)
    with pytest.raises(Gone):
        mornings.say_next_morning(user, PLAYED, 3, at=LATER, now=LATER)
    assert rows_of(SessionLog) == []
    assert planned.state == "planned"


def test_what_two_devices_say_about_a_session_is_put_together(user, planned):
    log = sessions.record_session(user, planned, played(PLAYED), now=LATER)
    assert change(user, 2, minute=2, effort=3, note="Hard.") == "applied"
    assert change(user, 1, minute=1, effort=7, worst_pain=4, note="Fine.") == "merged"
    assert (log.effort, log.worst_pain) == (3, 4)
    assert sessions.note_of(user, log) == "Fine.\n\nHard."
    assert sessions.seen_in_note(user, log) == (str(id_of(1)), str(id_of(2)))
    assert change(user, 3, minute=3, base=(1, 2), note="Mixed.") == "applied"
    assert sessions.note_of(user, log) == "Mixed."


def test_a_corrected_movement_rests_on_what_was_played(user, planned):
    log = sessions.record_session(user, planned, played(PLAYED), now=LATER)
    for minute, state in ((1, "skipped"), (3, "part"), (2, "done")):
        sessions.change_session(
            user,
            PLAYED,
            SessionChanges(movements={1: state}),
            at=NOW + minute * MINUTE,
            operation_id=id_of(minute),
            now=LATER,
        )
    stopped = log.movements[1]
    assert (stopped.state, stopped.done_s, stopped.reason) == ("part", 20, "pain")


def test_near_falls_of_a_day_are_those_that_were_told_last(user):
    planned = sessions_of(follow(user, "balance-and-gait"))[0]
    logs = [id_of(3000), id_of(3001)]
    for log_id in logs:
        sessions.record_session(user, planned, played(log_id), now=LATER)
    told = ((3, logs[0], "2", "applied"), (1, logs[1], "0", "merged"), (2, logs[1], "1", "merged"))
    for minute, log_id, near, outcome in told:
        changes = SessionChanges(answers={"near_falls": near})
        said = {"at": NOW + minute * MINUTE, "operation_id": id_of(minute), "now": LATER}
        assert sessions.change_session(user, log_id, changes, **said) == outcome
    assert [row["value"] for row in rows_of(PlanEvent)] == [["2"]]


def test_the_first_word_on_a_morning_stays_whichever_comes_first(user, planned):
    old = sessions.record_session(user, planned, played(PLAYED, day_back=1), now=NOW)
    for minute, pain, outcome in ((5, 3, "applied"), (2, 6, "applied"), (4, 1, "merged")):
        at = NOW + minute * MINUTE
        assert mornings.say_next_morning(user, PLAYED, pain, at=at, now=LATER) == outcome
    assert old.next_morning_pain == 6
    later = LATER + DAY
    for minute, settled, outcome in ((5, True, "applied"), (2, False, "applied")):
        at = NOW + DAY + minute * MINUTE
        assert mornings.say_settled(user, PLAYED, settled=settled, at=at, now=later) == outcome
    assert old.settled is False


def test_a_morning_that_is_told_late_counts_for_the_day_on_which_it_was_told(user, planned):
    old = sessions.record_session(user, planned, played(PLAYED, day_back=1), now=NOW)
    mornings.say_next_morning(user, PLAYED, 4, at=NOW, now=LATER + 3 * DAY)
    assert old.next_morning_pain == 4
    with pytest.raises(Conflict, match="about another day"):
        mornings.say_next_morning(user, PLAYED, 4, at=NOW + DAY, now=LATER + 3 * DAY)
