"""Turning reminders on by hand, in Chromium. Its push service is played here; Firefox has a real one.

What a browser without a network answers is real too: it cannot subscribe, and the page says so.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from os import urandom

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import push_subscriptions
from tests.browser.conftest import Faults, Site, noon_zone
from tests.browser.people import Somebody
from tests.push_service import base64url
from tests.reminding import remind
from tests.subscribing import new_key

pytestmark = pytest.mark.browser

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
LOOKED = "() => sessionStorage.getItem('good-days.push-looked')"
NO_PUSH = "delete window.PushManager; delete window.Notification;"
PLAYED = """
const keys = %s;
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const kept = () => JSON.parse(localStorage.getItem("played") ?? "null");
const asSubscription = (made) => made && {
  endpoint: made.endpoint,
  options: { applicationServerKey: bytes(made.key).buffer },
  getKey: (name) => bytes(keys[name]).buffer,
  unsubscribe: async () => { localStorage.removeItem("played"); return true; },
};
PushManager.prototype.getSubscription = async () => asSubscription(kept());
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  const number = Number(localStorage.getItem("made") ?? 0) + 1;
  localStorage.setItem("made", number);
  const key = text(applicationServerKey);
  if (kept() && kept().key !== key) throw new DOMException("another key", "InvalidStateError");
  const made = kept() ?? { endpoint: keys.endpoint + number, key };
  localStorage.setItem("played", JSON.stringify(made));
  return asSubscription(made);
};
"""


@dataclass
class Phone:
    """A browser whose push service is played, and the person in it."""

    context: BrowserContext
    page: Page
    person: Somebody
    site: Site

    def turn_on(self) -> None:
        """Press the button on the page, and wait for the device in the list."""
        self.page.goto("/reminders")
        self.page.wait_for_function(LOOKED)
        # The page is loaded anew, and then it says how it is doing.
        with self.page.expect_response(lambda answer: answer.url.endswith("/devices/state")):
            self.page.locator('[data-push="on"]').click()
        expect(self.page.locator("[data-device][data-here]")).to_be_visible()

    def starts(self, where: str = "/settings/sounds") -> None:
        """Open the app anew, and wait until it said how it is doing."""
        self.page.evaluate("() => sessionStorage.clear()")
        with self.page.expect_response(lambda answer: answer.url.endswith("/devices/state")):
            self.page.goto(where)
        self.page.wait_for_function(LOOKED)

    def has(self, key: str) -> str | None:
        found: str | None = self.page.evaluate("(key) => localStorage.getItem(key)", key)
        return found

    def stored(self) -> list[str]:
        """Return where messages go, as the server has it."""
        with self.site.app.app_context():
            user = db.session.get_one(User, self.person.id)
            rows = push_subscriptions.subscriptions_of(user)
            return [push_subscriptions.target_of(user, row).endpoint for row in rows]

    def change(self, **values: object) -> None:
        """Change the stored device."""
        with self.site.app.app_context():
            user = db.session.get_one(User, self.person.id)
            [row] = push_subscriptions.subscriptions_of(user)
            for name, value in values.items():
                setattr(row, name, value)
            db.session.commit()


@pytest.fixture
def phone_of(open_context: Callable[..., BrowserContext], site: Site) -> Callable[..., Phone]:
    """Return a function that opens a phone of somebody new."""

    def open_one(
        endpoint: str = "https://fcm.googleapis.com/fcm/send/", **options: object
    ) -> Phone:
        context = open_context(service_workers="allow", **options)
        context.grant_permissions(["notifications"], origin=site.origin)
        keys = {"p256dh": new_key(), "auth": base64url(urandom(16))}
        keys["endpoint"] = endpoint + base64url(urandom(8))
        context.add_init_script(PLAYED % json.dumps(keys))
        person = Somebody(site.app, "UTC" if "timezone_id" in options else noon_zone())
        person.signs_in(context, site.origin)
        return Phone(context, context.new_page(), person, site)

    return open_one


@pytest.fixture
def phone(phone_of: Callable[..., Phone]) -> Phone:
    """A phone of somebody new."""
    return phone_of()


def test_turned_on_listed_named_and_removed_by_hand(phone: Phone):
    page = phone.page
    phone.turn_on()
    device = page.locator("[data-device]")
    expect(page.locator('[data-push="on"]')).to_be_hidden()
    expect(page.get_by_text("Send me one now")).to_be_visible()
    assert len(phone.stored()) == 1
    assert phone.has("good-days.reminders")
    expect(page.get_by_role("status").filter(has_text="Reminders are on here")).to_be_visible()
    device.locator("summary").click()
    device.get_by_label("What you call it").fill("Kitchen")
    device.get_by_role("button", name="Save the name").click()
    expect(device.locator("strong").first).to_have_text("Kitchen")
    device.locator("summary").click()
    device.get_by_role("radio", name="Detailed").check(force=True)
    device.get_by_role("button", name="Save the text").click()
    expect(device).to_contain_text("detailed text")
    device.locator("summary").click()
    device.get_by_role("button", name="Remove").click()
    expect(device).to_have_count(0)
    expect(page.locator('[data-push="on"]')).to_be_visible()
    assert phone.stored() == []
    assert phone.has("good-days.reminders") is None
    phone.turn_on()
    assert len(phone.stored()) == 1


def test_a_test_message_is_followed_without_a_further_press(phone: Phone):
    phone.turn_on()
    phone.page.get_by_role("button", name="Send me one now").click()
    news = phone.page.locator(".test-news")
    expect(news).to_contain_text("A test is on its way")
    phone.change(test_tried_at=datetime.now(UTC), test_verdict="sent")
    expect(news).to_contain_text("Waiting for this computer to show it")
    phone.change(test_shown_at=datetime.now(UTC))
    expect(news).to_contain_text("The test reached this computer today at")


def test_what_was_lost_repairs_itself_at_the_next_start_on_any_page(phone: Phone):
    phone.turn_on()
    [before] = phone.stored()
    # The browser lost it.
    phone.page.evaluate("() => localStorage.removeItem('played')")
    with phone.page.expect_response("**/reminders/devices"):
        phone.starts()
    [after] = phone.stored()
    assert after != before
    # The server lost it.
    with phone.site.app.app_context():
        db.session.execute(db.delete(PushSubscription).filter_by(user_id=phone.person.id))
        db.session.commit()
    phone.starts()
    assert phone.stored() == [after]


def test_one_made_with_another_key_is_made_anew(phone: Phone):
    phone.turn_on()
    [before] = phone.stored()
    other = new_key()
    phone.page.evaluate(
        "(key) => localStorage.setItem('played', JSON.stringify({ ...JSON.parse(localStorage.played), key }))",
        other,
    )
    with phone.page.expect_response("**/reminders/devices"):
        phone.starts()
    assert phone.stored() != [before]
    assert len(phone.stored()) == 1


def test_removed_on_another_device_it_ends_here_too(phone: Phone):
    phone.turn_on()
    with phone.site.app.app_context():
        user = db.session.get_one(User, phone.person.id)
        [row] = push_subscriptions.subscriptions_of(user)
        push_subscriptions.remove(row, now=datetime.now(UTC))
        db.session.commit()
    phone.starts()
    phone.page.wait_for_function("() => !localStorage.getItem('played')")
    assert phone.has("good-days.reminders") is None
    assert phone.stored() == []


def test_looked_after_once_in_ten_minutes_and_not_at_all_for_who_never_turned_them_on(
    phone: Phone,
):
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.page.goto("/settings/sounds")
    phone.page.wait_for_timeout(1500)
    assert not [url for url in asked if "/reminders/" in url]
    phone.turn_on()
    phone.starts()
    asked.clear()
    phone.page.goto("/settings/sounds")
    phone.page.wait_for_timeout(1500)
    assert not [url for url in asked if "/reminders/" in url]


def test_signing_out_ends_it_here_and_on_the_server(phone: Phone):
    phone.turn_on()
    page = phone.page
    page.goto("/settings/")
    page.get_by_text("Sign out and delete everything").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/settings/deleted$"))
    assert phone.has("played") is None
    assert phone.has("good-days.reminders") is None
    with phone.site.app.app_context():
        gone = db.select(db.func.count()).select_from(PushSubscription)
        assert not db.session.scalar(gone.filter_by(user_id=phone.person.id))


def test_somebody_else_in_the_same_browser_ends_what_was_left_there(phone: Phone):
    phone.turn_on()
    other = Somebody(phone.site.app)
    other.signs_in(phone.context, phone.site.origin)
    phone.page.goto("/settings/sounds")
    phone.page.wait_for_function("() => !localStorage.getItem('played')")
    assert phone.has("good-days.reminders") is None


def test_edge_on_android_is_told_that_none_would_arrive(
    phone_of: Callable[..., Phone], faults: Faults
):
    faults.expect("422")
    phone = phone_of("https://permanently-removed.invalid/")
    phone.page.goto("/reminders")
    phone.page.locator('[data-push="on"]').click()
    expect(phone.page.get_by_text("Edge on Android cannot receive reminders")).to_be_visible()
    assert phone.stored() == []
    assert phone.has("played") is None


def test_a_refusal_of_the_server_is_told_in_its_words(phone: Phone, faults: Faults):
    faults.expect("409")
    words = {"words": "Another person's reminders go to this browser."}
    phone.page.route("**/reminders/devices", lambda route: route.fulfill(status=409, json=words))
    phone.page.goto("/reminders")
    phone.page.locator('[data-push="on"]').click()
    expect(phone.page.locator("[data-push-error]")).to_have_text(words["words"])
    assert phone.has("played") is None
    expect(phone.page.locator('[data-push="on"]')).to_be_enabled()


@pytest.mark.parametrize(
    ("script", "agent", "title", "step"),
    [
        pytest.param(
            "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });",
            None,
            "This browser blocks our reminders",
            "Press the sign left of the address",
            id="blocked",
        ),
        pytest.param(
            NO_PUSH,
            IPHONE.format("17_4"),
            "First, put Good Days on the home screen",
            "In Safari tap Share",
            id="an iPhone, not installed",
        ),
        pytest.param(
            NO_PUSH, IPHONE.format("16_3"), "needs an update first", "16.4", id="an old iPhone"
        ),
        pytest.param(
            "delete window.PushManager;",
            FIREFOX,
            "A private window cannot take reminders",
            "ordinary window",
            id="a private window",
        ),
        pytest.param(
            "delete window.PushManager;",
            None,
            "This browser cannot take reminders",
            "up-to-date",
            id="unsupported",
        ),
    ],
)
def test_each_browser_that_cannot_has_its_own_words(
    open_context: Callable[..., BrowserContext], site: Site, script, agent, title, step
):
    context = open_context(**({"user_agent": agent} if agent else {}))
    context.add_init_script(script)
    Somebody(site.app).signs_in(context, site.origin)
    page = context.new_page()
    page.goto("/reminders")
    part = page.locator("[data-push-state]:visible")
    expect(part).to_contain_text(title)
    expect(part).to_contain_text(step)
    expect(page.locator('[data-push="on"]')).to_be_hidden()


def test_without_a_script_the_steps_of_all_browsers_can_be_read(
    open_context: Callable[..., BrowserContext], site: Site
):
    context = open_context(java_script_enabled=False)
    Somebody(site.app).signs_in(context, site.origin)
    page = context.new_page()
    page.goto("/reminders")
    assert "needs JavaScript" in (page.locator("noscript").text_content() or "")
    page.get_by_text("Steps for each browser").first.click()
    for name in ("Chrome on Android", "Samsung Internet", "Safari on a Mac", "Firefox"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_without_a_network_the_browser_cannot_subscribe_and_the_page_says_so(
    open_context: Callable[..., BrowserContext], site: Site, faults: Faults
):
    faults.expect("incognito")  # every profile of a test is one
    context = open_context(service_workers="allow")
    context.grant_permissions(["notifications"], origin=site.origin)
    Somebody(site.app).signs_in(context, site.origin)
    page = context.new_page()
    page.goto("/reminders")
    page.locator('[data-push="on"]').click()
    expect(page.locator("[data-push-error]")).to_contain_text("push service", timeout=30_000)


class TestTravel:
    @pytest.fixture
    def abroad(self, phone_of: Callable[..., Phone]) -> Phone:
        """Somebody whose days are counted in UTC, in Tokyo, with a reminder."""
        phone = phone_of(timezone_id="Asia/Tokyo")
        with phone.site.app.app_context():
            remind(db.session.get_one(User, phone.person.id), now=datetime.now(UTC))
            db.session.commit()
        return phone

    def zone(self, phone: Phone) -> str:
        with phone.site.app.app_context():
            return db.session.get_one(User, phone.person.id).time_zone

    def test_it_is_asked_and_yes_moves_them(self, abroad: Phone):
        page = abroad.page
        page.goto("/settings/sounds")
        bar = page.locator("#zone-bar")
        expect(bar).to_contain_text("Your reminders follow the clock of UTC")
        bar.get_by_role("button", name="Yes, move my reminders").click()
        expect(bar).to_contain_text("follow the clock of Tokyo")
        assert self.zone(abroad) == "Asia/Tokyo"
        bar.get_by_role("button", name="Close").click()
        page.goto("/settings/sounds")
        page.wait_for_timeout(1200)
        expect(bar).to_have_count(0)

    def test_no_is_an_answer_for_that_place(self, abroad: Phone):
        page = abroad.page
        page.goto("/settings/sounds")
        bar = page.locator("#zone-bar")
        bar.get_by_role("button", name="No").click()
        expect(bar).to_have_count(0)
        page.evaluate("() => sessionStorage.clear()")
        page.goto("/settings/sounds")
        page.wait_for_timeout(1200)
        expect(bar).to_have_count(0)
        assert self.zone(abroad) == "UTC"

    def test_unanswered_it_comes_again_on_the_next_page(self, abroad: Phone):
        abroad.page.goto("/settings/sounds")
        expect(abroad.page.locator("#zone-bar")).to_be_visible()
        abroad.page.goto("/settings/profile")
        expect(abroad.page.locator("#zone-bar")).to_be_visible()

    def test_without_reminders_nobody_is_asked(self, phone_of: Callable[..., Phone]):
        phone = phone_of(timezone_id="Asia/Tokyo")
        with phone.page.expect_response("**/devices/state"):
            phone.page.goto("/settings/sounds")
        phone.page.wait_for_timeout(300)
        expect(phone.page.locator("#zone-bar")).to_have_count(0)


def test_blocked_after_it_was_on_the_page_says_so_and_how_to_allow_it_again(phone: Phone):
    phone.turn_on()
    phone.context.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });"
    )
    phone.page.goto("/reminders")
    expect(phone.page.get_by_text("This browser blocks our reminders")).to_be_visible()
    # It still has its subscription, so that it is not forgotten; and the page does not turn round.
    phone.page.wait_for_timeout(2500)
    assert len(phone.stored()) == 1
    phone.page.evaluate("() => localStorage.removeItem('played')")
    phone.page.evaluate("() => sessionStorage.clear()")
    phone.page.goto("/reminders")
    expect(phone.page.locator("[data-device]")).to_have_count(0)
    expect(phone.page.get_by_text("This browser blocks our reminders")).to_be_visible()
    assert phone.stored() == []
