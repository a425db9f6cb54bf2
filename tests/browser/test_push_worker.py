"""The service worker with reminders, in a real Chromium: shown, reported, answered, opened."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Faults, Site, noon_zone
from tests.browser.people import Somebody
from tests.browser.pushed_phone import PushedPhone, answer_path, soon
from tests.push_service import Browser

pytestmark = pytest.mark.browser

NEW_ADDRESS = "https://updates.push.services.mozilla.com/wpush/v2/new"
BROKEN = [
    "",
    "null",
    "Good Days",
    "{",
    "[[[[",
    '"<b>x</b>"',
    '{"web_push": 8030}',
    '{"notification": []}',
    '{"notification": {"title": "", "tag": 7, "actions": {}, "lang": "??", "data": "x"}}',
    '{"notification": {"title": null, "icon": "https://evil.example/x", "navigate": "javascript:1"}}',
    '{"notification": {"actions": [null, {"action": "start"}, {"title": "x"}], "app_badge": -1}}',
]


@pytest.fixture
def phone(site: Site, open_context: Callable[..., BrowserContext], faults: Faults) -> PushedPhone:
    """Somebody's phone that may show notifications."""
    # What it fetches ahead may be under way when a test takes its network away.
    faults.expect("net::ERR_INTERNET_DISCONNECTED")
    context = open_context(service_workers="allow")
    person = Somebody(site.app, noon_zone())
    person.signs_in(context, site.origin)
    return PushedPhone(site, person, context)


class TestAReminder:
    """What a push message becomes."""

    def test_it_is_shown_and_the_server_hears_that_it_was(self, phone: PushedPhone):
        message = phone.is_reminded_of("check_in")
        assert phone.subscription().last_receipt_at is None
        phone.gets(message)
        shown = phone.shows()
        icons = phone.site.origin + "/static/icons"
        assert (shown["title"], shown["body"]) == ("Good Days", "Time for your check-in")
        assert (shown["tag"], shown["renotify"]) == (str(phone.occurrence().id), True)
        assert shown["lang"].startswith("en")
        assert shown["icon"] == f"{icons}/icon-192.png"
        assert shown["badge"] == f"{icons}/badge-96.png"
        assert shown["actions"] == [["good_day", "Good day"], ["not_today", "Not today"]]
        soon(lambda: phone.subscription().last_receipt_at, phone.elsewhere)
        assert phone.subscription().unreceived == 0
        assert phone.calls("setAppBadge") == [1]

        phone.gets(message)
        soon(lambda: len(phone.calls("setAppBadge")) == 2, phone.elsewhere)
        assert phone.shows()["tag"] == shown["tag"], "the second takes the place of the first"
        phone.page.goto("/progress")
        soon(lambda: phone.calls("setAppBadge") == [1, 1, 0], phone.elsewhere)
        for icon in (shown["icon"], shown["badge"]):
            assert phone.page.request.get(icon).headers["content-type"] == "image/png"
        assert phone.errors == [], "such as an icon that the worker's policy blocks"

    def test_one_that_cannot_be_shown_is_not_reported(self, phone: PushedPhone):
        phone.context.clear_permissions()
        message = phone.is_reminded_of("check_in")
        phone.gets(message)
        soon(lambda: phone.errors, phone.elsewhere)
        assert phone.shows_nothing()
        assert phone.subscription().last_receipt_at is None
        assert phone.calls("setAppBadge") == []

    def test_one_that_the_browser_shows_by_itself_is_reported_too(self, phone: PushedPhone):
        phone.learns_what_the_browser_shows(phone.is_reminded_of("check_in"))
        assert phone.subscription().last_receipt_at is not None
        assert phone.shows_nothing(), "a second one beside the browser's"

    def test_whatever_comes_is_shown_and_leads_to_today(self, phone: PushedPhone):
        for message in BROKEN:
            phone.gets(message)
            shown = phone.shows()
            assert shown["title"] == "Good Days", message
            phone.is_tapped()
            assert phone.shows_nothing()
        assert phone.calls("focus") == ["/today"] * len(BROKEN)
        assert phone.errors == []


class TestAButton:
    """An answer that opens nothing."""

    def test_it_stores_the_answer_with_the_app_closed_and_signed_out(self, phone: PushedPhone):
        phone.gets(phone.is_reminded_of("check_in"))
        phone.shows()
        phone.signs_out()
        phone.is_tapped("good_day")
        assert phone.person.check_in_today().good_day == "yes"
        assert phone.shows_nothing()
        assert (phone.calls("openWindow"), phone.calls("focus")) == ([], [])
        assert phone.calls("setAppBadge") == [1, 0]
        assert phone.kept() == []
        assert phone.errors == []

    def test_later_lets_the_practice_ring_again(self, phone: PushedPhone):
        session = phone.person.follows("low-back")
        phone.gets(phone.is_reminded_of("practice"))
        shown = phone.shows()
        assert [action for action, _ in shown["actions"]] == ["start", "later"]
        assert shown["data"]["pages"]["start"].endswith(f"/sessions/{session}")
        phone.is_tapped("later")
        assert phone.occurrence().state == "snoozed"
        assert phone.calls("openWindow") == []

    def test_without_a_network_it_is_sent_when_the_app_is_opened_next(self, phone: PushedPhone):
        phone.gets(phone.is_reminded_of("check_in"))
        phone.shows()
        phone.signs_out()
        phone.context.set_offline(True)
        # As if the worker were ended meanwhile: it does not try again by itself.
        phone.worker.evaluate("() => { self.setTimeout = () => 0; }")
        phone.is_tapped("not_today", wait=False)
        [kept] = soon(lambda: [each for each in phone.kept() if each["tried"]], phone.elsewhere)
        assert kept["answer"] == "not_today"
        assert phone.shows_nothing()
        assert phone.person.check_in_today() is None

        phone.context.set_offline(False)
        assert phone.kept() == [kept]
        phone.context.new_page().goto("/")
        soon(lambda: not phone.kept(), phone.elsewhere)
        stored = phone.check_in()
        assert stored.good_day == "no"
        assert stored.clocks["good_day"].startswith(kept["at"][:23]), "when it was tapped"

    def test_a_network_that_comes_some_seconds_later_is_enough(self, phone: PushedPhone):
        phone.gets(phone.is_reminded_of("check_in"))
        phone.shows()
        phone.signs_out()
        phone.context.set_offline(True)
        phone.hastens(10)
        phone.is_tapped("good_day", wait=False)
        soon(lambda: any(each["tried"] for each in phone.kept()), phone.elsewhere)
        phone.context.set_offline(False)
        soon(lambda: not phone.kept(), phone.elsewhere)
        assert phone.person.check_in_today().good_day == "yes"

    def test_without_a_network_the_browser_sends_it_as_soon_as_there_is_one(
        self, phone: PushedPhone
    ):
        allowed = ["notifications", "background-sync"]
        phone.context.grant_permissions(allowed, origin=phone.site.origin)
        phone.gets(phone.is_reminded_of("check_in"))
        phone.shows()
        phone.context.set_offline(True)
        # Ends at once: the browser promised to come back, nothing is tried meanwhile.
        phone.is_tapped("good_day")
        assert len(phone.kept()) == 1
        phone.context.set_offline(False)
        phone.has_a_network_again()
        soon(lambda: not phone.kept(), phone.elsewhere)
        assert phone.person.check_in_today().good_day == "yes"

    def test_what_is_refused_is_told_in_words(self, phone: PushedPhone):
        message = phone.is_reminded_of("check_in")
        phone.gets(message)
        phone.shows()
        phone.is_tapped("good_day")
        assert phone.shows_nothing()
        phone.gets(message)
        phone.shows()
        phone.is_tapped("not_today")
        told = phone.shows()
        assert told["body"] == "You answered this reminder already."
        assert told["actions"] == []
        assert phone.person.check_in_today().good_day == "yes"
        assert phone.kept() == []
        phone.is_tapped()
        expect(phone.page).to_have_url(phone.site.origin + answer_path(message))


class TestATap:
    """Where it leads."""

    def test_it_uses_the_window_that_is_open(self, phone: PushedPhone):
        message = phone.is_reminded_of("check_in")
        phone.gets(message)
        phone.shows()
        phone.is_tapped()
        expect(phone.page).to_have_url(phone.site.origin + answer_path(message))
        expect(phone.page.locator("main")).to_contain_text("Good day")
        assert phone.calls("focus") == ["/today"], "before its new page is there"
        assert phone.calls("openWindow") == []
        assert phone.shows_nothing()

    def test_it_opens_a_window_where_there_is_none_that_it_may_lead(self, phone: PushedPhone):
        message = phone.is_reminded_of("check_in")
        phone.gets(message)
        phone.shows()
        devtools = phone.context.new_cdp_session(phone.page)
        with phone.page.expect_event("load"):
            # As a person does with Shift: past the worker.
            devtools.send("Page.reload", {"ignoreCache": True})
        phone.is_tapped()
        assert phone.calls("openWindow") == [answer_path(message)]
        assert phone.calls("focus") == []
        expect(phone.page).to_have_url(phone.site.origin + "/today")

        phone.gets(message)
        phone.shows()
        phone.page.close()
        phone.is_tapped()
        assert phone.calls("openWindow") == [answer_path(message)] * 2

    def test_it_leaves_a_guided_session_alone(self, phone: PushedPhone):
        session = f"/sessions/{phone.person.follows('low-back')}"
        message = phone.is_reminded_of("practice")
        phone.page.goto(session)
        phone.page.evaluate("window.isTheSame = true")
        phone.gets(message)
        phone.shows()
        phone.is_tapped()
        assert phone.calls("openWindow") == [answer_path(message)]

        phone.gets(message)
        phone.shows()
        phone.is_tapped("start")
        assert phone.calls("focus") == [session], "the session that is open already"
        assert len(phone.calls("openWindow")) == 1
        assert phone.page.evaluate("window.isTheSame"), "it was not loaded anew"


class TestASubscriptionThatEnds:
    """The browser ends it by itself; the worker makes a new one."""

    def test_it_is_made_again_with_the_servers_key(self, phone: PushedPhone):
        phone.is_reminded_of("check_in")
        before = phone.subscription()
        phone.loses_its_subscription(Browser(NEW_ADDRESS, "", "").target)
        after = phone.subscription()
        assert after.endpoint_hash != before.endpoint_hash
        assert after.service == "updates.push.services.mozilla.com"
        assert phone.errors == []
