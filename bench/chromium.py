"""A Chromium of our own over its debugging pipe.

Browser drivers keep every page visible; this one leaves a tab that lies behind another hidden,
as on a phone.
"""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

QUIET_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
FLAGS = (*QUIET_FLAGS, "--window-size=412,915", "--remote-debugging-pipe")


class Chromium:
    """Sends commands of the DevTools protocol and waits for their answers."""

    def __init__(self, write_to: int, read_from: int) -> None:
        self._out = os.fdopen(write_to, "wb", buffering=0)
        self._in = os.fdopen(read_from, "rb")
        self._asked: dict[int, Future[dict[str, Any]]] = {}
        self._number = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        """Carry out one command. Raises RuntimeError with what the browser said against it."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        answer: Future[dict[str, Any]] = Future()
        self._asked[self._number] = answer
        self._out.write(json.dumps(message).encode() + b"\0")
        found = answer.result(timeout=90)
        if "error" in found:
            raise RuntimeError(f"{method}: {found['error']['message']}")
        result: dict[str, Any] = found["result"]
        return result

    def open_tab(self, address: str = "about:blank") -> tuple[str, str]:
        """Open a tab in front of all others. Returns its target and its session."""
        target: str = self.send("Target.createTarget", url=address)["targetId"]
        session: str = self.send("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        return target, session

    def run(self, session: str, expression: str) -> Any:
        """Return the value of a JavaScript expression in a tab, as a person's tap would run it."""
        found = self.send(
            "Runtime.evaluate",
            session,
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["exception"].get("description", "failed"))
        return found["result"].get("value")

    def close(self) -> None:
        """Let go of the pipes, once the browser has ended."""
        self._out.close()
        self._reader.join(timeout=15)
        self._in.close()

    def _read(self) -> None:
        buffer = b""
        while chunk := self._in.read1():
            *messages, buffer = (buffer + chunk).split(b"\0")
            for message in map(json.loads, messages):
                answer = self._asked.pop(message.get("id", 0), None)
                if answer is not None:
                    answer.set_result(message)


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Start a Chromium with a new profile; ends it afterwards."""
    executable = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    if executable is None:
        raise SystemExit("Install chromium, or name one in CHROME_PATH")
    commands_out, commands_in = os.pipe()
    answers_out, answers_in = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            # The browser reads from 3 and writes to 4.
            [
                "bash",
                "-c",
                f'exec "$@" 3<&{commands_out} 4>&{answers_in}',
                "bash",
                executable,
                *FLAGS,
                f"--user-data-dir={profile}",
            ],
            pass_fds=(commands_out, answers_in),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands_out)
        os.close(answers_in)
        driven = Chromium(commands_in, answers_out)
        try:
            yield driven
        finally:
            try:
                driven.send("Browser.close")
                browser.wait(15)
            except (RuntimeError, OSError, TimeoutError, subprocess.TimeoutExpired):
                browser.kill()
                browser.wait()
            driven.close()
