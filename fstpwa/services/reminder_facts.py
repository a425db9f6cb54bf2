"""What has to be known to decide upon reminders, read for many people at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from fstpwa import log
from fstpwa.domain.days import validate_time_zone
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.quiet_hours import quiet_hours
from fstpwa.domain.reminders import Circumstances
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.practice import (
    CheckIn,
    Enrolment,
    PlannedSession,
    PlannedState,
    RedDay,
    SessionLog,
)
from fstpwa.models.reminders import PushSubscription, Reminder, ReminderKind
from fstpwa.services import push_subscriptions
from fstpwa.services.plan_locks import locked

AnyRow = Row[*tuple[Any, ...]]

RULE_COLUMNS: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...] = (
    Reminder.id.label("reminder_id"),
    Reminder.user_id,
    Reminder.kind,
    Reminder.max_late_min,
    Reminder.unless_done,
    Reminder.once_more,
    Reminder.paused_until,
    Reminder.enabled,
    func.coalesce(Reminder.time_zone, User.time_zone).label("zone"),
    User.quiet_start_min,
    User.quiet_end_min,
)
"""What `Facts.about` needs of a row; the query joins the person."""

PersonAndDay = tuple[int, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What some people did, and what holds for them, on some days."""

    done: Collection[tuple[str, int, date]]
    """Kind of reminder, person and day of what is done."""
    held: Collection[PersonAndDay]
    """Red days, and days on which the whole plan is locked: no session is started on them."""
    resting: Collection[int]
    """People whose programme is paused."""

    def was_done(self, rule: AnyRow, day: date) -> bool:
        """Return whether what a reminder is about was done on a day."""
        return (rule.kind, rule.user_id, day) in self.done

    def about(self, rule: AnyRow, day: date) -> Circumstances:
        """Return what holds for a row with `RULE_COLUMNS` on a day."""
        is_practice = rule.kind == ReminderKind.PRACTICE
        return Circumstances(
            zone=zone_of(rule.zone),
            quiet=quiet_hours(rule.quiet_start_min, rule.quiet_end_min),
            is_off=not rule.enabled,
            paused_until=rule.paused_until,
            is_paused=is_practice and rule.user_id in self.resting,
            is_done=rule.unless_done and self.was_done(rule, day),
            is_held=is_practice and (rule.user_id, day) in self.held,
            max_late_min=rule.max_late_min,
        )


def facts_about(wanted: Iterable[PersonAndDay]) -> Facts:
    """Return what is known about people on days; the queries are as many however many they are."""
    pairs = set(wanted)
    users, days = {user for user, _ in pairs}, {day for _, day in pairs}
    done = {(ReminderKind.CHECK_IN.value, *pair) for pair in _check_ins(users, days)}
    done |= {(ReminderKind.PRACTICE.value, *pair) for pair in _practised(users, days)}
    red = select(RedDay.user_id, RedDay.day).where(RedDay.user_id.in_(users), RedDay.day.in_(days))
    resting = select(Enrolment.user_id).where(
        Enrolment.user_id.in_(users), Enrolment.ended_at.is_(None), Enrolment.paused_at.is_not(None)
    )
    return Facts(
        done=done,
        held={(row.user_id, row.day) for row in db.session.execute(red)} | locked(pairs),
        resting=set(db.session.scalars(resting)),
    )


def live_subscriptions(users: Collection[int], *, now: datetime) -> dict[int, list[int]]:
    """Return the subscriptions of people who are signed in there, by person.

    They cannot be deleted until this transaction ends, so that messages to them can be stored.
    """
    rows = db.session.execute(
        select(PushSubscription.user_id, PushSubscription.id)
        .join(DeviceSession, DeviceSession.id == PushSubscription.device_session_id)
        .where(
            PushSubscription.user_id.in_(users),
            PushSubscription.key_id != push_subscriptions.REMOVED,
            DeviceSession.user_id == PushSubscription.user_id,
            DeviceSession.idle_expires_at > now,
            DeviceSession.expires_at > now,
        )
        .order_by(PushSubscription.id)
        .with_for_update(read=True, key_share=True, of=PushSubscription)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row.id)
    return found


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return a stored time zone; UTC for one that the database of zones does not know any more."""
    try:
        return ZoneInfo(validate_time_zone(name))
    except InvalidValue:
        # One such row must not stop everybody's reminders.
        log.error("time_zone_unknown")
        return ZoneInfo("UTC")


def _check_ins(users: Collection[int], days: Collection[date]) -> set[PersonAndDay]:
    found = select(CheckIn.user_id, CheckIn.day).where(
        CheckIn.user_id.in_(users), CheckIn.day.in_(days)
    )
    return {(row.user_id, row.day) for row in db.session.execute(found)}


def _practised(users: Collection[int], days: Collection[date]) -> set[PersonAndDay]:
    """Return who practised, or left out, all that was planned for a day; or anything, unplanned."""
    logs = select(SessionLog.user_id, SessionLog.day).where(
        SessionLog.user_id.in_(users), SessionLog.day.in_(days), SessionLog.done_s > 0
    )
    planned = select(PlannedSession.user_id, PlannedSession.day, PlannedSession.state).where(
        PlannedSession.user_id.in_(users),
        PlannedSession.day.in_(days),
        or_(
            PlannedSession.state.in_((PlannedState.DONE, PlannedState.SKIPPED)),
            (PlannedSession.state == PlannedState.PLANNED) & PlannedSession.optional.is_(False),
        ),
    )
    over = {(row.user_id, row.day) for row in db.session.execute(logs)}
    waiting: set[PersonAndDay] = set()
    for row in db.session.execute(planned):
        (waiting if row.state == PlannedState.PLANNED else over).add((row.user_id, row.day))
    return over - waiting
