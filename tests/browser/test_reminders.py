"""The schedule of reminders by hand: added, switched, changed, paused, deleted; and without script."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Faults, Site
from tests.browser.people import Somebody


def test_a_reminder_is_added_switched_changed_paused_and_deleted(
    page: Page, somebody: Somebody, faults: Faults
):
    faults.expect("422")
    page.goto("/settings/")
    page.get_by_role("link", name="Reminders").click()
    page.get_by_role("link", name="A reminder of your own").click()
    page.get_by_text("Check-in", exact=True).click()
    page.get_by_label("At what time?").fill("")
    page.get_by_role("button", name="Add the reminder").click()
    expect(page.locator(".error")).to_contain_text("Give a time from 00:00 to 23:59")
    expect(page.get_by_label("At what time?")).to_be_focused()
    expect(page.get_by_label("Check-in")).to_be_checked()
    page.get_by_label("At what time?").fill("21:10")
    page.get_by_text("Sunday", exact=True).click()
    page.get_by_role("button", name="Add the reminder").click()

    card = page.locator(".reminder")
    expect(card).to_contain_text("21:10 Check-in")
    expect(card).to_contain_text("Monday to Saturday")
    card.get_by_role("button", name="Switch off").click()
    expect(card.get_by_role("button", name="Switch on")).to_be_focused()
    expect(card).to_contain_text("It does not ring while it is off.")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("Next:")

    card.get_by_role("link", name="Change").click()
    page.get_by_label("At what time?").fill("20:05")
    page.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("20:05 Check-in")
    card.get_by_role("link", name="Change").click()
    page.get_by_role("button", name="Pause it").click()
    expect(card).to_contain_text("Paused")
    card.get_by_role("link", name="Change").click()
    page.get_by_text("Delete it", exact=True).click()
    page.get_by_role("button", name="Delete the reminder").click()
    expect(page.get_by_text("There is none yet.")).to_be_visible()
    expect(card).to_have_count(0)


def test_without_a_script_everything_can_be_done_too(
    open_context: Callable[..., BrowserContext], site: Site, somebody: Somebody, faults: Faults
):
    faults.expect("422")
    somebody.follows("low-back")
    context = open_context(java_script_enabled=False)
    somebody.signs_in(context, site.origin)
    page = context.new_page()
    page.goto("/today")
    page.get_by_role("link", name="Want a reminder").click()
    page.get_by_role("button", name="Add Check-in").click()
    card = page.locator(".reminder")
    expect(card).to_contain_text("20:00 Check-in")
    card.get_by_role("button", name="Switch off").click()
    expect(card).to_contain_text("Off")
    page.get_by_label("From").fill("21:00")
    page.get_by_role("button", name="Set quiet hours").click()
    expect(page.get_by_text("Nothing rings from 21:00 to 07:00.")).to_be_visible()
    page.get_by_label("Until", exact=True).fill("21:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#quiet-form .error")).to_contain_text("another time than they start")
    page.get_by_role("button", name="Pause all").click()
    expect(page.get_by_text("All reminders are paused.").first).to_be_visible()
    page.get_by_role("button", name="End the pause now").click()
    expect(page.get_by_text("The pause is over.")).to_be_visible()
