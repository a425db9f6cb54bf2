"""Reminders of the demo people, and what became of them in the last days. No device takes them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from uuid6 import uuid7

from fstpwa.domain.days import days_between, local_day
from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.domain.recurrence import EVERY_DAY, Recurrence, instant_of
from fstpwa.domain.reminders import Kind
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, SessionLog
from fstpwa.models.reminders import Occurrence, OccurrenceState, Reminder
from fstpwa.services import reminders
from fstpwa.services.reminder_facts import zone_of
from fstpwa.services.reminders import ReminderEntry

DAYS = 13
"""Days before today of which something is told."""
ON_WORKDAYS = 0b11111
NIGHT = QuietHours(start_min=22 * 60, end_min=7 * 60)
UNANSWERED = (OccurrenceState.EXPIRED, "unanswered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A reminder that a demo person has."""

    kind: Kind
    at_min: int
    days_mask: int = EVERY_DAY
    once_more: bool = False
    is_off: bool = False
    pause_days: int = 0
    """For how many days from today on it rests."""


WISHES: dict[str, tuple[Wish, ...]] = {
    "Maya": (
        Wish(kind="practice", at_min=8 * 60, once_more=True),
        Wish(kind="check_in", at_min=20 * 60 + 30),
    ),
    "Tomas": (
        Wish(kind="practice", at_min=17 * 60 + 30, days_mask=0b1010101, pause_days=3),
        Wish(kind="practice", at_min=8 * 60, days_mask=ON_WORKDAYS, is_off=True),
        Wish(kind="check_in", at_min=20 * 60),
    ),
    "Ines": (Wish(kind="check_in", at_min=12 * 60 + 30, days_mask=ON_WORKDAYS),),
}
"""By the name of the person."""

UNDONE: tuple[tuple[OccurrenceState, str], ...] = (
    UNANSWERED,
    (OccurrenceState.MISSED, "late"),
    UNANSWERED,
    (OccurrenceState.SKIPPED, "not_today"),
    (OccurrenceState.SKIPPED, "no_device"),
)
"""What became of it on days on which nothing was done, in turn."""


def give(user: User, *, now: datetime) -> None:
    """Give a demo person reminders, with the last days of them; flushed."""
    reminders.set_quiet_hours(user, NIGHT)
    for wish in WISHES[user.name]:
        rule = Recurrence(at_min=wish.at_min, days_mask=wish.days_mask)
        entry = ReminderEntry(kind=wish.kind, rule=rule, once_more=wish.once_more)
        reminder = reminders.create(user, entry, now=now)
        today = local_day(now, user.time_zone)
        _tell(user, reminder, rule, today)
        if wish.is_off:
            reminders.switch(user, reminder, on=False, now=now)
        if wish.pause_days:
            reminders.pause(user, reminder, today + timedelta(days=wish.pause_days), now=now)
    db.session.flush()


def _tell(user: User, reminder: Reminder, rule: Recurrence, today: date) -> None:
    """Add what became of a reminder on the days before `today`."""
    first = today - timedelta(days=DAYS)
    done_at = _done_at(user, reminder, first)
    undone = 0
    for day in days_between(first, today - timedelta(days=1)):
        due_at = instant_of(day, rule.at_min, zone_of(user.time_zone))
        if due_at is None or not rule.falls_on(day):
            continue
        if day in done_at:
            is_before = done_at[day] <= due_at
            state = OccurrenceState.SKIPPED if is_before else OccurrenceState.DONE
            reason = "done"
        else:
            state, reason = UNDONE[undone % len(UNDONE)]
            undone += 1
        db.session.add(
            Occurrence(
                id=UUID(str(uuid7())),
                reminder_id=reminder.id,
                occ_key=day,
                due_at=due_at,
                ring_at=due_at,
                state=state,
                reason=reason,
            )
        )


def _done_at(user: User, reminder: Reminder, first: date) -> dict[date, datetime]:
    """Return on which days from `first` on what a reminder is about was done, and when."""
    days = {
        "practice": select(SessionLog.day, SessionLog.finished_at).where(
            SessionLog.user_id == user.id, SessionLog.day >= first
        ),
        "check_in": select(CheckIn.day, CheckIn.recorded_at).where(
            CheckIn.user_id == user.id, CheckIn.day >= first
        ),
    }
    return {row[0]: row[1] for row in db.session.execute(days[reminder.kind])}
