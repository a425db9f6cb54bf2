"""The track of a session in WebKit, the engine of every iPhone."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Playwright

from bench.track_sounds import cues_of
from tests.browser.conftest import Site, noon_zone
from tests.browser.people import Somebody
from tests.browser.track_page import TAIL_S
from tests.browser.webkit_browser import WebKit, a_webkit, comes_true

pytestmark = pytest.mark.browser

READING_S = 10
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


@pytest.fixture
def webkit(site: Site, playwright: Playwright) -> Iterator[WebKit]:
    """A WebKit of its own."""
    with a_webkit(playwright, site) as found:
        yield found


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
