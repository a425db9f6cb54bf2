"""When something of the sound is missing: the session goes on, says what is missing, and its log is true."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from bench.track_sounds import TrackEar, cues_of, hear_lines, lines_due
from tests.browser.conftest import Faults
from tests.browser.people import Somebody
from tests.browser.player_page import saved
from tests.browser.track_page import WATCH, TrackPage
from tests.playing import plan_in

pytestmark = pytest.mark.browser

GAPS = "Some words have no recording."
NO_TRACK = "The sound could not be put together. The session goes on by the screen."
NO_SOUND = "No sound comes out of this device just now. The session goes on by the screen."
MUTED = "Tap anywhere to bring the sound back."
SKIPPED_S = 15
PATIENCE_MS = 30_000

# No sound before `window.allowed`, as if nobody had tapped.
REFUSES_TO_PLAY = """
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (window.allowed) return play.call(this);
    return Promise.reject(new DOMException("Nobody tapped.", "NotAllowedError"));
  };
"""
# As in a browser that does not know FLAC: every track is something that nobody can play.
UNREADABLE_TRACKS = """
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => create(new Blob(["no sound"], { type: blob.type }));
"""
NO_MEMORY_FOR_TRACKS = """
  window.Blob = class extends Blob {
    constructor(parts, options) {
      if (options?.type?.startsWith("audio/")) throw new RangeError("out of memory");
      super(parts, options);
    }
  };
"""
# A device without sound: once `window.stuck` is set the time of the element moves no more.
STANDS_STILL = """
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "currentTime");
  Object.defineProperty(HTMLMediaElement.prototype, "currentTime", {
    get() { return window.stuck ?? get.call(this); },
    set(seconds) { if (window.stuck !== undefined) window.stuck = seconds; set.call(this, seconds); },
  });
"""
NO_ROOM = """
  const full = () => { throw new DOMException("No room.", "QuotaExceededError"); };
  Storage.prototype.setItem = full;
  Cache.prototype.put = async () => full();
  Cache.prototype.add = async () => full();
"""
NO_WEB_AUDIO = """
  delete window.AudioContext;
  delete window.OfflineAudioContext;
"""


@pytest.fixture
def session(page: Page, session_id: UUID) -> TrackPage:
    """A session page that is not open yet; the steps of movements are not read out."""
    return TrackPage(page, session_id, {"steps": False})


@pytest.fixture
def ends(somebody: Somebody) -> Callable[[TrackPage], Any]:
    """Return a function that stops a session and returns its log, once that is found to be true."""

    def end(session: TrackPage) -> Any:
        position = session.taps("stop")["position"]
        session.press("finish")
        saved(session)
        [log] = somebody.logs()
        assert log.done_s == pytest.approx(position - SKIPPED_S, abs=1.5)
        assert [each.state for each in log.movements] == ["part", "skipped", "skipped"]
        return log

    return end


def starts(session: TrackPage) -> None:
    """Start, with whatever sound there is."""
    session.page.evaluate(WATCH)
    session.press("start")
    session.is_in("playing")


def answering(**answer: Any) -> Callable[[Route], None]:
    """Return what gives one answer to every request."""
    return lambda route: route.fulfill(**answer)


def goes_on(session: TrackPage) -> None:
    """Get to the work of the first movement, and check that seconds go by."""
    if session.position < SKIPPED_S:
        session.taps("forward-15")
    position = session.position
    session.page.wait_for_function(
        """(second) => document.querySelector('[data-component="player"]').dataset.position >= second""",
        arg=position + 2,
    )
    session.is_in("playing")


def goes_on_by_the_screen(session: TrackPage, notice: str) -> None:
    """Check that the session says what is missing, and goes on without its track."""
    expect(session.part("notice")).to_have_text(notice, timeout=PATIENCE_MS)
    goes_on(session)
    assert session.track["paused"]


class TestClips:
    def test_a_missing_and_a_broken_clip_leave_gaps_and_all_else_is_heard(
        self, session: TrackPage, faults: Faults, ends: Callable[[TrackPage], Any]
    ):
        faults.expect(r"404")
        plan = plan_in(session.page.request.get(session.path).text())
        gone, broken = (text for _, text, _ in cues_of(plan, "usual")[0]["say"][:2])
        known = session.page.request.get(plan["voices"][0]["manifest"]).json()["clips"]
        answers = {
            f"**/{known[gone]['stem']}.*": {"status": 404},
            f"**/{known[broken]['stem']}.*": {"body": b"no sound"},
        }
        for address, answer in answers.items():
            session.page.route(address, answering(**answer))
        session.open()
        session.track_is_there(session.starts_of()[-1])
        starts(session)
        session.leads()
        expect(session.part("notice")).to_contain_text(GAPS, timeout=PATIENCE_MS)
        goes_on(session)
        session.agrees()

        lines = [line for line in lines_due(session.cues()) if line.at_s < 60]
        for address in answers:
            session.page.unroute(address)
        clips = session.clips([line.what for line in lines])
        said, _ = hear_lines(TrackEar(session.samples()[: 70 * 24_000]), lines, clips, 1.0)
        assert {gone, broken}.isdisjoint(each.what for each in said)
        assert len(said) > 3

        log = ends(session)
        assert (log.led_by, log.unrecorded_lines) == ("track", 2)

    @pytest.mark.parametrize("what", ["list", "clips"])
    def test_without_the_list_or_any_clip_the_bells_lead(
        self, session: TrackPage, faults: Faults, ends: Callable[[TrackPage], Any], what: str
    ):
        faults.expect(r"ERR_FAILED")
        address = "**/static/voice/*.json*" if what == "list" else "**/static/voice/heart/**"
        session.page.route(address, lambda route: route.abort())
        session.open()
        starts(session)
        session.leads()
        expect(session.part("notice")).to_contain_text(GAPS, timeout=PATIENCE_MS)
        goes_on(session)
        session.agrees()
        said_at_once = len(session.cues()[0]["say"])
        log = ends(session)
        assert log.led_by == "track"
        assert log.unrecorded_lines >= said_at_once

    def test_clips_that_come_by_the_start_are_heard(self, session: TrackPage, faults: Faults):
        faults.expect(r"ERR_FAILED")
        clips = "**/static/voice/heart/**"
        session.page.route(clips, lambda route: route.abort())
        session.open()
        session.track_is_there(session.starts_of()[-1])
        session.page.unroute(clips)
        with session.page.expect_response(clips):
            starts(session)
        session.leads()
        expect(session.part("notice")).to_be_hidden(timeout=PATIENCE_MS)
        goes_on(session)
        lines = [line for line in lines_due(session.cues()) if line.at_s < 60]
        ear = TrackEar(session.samples()[: 70 * 24_000])
        said, _ = hear_lines(ear, lines, session.clips([line.what for line in lines]), 1.0)
        assert len(said) > 3

    def test_without_web_audio_the_bells_lead(
        self, session: TrackPage, ends: Callable[[TrackPage], Any]
    ):
        session.page.add_init_script(NO_WEB_AUDIO)
        session.open()
        starts(session)
        session.leads()
        expect(session.part("notice")).to_contain_text(GAPS, timeout=PATIENCE_MS)
        goes_on(session)
        assert ends(session).led_by == "track"


class TestTrack:
    @pytest.mark.parametrize(
        "trouble", [UNREADABLE_TRACKS, NO_MEMORY_FOR_TRACKS], ids=["unreadable", "not made"]
    )
    def test_without_a_track_the_screen_leads(
        self, session: TrackPage, ends: Callable[[TrackPage], Any], trouble: str
    ):
        session.page.add_init_script(trouble)
        session.open()
        starts(session)
        goes_on_by_the_screen(session, NO_TRACK)
        assert ends(session).led_by == "screen"

    def test_sound_that_is_refused_comes_back_with_a_tap(
        self, session: TrackPage, ends: Callable[[TrackPage], Any]
    ):
        session.page.add_init_script(REFUSES_TO_PLAY)
        session.open()
        session.track_is_there(session.starts_of()[-1])
        starts(session)
        goes_on_by_the_screen(session, MUTED)
        session.page.evaluate("() => { window.allowed = true; }")
        session.part("name").click()
        session.leads()
        expect(session.part("notice")).not_to_have_text(MUTED)
        session.agrees()
        assert ends(session).led_by == "track"

    def test_a_device_without_sound_goes_on_by_the_screen_and_does_not_leap(
        self, session: TrackPage, ends: Callable[[TrackPage], Any]
    ):
        session.page.add_init_script(STANDS_STILL)
        session.open()
        session.starts_with_the_track()
        session.taps("forward-15")
        session.agrees()
        session.page.evaluate(
            """() => { window.stuck = document.querySelector('[data-player="track"]').currentTime; }"""
        )
        stuck = session.position
        expect(session.part("notice")).to_have_text(NO_SOUND, timeout=PATIENCE_MS)
        assert session.position <= stuck + 2
        goes_on_by_the_screen(session, NO_SOUND)
        assert ends(session).led_by == "track"


def test_a_full_phone_loses_nothing(session: TrackPage, ends: Callable[[TrackPage], Any]):
    session.page.add_init_script(NO_ROOM)
    session.open()
    session.track_is_there(session.starts_of()[-1])
    starts(session)
    session.leads()
    goes_on(session)
    session.agrees()
    assert ends(session).led_by == "track"
