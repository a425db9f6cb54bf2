"""After a session: what it felt like in which movement, and the morning after."""

import pytest
from playwright.sync_api import Page, expect

from fstpwa.content import library
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser

WHICH = "In which movement was it sharp, tingling or numb?"


def test_in_which_movement_is_asked_once_a_feeling_means_stopping_and_the_morning_after(
    page: Page, somebody: Somebody
):
    somebody.follows("low-back")
    somebody.rated_before_sessions(3)
    [log] = somebody.logs()
    page.goto(f"/progress/sessions/{log.id}")
    which = page.get_by_role("group", name=WHICH)
    expect(which).to_be_hidden()
    page.get_by_label("Ache", exact=True).check()
    expect(which).to_be_hidden()
    page.get_by_label("Sharp", exact=True).check()
    expect(which).to_be_visible()
    which.get_by_label(library().movements["cat-cow"].name).check(force=True)
    page.locator('input[name="worst_pain"][value="4"]').check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "We have put that movement away for two days."
    )
    # The session was yesterday, before this programme: nothing is known of the place.
    page.goto("/today")
    asked = page.get_by_role("group", name="How is your pain this morning?")
    asked.get_by_label("5", exact=True).check(force=True)
    page.locator("#day-asks").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Thank you, that is saved.")).to_be_visible()
    expect(asked).to_have_count(0)
    [log] = somebody.logs()
    assert log.next_morning_pain == 5
