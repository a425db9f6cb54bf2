"""The player as a test drives it: its parts by name, and a clock that the test winds on."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

A_LOOK_S = 0.6
"""How long somebody looks at a sheet before tapping on it; the sheet takes no taps for 0.5 s."""

LONG_AGO = timedelta(minutes=90)
"""How far the page's clock starts behind the server's, so that no test ends in the future."""


HOW_WAS_IT = re.compile(r"/progress/sessions/")

LED_BY_THE_SCREEN = {"lead": "music"}
"""A track plays in real time, whatever the page's clock says; test_track.py is about it."""
KEEP_SETTINGS = """try {
  localStorage["good-days.player.settings"] ??= %s;
} catch { /* A page without storage. */ }"""


def keep_settings(page: Page, settings: dict[str, Any]) -> None:
    """Let pages find settings of the player on the phone, unless others are there."""
    page.add_init_script(KEEP_SETTINGS % json.dumps(json.dumps(settings)))


class PlayerPage:
    """One session page whose time stands still until the test says so; the screen leads it."""

    def __init__(self, page: Page, session_id: UUID) -> None:
        self.page = page
        self.path = f"/sessions/{session_id}"
        self.root = page.locator('[data-component="player"]')
        self.began = datetime.now(UTC) - LONG_AGO
        self.loaded: list[str] = []
        """The addresses that were loaded."""
        page.on("requestfinished", lambda request: self.loaded.append(request.url))

    def open(self, query: str = "") -> None:
        """Open the page with its clock stopped."""
        keep_settings(self.page, LED_BY_THE_SCREEN)
        self.page.clock.install(time=self.began)
        self.page.goto(self.path + query)
        self.page.clock.pause_at(self.began + timedelta(minutes=1))
        expect(self.part("start")).to_be_enabled()

    def part(self, name: str) -> Locator:
        """Return a part by the name that frontend/src/page/player/view.ts lists."""
        return self.root.locator(f'[data-player="{name}"]')

    def press(self, *names: str) -> None:
        """Press buttons, one after the other."""
        for name in names:
            self.looks_at_the_sheet()
            self.part(name).click()

    def looks_at_the_sheet(self) -> None:
        """Let the moment go by in which a sheet that just opened takes no taps."""
        if self.root.locator("dialog[open]").count():
            self.winds_on(A_LOOK_S)

    def begin(self, variant: str = "usual") -> None:
        """Choose a variant and start."""
        if variant != "usual":
            self.page.locator(f'input[name="variant"][value="{variant}"]').check(force=True)
        self.press("start")
        self.is_in("playing")

    def winds_on(self, seconds: float) -> None:
        """Let time go by as it does in an open page: every timer fires."""
        self.page.clock.run_for(int(seconds * 1000))

    def winds_on_to(self, kind: str, at_most_s: int = 120) -> None:
        """Let time go by until a kind of cue is on the screen."""
        for _ in range(at_most_s):
            if self.kind == kind:
                return
            self.winds_on(1)
        expect(self.root).to_have_attribute("data-kind", kind)

    def winds_on_until(self, locator: Locator, text: str, at_most_s: int = 60) -> None:
        """Let time go by, a second at a time, until a text is there: for timers set meanwhile."""
        for _ in range(at_most_s):
            if text in (locator.text_content() or ""):
                return
            self.winds_on(1)
        expect(locator).to_contain_text(text)

    def sleeps(self, seconds: float) -> None:
        """Let time go by as in a sleeping phone: timers fire once at most, afterwards."""
        self.page.clock.fast_forward(int(seconds * 1000))

    def is_in(self, phase: str) -> None:
        """Check the phase: before, playing, paused, stopped, finished."""
        expect(self.root).to_have_attribute("data-phase", phase)

    def stands_at(self, seconds: int) -> None:
        """Check the position in the session, in whole seconds."""
        expect(self.root).to_have_attribute("data-position", str(seconds))

    def sheet(self, name: str) -> Locator:
        """Check that a question is on top, and return it."""
        sheet = self.part(f"sheet-{name}")
        expect(sheet).to_be_visible()
        self.looks_at_the_sheet()
        return sheet

    @property
    def position(self) -> int:
        """The position on the screen, in whole seconds."""
        return int(self.root.get_attribute("data-position") or "-1")

    @property
    def item(self) -> str:
        """The id of the movement on the screen."""
        return self.root.get_attribute("data-item") or ""

    @property
    def kind(self) -> str:
        """The kind of cue on the screen."""
        return self.root.get_attribute("data-kind") or ""

    def plan(self) -> dict:
        """Return what the page was given to play."""
        return self.page.evaluate(
            "() => JSON.parse(document.getElementById('session-data').textContent)"
        )

    def starts_of(self, variant: str = "usual") -> list[int]:
        """Return where each movement of a variant starts, in seconds; the last is the end."""
        plan = self.plan()
        items = {item["id"]: item for item in plan["items"]}
        chosen = next(each for each in plan["variants"] if each["name"] == variant)
        starts = [0]
        for item, easier in chosen["parts"]:
            length = items[item]["easier" if easier else "usual"]["duration_s"]
            starts.append(starts[-1] + length)
        return starts


def saved(player: PlayerPage) -> None:
    """Wait until the phone stands on the page about the saved session."""
    player.page.wait_for_url(HOW_WAS_IT)
