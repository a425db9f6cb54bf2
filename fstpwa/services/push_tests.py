"""Test messages: somebody asks for one to a device of theirs, a worker sends it, the page tells.

One try each: whoever asked is looking at the phone, and asks again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, case, select, update

from fstpwa import log
from fstpwa.domain.errors import Conflict, GoodDaysError
from fstpwa.domain.push import PushMessage, PushSender, SendOutcome, Verdict
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import push_counts
from fstpwa.services.push_subscriptions import REMOVED

BETWEEN_TWO = timedelta(seconds=10)
LATE_AFTER = timedelta(seconds=30)
"""A worker looks every second: after so long none is there, or what it began came to nothing."""
SENT_WITHIN = timedelta(minutes=10)
"""After that nobody waits for it, and it is not sent any more."""
AT_ONCE = 50

WAITS = (PushSubscription.test_asked_at.is_not(None), PushSubscription.test_tried_at.is_(None))
"""Of a device: no worker has taken the test message that was asked for."""

State = Literal["none", "waiting", "sent", "shown", "failed", "late"]
Write = Callable[[PushSubscription, User], PushMessage]


def ask(subscription: PushSubscription, *, now: datetime) -> None:
    """Ask for a test message to a device; flushed.

    Raises:
        Conflict: the last one was asked for less than ten seconds ago.
    """
    db.session.flush()
    # Of two requests at once the second waits for the first.
    db.session.refresh(subscription, with_for_update={"key_share": True})
    asked_at = subscription.test_asked_at
    if asked_at is not None and asked_at <= now < asked_at + BETWEEN_TWO:
        raise Conflict("A test is on its way. Please wait ten seconds before the next one.")
    subscription.test_asked_at = now
    subscription.test_tried_at = subscription.test_shown_at = None
    subscription.test_verdict = None
    db.session.flush()


def state_of(subscription: PushSubscription, *, now: datetime) -> State:
    """Return how far the last test message to a device is.

    Returns:
        none: never asked for. waiting: for a worker, or for the push service. late: no worker has
        taken it for half a minute. sent: the push service has it. shown: the device said so.
        failed: it will not come.
    """
    if subscription.test_asked_at is None:
        return "none"
    if subscription.test_shown_at is not None:
        return "shown"
    if subscription.test_tried_at is None:
        return "late" if now - subscription.test_asked_at > LATE_AFTER else "waiting"
    if subscription.test_verdict is None:
        return "failed" if now - subscription.test_tried_at > LATE_AFTER else "waiting"
    return "sent" if subscription.test_verdict == "sent" else "failed"


def waiting() -> Select[int]:
    """Return the query for the numbers of devices whose test message no worker has taken."""
    return select(PushSubscription.id).where(*WAITS)


def send_waiting(sender: PushSender, write: Write, *, now: datetime) -> int:
    """Send test messages that are waited for; call it inside an app context, without a transaction.

    Taking them, and what came of them, is each committed here. Nothing is sent from inside a
    transaction, and what a worker had taken before it died is not sent again.

    Args:
        sender: carries the messages.
        write: writes the message to a device of somebody; one that raises a GoodDaysError fails.
        now: an aware instant.

    Returns:
        How many were taken.
    """
    taken = _take(write, now)
    db.session.commit()
    if taken.to_send:
        messages = [message for _, message in taken.to_send]
        for place, outcome in sender.send(messages):
            _note(taken.to_send[place][0], outcome, now)
            db.session.commit()
    return len(taken.to_send) + taken.not_sent


@dataclass(frozen=True, slots=True)
class _Asked:
    subscription_id: int
    asked_at: datetime
    service: str


@dataclass(slots=True)
class _Taken:
    to_send: list[tuple[_Asked, PushMessage]] = field(default_factory=list)
    not_sent: int = 0


def _take(write: Write, now: datetime) -> _Taken:
    """Take some for this worker, and write their messages; flushed."""
    rows = db.session.execute(
        select(PushSubscription, User, DeviceSession)
        .join(User, User.id == PushSubscription.user_id)
        .join(DeviceSession, DeviceSession.id == PushSubscription.device_session_id)
        .where(*WAITS)
        .order_by(PushSubscription.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True, of=PushSubscription)
        .execution_options(populate_existing=True)
    ).all()
    taken = _Taken()
    for subscription, user, device in rows:
        subscription.test_tried_at = now
        verdict, message = _written(subscription, user, device, write, now)
        subscription.test_verdict = verdict
        asked_at = subscription.test_asked_at
        if message is None or asked_at is None:
            taken.not_sent += 1
            continue
        taken.to_send.append((_Asked(subscription.id, asked_at, subscription.service), message))
    db.session.flush()
    return taken


def _written(
    subscription: PushSubscription,
    user: User,
    device: DeviceSession,
    write: Write,
    now: datetime,
) -> tuple[Verdict | None, PushMessage | None]:
    """Return the message, or what is to be stored instead of sending one."""
    is_theirs = device.user_id == user.id and subscription.key_id != REMOVED
    if not is_theirs or now >= min(device.idle_expires_at, device.expires_at):
        return "gone", None
    if subscription.test_asked_at is None or now - subscription.test_asked_at > SENT_WITHIN:
        return "retry", None
    try:
        return None, write(subscription, user)
    except GoodDaysError as problem:
        log.error("test_message_not_written", error=problem)
        return "refused", None


def _note(asked: _Asked, outcome: SendOutcome, now: datetime) -> None:
    """Store what came of a test message; flushed. Another one may have been asked for meanwhile."""
    is_the_last = PushSubscription.test_asked_at == asked.asked_at
    changes: dict[str, object] = {
        "test_verdict": case((is_the_last, outcome.verdict), else_=PushSubscription.test_verdict)
    }
    if outcome.verdict == "sent":
        # A quick device may have said by now that it showed it.
        is_shown = is_the_last & PushSubscription.test_shown_at.is_not(None)
        more = case((is_shown, 0), else_=1)
        changes |= {"last_sent_at": now, "failing": 0}
        changes["unreceived"] = PushSubscription.unreceived + more
    elif not outcome.is_held_back:
        changes["failing"] = PushSubscription.failing + 1
    db.session.execute(
        update(PushSubscription)
        .where(PushSubscription.id == asked.subscription_id)
        .values(changes)
        .execution_options(synchronize_session=False)
    )
    push_counts.note([(asked.service, outcome)], now=now)
