"""The calendar's address in a real browser: copied by a button, and by hand where that is refused."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.people import Somebody


def make_address(page: Page) -> str:
    """Make a calendar from the page of reminders, and return its address."""
    page.goto("/reminders")
    page.get_by_text("Other ways: e-mail and your calendar").click()
    page.get_by_role("button", name="Make a calendar address").click()
    return page.get_by_label("The address").input_value()


def test_the_address_is_copied_and_opens_a_calendar(
    page: Page, context: BrowserContext, somebody: Somebody
):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    address = make_address(page)
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    answer = page.request.get(address)
    assert answer.ok
    assert answer.text().startswith("BEGIN:VCALENDAR")


def test_where_copying_is_refused_the_address_is_marked_to_be_copied_by_hand(
    page: Page, somebody: Somebody
):
    page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no'))"
    )
    address = make_address(page)
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_label("The address")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == address
