"""Server time of a therapist's pages with 500 clients and a year of days each, on both databases."""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import event
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.caseload_people import Seeded, seed
from bench.reminders.stores import SECRETS, chosen_databases
from bench.serving import machine
from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.services.schema import upgrade_schema
from tests.databases import FAST_NOT_SAFE, postgresql_server, run_outside_transaction

HEADERS = {"Accept-Encoding": "zstd, br, gzip", "Accept": "text/html"}
WARM_UP = 5
GOALS_MS = {"/people": 150.0, "/people?show=needs": 150.0, "/people/<client>": 60.0}


@dataclass
class Times:
    """Milliseconds of one page, by the wall clock and of this thread's processor."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)
    size: int = 0

    def row(self, name: str) -> str:
        """Return one line of the table."""
        ordered = sorted(self.wall)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        queries = "-".join(map(str, sorted({min(self.queries), max(self.queries)})))
        return (
            f"{name:<20}{statistics.median(self.wall):8.1f}{p95:8.1f}"
            f"{statistics.median(self.cpu):8.1f}{queries:>9}{self.size / 1000:8.1f}"
        )


@contextmanager
def app_on(database: str, folder: Path) -> Iterator[tuple[Flask, Callable[[], None]]]:
    """Yield an app on an empty database, and what makes that wait for the disk as in production."""
    if database == "sqlite":
        yield _app(folder, ""), lambda: None
        return
    with postgresql_server() as url:

        def wait_for_disk() -> None:
            for setting in FAST_NOT_SAFE:
                run_outside_transaction(url, f"ALTER SYSTEM RESET {setting}")
            run_outside_transaction(url, "SELECT pg_reload_conf()")

        yield _app(folder, url.render_as_string(hide_password=False)), wait_for_disk


def _app(folder: Path, url: str) -> Flask:
    app = create_app(Settings(data_dir=folder, database_url=url, **SECRETS))
    with app.app_context():
        upgrade_schema(folder, now=datetime.now(UTC))
        db.engine.dispose()
    return app


def measured(app: Flask, seeded: Seeded, visits: int) -> dict[str, Times]:
    """Call the app as a WSGI server does, in this process: nothing but server time."""
    statements = [0]

    def count(*_args: object) -> None:
        statements[0] += 1

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", count)

    def visit(path: str) -> tuple[float, float, int, int]:
        headers = HEADERS | {"Cookie": f"good-days={seeded.token}"}
        environ = EnvironBuilder(
            path, base_url="http://localhost:8000", headers=list(headers.items())
        ).get_environ()
        before = statements[0]
        wall, cpu = time.perf_counter(), time.thread_time()
        body, status, _headers = run_wsgi_app(app, environ, buffered=True)
        size = sum(map(len, body))
        cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
        if not status.startswith("200"):
            raise SystemExit(f"{path} answered {status}")
        return wall * 1000, cpu * 1000, statements[0] - before, size

    found = {label: Times() for label in GOALS_MS}
    for number in range(visits + WARM_UP):
        client = seeded.links[number * 7 % len(seeded.links)]
        for label, times in found.items():
            wall, cpu, queries, size = visit(label.replace("<client>", str(client)))
            if number < WARM_UP:
                continue
            times.wall.append(wall)
            times.cpu.append(cpu)
            times.queries.add(queries)
            times.size = size
    return found


def missed_on(database: str, clients: int, visits: int) -> Iterator[str]:
    """Make the clients on a database, measure and print; yield each goal that is missed."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        app_on(database, Path(name)) as (app, wait_for_disk),
    ):
        started = time.monotonic()
        seeded = seed(app, clients)
        took = time.monotonic() - started
        wait_for_disk()
        print(f"\n{database}: {clients} clients, {seeded.rows:,} rows in {took:.0f} s; {machine()}")
        print(f"{'':<20}{'median':>8}{'p95':>8}{'cpu':>8}{'queries':>9}{'kB':>8}")
        for label, times in measured(app, seeded, visits).items():
            print(times.row(label), flush=True)
            median = statistics.median(times.wall)
            if median > GOALS_MS[label]:
                yield f"{label} takes {median:.1f} ms on {database}"
        with app.app_context():
            db.engine.dispose()


def main() -> None:
    """Make the clients, measure, print; exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--visits", type=int, default=40)
    parser.add_argument("--database", default="both", help="sqlite, postgresql or both")
    chosen = parser.parse_args()
    misses = [
        miss
        for database in chosen_databases(chosen.database)
        for miss in missed_on(database, chosen.clients, chosen.visits)
    ]
    if misses:
        sys.exit("\nOver the goal: " + "; ".join(misses))


if __name__ == "__main__":
    main()
