"""The page "With no network": what a phone keeps, and what waits on it."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as Late

from tests.browser.conftest import Faults, Site, UnsteadySite, noon_zone
from tests.browser.inspector import Inspector
from tests.browser.kept_things import KEPT_PAGES, PUT, entry, holds, keeps
from tests.browser.offline_phone import OfflinePhone
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser

NOT_ALL_YET = re.compile("^(Partly ready|Not ready yet)")
TOO_FAR = "That day is too far ahead."


@pytest.fixture
def phone(
    unsteady: UnsteadySite, open_context: Callable[..., BrowserContext], faults: Faults
) -> OfflinePhone:
    """The phone of a new person who follows a programme."""
    # The offline page names no icon: a browser then asks for the usual one.
    faults.expect("favicon.ico")
    person = Somebody(unsteady.app, noon_zone())
    person.follows("low-back")
    return OfflinePhone(unsteady, person, open_context(service_workers="allow"), faults)


def here(page: Page) -> Any:
    """The list of what waits."""
    return page.locator('[data-part="entries"]')


class TestWhatIsKept:
    """The page "With no network"."""

    def test_it_fetches_what_is_missing_says_what_is_kept_and_removes_it(self, phone: OfflinePhone):
        page = phone.page
        keeps(phone, "/settings/")
        page.get_by_role("link", name="With no network").click()
        expect(page.get_by_text(NOT_ALL_YET)).to_be_visible()
        page.get_by_role("button", name="Refresh now").click()
        expect(page.locator('[data-part="done"]')).to_have_text(
            "Everything is up to date.", timeout=60_000
        )
        expect(page.get_by_text("Ready. Today and the sessions")).to_be_visible()
        facts = page.locator('[data-part="facts"]')
        assert int(facts.locator('[data-part="pages"]').inner_text()) > 20
        assert int(facts.locator('[data-part="sessions"]').inner_text()) >= 3
        expect(facts.locator('[data-part="size"]')).to_contain_text("of it your pages")
        expect(facts.locator('[data-part="fetched"]')).to_contain_text("today at")

        page.get_by_role("button", name="Remove what is kept").click()
        expect(page.locator('[data-part="done"]')).to_contain_text("Removed.")
        expect(page.get_by_text("Not ready yet.")).to_be_visible()
        assert page.evaluate(KEPT_PAGES) == []

    def test_it_opens_without_a_network_and_says_that_nothing_can_be_fetched(
        self, phone: OfflinePhone
    ):
        page = phone.page
        keeps(phone, "/today", "/settings/offline")
        phone.loses_the_network()
        phone.opens("/settings/offline")
        expect(page.get_by_role("heading", name="Ready for offline")).to_be_visible()
        page.get_by_role("button", name="Refresh now").click()
        expect(page.locator('[data-part="done"]')).to_contain_text("Not all of it came.")
        assert len(page.evaluate(KEPT_PAGES)) >= 2

    def test_who_wants_nothing_kept_has_nothing_kept_but_what_was_not_sent(
        self, phone: OfflinePhone
    ):
        page = phone.page
        keeps(phone, "/today")
        holds(phone, entry(state="rejected", words=TOO_FAR))
        phone.opens("/settings/offline")
        page.get_by_label("Do not keep my pages on this device").check()
        expect(page.get_by_text("No page of yours is kept")).to_be_visible()
        phone.opens("/progress")
        phone.opens("/settings/offline")
        expect(page.get_by_label("Do not keep my pages on this device")).to_be_checked()
        assert page.evaluate(KEPT_PAGES) == []
        assert len(phone.entries()) == 1
        phone.loses_the_network()
        phone.opens("/today")
        expect(page.get_by_role("heading", level=1)).to_have_text("No connection just now")

    def test_a_browser_that_keeps_nothing_says_so(self, phone: OfflinePhone):
        phone.page.add_init_script(
            "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }"
        )
        phone.opens("/settings/offline")
        expect(phone.page.get_by_text("This browser keeps nothing for the app")).to_be_visible()
        expect(phone.page.get_by_role("heading", name="Ready for offline")).to_be_hidden()


class TestWhatWaits:
    """The list of entries."""

    def test_a_refused_one_says_why_and_can_be_mended_or_dropped_and_undone(
        self, phone: OfflinePhone
    ):
        page = phone.page
        phone.opens("/settings/offline")
        refused = entry(state="rejected", words=TOO_FAR, title="Check-in of a far day")
        holds(phone, refused)
        page.reload()
        expect(page.get_by_text(f"Not taken: {TOO_FAR}")).to_be_visible()
        expect(page.get_by_role("link", name="Mend it")).to_have_attribute("href", "/check-in")

        here(page).get_by_role("button", name="Drop it").click()
        expect(page.get_by_text("nowhere else")).to_be_visible()
        expect(page.get_by_role("button", name="Keep it", exact=True)).to_be_focused()
        page.get_by_role("button", name="Drop it", exact=True).click()
        expect(page.get_by_text("Dropped: Check-in of a far day.")).to_be_visible()
        assert refused["op"] not in [each["op"] for each in phone.entries()]
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text(f"Not taken: {TOO_FAR}")).to_be_visible()
        assert refused["op"] in [each["op"] for each in phone.entries()]

    def test_without_a_network_sending_says_so_and_with_one_it_is_sent(self, phone: OfflinePhone):
        page = phone.page
        keeps(phone, "/settings/offline")
        phone.loses_the_network()
        phone.opens("/settings/offline")
        expect(page.get_by_text("Nothing waits.")).to_be_visible()
        holds(phone, entry())
        page.reload()
        expect(page.get_by_text("1 entry waits.")).to_be_visible()
        page.get_by_role("button", name="Send now").click()
        expect(page.locator('[data-part="sending"]')).to_contain_text("could not be sent")
        phone.has_a_network_again()
        # It may have been sent by itself already.
        send = page.get_by_role("button", name="Send now")
        with suppress(Late):
            send.click(timeout=1000)
        expect(page.get_by_text("Nothing waits.")).to_be_visible()
        assert phone.person.check_in_on(phone.person.today) is not None

    def test_two_hundred_are_shown_ten_at_first_and_the_rest_on_demand(self, phone: OfflinePhone):
        page = phone.page
        phone.opens("/settings/offline")
        long = "Donaudampfschifffahrtsgesellschaft" * 6
        many = [entry(state="rejected", words=long, title=f"{long} {n}") for n in range(200)]
        holds(phone, *many)
        page.reload()
        expect(page.get_by_text("200 entries were not taken.")).to_be_visible()
        expect(here(page).locator("li")).to_have_count(10)
        page.get_by_role("button", name="Show the other 190").click()
        expect(here(page).locator("li")).to_have_count(200)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Drop it").nth(3).click()
        expect(here(page).locator("li")).to_have_count(200)


def test_what_waits_is_accessible(inspector: Inspector, site: Site):
    page = inspector.page
    person = Somebody(site.app, noon_zone())
    person.has_an_account()
    person.signs_in(page.context, site.origin)
    page.goto("/settings/offline")
    long = "Donaudampfschifffahrtsgesellschaft"
    refused = entry(state="rejected", words=f"{TOO_FAR} {long}", title=f"Check-in {long}")
    also = entry(state="rejected", said=[["Stiffness", "4"], ["In your words", long]])
    page.evaluate(PUT, [str(person.public_id), [refused, also, entry(state="rejected")]])
    page.reload()
    here(page).get_by_text("What you wrote").click()
    here(page).get_by_role("button", name="Drop it").nth(1).click()
    inspector.inspect("what waits")
    assert inspector.found == {}
