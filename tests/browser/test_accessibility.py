"""axe finds nothing and nothing scrolls sideways, on every page and in every way of looking at it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Faults, Site, noon_zone
from tests.browser.people import Somebody, demo_person
from tests.browser.player_page import PlayerPage

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map((each) => each.id + ": "
    + each.nodes.slice(0, 3).map((node) => node.target.join(" ") + " | " + node.html.slice(0, 160)
      + " | " + (node.any[0]?.message ?? "")).join("; "));
}"""
WIDE_ELEMENTS = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((element) =>
    element.getBoundingClientRect().right > innerWidth + 1);
  return [`scrolls sideways: ${page.scrollWidth} in ${innerWidth}: ` + wide.slice(0, 4)
    .map((element) => element.tagName + "." + element.className).join(", ")];
}"""
DOUBLE_TEXT = "() => { document.documentElement.style.fontSize = '212.5%'; }"

PUBLIC_PAGES = ("/", "/movements", "/movements?q=heel", "/movements?q=xyzzy", "/programmes")
PRIVATE_PAGES = (
    "/today",
    "/programmes",
    "/programmes/neck-and-desk",
    "/programmes/hip-mobility/choose",
    "/plan",
    "/check-in",
    "/progress",
    "/reminders",
    "/reminders/new",
    "/settings/",
    "/settings/sound-check",
    "/settings/profile",
    "/settings/security",
    "/settings/security/recovery-codes",
    "/settings/sounds",
    "/settings/privacy",
    "/settings/delete",
)


@dataclass(frozen=True)
class Look:
    """One way of looking at the app."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    double_text: bool = False

    def __str__(self) -> str:
        return self.name


LOOKS = (
    Look("light", {"color_scheme": "light"}),
    Look("dark", {"color_scheme": "dark"}),
    Look("320-px", {"viewport": {"width": 320, "height": 640}}),
    Look("double-text", double_text=True),
    Look("forced-colours", {"forced_colors": "active"}),
)


class Inspector:
    """Looks at pages in one way and keeps what it finds."""

    def __init__(self, page: Page, look: Look) -> None:
        self.page = page
        self.look = look
        self.found: dict[str, list[str]] = {}

    def visit(self, addresses: Iterable[str]) -> None:
        """Open each address and look at it."""
        for address in addresses:
            self.page.goto(address)
            assert self.page.url.endswith(address), "led elsewhere"
            self.inspect(address)

    def inspect(self, name: str) -> None:
        """Look at the page as it is, once its script has shown the buttons that need it."""
        expect(self.page.locator(".figure-toggle[disabled]")).to_have_count(0)
        if self.look.double_text:
            self.page.evaluate(DOUBLE_TEXT)
        found = self.page.evaluate(RUN_AXE) + self.page.evaluate(WIDE_ELEMENTS)
        if found:
            self.found[name] = found


@pytest.fixture(params=LOOKS, ids=str)
def inspector(
    request: pytest.FixtureRequest, open_context: Callable[..., BrowserContext]
) -> Inspector:
    """A page in one way of looking, with axe in it."""
    context = open_context(**request.param.options, reduced_motion="reduce")
    context.add_init_script(path=AXE)
    return Inspector(context.new_page(), request.param)


def test_the_inspector_sees_what_is_wrong(inspector: Inspector):
    inspector.page.goto("/")
    inspector.page.evaluate(
        """() => {
          const button = document.querySelector("main button");
          button.textContent = "";
          button.style.width = "900px";
        }"""
    )
    inspector.inspect("spoilt")
    nameless, wide = inspector.found["spoilt"]
    assert nameless.startswith("button-name")
    assert wide.startswith("scrolls sideways")


def test_visitors_find_every_page_accessible(inspector: Inspector, faults: Faults):
    faults.expect("404")
    inspector.visit(PUBLIC_PAGES)
    inspector.visit(("/movements/neck-turns", "/programmes/plantar-heel"))
    inspector.visit(("/offline", "/no-such-page"))
    assert inspector.found == {}


def test_people_find_every_page_accessible(inspector: Inspector, site: Site):
    maya = demo_person(site.app, "Maya")
    maya.signs_in(inspector.page.context, site.origin)
    inspector.visit(PRIVATE_PAGES)
    inspector.visit((f"/progress/sessions/{maya.logs()[-1].id}",))
    inspector.page.goto("/reminders")
    inspector.page.locator(".reminder a").first.click()
    inspector.inspect("one reminder")
    newcomer = Somebody(site.app, noon_zone())
    newcomer.signs_in(inspector.page.context, site.origin)
    inspector.visit(("/today", "/plan", "/progress"))
    # Demo people stay as they are, so these are closed to them.
    inspector.visit(("/settings/security/app", "/settings/security/passkeys/new"))
    assert inspector.found == {}


def test_a_plan_that_is_changed_closed_or_emptied_is_accessible(inspector: Inspector, site: Site):
    for question, programme, addresses in (
        ("mo_acute", "neck-and-desk", ("/movements", "/movements/neck-turns", "/programmes")),
        ("as_surgery", "plantar-heel", ("/programmes/plantar-heel",)),
        ("em_heart", "low-back", ("/movements/neck-turns",)),
    ):
        person = Somebody(site.app, noon_zone())
        person.signs_in(inspector.page.context, site.origin)
        session_id = person.follows(programme)
        person.tells(question)
        inspector.visit(("/today", *addresses))
        if question != "em_heart":
            inspector.visit((f"/sessions/{session_id}",))
    assert inspector.found == {}


def test_the_player_is_accessible_at_every_moment(inspector: Inspector, site: Site, faults: Faults):
    faults.expect("422")
    person = Somebody(site.app, noon_zone())
    person.signs_in(inspector.page.context, site.origin)
    player = PlayerPage(inspector.page, person.follows("plantar-heel"))
    player.open()
    inspector.page.clock.resume()  # axe waits for timers
    inspector.inspect("before")
    player.begin()
    for moment in ("change", "get_ready", "hold"):
        player.winds_on_to(moment)
        inspector.inspect(f"playing: {moment}")
    player.press("open-details")
    inspector.inspect("details")
    player.press("close-details", "pause")
    inspector.inspect("paused")
    for button, sheet, close in (
        ("open-sound", "sound", "close-sound"),
        ("open-help", "help", "close-help"),
        ("stop", "leave", "carry-on"),
    ):
        player.press(button)
        player.sheet(sheet)
        inspector.inspect(sheet)
        player.press(close)
    look_at_too_much(player, inspector)
    inspector.page.goto(player.path)
    inspector.inspect("the day is held")
    assert inspector.found == {}


def test_the_questions_before_a_session_are_accessible(
    inspector: Inspector, site: Site, faults: Faults
):
    faults.expect("422")
    person = Somebody(site.app, noon_zone())
    person.signs_in(inspector.page.context, site.origin)
    inspector.page.goto(f"/sessions/{person.follows('low-back')}")
    look_at_questions(inspector)
    assert inspector.found == {}


def look_at_too_much(player: PlayerPage, inspector: Inspector) -> None:
    """Go through "too much" to the stop advice and on to "How was it?"."""
    player.press("too-much")
    inspector.inspect("why")
    player.press("why-tired")
    inspector.inspect("instead")
    player.press("close-instead", "too-much", "why-pain")
    inspector.inspect("pain kind")
    player.press("pain-sharp")
    inspector.inspect("advice")
    player.press("save-stopped")
    player.page.wait_for_url("**/progress/sessions/*")
    inspector.inspect("how was it")


def look_at_questions(inspector: Inspector) -> None:
    """Tick the check, look at the questions, leave a place open, then say yes to an emergency."""
    page = inspector.page
    page.locator('.player-before input[name="check"][value="pc_injury"]').check(force=True)
    inspector.inspect("ticked")
    page.locator('[data-player="answer"]').click()
    questions = page.locator(".health-question")
    for question in questions.all():
        question.get_by_label("No", exact=True).check(force=True)
    questions.nth(1).get_by_label("Yes", exact=True).check(force=True)
    inspector.inspect("questions")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".error")).to_have_count(1)
    inspector.inspect("questions, the place not said")
    questions.first.get_by_label("Yes", exact=True).check(force=True)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/safety")
    inspector.inspect("stopped")


def test_with_double_text_the_tabs_keep_apart_and_keep_their_names(page: Page, somebody: Somebody):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/today")
    tabs = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert tabs.locator("span").first.bounding_box()["width"] > 20
    page.evaluate(DOUBLE_TEXT)
    for name in ("Today", "Practise", "Progress", "You"):
        expect(tabs.get_by_text(name, exact=True)).to_be_attached()
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    boxes = [each.bounding_box() for each in tabs.locator("span").all()]
    for one, following in pairwise(boxes):
        assert one["x"] + one["width"] <= following["x"]
