"""`kill -9` of the web process, workers and dispatchers, again and again, while reminders are sent.

A worker is the product's own process; a dispatcher does nothing but its reminders, so that there is
always one at work. Whatever is killed begins anew at once. When the killing ends, those that are
left finish. Then the database and the push service are asked whether anybody was left out or
claimed twice, and how many got their message twice.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event, Thread

from sqlalchemy import select

from bench.reminders.check_ins import CheckIns
from bench.reminders.crowd import make_crowd
from bench.reminders.ledger import faults, left_to_do, told_by, wait_until_settled
from bench.reminders.processes import module
from bench.reminders.stores import Store, each_store
from bench.serving import served
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn
from fstpwa.services.devices import device_of_token

MOST_TWICE = 0.02
WEB_LOG_LETTERS = 4000
"""So much of the web process's log is shown where a page went wrong."""
ALIVE = {"worker": 2, "dispatcher": 3}
"""So many of each are at work."""
TURNS = ("dispatcher", "worker", "web")
"""Who is killed next, in turn; which of them is left to chance."""


@dataclass(slots=True)
class Victims:
    """All processes that may be killed."""

    nursery: subprocess.Popen[str]
    web_master: int
    """Its children are the web processes; it starts another when one dies."""
    chance: Random
    alive: dict[str, list[int]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)

    def begin(self, kind: str) -> None:
        """Begin one of a kind."""
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(f"{kind}\n")
        self.nursery.stdin.flush()
        self.alive.setdefault(kind, []).append(int(self.nursery.stdout.readline()))

    def kill(self, kind: str) -> None:
        """Kill one of a kind, and begin another in its place."""
        those = children_of(self.web_master) if kind == "web" else self.alive[kind]
        if not those:
            return
        victim = self.chance.choice(those)
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
            self.killed[kind] += 1
        if kind != "web":
            those.remove(victim)
            self.begin(kind)


def children_of(process: int) -> list[int]:
    """Return the processes that a process started and that are alive."""
    return [
        int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]


def web_master() -> int:
    """Return gunicorn's first process, which this one started."""
    for child in children_of(os.getpid()):
        if "gunicorn" in Path(f"/proc/{child}/cmdline").read_text():
            return child
    raise SystemExit("The web process is not there.")


def measure(store: Store, people: int, kills: int, for_s: float) -> list[str]:
    """Make the people, kill for a while, let those that are left end. Prints what came of it."""
    app, now = store.app(), datetime.now(UTC)
    tokens = make_crowd(
        app, people, store.sink.origin, due_at=now.replace(second=0, microsecond=0), now=now
    )
    with ExitStack() as stack:
        # Loaded before it forks: or it would be killed again before it has begun.
        more = {**store.environment(), "GUNICORN_CMD_ARGS": "--preload"}
        base = stack.enter_context(served(store.folder, more=more, app="bench.reminders.web:app"))
        nursery = module("nursery", more=store.environment())
        stack.callback(nursery.wait)
        stack.callback(nursery.kill)
        victims = Victims(nursery=nursery, web_master=web_master(), chance=Random(1))
        check_ins = CheckIns(base=base, tokens=tokens)
        ended = Event()
        writing = Thread(target=check_ins.go_on_until, args=(ended,))
        stack.callback(writing.join)
        stack.callback(ended.set)
        for kind, count in ALIVE.items():
            for _ in range(count):
                victims.begin(kind)
        began = time.monotonic()
        writing.start()
        kill_again_and_again(victims, kills, for_s)
        left = left_to_do(app)
        wait_until_settled(app)
        took_s = time.monotonic() - began
        ended.set()
        writing.join()
    told, sent = told_by(app), store.sink.ended()
    twice = sum(sent.values()) - len(sent)
    all_kills = sum(victims.killed.values())
    print(
        f"{all_kills} kills ({dict(victims.killed)}) in {for_s:g} s, after which {left} of {people} "
        f"reminders were left to do; all settled after {took_s:.0f} s\n"
        f"sent twice: {twice} ({twice / people:.2%}); check-ins: {len(check_ins.took_ms)} answered, "
        f"{check_ins.broken_off} broken off"
    )
    wrong = faults(told, sent, people, most_twice=MOST_TWICE)
    lost = lost_check_ins(store, check_ins)
    if lost:
        wrong.append(f"{lost} check-ins were answered and are not stored")
    if check_ins.wrong:
        print((store.folder / "web.log").read_text()[-WEB_LOG_LETTERS:], file=sys.stderr)
        wrong.append(f"check-ins were answered with {sorted(set(check_ins.wrong))}")
    if all_kills < kills:
        wrong.append(f"{all_kills} kills instead of {kills}")
    if not left:
        wrong.append("all was done before the killing ended: take more people")
    return wrong


def kill_again_and_again(victims: Victims, kills: int, for_s: float) -> None:
    """Kill one after the other, evenly over a time."""
    began = time.monotonic()
    for number in range(kills):
        time.sleep(max(0.0, began + number * for_s / kills - time.monotonic()))
        victims.kill(TURNS[number % len(TURNS)])


def lost_check_ins(store: Store, check_ins: CheckIns) -> int:
    """Return of how many people neither the last answered check-in nor a later one is stored."""
    now, lost = datetime.now(UTC), 0
    with store.app().app_context():
        for token, possible in check_ins.possible.items():
            device = device_of_token(token, now=now)
            assert device is not None
            stored = db.session.scalar(
                select(CheckIn.stiffness)
                .where(CheckIn.user_id == device.user_id)
                .order_by(CheckIn.day.desc())
            )
            lost += stored not in possible
        db.session.rollback()
    return lost


def main() -> None:
    """Kill on each database, print; exit with 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="both", help="sqlite, postgresql or both")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=220)
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long")
    chosen = parser.parse_args()
    missed = []
    for store in each_store(chosen.database):
        missed += measure(store, chosen.people, chosen.kills, chosen.seconds)
    if missed:
        sys.exit("Missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
