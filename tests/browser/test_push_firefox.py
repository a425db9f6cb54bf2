"""Reminders in a real Firefox, from the press on the page to the answer in the database.

Nothing is made up but the push service, which is on this machine, and the hand that presses.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Playwright
from sqlalchemy import select

from fstpwa.domain.recurrence import Recurrence
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Occurrence, PushSubscription, Reminder
from fstpwa.services import push_subscriptions, reminders
from fstpwa.services.reminders import ReminderEntry
from tests.autopush import DELIVERED, Autopush, Channel
from tests.browser.conftest import Site, noon_zone, served
from tests.browser.firefox_browser import Firefox, installed_firefox, until
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser

NOTIFICATIONS = {
    "permissions.default.desktop-notification": 1,
    # In windows of its own, which can be looked at, instead of the desktop's.
    "alerts.useSystemBackend": False,
}
ALERTS = """return [...Services.wm.getEnumerator("alert:alert")]
  .filter((alert) => alert.gIsActive)
  .map(({ document }) => [
    document.getElementById("alertTitleLabel").getAttribute("value"),
    document.getElementById("alertTextLabel").textContent,
  ]);"""
# Firefox's own windows have no buttons; desktops do, and report a press to the same listener.
PRESS = """const [alert] = Services.wm.getEnumerator("alert:alert");
const QueryInterface = ChromeUtils.generateQI(["nsIAlertAction"]);
const button = { QueryInterface, action: arguments[0], title: "", iconURL: "" };
alert.gAlertListener.observe(button, "alertclickcallback", alert.gAlertCookie);"""
TAP = """const [alert] = Services.wm.getEnumerator("alert:alert");
alert.document.getElementById("alertTextLabel").click();"""
NOTIFIED = """const registration = await navigator.serviceWorker.ready;
return (await registration.getNotifications()).map((each) => [
  each.tag, each.actions.map(({ action }) => action)]);"""
HAS_SUBSCRIPTION = """const registration = await navigator.serviceWorker.ready;
return (await registration.pushManager.getSubscription()) !== null;"""
UNSUBSCRIBE = """const [origin] = arguments;
const principal = Services.scriptSecurityManager.createContentPrincipalFromOrigin(origin);
const service = Cc["@mozilla.org/push/Service;1"].getService(Ci.nsIPushService);
await new Promise((onUnsubscribe) => {
  service.unsubscribe(`${origin}/`, principal, { onUnsubscribe });
});
"""
CLOSE_ALERTS = """const alerts = [...Services.wm.getEnumerator("alert:alert")];
for (const each of alerts) each.close();
return alerts.length;"""


@pytest.fixture(scope="module")
def push_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Autopush]:
    """The push service that the Firefoxes of this module use."""
    with Autopush(tmp_path_factory.mktemp("push-service")) as service:
        yield service


@pytest.fixture(scope="module")
def push_site(tmp_path_factory: pytest.TempPathFactory, push_service: Autopush) -> Iterator[Site]:
    """A site that knows the push service, and its worker, which believes that one's certificate."""
    data = tmp_path_factory.mktemp("push-data")
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
def phone(push_service: Autopush, push_site: Site, firefox: Firefox) -> Iterator["Phone"]:
    """Somebody's phone, on which they have just turned reminders on."""
    phone = Phone(firefox, push_service, Somebody(push_site.app, noon_zone()))
    phone.turns_reminders_on()
    yield phone
    push_service.is_holding = False
    firefox.goes_to("/")
    firefox.ask("WebDriver:DeleteAllCookies")
    firefox.runs("localStorage.clear();")
    phone.loses_its_subscription()
    with firefox.in_its_own_code():
        until(lambda: not firefox.runs(CLOSE_ALERTS))


class Phone:
    """A Firefox with a person in front of it, and all that reminds them."""

    def __init__(self, firefox: Firefox, service: Autopush, somebody: Somebody) -> None:
        self.firefox = firefox
        self.service = service
        self.somebody = somebody
        self.app = somebody.app

    def turns_reminders_on(self) -> None:
        """Press the button on the page."""
        self.firefox.is_the_phone_of(self.somebody)
        self.firefox.goes_to("/reminders")
        self.firefox.clicks("//button[@data-push='on']")
        self.firefox.finds("//*[@data-here]")

    def loses_its_subscription(self) -> None:
        """Have Firefox end it by itself while no page is open that could notice."""
        self.firefox.closes_the_app()
        with self.firefox.in_its_own_code():
            self.firefox.awaits(UNSUBSCRIBE, self.firefox.origin)

    def device(self) -> PushSubscription | None:
        """Return what is stored of it, if anything is."""
        with self.app.app_context():
            user = db.session.get_one(User, self.somebody.id)
            found = push_subscriptions.subscriptions_of(user)
            db.session.expunge_all()
            return found[0] if found else None

    def endpoint(self) -> str:
        """Return the address that is stored, empty if there is none."""
        with self.app.app_context():
            user = db.session.get_one(User, self.somebody.id)
            found = push_subscriptions.subscriptions_of(user)
            return push_subscriptions.target_of(user, found[0]).endpoint if found else ""

    def channel(self) -> Channel:
        """Return the push service's side of what is stored."""
        found = self.service.browsers[self.endpoint().removeprefix(self.service.origin)]
        assert isinstance(found, Channel)
        return found

    def is_due(self, kind: Any, **more: Any) -> None:
        """Have a reminder that falls due in this minute."""
        now = datetime.now(UTC)
        local = now.astimezone(ZoneInfo(self.somebody.time_zone))
        rule = Recurrence(at_min=local.hour * 60 + local.minute)
        with self.app.app_context():
            user = db.session.get_one(User, self.somebody.id)
            entry = ReminderEntry(kind=kind, rule=rule, **more)
            reminders.create(user, entry, now=now - timedelta(minutes=1))
            db.session.commit()

    def occurrence(self, kind: str) -> Occurrence:
        """Return what became of the reminder of a kind."""
        with self.app.app_context():
            mine = Reminder.user_id == self.somebody.id
            found = db.session.scalars(
                select(Occurrence).join(Reminder).where(mine, Reminder.kind == kind)
            ).one()
            db.session.expunge_all()
            return found

    def says_that_it_showed_it(self) -> bool:
        """Whether the last message was heard of again."""
        device = self.device()
        return device is not None and device.last_receipt_at is not None and not device.unreceived

    def alert(self) -> list[str]:
        """Wait for a notification, and return its title and its text as they are shown."""
        with self.firefox.in_its_own_code():
            [alert] = until(lambda: self.firefox.runs(ALERTS))
        return list(alert)

    def presses(self, action: str) -> None:
        """Press a button of the notification."""
        with self.firefox.in_its_own_code():
            self.firefox.runs(PRESS, action)

    def taps(self) -> None:
        """Tap on the notification beside its buttons."""
        with self.firefox.in_its_own_code():
            self.firefox.runs(TAP)

    def has_none_left(self) -> None:
        """Wait until the notification is gone."""
        with self.firefox.in_its_own_code():
            until(lambda: not self.firefox.runs(ALERTS))


def test_a_reminder_is_shown_and_answered_with_a_button(phone: Phone):
    phone.is_due("check_in")

    assert phone.alert() == ["Good Days", "Time for your check-in"]
    tag = str(phone.occurrence("check_in").id)
    buttons = ["good_day", "not_today"]
    assert until(lambda: phone.firefox.awaits(NOTIFIED)) == [[tag, buttons]]
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
    assert phone.firefox.awaits(HAS_SUBSCRIPTION) is False
    assert phone.endpoint() == ""


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
