"""The basic cases without a network in Firefox and in WebKit, the engine of every iPhone."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser.conftest import UnsteadySite, noon_zone
from tests.browser.firefox_browser import Firefox, installed_firefox
from tests.browser.offline_phone import IS_ACTIVE, KEEPS, READ
from tests.browser.people import Somebody
from tests.browser.webkit_browser import BrowserDied, a_webkit

pytestmark = pytest.mark.browser

WITHIN_S = 40
# What the page is, for a test that waited in vain.
TELL = """return [location.href, document.title, document.querySelector("main")?.textContent];"""
# Answers one question of the check-in and presses Save.
SAVE = """const form = document.querySelector("form#check-in");
form.querySelector("input[name=stiffness][value='4']").checked = true;
form.querySelector("button.check-in-save").click();"""


class Elsewhere:
    """Somebody's phone in a browser that Playwright does not drive."""

    def __init__(
        self, goes_to: Callable[[str], None], runs: Callable[..., Any], unsteady: UnsteadySite
    ) -> None:
        """Only remembers how it is driven.

        Args:
            goes_to: opens a path.
            runs: runs the body of an async function in the page, with `arguments`.
            unsteady: the site.
        """
        self.goes_to = goes_to
        self.runs = runs
        self.network = unsteady.network

    def keeps(self, *paths: str) -> None:
        """Visit Today once, and then pages until the browser keeps them."""
        self.goes_to("/today")
        self.says("h1", "Today")
        self.runs(f"await ({IS_ACTIVE})();")
        for path in paths:
            self.goes_to(path)
            self.has(f"await ({KEEPS})({path!r})")

    def has(self, condition: str, *given: Any) -> None:
        """Wait until a condition holds in the page."""
        deadline = time.monotonic() + WITHIN_S
        while not self._holds(condition, given):
            assert time.monotonic() < deadline, (condition, given, self.runs(TELL))
            time.sleep(0.1)

    def _holds(self, condition: str, given: tuple[Any, ...]) -> bool:
        # A driver says so when the page goes away in the middle of it.
        try:
            return bool(self.runs(f"return Boolean({condition});", *given))
        except AssertionError:
            return False

    def says(self, selector: str, text: str) -> None:
        """Wait until an element says something."""
        words = "document.querySelector(arguments[0])?.textContent.includes(arguments[1])"
        self.has(words, selector, text)

    def waiting(self, person: Somebody) -> list[Any]:
        """Return the entries that wait."""
        return self.runs(READ, f"good-days-{person.public_id}", "entries", None) or []


def test_firefox(unsteady: UnsteadySite, tmp_path: Path, playwright: Playwright):
    person = Somebody(unsteady.app, noon_zone())
    firefox = Firefox(installed_firefox(playwright), tmp_path, unsteady.origin)
    try:
        firefox.is_the_phone_of(person)
        a_check_in_without_a_network(Elsewhere(firefox.goes_to, firefox.awaits, unsteady), person)
    finally:
        firefox.close()


def test_webkit(unsteady: UnsteadySite, playwright: Playwright):
    # Debian's WebKit now and then dies in its first seconds on a busy machine: then another one.
    try:
        in_webkit(unsteady, playwright)
    except BrowserDied:
        in_webkit(unsteady, playwright)


def in_webkit(unsteady: UnsteadySite, playwright: Playwright) -> None:
    """Do it in a WebKit of its own."""
    person = Somebody(unsteady.app, noon_zone())
    with a_webkit(playwright, unsteady, waits=False) as webkit:
        webkit.signs_in(person)
        a_check_in_without_a_network(Elsewhere(webkit.goes_to, webkit.runs, unsteady), person)


def a_check_in_without_a_network(phone: Elsewhere, person: Somebody) -> None:
    """Start the app offline, check in, find it there; with a network again it arrives once."""
    phone.keeps("/today", "/progress")
    phone.network.down()
    phone.goes_to("/today")
    phone.says("h1", "Today")
    phone.runs(SAVE)
    phone.says(".on-phone h2", "Saved on this phone")
    phone.goes_to("/progress")
    phone.says("h1", "Progress")
    phone.says(".waiting-line", "1 entry waits on this phone")
    phone.goes_to("/movements/cat-cow")
    phone.says("h1", "No connection")
    phone.goes_to("/today")
    phone.says(".on-phone", "Only on this phone so far")
    assert len(phone.waiting(person)) == 1
    assert person.check_in_on(person.today) is None

    phone.network.silent()
    began = time.monotonic()
    # As a tap does it: the drivers wait for everything, also for what no person sees.
    phone.runs("setTimeout(() => document.querySelector('nav a[href$=progress]').click(), 100);")
    phone.says("h1", "Progress")
    assert time.monotonic() - began < 5, "2.5 s of patience, and what a busy machine adds"

    phone.network.fine()
    phone.network.lose_answer("/api/outbox")
    phone.goes_to("/today")
    phone.says(".on-phone", "It is sent.")
    assert phone.waiting(person) == []
    assert person.check_in_on(person.today) == {"stiffness": 4}
    assert person.operations() == 1
    # One more where it was tried while nothing answered.
    assert len(phone.network.posts("/api/outbox")) in (2, 3)
