"""A session that its track leads, in real time: where the sound stands, and what is heard in it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from playwright.sync_api import Page, Request, expect

from bench.track_sounds import KEEP_TRACKS, READ_SAMPLES, Samples, cues_of, from_base64, read_clips
from tests.browser.player_page import A_LOOK_S, PlayerPage, keep_settings

TAIL_S = 6
"""What follows the session in its track: the last words and bells."""
FASTEST = 16
"""No browser plays faster than that."""

# What is shown and where the track stands, at every change of the page.
WATCH = """() => {
  const root = document.querySelector('[data-component="player"]');
  const audio = document.querySelector('[data-player="track"]');
  window.looks = [];
  new MutationObserver(() => {
    if (root.dataset.phase !== "playing" || audio.paused) return;
    looks.push([Number(root.dataset.position), audio.currentTime]);
  }).observe(root, { attributes: true, attributeFilter: ["data-position"] });
}"""
STATE = """() => {
  const { src, currentTime, duration, paused, ended } = document.querySelector('[data-player="track"]');
  const { phase, position } = document.querySelector('[data-component="player"]').dataset;
  return { src, currentTime, duration, paused, ended, phase, position: Number(position) };
}"""
# A press and what it does to the track, before time can go by.
PRESS = """(button) => {
  const audio = document.querySelector('[data-player="track"]');
  const root = document.querySelector('[data-component="player"]');
  const before = audio.currentTime;
  button.click();
  return { before, after: audio.currentTime, position: Number(root.dataset.position), phase: root.dataset.phase };
}"""
LOADED = """(seconds) => {
  const { duration } = document.querySelector('[data-player="track"]');
  return Math.abs(duration - seconds) < 0.01;
}"""
LEADS = """() => {
  const audio = document.querySelector('[data-player="track"]');
  const { phase } = document.querySelector('[data-component="player"]').dataset;
  return phase === "playing" && !audio.paused && audio.currentTime > 0;
}"""
REACHED = """(seconds) => document.querySelector('[data-player="track"]').currentTime >= seconds"""


class TrackPage(PlayerPage):
    """One session page as it is: its time goes by, its track sounds."""

    def __init__(
        self, page: Page, session_id: UUID, settings: dict[str, Any] | None = None
    ) -> None:
        super().__init__(page, session_id)
        self.asked: list[str] = []
        """Addresses of everything of the voice that was asked for."""
        page.on("request", self._note)
        page.add_init_script(KEEP_TRACKS)
        if settings is not None:
            keep_settings(page, settings)

    def open(self, query: str = "") -> None:
        """Open the page and wait until its script runs."""
        self.page.goto(self.path + query)
        expect(self.part("start")).to_be_enabled()

    def looks_at_the_sheet(self) -> None:
        """Let the moment go by in which a sheet that just opened takes no taps."""
        if self.root.locator("dialog[open]").count():
            self.page.wait_for_timeout(A_LOOK_S * 1000)

    def chooses(self, variant: str) -> None:
        """Choose a version."""
        self.page.locator(f'input[name="variant"][value="{variant}"]').check(force=True)

    def track_is_there(self, seconds: int) -> None:
        """Wait until the track of a session of so many seconds can be played."""
        self.page.wait_for_function(LOADED, arg=seconds + TAIL_S)

    def starts_with_the_track(self, variant: str = "usual") -> list[int]:
        """Start once the track is there. Returns where each movement starts, and the end."""
        starts = self.starts_of(variant)
        if variant != "usual":
            self.chooses(variant)
        self.track_is_there(starts[-1])
        self.starts()
        return starts

    def starts(self) -> None:
        """Start, and wait until the track leads."""
        self.page.evaluate(WATCH)
        self.part("start").click()
        self.leads()

    def leads(self) -> None:
        """Wait until the track sounds."""
        self.page.wait_for_function(LEADS)

    def plays_at(self, rate: float) -> None:
        """Let the track go by faster; the clock of the session is the track's."""
        self.page.evaluate(
            """(rate) => { document.querySelector('[data-player="track"]').playbackRate = rate; }""",
            rate,
        )

    def plays_on_to(self, seconds: float) -> None:
        """Wait until the track stands there."""
        self.page.wait_for_function(REACHED, arg=seconds)

    def taps(self, name: str) -> dict[str, Any]:
        """Press a button of the stage; returns where the track stood before and after, and what is shown."""
        return self.part(name).evaluate(PRESS)

    @property
    def track(self) -> dict[str, Any]:
        """Where the track stands, and what is shown."""
        return self.page.evaluate(STATE)

    def looks(self) -> list[tuple[int, float]]:
        """Return each second shown while the track played, with where the track stood."""
        return self.page.evaluate("() => window.looks")

    def agrees(self) -> None:
        """Wait until a new second is shown; check that each one was the track's, within 150 ms."""
        count = len(self.looks())
        self.page.wait_for_function("(count) => window.looks.length > count", arg=count)
        for shown, at in self.looks():
            assert shown - 0.15 <= at < shown + 1.15, (shown, at)

    def samples(self) -> Samples:
        """Return the track as the browser decodes it: -1 to 1, 24,000 a second."""
        address = self.track["src"]
        count = self.page.evaluate(READ_SAMPLES, [address, None, None])
        step = 1_000_000
        slices = [
            from_base64(self.page.evaluate(READ_SAMPLES, [address, start, start + step]))
            for start in range(0, count, step)
        ]
        return np.concatenate(slices)

    def clips(self, texts: Sequence[str]) -> dict[str, Samples]:
        """Return what the first voice of the page says, of the texts that it has."""
        return read_clips(self.page.evaluate, self.plan(), texts)

    def cues(self, variant: str = "usual") -> list[dict[str, Any]]:
        """Return the cues of a version, one after the other, as the plan of the page has them."""
        return cues_of(self.plan(), variant)

    def _note(self, request: Request) -> None:
        if "/static/voice/" in request.url:
            self.asked.append(request.url)
