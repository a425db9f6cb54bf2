"""Who needs me today, in a browser: accessible in every look, and somebody set aside by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.inspector import Inspector
from tests.browser.people import demo_person

pytestmark = pytest.mark.browser


def test_the_list_is_accessible_and_never_scrolls_sideways(inspector: Inspector, site: Site):
    demo_person(site.app, "Ines").signs_in(inspector.page.context, site.origin)
    inspector.visit(("/people", "/people?q=nobody", "/people?show=snoozed"))
    inspector.page.goto("/people")
    expect(inspector.page.get_by_role("row")).not_to_have_count(0)
    inspector.page.locator(".people-more summary").first.click()
    inspector.inspect("who needs me, set aside for")
    inspector.page.get_by_role("link", name="When to be told").first.click()
    inspector.page.wait_for_url("**/thresholds")
    inspector.inspect("when to be told")
    assert inspector.found == {}


def test_somebody_is_set_aside_and_brought_back_by_keyboard(inspector: Inspector, site: Site):
    demo_person(site.app, "Ines").signs_in(inspector.page.context, site.origin)
    page = inspector.page
    page.goto("/people")
    before = page.locator(".people-name").count()
    page.locator(".people-more summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="1 day")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**set_aside=**")
    expect(page.locator(".people-name")).to_have_count(before - 1)
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")
    expect(page.locator(".people-name")).to_have_count(before)
