"""Going through the onboarding by pointer, as quickly as a test does."""

from playwright.sync_api import Page

from fstpwa.content import library

SCREENS = library().safety.screens


def says_what_brings_them(page: Page, reason: str, region: str) -> None:
    """Answer the first page: one reason, one region, of age."""
    page.wait_for_url("**/welcome/you*")
    page.locator(f'input[name="reasons"][value="{reason}"]').check(force=True)
    page.locator(f'input[name="regions"][value="{region}"]').check(force=True)
    page.locator('input[name="adult"][value="yes"]').check(force=True)
    page.get_by_role("button", name="Go on").click()


def has_nothing_of_it(page: Page) -> None:
    """Answer every tick-list with "None of these", and once more, as that was quick."""
    for number, screen in enumerate(SCREENS, start=1):
        page.wait_for_url(f"**/welcome/health/{number}*")
        page.get_by_role("button", name=screen.none_label).click()
    page.wait_for_url("**/welcome/read-again*")
    page.get_by_role("button", name="None of these apply to me").click()
    page.wait_for_url("**/welcome/plan*")


def gets_to_the_plan(page: Page, reason: str, region: str) -> None:
    """Go from the first page of the onboarding to its last."""
    says_what_brings_them(page, reason, region)
    has_nothing_of_it(page)
