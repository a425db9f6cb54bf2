"""Whether reminders arrive, in numbers for whoever runs this Good Days: counts, and nobody's data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from sqlalchemy import func, select

from fstpwa.domain.push import NOT_REACHED_AFTER
from fstpwa.extensions import db
from fstpwa.models.people import WorkerHeartbeat
from fstpwa.models.reminders import (
    Delivery,
    DeliveryState,
    Occurrence,
    OccurrenceState,
    PushCount,
    PushSubscription,
)
from fstpwa.services import health, reminder_queue
from fstpwa.services.push_subscriptions import REMOVED
from fstpwa.services.reminder_queue import Queue
from fstpwa.services.reminder_retention import first_id_at

A_DAY = timedelta(days=1)
COUNTED_DAYS = 7
"""So many days of answers are shown, today among them."""
NEWEST = 10_000
"""Messages whose lateness is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys that messages are signed with."""

    count: int
    newest_id: str
    """Empty if there is none."""
    newest_made_at: datetime | None
    problem: str = ""
    """Why none can be used, in a word; empty if all is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How long after its time a message was with its push service, in seconds."""

    count: int
    """Messages that this is about."""
    p50: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What one push service answered in the last seven days."""

    service: str
    sent: int
    gone: int
    retry: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that somebody should look at."""

    name: str
    """As a machine knows it."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How reminders are doing."""

    at: datetime
    worker_beat_at: datetime | None
    """When a worker last finished a round; None: never."""
    queue: Queue
    lateness: Lateness | None
    """Of what was sent in the last 24 hours; None if nothing was."""
    answers: tuple[Answers, ...]
    refused_lately: int
    """Messages that push services refused today and yesterday (UTC)."""
    missed: int
    """Reminders that fell due in the last 24 hours and reached nobody."""
    devices: int
    devices_not_reached: int
    """Devices that showed none of the last three messages or more."""
    keys: Keys

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """What somebody should look at, gravest first."""
        late = self.worker_beat_at is None or self.at - self.worker_beat_at > health.LATE_AFTER
        still = self.queue.oldest_overdue_s > health.STANDS_STILL_AFTER.total_seconds()
        found = (
            (late, "worker_late", "No worker is at work: run 'fstpwa worker' or 'fstpwa serve'."),
            (
                bool(self.keys.problem),
                "push_keys",
                f"No message can be signed: {self.keys.problem}",
            ),
            (still, "stands_still", "What is due has been waiting for more than five minutes."),
            (self.refused_lately > 0, "refused", "Push services refused messages: see the log."),
            (self.missed > 0, "missed", "Reminders of the last 24 hours reached nobody."),
            (
                self.devices_not_reached > 0,
                "not_reached",
                "Devices have shown none of the last three messages or more.",
            ),
        )
        return tuple(Alarm(name=name, words=words) for is_so, name, words in found if is_so)


def status(keys: Keys, *, now: datetime) -> Status:
    """Return how reminders are doing; some ten queries, none of which writes.

    Args:
        keys: what there is to sign with, which the database does not know.
        now: an aware instant.
    """
    counts = _counts(now)
    return Status(
        at=now,
        worker_beat_at=db.session.scalar(
            select(WorkerHeartbeat.beat_at).where(WorkerHeartbeat.id == health.THE_ROW)
        ),
        queue=reminder_queue.queue(now=now),
        lateness=_lateness(now),
        answers=_answers(counts),
        refused_lately=_refused_lately(counts, now),
        missed=_missed(now),
        devices=_count_devices(0),
        devices_not_reached=_count_devices(NOT_REACHED_AFTER),
        keys=keys,
    )


def _counts(now: datetime) -> Sequence[PushCount]:
    first = now.astimezone(UTC).date() - timedelta(days=COUNTED_DAYS - 1)
    return db.session.scalars(select(PushCount).where(PushCount.day >= first)).all()


def _answers(counts: Iterable[PushCount]) -> tuple[Answers, ...]:
    found: dict[str, dict[str, int]] = {}
    for each in counts:
        of_service = found.setdefault(
            each.service, {"sent": 0, "gone": 0, "retry": 0, "refused": 0}
        )
        of_service[each.verdict] += each.count
    return tuple(Answers(service=service, **found[service]) for service in sorted(found))


def _refused_lately(counts: Iterable[PushCount], now: datetime) -> int:
    yesterday = now.astimezone(UTC).date() - A_DAY
    return sum(each.count for each in counts if each.verdict == "refused" and each.day >= yesterday)


def _lateness(now: datetime) -> Lateness | None:
    newest = (
        select(Delivery.occurrence_id, Delivery.sent_at)
        .where(Delivery.state == DeliveryState.SENT)
        .order_by(Delivery.id.desc())
        .limit(NEWEST)
        .subquery()
    )
    rows = db.session.execute(
        select(newest.c.sent_at, Occurrence.ring_at)
        .join(Occurrence, Occurrence.id == newest.c.occurrence_id)
        # Put off since, it rings later than it was sent.
        .where(newest.c.sent_at >= now - A_DAY, Occurrence.ring_at <= newest.c.sent_at)
    )
    return lateness_of((row.sent_at - row.ring_at).total_seconds() for row in rows)


def lateness_of(seconds: Iterable[float]) -> Lateness | None:
    """Return the middle and the end of a distribution (nearest rank); None of nothing."""
    late = sorted(seconds)
    if not late:
        return None

    def rank(share: float) -> float:
        return late[max(0, ceil(share * len(late)) - 1)]

    return Lateness(count=len(late), p50=rank(0.5), p95=rank(0.95), p99=rank(0.99), most=late[-1])


def _missed(now: datetime) -> int:
    found = select(func.count()).where(
        # The ids rise with time and are indexed; a day more, since they come at the decision.
        Occurrence.id >= first_id_at(now - 2 * A_DAY),
        Occurrence.due_at >= now - A_DAY,
        Occurrence.state == OccurrenceState.MISSED,
    )
    return db.session.scalar(found) or 0


def _count_devices(unreceived: int) -> int:
    found = select(func.count()).where(
        PushSubscription.key_id != REMOVED, PushSubscription.unreceived >= unreceived
    )
    return db.session.scalar(found) or 0
