"""Passkeys in a real browser, with an authenticator that Chromium plays."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from fstpwa.extensions import db
from fstpwa.models.accounts import Passkey
from fstpwa.models.people import User
from tests.browser.conftest import Faults, Site
from tests.browser.people import COOKIE, Somebody

pytestmark = pytest.mark.browser

SECURITY = re.compile(r"/settings/security$")


class VirtualDevice:
    """What Chromium takes for the phone's fingerprint sensor."""

    def __init__(self, page: Page, **options: Any) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        usual = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.session.send(
            "WebAuthn.addVirtualAuthenticator", {"options": {**usual, **options}}
        )
        self.id = made["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        """Return the passkeys it holds, with their private halves."""
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def add(self, credential: dict[str, Any]) -> None:
        """Put a passkey on it, as a synchronising password manager would."""
        self.session.send(
            "WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential}
        )


@pytest.fixture
def sensor(page: Page) -> VirtualDevice:
    """The fingerprint sensor of `page`'s phone."""
    return VirtualDevice(page)


def make_passkey(page: Page, label: str = "My phone") -> None:
    page.goto("/settings/security")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What to call it").fill(label)
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url(SECURITY)


def passkeys_of(site: Site, somebody: Somebody) -> list[Passkey]:
    with site.app.app_context():
        found = db.session.scalars(db.select(Passkey).filter_by(user_id=somebody.id)).all()
        db.session.expunge_all()
        return list(found)


def test_progress_is_kept_with_a_passkey_and_opened_on_another_device(
    site: Site,
    page: Page,
    somebody: Somebody,
    sensor: VirtualDevice,
    open_context: Callable[..., BrowserContext],
):
    make_passkey(page)
    expect(page.get_by_text("The passkey is kept.")).to_be_visible()
    expect(page.get_by_role("link", name="Rename or remove My phone")).to_be_visible()
    [kept] = passkeys_of(site, somebody)
    [held] = sensor.credentials()
    assert held["rpId"] == "localhost"
    assert held["isResidentCredential"]
    assert kept.label == "My phone"

    laptop = open_context().new_page()
    VirtualDevice(laptop).add(held)
    laptop.goto("/sign-in")
    laptop.get_by_role("button", name="Sign in with a passkey").click()
    laptop.wait_for_url("**/today")
    laptop.goto("/settings/devices")
    expect(laptop.get_by_text("Chrome on").first).to_be_visible()
    [used] = passkeys_of(site, somebody)
    assert used.last_used_at is not None
    assert used.sign_count > kept.sign_count


def test_one_tick_gives_up_what_was_tried_for_every_way_to_sign_in(
    site: Site,
    page: Page,
    somebody: Somebody,
    sensor: VirtualDevice,
    open_context: Callable[..., BrowserContext],
):
    make_passkey(page)
    [held] = sensor.credentials()
    trial = Somebody(site.app)
    context = open_context()
    trial.signs_in(context, site.origin)
    laptop = context.new_page()
    VirtualDevice(laptop).add(held)
    laptop.goto("/sign-in")
    tick = laptop.get_by_label("Delete what was recorded here")
    expect(tick).to_have_count(1)
    laptop.get_by_role("button", name="Sign in with a passkey").click()
    expect(laptop.get_by_role("alert")).to_contain_text("Please tick above")
    expect(tick).to_be_focused()
    tick.check()
    laptop.get_by_role("button", name="Sign in with a passkey").click()
    laptop.wait_for_url("**/today")
    with site.app.app_context():
        assert db.session.get(User, trial.id) is None
        assert db.session.get(User, somebody.id) is not None


def test_an_answer_of_the_browser_is_taken_once_and_only_from_it(
    site: Site,
    page: Page,
    somebody: Somebody,
    sensor: VirtualDevice,
    context: BrowserContext,
    open_context: Callable[..., BrowserContext],
    faults: Faults,
):
    faults.expect("422")
    make_passkey(page)
    context.clear_cookies(name=COOKIE)
    sent: list[str] = []
    page.on(
        "request",
        lambda each: (
            sent.append(each.post_data or "") if each.url.endswith("/sign-in/passkey") else None
        ),
    )
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/today")
    [form] = sent
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    for browser in (context, open_context()):
        browser.clear_cookies(name=COOKIE)
        again = browser.request.post(f"{site.origin}/sign-in/passkey", data=form, headers=headers)
        assert again.status == 422
        assert "began in another window" in again.text()


def test_a_copied_passkey_that_counts_from_before_is_refused(
    page: Page,
    somebody: Somebody,
    sensor: VirtualDevice,
    context: BrowserContext,
    open_context: Callable[..., BrowserContext],
    faults: Faults,
):
    faults.expect("422")
    make_passkey(page)
    [copied] = sensor.credentials()
    context.clear_cookies(name=COOKIE)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/today")

    thief = open_context().new_page()
    VirtualDevice(thief).add(copied)
    thief.goto("/sign-in")
    thief.get_by_role("button", name="Sign in with a passkey").click()
    expect(thief.get_by_role("heading", name="The passkey did not work")).to_be_visible()


def test_the_page_says_what_to_do_when_no_passkey_was_used(
    page: Page, somebody: Somebody, sensor: VirtualDevice, context: BrowserContext
):
    make_passkey(page)
    page.goto("/settings/security/passkeys/new")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("has a passkey for this account already")).to_be_visible()
    expect(page.get_by_role("button", name="Make the passkey")).to_be_enabled()

    context.clear_cookies(name=COOKIE)
    page.goto("/sign-in")
    button = page.get_by_role("button", name="Sign in with a passkey")
    sensor.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": sensor.id})
    VirtualDevice(page, hasResidentKey=False)
    button.click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible(timeout=30_000)
    expect(button).to_be_enabled()


def test_an_unknown_passkey_leads_to_the_other_ways(
    site: Site,
    page: Page,
    somebody: Somebody,
    sensor: VirtualDevice,
    context: BrowserContext,
    faults: Faults,
):
    faults.expect("422")
    make_passkey(page)
    with site.app.app_context():
        db.session.execute(db.delete(Passkey).filter_by(user_id=somebody.id))
        db.session.commit()
    context.clear_cookies(name=COOKIE)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey is not known here.")).to_be_visible()
    page.get_by_role("link", name="Other ways to sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_confirms_who_it_is(
    site: Site, page: Page, somebody: Somebody, sensor: VirtualDevice
):
    make_passkey(page)
    with site.app.app_context():
        for each in db.session.get_one(User, somebody.id).devices:
            each.confirmed_at = None
        db.session.commit()
    page.goto("/settings/security/app")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/settings/security/app")
    expect(page.get_by_role("heading", name="Authenticator app")).to_be_visible()


@pytest.fixture
def without_scripts(open_context: Callable[..., BrowserContext]) -> BrowserContext:
    return open_context(java_script_enabled=False)


def test_without_scripts_the_other_ways_are_there_and_no_dead_button(
    site: Site, without_scripts: BrowserContext
):
    person = Somebody(site.app)
    person.signs_in(without_scripts, site.origin)
    page = without_scripts.new_page()
    page.goto("/settings/security/passkeys/new")
    expect(page.get_by_text("This browser cannot make a passkey here")).to_be_visible()
    expect(page.get_by_role("button", name="Make the passkey")).to_be_hidden()
    without_scripts.clear_cookies(name=COOKIE)
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_label("E-mail address")).to_be_visible()


def test_at_another_host_name_the_button_stays_hidden(site: Site, page: Page):
    page.goto(site.origin.replace("localhost", "127.0.0.1") + "/sign-in")
    expect(page.get_by_label("E-mail address")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


def test_an_authenticator_app_is_set_up_without_scripts_too(
    site: Site, without_scripts: BrowserContext
):
    person = Somebody(site.app)
    person.signs_in(without_scripts, site.origin)
    page = without_scripts.new_page()
    page.goto("/settings/security/app")
    page.get_by_role("button", name="Set it up").click()
    box = page.get_by_role("img", name="QR code").bounding_box()
    assert box is not None
    assert box["width"] > 150
    assert abs(box["width"] - box["height"]) < 4
    secret = (page.locator("dd.code-text").text_content() or "").replace(" ", "")
    page.get_by_label("The six digits").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert page.locator(".recovery-codes li").count() == 10
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def test_recovery_codes_are_saved_as_a_file(page: Page, somebody: Somebody):
    page.goto("/settings/security/app")
    page.get_by_role("button", name="Set it up").click()
    secret = (page.locator("dd.code-text").text_content() or "").replace(" ", "")
    page.get_by_label("The six digits").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
    page.get_by_role("button", name="Turn it on").click()
    codes = page.locator(".recovery-codes li").all_text_contents()
    with page.expect_download() as started:
        page.get_by_role("link", name="Save as a file").click()
    assert started.value.suggested_filename == "good-days-recovery-codes.txt"
    saved = started.value.path().read_text()
    assert all(code in saved for code in codes)
    expect(page.get_by_role("button", name="Print")).to_be_visible()
