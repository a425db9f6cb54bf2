"""What has to be known to decide upon reminders, read for many people at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select
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
from fstpwa.services.listed import listed
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
Task = tuple[str, int, date]
"""What somebody is reminded of on a day: kind of reminder, person and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What some people did, and what holds for them, on some days."""

    done: Collection[Task]
    held: Collection[PersonAndDay]
    """Red days, and days on which the whole plan is locked: no session is started on them."""
    resting: Mapping[int, date | None]
    """People whose programme is paused -> the day it goes on by itself; None until they say so."""

    def rests_on(self, user_id: int, day: date) -> bool:
        """Return whether somebody's programme is paused on a day of theirs."""
        if user_id not in self.resting:
            return False
        ends = self.resting[user_id]
        return ends is None or day < ends

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
            is_paused=is_practice and self.rests_on(rule.user_id, day),
            is_done=rule.unless_done and self.was_done(rule, day),
            is_held=is_practice and (rule.user_id, day) in self.held,
            max_late_min=rule.max_late_min,
        )


def facts_about(wanted: Iterable[Task]) -> Facts:
    """Return what is known about tasks; the queries are as many however many those are.

    One for check-ins, which are most of what falls due at once, and seven or more for practice.
    """
    tasks = set(wanted)
    check_ins = {(user, day) for kind, user, day in tasks if kind == ReminderKind.CHECK_IN}
    sessions = {(user, day) for kind, user, day in tasks if kind == ReminderKind.PRACTICE}
    done = {(ReminderKind.CHECK_IN.value, *pair) for pair in _checked_in(check_ins)}
    done |= {(ReminderKind.PRACTICE.value, *pair) for pair in _practised(sessions)}
    return Facts(done=done, held=_red(sessions) | locked(sessions), resting=_resting(sessions))


_LIVE = (
    select(PushSubscription.user_id, PushSubscription.id)
    .join(DeviceSession, DeviceSession.id == PushSubscription.device_session_id)
    .where(
        listed(PushSubscription.user_id, "users"),
        PushSubscription.key_id != push_subscriptions.REMOVED,
        DeviceSession.user_id == PushSubscription.user_id,
        DeviceSession.idle_expires_at > bindparam("now"),
        DeviceSession.expires_at > bindparam("now"),
    )
    .order_by(PushSubscription.id)
    .with_for_update(read=True, key_share=True, of=PushSubscription)
)


def live_subscriptions(users: Collection[int], *, now: datetime) -> dict[int, list[int]]:
    """Return the subscriptions of people who are signed in there, by person.

    They cannot be deleted until this transaction ends, so that messages to them can be stored.
    """
    found: dict[int, list[int]] = {}
    for row in db.session.execute(_LIVE, {"users": users, "now": now}):
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


# Built once: to build them takes longer than to look two hundred people up.
_CHECKED_IN = select(CheckIn.user_id, CheckIn.day).where(
    listed(CheckIn.user_id, "users"), listed(CheckIn.day, "days")
)
_RED = select(RedDay.user_id, RedDay.day).where(
    listed(RedDay.user_id, "users"), listed(RedDay.day, "days")
)
_RESTING = select(Enrolment.user_id, Enrolment.resumes_on).where(
    listed(Enrolment.user_id, "users"),
    Enrolment.ended_at.is_(None),
    Enrolment.paused_at.is_not(None),
)
_LOGS = select(SessionLog.user_id, SessionLog.day).where(
    listed(SessionLog.user_id, "users"), listed(SessionLog.day, "days"), SessionLog.done_s > 0
)
_PLANNED = select(PlannedSession.user_id, PlannedSession.day, PlannedSession.state).where(
    listed(PlannedSession.user_id, "users"),
    listed(PlannedSession.day, "days"),
    or_(
        PlannedSession.state.in_((PlannedState.DONE, PlannedState.SKIPPED)),
        (PlannedSession.state == PlannedState.PLANNED) & PlannedSession.optional.is_(False),
    ),
)


def _checked_in(pairs: Collection[PersonAndDay]) -> set[PersonAndDay]:
    return {(row.user_id, row.day) for row in _found(_CHECKED_IN, pairs)}


def _red(pairs: Collection[PersonAndDay]) -> set[PersonAndDay]:
    return {(row.user_id, row.day) for row in _found(_RED, pairs)}


def _resting(pairs: Collection[PersonAndDay]) -> dict[int, date | None]:
    return {row.user_id: row.resumes_on for row in _found(_RESTING, pairs)}


def _practised(pairs: Collection[PersonAndDay]) -> set[PersonAndDay]:
    """Return who practised, or left out, all that was planned for a day; or anything, unplanned."""
    over = {(row.user_id, row.day) for row in _found(_LOGS, pairs)}
    waiting: set[PersonAndDay] = set()
    for row in _found(_PLANNED, pairs):
        (waiting if row.state == PlannedState.PLANNED else over).add((row.user_id, row.day))
    return over - waiting


def _found(query: Select[*tuple[Any, ...]], pairs: Collection[PersonAndDay]) -> Sequence[AnyRow]:
    """Return the rows of these people on these days; no query where there are none."""
    if not pairs:
        return ()
    asked = {"users": {user for user, _ in pairs}, "days": {day for _, day in pairs}}
    return db.session.execute(query, asked).all()
