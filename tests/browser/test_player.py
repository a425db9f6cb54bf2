"""The player in a real browser: ten minutes in seconds, and everything that gets in the way."""

import re
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fstpwa.content import library
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage, saved

pytestmark = pytest.mark.browser

CLOSING_WORDS_S = 6
"""What a session waits for its last words, before the page leads on."""
REFUSE_WAKE_LOCK = """Object.defineProperty(navigator, "wakeLock", { value: {
  request: () => Promise.reject(new DOMException("no", "NotAllowedError")) } });"""


def test_a_whole_session_goes_by_and_is_recorded_as_done(
    player: PlayerPage, somebody: Somebody, session_id: UUID
):
    starts = player.starts_of()
    player.begin()
    kinds = set()
    for start, end in pairwise(starts):
        player.stands_at(start)
        kinds.add(player.kind)
        for _ in range(3):
            player.winds_on((end - start) // 4)
            kinds.add(player.kind)
        player.winds_on(end - start - 3 * ((end - start) // 4))
    player.is_in("finished")
    # The server answers in real time: three seconds of the page's without it would ask here how it was.
    expect(player.part("ending-status")).to_have_text("Saved.")
    player.winds_on(CLOSING_WORDS_S)
    saved(player)

    assert {"change", "hold"} <= kinds
    [log] = somebody.logs()
    assert [each.state for each in log.movements] == ["done"] * (len(starts) - 1)
    assert log.done_s == log.planned_s == starts[-1]
    assert log.finished_at - log.started_at == timedelta(seconds=starts[-1])
    assert somebody.state_of(session_id) == "done"


def test_every_second_is_where_the_clock_says(player: PlayerPage):
    player.begin()
    for second in range(1, 61):
        player.winds_on(1)
        player.stands_at(second)
    expect(player.part("progress")).to_have_js_property("value", 60 / player.starts_of()[-1])


def test_the_buttons_move_to_where_they_say(player: PlayerPage):
    starts = player.starts_of()
    player.begin()
    player.press("next")
    player.stands_at(starts[1])
    player.press("forward-15")
    player.stands_at(starts[1] + 15)
    player.press("back-15", "back-15")
    player.stands_at(starts[1] - 15)
    player.press("next", "next", "previous")
    player.stands_at(starts[1])
    player.winds_on(30)
    player.press("repeat")
    assert starts[1] <= player.position < starts[1] + 30

    player.press("pause")
    player.is_in("paused")
    expect(player.part("pause-label")).to_have_text("Play")
    stood = player.position
    player.winds_on(60)
    player.stands_at(stood)
    player.press("pause")
    player.is_in("playing")
    player.winds_on(5)
    player.stands_at(stood + 5)


def test_the_last_next_asks_and_seeking_never_ends_a_session(player: PlayerPage):
    starts = player.starts_of()
    player.begin()
    for _ in starts[2:]:
        player.press("next")
    player.stands_at(starts[-2])
    for _ in range((starts[-1] - starts[-2]) // 15 + 2):
        player.press("forward-15")
    player.is_in("playing")
    player.press("next")
    player.sheet("nothing")
    player.press("carry-on-nothing", "previous")
    player.winds_on(30)
    player.press("next", "next")
    player.sheet("leave")
    player.press("carry-on")
    player.is_in("playing")


def test_a_reload_in_the_middle_goes_on_where_the_clock_says(player: PlayerPage):
    player.begin()
    player.press("next")
    player.winds_on(20)
    before = player.position
    player.page.reload()
    player.is_in("playing")
    player.stands_at(before)
    player.winds_on(10)
    player.stands_at(before + 10)


def test_a_page_that_was_gone_for_longer_asks_and_counts_nothing_of_it(
    player: PlayerPage, somebody: Somebody
):
    player.begin()
    player.winds_on(30)
    player.page.goto("/today")
    player.sleeps(40)
    player.page.goto(player.path)
    player.sheet("resume")
    player.stands_at(30)
    player.press("resume")
    player.is_in("playing")
    player.winds_on(5)
    player.stands_at(35)
    player.press("stop", "finish")
    saved(player)
    [log] = somebody.logs()
    assert log.done_s == 35


def test_the_second_tap_of_a_double_tap_answers_nothing(player: PlayerPage):
    player.begin()
    player.winds_on(20)
    player.part("too-much").click()
    last = player.part("sheet-why").get_by_role("button").last
    expect(last).to_have_text("Carry on as before")
    for button in (last, player.part("why-tired")):
        button.click()
        player.is_in("paused")
        expect(player.part("sheet-why")).to_be_visible()
    player.press("why-tired")
    player.sheet("instead")


def test_a_short_sleep_is_caught_up_at_once(player: PlayerPage):
    player.begin()
    player.winds_on(10)
    player.sleeps(95)
    player.is_in("playing")
    player.stands_at(105)


def test_a_sleep_that_stopped_the_steady_clock_is_caught_up_too(player: PlayerPage):
    player.begin()
    player.winds_on(10)
    asleep_until = player.page.evaluate("() => Date.now()") + 60_000
    player.page.clock.set_system_time(asleep_until / 1000)
    player.winds_on(1)
    assert player.position in (70, 71)


def test_after_a_long_sleep_it_asks_and_carries_on_from_where_it_was(player: PlayerPage):
    player.begin()
    player.winds_on(40)
    player.sleeps(30 * 60)
    sheet = player.sheet("resume")
    expect(sheet.get_by_role("heading")).to_be_focused()
    player.press("resume")
    player.is_in("playing")
    player.stands_at(40)
    player.winds_on(5)
    player.stands_at(45)


def test_a_hidden_tab_comes_back_to_the_right_place(player: PlayerPage):
    show = """(state) => {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    player.begin()
    player.winds_on(10)
    player.page.evaluate(show, "hidden")
    player.sleeps(60)
    player.page.evaluate(show, "visible")
    player.is_in("playing")
    player.stands_at(70)


def test_too_much_goes_on_easier_or_skips_and_the_reasons_are_kept(
    player: PlayerPage, somebody: Somebody
):
    plan = player.plan()
    first, second, third = (item for item, _ in plan["variants"][0]["parts"][:3])
    player.begin()
    player.winds_on(25)
    player.press("too-much")
    player.sheet("why")
    player.winds_on(60)
    player.stands_at(25)
    player.press("why-tired", "ease")
    player.is_in("playing")
    assert player.item == first
    player.press("next")
    assert player.item == second
    player.press("too-much", "why-pain", "pain-mild", "skip")
    assert player.item == third
    player.press("stop", "finish")
    saved(player)

    [log] = somebody.logs()
    eased, skipped, *rest = log.movements
    assert (eased.state, eased.easier, eased.reason) == ("part", True, "tired")
    assert (skipped.state, skipped.done_s, skipped.reason) == ("skipped", 0, "pain")
    assert {each.state for each in rest} == {"skipped"}
    assert 25 <= log.done_s < log.planned_s


@pytest.mark.parametrize(("feeling", "kind"), [("sharp", "sharp"), ("tingling", "tingling_numb")])
def test_a_bad_feeling_leads_to_the_stop_advice_and_no_way_on(
    player: PlayerPage, somebody: Somebody, feeling: str, kind: str
):
    player.begin()
    player.winds_on(30)
    player.press("too-much", "why-pain", f"pain-{feeling}")
    advice = player.sheet("advice")
    words = player.plan()["stop_advice"][feeling]
    expect(advice.get_by_role("heading", level=2)).to_have_text("Stop here for today")
    expect(player.part("advice-text")).to_have_text(words)
    there_is_no_way_on(player, "advice")
    player.press("save-stopped")
    saved(player)

    [log] = somebody.logs()
    assert (log.movements[0].reason, log.pain_kinds) == ("pain", [kind])
    expect(player.page.locator(".notice-stop")).to_contain_text(words)
    expect(player.page.locator(f'input[name="pain_kinds"][value="{kind}"]')).to_be_checked()


def test_dizziness_says_first_whom_to_call_and_there_is_no_way_on(
    page: Page, somebody: Somebody, session_id: UUID
):
    somebody.lives_in("GB")
    player = PlayerPage(page, session_id)
    player.open()
    player.begin()
    player.winds_on(30)
    player.press("too-much", "why-pain", "pain-dizzy")
    help_now = player.sheet("emergency")
    expect(help_now.get_by_role("heading", level=2)).to_have_text(
        "Get help now if you have any of these"
    )
    expect(help_now.get_by_role("link").first).to_have_attribute("href", "tel:999")
    expect(help_now).to_contain_text(library().safety.questions["em_heart"].short)
    expect(player.part("sheet-advice")).to_be_hidden()
    there_is_no_way_on(player, "emergency")
    player.press("save-emergency")
    saved(player)

    [log] = somebody.logs()
    assert (log.movements[0].reason, log.pain_kinds) == ("pain", ["other"])
    expect(page.locator(".notice-stop").get_by_role("link").first).to_have_text("Call 999 now")


def there_is_no_way_on(player: PlayerPage, sheet: str) -> None:
    """Check that neither Esc nor a reload takes the person back into the session."""
    for _ in range(2):
        player.page.keyboard.press("Escape")
    player.sheet(sheet)
    player.page.reload()
    player.sheet(sheet)


def test_turning_the_phone_keeps_place_and_keeps_everything_in_sight(player: PlayerPage):
    player.begin()
    player.winds_on(20)
    for size in ((844, 390), (320, 568), (390, 844)):
        player.page.set_viewport_size({"width": size[0], "height": size[1]})
        player.stands_at(20)
        for name in ("name", "clock", "pause", "next", "too-much", "stop"):
            expect(player.part(name)).to_be_in_viewport(ratio=0.9)
        overlap = player.page.evaluate(
            """() => ["name", "clock"].flatMap((name) => {
              const box = document.querySelector(`[data-player="${name}"]`).getBoundingClientRect();
              const pause = document.querySelector('[data-player="pause"]').getBoundingClientRect();
              return box.bottom > pause.top && box.right > pause.left && box.left < pause.right
                && box.top < pause.bottom ? [name] : [];
            })"""
        )
        assert overlap == [], size


def test_a_refused_wake_lock_is_said(context: BrowserContext, page: Page, session_id: UUID):
    context.add_init_script(REFUSE_WAKE_LOCK)
    player = PlayerPage(page, session_id)
    player.open()
    player.begin()
    expect(player.part("notice")).to_have_text(re.compile("will not keep the screen on"))
    player.press("pause")
    expect(player.part("notice")).to_be_hidden()


def test_sound_settings_are_kept_on_the_phone(player: PlayerPage):
    player.press("open-settings")
    sheet = player.sheet("sound")
    sheet.get_by_label("Bells and ticks").uncheck(force=True)
    player.part("setting-soundVolume").fill("35")
    player.press("close-sound")
    player.page.reload()
    player.press("open-settings")
    expect(player.part("setting-sounds")).not_to_be_checked()
    expect(player.part("setting-soundVolume")).to_have_value("35")


def test_without_a_picture_the_stage_says_how_wherever_it_is_looked_at(
    page: Page, session_id: UUID
):
    page.route("**/static/figures/**", lambda route: route.fulfill(status=200, body=b"broken"))
    player = PlayerPage(page, session_id)
    player.open()
    player.begin()
    player.winds_on(20)
    first = player.plan()["items"][0]
    how = player.part("how")
    for size in ((390, 844), (844, 390), (320, 640), (1280, 800)):
        player.page.set_viewport_size({"width": size[0], "height": size[1]})
        expect(player.part("how-start")).to_have_text(first["start_position"])
        expect(how.get_by_role("listitem")).to_have_text(first["steps"])
        expect(how.get_by_role("listitem").first).to_be_in_viewport(ratio=0.9)
        reachable = how.evaluate("(it) => it.scrollHeight <= it.clientHeight + 1 || !it.tabIndex")
        assert reachable, size


def test_the_voice_says_the_steps_unless_it_is_told_not_to(player: PlayerPage):
    player.page.evaluate(
        """() => {
          window.spoken = [];
          speechSynthesis.speak = (line) => window.spoken.push(line.text);
        }"""
    )
    says = """(step) => window.spoken.includes(step)"""
    first_step = player.plan()["items"][0]["steps"][0]
    player.begin()
    player.winds_on_to("hold")
    # Recorded words come first, in real time.
    player.page.wait_for_function(says, arg=first_step)
    player.press("open-sound")
    player.sheet("sound").get_by_label("Say the steps").uncheck(force=True)
    player.page.evaluate("() => { window.spoken = []; }")
    player.press("close-sound", "repeat")
    player.winds_on_to("hold")
    player.winds_on(5)
    assert player.page.evaluate("() => window.spoken") == []


def test_the_steps_can_be_read_while_it_plays(player: PlayerPage):
    player.begin()
    player.press("open-details")
    expect(player.part("details-steps").locator("li").first).to_be_visible()
    player.winds_on(3)
    player.stands_at(3)
    player.press("close-details")
    expect(player.part("open-details")).to_be_focused()
