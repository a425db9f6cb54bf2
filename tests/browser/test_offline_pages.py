"""After one visit the app starts without a network: its pages, and nobody else's."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import devices
from tests.browser.conftest import PHONE, Faults, UnsteadySite, noon_zone
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser

FACT = """async (name) => {
  const database = await new Promise((done, fail) => {
    const opening = indexedDB.open("good-days-device", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("facts");
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => fail(opening.error);
  });
  const asked = database.transaction("facts").objectStore("facts").get(name);
  await new Promise((done) => { asked.onsuccess = done; });
  database.close();
  return asked.result ?? null;
}"""
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const keys = await (await caches.open(name)).keys();
    found[name] = keys.map(({ url }) => url.replace(location.origin, ""));
  }
  return found;
}"""
NO_NETWORK = ("ERR_", "Failed to fetch", "NetworkError")
SOON_MS = 60_000


class Phone:
    """A phone with the app, and whoever is signed in on it."""

    def __init__(self, context: BrowserContext, unsteady: UnsteadySite) -> None:
        context.set_default_timeout(SOON_MS)
        self.page = context.new_page()
        self.site = unsteady
        self.person = Somebody(unsteady.app, noon_zone())
        self.session_id: UUID = self.person.follows("low-back")
        self.person.signs_in(context, unsteady.origin)

    def goto(self, path: str) -> None:
        self.page.goto(self.site.origin + path)

    def fact(self, name: str) -> Any:
        return self.page.evaluate(FACT, name)

    def kept(self) -> dict[str, list[str]]:
        """Return the addresses in each cache."""
        return dict(self.page.evaluate(KEPT))

    def kept_pages(self) -> list[str]:
        """Return the pages that are kept, whosever they are."""
        return [
            key for name, keys in self.kept().items() if name.startswith("pages-") for key in keys
        ]

    def is_ready(self) -> None:
        """Wait until all that is the person's own is kept; the rest of the library comes last."""
        poll(lambda: "/programmes" in self.kept_pages())

    def heading(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)

    @property
    def today(self) -> date:
        """The person's own day."""
        return local_day(datetime.now(UTC), self.person.time_zone)


@pytest.fixture(scope="module")
def shared(browser: Browser, unsteady_site: UnsteadySite) -> Iterator[Phone]:
    """One phone for all tests that only look: after one visit, everything fetched ahead."""
    context = browser.new_context(
        viewport=PHONE, locale="en-GB", timezone_id=noon_zone(), service_workers="allow"
    )
    phone = Phone(context, unsteady_site)
    phone.goto("/today")
    poll(lambda: is_whole(phone))
    yield phone
    context.close()


def is_whole(phone: Phone) -> bool:
    found = phone.fact("warmed")
    return bool(found) and found["pages"] == found["wanted"]


@pytest.fixture
def warmed(shared: Phone, unsteady: UnsteadySite) -> Phone:
    """That phone, with a network."""
    return shared


@pytest.fixture
def phone(
    open_context: Callable[..., BrowserContext], unsteady: UnsteadySite, faults: Faults
) -> Phone:
    """A fresh phone, with somebody who is signed in and was on no page yet."""
    faults.expect(*NO_NETWORK)
    return Phone(open_context(service_workers="allow"), unsteady)


@pytest.fixture
def ready(phone: Phone) -> Phone:
    """A fresh phone after one visit."""
    phone.goto("/today")
    phone.is_ready()
    return phone


def test_after_one_visit_every_kind_of_page_is_there(warmed: Phone, unsteady: UnsteadySite):
    unsteady.network.down()
    for path, heading in {
        "/today": "Today",
        "/check-in": "How is today?",
        f"/check-in/{warmed.today - timedelta(days=3)}": re.compile("How was"),
        "/today/ahead": "The coming days",
        f"/sessions/{warmed.session_id}": re.compile("Main session"),
        "/progress": "Progress",
        "/plan": re.compile("Low back"),
        "/plan/why": "Why your plan is as it is",
        "/programmes": "Practise",
        "/programmes/low-back": re.compile("Low back"),
        "/movements": "Movements",
        "/movements/neck-turns": "Active neck turns",
        "/worry?session=elsewhere": re.compile(".+"),
        "/safety": re.compile("What holds"),
        "/setback-card": re.compile(".+"),
        "/settings/": "You",
    }.items():
        warmed.goto(path)
        warmed.heading(heading)
        if not path.startswith("/sessions"):
            expect(warmed.page.locator(".kept-line")).to_contain_text("No network just now.")


def test_the_app_starts_at_today_without_a_network(warmed: Phone, unsteady: UnsteadySite):
    unsteady.network.down()
    began = time.monotonic()
    warmed.goto("/")
    assert time.monotonic() - began < 2
    expect(warmed.page).to_have_url(re.compile(r"/today$"))
    warmed.heading("Today")
    expect(warmed.page.locator(".session-card")).to_contain_text("Main session")
    warmed.page.locator(".session-card").get_by_role("link", name="Start").click()
    expect(warmed.page.locator('[data-player="start"]')).to_be_enabled()


def test_a_page_that_is_not_kept_says_so_and_offers_what_is(warmed: Phone, unsteady: UnsteadySite):
    unsteady.network.down()
    warmed.goto("/settings/profile")
    warmed.heading("No connection just now")
    offered = warmed.page.locator('[data-offline="kept"]')
    expect(offered.get_by_role("heading", level=2)).to_have_text("Here is what this phone keeps")
    for name in ("Today", "Check in", "Progress", "Main session, today", "Main session, tomorrow"):
        expect(offered.get_by_role("link", name=name, exact=True)).to_be_visible()
    offered.locator("summary", has_text="Movements").click()
    offered.get_by_role("link", name="Active neck turns").click()
    warmed.heading("Active neck turns")
    warmed.page.go_back()
    warmed.page.evaluate("document.title = 'waits'")
    unsteady.network.fine()
    warmed.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(warmed.page).to_have_title(re.compile("Good Days"))
    expect(warmed.page.get_by_label("What should we call you?")).to_be_visible()


def days_later(phone: Phone, days: int) -> None:
    """Move the clocks of the phone on by some days: the worker's, and that of its pages."""
    [worker] = phone.page.context.service_workers
    worker.evaluate(
        "(ms) => { const now = Date.now; Date.now = () => now() + ms; }", days * 86_400_000
    )
    now = datetime.fromtimestamp(phone.page.evaluate("Date.now()") / 1000, UTC)
    phone.page.clock.set_system_time(now + timedelta(days=days))


def test_on_another_day_today_is_the_day_that_it_is(ready: Phone, unsteady: UnsteadySite):
    """The phone was last online the day before, then for a week, then for a month."""
    page, tomorrow = ready.page, ready.today + timedelta(days=1)
    unsteady.network.down()
    days_later(ready, 1)
    ready.goto("/today")
    ready.heading("Today")
    shown = page.locator("section[data-day]:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("data-day", str(tomorrow))
    expect(shown).to_contain_text("today")
    shown.get_by_role("link", name=re.compile("^Open")).click()
    expect(page.locator('[data-player="start"]')).to_be_visible()
    plan = page.locator("#session-data").evaluate("(element) => JSON.parse(element.textContent)")
    assert plan["day"] == str(tomorrow), "the player's page is of that day too"
    ready.goto("/today")
    shown.get_by_role("link", name="Check in").click()
    ready.heading("How is today?")
    expect(
        page.locator(f'#check-in form[action="/check-in/{tomorrow}"], form#check-in')
    ).to_have_count(1)
    ready.goto("/check-in")
    ready.heading("How is today?")
    expect(page.locator(".eyebrow")).to_contain_text(str(tomorrow.day))

    days_later(ready, 7)
    ready.goto("/today")
    expect(page.get_by_text("This plan ends before today.")).to_be_visible()
    expect(shown).to_have_count(0)

    days_later(ready, 23)
    for path in ("/today", "/progress", "/today/ahead"):
        ready.goto(path)
        ready.heading("No connection just now")


class TestASlowOrLyingNetwork:
    def test_a_silent_server_shows_a_page_within_three_seconds(
        self, warmed: Phone, unsteady: UnsteadySite
    ):
        unsteady.network.silent()
        for path, heading in (
            ("/progress", "Progress"),
            ("/settings/profile", "No connection just now"),
        ):
            began = time.monotonic()
            warmed.goto(path)
            warmed.heading(heading)
            assert time.monotonic() - began < 3.2, path

    def test_a_page_that_comes_late_is_shown_after_all(self, warmed: Phone, unsteady: UnsteadySite):
        unsteady.network.slow(4_000)
        warmed.goto("/settings/sessions")
        expect(warmed.page.locator('[data-offline="lead"]')).to_contain_text("very slow")
        expect(warmed.page.locator("body[data-user] form").first).to_be_visible(timeout=15_000)

    def test_a_server_that_is_away_behind_its_proxy_is_no_network(
        self, warmed: Phone, unsteady: UnsteadySite, faults: Faults
    ):
        faults.expect("502")
        unsteady.stops()
        warmed.goto("/progress")
        warmed.heading("Progress")

    def test_a_form_that_cannot_be_sent_says_so(self, warmed: Phone, unsteady: UnsteadySite):
        warmed.goto("/settings/sounds")
        warmed.goto("/today")
        unsteady.network.down()
        warmed.page.get_by_text("Shorter, another day, or skip").first.click()
        warmed.page.evaluate(
            "HTMLFormElement.prototype.submit.call(document.querySelector('form[action$=\"/skip\"]'))"
        )
        warmed.heading("That needs a network")
        warmed.page.get_by_role("button", name="Go back").click()
        warmed.heading("Today")


class TestFreshness:
    def test_after_a_check_in_the_kept_pages_say_it(self, ready: Phone, unsteady: UnsteadySite):
        before = ready.page.evaluate("Date.now()")
        ready.goto("/check-in")
        ready.page.locator('input[name="stiffness"][value="6"]').first.check(force=True)
        with ready.page.expect_response(re.compile("/check-in$")):
            ready.page.locator("#check-in").get_by_role("button", name="Save", exact=True).click()
        expect(ready.page.locator("#check-in-title")).to_be_visible()
        poll(lambda: (ready.fact("written") or 0) > before)
        poll(lambda: (ready.fact("warmed") or {"at": 0})["at"] > ready.fact("written"))
        unsteady.network.down()
        ready.goto("/today")
        expect(ready.page.locator("#check-in-title")).to_be_visible()
        ready.goto("/progress")
        expect(ready.page.locator(".diary")).to_contain_text("stiffness 6")

    def test_a_second_visit_asks_for_little(self, warmed: Phone, unsteady: UnsteadySite):
        warmed.goto("/today")
        warmed.page.wait_for_load_state("networkidle")
        unsteady.network.arrived.clear()
        warmed.goto("/today")
        warmed.page.wait_for_load_state("networkidle")
        warmed.page.wait_for_timeout(500)
        asked = [each.path for each in unsteady.network.arrived]
        assert asked.count("/today") == 1
        assert set(asked) <= {"/today", "/sw.js", "/reminders/devices/state"}, asked

    def test_under_save_data_nothing_is_fetched_ahead(self, phone: Phone):
        phone.page.add_init_script(
            "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
        )
        phone.goto("/today")
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        phone.page.wait_for_timeout(1_500)
        assert phone.fact("warmed") is None
        assert phone.kept_pages() == []

    def test_who_wants_nothing_kept_has_nothing_kept(self, phone: Phone, unsteady: UnsteadySite):
        phone.goto("/movements")
        phone.page.evaluate(
            """async () => {
              const database = await new Promise((done) => {
                const opening = indexedDB.open("good-days-device", 1);
                opening.onupgradeneeded = () => opening.result.createObjectStore("facts");
                opening.onsuccess = () => done(opening.result);
              });
              const writing = database.transaction("facts", "readwrite");
              writing.objectStore("facts").put(true, "keepNothing");
              await new Promise((done) => { writing.oncomplete = done; });
              database.close();
            }"""
        )
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        for path in ("/today", "/progress"):
            phone.goto(path)
        phone.page.wait_for_timeout(500)
        assert phone.kept_pages() == [] or "/today" not in phone.kept_pages()
        unsteady.network.down()
        phone.goto("/today")
        phone.heading("No connection just now")
        expect(phone.page.locator('[data-offline="kept"]')).to_be_hidden()


class TestNobodyElse:
    """Nothing of hers is ever shown to another person, or to nobody."""

    def test_another_person_sees_only_their_own_and_nobody_nothing(
        self, ready: Phone, unsteady: UnsteadySite
    ):
        hers = str(ready.session_id)
        other = Somebody(unsteady.app, noon_zone())
        other.follows("neck-and-desk")
        other.signs_in(ready.page.context, unsteady.origin)
        ready.goto("/progress")
        poll(lambda: "/progress" in ready.kept_pages() and hers not in str(ready.kept()))
        unsteady.network.down()
        ready.goto(f"/sessions/{hers}")
        ready.heading("No connection just now")
        assert f'"/sessions/{hers}"' not in ready.page.locator("main").inner_html()

        unsteady.network.fine()
        with unsteady.app.app_context():
            devices.close_device(other.token)
            db.session.commit()
        ready.goto("/today")
        expect(ready.page.locator("body[data-user]")).to_have_count(0)
        poll(lambda: ready.kept_pages() == [])
        unsteady.network.down()
        for path in ("/today", "/progress", "/"):
            ready.goto(path)
            ready.heading("No connection just now")
            expect(ready.page.locator('[data-offline="kept"]')).to_be_hidden()

    def test_what_is_still_on_its_way_at_a_sign_out_is_not_kept(
        self, ready: Phone, unsteady: UnsteadySite
    ):
        """One tab fetches everything anew while she signs out in another."""
        with unsteady.app.app_context():
            # Who could never come back would be asked to delete everything instead.
            db.session.get_one(User, ready.person.id).email = f"{ready.session_id}@example.org"
            db.session.commit()
        ready.page.evaluate(
            """async () => {
              const database = await new Promise((done) => {
                const opening = indexedDB.open("good-days-device", 1);
                opening.onsuccess = () => done(opening.result);
              });
              const writing = database.transaction("facts", "readwrite");
              writing.objectStore("facts").delete("warmed");
              await new Promise((done) => { writing.oncomplete = done; });
              database.close();
              for (const name of await caches.keys()) if (name.startsWith("pages-")) await caches.delete(name);
              window.dispatchEvent(new Event("online"));
            }"""
        )
        poll(lambda: len(ready.kept_pages()) > 5)
        other = ready.page.context.new_page()
        other.goto(f"{unsteady.origin}/settings/")
        assert ready.fact("warmed") is None, "it is still at it"
        other.get_by_role("button", name="Sign out").first.click()
        other.wait_for_url(lambda url: "/settings" not in url)
        ready.page.wait_for_timeout(1_500)
        assert ready.kept_pages() == []
        assert ready.fact("warmed") is None
        unsteady.network.down()
        other.goto(f"{unsteady.origin}/today")
        expect(other.get_by_role("heading", level=1)).to_have_text("No connection just now")


class TestANewVersion:
    def test_files_of_the_build_before_are_there_until_the_pages_are_new(
        self, ready: Phone, unsteady: UnsteadySite
    ):
        old = "/static/dist/page.0123456789.js"
        page = ready.page
        page.evaluate(
            """async (url) => {
              const [name] = (await caches.keys()).filter((each) => each.startsWith("workbox-precache"));
              await (await caches.open(name)).put(url, new Response("// old"));
            }""",
            old,
        )
        unsteady.network.new_worker()
        ready.goto("/progress")
        bar = page.locator("#update-bar")
        expect(bar).to_contain_text("A new version is ready.")
        with page.expect_event("load"):
            bar.get_by_role("button", name="Reload").click()
        poll(lambda: old not in str({k: v for k, v in ready.kept().items() if "precache" in k}))
        unsteady.network.down()
        assert page.evaluate("(url) => fetch(url).then((answer) => answer.text())", old) == "// old"
        ready.goto("/today")
        ready.heading("Today")
        unsteady.network.fine()
        page.evaluate(OTHER_BUILD)
        ready.goto("/progress")
        poll(lambda: "shell-before" not in ready.kept())


OTHER_BUILD = """async () => {
  const database = await new Promise((done) => {
    const opening = indexedDB.open("good-days-device", 1);
    opening.onsuccess = () => done(opening.result);
  });
  const facts = database.transaction("facts", "readwrite").objectStore("facts");
  const asked = facts.get("warmed");
  await new Promise((done) => { asked.onsuccess = done; });
  const put = facts.put({ ...asked.result, build: "before" }, "warmed");
  await new Promise((done) => { put.onsuccess = done; });
  database.close();
}"""


def poll(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + SOON_MS / 1000
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)
