"""The real processes: what falls due reaches a push service, whatever is missing or broken."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select

from fstpwa import cli
from fstpwa.domain.recurrence import Recurrence
from fstpwa.extensions import db, read_only
from fstpwa.models.people import User
from fstpwa.models.reminders import Delivery, PushSubscription
from fstpwa.outbound.push.vapid import load_keys
from fstpwa.services import (
    care_links,
    devices,
    health,
    people,
    push_subscriptions,
    push_tests,
    reminders,
)
from fstpwa.services.care_links import Scopes
from fstpwa.services.reminders import ReminderEntry
from fstpwa.supervisor import GRACE_S
from tests.databases import SERVER_VARIABLE
from tests.news import Pair, new_therapist
from tests.push_service import Browser, PushService

WAITS_FOR_S = 60.0

Seen = TypeVar("Seen")


@pytest.fixture
def push_service(tmp_path):
    with PushService(tmp_path) as service:
        yield service


@pytest.fixture
def good_days(tmp_path, new_database, push_service, monkeypatch):
    """A whole Good Days with settings of its own, whose only push service is the one here."""
    for variable in list(os.environ):
        is_ours = variable == "PORT" or variable.startswith("FSTPWA_")
        if is_ours and variable != SERVER_VARIABLE:
            monkeypatch.delenv(variable)
    monkeypatch.setenv("FSTPWA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    monkeypatch.setenv("FSTPWA_PUSH_EXTRA_HOSTS", push_service.host)
    monkeypatch.setenv("SSL_CERT_FILE", str(push_service.files[0]))
    umask = os.umask(0o022)
    assert (cli.main(["init"]), cli.main(["upgrade"])) == (0, 0)
    yield tmp_path / "data"
    os.umask(umask)


class Process:
    """A command of ours at work, and what it logs."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fstpwa.cli", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def next_event(self, wanted: str) -> dict[str, object]:
        """Read its log up to an event."""
        for line in self.process.stderr:
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("event") == wanted:
                return event
        raise AssertionError(f"it ended without {wanted}")

    def end(self) -> tuple[int, float]:
        """Ask it to end. Returns its code, and how long it took in seconds."""
        began_at = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=WAITS_FOR_S)
        return self.process.returncode, time.monotonic() - began_at


@pytest.fixture
def start():
    started = []

    def begin(*arguments: str) -> Process:
        started.append(Process(*arguments))
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        each.process.communicate()


def wait_until(is_so: Callable[[], object]) -> None:
    """Look now and then, until something is so; fails after a minute."""
    until = time.monotonic() + WAITS_FOR_S
    while not is_so():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def seen(look: Callable[[], Seen]) -> Seen:
    """Look into the database without keeping the worker from writing; inside an app context."""
    token = read_only.set(True)
    try:
        return look()
    finally:
        db.session.rollback()
        read_only.reset(token)


def somebody_with_a_phone(folder: Path, service: PushService) -> tuple[int, Browser]:
    """Store a person whose phone takes messages; inside an app context."""
    key = load_keys(folder / "push_keys").current
    phone = service.subscribe(key.public, key.id)
    user = people.start_without_account("UTC", now=datetime.now(UTC))
    user.quiet_start_min = user.quiet_end_min = None
    devices.open_device(user, "Phone", now=datetime.now(UTC))
    push_subscriptions.keep(user.devices[0], phone.target, now=datetime.now(UTC))
    db.session.commit()
    return user.id, phone


def remind_now(user_id: int, *, minutes_ago: int = 1) -> None:
    """Store a reminder that has fallen due just now; inside an app context."""
    due_at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    rule = Recurrence(at_min=due_at.hour * 60 + due_at.minute)
    entry = ReminderEntry(kind="check_in", rule=rule)
    before = due_at.replace(second=0) - timedelta(minutes=1)
    reminders.create(db.session.get_one(User, user_id), entry, now=before)
    db.session.commit()


def test_what_falls_due_leaves_the_process_that_make_run_starts(
    good_days, push_service, start, monkeypatch
):
    monkeypatch.setenv("PORT", str(free_port()))
    with cli._opened_app():
        user_id, phone = somebody_with_a_phone(good_days, push_service)
    served = start("serve", "--prepare")
    served.next_event("worker_started")

    with cli._opened_app():
        remind_now(user_id)
    wait_until(lambda: phone.shown)

    shown = json.loads(phone.shown[0])
    assert shown["web_push"] == 8030
    assert re.fullmatch(r"/reminders/answer/[\w.-]+", shown["notification"]["data"]["answer"])
    code, took_s = served.end()
    assert code == 0
    assert took_s < GRACE_S
    assert len(phone.shown) == 1


def test_without_keys_the_worker_works_on_and_sends_once_they_are_back(
    good_days, push_service, start
):
    with cli._opened_app():
        user_id, phone = somebody_with_a_phone(good_days, push_service)
        remind_now(user_id)
    (good_days / "push_keys").rename(good_days / "elsewhere")
    worker = start("worker")
    worker.next_event("push_keys_missing")

    with cli._opened_app():
        wait_until(lambda: seen(lambda: health.look(now=datetime.now(UTC))).worker == "ok")
    assert worker.end()[0] == 0
    assert phone.shown == []

    (good_days / "elsewhere").rename(good_days / "push_keys")
    start("worker")
    wait_until(lambda: phone.shown)


def test_a_test_message_is_sent_within_seconds_of_asking(good_days, push_service, start):
    with cli._opened_app():
        _, phone = somebody_with_a_phone(good_days, push_service)
    start("worker").next_event("worker_started")

    with cli._opened_app():
        push_tests.ask(db.session.scalars(select(PushSubscription)).one(), now=datetime.now(UTC))
        db.session.commit()

        def state() -> str:
            subscription = db.session.scalars(select(PushSubscription)).one()
            return push_tests.state_of(subscription, now=datetime.now(UTC))

        wait_until(lambda: seen(state) == "sent")
    assert len(phone.shown) == 1


def news_for(user_id: int) -> None:
    """Let a therapist have written five minutes ago; inside an app context."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    client, therapist = db.session.get_one(User, user_id), new_therapist()
    therapist.email = "ines@example.org"
    link = care_links.begin(client, therapist, Scopes(), now=at)
    pair = Pair(client, therapist, link)
    pair.writes(at=at)
    pair.writes(at=at + timedelta(minutes=1))


def test_what_a_therapist_wrote_reaches_the_phone_as_one_message(good_days, push_service, start):
    with cli._opened_app():
        user_id, phone = somebody_with_a_phone(good_days, push_service)
        db.session.scalars(select(PushSubscription)).one().discreet = False
        news_for(user_id)
    start("worker")
    wait_until(lambda: phone.shown)

    found = json.loads(phone.shown[0])["notification"]
    assert (found["title"], found["body"]) == ("2 new messages from Ines", "Tap to read them.")
    assert re.search(r"/messages/[0-9a-f-]{36}$", found["navigate"])
    with cli._opened_app():

        def messages() -> list[tuple[str, int]]:
            found = db.session.execute(select(Delivery.state, Delivery.attempts))
            return [(row.state, row.attempts) for row in found]

        wait_until(lambda: seen(messages) == [("sent", 1)])
    assert len(phone.shown) == 1


def test_a_worker_that_is_killed_after_taking_it_leaves_it_to_the_next(
    good_days, push_service, start
):
    with cli._opened_app():
        user_id, phone = somebody_with_a_phone(good_days, push_service)
        news_for(user_id)
    push_service.answer = push_service.hang
    first = start("worker")
    wait_until(lambda: push_service.posts)
    first.process.kill()
    first.process.wait()
    push_service.answer = None
    with cli._opened_app():
        message = db.session.scalars(select(Delivery)).one()
        assert (message.state, message.attempts) == ("sending", 1)
        message.next_try_at = datetime.now(UTC)  # the minute is over
        db.session.commit()

    start("worker")
    wait_until(lambda: phone.shown)

    assert json.loads(phone.shown[0])["notification"]["body"] == "Something new for you"


def test_told_to_end_while_a_service_hangs_it_ends_in_good_time(good_days, push_service, start):
    with cli._opened_app():
        user_id, _ = somebody_with_a_phone(good_days, push_service)
        remind_now(user_id)
    push_service.answer = push_service.hang
    worker = start("worker")
    wait_until(lambda: push_service.posts)

    code, took_s = worker.end()

    assert code == 0
    assert took_s < GRACE_S
