"""Onboarding in a browser: by keyboard with the names a screen reader says, on the drawing, seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fstpwa.domain.safety_content import Screen
from tests.browser.conftest import TODAY, Faults, Site, noon_zone
from tests.browser.onboarding import SCREENS, says_what_brings_them
from tests.browser.people import Somebody
from tests.browser.test_accessibility import Inspector, inspector  # noqa: F401 - a fixture
from tests.browser.test_keyboard import Keyboard, keyboard  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

MOST_SCREENS = 8


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_by_keyboard_from_try_it_now_to_today(page: Page, keyboard: Keyboard):  # noqa: F811 - the fixture
    seen = []
    page.goto("/")
    keyboard.activate(page.get_by_role("button", name="Try it now"))

    page.wait_for_url("**/welcome/you")
    seen.append(heading(page))
    keyboard.activate(page.get_by_role("checkbox", name="A stiff shoulder"), key="Space")
    places = page.get_by_role("group", name="Where is it?")
    keyboard.activate(places.get_by_role("checkbox", name="Shoulder", exact=True), key="Space")
    keyboard.choose("side", "right")
    keyboard.tab_to(page.get_by_role("combobox", name="Your country"))
    keyboard.choose("adult", "yes")
    keyboard.activate(page.get_by_role("button", name="Go on"))

    for number, screen in enumerate(SCREENS, start=1):
        page.wait_for_url(f"**/welcome/health/{number}")
        seen.append(heading(page))
        answer(page, keyboard, screen)

    page.wait_for_url("**/welcome/plan")
    seen.append(heading(page))
    expect(page.get_by_role("radio", name="Shoulder freedom")).to_be_checked()
    expect(page.locator("main")).to_contain_text("You told us about a stiff shoulder")
    keyboard.activate(page.get_by_role("button", name="Start this programme"))
    page.wait_for_url(TODAY)
    expect(page.get_by_role("status")).to_contain_text("Your programme is set")
    assert len(seen) == len(set(seen)) <= MOST_SCREENS


def answer(page: Page, keyboard: Keyboard, screen: Screen) -> None:  # noqa: F811 - the fixture
    """Answer a tick-list: a knee replacement on the last, nothing on the others."""
    group = page.get_by_role("group", name=screen.title)
    expect(group.get_by_role("checkbox").first).to_be_visible()
    if screen is not SCREENS[-1]:
        keyboard.activate(page.get_by_role("button", name=screen.none_label))
        return
    side = page.get_by_role("group", name="Which knee?")
    expect(side).to_be_hidden()
    keyboard.activate(group.get_by_role("checkbox", name="Knee replacement"), key="Space")
    expect(side).to_be_visible()
    keyboard.choose("side-mo_knee", "right")
    keyboard.activate(page.get_by_role("button", name="Go on"))


def test_the_drawing_and_the_list_are_one(page: Page, site: Site):
    Somebody(site.app, noon_zone()).signs_in(page.context, site.origin)
    page.goto("/welcome/you")
    page.get_by_text("Choose on a drawing").click()
    in_list = page.locator("#region-thigh_front")
    on_drawing = page.locator(".body-label.label-thigh_front")
    before = on_drawing.evaluate("(label) => getComputedStyle(label).backgroundColor")
    on_drawing.click()
    expect(in_list).to_be_checked()
    after = on_drawing.evaluate("(label) => getComputedStyle(label).backgroundColor")
    assert after != before
    page.locator(".spot-thigh_front").click()
    expect(in_list).not_to_be_checked()


def test_every_place_is_on_the_drawing_and_big_enough_for_a_finger(page: Page, site: Site):
    Somebody(site.app, noon_zone()).signs_in(page.context, site.origin)
    page.goto("/welcome/you")
    page.get_by_text("Choose on a drawing").click()
    places = page.locator('input[name="regions"]')
    labels = page.locator(".body-label")
    assert labels.count() == places.count() == 16
    assert {each.get_attribute("for") for each in labels.all()} == {
        each.get_attribute("id") for each in places.all()
    }
    boxes = [each.bounding_box() for each in labels.all()]
    assert all(box is not None and min(box["height"], box["width"]) >= 44 for box in boxes)


def test_without_script_places_are_asked_only_where_ticked(
    open_context: Callable[..., BrowserContext], site: Site, faults: Faults
):
    faults.expect("422")
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_role("button", name="Try it now").click()
    says_what_brings_them(page, "heel", "foot")
    for screen in SCREENS[:2]:
        page.get_by_role("button", name=screen.none_label).click()
    where = page.get_by_role("group", name="Where was the operation?")
    expect(where).to_be_hidden()
    page.get_by_role("checkbox", name="Surgery in the last 12 weeks").check()
    expect(where).to_be_visible()
    expect(page.get_by_role("button", name="None of these")).to_be_hidden()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".error")).to_contain_text("Choose where it is")
    where.get_by_role("checkbox", name="Foot").check(force=True)
    page.locator('input[name="side-as_surgery"][value="left"]').check(force=True)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(f"{site.origin}/welcome/health/4")


def test_every_screen_is_accessible(inspector: Inspector, faults: Faults):  # noqa: F811 - the fixture
    faults.expect("422")
    page = inspector.page
    page.goto("/")
    page.get_by_role("button", name="Try it now").click()
    page.wait_for_url("**/welcome/you")
    inspector.inspect("you")
    page.get_by_role("button", name="Go on").click()
    inspector.inspect("you, not of age yet")
    says_what_brings_them(page, "heel", "foot")
    for number, screen in enumerate(SCREENS, start=1):
        page.wait_for_url(f"**/welcome/health/{number}")
        if number == 3:
            page.get_by_role("checkbox", name="Surgery in the last 12 weeks").check()
            page.get_by_role("checkbox", name="Blood thinner").check()
            page.get_by_role("button", name="Go on").click()
            inspector.inspect("a place is missing")
            page.locator('[name="where-as_surgery"][value="neck"]').check(force=True)
            page.locator('[name="side-as_surgery"][value="both"]').check(force=True)
            page.get_by_role("button", name="Go on").click()
            continue
        inspector.inspect(screen.title)
        page.get_by_role("button", name=screen.none_label).click()
    page.wait_for_url("**/welcome/plan")
    page.get_by_text("What is left out of it, and why").first.click()
    inspector.inspect("plan")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".error")).to_have_count(1)
    inspector.inspect("plan, the side is missing")
    page.locator('[name="side"][value="right"]').check(force=True)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(TODAY)
    inspector.visit(("/welcome/again", "/welcome/more?programme=hip-mobility"))
    assert inspector.found == {}
