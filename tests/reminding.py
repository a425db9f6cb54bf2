"""What tests of reminders share: people with reminders and browsers, and a push service of theirs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from fstpwa.domain.push import PushMessage, PushTarget, SendOutcome, topic_of
from fstpwa.domain.recurrence import EVERY_DAY, Recurrence
from fstpwa.domain.reminders import Kind
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.practice import CheckIn, PlannedSession
from fstpwa.models.reminders import Delivery, Occurrence, PushSubscription, Reminder
from fstpwa.services import devices, push_subscriptions, reminders
from fstpwa.services.reminder_checks import Ready
from fstpwa.services.reminder_dispatch import Inline
from fstpwa.services.reminders import ReminderEntry

TODAY = date(2026, 3, 4)
EARLY = datetime(2026, 3, 4, 5, tzinfo=UTC)
"""Before any reminder of these tests, and after the day before's."""
EIGHT = datetime(2026, 3, 4, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

SENT = SendOutcome("sent", 201, None)
GONE = SendOutcome("gone", 410, None)
RETRY = SendOutcome("retry", 503, None)
REFUSED = SendOutcome("refused", 403, None)


def remind(
    user: User,
    *,
    kind: Kind = "check_in",
    at_min: int = 8 * 60,
    days_mask: int = EVERY_DAY,
    now: datetime = EARLY,
    **more: object,
) -> Reminder:
    """Give `user` a reminder, from `now` on."""
    rule = Recurrence(at_min=at_min, days_mask=days_mask)
    return reminders.create(user, ReminderEntry(kind=kind, rule=rule, **more), now=now)


def plan_today(user: User) -> list[PlannedSession]:
    """Bring the sessions that `user` has on the day after to the day of these tests."""
    sessions = db.session.scalars(
        select(PlannedSession)
        .filter_by(user_id=user.id, day=TODAY + DAY)
        .order_by(PlannedSession.at_min, PlannedSession.id)
    ).all()
    assert sessions
    for each in sessions:
        each.day = TODAY
    db.session.flush()
    return list(sessions)


def target_named(name: str) -> PushTarget:
    """Return an address and keys, the same for the same name."""
    return PushTarget(f"https://push.example/{name}", f"p256dh of {name}", f"auth of {name}", "k1")


def subscribe(user: User, name: str = "phone", *, now: datetime = EARLY) -> PushSubscription:
    """Sign `user` in on a new device that takes messages at the address of `name`."""
    devices.open_device(user, name, now=now)
    newest = select(DeviceSession).filter_by(user_id=user.id).order_by(DeviceSession.id.desc())
    device = db.session.scalars(newest.limit(1)).one()
    return push_subscriptions.keep(device, target_named(name), name=name, now=now)


def check_in(user: User, day: date = TODAY) -> None:
    """Store that `user` checked in on a day."""
    at = {"recorded_at": EARLY, "changed_at": EARLY}
    db.session.add(CheckIn(user_id=user.id, day=day, stiffness=3, clocks={}, **at))
    db.session.flush()


def occurrences() -> list[Occurrence]:
    """Return all that became of reminders, by date, as the database has it."""
    db.session.expire_all()
    return list(db.session.scalars(select(Occurrence).order_by(Occurrence.occ_key)))


def outcomes() -> list[tuple[date, str, str]]:
    """Return date, state and reason of all that became of reminders."""
    return [(each.occ_key, each.state, each.reason) for each in occurrences()]


def messages() -> list[Delivery]:
    """Return all messages to devices, oldest first, as the database has them."""
    db.session.expire_all()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def message_states() -> list[str]:
    """Return the states of all messages."""
    return [each.state for each in messages()]


@dataclass
class PushService:
    """Keeps what it is sent, by the last part of the address, and answers as it is told."""

    answers: dict[str, SendOutcome] = field(default_factory=dict)
    got: list[tuple[str, PushMessage]] = field(default_factory=list)
    while_sending: Callable[[], None] = lambda: None

    def send(self, messages: Sequence[PushMessage]) -> Iterator[tuple[int, SendOutcome]]:
        """Take all, the last one first."""
        for position in reversed(range(len(messages))):
            name = messages[position].target.endpoint.rpartition("/")[2]
            self.got.append((name, messages[position]))
            self.while_sending()
            yield position, self.answers.get(name, SENT)

    def names(self) -> list[str]:
        """Return to whom it was sent."""
        return sorted(name for name, _ in self.got)


def compose(ready: Ready) -> PushMessage:
    """Write a message of the identity alone."""
    payload = str(ready.occurrence_id).encode()
    return PushMessage(ready.target, payload, ready.ttl_s, topic_of(ready.occurrence_id))


def dispatcher(service: PushService, now: datetime) -> Inline:
    """Return a dispatcher whose clock stands still."""
    return Inline(sender=service, compose=compose, clock=lambda: now, pause_s=0)


def new_user(name: str = "") -> User:
    """Store somebody in UTC."""
    user = User(public_id=uuid4(), role="client", name=name, created_at=EARLY, last_seen_at=EARLY)
    db.session.add(user)
    db.session.flush()
    return user
