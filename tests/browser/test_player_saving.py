"""What was done is saved once, whatever the network, the phone or the person does."""

import json
import re
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Faults, Site
from tests.browser.people import Somebody
from tests.browser.player_page import HOW_WAS_IT, PlayerPage, saved

pytestmark = pytest.mark.browser

LOG_URL = re.compile(r"/sessions/[^/]+/log$")


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


def test_with_nothing_done_there_is_nothing_to_save(
    player: PlayerPage, somebody: Somebody, session_id: UUID
):
    player.begin()
    player.press("stop")
    sheet = player.sheet("nothing")
    expect(sheet.get_by_role("heading")).to_have_text("Nothing to save yet")
    expect(sheet.locator(".button")).to_have_text(["Leave", "Carry on"])
    player.press("leave-nothing")
    player.page.wait_for_url("**/today")
    assert somebody.logs() == []
    assert somebody.state_of(session_id) == "planned"


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
    player.page.route(LOG_URL, lambda route: route.abort())
    player.begin()
    player.winds_on(60)
    player.press("stop", "finish")
    player.winds_on_until(player.part("ending-status"), "kept on this phone")
    player.page.goto("/today")
    player.page.unroute(LOG_URL)
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
        player.page.route(LOG_URL, lambda route: route.abort())
        player.begin()
        player.winds_on(60)
        player.press("stop", "finish")
        player.winds_on_until(player.part("ending-status"), "kept on this phone")
        player.page.unroute(LOG_URL)
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

    player.page.route(LOG_URL, lose_the_first_answer)
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
