"""What was done is saved once, whatever the network, the phone or the person does."""

import json
import re
from uuid import UUID

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Faults, Site
from tests.browser.offline_phone import entries_of, soon
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage, saved

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


def test_without_a_network_at_the_end_it_is_kept_and_sent_by_itself(
    player: PlayerPage, somebody: Somebody, faults: Faults
):
    faults.expect("ERR_INTERNET_DISCONNECTED")
    player.begin()
    player.winds_on(60)
    player.page.context.set_offline(True)
    player.press("stop", "finish")
    status = player.part("ending-status")
    player.winds_on_until(status, "Saved on this phone")
    expect(player.part("after-form")).to_be_visible()
    expect(player.part("try-again")).to_be_hidden()
    assert somebody.logs() == []
    assert kept_in_storage(player) == []

    player.page.context.set_offline(False)
    expect(status).to_have_text("Saved.")
    [log] = somebody.logs()
    assert log.done_s == 60


def test_what_was_not_saved_is_sent_from_any_page(
    player: PlayerPage, somebody: Somebody, faults: Faults
):
    finished_without_a_network(player, faults)
    page = player.page
    soon(somebody.logs, page, 30)
    soon(lambda: not entries_of(page, somebody), page)
    [log] = somebody.logs()
    assert log.done_s == 60


class TestKeptOnToday:
    """Today shows what is under way; what is over goes to the outbox by itself."""

    def test_what_an_older_version_had_not_saved_is_sent(
        self, player: PlayerPage, somebody: Somebody
    ):
        player.begin()
        player.winds_on(60)
        player.page.goto("/today")
        player.page.evaluate(
            """() => {
              const [key] = Object.keys(localStorage).filter((each) => /session[.].*[.]/.test(each));
              const kept = JSON.parse(localStorage.getItem(key));
              kept.state.phase = "finished";
              localStorage.setItem(key, JSON.stringify(kept));
            }"""
        )
        player.page.clock.resume()
        player.page.reload()
        soon(somebody.logs, player.page, 30)
        card = player.page.locator('[data-component="kept-sessions"]')
        expect(card).to_be_hidden()
        assert kept_in_storage(player) == []
        assert len(somebody.logs()) == 1

    def test_one_under_way_can_be_carried_on(self, player: PlayerPage):
        player.begin()
        player.winds_on(30)
        player.page.goto("/today")
        card = player.page.locator('[data-component="kept-sessions"]')
        expect(card.get_by_role("heading")).to_have_text("A session is under way")
        card.get_by_role("link", name="Carry on").click()
        player.is_in("playing")

    def test_somebody_else_on_the_same_phone_neither_sees_nor_sends_it(
        self, player: PlayerPage, somebody: Somebody, site: Site, faults: Faults
    ):
        other = Somebody(site.app)
        finished_without_a_network(player, faults, other, site)
        player.page.goto("/today")
        expect(player.page.locator("#practice")).to_be_visible()
        player.page.wait_for_timeout(1500)
        assert other.logs() == somebody.logs() == []
        assert len(entries_of(player.page, somebody)) == 1


def finished_without_a_network(
    player: PlayerPage, faults: Faults, other: Somebody | None = None, site: Site | None = None
) -> None:
    """End a session with no network; then there is one, on another page, perhaps as somebody else."""
    faults.expect("ERR_FAILED")
    no_network = re.compile(r"/log$|/api/outbox$")
    player.page.route(no_network, lambda route: route.abort())
    player.begin()
    player.winds_on(60)
    player.press("stop", "finish")
    player.winds_on_until(player.part("ending-status"), "Saved on this phone")
    if other and site:
        other.signs_in(player.page.context, site.origin)
    player.page.goto("/progress")
    player.page.unroute(no_network)
    player.page.clock.resume()


def kept_in_storage(player: PlayerPage) -> list[str]:
    """Return what localStorage keeps of sessions."""
    keys = player.page.evaluate("() => Object.keys(localStorage)")
    return [key for key in keys if re.search(r"session[.].*[.]", key)]


def test_an_answer_that_got_lost_does_not_make_a_second_record(
    player: PlayerPage, somebody: Somebody, faults: Faults
):
    faults.expect("ERR_FAILED")

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    player.page.route(LOG_URL, lose_the_answer)
    player.begin()
    player.winds_on(45)
    player.press("stop", "finish")
    player.winds_on_until(player.part("ending-status"), "Saved.")
    soon(lambda: not entries_of(player.page, somebody), player.page)
    assert len(somebody.logs()) == 1


def test_where_the_browser_keeps_nothing_the_page_says_so_and_goes_on_trying(
    player: PlayerPage, somebody: Somebody, faults: Faults
):
    faults.expect("ERR_FAILED")
    player.page.evaluate(
        """() => {
          IDBFactory.prototype.open = () => { throw new Error("refused"); };
          Storage.prototype.setItem = () => { throw new Error("refused"); };
        }"""
    )
    player.page.route(LOG_URL, lambda route: route.abort())
    player.begin()
    player.winds_on(45)
    player.press("stop", "finish")
    status = player.part("ending-status")
    player.winds_on_until(status, "Not saved yet")
    player.page.unroute(LOG_URL)
    player.press("try-again")
    saved(player)
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
