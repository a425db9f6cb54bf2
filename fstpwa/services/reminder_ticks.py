"""What falls due is decided upon and written down: each date of each reminder once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from uuid6 import uuid7

from fstpwa.domain.recurrence import Due, Recurrence, step
from fstpwa.domain.reminders import Decision, decide
from fstpwa.extensions import db
from fstpwa.models import Base
from fstpwa.models.people import User
from fstpwa.models.reminders import Occurrence, OccurrenceState, Reminder
from fstpwa.services.deliveries import CHUNK
from fstpwa.services.listed import insert_all, listed
from fstpwa.services.occurrence_looks import look, look_at_after
from fstpwa.services.ready_messages import HandOver, hand_over_nothing, make_first_ready
from fstpwa.services.reminder_facts import (
    RULE_COLUMNS,
    AnyRow,
    Facts,
    facts_about,
    live_subscriptions,
    zone_of,
)

# Many rows at once go past the mapped classes, which cost more than the database.
OCCURRENCES = Base.metadata.tables[Occurrence.__tablename__]
REMINDERS = Base.metadata.tables[Reminder.__tablename__]


def tick(*, now: datetime, hand_over: HandOver = hand_over_nothing, at_most: int = CHUNK) -> int:
    """Decide upon reminders that are due and occurrences that are to be looked at again.

    One transaction, flushed: the caller commits all of it or nothing. Several workers may do so
    at once; none sees what another one has in hand. Each reminder goes on by one date, so that
    after a standstill every date that was passed over is written down: call it until it finds
    nothing any more.

    Args:
        now: an aware instant.
        hand_over: is given the messages that were made ready.
        at_most: how many reminders, and how many occurrences.

    Returns:
        How many reminders and occurrences were decided upon.
    """
    rules = _due_rules(now, at_most)
    if rules:
        _write_down(rules, now, hand_over)
    return len(rules) + look(now=now, hand_over=hand_over, at_most=at_most)


_DUE = (
    select(
        *RULE_COLUMNS,
        Reminder.at_min,
        Reminder.days_mask,
        Reminder.next_due_at,
        Reminder.next_key,
    )
    .join(User, User.id == Reminder.user_id)
    .where(Reminder.next_due_at <= bindparam("now"))
    .order_by(Reminder.next_due_at)  # and no more, or equal ones are sorted each time
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, of=Reminder)
)
_WRITTEN = select(OCCURRENCES.c.reminder_id, OCCURRENCES.c.occ_key).where(
    listed(OCCURRENCES.c.reminder_id, "reminders"), listed(OCCURRENCES.c.occ_key, "keys")
)
_ADVANCE = (
    update(REMINDERS)
    .where(listed(REMINDERS.c.id, "ids"))
    .values(next_due_at=bindparam("at"), next_key=bindparam("day"))
)


def _due_rules(now: datetime, at_most: int) -> Sequence[AnyRow]:
    return db.session.execute(_DUE, {"now": now, "at_most": at_most}).all()


def _write_down(rules: Sequence[AnyRow], now: datetime, hand_over: HandOver) -> None:
    facts = facts_about((rule.kind, rule.user_id, rule.next_key) for rule in rules)
    devices = live_subscriptions({rule.user_id for rule in rules}, now=now)
    known = _written_already(rules)
    rows: list[dict[str, Any]] = []
    messages: dict[UUID, list[int]] = {}
    for rule in rules:
        if (rule.reminder_id, rule.next_key) in known:
            continue
        row = _occurrence(rule, facts, devices, now)
        rows.append(row)
        if row["state"] == OccurrenceState.DUE:
            messages[row["id"]] = devices[rule.user_id]
    if rows:
        insert_all(OCCURRENCES, rows)
    _advance(rules)
    if messages:
        make_first_ready(messages, now=now, hand_over=hand_over)


def _written_already(rules: Sequence[AnyRow]) -> set[tuple[int, object]]:
    """Return dates that are there though they should not be: they must not stop everybody else."""
    asked = {
        "reminders": {rule.reminder_id for rule in rules},
        "keys": {rule.next_key for rule in rules},
    }
    return {(row.reminder_id, row.occ_key) for row in db.session.execute(_WRITTEN, asked)}


def _occurrence(
    rule: AnyRow, facts: Facts, devices: Mapping[int, Sequence[int]], now: datetime
) -> dict[str, Any]:
    found = facts.about(rule, rule.next_key)
    decision = decide(Due(day=rule.next_key, at=rule.next_due_at), found, now=now)
    state, reason = _state_of(decision), str(decision.reason)
    look_at = None
    if state == OccurrenceState.SNOOZED:
        look_at = decision.ring_at
    elif state == OccurrenceState.DUE and rule.user_id not in devices:
        state, reason = OccurrenceState.SKIPPED, "no_device"
    elif state == OccurrenceState.DUE:
        look_at = look_at_after(rule, rule.next_key, decision.ring_at, found)
    return {
        "id": uuid7(),
        "reminder_id": rule.reminder_id,
        "occ_key": rule.next_key,
        "due_at": rule.next_due_at,
        "ring_at": decision.ring_at,
        "state": state,
        "reason": reason,
        "snoozes": 0,
        "rang_again": False,
        "look_at": look_at,
    }


def _state_of(decision: Decision) -> OccurrenceState:
    return {
        "send": OccurrenceState.DUE,
        "moved": OccurrenceState.SNOOZED,
        "skipped": OccurrenceState.SKIPPED,
        "missed": OccurrenceState.MISSED,
    }[decision.outcome]


def _advance(rules: Sequence[AnyRow]) -> None:
    """Let reminders stand at their next date: what falls due together mostly does so again."""
    by_next: dict[tuple[datetime, date], list[int]] = {}
    for rule in rules:
        recurrence = Recurrence(at_min=rule.at_min, days_mask=rule.days_mask)
        due = step(recurrence, zone_of(rule.zone), rule.next_key)
        by_next.setdefault((due.at, due.day), []).append(rule.reminder_id)
    for (at, day), ids in by_next.items():
        db.session.execute(_ADVANCE, {"ids": ids, "at": at, "day": day})
