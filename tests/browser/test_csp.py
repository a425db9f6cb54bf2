"""What people write stays text, and what slips into a page does nothing."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Faults, Site
from tests.browser.people import COOKIE, Somebody
from tests.browser.player_page import PlayerPage
from tests.conftest import Person
from tests.whole_app import address, owner_of, rules, things_of, values_of

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.harmed = 1</script>"
    '<img src=x onerror="window.harmed = 1">'
    '<div data-hx-get="/sign-out" data-hx-trigger="load" data-hx-nonce="x">hx</div>'
    '<a href="javascript:window.harmed=1">link</a>{{ 7*7 }}'
)
INJECTED = (
    "<script>window.harmed = 'inline'</script>"
    '<img src="/nowhere.png" onerror="window.harmed = \'attribute\'">'
    '<div id="harmless" data-hx-get="/settings/" data-hx-trigger="load">no nonce</div>'
    '<div data-hx-get="/settings/" data-hx-trigger="load" data-hx-nonce="guessed">wrong nonce</div>'
    '<button id="handler" data-hx-on:click="window.harmed = \'hx-on\'">press</button>'
    '<form method="post" action="https://example.org/steal"><button>send</button></form>'
    '<base href="https://example.org/">'
)


def is_unharmed(page: Page) -> None:
    """Check that nothing of it ran."""
    assert page.evaluate("() => window.harmed") is None


def test_hostile_words_in_a_check_in_are_only_words(page: Page, somebody: Somebody):
    page.goto("/check-in")
    page.locator('input[name="good_day"][value="yes"]').check(force=True)
    page.get_by_text("More about today").click()
    page.get_by_label("What I managed today").fill(HOSTILE)
    page.get_by_label("A note").fill(HOSTILE)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#check-in-title")).to_be_focused()
    for where in ("/today", "/check-in", "/check-in?change=yes", "/progress"):
        page.goto(where)
        is_unharmed(page)
        assert page.locator("main a[href^=javascript], main [data-hx-get='/sign-out']").count() == 0
    page.goto("/today")
    expect(page.locator("#check-in")).to_contain_text(HOSTILE)
    assert somebody.check_in_today().note == HOSTILE


def test_hostile_words_about_a_session_are_only_words(page: Page, somebody: Somebody):
    player = PlayerPage(page, somebody.follows("low-back"))
    player.open()
    player.begin()
    player.winds_on(60)
    player.press("stop", "finish")
    page.wait_for_url("**/progress/sessions/*")
    page.clock.resume()
    page.locator('input[name="effort"][value="3"]').check(force=True)
    page.get_by_text("Pain before, and a note").click()
    page.get_by_label("A note").fill(HOSTILE)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#session-log")).to_contain_text(HOSTILE)
    page.reload()
    expect(page.locator("#session-log")).to_contain_text(HOSTILE)
    is_unharmed(page)


def test_a_hostile_name_is_only_a_name(page: Page, somebody: Somebody):
    name = '<img src=x onerror="window.harmed=1">'
    page.goto("/settings/profile")
    page.get_by_label("What should we call you?").fill(name)
    page.locator("#profile").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto("/today")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Hello, {name}")
    is_unharmed(page)


def test_what_is_injected_into_a_page_is_refused_by_the_browser(
    page: Page, somebody: Somebody, faults: Faults
):
    faults.expect(
        "blocked by the policy", "Content Security Policy", "404", "CSP", "[Nn]once", "Trusted"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def inject(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("</main>", INJECTED + "</main>")
        route.fulfill(response=answer, body=body)

    page.route(re.compile("/today$"), inject)
    page.goto("/today")
    page.locator("#handler").click()
    page.evaluate("() => document.querySelector('form[action^=https]').requestSubmit()")
    for change in (
        "() => { document.querySelector('main').innerHTML = '<img src=x onerror=harmed=1>'; }",
        "() => { const made = document.createElement('script');"
        " made.text = 'window.harmed = 1'; document.body.append(made); }",
    ):
        assert page.evaluate(
            f"() => {{ try {{ ({change})(); return false; }} catch (error) {{ return true; }} }}"
        ), change
    is_unharmed(page)
    assert page.url.endswith("/today"), "the form was not sent"
    assert not [url for url in asked if url.endswith("/settings/") or "example.org" in url]
    assert any("script-src" in each for each in faults.seen)
    assert any("require-trusted-types-for" in each for each in faults.seen)


def test_htmx_works_again_on_what_it_has_just_put_in(page: Page, somebody: Somebody):
    page.goto("/settings/profile")
    loads: list[str] = []
    page.on("load", lambda: loads.append("load"))
    for name in ("Ada", "Grace"):
        page.get_by_label("What should we call you?").fill(name)
        page.locator("#profile").get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        page.get_by_label("What should we call you?").fill("not sent")
        expect(page.locator("#profile").get_by_role("button", name="Save")).to_be_enabled()
    assert loads == [], "both went without loading the page"
    page.reload()
    expect(page.get_by_label("What should we call you?")).to_have_value("Grace")


NO_PAGES = (
    *("static", "health.", "settings.export_", "sessions.stamp"),
    *("app.service_worker", "app.manifest", "app.offline", "app.not_sent"),
    "reminders.calendar",
)
TRAP = (
    '<div id="trap" data-hx-get="/nowhere/injected" data-hx-trigger="load">no nonce</div>'
    '<div hx-get="/nowhere/injected" hx-trigger="load">plain</div>'
)


def test_every_page_keeps_the_policy_and_ignores_an_injected_request(
    page: Page, site: Site, faults: Faults
):
    """Walks all addresses of the app as a visitor, as somebody with one of everything, and as their therapist."""
    faults.expect("htmx.*nonce|[Nn]once", "409")
    person = Person(site.app)
    things = things_of(person)
    pages: dict[Person, list[str]] = {person: [], things.care.therapist: []}
    for rule in rules(site.app, "GET"):
        if not rule.endpoint.startswith(NO_PAGES):
            whose = owner_of(site.app, rule, person, things)
            pages[whose].append(address(site.app, rule, values_of(rule, things)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def set_a_trap(route: Route) -> None:
        if route.request.resource_type != "document":
            route.continue_()
            return
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", TRAP + "</main>"))

    page.route("**/*", set_a_trap)
    for who in (None, *pages):
        if who is not None:
            token = who.client.get_cookie(COOKIE)
            assert token is not None
            page.context.add_cookies([{"name": COOKIE, "value": token.value, "url": site.origin}])
        for each in pages.get(who, [each for found in pages.values() for each in found]):
            page.goto(site.origin + each, wait_until="load")
            assert page.locator("#trap").count() == 1, each
    assert [len(found) > 15 for found in pages.values()] == [True, True]
    assert [url for url in asked if "injected" in url] == []
