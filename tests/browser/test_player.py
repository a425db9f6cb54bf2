"""The player in a real browser: ten minutes in seconds, and everything that gets in the way."""

import json
import re
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from fstpwa.content import library
from tests.browser.conftest import Faults, Site
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage

pytestmark = pytest.mark.browser

HOW_WAS_IT = re.compile(r"/progress/sessions/")
REFUSE_WAKE_LOCK = """Object.defineProperty(navigator, "wakeLock", { value: {
  request: () => Promise.reject(new DOMException("no", "NotAllowedError")) } });"""


@pytest.fixture
def session_id(somebody: Somebody) -> UUID:
    """Today's session of a programme with sides, rolling and holds."""
    return somebody.follows("plantar-heel", side="left")


@pytest.fixture
def player(page: Page, session_id: UUID) -> PlayerPage:
    """The session page, its clock standing still."""
    player = PlayerPage(page, session_id)
    player.open()
    return player


def saved(player: PlayerPage) -> None:
    """Wait until the phone stands on the page about the saved session."""
    player.page.wait_for_url(HOW_WAS_IT)


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


def test_stopping_saves_what_was_done_and_leaving_saves_nothing(
    player: PlayerPage, somebody: Somebody, session_id: UUID
):
    player.begin()
    player.winds_on(30)
    player.press("stop")
    player.sheet("leave")
    player.press("leave")
    player.page.wait_for_url("**/today")
    assert somebody.logs() == []
    assert somebody.state_of(session_id) == "planned"

    player.open()
    player.begin()
    player.press("next")
    player.winds_on(100)
    player.press("stop", "finish")
    saved(player)
    [log] = somebody.logs()
    assert log.movements[0].state == "skipped"
    assert log.movements[1].state in ("part", "done")
    assert log.done_s == 100


def test_without_a_network_at_the_end_it_is_kept_and_saved_later(
    player: PlayerPage, somebody: Somebody, faults: Faults
):
    faults.expect("ERR_INTERNET_DISCONNECTED")
    player.begin()
    player.winds_on(60)
    player.page.context.set_offline(True)
    player.press("stop", "finish")
    status = player.part("ending-status")
    expect(status).to_have_text("Saving what you did…")
    player.winds_on_until(status, "kept on this phone")
    expect(player.part("try-again")).to_be_visible()
    assert somebody.logs() == []

    player.page.context.set_offline(False)
    saved(player)
    [log] = somebody.logs()
    assert log.done_s == 60


def test_what_was_not_saved_is_sent_when_the_page_opens_again(
    player: PlayerPage, somebody: Somebody, faults: Faults
):
    faults.expect("ERR_FAILED")
    log_url = re.compile(r"/sessions/[^/]+/log$")
    player.page.route(log_url, lambda route: route.abort())
    player.begin()
    player.winds_on(60)
    player.press("stop", "finish")
    player.winds_on_until(player.part("ending-status"), "kept on this phone")
    player.page.goto("/today")
    player.page.unroute(log_url)
    player.page.goto(player.path)
    saved(player)
    [log] = somebody.logs()
    assert log.done_s == 60


class TestKeptOnToday:
    """What the phone still keeps is found on Today, not only on the page it came from."""

    def test_a_session_that_is_not_saved_can_be_saved(
        self, player: PlayerPage, somebody: Somebody, faults: Faults
    ):
        card = self.finished_without_a_network(player, faults)
        expect(card.get_by_role("heading")).to_have_text("A session is not saved yet")
        card.get_by_role("button", name="Save").click()
        saved(player)
        [log] = somebody.logs()
        assert log.done_s == 60
        player.page.goto("/today")
        expect(card).to_be_hidden()

    def test_or_thrown_away(self, player: PlayerPage, somebody: Somebody, faults: Faults):
        card = self.finished_without_a_network(player, faults)
        card.get_by_role("button", name="Throw away").click()
        expect(card.get_by_role("heading")).to_have_count(0)
        player.page.reload()
        expect(card).to_be_hidden()
        assert somebody.logs() == []

    def test_one_under_way_can_be_carried_on(self, player: PlayerPage):
        player.begin()
        player.winds_on(30)
        player.page.goto("/today")
        card = player.page.locator('[data-component="kept-sessions"]')
        expect(card.get_by_role("heading")).to_have_text("A session is under way")
        card.get_by_role("link", name="Carry on").click()
        player.is_in("playing")

    def test_somebody_else_on_the_same_phone_does_not_see_it(
        self, player: PlayerPage, site: Site, faults: Faults
    ):
        card = self.finished_without_a_network(player, faults)
        Somebody(site.app).signs_in(player.page.context, site.origin)
        player.page.reload()
        expect(player.page.locator("#practice")).to_be_visible()
        expect(card).to_be_hidden()

    @staticmethod
    def finished_without_a_network(player: PlayerPage, faults: Faults) -> Locator:
        faults.expect("ERR_FAILED")
        log_url = re.compile(r"/sessions/[^/]+/log$")
        player.page.route(log_url, lambda route: route.abort())
        player.begin()
        player.winds_on(60)
        player.press("stop", "finish")
        player.winds_on_until(player.part("ending-status"), "kept on this phone")
        player.page.unroute(log_url)
        player.page.goto("/today")
        return player.page.locator('[data-component="kept-sessions"]')


def test_an_answer_that_got_lost_does_not_make_a_second_record(
    player: PlayerPage, somebody: Somebody, faults: Faults
):
    faults.expect("ERR_FAILED")
    sent: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    player.page.route(re.compile(r"/sessions/[^/]+/log$"), lose_the_first_answer)
    player.begin()
    player.winds_on(45)
    player.press("stop", "finish")
    with player.page.expect_navigation(url=HOW_WAS_IT):
        while len(sent) < 2:
            player.winds_on(1)
    first, second = (re.sub("sent_at=[^&]*", "", each) for each in sent)
    assert first == second
    assert len(somebody.logs()) == 1


def test_somebody_who_was_signed_out_is_told_and_loses_nothing(
    player: PlayerPage, somebody: Somebody, site, faults: Faults
):
    faults.expect("401")
    player.begin()
    player.winds_on(45)
    player.page.context.clear_cookies()
    player.press("stop", "finish")
    expect(player.part("ending-status")).to_contain_text("You may have been signed out")
    somebody.signs_in(player.page.context, site.origin)
    player.press("try-again")
    saved(player)
    assert len(somebody.logs()) == 1


def test_a_session_from_the_day_before_can_be_saved_or_thrown_away(
    player: PlayerPage, somebody: Somebody
):
    player.begin()
    player.winds_on(50)
    player.page.goto("/today")
    kept = player.page.evaluate("() => JSON.stringify(localStorage)")
    [key] = [each for each in json.loads(kept) if each.startswith("good-days.session.")]
    player.page.evaluate(
        """(key) => {
          const kept = JSON.parse(localStorage.getItem(key));
          kept.savedAt -= 25 * 3600 * 1000;
          localStorage.setItem(key, JSON.stringify(kept));
        }""",
        key,
    )
    player.page.goto(player.path)
    player.sheet("old")
    player.press("save-old")
    saved(player)
    [log] = somebody.logs()
    assert log.done_s == 50


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


def test_the_steps_can_be_read_while_it_plays(player: PlayerPage):
    player.begin()
    player.press("open-details")
    expect(player.part("details-steps").locator("li").first).to_be_visible()
    player.winds_on(3)
    player.stands_at(3)
    player.press("close-details")
    expect(player.part("open-details")).to_be_focused()


def test_each_variant_plays_what_it_promises(page: Page, somebody: Somebody):
    session_id = somebody.follows("low-back")
    player = PlayerPage(page, session_id)
    player.open()
    offered = [variant["name"] for variant in player.plan()["variants"]]
    assert offered[0] == "usual"
    assert {"easier", "flare"} <= set(offered)
    for variant in offered:
        player.open()
        [chosen] = [each for each in player.plan()["variants"] if each["name"] == variant]
        player.begin(variant)
        expect(player.part("position")).to_have_text(f"1 of {len(chosen['parts'])}")
        assert player.item == chosen["parts"][0][0]
        assert player.item.startswith("f") == (variant == "flare")
        player.winds_on(10)
        player.press("stop", "leave")
        page.wait_for_url("**/today")


def test_what_is_needed_follows_the_chosen_variant(page: Page, somebody: Somebody):
    player = PlayerPage(page, somebody.follows("low-back"))
    player.open()
    for variant in player.plan()["variants"]:
        page.locator(f'input[name="variant"][value="{variant["name"]}"]').check(force=True)
        shown = page.locator(".player-contents > li:visible").evaluate_all(
            "(lines) => lines.map((line) => line.dataset.items)"
        )
        assert shown == [item for item, _ in variant["parts"]]


class TestCheckBefore:
    """The short check: no tick starts, a tick asks first."""

    def test_a_tick_opens_its_questions_and_no_to_all_starts(
        self, page: Page, somebody: Somebody, session_id: UUID
    ):
        page.goto(f"/sessions/{session_id}")
        self.ticks(page, "pc_injury")
        questions = page.locator("fieldset")
        expect(questions).to_have_count(3)
        for question in questions.all():
            question.get_by_label("No").check(force=True)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("The check is done. You can start.")).to_be_visible()
        assert "?" not in page.url
        page.get_by_role("button", name="Start", exact=True).click()
        root = page.locator('[data-component="player"]')
        expect(root).to_have_attribute("data-phase", "playing")
        assert page.url.endswith(f"/sessions/{session_id}")
        page.reload()
        expect(root).to_have_attribute("data-phase", "playing")

    def test_what_was_chosen_is_still_chosen_after_the_questions(
        self, page: Page, session_id: UUID
    ):
        page.goto(f"/sessions/{session_id}")
        page.locator('input[name="variant"][value="easier"]').check(force=True)
        page.locator('input[name="pain_before"][value="4"]').check(force=True)
        self.ticks(page, "pc_flare")
        page.locator("fieldset").first.get_by_label("No").check(force=True)
        page.get_by_role("button", name="Go on").click()
        for _ in ("at once", "after a reload"):
            expect(page.locator('input[name="variant"][value="easier"]')).to_be_checked()
            expect(page.locator('input[name="pain_before"][value="4"]')).to_be_checked()
            page.reload()

    def test_nothing_starts_while_something_is_ticked(self, page: Page, session_id: UUID):
        page.goto(f"/sessions/{session_id}")
        tick = page.locator('input[name="check"][value="pc_nerves"]')
        start = page.get_by_role("button", name="Start", exact=True)
        tick.check(force=True)
        expect(start).to_be_hidden()
        tick.uncheck(force=True)
        expect(start).to_be_visible()

    def test_an_emergency_shows_the_number_of_the_country(
        self, page: Page, somebody: Somebody, session_id: UUID
    ):
        somebody.lives_in("GB")
        page.goto(f"/sessions/{session_id}")
        self.ticks(page, "pc_emergency")
        page.locator("fieldset").first.get_by_label("Yes").check(force=True)
        page.locator("fieldset").last.get_by_label("No").check(force=True)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Get help now")
        expect(page.get_by_role("link", name="Call 999")).to_have_attribute("href", "tel:999")
        expect(page.get_by_role("button", name="Start", exact=True)).to_have_count(0)

    def test_a_flare_day_offers_the_flare_version(self, page: Page, session_id: UUID):
        page.goto(f"/sessions/{session_id}")
        self.ticks(page, "pc_flare")
        page.locator("fieldset").first.get_by_label("Yes").check(force=True)
        page.get_by_role("button", name="Go on").click()
        expect(page.locator('input[name="variant"][value="flare"]')).to_be_checked()

    @staticmethod
    def ticks(page: Page, item: str) -> None:
        assert item in {each.id for each in library().safety.pre_session.items}
        page.locator(f'input[name="check"][value="{item}"]').check(force=True)
        page.locator('[data-player="answer"]').click()
        expect(page.get_by_role("heading", level=1)).to_have_text("A little more about that first")
