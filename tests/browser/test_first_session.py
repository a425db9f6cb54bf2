"""The first evening: from the first page to a history, on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TODAY, Site
from tests.browser.onboarding import gets_to_the_plan
from tests.browser.player_page import LED_BY_THE_SCREEN, keep_settings

pytestmark = pytest.mark.browser


def test_somebody_tries_it_does_a_session_says_how_the_day_was_and_finds_all_of_it(
    page: Page, site: Site
):
    keep_settings(page, LED_BY_THE_SCREEN)
    page.clock.install()
    page.goto("/")
    page.get_by_role("button", name="Try it now").click()
    gets_to_the_plan(page, "desk", "neck")
    for day in page.locator('input[name="weekdays"]').all():
        day.check(force=True)
    page.get_by_label("At what time?").fill("07:30")
    page.get_by_role("button", name="Start this programme").click()

    page.wait_for_url(TODAY)
    card = page.locator(".session-card", has=page.get_by_role("heading", name="Main session"))
    card.get_by_role("link", name="Start").click()

    lead_through_the_session(page)
    page.wait_for_url("**/progress/sessions/*")
    record = page.url
    say_how_it_was(page)

    page.goto("/today")
    expect(page.locator(".session-card", has_text="Main session")).to_contain_text("Done.")
    check_in(page)

    page.goto("/progress")
    for _ in ("at once", "after a reload"):
        expect(page.locator(".diary").get_by_role("link", name="Main session")).to_have_count(1)
        expect(page.locator(".diary")).to_contain_text("felt stiffness 4")
        expect(page.locator(".strip td.practised.good")).to_have_count(1)
        page.reload()

    page.goto(record)
    expect(page.locator("main")).to_contain_text("Worst pain")
    expect(page.locator("main")).to_contain_text("2 of 10")
    expect(page.locator("main")).to_contain_text("Slept well after it.")
    page.goto("/today")
    expect(page.locator("#check-in")).to_contain_text("good day", ignore_case=True)


def lead_through_the_session(page: Page) -> None:
    """Say how the pain is, start, and let all of it go by."""
    page.locator('input[name="pain_before"][value="3"]').check(force=True)
    page.get_by_role("button", name="None of these: start").click()
    player = page.locator('[data-component="player"]')
    expect(player).to_have_attribute("data-phase", "playing")
    plan = page.evaluate("() => JSON.parse(document.getElementById('session-data').textContent)")
    seen = set()
    with page.expect_navigation(url="**/progress/sessions/*"):
        left = plan["variants"][0]["total_s"]
        while left > 0:
            page.clock.run_for(min(left, 60) * 1000)
            left -= 60
            seen.add(page.locator('[data-player="name"]').text_content())
    assert len(seen) > 3, "different movements came by"


def say_how_it_was(page: Page) -> None:
    """Answer worst pain, its kind, effort and a note."""
    expect(page.get_by_role("heading", level=1)).to_have_text("How was it?")
    page.locator('input[name="worst_pain"][value="2"]').check(force=True)
    page.locator('input[name="pain_kinds"]').first.check(force=True)
    page.locator('input[name="effort"][value="4"]').check(force=True)
    page.get_by_text("Pain before, and a note").click()
    expect(page.locator('input[name="pain_before"][value="3"]')).to_be_checked()
    page.get_by_label("A note").fill("Slept well after it.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#session-log-title")).to_be_focused()


def check_in(page: Page) -> None:
    """Give the daily three on Today."""
    page.locator('input[name="stiffness"][value="4"]').check(force=True)
    page.locator('input[name="good_day"][value="yes"]').check(force=True)
    page.locator('input[name="flare"][value="no"]').check(force=True)
    page.locator("#check-in").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#check-in-title")).to_be_focused()
