"""Onboarding in a browser: by keyboard with the names a screen reader says, on the drawing, seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fstpwa.domain.safety_content import Screen
from tests.browser.conftest import TODAY, Faults, Site, noon_zone
from tests.browser.inspector import Inspector
from tests.browser.onboarding import SCREENS, says_what_brings_them
from tests.browser.people import Somebody
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
    expect(page.get_by_role("status").filter(has_text="Your programme is set")).to_be_visible()
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


def colours_of(page: Page, place: str) -> list[str]:
    """The colours of a place's name and of its shape."""
    script = "(element, property) => getComputedStyle(element)[property]"
    choice = page.locator(".body-choice", has=page.locator(f"#region-{place}"))
    chip, shape = choice.locator(".chip"), choice.locator(".body-shape")
    return [chip.evaluate(script, "backgroundColor"), shape.evaluate(script, "fill")]


def tap(page: Page, x: float, y: float) -> None:
    """Tap on the drawing; its front stands in the left half, its back in the right."""
    drawing = page.locator(".body-drawing")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


TAPS = {
    "chest": (0.25, 0.26),
    "upper_back": (0.75, 0.26),
    "abdomen": (0.25, 0.38),
    "jaw": (0.25, 0.06),
    "neck": (0.75, 0.06),
}
"""Middles of regions; for the last two the forehead and the back of the head."""


def test_a_tap_on_the_drawing_ticks_the_place_in_the_list(page: Page, site: Site):
    Somebody(site.app, noon_zone()).signs_in(page.context, site.origin)
    page.goto("/welcome/you")
    for place, spot in TAPS.items():
        before = colours_of(page, place)
        tap(page, *spot)
        expect(page.locator(f"#region-{place}")).to_be_checked()
        page.mouse.move(0, 0)
        after = colours_of(page, place)
        assert all(old != new for old, new in zip(before, after, strict=True)), place
        tap(page, *spot)
        expect(page.locator(f"#region-{place}")).not_to_be_checked()


def test_a_place_is_on_the_front_and_the_back_at_once(page: Page, site: Site):
    Somebody(site.app, noon_zone()).signs_in(page.context, site.origin)
    page.goto("/welcome/you")
    for x in (0.16, 0.84):
        tap(page, x, 0.22)
    expect(page.locator("#region-shoulder")).not_to_be_checked()
    tap(page, 0.16, 0.22)
    expect(page.locator("#region-shoulder")).to_be_checked()


def test_the_drawing_works_without_script(open_context: Callable[..., BrowserContext], site: Site):
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/movements")
    page.get_by_text("Filter").click()
    tap(page, *TAPS["abdomen"])
    expect(page.locator("#region-abdomen")).to_be_checked()


def test_the_shape_of_the_place_with_the_focus_has_a_ring(page: Page, site: Site):
    Somebody(site.app, noon_zone()).signs_in(page.context, site.origin)
    page.goto("/welcome/you")
    choice = page.locator(".body-choice", has=page.locator("#region-knee"))
    stroke = "(shape) => getComputedStyle(shape).stroke"
    before = choice.locator(".body-shape").evaluate(stroke)
    page.locator("#region-thigh_inner").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#region-knee")).to_be_focused()
    assert choice.locator(".body-shape").evaluate(stroke) != before


def test_every_name_beside_the_drawing_is_big_enough_for_a_finger(page: Page, site: Site):
    Somebody(site.app, noon_zone()).signs_in(page.context, site.origin)
    page.goto("/welcome/you")
    names = page.locator(".body-choice > .chip")
    assert names.count() == 16
    boxes = [each.bounding_box() for each in names.all()]
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


def test_every_screen_is_accessible(inspector: Inspector, faults: Faults):
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
