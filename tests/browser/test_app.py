"""The installable app: worker, offline page, updates on consent, manifest, and no script at all."""

import http.client
import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import TODAY, Faults, Site, noon_zone
from tests.browser.onboarding import gets_to_the_plan
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser

CACHED_ADDRESSES = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    if (name.startsWith("pages-")) continue;
    for (const request of await (await caches.open(name)).keys()) found.push(request.url);
  }
  return found;
}"""
IS_CONTROLLED = """async () => {
  await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller) return true;
  return new Promise((done) => navigator.serviceWorker.addEventListener(
    "controllerchange", () => done(true), { once: true }));
}"""
IS_ACTIVE = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  if (active.state === "activated") return true;
  return new Promise((done) => active.addEventListener("statechange", () => done(true)));
}"""
HEADERS_LEFT_OUT = {"Accept-Encoding", "If-None-Match", "If-Modified-Since"}
HEADERS_OF_ONE_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}


class NewVersions:
    """The site behind a door that can serve a newer service worker."""

    def __init__(self, site: Site) -> None:
        self.site_port = int(site.origin.rsplit(":", 1)[1])
        self.addition = b""
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.origin = f"http://localhost:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def publish(self) -> None:
        """Serve another service worker from now on."""
        self.addition += b"\n// newer\n"

    def close(self) -> None:
        """Close the door."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        door = self

        class Door(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site = http.client.HTTPConnection("127.0.0.1", door.site_port)
                # A browser may go away in the middle of an answer.
                with closing(site), suppress(BrokenPipeError, ConnectionResetError):
                    self._pass_on(site)

            def _pass_on(self, site: http.client.HTTPConnection) -> None:
                asked = {k: v for k, v in self.headers.items() if k not in HEADERS_LEFT_OUT}
                site.request("GET", self.path, headers=asked)
                answer = site.getresponse()
                body = answer.read()
                if self.path == "/sw.js" and answer.status == 200:
                    body += door.addition
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HEADERS_OF_ONE_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                pass

        return Door


@pytest.fixture
def new_versions(site: Site) -> Iterator[NewVersions]:
    """A door to the site that can serve a newer service worker."""
    door = NewVersions(site)
    yield door
    door.close()


@pytest.fixture
def app_page(open_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone where service workers are allowed."""
    return open_context(service_workers="allow").new_page()


@pytest.fixture
def follower(app_page: Page, site: Site) -> Somebody:
    """The person whose phone `app_page` is on."""
    person = Somebody(site.app, noon_zone())
    person.follows("low-back")
    person.signs_in(app_page.context, site.origin)
    return person


class TestServiceWorker:
    """It keeps the shell, a person's pages in a store of their own, and else the offline page."""

    def test_what_is_personal_is_in_a_store_of_its_own(
        self, app_page: Page, follower: Somebody, site: Site
    ):
        app_page.goto("/today")
        assert app_page.evaluate(IS_ACTIVE)
        for address in ("/progress", "/check-in", "/movements/neck-turns", "/today"):
            app_page.goto(address)
        assert app_page.evaluate(IS_CONTROLLED)
        public = app_page.evaluate(CACHED_ADDRESSES)
        kept = {url.removeprefix(site.origin) for url in public}
        assert any(url.startswith("/offline") for url in kept)
        assert any(re.match(r"/static/dist/main\.\w+\.css$", url) for url in kept)
        outside_shell = [
            url for url in kept if not re.match(r"/(offline|static/(dist|figures|voice)/)", url)
        ]
        assert outside_shell == []

    def test_without_a_network_it_says_so_and_comes_back_by_itself(
        self, app_page: Page, follower: Somebody, faults: Faults
    ):
        faults.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
        app_page.goto("/today")
        assert app_page.evaluate(IS_ACTIVE)
        app_page.goto("/today")
        app_page.context.set_offline(True)
        app_page.goto("/settings/profile")
        expect(app_page.get_by_role("heading", level=1)).to_have_text("No connection just now")
        expect(app_page.locator("nav, form, [data-private]")).to_have_count(0)
        assert "Low back" not in app_page.content()
        colours = app_page.evaluate("() => getComputedStyle(document.body).fontFamily")
        assert "serif" not in colours.split(",")[0], "the kept style sheet is in use"

        app_page.context.set_offline(False)
        expect(app_page.get_by_label("What should we call you?")).to_be_visible()

    def test_a_new_version_waits_for_a_yes(
        self, app_page: Page, site: Site, new_versions: NewVersions
    ):
        person = Somebody(site.app, noon_zone())
        session_id = person.follows("low-back")
        person.signs_in(app_page.context, new_versions.origin)
        at = new_versions.origin
        app_page.goto(at + "/today")
        assert app_page.evaluate(IS_ACTIVE)
        app_page.goto(at + "/today")
        assert app_page.evaluate(IS_CONTROLLED)
        bar = app_page.locator("#update-bar")
        expect(bar).to_have_count(0)

        new_versions.publish()
        app_page.goto(at + "/progress")
        # All of the new one is fetched first.
        expect(bar).to_contain_text("A new version is ready.", timeout=30_000)
        bar.get_by_role("button", name="Later").click()
        expect(bar).to_have_count(0)
        assert self.waits(app_page), "it was not taken unasked"

        app_page.goto(f"{at}/sessions/{session_id}")
        expect(app_page.get_by_role("button", name="None of these: start")).to_be_enabled()
        assert self.waits(app_page)
        expect(bar).to_have_count(0)

        app_page.goto(at + "/today")
        with app_page.expect_event("load"):
            bar.get_by_role("button", name="Reload").click()
        expect(bar).to_have_count(0)
        assert not self.waits(app_page)
        assert app_page.evaluate(IS_CONTROLLED)

    @staticmethod
    def waits(page: Page) -> bool:
        """Whether a newer worker is waiting."""
        return page.evaluate(
            "async () => (await navigator.serviceWorker.getRegistration()).waiting !== null"
        )


class TestManifest:
    """What the browser reads before it offers to install."""

    def test_chromium_finds_it_in_order(self, page: Page):
        page.goto("/")
        devtools = page.context.new_cdp_session(page)
        read = devtools.send("Page.getAppManifest")
        assert read["errors"] == []
        manifest = json.loads(read["data"])
        assert manifest["id"]
        assert manifest["display"] == "standalone"
        assert manifest["start_url"].startswith(manifest["scope"])
        assert {each["name"] for each in manifest["shortcuts"]} >= {"Check in"}

    def test_everything_it_names_is_there_and_has_the_size_it_says(self, page: Page):
        page.goto("/")
        manifest = page.request.get("/manifest.webmanifest").json()
        pictures = [
            *manifest["icons"],
            *manifest.get("screenshots", []),
            *(icon for shortcut in manifest["shortcuts"] for icon in shortcut.get("icons", [])),
        ]
        assert {"any", "maskable"} <= {icon.get("purpose", "any") for icon in manifest["icons"]}
        for picture in pictures:
            size = page.evaluate(
                """async (url) => {
                  const image = new Image();
                  image.src = url;
                  await image.decode();
                  return `${image.naturalWidth}x${image.naturalHeight}`;
                }""",
                picture["src"],
            )
            assert picture["sizes"] in (size, "any"), picture["src"]
        for shortcut in manifest["shortcuts"]:
            assert page.request.get(shortcut["url"], max_redirects=0).status in (200, 303)


class TestWithoutScript:
    """Everything but the guided player works in a browser that runs no script."""

    @pytest.fixture
    def plain(self, open_context: Callable[..., BrowserContext]) -> Page:
        return open_context(java_script_enabled=False).new_page()

    def test_the_whole_way(self, plain: Page, faults: Faults):
        faults.expect("422")
        plain.goto("/")
        plain.get_by_role("button", name="Try it now").click()
        gets_to_the_plan(plain, "shoulder", "shoulder")
        for day in plain.locator('input[name="weekdays"]').all():
            day.check(force=True)
        plain.get_by_role("button", name="Start this programme").click()
        expect(plain.locator(".error")).to_have_count(1)
        plain.locator('input[name="side"][value="right"]').check(force=True)
        plain.get_by_role("button", name="Start this programme").click()
        expect(plain).to_have_url(TODAY)

        plain.locator('input[name="stiffness"][value="6"]').check(force=True)
        plain.locator('input[name="good_day"][value="no"]').check(force=True)
        plain.locator("#check-in").get_by_role("button", name="Save", exact=True).click()
        expect(plain.locator("#check-in-title")).to_be_visible()

        plain.goto("/today")
        plain.locator(".session-card").get_by_role("link", name="Start").click()
        expect(plain.get_by_role("button", name="None of these: start")).to_be_hidden()
        plain.locator('input[name="done"]').first.uncheck(force=True)
        save = plain.get_by_role("button", name="I did this session")
        if not save.is_visible():
            plain.get_by_text("I did it without the guide").click()
        save.click()
        expect(plain.get_by_role("heading", level=1)).to_have_text("How was it?")
        expect(plain.locator("main")).to_contain_text("Left out")
        plain.locator('input[name="effort"][value="2"]').check(force=True)
        plain.get_by_role("button", name="Save").click()
        expect(plain.locator("main")).to_contain_text("2 of 10")

        plain.goto("/progress")
        expect(plain.locator(".diary")).to_contain_text("felt stiffness 6")
        expect(plain.locator(".diary").get_by_role("link", name="Main session")).to_have_count(1)

    def test_the_check_before_a_session(self, plain: Page, site: Site):
        person = Somebody(site.app, noon_zone())
        person.signs_in(plain.context, site.origin)
        plain.goto(f"/sessions/{person.follows('low-back')}")
        plain.locator('.player-before input[name="check"][value="pc_flare"]').check(force=True)
        plain.locator('[data-player="answer"]').click()
        plain.locator("fieldset").first.get_by_label("Yes").check(force=True)
        plain.get_by_role("button", name="Go on").click()
        # Only the flare-day version is left: there is nothing to choose.
        expect(plain.locator('input[name="variant"]')).to_have_value("flare")

    def test_filters_moving_skipping_and_settings(self, plain: Page, site: Site):
        person = Somebody(site.app, noon_zone())
        person.signs_in(plain.context, site.origin)
        person.follows("low-back")
        plain.goto("/movements")
        plain.locator('input[name="q"]').fill("heel")
        plain.locator('input[name="q"]').press("Enter")
        expect(plain).to_have_url(re.compile("q=heel"))
        plain.goto("/today")
        plain.get_by_text("Shorter, another day, or skip").click()
        plain.get_by_role("button", name="Skip it today").click()
        plain.get_by_role("button", name="Take it back").click()
        plain.get_by_text("Shorter, another day, or skip").click()
        plain.get_by_role("button", name="Tomorrow").click()
        expect(plain.get_by_role("heading", name="A rest day")).to_be_visible()
        plain.goto("/settings/profile")
        plain.get_by_label("What should we call you?").fill("Ada")
        plain.locator("#profile").get_by_role("button", name="Save").click()
        plain.goto("/today")
        expect(plain.get_by_role("heading", level=1)).to_have_text("Hello, Ada")
