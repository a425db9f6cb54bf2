"""A locked phone: the track goes on by itself, and on coming back the session is where it is."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Playwright

from bench.chromium import Chromium, chromium
from tests.browser.conftest import DEBIAN_CHROMIUM, Site, noon_zone
from tests.browser.people import COOKIE, Somebody
from tests.browser.track_page import FASTEST, LEADS, STATE, TAIL_S

pytestmark = pytest.mark.browser

PATIENCE_S = 60
AUDIO = "document.querySelector('[data-player=track]')"
ASKED = """(() => {
  const sheets = [...document.querySelectorAll("dialog[open]")];
  return sheets.map((each) => each.dataset.player).join();
})()"""


class PhoneInAPocket:
    """A session in a Chromium that nothing keeps visible."""

    def __init__(self, browser: Chromium, site: Site) -> None:
        self.browser = browser
        self.somebody = Somebody(site.app, noon_zone())
        self.session_id = self.somebody.follows("plantar-heel")
        self.tab, self.page = browser.open_tab()
        cookie = {"name": COOKIE, "value": self.somebody.token, "url": site.origin}
        browser.send("Network.setCookie", self.page, **cookie)
        browser.send("Page.enable", self.page)
        browser.send("Page.navigate", self.page, url=f"{site.origin}/sessions/{self.session_id}")

    def is_so(self, expression: str) -> None:
        """Wait until an expression holds in the page."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                if self.browser.run(self.page, f"Boolean({expression})"):
                    return
            except RuntimeError:  # The page is not there yet.
                pass
            time.sleep(0.1)
        raise AssertionError(f"{expression}: never; {self.state}")

    def starts(self, variant: str) -> list[int]:
        """Start a version and let its track run fast. Returns the seconds of its movements."""
        self.is_so("document.querySelector('[data-player=start]')?.disabled === false")
        self.taps(f"input[name=variant][value={variant}]")
        text = self.browser.run(self.page, "document.getElementById('session-data').textContent")
        plan: dict[str, Any] = json.loads(text)
        items = {item["id"]: item for item in plan["items"]}
        parts = next(each["parts"] for each in plan["variants"] if each["name"] == variant)
        lengths = [
            items[item]["easier" if eased else "usual"]["duration_s"] for item, eased in parts
        ]
        self.is_so(f"{AUDIO}.duration === {sum(lengths) + TAIL_S}")
        self.taps("[data-player=start]")
        self.is_so(f"({LEADS})()")
        self.browser.run(self.page, f"{AUDIO}.playbackRate = {FASTEST}")
        return lengths

    def taps(self, selector: str) -> None:
        """Tap on something."""
        self.browser.run(self.page, f"document.querySelector('{selector}').click()")

    def is_put_away(self) -> None:
        """Be hidden by another tab."""
        self.browser.open_tab()
        self.is_so("document.visibilityState === 'hidden'")

    def is_taken_out(self) -> None:
        """Be in front again."""
        self.browser.send("Target.activateTarget", targetId=self.tab)
        self.is_so("document.visibilityState === 'visible'")

    def stands_still(self) -> float:
        """Run no script from now on. Returns where the track stood just before."""
        stood_at: float = self.state["currentTime"]
        self.browser.send("Debugger.enable", self.page)
        self.browser.send("Debugger.pause", self.page)
        return stood_at

    def goes_on(self) -> None:
        """Run scripts again."""
        self.browser.send("Debugger.resume", self.page)
        self.browser.send("Debugger.disable", self.page)

    @property
    def state(self) -> dict[str, Any]:
        """Where the track stands, and what is shown."""
        return self.browser.run(self.page, f"({STATE})()")

    def log(self) -> Any:
        """Wait for the log of the session and return it."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if logs := self.somebody.logs():
                return logs[0]
            time.sleep(0.1)
        raise AssertionError(f"no log; {self.state}")


@pytest.fixture
def phone(
    site: Site, playwright: Playwright, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PhoneInAPocket]:
    """A phone with a session of its owner's on it."""
    if not DEBIAN_CHROMIUM.exists():
        monkeypatch.setenv("CHROME_PATH", playwright.chromium.executable_path)
    with chromium() as browser:
        yield PhoneInAPocket(browser, site)


def test_hidden_and_with_its_script_standing_still_a_session_plays_to_its_end(
    phone: PhoneInAPocket,
):
    lengths = phone.starts("easier")
    phone.is_put_away()
    phone.is_so(f"{AUDIO}.currentTime > 60")
    assert phone.state["phase"] == "playing"

    # As a phone does it: no timer and no script runs any more, the sound goes on.
    stood_at = phone.stands_still()
    time.sleep((sum(lengths) + TAIL_S - stood_at) / FASTEST + 1)
    phone.goes_on()
    assert phone.state["currentTime"] > stood_at + 60
    phone.is_taken_out()

    log = phone.log()
    assert [each.state for each in log.movements] == ["done"] * len(lengths)
    assert [each.done_s for each in log.movements] == lengths
    assert (log.led_by, log.unrecorded_lines) == ("track", 0)
    assert phone.somebody.state_of(phone.session_id) == "done"


def test_a_frozen_page_stands_where_the_sound_stopped_and_goes_on_from_there(
    phone: PhoneInAPocket,
):
    """No browser freezes a page that sounds; forced to, Chromium pauses the sound too."""
    lengths = phone.starts("easier")
    phone.is_so(f"{AUDIO}.currentTime > 40")
    phone.is_put_away()
    phone.browser.send("Page.setWebLifecycleState", phone.page, state="frozen")
    phone.is_so(f"{AUDIO}.paused")
    stopped_at = phone.state["currentTime"]
    phone.browser.send("Page.setWebLifecycleState", phone.page, state="active")
    phone.is_taken_out()
    phone.is_so("document.querySelector('[data-component=player]').dataset.phase === 'paused'")
    assert phone.browser.run(phone.page, ASKED) == ""
    assert phone.state["position"] == int(stopped_at)
    phone.taps("[data-player=pause]")
    phone.is_so(f"!{AUDIO}.paused && {AUDIO}.currentTime > {stopped_at}")

    log = phone.log()
    assert [each.done_s for each in log.movements] == lengths
    assert log.led_by == "track"
