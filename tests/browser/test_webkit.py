"""The track of a session in WebKit, the engine of every iPhone: Debian's over WebDriver, else Playwright's."""

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
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Page, Playwright

from bench.track_sounds import cues_of
from tests.browser.conftest import Site, noon_zone
from tests.browser.people import COOKIE, Somebody
from tests.browser.track_page import TAIL_S

pytestmark = pytest.mark.browser

WITHIN_S = 60
READING_S = 10
ELEMENT_KEY = "element-6066-11e4-a52e-4f735466cecf"
TRACK = "document.querySelector('[data-player=track]')"
PLAYER = "document.querySelector('[data-component=player]').dataset"
# Taps, and tells where the track stood before and after.
TAP = f"""const before = {TRACK}.currentTime;
document.querySelector("[data-player=%s]").click();
return [before, {TRACK}.currentTime];"""
# Decodes a clip in both formats; tells how many seconds each one is.
DECODE = """const [manifest, text] = arguments;
const { clips } = await (await fetch(manifest)).json();
const context = new OfflineAudioContext(1, 1, 24000);
const found = [clips[text].duration_s];
for (const format of ["opus", "m4a"]) {
  const answer = await fetch(`${manifest.split(".json")[0]}/${clips[text].stem}.${format}?v=1`);
  found.push((await context.decodeAudioData(await answer.arrayBuffer())).duration);
}
return found;"""


class WebKit(Protocol):
    """The little that the test needs of a browser."""

    def signs_in(self, somebody: Somebody) -> None:
        """Sign a person in."""

    def goes_to(self, path: str) -> None:
        """Open an address of the site."""

    def clicks(self, selector: str) -> None:
        """Click as a person does."""

    def runs(self, script: str, *given: Any) -> Any:
        """Run the body of an async function in the page, with `arguments`."""


class DrivenWebKit:
    """WebKitGTK over WebDriver."""

    def __init__(self, port: int, browser: Path, site: Site) -> None:
        self.site = site
        self.port = port
        self.session = ""
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self.session = "/" + self.ask("/session", {"capabilities": wanted})["sessionId"]

    def ask(self, command: str, values: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Send a command and return its answer. Raises AssertionError with WebKit's reason."""
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
            raise AssertionError(f"{command}: {error.read().decode()}") from error

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

    def __init__(self, page: Page, site: Site) -> None:
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
def driven(driver: str, site: Site) -> Iterator[WebKit]:
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
        webkit = DrivenWebKit(port, browser, site)
        try:
            yield webkit
        finally:
            webkit.ask("", method="DELETE")


@pytest.fixture
def webkit(site: Site, playwright: Playwright) -> Iterator[WebKit]:
    """A WebKit of its own."""
    driver = shutil.which("WebKitWebDriver")
    if driver is not None:
        with driven(driver, site) as found:
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


def opens_with_its_track(webkit: WebKit, path: str) -> list[dict[str, Any]]:
    """Open a session and wait for its track; returns the cues.

    WebKitGTK sometimes never reads a sound that lies in memory, or takes it for empty, whatever
    made it; a page loaded anew does.
    """
    for _ in range(10):
        webkit.goes_to(path)
        plan = webkit.runs("return document.getElementById('session-data').textContent")
        cues = cues_of(json.loads(plan), "usual")
        seconds = cues[-1]["end"] + TAIL_S
        deadline = time.monotonic() + READING_S
        while time.monotonic() < deadline:
            if webkit.runs(f"return {TRACK}.duration") == seconds:
                return cues
            time.sleep(0.1)
    raise AssertionError("WebKit reads no track")


def test_the_track_leads_a_session_in_webkit_too(webkit: WebKit, site: Site):
    somebody = Somebody(site.app, noon_zone())
    session_id = somebody.follows("plantar-heel")
    webkit.signs_in(somebody)
    cues = opens_with_its_track(webkit, f"/sessions/{session_id}")
    starts = [cue["start"] for cue in cues if cue["kind"] == "change"]
    webkit.clicks("[data-player=start]")
    comes_true(webkit, f"{PLAYER}.phase === 'playing' && !{TRACK}.paused")
    comes_true(webkit, f"{TRACK}.currentTime > 2 && {TRACK}.currentTime < 100")
    comes_true(webkit, f"{PLAYER}.position >= 2")

    before, after = webkit.runs(TAP % "forward-15")
    assert after - before == pytest.approx(15, abs=0.15)
    _, after = webkit.runs(TAP % "next")
    assert after == pytest.approx(starts[1], abs=0.15)
    comes_true(webkit, f"{TRACK}.currentTime > {starts[1] + 2}")
    shown, at = webkit.runs(f"return [Number({PLAYER}.position), {TRACK}.currentTime]")
    assert shown - 0.15 <= at < shown + 1.5

    webkit.runs(TAP % "forward-15")
    comes_true(webkit, f"{TRACK}.currentTime > {starts[1] + 19}")
    webkit.clicks("[data-player=stop]")
    webkit.runs("document.querySelector('[data-player=finish]').click()")
    comes_true(webkit, "document.querySelector('h1').textContent === 'How was it?'")
    [log] = somebody.logs()
    assert (log.led_by, log.unrecorded_lines) == ("track", 0)


def test_webkit_decodes_the_clips_in_both_formats(webkit: WebKit, site: Site):
    somebody = Somebody(site.app, noon_zone())
    webkit.signs_in(somebody)
    webkit.goes_to(f"/sessions/{somebody.follows('plantar-heel')}")
    plan = json.loads(webkit.runs("return document.getElementById('session-data').textContent"))
    text = plan["items"][0]["name"]
    for voice in plan["voices"]:
        duration, opus, m4a = webkit.runs(DECODE, voice["manifest"], text)
        assert opus == pytest.approx(duration, abs=0.1)
        assert m4a == pytest.approx(duration, abs=0.1)
