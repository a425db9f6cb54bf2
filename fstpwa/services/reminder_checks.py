"""The last look before a message is sent: whether, from fresh rows, it still makes sense."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from fstpwa import log
from fstpwa.domain.errors import Unreadable
from fstpwa.domain.push import PushTarget
from fstpwa.domain.recurrence import Due
from fstpwa.domain.reminders import Decision, decide
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.reminders import (
    Delivery,
    DeliveryState,
    Occurrence,
    OccurrenceState,
    PushSubscription,
    Reminder,
    ReminderKind,
)
from fstpwa.services import deliveries, push_subscriptions
from fstpwa.services.deliveries import Lease
from fstpwa.services.listed import listed
from fstpwa.services.notice_facts import waiting_reminders, waiting_sessions
from fstpwa.services.occurrence_looks import reached
from fstpwa.services.reminder_facts import RULE_COLUMNS, AnyRow, facts_about


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A message that is to be sent now, with what its words need. It holds no row."""

    lease: Lease
    occurrence_id: UUID
    kind: str
    day: date
    """The local date that it is about."""
    snoozes: int
    """How often it was put off, 0-3."""
    session_id: UUID | None
    """The session that waits on that day; None for a check-in, or if none does."""
    session_name: str
    """Its name, empty if there is none."""
    waiting: int
    """How many reminders of this person wait for an answer, this one included."""
    checked_at: datetime
    """When it was looked at: what is written into it counts from here."""
    user_public_id: UUID
    language: str
    subscription_id: int
    target: PushTarget
    discreet: bool
    """Whether the words may say nothing about health."""
    ttl_s: int
    """For how long it makes sense, in seconds; at least 1."""


@dataclass(slots=True)
class _Sorted:
    ready: list[Ready] = field(default_factory=list)
    to_send: list[tuple[Any, Lease]] = field(default_factory=list)
    over: list[Lease] = field(default_factory=list)
    gone: list[Lease] = field(default_factory=list)
    dead: list[Lease] = field(default_factory=list)
    decided: dict[UUID, Decision] = field(default_factory=dict)
    """What became of occurrences that are not sent now."""


def check(leases: Sequence[Lease], *, now: datetime) -> list[Ready]:
    """Return which of the taken messages are to be sent; the others are closed. Flushed.

    Not sent is what was done, answered, paused or switched off meanwhile, what is too late by
    now, and what would ring in quiet hours or on a device that is signed out.
    """
    taken = {each.delivery_id: each for each in leases}
    rows = [row for row in _rows(taken) if row.attempts == taken[row.delivery_id].attempt]
    waiting = waiting_reminders({row.user_id for row in rows}, now=now)
    facts = facts_about([*waiting, *((row.kind, row.user_id, row.occ_key) for row in rows)])
    found = _Sorted()
    for row in rows:
        one = taken[row.delivery_id]
        is_theirs = row.receiver_id == row.device_user_id == row.user_id
        if not is_theirs or now >= min(row.idle_expires_at, row.expires_at):
            found.gone.append(one)
        elif row.state != OccurrenceState.DUE:
            found.over.append(one)
        else:
            due = Due(day=row.occ_key, at=row.ring_at)
            decision = decide(due, facts.about(row, row.occ_key), now=now)
            if decision.outcome == "send":
                found.to_send.append((row, one))
            else:
                found.over.append(one)
                found.decided[row.occurrence_id] = decision
    badges = Counter(task[1] for task in waiting if task not in facts.done)
    _make_ready(found, badges, now)
    # Occurrences before deliveries, in the same order as everywhere.
    _note(found.decided)
    deliveries.end(found.over, DeliveryState.EXPIRED)
    deliveries.end(found.gone, DeliveryState.GONE)
    deliveries.end(found.dead, DeliveryState.DEAD)
    return found.ready


_TAKEN = (
    select(
        *RULE_COLUMNS,
        Delivery.id.label("delivery_id"),
        Delivery.attempts,
        Occurrence.id.label("occurrence_id"),
        Occurrence.occ_key,
        Occurrence.ring_at,
        Occurrence.state,
        Occurrence.snoozes,
        DeviceSession.user_id.label("device_user_id"),
        DeviceSession.idle_expires_at,
        DeviceSession.expires_at,
        PushSubscription.id.label("subscription_id"),
        PushSubscription.user_id.label("receiver_id"),
        PushSubscription.target,
        PushSubscription.key_id,
        PushSubscription.discreet,
        User.public_id,
        User.data_key,
        User.language,
    )
    .select_from(Delivery)
    .join(Occurrence, Occurrence.id == Delivery.occurrence_id)
    .join(Reminder, Reminder.id == Occurrence.reminder_id)
    .join(User, User.id == Reminder.user_id)
    .join(PushSubscription, PushSubscription.id == Delivery.subscription_id)
    .join(DeviceSession, DeviceSession.id == PushSubscription.device_session_id)
    .where(listed(Delivery.id, "ids"), Delivery.state == DeliveryState.SENDING)
    .order_by(Delivery.id)
)
"""Columns and no mapped objects, which take as long to make as all the rest."""


def _rows(taken: Mapping[int, Lease]) -> Sequence[AnyRow]:
    return db.session.execute(_TAKEN, {"ids": taken}).all()


def _make_ready(found: _Sorted, badges: Mapping[int, int], now: datetime) -> None:
    """Add what the words need; one query at most, however many messages there are."""
    rows = [row for row, _ in found.to_send]
    sessions = waiting_sessions(
        (row.user_id, row.occ_key) for row in rows if row.kind == ReminderKind.PRACTICE
    )
    for row, lease in found.to_send:
        try:
            target = push_subscriptions.target_of(row, row)
        except Unreadable:
            log.error("push_target_unreadable")
            found.dead.append(lease)
            continue
        is_practice = row.kind == ReminderKind.PRACTICE
        session = sessions.get((row.user_id, row.occ_key)) if is_practice else None
        left_s = (row.ring_at + timedelta(minutes=row.max_late_min) - now).total_seconds()
        found.ready.append(
            Ready(
                lease=lease,
                occurrence_id=row.occurrence_id,
                kind=row.kind,
                day=row.occ_key,
                snoozes=row.snoozes,
                session_id=session.id if session else None,
                session_name=session.name if session else "",
                # What was done, and is reminded of all the same, waits nowhere else.
                waiting=max(1, badges.get(row.user_id, 0)),
                checked_at=now,
                user_public_id=row.public_id,
                language=row.language,
                subscription_id=row.subscription_id,
                target=target,
                discreet=row.discreet,
                # A time to live of 0 would mean: now or never.
                ttl_s=max(1, ceil(left_s)),
            )
        )


def _note(decided: dict[UUID, Decision]) -> None:
    """Write down why an occurrence is not sent, unless another device showed it already."""
    if not decided:
        return
    shown = reached(decided)
    still_due = db.session.scalars(
        select(Occurrence.id)
        .where(Occurrence.id.in_(decided), Occurrence.state == OccurrenceState.DUE)
        .order_by(Occurrence.id)
        .with_for_update()
    ).all()
    changes = []
    for occurrence_id in still_due:
        decision = decided[occurrence_id]
        if decision.reason == "done":
            state, look_at = OccurrenceState.DONE, None
        elif occurrence_id in shown:
            continue
        elif decision.outcome == "moved":
            state, look_at = OccurrenceState.SNOOZED, decision.ring_at
        elif decision.outcome == "missed":
            state, look_at = OccurrenceState.MISSED, None
        else:
            state, look_at = OccurrenceState.SKIPPED, None
        changes.append(
            {
                "id": occurrence_id,
                "state": state,
                "reason": decision.reason,
                "ring_at": decision.ring_at,
                "look_at": look_at,
            }
        )
    if changes:
        db.session.execute(update(Occurrence), changes)
