"""A whole Good Days of real processes, web and worker, and one person who uses it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from fstpwa import cli
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn
from fstpwa.services import devices, people
from tests.databases import SERVER_VARIABLE
from tests.screened import screen

WAITS_FOR_S = 60.0
LONG_NOTE = "n" * 1900
"""Sealed it cannot be packed, so that every version of it needs room of its own."""
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
    "Accept": "text/html",
}


def newcomer() -> tuple[int, str, str]:
    """Store somebody. Returns their id, and the tokens of their phone and of their tablet."""
    with cli._opened_app():
        now = datetime.now(UTC)
        user = people.start_without_account("UTC", now=now)
        user.is_adult = True
        screen(user, now)
        phone = devices.open_device(user, "Phone", now=now)
        # Its stamp is due: every page that it asks for tries to write it.
        tablet = devices.open_device(user, "Tablet", now=now - timedelta(days=1))
        db.session.commit()
        return user.id, phone, tablet


class GoodDays:
    """A whole Good Days at work, web and worker, and one person's phone."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.user_id, self.phone, self.tablet = newcomer()
        self.children: list[int] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fstpwa.cli", "serve"],
            env=os.environ | {"PORT": str(self.port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def come_up(self) -> None:
        """Wait until web and worker are at work."""
        self.children = [self.next_event("child_started")["pid"] for _ in range(2)]
        self.wait_until(lambda: self.health()["worker"] == "ok")

    def next_event(self, wanted: str) -> dict[str, Any]:
        """Read its log up to an event, which must come: it is waited for without an end."""
        for line in self.process.stderr:
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("event") == wanted:
                return event
        raise AssertionError(f"it ended without {wanted}")

    def health(self) -> dict[str, Any]:
        """Ask it how it is; waits in the queue while the web server starts."""
        with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=WAITS_FOR_S) as answer:
            return json.load(answer)

    def asked(
        self, method: str, path: str, form: dict[str, str] | None = None, *, token: str = ""
    ) -> tuple[int, str]:
        """Ask for a page as the person, who reads on the tablet. Returns status and text."""
        token = token or (self.tablet if method == "GET" else self.phone)
        cookie = {"Cookie": f"good-days={token}"}
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAITS_FOR_S)
        ) as web:
            web.request(method, path, urlencode(form or {}), HEADERS | cookie)
            answer = web.getresponse()
            return answer.status, answer.read().decode()

    def check_in(self, stiffness: int) -> int:
        """Say how today is. Returns the status."""
        answers = {"stiffness": str(stiffness), "good_day": "yes", "flare": "no", "note": LONG_NOTE}
        return self.asked("POST", "/check-in", answers)[0]

    def stored(self) -> list[int]:
        """Return what is stored of today."""
        with cli._opened_app():
            mine = select(CheckIn.stiffness).where(CheckIn.user_id == self.user_id)
            return list(db.session.scalars(mine))

    def processes(self) -> list[int]:
        """Return web and worker with all their processes."""
        found = list(self.children)
        for child in self.children:
            children = Path(f"/proc/{child}/task/{child}/children").read_text()
            found += [int(each) for each in children.split()]
        return found

    def die(self) -> None:
        """Let all its processes be gone at once, as when the power fails."""
        for each in (self.process.pid, *self.processes()):
            os.kill(each, signal.SIGKILL)
        self.process.wait()

    def wait_until(self, is_so: Callable[[], object]) -> None:
        """Look now and then, until something is so."""
        until = time.monotonic() + WAITS_FOR_S
        while not is_so():
            assert time.monotonic() < until, "it did not come to pass"
            time.sleep(0.2)


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own, on an ordinary disk."""
    for variable in list(os.environ):
        is_ours = variable == "PORT" or variable.startswith("FSTPWA_")
        if is_ours and variable != SERVER_VARIABLE:
            monkeypatch.delenv(variable)
    monkeypatch.setenv("FSTPWA_DATA_DIR", str(tmp_path / "data"))
    umask = os.umask(0o022)
    yield tmp_path / "data"
    os.umask(umask)


@pytest.fixture
def good_days() -> Iterator[Callable[[], GoodDays]]:
    """Return a function that starts one; it is ended at the end."""
    started: list[GoodDays] = []

    def start() -> GoodDays:
        started.append(GoodDays())
        started[-1].come_up()
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()
