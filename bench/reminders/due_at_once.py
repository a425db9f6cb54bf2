"""A hundred thousand reminders that fall due at one instant, through to a push service.

Each person has one reminder and one phone. Dispatchers and the web process have the settings of
production; the push service is a sink that takes everything. Meanwhile others check in through the
web process. At the end the database and the sink are asked who was claimed and who was sent to.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from bench.reminders.check_ins import CheckIns
from bench.reminders.crowd import make_crowd, make_due
from bench.reminders.ledger import faults, told_by, wait_until_settled
from bench.reminders.processes import module
from bench.reminders.stores import Store, each_store
from bench.serving import served

GOAL_S, AIM_S = 100.0, 60.0
WRITE_GOAL_MS = 50.0

QUIET_S = 15.0
"""So long nothing is due once all are there, and others check in."""


def measure(store: Store, people: int, dispatchers: int) -> list[str]:
    """Make the people, wait for the instant, watch, print. Returns what is wrong or too slow."""
    app = store.app()
    with ExitStack() as stack:
        base = stack.enter_context(served(store.folder, more=store.environment()))
        processes = [stack.enter_context(dispatching(store)) for _ in range(dispatchers)]
        tokens = make_people(store, people)
        due_at = datetime.now(UTC) + timedelta(seconds=QUIET_S)
        make_due(app, due_at)
        check_ins = CheckIns(base=base, tokens=tokens)
        ended = Event()
        writing = Thread(target=check_ins.go_on_until, args=(ended,))
        stack.callback(writing.join)
        stack.callback(ended.set)
        writing.start()
        sleep_until(due_at)
        quiet_ms = check_ins.at(0.95)
        check_ins.took_ms.clear()
        wait_until_settled(app)
        ended.set()
        writing.join()
        cpu_s = sum(float(process.communicate()[0]) for process in processes)
    told, sent = told_by(app), store.sink.ended()
    took_s = (told.last_sent_at - due_at).total_seconds()
    print(
        f"{people} reminders by {dispatchers} dispatchers in {took_s:.1f} s "
        f"(goal {GOAL_S:g}, aim {AIM_S:g}): {people / took_s:.0f} a second, "
        f"{cpu_s / people * 1e6:.0f} us of processor time each (database, web, sink not counted)\n"
        f"{len(check_ins.took_ms)} check-ins meanwhile: median {check_ins.at(0.5):.1f} ms, "
        f"p95 {check_ins.at(0.95):.1f} ms (goal {WRITE_GOAL_MS:g}), worst {check_ins.at(1):.0f} ms; "
        f"before, p95 {quiet_ms:.1f} ms"
    )
    wrong = faults(told, sent, people)
    if check_ins.wrong or check_ins.broken_off:
        wrong.append(f"check-ins were answered with {sorted(set(check_ins.wrong))}")
    if took_s > GOAL_S:
        wrong.append(f"it took {took_s:.0f} s")
    if check_ins.at(0.95) > WRITE_GOAL_MS:
        wrong.append(f"the p95 of a check-in was {check_ins.at(0.95):.0f} ms")
    return wrong


def make_people(store: Store, people: int) -> list[str]:
    """Make them, and say how long that took. Returns tokens of some who are not reminded."""
    began, now = time.monotonic(), datetime.now(UTC)
    tokens = make_crowd(
        store.app(), people, store.sink.origin, due_at=now + timedelta(days=1), now=now
    )
    print(f"Made {people} people in {time.monotonic() - began:.0f} s", flush=True)
    return tokens


def sleep_until(instant: datetime) -> None:
    """Sleep until the wall clock shows `instant`."""
    while (left_s := (instant - datetime.now(UTC)).total_seconds()) > 0:
        time.sleep(min(left_s, 1))


@contextmanager
def dispatching(store: Store) -> Iterator[subprocess.Popen[str]]:
    """Run a dispatcher; it is killed at the end if it did not end before."""
    process = module("dispatcher", more=store.environment())
    assert process.stdout
    try:
        if process.stdout.readline() != "ready\n":
            raise SystemExit("A dispatcher did not start.")
        yield process
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Measure on each database, print; exit with 1 when something is wrong or too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="both", help="sqlite, postgresql or both")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--dispatchers", type=int, default=2)
    chosen = parser.parse_args()
    missed = []
    for store in each_store(chosen.database):
        missed += measure(store, chosen.people, chosen.dispatchers)
    if missed:
        sys.exit("Missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
