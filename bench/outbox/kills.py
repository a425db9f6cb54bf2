"""`kill -9` of every web process, again and again, while phones send what was written offline.

Eight writers send small batches to /api/outbox, each until it is acknowledged, and now and then one
that was acknowledged once more. Whenever some were acknowledged since the last time, every process
of the web server is killed and another server is begun. On PostgreSQL its own server is killed, too.
In the end the database is asked for every word that was acknowledged: it must be there, once.
"""

import argparse
import socket
import statistics
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event, Thread

from sqlalchemy import make_url, select

from bench.outbox.postmaster import Postmaster, put_programs_on_path
from bench.outbox.web_server import WebServer
from bench.outbox.writers import Sender, Writer
from bench.reminders.stores import Store, each_store
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn
from fstpwa.services import devices, people, postgresql_dumps, sqlite_files, vault
from tests.screened import screen

WRITERS = 8
PEOPLE_OF_A_WRITER = 12
SOME = 40
"""Acknowledged since the last kill, before the next."""
LONGEST_WAIT_S = 60.0
LATEST_S = 0.6
"""After so many were acknowledged it is killed at any moment within so long."""
WEB_LOG_LETTERS = 4000


@dataclass(slots=True)
class Killing:
    """What is killed, and when."""

    web: WebServer
    writers: list[Writer]
    postmaster: Postmaster | None
    chance: Random
    web_kills: int = 0
    postmaster_kills: int = 0
    away_s: list[float] = field(default_factory=list)
    """From each kill until the first acknowledgement after it."""

    def go_on(self, kills: int, postmaster_kills: int) -> None:
        """Kill so many times; of both kinds one between the others."""
        every = kills // postmaster_kills if self.postmaster and postmaster_kills else 0
        for number in range(1, kills + 1):
            self._wait_for(SOME)
            time.sleep(self.chance.random() * LATEST_S)
            self.web.kill()
            self.web_kills += 1
            self._back(self.web.begin)
            if self.postmaster and every and number % every == 0:
                self._wait_for(SOME)
                self.postmaster.kill()
                self.postmaster_kills += 1
                self._back(self.postmaster.begin)
        self._wait_for(SOME)

    def _back(self, begin: object) -> None:
        began = time.monotonic()
        begin()  # type: ignore[operator]  # a function without arguments
        self._wait_for(1)
        self.away_s.append(time.monotonic() - began)

    def _wait_for(self, more: int) -> None:
        """Wait until so many more are acknowledged, as a server that is up does before long."""
        wanted = self._acknowledged() + more
        deadline = time.monotonic() + LONGEST_WAIT_S
        while self._acknowledged() < wanted:
            if time.monotonic() > deadline:
                raise SystemExit(f"Nothing is acknowledged any more:\n{_end_of(self.web.log)}")
            time.sleep(0.02)

    def _acknowledged(self) -> int:
        return sum(len(writer.acknowledged) for writer in self.writers)


def measure(store: Store, kills: int, postmaster_kills: int) -> list[str]:
    """Let them write, kill, and look. Prints what came of it; returns what is wrong."""
    is_sqlite = not store.database_url
    writers = _writers(store)
    web = WebServer(
        port=int(writers[0].base.rpartition(":")[2]),
        environment=store.environment(),
        log=store.folder / "web.log",
    )
    killing = Killing(
        web=web,
        writers=writers,
        postmaster=None if is_sqlite else Postmaster(store.database_url),
        chance=Random(8),
    )
    ended = Event()
    began = time.monotonic()
    with ExitStack() as stack:
        web.begin()
        stack.callback(web.end)
        threads = [Thread(target=each.go_on_until, args=(ended,)) for each in writers]
        for each in threads:
            each.start()
            stack.callback(each.join)
        stack.callback(ended.set)
        killing.go_on(kills, postmaster_kills)
    took_s = time.monotonic() - began
    return _told(store, killing, took_s)


def _told(store: Store, killing: Killing, took_s: float) -> list[str]:
    writers = killing.writers
    acknowledged = {word: whose for each in writers for word, whose in each.acknowledged.items()}
    times = sorted(ms for each in writers for ms in each.took_ms)
    lost, doubled, more = _compared(store, acknowledged)
    damage = _damage(store)
    print(
        f"{killing.web_kills} kills of all web processes, {killing.postmaster_kills} of PostgreSQL, "
        f"in {took_s:.0f} s; away for {statistics.median(killing.away_s):.1f} s (median)\n"
        f"acknowledged {len(acknowledged)}; lost {lost}, doubled {doubled}; stored without an "
        f"answer {more}; integrity {damage or 'ok'}\n"
        f"batches broken off {sum(each.broken_off for each in writers)}, told to come later "
        f"{sum(each.later for each in writers)}, sent again although acknowledged "
        f"{sum(each.sent_again for each in writers)}; p50 {times[len(times) // 2]:.0f} ms, "
        f"p95 {times[len(times) * 95 // 100]:.0f} ms until acknowledged"
    )
    wrong = [f"{lost} acknowledged entries are lost"] if lost else []
    wrong += [f"{doubled} entries are stored twice"] if doubled else []
    wrong += [damage] if damage else []
    refused = Counter(answer for each in writers for answer in each.refused)
    wrong += [f"{count} times {answer}" for answer, count in refused.items()]
    if refused:
        print(_end_of(killing.web.log), file=sys.stderr)
    return wrong


def _compared(store: Store, acknowledged: dict[str, tuple[int, object]]) -> tuple[int, int, int]:
    """Return how many words are lost, stored more than once, and stored but not acknowledged."""
    with store.app().app_context():
        rows = db.session.execute(select(CheckIn, User).join(User, User.id == CheckIn.user_id))
        words = [
            (word, user.id, row.day)
            for row, user in rows
            for word in vault.unseal(user, row.note).split()
        ]
        db.session.rollback()
        db.engine.dispose()
    times = Counter(word for word, _, _ in words)
    places = {word: (user_id, day) for word, user_id, day in words}
    lost = sum(places.get(word) != where for word, where in acknowledged.items())
    doubled = sum(count > 1 for count in times.values())
    return lost, doubled, len(times.keys() - acknowledged.keys())


def _damage(store: Store) -> str:
    """Return what is wrong with the database itself: nothing, if all is well."""
    copy = store.folder / "copy"
    try:
        if store.database_url:
            put_programs_on_path()
            postgresql_dumps.copy(make_url(store.database_url), copy)
            postgresql_dumps.check(copy)
        else:
            sqlite_files.copy(store.folder / "good-days.sqlite3", copy)
            sqlite_files.check(copy)
    except Conflict as error:
        return str(error)
    return ""


def _writers(store: Store) -> list[Writer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    now = datetime.now(UTC)
    with store.app().app_context():
        senders = [_newcomer(now) for _ in range(WRITERS * PEOPLE_OF_A_WRITER)]
        db.session.commit()
        db.engine.dispose()
    return [
        Writer(
            base=f"http://127.0.0.1:{port}",
            people=senders[number::WRITERS],
            today=now.date(),
            chance=Random(number),
        )
        for number in range(WRITERS)
    ]


def _newcomer(now: datetime) -> Sender:
    user = people.start_without_account("UTC", now=now - timedelta(days=1))
    user.is_adult = True
    screen(user, now)
    token = devices.open_device(user, "Phone", now=now)
    return Sender(user_id=user.id, public_id=user.public_id, token=token)


def _end_of(log: Path) -> str:
    return log.read_text()[-WEB_LOG_LETTERS:]


def main() -> None:
    """Kill on each database, print; exit with 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="both", help="sqlite, postgresql or both")
    parser.add_argument("--kills", type=int, default=30, help="of all web processes")
    parser.add_argument("--postmaster-kills", type=int, default=5)
    chosen = parser.parse_args()
    missed = []
    for store in each_store(chosen.database):
        missed += measure(store, chosen.kills, chosen.postmaster_kills)
    if missed:
        sys.exit("Missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
