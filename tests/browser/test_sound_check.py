"""Before the first session in a real browser: sound check, lock test, what the browser can do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fstpwa.domain.spoken_lines import LOCK_TEST, LOCK_TEST_PASSED, SOUND_CHECK
from tests.browser.conftest import Faults, Site
from tests.browser.inspector import Inspector
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage
from tests.browser.stand_in_voice import StandInVoice

pytestmark = pytest.mark.browser

ADDRESS = "/settings/sound-check"
SETTINGS = "() => JSON.parse(localStorage.getItem('good-days.player.settings'))"
ANSWER = "() => JSON.parse(localStorage.getItem('good-days.player.lock-test'))"
LINES = {SOUND_CHECK: 1.5, LOCK_TEST: 1.0, LOCK_TEST_PASSED: 1.0}
FIRST_BELL_S = 0.3 + LINES[LOCK_TEST] + 10
LOCK_TEST_S = FIRST_BELL_S + 3 * 2 + LINES[LOCK_TEST_PASSED] + 0.7

# Keeps the tracks and the elements that play them, and lets time in them go by faster.
LISTEN = """
  window.tracks = [];
  window.elements = [];
  const create = URL.createObjectURL;
  URL.createObjectURL = (thing) => {
    const address = create(thing);
    tracks.push({ address, thing });
    return address;
  };
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (!elements.includes(this)) elements.push(this);
    this.playbackRate = window.pace ?? 8;
    return play.call(this);
  };
"""
# Playwright keeps every page visible: a page that is told otherwise stands for a locked phone.
LOCK = """(locked) => {
  Object.defineProperty(document, "visibilityState",
    { configurable: true, get: () => (locked ? "hidden" : "visible") });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
# When something is heard in the track that plays, as [start, end] in s; silence of 0.3 s parts them.
HEARD = """async () => {
  const { thing } = tracks.find(({ address }) => address === elements.at(-1).src);
  const context = new OfflineAudioContext(1, 1, 24000);
  const sound = (await context.decodeAudioData(await thing.arrayBuffer())).getChannelData(0);
  const found = [];
  for (let i = 0; i < sound.length; i += 1) {
    if (Math.abs(sound[i]) < 0.002) continue;
    const last = found.at(-1);
    if (last && i - last[1] < 7200) last[1] = i;
    else found.push([i, i]);
  }
  return [sound.length / 24000, found.map((each) => each.map((sample) => sample / 24000))];
}"""
# Notes each line that is shown while the track plays, in order.
WATCH_LINES = """() => {
  window.written = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const line = target.dataset.line;
      if (line && !target.hidden && !written.includes(line)) written.push(line);
    }
  }).observe(document.querySelector('[data-player="lock-said"]'), { attributes: true, subtree: true });
}"""
LAST = "() => elements.at(-1)"


class SoundCheckPage:
    """The page, with a voice that stands in for the recorded ones."""

    def __init__(self, page: Page, voice: StandInVoice) -> None:
        self.page = page
        self.voice = voice
        page.add_init_script(LISTEN)
        voice.speaks_on(page, f"**{ADDRESS}")

    def open(self) -> None:
        """Open the page and wait until its script runs."""
        self.page.goto(ADDRESS)
        expect(self.part("sound-start")).to_be_visible()

    def part(self, name: str) -> Any:
        """Return a part by its name in the template."""
        return self.page.locator(f'[data-player="{name}"]')

    def says(self, name: str, line: str) -> None:
        """Check that of the lines of a part exactly this one is shown."""
        expect(self.part(name).locator(f'[data-line="{line}"]')).to_be_visible()
        expect(self.part(name).locator("[data-line]:visible")).to_have_count(1)

    def can(self, ability: str, answer: str) -> None:
        """Check what is said about the browser."""
        row = self.page.locator(f'[data-ability="{ability}"]')
        expect(row.locator("[data-line]:visible")).to_have_attribute("data-line", answer)

    def starts_the_lock_test(self) -> None:
        """Start it and wait until it sounds."""
        self.part("lock-start").click()
        self.says("lock-state", "running")

    def locks(self) -> None:
        """Lock the phone, as far as the page can see."""
        self.page.evaluate(LOCK, True)

    def unlocks(self) -> None:
        """Come back to the page."""
        self.page.evaluate(LOCK, False)

    def sleeps(self) -> None:
        """Let a quarter of a minute go by in which nothing of the page runs."""
        self.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 14_500; }")

    def hears_the_track_out(self) -> None:
        """Wait until the track is over."""
        self.page.wait_for_function("() => elements.at(-1).ended")

    def heard(self) -> tuple[float, list[list[float]]]:
        """Return the length of the track that plays, and what is heard in it when."""
        length, sounds = self.page.evaluate(HEARD)
        return length, sounds


@pytest.fixture
def voice() -> StandInVoice:
    """A voice that has the three lines."""
    return StandInVoice(LINES)


@pytest.fixture
def checks(page: Page, somebody: Somebody, voice: StandInVoice) -> SoundCheckPage:
    """The page of somebody who begins, not opened yet."""
    return SoundCheckPage(page, voice)


class TestSoundCheck:
    """A bell and the voice."""

    def test_a_bell_and_then_the_voice_are_heard(self, checks: SoundCheckPage):
        checks.open()
        checks.part("sound-start").click()
        checks.says("sound-state", "playing")
        length, sounds = checks.heard()
        assert length == pytest.approx(0.3 + 1.4 + 1.5 + 0.7, abs=0.01)
        assert sounds[0][0] == pytest.approx(0.3, abs=0.01)
        assert sounds[-1][1] == pytest.approx(0.3 + 1.4 + 1.5, abs=0.01)
        checks.part("sound-yes").click()
        checks.says("sound-state", "heard")
        expect(checks.part("sound-start")).to_be_focused()
        expect(checks.part("sound-help")).to_be_hidden()

    def test_whoever_heard_nothing_is_told_what_to_try(self, checks: SoundCheckPage):
        checks.open()
        expect(checks.part("sound-question")).to_be_hidden()
        checks.part("sound-start").click()
        checks.part("sound-no").click()
        checks.says("sound-state", "unheard")
        expect(checks.part("sound-help")).to_contain_text("Bluetooth")
        expect(checks.part("iphone-switch")).to_be_hidden()
        checks.part("sound-start").click()
        expect(checks.part("sound-question")).to_be_visible()

    def test_it_is_as_loud_as_sessions_are_and_says_what_is_off(self, checks: SoundCheckPage):
        checks.page.add_init_script(
            "localStorage.setItem('good-days.player.settings', '{\"sounds\":false}')"
        )
        checks.open()
        expect(checks.part("sound-off")).to_be_visible()
        checks.part("sound-start").click()
        checks.says("sound-state", "playing")
        _, [(start, _)] = checks.heard()
        assert start == pytest.approx(0.3 + 1.4, abs=0.01), "no bell"

    def test_without_its_recording_the_phones_own_voice_says_it(
        self, checks: SoundCheckPage, voice: StandInVoice, faults: Faults
    ):
        faults.expect("net::ERR_FAILED")
        voice.lost = True
        checks.open()
        checks.page.evaluate(
            "() => { window.said = []; speechSynthesis.speak = (line) => said.push(line.text); }"
        )
        checks.can("voice", "unknown")
        checks.part("sound-start").click()
        checks.says("sound-state", "own_voice")
        expect(checks.part("sound-question")).to_be_visible()
        checks.page.wait_for_function(f"() => said.includes({SOUND_CHECK!r})")

        voice.lost = False
        checks.part("sound-start").click()
        checks.says("sound-state", "playing")
        checks.can("voice", "yes")

    def test_a_broken_recording_and_no_voice_of_its_own_are_said(
        self, checks: SoundCheckPage, voice: StandInVoice
    ):
        voice.broken = True
        checks.page.add_init_script("delete window.SpeechSynthesisUtterance")
        checks.open()
        checks.can("voice", "no")
        checks.part("sound-start").click()
        checks.says("sound-state", "no_voice")
        _, [(start, end)] = checks.heard()
        assert start == pytest.approx(0.3, abs=0.01)
        assert end < 0.3 + 1.4, "only the bell"

    def test_a_browser_that_plays_no_track_says_so_and_sounds_one_by_one(
        self, checks: SoundCheckPage
    ):
        checks.page.add_init_script(
            """HTMLMediaElement.prototype.canPlayType = () => "";
            HTMLMediaElement.prototype.play = () =>
              Promise.reject(new DOMException("no", "NotSupportedError"));"""
        )
        checks.open()
        checks.can("track", "no")
        checks.part("sound-start").click()
        checks.says("sound-state", "no_track")
        checks.part("lock-start").click()
        checks.says("lock-state", "no_track")
        expect(checks.part("lock-question")).to_be_hidden()

    def test_a_browser_that_wants_another_tap_gets_it(self, checks: SoundCheckPage):
        checks.page.add_init_script(
            """const play = HTMLMediaElement.prototype.play;
            HTMLMediaElement.prototype.play = function () {
              HTMLMediaElement.prototype.play = play;
              return Promise.reject(new DOMException("tap", "NotAllowedError"));
            };"""
        )
        checks.open()
        checks.part("sound-start").click()
        checks.says("sound-state", "again")
        expect(checks.part("sound-question")).to_be_hidden()
        checks.part("sound-start").click()
        checks.says("sound-state", "playing")

    def test_under_save_data_nothing_is_loaded_before_it_is_asked_for(
        self, checks: SoundCheckPage, voice: StandInVoice
    ):
        checks.page.add_init_script(
            "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
        )
        checks.open()
        checks.can("track", "yes")
        checks.can("voice", "unknown")
        assert voice.asked == []
        checks.part("sound-start").click()
        checks.says("sound-state", "playing")
        checks.can("voice", "yes")


class TestLockTest:
    """One track while the phone is locked."""

    def test_its_track_has_three_bells_ten_seconds_after_the_words(self, checks: SoundCheckPage):
        checks.open()
        checks.starts_the_lock_test()
        length, sounds = checks.heard()
        assert length == pytest.approx(LOCK_TEST_S, abs=0.01)
        starts = [start for start, _ in sounds]
        bells = [FIRST_BELL_S + n * 2 for n in range(3)]
        assert starts == pytest.approx([0.3, *bells, FIRST_BELL_S + 6], abs=0.01)
        assert sounds[0][1] == pytest.approx(0.3 + LINES[LOCK_TEST], abs=0.02)

    def test_a_phone_that_plays_on_passes_and_the_screen_may_go_dark(self, checks: SoundCheckPage):
        checks.open()
        checks.starts_the_lock_test()
        expect(checks.part("lock-stop")).to_be_focused()
        title = checks.page.evaluate("() => navigator.mediaSession.metadata.title")
        assert title == "Lock test"
        checks.locks()
        checks.hears_the_track_out()
        expect(checks.part("lock-question")).to_be_hidden()
        checks.unlocks()
        checks.says("lock-state", "went_on")
        expect(checks.part("lock-heard")).to_have_text(re.compile("^1[5-9]$"))
        expect(checks.part("lock-start")).to_be_focused()
        assert checks.page.evaluate("() => navigator.mediaSession.metadata") is None

        checks.part("lock-yes").click()
        checks.says("lock-advice", "heard")
        expect(checks.part("choose-dark")).to_be_focused()
        expect(checks.part("choose-screen")).to_be_hidden()
        kept = checks.page.evaluate(ANSWER)
        assert kept["heard"] is True
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", kept["at"])
        checks.part("choose-dark").click()
        checks.says("lock-chosen", "dark")
        assert checks.page.evaluate(SETTINGS)["lead"] == "dark"
        expect(checks.part("lock-start")).to_be_focused()

        checks.page.reload()
        checks.says("lock-kept", "heard")

    def test_a_phone_that_falls_silent_is_found_out_and_keeps_the_screen_on(
        self, checks: SoundCheckPage
    ):
        checks.page.add_init_script(
            """if (localStorage.length === 0) localStorage.setItem('good-days.player.settings',
              '{"lead":"dark","soundVolume":0.4}')"""
        )
        checks.page.add_init_script("window.pace = 1")
        checks.open()
        checks.starts_the_lock_test()
        checks.locks()
        checks.page.evaluate(f"() => ({LAST})().pause()")
        checks.sleeps()
        checks.unlocks()
        checks.says("lock-state", "stopped")
        expect(checks.part("lock-heard")).to_have_text(re.compile("^[01]$"))
        expect(checks.part("lock-asleep")).to_have_text(re.compile("^1[45]$"))
        checks.part("lock-no").click()
        checks.says("lock-advice", "unheard")
        assert checks.page.evaluate(ANSWER)["heard"] is False
        checks.part("choose-screen").click()
        checks.says("lock-chosen", "screen")
        kept = checks.page.evaluate(SETTINGS)
        assert (kept["lead"], kept["soundVolume"]) == ("screen", 0.4)

    def test_a_page_that_stayed_in_view_says_so_and_asks_all_the_same(self, checks: SoundCheckPage):
        checks.open()
        checks.starts_the_lock_test()
        expect(checks.part("lock-said")).to_be_visible()
        checks.hears_the_track_out()
        checks.says("lock-state", "in_view")
        expect(checks.part("lock-said")).to_be_hidden()
        expect(checks.part("lock-facts")).to_be_hidden()
        checks.part("lock-no").click()
        checks.says("lock-chosen", "screen")
        expect(checks.part("lock-choice")).to_be_hidden()
        expect(checks.part("lock-start")).to_be_focused()

    def test_everything_that_is_heard_is_written(self, checks: SoundCheckPage):
        checks.page.add_init_script("window.pace = 4")
        checks.open()
        checks.page.evaluate(WATCH_LINES)
        checks.starts_the_lock_test()
        checks.hears_the_track_out()
        assert checks.page.evaluate("() => written") == [
            "lock",
            "silence",
            "bell-1",
            "bell-2",
            "bell-3",
            "passed",
        ]

    def test_it_can_be_ended_early(self, checks: SoundCheckPage):
        checks.open()
        checks.starts_the_lock_test()
        checks.part("lock-stop").click()
        checks.says("lock-state", "ended")
        expect(checks.part("lock-start")).to_be_focused()
        expect(checks.part("lock-question")).to_be_hidden()
        assert checks.page.evaluate(f"() => ({LAST})().paused") is True
        assert checks.page.evaluate(ANSWER) is None

    def test_a_pause_from_a_headset_ends_it(self, checks: SoundCheckPage):
        checks.open()
        checks.starts_the_lock_test()
        checks.page.evaluate(f"() => ({LAST})().pause()")
        checks.says("lock-state", "ended")

    def test_a_phone_that_pauses_just_before_it_says_that_it_locks_is_measured(
        self, checks: SoundCheckPage
    ):
        checks.page.add_init_script("window.pace = 1")
        checks.open()
        checks.starts_the_lock_test()
        checks.page.evaluate(f"() => ({LAST})().pause()")
        checks.locks()
        checks.sleeps()
        checks.unlocks()
        checks.says("lock-state", "stopped")

    def test_without_the_voice_the_page_says_when_to_lock(
        self, checks: SoundCheckPage, voice: StandInVoice, faults: Faults
    ):
        faults.expect("net::ERR_FAILED")
        voice.lost = True
        checks.open()
        checks.part("lock-start").click()
        checks.says("lock-state", "wordless")
        _, sounds = checks.heard()
        assert [start for start, _ in sounds] == pytest.approx([15.3, 17.3, 19.3], abs=0.01)

    def test_a_browser_that_keeps_nothing_says_so(self, checks: SoundCheckPage):
        checks.page.add_init_script(
            "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); }"
        )
        checks.open()
        checks.starts_the_lock_test()
        checks.hears_the_track_out()
        checks.part("lock-yes").click()
        checks.says("lock-chosen", "not_kept")
        checks.part("choose-dark").click()
        checks.says("lock-chosen", "not_kept")


class TestAbilities:
    """What the browser can do."""

    def test_what_chromium_can_do_is_found_out(self, checks: SoundCheckPage):
        checks.open()
        for ability in ("track", "voice", "buttons", "offline"):
            checks.can(ability, "yes")
        checks.can("quieter", "no")
        checks.can("installed", "no")
        expect(checks.page.locator('[data-ability="offline"]')).to_contain_text(
            re.compile(r"\d (MB|GB)")
        )
        expect(checks.page.locator('[data-line="looking"]:visible')).to_have_count(0)
        expect(checks.part("iphone-hint")).to_be_hidden()
        assert checks.page.evaluate("() => caches.keys()") == []

    @pytest.mark.parametrize(("answer", "shown"), [("grant", "yes"), ("refuse", "no")])
    def test_the_screen_is_asked_for_in_the_tap_and_let_go(
        self, checks: SoundCheckPage, answer: str, shown: str
    ):
        checks.page.add_init_script(
            f"window.answer = '{answer}';"
            """window.locks = [];
            WakeLock.prototype.request = async () => {
              if (answer === "refuse") throw new DOMException("battery", "NotAllowedError");
              const lock = { released: false, release: async () => { lock.released = true; } };
              locks.push(lock);
              return lock;
            };"""
        )
        checks.open()
        checks.can("screen", "unknown")
        assert checks.page.evaluate("() => locks") == []
        checks.part("try-screen").click()
        checks.can("screen", shown)
        assert [lock["released"] for lock in checks.page.evaluate("() => locks")] == (
            [True] if shown == "yes" else []
        )

    def test_what_the_browser_lacks_is_said(self, checks: SoundCheckPage):
        checks.page.add_init_script(
            """for (const name of ["wakeLock", "mediaSession", "vibrate", "serviceWorker"])
              delete Navigator.prototype[name];
            delete window.speechSynthesis;"""
        )
        checks.open()
        for ability in ("screen", "buttons", "vibration", "own_voice", "offline"):
            checks.can(ability, "no")
        for name in ("try-screen", "try-vibration"):
            expect(checks.part(name)).to_be_hidden()
        checks.starts_the_lock_test()

    def test_its_own_english_voices_are_counted(self, checks: SoundCheckPage):
        checks.page.add_init_script(
            """SpeechSynthesis.prototype.getVoices = () =>
              ["en-GB", "en_AU", "fr-FR"].map((lang) => ({ lang }));"""
        )
        checks.open()
        checks.can("own_voice", "yes")
        row = checks.page.locator('[data-ability="own_voice"]')
        expect(row).to_contain_text("English voices: 2")

    def test_a_tap_vibrates_once(self, checks: SoundCheckPage):
        checks.page.add_init_script(
            "window.felt = [];"
            " Navigator.prototype.vibrate = (ms) => { felt.push(ms); return true; };"
        )
        checks.open()
        checks.can("vibration", "unknown")
        checks.part("try-vibration").click()
        assert checks.page.evaluate("() => felt") == [300]


class TestSettings:
    """How a session leads, and which voice: kept where the player reads them."""

    def test_lead_and_voice_are_kept_and_shown_in_a_session(self, page: Page, somebody: Somebody):
        page.goto("/settings/sounds")
        expect(page.locator('[data-player="setting-lead-screen"]')).to_be_checked()
        page.get_by_label("Screen may go dark").check()
        page.get_by_role("combobox", name="Voice", exact=True).select_option("A man's voice")
        kept = page.evaluate(SETTINGS)
        assert (kept["lead"], kept["voiceName"]) == ("dark", "michael")
        page.reload()
        expect(page.get_by_label("Screen may go dark")).to_be_checked()
        expect(page.get_by_role("combobox", name="Voice", exact=True)).to_have_value("michael")

        player = PlayerPage(page, somebody.follows("low-back"))
        player.open()
        expect(player.part("setting-lead-dark")).to_be_checked()
        expect(player.part("setting-voiceName")).to_have_value("michael")

    def test_recorded_words_need_no_voice_of_the_phone(self, page: Page, somebody: Somebody):
        page.add_init_script("delete window.speechSynthesis")
        page.goto("/settings/sounds")
        expect(page.get_by_label("Spoken words")).to_be_enabled()
        expect(page.get_by_label("Loudness of the voice")).to_be_enabled()
        expect(page.get_by_label("Say the steps")).to_be_disabled()
        expect(page.get_by_text("This browser has no voice of its own")).to_be_visible()


def test_by_keyboard_the_whole_page_can_be_used(checks: SoundCheckPage):
    checks.open()
    checks.part("sound-start").focus()
    for pressed, then in [("sound-start", "sound-yes"), ("sound-yes", "lock-start")]:
        expect(checks.part(pressed)).to_be_focused()
        checks.page.keyboard.press("Enter")
        # What it asks is shown once it sounds.
        expect(checks.part(then)).to_be_visible()
        checks.page.keyboard.press("Tab")
        expect(checks.part(then)).to_be_focused()
    checks.page.keyboard.press("Enter")
    checks.hears_the_track_out()
    checks.page.keyboard.press("Tab")
    expect(checks.part("lock-yes")).to_be_focused()


def test_without_javascript_what_can_be_read_is_there(
    open_context: Callable[..., BrowserContext], site: Site
):
    context = open_context(java_script_enabled=False)
    Somebody(site.app).signs_in(context, site.origin)
    page = context.new_page()
    page.goto(ADDRESS)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("heading", level=2)).to_have_text(
        ["Headset and lock-screen buttons", "How a session leads"]
    )


def test_every_line_of_it_is_accessible(inspector: Inspector, site: Site, voice: StandInVoice):
    page = inspector.page
    Somebody(site.app).signs_in(page.context, site.origin)
    SoundCheckPage(page, voice).open()
    inspector.inspect("as it opens")
    page.evaluate(
        "() => document.querySelectorAll('main [hidden]').forEach((it) => { it.hidden = false; })"
    )
    inspector.inspect("with all that can be said")
    assert inspector.found == {}
