"""How much memory many sign-ins at once take: 50 people type their passwords at one moment."""

import argparse
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

from people import settings_of
from serving import machine, served

from fstpwa import create_app
from fstpwa.extensions import db
from fstpwa.models.people import Role
from fstpwa.services import accounts, passwords
from fstpwa.services.schema import upgrade_schema

MOST_MEMORY_MB = 200
PASSWORD = "three green lamps"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects alone: they are the answer."""

    def redirect_request(self, *_rest: object) -> None:
        return None


def prepare(folder: Path, people: int) -> None:
    """Make a database with `people` accounts that all have the same password."""
    app = create_app(settings_of(folder))
    now = datetime.now(UTC)
    with app.app_context():
        upgrade_schema(folder, now=now)
        stored = passwords.hash_of(PASSWORD)
        for number in range(people):
            user = accounts.sign_up(f"n{number}@example.org", Role.CLIENT, "UTC", now=now)
            user.password_hash = stored
        db.session.commit()
        db.engine.dispose()


def processes_with(folder: Path) -> list[Path]:
    """Return the process folders of those that were started on this data folder."""
    wanted = f"FSTPWA_DATA_DIR={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes().split(b"\x00")
        except OSError:
            continue
        if wanted in environment:
            found.append(process)
    return found


def memory_mb(processes: list[Path], field: str) -> float:
    """Return the sum of a field of /proc/<id>/status, in MB: VmRSS is now, VmHWM the most ever."""
    total_kb = 0
    for process in processes:
        lines = (process / "status").read_text().splitlines()
        total_kb += sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
    return total_kb / 1024


def sign_in(base: str, number: int, together: Barrier) -> float:
    """Sign one person in. Returns how long it took, in seconds."""
    form = urlencode({"email": f"n{number}@example.org", "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{base}/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"}
    )
    together.wait()
    began = time.monotonic()
    try:
        urllib.request.build_opener(NoRedirect).open(request, timeout=120).close()
    except urllib.error.HTTPError as answer:
        if answer.code != 303:
            raise SystemExit(f"A sign-in was answered with {answer.code}") from None
    return time.monotonic() - began


def main() -> int:
    """Measure, print, and return 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, people)
        with served(folder) as base:
            processes = processes_with(folder)
            sign_in(base, 0, Barrier(1))
            before = memory_mb(processes, "VmRSS")
            together = Barrier(people)
            with ThreadPoolExecutor(people) as pool:
                took = sorted(pool.map(lambda each: sign_in(base, each, together), range(people)))
            more = memory_mb(processes, "VmHWM") - before
    print(machine())
    print(f"{people} sign-ins at once: {more:.0f} MB more than {before:.0f} MB before")
    print(f"median {took[len(took) // 2]:.2f} s, the last after {took[-1]:.2f} s")
    return int(more > MOST_MEMORY_MB)


if __name__ == "__main__":
    sys.exit(main())
