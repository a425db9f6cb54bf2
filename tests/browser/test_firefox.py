"""A walk through the app and the track of a session in Firefox, driven over Marionette: Playwright cannot drive Debian's."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from bench.track_sounds import cues_of
from tests.browser.conftest import Site, noon_zone
from tests.browser.onboarding import SCREENS
from tests.browser.people import COOKIE, Somebody
from tests.browser.track_page import TAIL_S

pytestmark = pytest.mark.browser

ANSWER_WITHIN_MS = 20_000
ELEMENT_KEY = "element-6066-11e4-a52e-4f735466cecf"
WHEN_LOADED = """const [done] = arguments;
if (document.readyState === "complete") done();
else addEventListener("load", () => done());"""
PREFERENCES = {
    "marionette.port": 0,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "toolkit.telemetry.enabled": False,
    # Plays as if there were a sound card; without one Firefox gives up every sound.
    "media.cubeb.force_mock_context": True,
}
# Taps, and tells where the track stood before and after.
TAP = """const before = track.currentTime;
document.querySelector("[data-player=%s]").click();
return [before, track.currentTime];"""
SHOWN = """const { position } = document.querySelector("[data-component=player]").dataset;
return [Number(position), track.currentTime];"""


class Firefox:
    """A headless Firefox with a fresh profile; knows the few commands that the walk needs."""

    def __init__(self, program: str, profile: Path, site: Site) -> None:
        self.site = site
        self.asked = 0
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines))
        self.process = subprocess.Popen(
            [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
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
        self.ask("WebDriver:Navigate", {"url": self.site.origin + path})

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
        deadline = time.monotonic() + ANSWER_WITHIN_MS / 1000
        while not self.runs(f"return Boolean({condition})"):
            assert time.monotonic() < deadline, condition
            time.sleep(0.05)

    def is_the_phone_of(self, somebody: Somebody) -> None:
        """Sign a person in."""
        self.goes_to("/")
        cookie = {"name": COOKIE, "value": somebody.token, "httpOnly": True}
        self.ask("WebDriver:AddCookie", {"cookie": cookie})

    def runs(self, script: str) -> Any:
        """Run a function's body in the page, past its policy, and return what it returns."""
        answer = self.ask("WebDriver:ExecuteScript", {"script": script, "args": []})
        return answer["value"]

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


@pytest.fixture
def firefox(tmp_path: Path, site: Site, playwright: Playwright) -> Iterator[Firefox]:
    """A Firefox of its own: Debian's where there is one, else the one Playwright fetched."""
    program = shutil.which("firefox-esr") or playwright.firefox.executable_path
    firefox = Firefox(program, tmp_path, site)
    yield firefox
    firefox.close()


def test_the_walk_works_in_firefox_too(firefox: Firefox):
    firefox.goes_to("/")
    firefox.clicks("//button[normalize-space()='Try it now']")
    firefox.finds("//h1[.='What brings you?']")
    firefox.clicks("//input[@name='reasons' and @value='lasting_pain']")
    firefox.clicks("//input[@name='regions' and @value='low_back']")
    firefox.clicks("//input[@name='adult' and @value='yes']")
    firefox.clicks("//button[normalize-space()='Go on']")
    for screen in SCREENS:
        firefox.finds(f"//h1[.='{screen.title}']")
        firefox.clicks("//button[@name='none']")
    firefox.finds("//h1[.='Please read them once more']")
    firefox.clicks("//button[@name='none']")
    firefox.finds("//h1[.='A programme to begin with']")
    firefox.runs("for (const day of document.querySelectorAll('[name=weekdays]')) day.checked = 1;")
    firefox.clicks("//button[normalize-space()='Start this programme']")
    firefox.clicks("//article[contains(@class, 'session-card')]//a[starts-with(., 'Start')]")
    firefox.clicks("//button[normalize-space()='None of these: start' and not(@disabled)]")
    firefox.finds("//*[@data-component='player' and @data-phase='playing']")
    for _ in range(2):
        firefox.clicks("//button[@data-player='forward-15']")
    firefox.finds("//*[@data-position > 32]")
    firefox.clicks("//button[@data-player='stop']")
    firefox.finds("//dialog[@open]")
    # As a key does it: for half a second a sheet takes no taps.
    firefox.runs("document.querySelector('[data-player=finish]').click()")
    firefox.finds("//h1[.='How was it?']")
    firefox.clicks("//input[@name='effort' and @value='3']")
    firefox.clicks("//form[@id='session-log']//button[normalize-space()='Save']")
    firefox.finds("//h2[@id='session-log-title']")
    firefox.goes_to("/today")
    firefox.clicks("//input[@name='stiffness' and @value='4']")
    firefox.clicks("//form[@id='check-in']//button[normalize-space()='Save']")
    firefox.finds("//h2[@id='check-in-title']")
    firefox.goes_to("/progress")
    firefox.finds("//ol[contains(@class, 'diary')]//*[contains(., 'felt stiffness 4')]")


def test_the_track_leads_a_session_in_firefox_too(firefox: Firefox, site: Site):
    somebody = Somebody(site.app, noon_zone())
    session_id = somebody.follows("plantar-heel")
    firefox.is_the_phone_of(somebody)
    firefox.goes_to(f"/sessions/{session_id}")
    plan = json.loads(firefox.runs("return document.getElementById('session-data').textContent"))
    cues = cues_of(plan, "usual")
    starts = [cue["start"] for cue in cues if cue["kind"] == "change"]
    seconds = cues[-1]["end"]
    firefox.runs("window.track = document.querySelector('[data-player=track]');")
    firefox.has(f"track.duration === {seconds + TAIL_S}")
    firefox.clicks("//button[@data-player='start' and not(@disabled)]")
    firefox.finds("//*[@data-component='player' and @data-phase='playing']")
    firefox.has("!track.paused && track.currentTime > 2 && track.currentTime < 60")
    firefox.finds("//*[@data-component='player' and @data-position >= 2]")

    before, after = firefox.runs(TAP % "forward-15")
    assert after - before == pytest.approx(15, abs=0.15)
    before, after = firefox.runs(TAP % "next")
    assert after == pytest.approx(starts[1], abs=0.15)
    firefox.has(f"track.currentTime > {starts[1] + 2}")
    shown, at = firefox.runs(SHOWN)
    assert shown - 0.15 <= at < shown + 1.5
    assert firefox.runs("return track.error") is None

    firefox.runs(TAP % "forward-15")
    firefox.has(f"track.currentTime > {starts[1] + 19}")
    firefox.clicks("//button[@data-player='stop']")
    firefox.finds("//dialog[@open]")
    firefox.runs("document.querySelector('[data-player=finish]').click()")
    firefox.finds("//h1[.='How was it?']")
    [log] = somebody.logs()
    assert (log.led_by, log.unrecorded_lines) == ("track", 0)
