"""A push service in trouble for some minutes, and what becomes of the reminders of that time.

The clock of reminders is a number here: the minutes until a message is tried again pass at once.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from fstpwa.domain.push import PushMessage, topic_of
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.models.reminders import Delivery, PushSubscription
from fstpwa.outbound.push.sender import AT_ONCE, SenderSettings
from fstpwa.outbound.push.sending_thread import SendingThread
from fstpwa.outbound.push.vapid import PushKey, Signer, load_keys, make_key
from fstpwa.services import devices, push_subscriptions
from fstpwa.services.reminder_checks import Ready
from fstpwa.services.reminder_dispatch import Inline
from tests.push_service import Answer, Browser, PushService
from tests.reminding import EARLY, EIGHT, new_user, remind

DEVICES = 10
"""Of one person."""
DEADLINE_S = 1.0
"""Instead of ten."""
LOOKS_EVERY = timedelta(seconds=30)

Fault = Callable[[PushService, PushService], Answer]
"""Makes the wrong answer of the first one; the second is a machine inside our network."""

FAULTS: Mapping[str, Fault] = {
    "429 and when to come back": lambda service, _: service.status(429, retry_after="40"),
    "503": lambda service, _: service.status(503),
    "hangs": lambda service, _: service.hang,
    "drips its head": lambda service, _: service.drip_head,
    "drips its body": lambda service, _: service.drip_body,
    "resets": lambda service, _: service.reset,
    "redirects inside": lambda service, inside: service.status(
        307, location=f"{inside.origin}/wpush/x"
    ),
    "410": lambda service, _: service.status(410),
    "a huge head": lambda service, _: service.huge_head,
    "a huge body": lambda service, _: service.huge_body(says_length=False),
    "a huge body that says so": lambda service, _: service.huge_body(says_length=True),
}

TAKEN_ANYWAY = {"drips its body", "a huge body", "a huge body that says so"}
"""The message was taken before the trouble began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What it came to."""

    messages: int
    requests: int
    """That the service got, during the trouble and after it."""
    states: Mapping[str, int]
    """Of the messages that are still there: those to subscriptions that are gone are not."""
    subscriptions: int
    shown: int
    """Messages that browsers could read."""
    inside: int
    """Connections to the machine inside our network."""
    lasted: timedelta
    """From when the reminders were due until all was settled."""


def lived_through(
    fault: Fault,
    folder: Path,
    *,
    people: int,
    at_once: int = AT_ONCE,
    deadline_s: float = DEADLINE_S,
    lasts: timedelta = timedelta(minutes=10),
) -> Aftermath:
    """Let reminders of `people` with ten devices each fall due while a service is in trouble.

    Needs an app context on a database where nothing else is due; stores its people there.
    """
    make_key(folder / "push_keys", now=EARLY)
    keys = load_keys(folder / "push_keys")
    with PushService(folder) as service, PushService(folder, beside=service) as inside:
        browsers = _remind(people, service, keys.current)
        clock = [EIGHT]
        settings = SenderSettings(
            signer=Signer(
                keys=keys,
                subject="mailto:days@example.org",
                clock=lambda: datetime.now(UTC).timestamp(),
            ),
            extra_hosts=frozenset({service.host, inside.host}),
            trust=service.trust(),
            at_once=at_once,
            deadline_s=deadline_s,
            steady_clock=lambda: clock[0].timestamp(),
        )
        service.answer = fault(service, inside)
        with SendingThread(settings) as sender:
            at_work = Inline(sender=sender, compose=_compose, clock=lambda: clock[0], pause_s=0)
            at_work.run()
            while (next_try_at := _next_try_at()) is not None:
                clock[0] = max(next_try_at, clock[0] + LOOKS_EVERY)
                if clock[0] >= EIGHT + lasts:
                    service.answer = None
                at_work.run()
        return Aftermath(
            messages=len(browsers),
            requests=len(service.posts),
            states=Counter(db.session.scalars(select(Delivery.state))),
            subscriptions=db.session.scalar(select(func.count(PushSubscription.id))) or 0,
            shown=sum(len(each.shown) for each in browsers),
            inside=len(inside.connections),
            lasted=clock[0] - EIGHT,
        )


def _remind(people: int, service: PushService, key: PushKey) -> list[Browser]:
    """Store people with devices at `service`, all reminded at eight."""
    browsers = []
    for _ in range(people):
        user = new_user()
        for _ in range(DEVICES):
            browser = service.subscribe(key.public, key.id)
            devices.open_device(user, "phone", now=EARLY)
            newest = select(DeviceSession).order_by(DeviceSession.id.desc()).limit(1)
            push_subscriptions.keep(
                db.session.scalars(newest).one(), browser.target, name="phone", now=EARLY
            )
            browsers.append(browser)
        remind(user)
    db.session.commit()
    return browsers


def _compose(ready: Ready) -> PushMessage:
    payload = f"Time for {ready.occurrence_id}".encode()
    return PushMessage(ready.target, payload, ready.ttl_s, topic_of(ready.occurrence_id))


def _next_try_at() -> datetime | None:
    found: datetime | None = db.session.scalar(select(func.min(Delivery.next_try_at)))
    db.session.rollback()
    return found
