"""A real WebKit, the engine of every iPhone: Debian's over WebDriver, else Playwright's."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page, Playwright

from tests.browser.people import COOKIE, Somebody

WITHIN_S = 60
ELEMENT_KEY = "element-6066-11e4-a52e-4f735466cecf"


class Origin(Protocol):
    """A site, of which only the address matters here."""

    @property
    def origin(self) -> str:
        """Such as http://localhost:8000."""


class WebKit(Protocol):
    """The little that tests need of a browser."""

    def signs_in(self, somebody: Somebody) -> None:
        """Sign a person in."""

    def goes_to(self, path: str) -> None:
        """Open an address of the site."""

    def clicks(self, selector: str) -> None:
        """Click as a person does."""

    def runs(self, script: str, *given: Any) -> Any:
        """Run the body of an async function in the page, with `arguments`."""


class BrowserDied(RuntimeError):
    """The browser itself is gone, whatever the page did."""


class DrivenWebKit:
    """WebKitGTK over WebDriver."""

    def __init__(self, port: int, browser: Path, site: Origin, *, waits: bool) -> None:
        self.site = site
        self.port = port
        self.session = ""
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {
            "alwaysMatch": {
                "webkitgtk:browserOptions": options,
                "pageLoadStrategy": "normal" if waits else "none",
            }
        }
        self.session = "/" + self.ask("/session", {"capabilities": wanted})["sessionId"]

    def ask(self, command: str, values: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Send a command and return its answer.

        Raises:
            AssertionError: with WebKit's reason.
            BrowserDied: there is no browser behind the driver any more.
        """
        path = f"/session{self.session}{command}" if self.session else command
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=json.dumps(values or {}).encode() if method == "POST" else None,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            reason = error.read().decode()
            if '"invalid session id"' in reason:
                raise BrowserDied(command) from error
            raise AssertionError(f"{command}: {reason}") from error

    def signs_in(self, somebody: Somebody) -> None:
        self.goes_to("/")
        self.ask("/cookie", {"cookie": {"name": COOKIE, "value": somebody.token, "path": "/"}})

    def goes_to(self, path: str) -> None:
        self.ask("/url", {"url": self.site.origin + path})

    def clicks(self, selector: str) -> None:
        found = self.ask("/element", {"using": "css selector", "value": selector})
        self.ask(f"/element/{found[ELEMENT_KEY]}/click")

    def runs(self, script: str, *given: Any) -> Any:
        body = f"return (async function () {{ {script} }}).apply(null, arguments);"
        return self.ask("/execute/sync", {"script": body, "args": list(given)})


class PlaywrightWebKit:
    """Playwright's own WebKit, where there is no WebDriver for one."""

    def __init__(self, page: Page, site: Origin) -> None:
        self.page = page
        self.site = site

    def signs_in(self, somebody: Somebody) -> None:
        somebody.signs_in(self.page.context, self.site.origin)

    def goes_to(self, path: str) -> None:
        self.page.goto(self.site.origin + path)

    def clicks(self, selector: str) -> None:
        self.page.locator(selector).click()

    def runs(self, script: str, *given: Any) -> Any:
        body = f"(given) => (async function () {{ {script} }}).apply(null, given)"
        return self.page.evaluate(body, list(given))


@contextmanager
def started(*command: str, **surroundings: str) -> Iterator[None]:
    """Run a program, and everything that it starts, for as long as it is needed."""
    process = subprocess.Popen(
        command,
        env=os.environ | surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


@contextmanager
def display() -> Iterator[str]:
    """Start a screen that nobody sees; yields its name."""
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp", "-screen", "0", "800x900x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            name = f":{numbers.readline().strip()}"
        yield name
    finally:
        screen.terminate()
        screen.wait(timeout=30)


@contextmanager
def driven(driver: str, site: Origin, *, waits: bool) -> Iterator[WebKit]:
    """Start Debian's WebKit."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    [browser] = Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")
    with display() as name, started(driver, f"--port={port}", DISPLAY=name):
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        webkit = DrivenWebKit(port, browser, site, waits=waits)
        try:
            yield webkit
        finally:
            with suppress(BrowserDied):
                webkit.ask("", method="DELETE")


@contextmanager
def a_webkit(playwright: Playwright, site: Origin, *, waits: bool = True) -> Iterator[WebKit]:
    """Start one that is there, with a profile of its own.

    Args:
        playwright: has the one that is used where Debian's is not there.
        site: what it opens.
        waits: whether going somewhere waits until everything of the page has loaded.
    """
    driver = shutil.which("WebKitWebDriver")
    if driver is not None:
        with driven(driver, site, waits=waits) as found:
            yield found
        return
    browser = playwright.webkit.launch()
    yield PlaywrightWebKit(browser.new_page(), site)
    browser.close()


def comes_true(webkit: WebKit, condition: str) -> None:
    """Wait until a condition holds in the page."""
    deadline = time.monotonic() + WITHIN_S
    while not webkit.runs(f"return Boolean({condition})"):
        assert time.monotonic() < deadline, condition
        time.sleep(0.1)
