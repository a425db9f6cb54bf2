"""Server time of the pages people open daily, for 1,000 people with a year of days each."""

import argparse
import http.client
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from people import make_people, sample, settings_of
from serving import DATA, machine, served
from sqlalchemy import Engine, event
from werkzeug.test import EnvironBuilder, run_wsgi_app

from fstpwa import create_app
from fstpwa.extensions import db

GOAL_MS = 25.0
HELD_TO_GOAL = ("/today", "/progress")
HEADERS = {"Accept-Encoding": "zstd, br, gzip", "Accept": "text/html"}
WARM_UP = 10


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
        cpu = f"{statistics.median(self.cpu):8.1f}" if self.cpu else "       -"
        queries = "-".join(map(str, sorted({min(self.queries), max(self.queries)}))) or "-"
        median = statistics.median(self.wall)
        return f"{name:<26}{median:8.1f}{p95:8.1f}{cpu}{queries:>9}{self.size / 1000:9.1f}"


def paths_of(session_id: str | None) -> dict[str, str]:
    """Return the measured pages of one person: label -> address."""
    pages = {
        "/today": "/today",
        "/progress": "/progress",
        "/check-in": "/check-in",
        "/movements": "/movements",
        "/movements/<slug>": "/movements/neck-turns",
    }
    if session_id:
        pages["player"] = f"/sessions/{session_id}"
    return pages


def in_process(folder: Path, visits: Iterable[tuple[int, str, str | None]]) -> dict[str, Times]:
    """Call the app as a WSGI server does, in this process: nothing but server time."""
    app = create_app(settings_of(folder))
    with app.app_context():
        count_queries = _counter(db.engine)

    def visit(path: str, token: str) -> tuple[float, float, int, int]:
        headers = HEADERS | {"Cookie": f"good-days={token}"}
        environ = EnvironBuilder(
            path, base_url="http://localhost:8000", headers=list(headers.items())
        )
        built = environ.get_environ()
        before = count_queries()
        wall, cpu = time.perf_counter(), time.thread_time()
        body, status, _headers = run_wsgi_app(app, built, buffered=True)
        size = sum(map(len, body))
        cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
        if not status.startswith("200"):
            raise SystemExit(f"{path} answered {status}")
        return wall * 1000, cpu * 1000, count_queries() - before, size

    found: dict[str, Times] = {}
    for number, (_user, token, session_id) in enumerate(visits):
        for label, path in paths_of(session_id).items():
            wall, cpu, queries, size = visit(path, token)
            if number < WARM_UP:
                continue
            times = found.setdefault(label, Times())
            times.wall.append(wall)
            times.cpu.append(cpu)
            times.queries.add(queries)
            times.size = size
    return found


def over_http(folder: Path, visits: Iterable[tuple[int, str, str | None]]) -> dict[str, Times]:
    """Ask one gunicorn process over one connection: server time and the way there and back."""
    found: dict[str, Times] = {}
    with served(folder) as base:
        connection = http.client.HTTPConnection(urlsplit(base).netloc)
        with closing(connection):
            for number, (_user, token, session_id) in enumerate(visits):
                for label, path in paths_of(session_id).items():
                    wall = time.perf_counter()
                    connection.request(
                        "GET", path, headers=HEADERS | {"Cookie": f"good-days={token}"}
                    )
                    answer = connection.getresponse()
                    size = len(answer.read())
                    wall = time.perf_counter() - wall
                    if answer.status != 200:
                        raise SystemExit(f"{path} answered {answer.status}")
                    if number >= WARM_UP:
                        times = found.setdefault(label, Times())
                        times.wall.append(wall * 1000)
                        times.size = size
                        times.queries.add(0)
    return found


def _counter(engine: Engine) -> Callable[[], int]:
    statements = [0]

    def count(*_args: object) -> None:
        statements[0] += 1

    event.listen(engine, "before_cursor_execute", count)
    return lambda: statements[0]


def report(title: str, found: dict[str, Times]) -> list[str]:
    """Print a table; return what misses its goal."""
    print(f"\n{title}")
    print(f"{'':<26}{'median':>8}{'p95':>8}{'cpu':>8}{'queries':>9}{'kB':>9}")
    for label, times in found.items():
        print(times.row(label))
    return [
        f"{label} takes {statistics.median(found[label].wall):.1f} ms ({title})"
        for label in HELD_TO_GOAL
        if statistics.median(found[label].wall) > GOAL_MS
    ]


def main() -> None:
    """Make the people, measure, print; exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000, help="how many there are")
    parser.add_argument("--sample", type=int, default=200, help="how many are asked for")
    parser.add_argument("--data", type=Path, default=DATA, help="where the database is kept")
    chosen = parser.parse_args()
    folder = make_people(chosen.data, chosen.people)
    visits = sample(folder, chosen.sample + WARM_UP)
    size = (folder / "good-days.sqlite3").stat().st_size / 1e6
    print(f"{chosen.people} people, a year each, {size:.0f} MB; {machine()}")
    misses = report("In one process, milliseconds", in_process(folder, visits))
    misses += report("Over HTTP, one gunicorn web process, milliseconds", over_http(folder, visits))
    if misses:
        sys.exit("\nOver the goal of 25 ms: " + "; ".join(misses))


if __name__ == "__main__":
    main()
