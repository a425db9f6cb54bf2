"""Whether pages are accessible, by axe and by their width, in every way of looking at them.

A page is loaded once and looked at in one way after the other, as when somebody turns the phone,
enlarges the text or lets the evening darken the screen. Full-grown axe runs in the first look;
each other one asks again only what can differ there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RUN_AXE = """async (options) => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...options });
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
CHANGE_AT_ONCE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition-property: none !important; }");
  document.adoptedStyleSheets.push(sheet);
}"""
"""Or colours that are inherited would change level by level, and axe would see them half-way."""
SET_TEXT = "(size) => { document.documentElement.style.fontSize = size; }"
DOUBLE = "212.5%"
"""Of the browser's own size; the app's usual one is 106.25 %."""

COLOUR_RULES = ("color-contrast", "link-in-text-block")
ALL_RULES: dict[str, Any] = {}
RULES_OF_COLOURS: dict[str, Any] = {"runOnly": COLOUR_RULES}
"""For looks in which nothing but colours changes."""
RULES_BUT_COLOURS: dict[str, Any] = {"rules": {each: {"enabled": False} for each in COLOUR_RULES}}
"""For looks in which everything moves, but keeps its colour."""


@dataclass(frozen=True)
class Look:
    """One way of looking at the app."""

    name: str
    media: dict[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (390, 844)
    """The view's width and height in px."""
    text: str = ""
    """The root's font size; empty as the app has it."""
    rules: dict[str, Any] = field(default_factory=dict)
    """What axe is asked, as its run options."""

    def __str__(self) -> str:
        return self.name


LOOKS = (
    Look("light", rules=ALL_RULES),
    Look("dark", media={"color_scheme": "dark"}, rules=RULES_OF_COLOURS),
    Look("forced colours", media={"forced_colors": "active"}, rules=RULES_OF_COLOURS),
    Look("320 px", size=(320, 640), rules=RULES_BUT_COLOURS),
    Look("double text", text=DOUBLE, rules=RULES_BUT_COLOURS),
)
USUAL = LOOKS[0]


class Inspector:
    """Looks at pages in every way and keeps what it finds."""

    def __init__(self, page: Page) -> None:
        self.page = page
        """A page of a context with AXE among its scripts."""
        self.found: dict[str, list[str]] = {}
        """What is wrong, by the page's name and the look."""

    def visit(self, addresses: Iterable[str]) -> None:
        """Open each address and look at it."""
        for address in addresses:
            self.page.goto(address)
            assert self.page.url.endswith(address), "led elsewhere"
            self.inspect(address)

    def inspect(self, name: str) -> None:
        """Look at the page as it is, once its script has shown the buttons that need it."""
        expect(self.page.locator(".figure-toggle[disabled]")).to_have_count(0)
        self.page.evaluate(CHANGE_AT_ONCE)
        for look in LOOKS:
            self._change_to(look)
            found = self.page.evaluate(RUN_AXE, look.rules) + self.page.evaluate(WIDE_ELEMENTS)
            if found:
                self.found[f"{name}, {look}"] = found
        self._change_to(USUAL)

    def _change_to(self, look: Look) -> None:
        media = {"color_scheme": "light", "forced_colors": "none", **look.media}
        self.page.emulate_media(**media)
        width, height = look.size
        if self.page.viewport_size != {"width": width, "height": height}:
            self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate(SET_TEXT, look.text)
