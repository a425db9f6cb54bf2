"""What is left of somebody on a phone that they leave: nothing, but what was not sent unless they say so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser.conftest import Faults, Site, UnsteadySite, noon_zone
from tests.browser.firefox_browser import Firefox, installed_firefox, until
from tests.browser.inspector import Inspector
from tests.browser.kept_things import DATABASES, KEPT_PAGES, PUT, database_of, entry, holds, keeps
from tests.browser.offline_phone import OfflinePhone, entries_of, read, soon
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser


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


class TestSigningOut:
    """Nothing stays, and nothing is lost unasked."""

    def test_pages_and_entries_are_gone_and_back_shows_nothing(self, phone: OfflinePhone):
        page = phone.page
        keeps(phone, "/today", "/progress", "/settings/")
        signs_out(page)
        page.wait_for_url("**/settings/deleted")
        assert page.evaluate(KEPT_PAGES) == []
        assert database_of(phone.person) not in page.evaluate(DATABASES)
        for _ in range(2):
            page.go_back()
            expect(page.locator("[data-private], nav.tabs")).to_have_count(0)
        phone.loses_the_network()
        phone.opens("/today")
        expect(page.get_by_role("heading", level=1)).to_have_text("No connection just now")
        expect(page.get_by_text("Here is what this phone keeps")).to_be_hidden()

    def test_what_was_not_sent_is_asked_about_stays_or_is_sent_first(self, phone: OfflinePhone):
        page = phone.page
        phone.person.has_an_account()
        keeps(phone, "/settings/")
        phone.network.down()
        holds(phone, entry())
        signs_out(page)
        dialog = page.get_by_role("dialog", name="Not everything has been sent")
        expect(dialog).to_contain_text("One entry is only on this device.")
        expect(dialog).to_contain_text("Check-in of today")
        dialog.get_by_role("button", name="Stay").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_focused()
        assert len(phone.entries()) == 1

        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        signs_out(page)
        dialog.get_by_role("button", name="Send now").click()
        expect(dialog.get_by_role("status")).to_contain_text("They stay on this device.")
        phone.network.fine()
        dialog.get_by_role("button", name="Send now").click()
        page.wait_for_url(phone.unsteady.origin + "/")
        assert phone.person.check_in_on(phone.person.today) is not None
        assert database_of(phone.person) not in page.evaluate(DATABASES)

    def test_what_was_not_sent_can_be_thrown_away(self, phone: OfflinePhone):
        page = phone.page
        phone.person.has_an_account()
        phone.opens("/settings/")
        holds(phone, *[entry(state="rejected", title=f"Entry {n}") for n in range(7)])
        signs_out(page)
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("7 of them were not taken")
        expect(dialog).to_contain_text("and 2 more")
        expect(dialog.get_by_role("button", name="Send now")).to_be_hidden()
        dialog.get_by_role("button", name="Throw away and sign out").click()
        page.wait_for_url(phone.unsteady.origin + "/")
        assert database_of(phone.person) not in page.evaluate(DATABASES)
        assert phone.person.check_in_on(phone.person.today) is None

    def test_without_a_network_the_phone_is_wiped_and_the_server_told_before_anything_is_shown(
        self, phone: OfflinePhone
    ):
        page = phone.page
        phone.person.has_an_account()
        keeps(phone, "/today", "/settings/")
        phone.loses_the_network()
        signs_out(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "You are signed out on this device"
        )
        expect(page.get_by_text("the server does not know yet")).to_be_visible()
        assert page.evaluate(KEPT_PAGES) == []
        phone.opens("/today")
        expect(page.get_by_text("You signed out on this device")).to_be_visible()
        assert phone.person.is_signed_in()
        page.goto("about:blank")
        phone.has_a_network_again()
        phone.opens("/today")
        expect(page).to_have_url(phone.unsteady.origin + "/")
        assert not phone.person.is_signed_in()
        assert page.evaluate(KEPT_PAGES) == []

    def test_a_sign_out_that_waits_never_signs_out_whoever_came_since(self, phone: OfflinePhone):
        other = Somebody(phone.unsteady.app, noon_zone())
        page = phone.page
        phone.person.has_an_account()
        keeps(phone, "/today", "/settings/")
        phone.loses_the_network()
        signs_out(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("You are signed out")
        page.goto("about:blank")
        other.signs_in(phone.context, phone.unsteady.origin)
        phone.has_a_network_again()
        phone.opens("/today")
        expect(page.locator("body")).to_have_attribute("data-user", str(other.public_id))
        assert other.is_signed_in()
        assert read(page, "good-days-device", "facts", "leaving") is None

    def test_the_other_tab_shows_nothing_either(self, phone: OfflinePhone):
        phone.person.has_an_account()
        phone.opens("/settings/")
        other = phone.context.new_page()
        other.goto(phone.unsteady.origin + "/progress")
        expect(other.get_by_role("heading", level=1)).to_have_text("Progress")
        is_quiet(other)
        signs_out(phone.page)
        phone.page.wait_for_url(phone.unsteady.origin + "/")
        expect(other.locator("[data-private]")).to_have_count(0)


class TestSomebodyElse:
    """What waits is sent by whoever wrote it, and seen by nobody else."""

    def test_entries_outlast_a_sign_in_that_ended_and_somebody_else(self, phone: OfflinePhone):
        ana, page = phone.person, phone.page
        bo = Somebody(phone.unsteady.app, noon_zone())
        ana.has_an_account()
        keeps(phone, "/today")
        phone.loses_the_network()
        holds(phone, entry(title="What Ana wrote"))
        page.goto("about:blank")
        ana.is_signed_out_everywhere()
        phone.has_a_network_again()
        phone.opens("/sign-in")
        waits = page.get_by_text("One entry waits on this device for the person who wrote it.")
        expect(waits).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("Ana")
        assert page.evaluate(KEPT_PAGES) == []

        bo.signs_in(phone.context, phone.unsteady.origin)
        phone.opens("/settings/offline")
        expect(page.get_by_text("Nothing waits.")).to_be_visible()
        phone.opens("/today")
        is_quiet(page)
        assert len(entries_of(page, ana)) == 1
        assert bo.operations() == 0

        ana.signs_in(phone.context, phone.unsteady.origin)
        phone.opens("/today")
        phone.has_nothing_waiting()
        assert ana.check_in_on(ana.today) is not None
        assert bo.check_in_on(bo.today) is None


class TestDeleting:
    """An account that is deleted leaves nothing on the phone that deletes it."""

    def test_everything_of_that_person_goes_and_nothing_of_others(self, phone: OfflinePhone):
        page = phone.page
        other = Somebody(phone.unsteady.app, noon_zone())
        keeps(phone, "/today")
        phone.opens("/settings/delete")
        holds(phone, entry(state="rejected"))
        page.evaluate(PUT, [str(other.public_id), [entry()]])
        page.get_by_label("Type the word delete").fill("delete")
        page.get_by_role("button", name="Delete everything for good").click()
        page.wait_for_url("**/settings/deleted")
        soon(lambda: database_of(phone.person) not in page.evaluate(DATABASES), page)
        assert page.evaluate(KEPT_PAGES) == []
        assert len(entries_of(page, other)) == 1


def test_the_question_before_leaving_is_accessible(inspector: Inspector, site: Site):
    page = inspector.page
    person = Somebody(site.app, noon_zone())
    person.has_an_account()
    person.signs_in(page.context, site.origin)
    page.goto("/settings/")
    refused = entry(state="rejected", title="Donaudampfschifffahrtsgesellschaft")
    page.evaluate(PUT, [str(person.public_id), [refused]])
    signs_out(page)
    expect(page.get_by_role("dialog")).to_be_visible()
    inspector.inspect("the question before leaving")
    assert inspector.found == {}


@pytest.fixture
def firefox(tmp_path: Path, unsteady: UnsteadySite, playwright: Playwright) -> Iterator[Firefox]:
    """A Firefox of its own, whose network is the unsteady one."""
    firefox = Firefox(installed_firefox(playwright), tmp_path, unsteady.origin)
    yield firefox
    firefox.close()


def test_back_after_signing_out_shows_nothing_in_firefox_either(
    firefox: Firefox, unsteady: UnsteadySite
):
    person = Somebody(unsteady.app, noon_zone())
    person.has_an_account()
    firefox.is_the_phone_of(person)
    firefox.goes_to("/progress")
    firefox.goes_to("/settings/offline")
    said = "return document.querySelector('[data-part=state-words]').textContent;"
    until(lambda: "eady" in firefox.runs(said))
    assert firefox.runs("return document.querySelector('[data-part=no-storage]').hidden;")
    firefox.goes_to("/settings/")
    firefox.awaits("await navigator.serviceWorker.ready; return true;")
    firefox.clicks("//form[@data-component='sign-out']//button")
    until(lambda: firefox.path() == "/")
    assert not person.is_signed_in()
    for _ in range(2):
        firefox.ask("WebDriver:Back")
        until(lambda: not firefox.runs("return document.querySelector('[data-private]') !== null"))
    kept = "return (await caches.keys()).filter((name) => name.startsWith('pages-'));"
    assert firefox.awaits(kept) == []


def signs_out(page: Page) -> None:
    """Press the button, which who has no account finds under a line that says what it deletes."""
    fold = page.get_by_text("Sign out and delete everything")
    if fold.count():
        fold.click()
    page.locator('form[data-component="sign-out"] button').click()


def is_quiet(page: Page) -> None:
    """Wait until the page looks after itself: its worker, what waits, and other tabs."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(1200)
