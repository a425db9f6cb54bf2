"""A session is one sound track: it leads, the screen follows, and it is what the plan says."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bench.track_sounds import (
    TrackEar,
    cues_of,
    hear_lines,
    hear_signals,
    lines_due,
    signals_due,
    wrongly_unsaid,
)
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage, keep_settings, saved
from tests.browser.track_page import TrackPage

pytestmark = pytest.mark.browser

WITHIN_MS = 50
SOUND_GAIN, VOICE_GAIN, UNDER_VOICE = 0.7, 1.0, 0.6
"""How loud bells and voice are unless somebody changes it, and bells while the voice speaks."""

# Notes what is asked of the phone.
LISTEN = """
  window.asked = { play: 0, contexts: 0, vibrate: 0, flash: 0, wakeLock: 0 };
  const counted = (owner, name, as) => {
    const real = owner[name];
    owner[name] = function (...given) { asked[as] += 1; return real.apply(this, given); };
  };
  counted(HTMLMediaElement.prototype, "play", "play");
  counted(Navigator.prototype, "vibrate", "vibrate");
  if ("WakeLock" in window) counted(WakeLock.prototype, "request", "wakeLock");
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...given) {
    if (this.dataset.player === "flash") asked.flash += 1;
    return animate.apply(this, given);
  };
  window.AudioContext = class extends AudioContext {
    constructor(...given) { super(...given); asked.contexts += 1; }
  };
"""
# Keeps the handlers of the headset's buttons: no test can press those of a real one.
HEADSET = """
  window.buttons = {};
  const listen = MediaSession.prototype.setActionHandler;
  MediaSession.prototype.setActionHandler = function (action, handler) {
    buttons[action] = handler;
    return listen.call(this, action, handler);
  };
  const place = MediaSession.prototype.setPositionState;
  MediaSession.prototype.setPositionState = function (state) {
    window.placed = state;
    return place.call(this, state);
  };
"""
PRESSED = """([action, details]) => {
  const audio = document.querySelector('[data-player="track"]');
  const before = audio.currentTime;
  buttons[action]({ action, ...details });
  return [before, audio.currentTime];
}"""
LOCK_SCREEN = """() => {
  const { metadata, playbackState } = navigator.mediaSession;
  const { title, artist, album, artwork } = metadata ?? {};
  return { title, artist, album, picture: artwork?.[0]?.src, playbackState, placed: window.placed };
}"""
SHOWN_WORDS = """() => ["caption", "cue"].map(
  (name) => document.querySelector(`[data-player="${name}"]`).textContent).join(" ")"""
FIRST_VOICE = """() => {
  const voice = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/static/voice/"));
  const [page] = performance.getEntriesByType("navigation");
  const [painted] = performance.getEntriesByName("first-contentful-paint");
  return [Math.min(...voice.map(({ startTime }) => startTime)), page.loadEventStart, painted.startTime];
}"""
SAVES_DATA = """Object.defineProperty(navigator, "connection",
  { value: { saveData: true, addEventListener() {} } });"""


@pytest.fixture
def open_track(page: Page, session_id: UUID) -> Callable[..., TrackPage]:
    """Return a function that opens the session page as it is, with settings of the phone."""

    def opened(**settings: Any) -> TrackPage:
        track = TrackPage(page, session_id, settings or None)
        track.open()
        return track

    return opened


class TestLeading:
    def test_track_and_screen_agree_whatever_is_pressed(self, open_track):
        session = open_track()
        starts = session.starts_with_the_track()
        for _, text, _ in session.cues()[0]["say"]:
            expect(session.part("caption")).to_contain_text(text)
        session.agrees()
        for name, goes_to in (("next", starts[1]), ("next", starts[2]), ("previous", starts[1])):
            self.goes_to(session.taps(name), goes_to)
            session.agrees()
        for name, by in (("forward-15", 15), ("back-15", -15), ("forward-15", 15)):
            tapped = session.taps(name)
            assert tapped["after"] - tapped["before"] == pytest.approx(by, abs=0.15)
            session.agrees()
        first_cue = next(cue for cue in session.cues() if cue["start"] > starts[1])
        self.goes_to(session.taps("repeat"), first_cue["start"])
        session.agrees()

        assert session.taps("pause")["phase"] == "paused"
        stood = session.track
        assert stood["paused"]
        assert stood["position"] == pytest.approx(stood["currentTime"], abs=1.15)
        session.taps("pause")
        session.leads()
        assert session.track["currentTime"] >= stood["currentTime"] - 0.15
        session.agrees()

    def goes_to(self, tapped: dict[str, Any], second: int) -> None:
        """Check that a tap sent both the screen and the track there."""
        assert tapped["position"] == second
        assert tapped["after"] == pytest.approx(second, abs=0.15)

    def test_each_version_has_a_track_of_its_length(self, open_track):
        session = open_track()
        for variant in [each["name"] for each in session.plan()["variants"]]:
            session.chooses(variant)
            session.track_is_there(session.starts_of(variant)[-1])
        session.chooses("easier")
        session.starts_with_the_track("easier")
        session.agrees()

    def test_too_much_plays_the_easier_movement_by_a_new_track(
        self, open_track, somebody: Somebody
    ):
        session = open_track()
        starts = session.starts_with_the_track()
        before = session.track["src"]
        session.taps("forward-15")
        session.press("too-much")
        assert session.track["paused"]
        session.press("why-tired", "ease")
        first = session.plan()["items"][0]
        shorter = first["usual"]["duration_s"] - first["easier"]["duration_s"]
        session.track_is_there(starts[-1] - shorter)
        session.leads()
        assert session.track["src"] != before
        session.agrees()
        session.press("stop", "finish")
        saved(session)
        [log] = somebody.logs()
        assert (log.led_by, log.movements[0].easier) == ("track", True)


class TestComposedTrack:
    def test_every_bell_and_every_line_is_where_the_plan_has_it_and_nothing_else(self, open_track):
        session = open_track(steps=False)
        session.chooses("easier")
        cues = session.cues("easier")
        session.track_is_there(cues[-1]["end"])
        lines = lines_due(cues)
        clips = session.clips([line.what for line in lines])
        assert set(clips) == {line.what for line in lines}

        ear = TrackEar(session.samples())
        said, unsaid = hear_lines(ear, lines, clips, VOICE_GAIN)
        bells = hear_signals(ear, signals_due(cues), (SOUND_GAIN, SOUND_GAIN * UNDER_VOICE))

        assert max(each.off_ms for each in said + bells) <= WITHIN_MS
        assert wrongly_unsaid(unsaid, lines, said, clips) == []
        assert len(said) > len(lines) / 2
        assert ear.loudest_left < 0.01
        assert {"start", "end", "count", "finish"} <= {each.what for each in bells}


class TestLockScreen:
    @pytest.fixture
    def session(self, context: BrowserContext, open_track) -> TrackPage:
        context.add_init_script(HEADSET)
        session = open_track()
        session.starts_with_the_track()
        return session

    def pressed(self, session: TrackPage, action: str, **details: Any) -> list[float]:
        """Press a button of the headset; returns where the track stood before and after."""
        return session.page.evaluate(PRESSED, [action, details])

    def test_it_shows_movement_side_next_and_picture(self, session: TrackPage):
        plan = session.plan()
        first, second, third = plan["items"][:3]
        shown = session.page.evaluate(LOCK_SCREEN)
        assert shown["title"].split(" · ")[0] == first["name"]
        assert shown["artist"] == f"Next: {second['name']}"
        assert shown["album"] == plan["name"]
        assert shown["playbackState"] == "playing"
        assert shown["placed"]["duration"] == session.starts_of()[-1]
        picture = session.page.request.get(shown["picture"])
        assert picture.ok
        assert picture.headers["content-type"].startswith("image/")

        sided = next(cue for cue in session.cues() if cue.get("side"))
        by = sided["start"] - session.track["currentTime"] + 1
        for _ in range(int(by // 15) + 1):
            self.pressed(session, "seekforward")
        title = session.page.evaluate(LOCK_SCREEN)["title"]
        assert title.endswith((" · Left side", " · Right side"))
        self.pressed(session, "nexttrack")
        self.pressed(session, "nexttrack")
        shown = session.page.evaluate(LOCK_SCREEN)
        assert shown["title"].split(" · ")[0] == third["name"]
        assert shown["artist"] == "Last movement"

    def test_every_button_does_what_it_says_and_track_and_screen_agree(self, session: TrackPage):
        starts = session.starts_of()
        self.pressed(session, "nexttrack")
        session.agrees()
        assert session.position in range(starts[1], starts[1] + 10)
        before, after = self.pressed(session, "seekforward")
        assert after - before == pytest.approx(15, abs=0.15)
        before, after = self.pressed(session, "seekbackward")
        assert after - before == pytest.approx(-15, abs=0.15)
        _, after = self.pressed(session, "seekto", seekTime=starts[1] + 40)
        assert after == pytest.approx(starts[1] + 40, abs=0.15)
        session.agrees()

        self.pressed(session, "pause")
        session.is_in("paused")
        assert session.track["paused"]
        assert session.page.evaluate(LOCK_SCREEN)["playbackState"] == "paused"
        self.pressed(session, "play")
        session.leads()
        session.agrees()

        _, after = self.pressed(session, "previoustrack")
        assert starts[1] <= after < starts[1] + 20
        _, after = self.pressed(session, "previoustrack")
        assert after == pytest.approx(starts[0], abs=0.15)
        session.agrees()

        self.pressed(session, "stop")
        session.sheet("why")
        assert session.track["paused"]

    def test_pause_and_next_means_too_much_and_goes_on_easier(
        self, session: TrackPage, somebody: Somebody
    ):
        self.pressed(session, "seekforward")
        self.pressed(session, "pause")
        self.pressed(session, "nexttrack")
        session.is_in("playing")
        first = session.plan()["items"][0]
        shorter = first["usual"]["duration_s"] - first["easier"]["duration_s"]
        session.track_is_there(session.starts_of()[-1] - shorter)
        session.leads()
        session.agrees()
        session.press("stop", "finish")
        saved(session)
        [log] = somebody.logs()
        assert (log.movements[0].easier, log.movements[0].reason) == (True, "other")
        assert session.page.evaluate(LOCK_SCREEN)["playbackState"] == "none"


class TestSavingData:
    def test_no_voice_is_asked_for_before_the_page_is_loaded_and_painted(self, open_track):
        session = open_track()
        session.track_is_there(session.starts_of()[-1])
        first_voice, loaded, painted = session.page.evaluate(FIRST_VOICE)
        assert session.asked
        assert first_voice > max(loaded, painted)

    def test_a_phone_that_saves_data_asks_for_nothing_before_the_start(
        self, context: BrowserContext, open_track
    ):
        context.add_init_script(SAVES_DATA)
        session = open_track()
        session.page.wait_for_load_state("networkidle")
        session.page.evaluate("() => new Promise((done) => requestIdleCallback(done))")
        assert session.asked == []
        assert session.track["src"] == ""
        session.starts()
        assert session.asked
        expect(session.part("notice")).to_be_hidden()
        session.agrees()


class TestOtherWays:
    @pytest.fixture
    def phone(self, context: BrowserContext) -> BrowserContext:
        context.add_init_script(LISTEN)
        return context

    def asked(self, player: PlayerPage) -> dict[str, int]:
        """Return how often each thing was asked of the phone."""
        return player.page.evaluate("() => window.asked")

    def test_the_silent_way_vibrates_and_flashes_and_nothing_sounds(
        self, phone: BrowserContext, page: Page, session_id: UUID, somebody: Somebody
    ):
        keep_settings(page, {"lead": "silent"})
        player = PlayerPage(page, session_id)
        player.open()
        player.begin()
        player.winds_on_to("hold")
        player.winds_on(2)
        asked = self.asked(player)
        assert (asked["play"], asked["contexts"]) == (0, 0)
        assert asked["vibrate"] > 0
        assert asked["flash"] > 0
        assert asked["wakeLock"] > 0
        player.press("stop", "finish")
        saved(player)
        [log] = somebody.logs()
        assert log.led_by == "silent"

    @pytest.mark.parametrize(("lead", "asks"), [("dark", False), ("screen", True)])
    def test_only_a_session_with_the_screen_on_asks_for_it(
        self, phone: BrowserContext, open_track, lead: str, asks: bool
    ):
        session = open_track(lead=lead)
        session.starts_with_the_track()
        session.agrees()
        assert (self.asked(session)["wakeLock"] > 0) is asks

    def test_every_line_is_on_the_screen(self, page: Page, session_id: UUID):
        keep_settings(page, {"lead": "silent"})
        player = PlayerPage(page, session_id)
        player.open()
        player.begin("easier")
        for cue in cues_of(player.plan(), "easier")[:-1]:
            for second in range(cue["end"] - cue["start"]):
                shown = page.evaluate(SHOWN_WORDS)
                said = [text for at, text, _ in cue["say"] if at == second]
                assert all(text in shown for text in said), (cue["start"] + second, said, shown)
                player.winds_on(1)
