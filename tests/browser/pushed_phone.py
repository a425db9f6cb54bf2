"""A phone whose service worker is given push messages and taps, without a push service.

Chromium's DevTools hand a message to the worker as its push service would. They cannot tap on a
notification: the tap is an event made in the worker, on the notification that is really there. What
a browser allows only after a real tap (a new window, bringing one to the front) is noted instead.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from fstpwa.domain.push import PushTarget
from fstpwa.domain.recurrence import EVERY_DAY, Recurrence
from fstpwa.domain.reminders import Kind
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.practice import CheckIn
from fstpwa.models.reminders import Occurrence, PushSubscription, Reminder
from fstpwa.services import push_subscriptions, reminders
from fstpwa.services.notices import Composer
from fstpwa.services.reminder_dispatch import Inline
from fstpwa.services.reminders import ReminderEntry
from tests.browser.conftest import Site
from tests.browser.people import Somebody
from tests.reminding import PushService, target_named

IS_ACTIVE = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  if (active.state === "activated") return true;
  return new Promise((done) => active.addEventListener("statechange", () => done(true)));
}"""
NOTE_CALLS = """() => {
  self.calls = [];
  const note = (owner, name, answer) => {
    const own = owner[name];
    owner[name] = function (...given) {
      self.calls.push([name, given[0] ?? this.url]);
      return answer ? answer(this) : own.apply(this, given);
    };
  };
  note(WindowClient.prototype, "focus", (client) => Promise.resolve(client));
  note(Clients.prototype, "openWindow", () => Promise.resolve(null));
  note(WorkerNavigator.prototype, "setAppBadge");
}"""
SHOWN = """async () => (await registration.getNotifications()).map((each) => ({
  title: each.title, body: each.body, tag: each.tag, lang: each.lang, icon: each.icon, badge: each.badge,
  renotify: each.renotify, actions: each.actions.map(({ action, title }) => [action, title]), data: each.data,
}))"""
TAP = """async ([tag, action]) => {
  const [notification] = await registration.getNotifications(tag ? { tag } : {});
  const tap = new NotificationEvent("notificationclick", { notification, action });
  self.waits = [];
  // Chromium lets no script prolong an event that a script made.
  Object.defineProperty(tap, "waitUntil", { value: (done) => self.waits.push(done) });
  self.dispatchEvent(tap);
}"""
IS_DONE_WITH_IT = "async () => { await Promise.all(self.waits); }"
SHOWN_BY_BROWSER = """async (notification) => {
  const push = new PushEvent("push");
  Object.defineProperty(push, "notification", { value: notification });
  self.waits = [];
  Object.defineProperty(push, "waitUntil", { value: (done) => self.waits.push(done) });
  self.dispatchEvent(push);
  await Promise.all(self.waits);
}"""
HASTEN = """(times) => {
  const own = self.setTimeout;
  self.setTimeout = (then, after) => own(then, after / times);
}"""
KEPT = """() => new Promise((done) => {
  const opening = indexedDB.open("good-days-worker");
  opening.onsuccess = () => {
    const all = opening.result.transaction("answers").objectStore("answers").getAll();
    all.onsuccess = () => { opening.result.close(); done(all.result); };
  };
})"""
RESUBSCRIBE = """async ([endpoint, p256dh, auth]) => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0)).buffer;
  const { prototype } = PushManager;
  prototype.getSubscription = async () => null;
  prototype.subscribe = async ({ applicationServerKey: key }) => ({
    endpoint,
    options: { applicationServerKey: typeof key === "string" ? bytes(key) : key },
    getKey: (name) => bytes(name === "auth" ? auth : p256dh),
  });
  const change = new PushSubscriptionChangeEvent("pushsubscriptionchange", {});
  self.waits = [];
  Object.defineProperty(change, "waitUntil", { value: (done) => self.waits.push(done) });
  self.dispatchEvent(change);
  await Promise.all(self.waits);
}"""


def soon(holds: Callable[[], Any], page: Page, at_most_s: float = 10) -> Any:
    """Wait until something holds, and return it."""
    deadline = time.monotonic() + at_most_s
    while not (found := holds()):
        assert time.monotonic() < deadline, holds
        # Not time.sleep: the browser's own events come in meanwhile.
        page.wait_for_timeout(25)
    return found


@dataclass
class PushedPhone:
    """Somebody's phone with the app's service worker, its pages, and a page that is not ours."""

    site: Site
    person: Somebody
    context: BrowserContext
    allowed: list[str] = field(default_factory=lambda: ["notifications"])
    errors: list[str] = field(default_factory=list)
    """What the worker complained about."""
    last_message: bytes | str | None = None
    """What was handed to the worker last."""

    def __post_init__(self) -> None:
        """Open the app once, so that its worker is there."""
        self.context.grant_permissions(self.allowed, origin=self.site.origin)
        self.page = self.context.new_page()
        self.page.goto("/today")
        self.page.evaluate(IS_ACTIVE)
        self.page.goto("about:blank")
        [self.worker] = self.context.service_workers
        # The DevTools hang on a page that stays when those of the app are closed.
        self.elsewhere = self.context.new_page()
        self.devtools = self.context.new_cdp_session(self.elsewhere)
        registrations: list[dict[str, Any]] = []
        self.devtools.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: registrations.extend(event["registrations"]),
        )
        self.devtools.on(
            "ServiceWorker.workerErrorReported",
            lambda event: self.errors.append(event["errorMessage"]["errorMessage"]),
        )
        self.devtools.send("ServiceWorker.enable")
        scope = self.site.origin + "/"
        self.registration = soon(
            lambda: [r["registrationId"] for r in registrations if r["scopeURL"] == scope],
            self.elsewhere,
        )[0]
        self.worker.evaluate(NOTE_CALLS)
        # A worker may lead only pages that were loaded through it.
        self.page.goto("/today")
        soon(lambda: self.calls("setAppBadge") == [0], self.elsewhere)
        self.worker.evaluate("self.calls = []")

    def gets(self, message: bytes | str) -> None:
        """Hand a push message to the worker."""
        self.last_message = message
        data = message.decode() if isinstance(message, bytes) else message
        which = {"origin": self.site.origin, "registrationId": self.registration}
        self.devtools.send("ServiceWorker.deliverPushMessage", {**which, "data": data})

    def learns_what_the_browser_shows(self, message: bytes) -> None:
        """Tell the worker of a message as Safari does that shows a declarative one by itself."""
        self.worker.evaluate(SHOWN_BY_BROWSER, json.loads(message)["notification"])

    def has_a_network_again(self) -> None:
        """Tell the worker so, as Chromium's Background Sync does."""
        which = {"origin": self.site.origin, "registrationId": self.registration}
        sync = {**which, "tag": "answers", "lastChance": False}
        self.devtools.send("ServiceWorker.dispatchSyncEvent", sync)

    def is_reminded_of(self, kind: Kind) -> bytes:
        """Let a reminder fall due now. Returns the message, as it would go to the push service."""
        now = datetime.now(UTC)
        service = PushService()
        with self.site.app.app_context():
            user = db.session.get_one(User, self.person.id)
            self._subscribe(user, now)
            at = now.astimezone(ZoneInfo(user.time_zone))
            rule = Recurrence(at_min=at.hour * 60 + at.minute, days_mask=EVERY_DAY)
            before = now - timedelta(minutes=2)
            reminders.create(user, ReminderEntry(kind=kind, rule=rule), now=before)
            db.session.commit()
            compose = Composer(origin=self.site.origin, icon="/static/icons/icon-192.png")
            Inline(sender=service, compose=compose, clock=lambda: now, pause_s=0).run()
        [message] = [sent for name, sent in service.got if name == self.name]
        return message.payload

    @property
    def name(self) -> str:
        """What its subscription is known by at the push service."""
        return f"phone-of-{self.person.id}"

    def subscription(self) -> PushSubscription:
        """Return what is stored of its subscription."""
        with self.site.app.app_context():
            mine = select(PushSubscription).filter_by(user_id=self.person.id)
            return db.session.scalars(mine).one()

    def occurrence(self) -> Occurrence:
        """Return what became of its one reminder."""
        with self.site.app.app_context():
            mine = select(Occurrence).join(Reminder, Reminder.id == Occurrence.reminder_id)
            return db.session.scalars(mine.where(Reminder.user_id == self.person.id)).one()

    def check_in(self) -> CheckIn:
        """Return the row of its person's one check-in, with when each question was answered."""
        with self.site.app.app_context():
            mine = select(CheckIn).filter_by(user_id=self.person.id)
            return db.session.scalars(mine).one()

    def shows(self) -> dict[str, Any]:
        """Wait for the one notification, and return it.

        The DevTools lose a message now and then on a busy machine (three in some sixty runs), so
        one that is not shown soon comes once more.
        """
        try:
            [one] = soon(lambda: self.worker.evaluate(SHOWN), self.elsewhere, at_most_s=5)
        except AssertionError:
            if self.last_message is None:
                raise
            self.gets(self.last_message)
            [one] = soon(lambda: self.worker.evaluate(SHOWN), self.elsewhere)
        return dict(one)

    def shows_nothing(self) -> bool:
        """Whether no notification is there."""
        return not self.worker.evaluate(SHOWN)

    def is_tapped(self, action: str = "", *, tag: str = "", wait: bool = True) -> None:
        """Tap on the notification, or on a button of it; wait until all of it is done."""
        self.worker.evaluate(TAP, [tag, action])
        if wait:
            self.worker.evaluate(IS_DONE_WITH_IT)

    def kept(self) -> list[dict[str, Any]]:
        """Return the answers that the worker has not sent yet."""
        return list(self.worker.evaluate(KEPT))

    def calls(self, name: str) -> list[Any]:
        """Return what the worker called `name` with, as paths where they are addresses."""
        given = [what for called, what in self.worker.evaluate("self.calls") if called == name]
        return [urlsplit(each).path if isinstance(each, str) else each for each in given]

    def loses_its_subscription(self, new: PushTarget) -> None:
        """Let the browser end it, and give it `new` when it subscribes anew."""
        self.worker.evaluate(RESUBSCRIBE, [new.endpoint, new.p256dh, new.auth])

    def hastens(self, times: int) -> None:
        """Let the worker's own waiting last so much less from now on."""
        self.worker.evaluate(HASTEN, times)

    def signs_out(self) -> None:
        """Forget who is signed in, and close the app."""
        self.context.clear_cookies()
        self.page.close()

    def _subscribe(self, user: User, now: datetime) -> None:
        newest = select(DeviceSession).filter_by(user_id=user.id).order_by(DeviceSession.id.desc())
        device = db.session.scalars(newest.limit(1)).one()
        push_subscriptions.keep(device, target_named(self.name), now=now)


def answer_path(message: bytes) -> str:
    """Return where the answer to a message goes."""
    return str(json.loads(message)["notification"]["data"]["answer"])
