"""A session page that was left open plays nothing that does not hold any more."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Faults
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage

pytestmark = pytest.mark.browser

STAMP_URL = re.compile(r"/stamp$")
COME_BACK = """() => document.dispatchEvent(new Event("visibilitychange"))"""


def without_a_network(player: PlayerPage, faults: Faults) -> None:
    faults.expect("ERR_FAILED")
    player.page.route(STAMP_URL, lambda route: route.abort())


def emergency_in_another_tab(page: Page) -> None:
    other = page.context.new_page()
    other.goto("/worry")
    other.get_by_label("Yes", exact=True).check(force=True)
    other.get_by_role("button", name="Go on").click()
    other.wait_for_url("**/safety")


def test_start_in_an_old_tab_after_an_emergency_plays_nothing(page: Page, session_id: UUID):
    page.goto(f"/sessions/{session_id}")
    emergency_in_another_tab(page)
    page.locator('[data-player="start"]').click()
    page.wait_for_url("**/safety")


def test_coming_back_to_an_old_tab_shows_what_holds_now(page: Page, session_id: UUID):
    page.goto(f"/sessions/{session_id}")
    emergency_in_another_tab(page)
    page.evaluate(COME_BACK)
    page.wait_for_url("**/safety")


def test_a_sprain_told_elsewhere_is_out_of_the_session_before_it_starts(
    player: PlayerPage, somebody: Somebody
):
    before = {item["slug"] for item in player.plan()["items"]}
    somebody.tells("mo_acute", regions=["foot"])
    player.press("start")
    expect(player.page.get_by_role("heading", level=1)).to_be_visible()
    expect(player.page.locator("#changes, #left-out").first).to_be_visible()
    data = player.page.locator("#session-data")
    left = {item["slug"] for item in player.plan()["items"]} if data.count() else set()
    assert not before <= left


def test_what_was_ticked_in_the_page_is_not_lost_by_coming_back_to_it(
    player: PlayerPage, somebody: Somebody
):
    tick = player.page.locator('.player-before input[name="check"][value="pc_flare"]')
    tick.check(force=True)
    somebody.tells("mo_acute", regions=["foot"])
    player.page.evaluate(COME_BACK)
    player.part("answer").click()
    expect(player.page.get_by_role("heading", level=1)).to_have_text(
        "A little more about that first"
    )


def test_carrying_on_after_an_emergency_plays_nothing_and_keeps_what_was_done(
    player: PlayerPage, somebody: Somebody
):
    player.begin()
    player.winds_on(40)
    player.sleeps(5 * 60)
    player.sheet("resume")
    somebody.tells("em_heart")
    player.press("resume")
    player.page.wait_for_url("**/safety")
    kept = player.page.evaluate("() => JSON.stringify(localStorage)")
    assert str(player.path.rsplit("/", 1)[1]) in kept


def test_carrying_on_a_session_that_has_changed_offers_to_save_it(
    player: PlayerPage, somebody: Somebody
):
    player.begin()
    player.winds_on(40)
    player.sleeps(5 * 60)
    player.sheet("resume")
    somebody.tells("mo_flare")
    player.press("resume")
    player.sheet("old")
    player.press("save-old")
    player.page.wait_for_url(re.compile(r"/progress/sessions/"))
    [log] = somebody.logs()
    assert log.done_s == 40


class TestWithoutAnAnswer:
    """The server says nothing in time: offline, or slow."""

    def test_a_page_of_today_plays(self, player: PlayerPage, faults: Faults):
        without_a_network(player, faults)
        player.begin()

    def test_a_server_that_is_slow_does_not_keep_anybody_waiting(self, player: PlayerPage):
        held: list[Route] = []
        player.page.route(STAMP_URL, lambda route: held.append(route))
        with player.page.expect_request(STAMP_URL):
            player.press("start")
        player.winds_on(3)
        player.is_in("playing")
        assert held

    def test_a_page_of_another_day_does_not_play_and_says_why(
        self, player: PlayerPage, faults: Faults
    ):
        without_a_network(player, faults)
        player.page.clock.set_system_time(player.began + timedelta(days=1))
        player.press("start")
        words = player.page.locator('.player-before [data-player="other-day"]')
        expect(words).to_contain_text("This page is from another day")
        player.is_in("before")
        player.page.unroute(STAMP_URL)
        player.begin()


class TestAfterABreak:
    """After more than ten minutes it is asked whether anything is new."""

    def test_a_short_break_asks_nothing(self, player: PlayerPage):
        self.breaks_for(player, 9 * 60)
        expect(player.part("new-since")).to_be_hidden()

    def test_nothing_new_carries_on(self, player: PlayerPage):
        self.breaks_for(player, 11 * 60)
        expect(player.part("new-since")).to_be_visible()
        player.press("resume")
        player.is_in("playing")
        player.stands_at(40)

    def test_a_pause_of_that_length_is_a_break_too(self, player: PlayerPage):
        player.begin()
        player.winds_on(40)
        player.press("pause")
        player.sleeps(11 * 60)
        player.press("pause")
        player.sheet("resume")
        expect(player.part("new-since")).to_be_visible()

    def test_something_new_is_asked_about_and_the_session_goes_on_after_it(
        self, player: PlayerPage
    ):
        self.breaks_for(player, 11 * 60)
        page = player.page
        player.part("new-since").locator('input[value="pc_flare"]').check(force=True)
        expect(player.part("resume")).to_be_hidden()
        player.press("answer-resumed")
        page.locator(".health-question").first.get_by_label("No", exact=True).check(force=True)
        page.get_by_role("button", name="Go on").click()
        player.sheet("resume")
        expect(player.part("new-since")).to_have_count(0)
        player.press("resume")
        player.is_in("playing")
        player.stands_at(40)

    @staticmethod
    def breaks_for(player: PlayerPage, seconds: int) -> None:
        player.begin()
        player.winds_on(40)
        player.sleeps(seconds)
        player.sheet("resume")
