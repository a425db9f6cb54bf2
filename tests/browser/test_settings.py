"""Settings in a real browser: what is kept on the phone, and what deleting leaves there."""

from playwright.sync_api import Page, expect

from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage

KEPT = "() => JSON.parse(localStorage.getItem('good-days.player.settings'))"


def test_sound_and_voice_are_kept_where_the_player_reads_them(page: Page, somebody: Somebody):
    page.goto("/settings/sounds")
    page.get_by_label("Bells and ticks").uncheck()
    page.get_by_label("Loudness of bells").fill("35")
    kept = page.evaluate(KEPT)
    assert (kept["sounds"], kept["soundVolume"]) == (False, 0.35)
    page.reload()
    expect(page.get_by_label("Bells and ticks")).not_to_be_checked()
    expect(page.get_by_label("Loudness of bells")).to_have_value("35")

    player = PlayerPage(page, somebody.follows("low-back"))
    player.open()
    expect(page.locator('[data-player="setting-sounds"]')).not_to_be_checked()


def test_a_browser_that_keeps_nothing_says_so(page: Page, somebody: Somebody):
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    page.goto("/settings/sounds")
    page.get_by_label("Bells and ticks").uncheck()
    expect(page.get_by_text("does not let the app keep anything")).to_be_visible()


def test_deleting_by_keyboard_takes_what_a_session_left_on_the_phone(
    page: Page, somebody: Somebody
):
    page.goto("/settings/delete")
    for person in (somebody.public_id, "somebody-else"):
        page.evaluate("key => localStorage.setItem(key, '{}')", f"good-days.session.{person}.one")
    page.get_by_label("Type the word delete").focus()
    page.keyboard.type("delete")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/deleted")
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is deleted")
    page.wait_for_function("() => Object.keys(localStorage).length < 2")
    left = page.evaluate("Object.keys(localStorage).filter(key => key.includes('session'))")
    assert left == ["good-days.session.somebody-else.one"]
    page.goto("/today")
    expect(page).not_to_have_url("/today")
