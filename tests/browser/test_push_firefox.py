"""Reminders in a real Firefox, from the press on the page to the answer in the database.

Nothing is made up but the push service, which is on this machine, and the hand that presses.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Playwright

from fstpwa.outbound.push.vapid import PushKeys, load_keys, make_key
from tests.autopush import DELIVERED, Autopush
from tests.browser.conftest import Site, noon_zone, served
from tests.browser.firefox_browser import Firefox, installed_firefox, until
from tests.browser.firefox_phone import Phone
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser

NOTIFICATIONS = {
    "permissions.default.desktop-notification": 1,
    # In windows of its own, which can be looked at, instead of the desktop's.
    "alerts.useSystemBackend": False,
}


@pytest.fixture(scope="module")
def push_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Autopush]:
    """The push service that the Firefoxes of this module use."""
    with Autopush(tmp_path_factory.mktemp("push-service")) as service:
        yield service


@pytest.fixture(scope="module")
def push_site(tmp_path_factory: pytest.TempPathFactory, push_service: Autopush) -> Iterator[Site]:
    """A site that knows the push service, and its worker, which believes that one's certificate."""
    data = tmp_path_factory.mktemp("push-data")
    now = datetime.now(UTC)
    make_key(data / "push_keys", now=now - timedelta(days=1))
    make_key(data / "push_keys", now=now, rotate=True)
    with (
        served(data, push_extra_hosts=push_service.host) as site,
        (data / "worker.log").open("w") as log,
    ):
        worker = subprocess.Popen(
            [sys.executable, "-m", "fstpwa.cli", "worker"],
            env=site.surroundings | {"SSL_CERT_FILE": str(push_service.files[0])},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        yield site
        worker.terminate()
        assert worker.wait(timeout=30) == 0
    assert '"level": "error"' not in (data / "worker.log").read_text()


@pytest.fixture(scope="module")
def keys(push_site: Site) -> PushKeys:
    """The keys of the site: it has changed them once."""
    return load_keys(push_site.app.config["GOOD_DAYS"].push_keys_dir)


@pytest.fixture(scope="module")
def firefox(
    tmp_path_factory: pytest.TempPathFactory,
    push_service: Autopush,
    push_site: Site,
    playwright: Playwright,
) -> Iterator[Firefox]:
    """The Firefox of all these tests; each has a person of its own sign in."""
    profile = tmp_path_factory.mktemp("push-profile")
    preferences = NOTIFICATIONS | push_service.preferences()
    program = installed_firefox(playwright)
    firefox = Firefox(program, profile, push_site.origin, preferences, noon_zone())
    yield firefox
    firefox.close()


@pytest.fixture
def phone(push_service: Autopush, push_site: Site, firefox: Firefox) -> Iterator[Phone]:
    """Somebody's phone, on which they have just turned reminders on."""
    phone = Phone(firefox, push_service, Somebody(push_site.app, noon_zone()))
    phone.turns_reminders_on()
    yield phone
    push_service.is_holding = False
    firefox.goes_to("/")
    firefox.ask("WebDriver:DeleteAllCookies")
    firefox.runs("localStorage.clear();")
    phone.loses_its_subscription()
    phone.closes_alerts()


def test_a_reminder_is_shown_and_answered_with_a_button(phone: Phone):
    phone.is_due("check_in")

    assert phone.alert() == ["Good Days", "Time for your check-in"]
    tag = str(phone.occurrence("check_in").id)
    buttons = ["good_day", "not_today"]
    assert until(phone.notifications) == [[tag, buttons]]
    assert until(lambda: phone.channel().acknowledged) == [DELIVERED]
    until(phone.says_that_it_showed_it)

    phone.presses("good_day")
    phone.has_none_left()
    assert until(phone.somebody.check_in_today).good_day == "yes"
    assert phone.occurrence("check_in").state == "done"


def test_a_test_message_is_watched_from_the_page_and_leads_back_to_it(phone: Phone):
    firefox = phone.firefox
    phone.service.is_holding = True
    firefox.clicks("//button[starts-with(normalize-space(), 'Send me one now')]")
    firefox.finds("//*[@data-test='sent']")
    phone.service.let_go()
    firefox.finds("//*[@data-test='shown']")
    assert phone.alert() == ["Good Days", "This is a test. Reminders reach this device."]

    firefox.goes_to("/today")
    phone.taps()
    until(lambda: firefox.path() == "/reminders")


def test_turned_off_on_the_page_nothing_reaches_the_browser_any_more(phone: Phone):
    channel = phone.channel()
    phone.firefox.clicks("//*[@data-here]//summary")
    phone.firefox.clicks("//*[@data-here]//button[starts-with(normalize-space(), 'Remove')]")
    phone.firefox.finds("//p[.='No device takes reminders so far.']")
    until(lambda: channel.unsubscribed)
    assert not phone.is_subscribed()
    assert phone.endpoint() == ""


def test_removed_on_another_device_the_browser_lets_go_at_its_next_start(phone: Phone):
    channel = phone.channel()
    phone.firefox.closes_the_app()
    phone.is_removed_elsewhere()
    phone.firefox.goes_to("/today")
    until(lambda: channel.unsubscribed)
    assert not phone.is_subscribed()


def test_a_subscription_that_ended_in_silence_is_given_up_and_replaced_at_the_next_start(
    phone: Phone,
):
    before = phone.channel()
    phone.loses_its_subscription()
    until(lambda: before.unsubscribed)
    phone.is_due("check_in")
    until(lambda: phone.endpoint() == "")
    assert phone.service.posts[-1].status == 410

    phone.firefox.goes_to("/today")
    assert until(phone.endpoint) != before.endpoint


def test_what_the_push_service_lost_is_replaced_at_once(phone: Phone):
    before = phone.endpoint()
    phone.firefox.closes_the_app()
    phone.service.forget()
    until(lambda: phone.endpoint() not in ("", before))
    phone.is_due("check_in")
    assert phone.alert() == ["Good Days", "Time for your check-in"]


def test_a_subscription_with_an_old_key_is_served_and_renewed_at_the_next_start(
    phone: Phone, keys: PushKeys
):
    [old_key] = [each for each in keys.by_id.values() if each != keys.current]
    phone.turned_reminders_on_with(old_key)
    before = phone.channel()
    assert before.server_key == old_key.public
    phone.firefox.closes_the_app()
    phone.is_due("check_in")
    phone.alert()
    until(lambda: before.acknowledged == [DELIVERED])

    phone.firefox.goes_to("/today")
    until(lambda: phone.channel().server_key == keys.current.public)
    until(lambda: before.unsubscribed)


def test_answers_need_neither_a_sign_in_nor_an_open_app(phone: Phone):
    phone.firefox.ask("WebDriver:DeleteAllCookies")
    phone.firefox.closes_the_app()
    phone.is_due("check_in")
    phone.alert()
    phone.presses("not_today")
    assert until(phone.somebody.check_in_today).good_day == "no"
    phone.has_none_left()

    phone.somebody.follows("plantar-heel")
    phone.is_due("practice")
    assert phone.alert() == ["Good Days", "Time for your session"]
    phone.taps()
    phone.firefox.goes_to_the_other_tab()
    until(lambda: phone.firefox.path().startswith("/reminders/answer/"))
    phone.firefox.clicks("//button[@name='minutes' and @value='15']")
    until(lambda: phone.occurrence("practice").state == "snoozed")


def test_signing_out_ends_reminders_there(phone: Phone):
    channel = phone.channel()
    phone.firefox.goes_to("/settings/")
    phone.firefox.clicks("//summary[contains(., 'Sign out')]")
    phone.firefox.clicks("//button[contains(., 'Sign out')]")
    until(lambda: channel.unsubscribed)
