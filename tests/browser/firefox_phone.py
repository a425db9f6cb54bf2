"""A phone in a browser test: a person, their Firefox, and all that reminds them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fstpwa.domain.recurrence import Recurrence
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import Occurrence, PushSubscription, Reminder
from fstpwa.outbound.push.vapid import PushKey
from fstpwa.services import push_subscriptions, reminders
from fstpwa.services.reminders import ReminderEntry
from tests.autopush import Autopush, Channel
from tests.browser.firefox_browser import Firefox, until
from tests.browser.people import Somebody

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
SUBSCRIBE_WITH = """const [applicationServerKey, key_id] = arguments;
const { pushManager } = await navigator.serviceWorker.ready;
await (await pushManager.getSubscription())?.unsubscribe();
const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
const fields = { endpoint: made.endpoint, ...made.toJSON().keys, key_id };
await fetch("/reminders/devices", { method: "POST", body: new URLSearchParams(fields) });"""


class Phone:
    """Somebody's Firefox, whose push service is on this machine."""

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

    def turned_reminders_on_with(self, key: PushKey) -> None:
        """Have subscribed with one of the server's keys, as the page did when it was the current."""
        # On a page that looks after nothing, or it would be renewed at once.
        self.firefox.goes_to("/offline")
        self.firefox.awaits(SUBSCRIBE_WITH, key.public, key.id)

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

    def is_removed_elsewhere(self) -> None:
        """Have the person remove it from the list on another device."""
        with self.app.app_context():
            user = db.session.get_one(User, self.somebody.id)
            [found] = push_subscriptions.subscriptions_of(user)
            push_subscriptions.remove(found, now=datetime.now(UTC))
            db.session.commit()

    def is_subscribed(self) -> bool:
        """Whether the browser has a subscription."""
        return bool(self.firefox.awaits(HAS_SUBSCRIPTION))

    def notifications(self) -> list[Any]:
        """Return tag and buttons of those that are shown, as the page is told."""
        return list(self.firefox.awaits(NOTIFIED))

    def closes_alerts(self) -> None:
        """Sweep away whatever is shown."""
        with self.firefox.in_its_own_code():
            until(lambda: not self.firefox.runs(CLOSE_ALERTS))

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
