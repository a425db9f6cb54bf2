"""Reminders in words: their days, when they ring next, and what became of them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from fstpwa.blueprints.reminders.forms import KINDS
from fstpwa.domain.days import WEEKDAYS, clock_time, day_in_words
from fstpwa.domain.quiet_hours import quiet_hours
from fstpwa.domain.recurrence import days_of
from fstpwa.domain.reminders import Suggestion
from fstpwa.models.people import User
from fstpwa.models.reminders import Reminder
from fstpwa.services.reminder_outlook import Outlook


def _(text: str, **values: object) -> str:
    """Return a text in the reader's language; flask_babel itself is untyped."""
    return str(gettext(text, **values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A reminder as the list shows it."""

    reminder: Reminder
    name: str
    """What it is about."""
    at: str
    days: str
    tag: str
    """Why it does not ring for now, in a word or two; empty if it does."""
    next_ring: str
    """When it rings next, as a sentence."""
    switches: str
    """What it makes depend on what was done, in sentences; empty for nothing."""
    place: str
    """The time zone it stays with; empty if it goes where the person goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionCard:
    """A reminder that fits the plan, to be added with one tap."""

    kind: str
    name: str
    at: str
    days: str
    weekdays: tuple[int, ...]


def row_of(outlook: Outlook, user: User, *, now: datetime) -> Row:
    """Return a reminder of `user` in words."""
    reminder = outlook.reminder
    return Row(
        reminder=reminder,
        name=name_of(reminder.kind),
        at=clock_time(reminder.at_min),
        days=weekdays_in_words(reminder.days_mask),
        tag=_tag(outlook, now),
        next_ring=_next_ring(outlook, user, now),
        switches=_switches(reminder),
        place=reminder.time_zone.replace("_", " ") if reminder.time_zone else "",
    )


def card_of(suggestion: Suggestion) -> SuggestionCard:
    """Return a suggestion in words."""
    return SuggestionCard(
        kind=suggestion.kind,
        name=name_of(suggestion.kind),
        at=clock_time(suggestion.rule.at_min),
        days=weekdays_in_words(suggestion.rule.days_mask),
        weekdays=days_of(suggestion.rule.days_mask),
    )


def name_of(kind: str) -> str:
    """Return what a reminder is about, in a word."""
    return str(KINDS[kind])


def weekdays_in_words(mask: int) -> str:
    """Return "Every day", "Monday to Friday" or "Monday, Wednesday and Friday"."""
    days = days_of(mask)
    names = [WEEKDAYS[day] for day in days]
    if len(days) == 7:
        return _("Every day")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s", first=names[0], last=names[-1])
    if len(days) == 6:
        [left_out] = set(WEEKDAYS) - set(names)
        return _("Every day but %(day)s", day=left_out)
    if len(days) == 1:
        return names[0]
    return _("%(some)s and %(last)s", some=", ".join(names[:-1]), last=names[-1])


def paused_until(reminder: Reminder, today: date) -> date | None:
    """Return the day on which a paused reminder rings again; None if it is not paused any more."""
    until = reminder.paused_until
    return until if until is not None and until > today else None


def moment_in_words(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return an instant as "tomorrow at 08:00"."""
    local = at.astimezone(zone)
    day = day_in_words(local.date(), now.astimezone(zone).date())
    return _("%(day)s at %(time)s", day=day, time=f"{local:%H:%M}")


def _tag(outlook: Outlook, now: datetime) -> str:
    reminder = outlook.reminder
    if not reminder.enabled:
        return _("Off")
    is_paused = paused_until(reminder, now.astimezone(outlook.zone).date()) is not None
    return _("Paused") if is_paused or outlook.why_not in ("resting", "held") else ""


def _next_ring(outlook: Outlook, user: User, now: datetime) -> str:
    reminder = outlook.reminder
    if outlook.ring_at is None:
        return {
            "off": _("It does not ring while it is off."),
            "resting": _("It rests with your programme, and goes on with it."),
            "held": _("It rests while no session can be started."),
        }.get(outlook.why_not or "", _("It does not ring: its time is in your quiet hours."))
    if outlook.ring_at <= now:
        return _("It rings any moment.")
    when = moment_in_words(outlook.ring_at, outlook.zone, now)
    if paused_until(reminder, now.astimezone(outlook.zone).date()):
        return _("It goes on %(when)s.", when=when)
    if _waits(outlook, user):
        return _("Next: %(when)s, when your quiet hours end.", when=when)
    return _("Next: %(when)s.", when=when)


def _waits(outlook: Outlook, user: User) -> bool:
    """Whether the next ring waits for the end of quiet hours."""
    quiet = quiet_hours(user.quiet_start_min, user.quiet_end_min)
    at_min = outlook.reminder.at_min
    if quiet is None or outlook.ring_at is None:
        return False
    local = outlook.ring_at.astimezone(outlook.zone)
    return local.hour * 60 + local.minute == quiet.end_min != at_min


def _switches(reminder: Reminder) -> str:
    words = []
    if reminder.unless_done:
        words.append(_("Silent if it is done already."))
    if reminder.once_more:
        words.append(_("Once more an hour later if it is not."))
    return " ".join(words)
