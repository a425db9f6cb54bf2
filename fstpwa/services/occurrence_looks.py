"""Occurrences that are looked at again: put off until now, to ring once more, or over."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from fstpwa.domain.recurrence import Due
from fstpwa.domain.reminders import Circumstances, closes_at, decide, once_more_at
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import (
    Delivery,
    DeliveryState,
    Occurrence,
    OccurrenceState,
    Reminder,
)
from fstpwa.services.deliveries import end_of
from fstpwa.services.listed import listed
from fstpwa.services.ready_messages import HandOver, make_ready
from fstpwa.services.reminder_facts import (
    RULE_COLUMNS,
    AnyRow,
    Facts,
    facts_about,
    live_subscriptions,
)


def look_at_after(rule: AnyRow, day: date, ring_at: datetime, found: Circumstances) -> datetime:
    """Return when an occurrence that rings is looked at again: once more, or to be closed."""
    again_at = once_more_at(day, ring_at, found) if rule.once_more else None
    return again_at or closes_at(day, ring_at, found)


def look(*, now: datetime, hand_over: HandOver, at_most: int) -> int:
    """Decide upon occurrences whose instant has come; flushed. Returns how many there were."""
    rows = _rows(now, at_most)
    if rows:
        _decide_upon(rows, now, hand_over)
    return len(rows)


_DUE = (
    select(
        *RULE_COLUMNS,
        Occurrence.id,
        Occurrence.occ_key,
        Occurrence.ring_at,
        Occurrence.state,
        Occurrence.reason,
        Occurrence.rang_again,
        Occurrence.look_at,
    )
    .join(Reminder, Reminder.id == Occurrence.reminder_id)
    .join(User, User.id == Reminder.user_id)
    .where(Occurrence.look_at <= bindparam("now"))
    .order_by(Occurrence.look_at)  # and no more, or equal ones are sorted each time
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, of=Occurrence)
)
_REACHED = select(Delivery.occurrence_id).where(
    listed(Delivery.occurrence_id, "occurrences"), Delivery.state == DeliveryState.SENT
)


def _rows(now: datetime, at_most: int) -> Sequence[AnyRow]:
    return db.session.execute(_DUE, {"now": now, "at_most": at_most}).all()


def _decide_upon(rows: Sequence[AnyRow], now: datetime, hand_over: HandOver) -> None:
    work = _Looks(
        facts=facts_about((row.kind, row.user_id, row.occ_key) for row in rows),
        devices=live_subscriptions({row.user_id for row in rows}, now=now),
        reached=reached(row.id for row in rows),
        now=now,
    )
    for row in rows:
        if row.state == OccurrenceState.SNOOZED:
            work.ring_what_waited(row)
        else:
            work.ring_again_or_close(row)
    db.session.execute(update(Occurrence), work.changes)
    end_of(work.closed)
    if work.messages:
        make_ready(work.messages, now=now, hand_over=hand_over)


def reached(occurrence_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of some occurrences that a push service took a message of."""
    return set(db.session.scalars(_REACHED, {"occurrences": list(occurrence_ids)}))


@dataclass(slots=True, kw_only=True)
class _Looks:
    facts: Facts
    devices: Mapping[int, Sequence[int]]
    reached: Collection[UUID]
    now: datetime
    changes: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[UUID, Sequence[int]] = field(default_factory=dict)
    closed: list[UUID] = field(default_factory=list)

    def ring_what_waited(self, row: AnyRow) -> None:
        found = self.facts.about(row, row.occ_key)
        decision = decide(Due(day=row.occ_key, at=row.ring_at), found, now=self.now)
        if decision.outcome == "moved":
            self._change(row, row.state, decision.reason, decision.ring_at, decision.ring_at)
        elif decision.outcome == "missed":
            self._close(row, OccurrenceState.MISSED, decision.reason)
        elif decision.outcome == "skipped":
            is_done = decision.reason == "done"
            state = OccurrenceState.DONE if is_done else OccurrenceState.SKIPPED
            self._close(row, state, decision.reason)
        elif row.user_id not in self.devices:
            self._close(row, OccurrenceState.SKIPPED, "no_device")
        else:
            look_at = look_at_after(row, row.occ_key, decision.ring_at, found)
            if row.rang_again:
                look_at = closes_at(row.occ_key, decision.ring_at, found)
            self._change(row, OccurrenceState.DUE, row.reason, decision.ring_at, look_at)
            self.messages[row.id] = self.devices[row.user_id]

    def ring_again_or_close(self, row: AnyRow) -> None:
        found = self.facts.about(row, row.occ_key)
        over_at = closes_at(row.occ_key, row.ring_at, found)
        if self.facts.was_done(row, row.occ_key):
            self._close(row, OccurrenceState.DONE, "done")
        elif self.now >= over_at and row.id in self.reached:
            self._close(row, OccurrenceState.EXPIRED, "unanswered")
        elif self.now >= over_at:
            self._close(row, OccurrenceState.MISSED, "unreached")
        elif self._may_ring_again(row, found):
            look_at = closes_at(row.occ_key, row.look_at, found)
            self._change(row, OccurrenceState.DUE, "again", row.look_at, look_at, rang_again=True)
            self.messages[row.id] = self.devices[row.user_id]
        else:
            self._change(row, row.state, row.reason, row.ring_at, over_at, rang_again=True)

    def _may_ring_again(self, row: AnyRow, found: Circumstances) -> bool:
        if row.rang_again or not row.once_more or row.user_id not in self.devices:
            return False
        due = Due(day=row.occ_key, at=row.look_at)
        return decide(due, found, now=self.now).outcome == "send"

    def _close(self, row: AnyRow, state: OccurrenceState, reason: str) -> None:
        self._change(row, state, reason, row.ring_at, None)
        self.closed.append(row.id)

    def _change(
        self,
        row: AnyRow,
        state: str,
        reason: str,
        ring_at: datetime,
        look_at: datetime | None,
        *,
        rang_again: bool | None = None,
    ) -> None:
        self.changes.append(
            {
                "id": row.id,
                "state": state,
                "reason": reason,
                "ring_at": ring_at,
                "look_at": look_at,
                "rang_again": row.rang_again if rang_again is None else rang_again,
            }
        )
