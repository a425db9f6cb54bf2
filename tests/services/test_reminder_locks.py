"""Deleting a person or a device while a worker has their reminders in hand: nobody is broken off."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.reminders import Delivery, Occurrence, PushSubscription, Reminder
from fstpwa.services import deliveries, devices, erasure, occurrence_looks, reminder_ticks
from fstpwa.services.deliveries import Settlement
from fstpwa.services.reminder_checks import check
from fstpwa.services.reminder_ticks import tick
from tests.reminding import DAY, EIGHT, MINUTE, SENT, TODAY, check_in, new_user, remind, subscribe

PEOPLE = 8
ROUNDS = 3
MIDNIGHT = EIGHT + timedelta(hours=16)
"""When what rang is closed, and nothing new is due yet."""


@pytest.fixture
def people(app, kept_rows):
    """People with reminders on several devices each, as numbers."""

    def make() -> list[int]:
        with app.app_context():
            made = []
            for number in range(PEOPLE):
                someone = new_user()
                for name in ("phone", "tablet", "desk"):
                    subscribe(someone, f"{name}-{someone.id}-{number}")
                for at_min in (479, 480):
                    remind(someone, at_min=at_min)
                made.append(someone.id)
            db.session.commit()
            return made

    return make


@pytest.fixture
def at_once(app):
    """Do two things at once, over two connections, and fail if one of them is broken off."""

    def both(*works: Callable[[], None]) -> None:
        begin = Barrier(len(works))
        problems: list[BaseException] = []

        def do(work: Callable[[], None]) -> None:
            with app.app_context():
                begin.wait()
                try:
                    work()
                except BaseException as problem:
                    problems.append(problem)

        threads = [Thread(target=do, args=[work]) for work in works]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert problems == []

    return both


def claims_and_settles(now) -> Callable[[], None]:
    """A worker, step by step, without a second try for what is broken off."""

    def work() -> None:
        for at in (now, now + 3 * MINUTE):
            tick(now=at)
            db.session.commit()
            taken = deliveries.lease(now=at)
            db.session.commit()
            ready = check(taken, now=at)
            db.session.commit()
            deliveries.settle([Settlement(each.lease, SENT) for each in ready], now=at)
            db.session.commit()
        tick(now=now + DAY)  # closes what rang
        db.session.commit()

    return work


def one_by_one(
    people: list[int], delete: Callable[[User], object], *, backwards: bool
) -> Callable[[], None]:
    def work() -> None:
        for user_id in reversed(people) if backwards else people:
            delete(db.session.get_one(User, user_id))
            db.session.commit()

    return work


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("backwards", [False, True])
def test_people_are_deleted_while_their_reminders_are_claimed_and_sent(
    app, people, at_once, backwards
):
    for _ in range(ROUNDS):
        made = people()
        deleting = one_by_one(
            made, lambda user: erasure.erase(user, today=TODAY), backwards=backwards
        )
        at_once(claims_and_settles(EIGHT), deleting)
    with app.app_context():
        for table in (User, Reminder, Occurrence, PushSubscription, Delivery):
            assert count(table) == 0


@pytest.mark.parametrize("backwards", [False, True])
def test_devices_are_signed_out_while_messages_to_them_are_sent(app, people, at_once, backwards):
    for _ in range(ROUNDS):
        made = people()
        leaving = one_by_one(made, lambda user: devices.end_others(user, None), backwards=backwards)
        at_once(claims_and_settles(EIGHT), leaving)
    with app.app_context():
        assert count(DeviceSession) == count(PushSubscription) == count(Delivery) == 0
        assert count(Reminder) == 2 * PEOPLE * ROUNDS


def test_one_device_after_the_other_is_signed_out_meanwhile(app, people, at_once):
    def leave(user: User) -> None:
        for device in devices.devices_of(user, now=EIGHT + timedelta(hours=1)):
            devices.end(device)
            db.session.commit()

    for _ in range(ROUNDS):
        made = people()
        at_once(claims_and_settles(EIGHT), one_by_one(made, leave, backwards=False))
    with app.app_context():
        assert count(PushSubscription) == 0


@pytest.mark.parametrize(
    ("module", "at"),
    [
        pytest.param(reminder_ticks, EIGHT, id="claiming"),
        pytest.param(occurrence_looks, MIDNIGHT, id="looking again"),
    ],
)
@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda user: erasure.erase(user, today=TODAY), id="deleted"),
        pytest.param(lambda user: devices.end_others(user, None), id="signed out"),
    ],
)
def test_whoever_leaves_just_when_a_worker_has_their_reminder_in_hand_waits_for_it(
    app, people, monkeypatch, module, at, leave
):
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("SQLite has one writer")
    (user_id, *_) = people()
    with app.app_context():
        if module is occurrence_looks:
            tick(now=EIGHT)
            db.session.commit()
    leaving = Thread(target=leaves, args=[app, user_id, leave])
    live_subscriptions = module.live_subscriptions

    def meanwhile(users, *, now):
        if leaving.ident is None:
            leaving.start()
            while leaving.is_alive() and not somebody_waits():
                time.sleep(0.01)
        return live_subscriptions(users, now=now)

    monkeypatch.setattr(module, "live_subscriptions", meanwhile)
    with app.app_context():
        tick(now=at)
        db.session.commit()
        leaving.join()
        found = select(func.count()).where(PushSubscription.user_id == user_id)
        assert db.session.scalar(found) == 0
        assert count(Occurrence) > 0


def leaves(app, user_id: int, leave: Callable[[User], object]) -> None:
    with app.app_context():
        leave(db.session.get_one(User, user_id))
        db.session.commit()


def somebody_waits() -> bool:
    """Whether a connection to this database waits for a lock."""
    with db.engine.connect() as connection:
        waiting = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(waiting.scalar())


def test_two_workers_and_somebody_who_checks_in_and_leaves(app, people, at_once):
    def leave(user: User) -> None:
        check_in(user)
        db.session.commit()
        erasure.erase(user, today=TODAY)

    for _ in range(ROUNDS):
        made = people()
        at_once(
            claims_and_settles(EIGHT),
            claims_and_settles(EIGHT),
            one_by_one(made, leave, backwards=True),
        )
    with app.app_context():
        assert count(Delivery) == 0
