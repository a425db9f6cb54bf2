"""A real Firefox for browser tests, driven over Marionette: Playwright cannot drive Debian's."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Playwright

from tests.browser.people import COOKIE, Somebody

ANSWER_WITHIN_MS = 20_000
ELEMENT_KEY = "element-6066-11e4-a52e-4f735466cecf"
WHEN_LOADED = """const [done] = arguments;
if (document.readyState === "complete") done();
else addEventListener("load", () => done());"""
PREFERENCES: Mapping[str, object] = {
    "marionette.port": 0,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "toolkit.telemetry.enabled": False,
    # Plays as if there were a sound card; without one Firefox gives up every sound.
    "media.cubeb.force_mock_context": True,
}


Seen = TypeVar("Seen")


def until(look: Callable[[], Seen]) -> Seen:
    """Look until there is something to see, and return it."""
    deadline = time.monotonic() + ANSWER_WITHIN_MS / 1000
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return seen


def installed_firefox(playwright: Playwright) -> str:
    """Return the program: Debian's where there is one, else the one Playwright fetched."""
    return shutil.which("firefox-esr") or playwright.firefox.executable_path


class Firefox:
    """A headless Firefox with a fresh profile; knows the few commands that the tests need."""

    def __init__(
        self,
        program: str,
        profile: Path,
        origin: str,
        preferences: Mapping[str, object] | None = None,
        time_zone: str = "UTC",
    ) -> None:
        """Start it.

        Args:
            program: the browser's own.
            profile: an empty folder.
            origin: where the site is, such as http://localhost:8000.
            preferences: settings besides the usual ones.
            time_zone: where it is, as an IANA name.
        """
        self.origin = origin
        self.asked = 0
        wanted = {**PREFERENCES, **(preferences or {})}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in wanted.items()]
        (profile / "user.js").write_text("\n".join(lines))
        # "System access" is what `in_its_own_code` needs; no page gets it.
        self.process = subprocess.Popen(
            [
                *(program, "--headless", "--marionette", "--remote-allow-system-access"),
                *("--no-remote", "--profile", str(profile)),
            ],
            env=os.environ | {"TZ": time_zone},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.connection = socket.create_connection(("127.0.0.1", self._port()), timeout=30)
        self._read()
        self.ask("WebDriver:NewSession", {"strictFileInteractability": False})
        self.ask("WebDriver:SetTimeouts", {"implicit": ANSWER_WITHIN_MS})

    def ask(self, command: str, values: dict[str, Any] | None = None) -> Any:
        """Send a command and return its answer. Raises AssertionError with Firefox's reason."""
        self.asked += 1
        text = json.dumps([0, self.asked, command, values or {}]).encode()
        self.connection.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, answer = self._read()
        assert error is None, f"{command} {values}: {error}"
        return answer

    def goes_to(self, path: str) -> None:
        """Open an address of the site."""
        self.ask("WebDriver:Navigate", {"url": self.origin + path})

    def closes_the_app(self) -> None:
        """Leave the site; what comes next is a new start of the app, in another tab."""
        opened = self.ask("WebDriver:NewWindow", {"type": "tab"})
        self.ask("WebDriver:CloseWindow")
        self.ask("WebDriver:SwitchToWindow", {"handle": opened["handle"]})

    def goes_to_the_other_tab(self) -> None:
        """Wait until a second tab is open, and look at that one."""
        here = self.ask("WebDriver:GetWindowHandle")["value"]
        other = until(lambda: set(self.ask("WebDriver:GetWindowHandles")) - {here}).pop()
        self.ask("WebDriver:CloseWindow")
        self.ask("WebDriver:SwitchToWindow", {"handle": other})

    def path(self) -> str:
        """Return where the page is, without the host."""
        address = str(self.ask("WebDriver:GetCurrentURL")["value"])
        return address.removeprefix(self.origin)

    def finds(self, xpath: str) -> str:
        """Wait for an element and return its reference."""
        found = self.ask("WebDriver:FindElement", {"using": "xpath", "value": xpath})
        return str(found["value"][ELEMENT_KEY])

    def clicks(self, xpath: str) -> None:
        """Wait for an element, and for its page to be at rest, and click on it."""
        element = self.finds(xpath)
        self.ask("WebDriver:ExecuteAsyncScript", {"script": WHEN_LOADED, "args": []})
        self.ask("WebDriver:ElementClick", {"id": element})

    def has(self, condition: str) -> None:
        """Wait until a condition holds in the page."""
        until(lambda: self.runs(f"return Boolean({condition})"))

    def is_the_phone_of(self, somebody: Somebody) -> None:
        """Sign a person in."""
        self.goes_to("/")
        cookie = {"name": COOKIE, "value": somebody.token, "httpOnly": True}
        self.ask("WebDriver:AddCookie", {"cookie": cookie})

    def runs(self, script: str, *args: object) -> Any:
        """Run a function's body in the page, past its policy, and return what it returns."""
        values = {"script": script, "args": list(args)}
        return self.ask("WebDriver:ExecuteScript", values)["value"]

    def awaits(self, script: str, *args: object) -> Any:
        """Do the same with the body of an asynchronous function."""
        return self.runs(
            f"return (async function () {{ {script} }}).apply(null, arguments);", *args
        )

    @contextmanager
    def in_its_own_code(self) -> Iterator[None]:
        """Let `runs` run in Firefox itself instead of the page, with all it may do."""
        self.ask("Marionette:SetContext", {"value": "chrome"})
        try:
            yield
        finally:
            self.ask("Marionette:SetContext", {"value": "content"})

    def close(self) -> None:
        """End Firefox."""
        self.connection.close()
        self.process.terminate()
        self.process.communicate(timeout=30)

    def _port(self) -> int:
        assert self.process.stdout
        for line in self.process.stdout:
            if "Listening on port" in line:
                return int(line.rsplit(maxsplit=1)[1])
        raise AssertionError("Firefox ended before it listened")

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._receive(1)
        return json.loads(self._receive(int(length[:-1])))

    def _receive(self, size: int) -> bytes:
        received = b""
        while len(received) < size:
            part = self.connection.recv(size - len(received))
            assert part, "Firefox closed the connection"
            received += part
        return received
