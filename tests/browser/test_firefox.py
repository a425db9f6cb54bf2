"""A walk through the app and the track of a session in Firefox."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from bench.track_sounds import cues_of
from tests.browser.conftest import Site, noon_zone
from tests.browser.firefox_browser import Firefox, installed_firefox
from tests.browser.onboarding import SCREENS
from tests.browser.people import Somebody
from tests.browser.track_page import TAIL_S

pytestmark = pytest.mark.browser

# Taps, and tells where the track stood before and after.
TAP = """const before = track.currentTime;
document.querySelector("[data-player=%s]").click();
return [before, track.currentTime];"""
SHOWN = """const { position } = document.querySelector("[data-component=player]").dataset;
return [Number(position), track.currentTime];"""


@pytest.fixture
def firefox(tmp_path: Path, site: Site, playwright: Playwright) -> Iterator[Firefox]:
    """A Firefox of its own."""
    firefox = Firefox(installed_firefox(playwright), tmp_path, site.origin)
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
