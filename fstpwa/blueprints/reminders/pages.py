"""What the pages of the schedule show, also when one of their forms comes back."""

from datetime import date, datetime

from fstpwa.blueprints.reminders import device_views, happened, presenting
from fstpwa.blueprints.reminders.backstop_views import backstop_context
from fstpwa.blueprints.reminders.forms import NOT_SENT, PauseForm, QuietForm, ReminderForm
from fstpwa.domain.days import clock_time, local_day, long_day
from fstpwa.domain.quiet_hours import quiet_hours
from fstpwa.models.people import User
from fstpwa.models.reminders import Reminder
from fstpwa.services import care_links, reminders
from fstpwa.services.reminder_history import DAYS_SHOWN, last_days
from fstpwa.services.reminder_outlook import outlooks_of

Context = dict[str, object]


def list_of_reminders(
    user: User,
    *,
    now: datetime,
    quiet_form: QuietForm | None = None,
    pause_form: PauseForm | None = None,
) -> Context:
    """Return what the list of reminders shows; a form that was sent is given."""
    today = local_day(now, user.time_zone)
    outlooks = outlooks_of(user, now=now)
    happenings = last_days(user, now=now)
    pauses = [presenting.paused_until(each.reminder, today) for each in outlooks]
    quiet = quiet_hours(user.quiet_start_min, user.quiet_end_min)
    return {
        "user": user,
        "rows": [presenting.row_of(each, user, now=now) for each in outlooks],
        "is_full": len(outlooks) >= reminders.MOST,
        "suggestions": [
            presenting.card_of(each) for each in reminders.suggestions_for(user, now=now)
        ],
        "zone": user.time_zone.replace("_", " "),
        "quiet": quiet and (clock_time(quiet.start_min), clock_time(quiet.end_min)),
        "quiet_form": quiet_form or QuietForm.of(user, **NOT_SENT),
        "pause_form": pause_form or PauseForm.on(today, **NOT_SENT),
        "any_paused": any(pauses),
        "all_paused_until": _latest(pauses, today),
        "days": happened.days_of_lines(happenings, today=today, now=now),
        "days_shown": DAYS_SHOWN,
        "any_missed": happened.any_missed(happenings),
        "has_links": care_links.has_any(user),
        **device_views.devices_context(user, now),
        **backstop_context(user),
    }


def one_reminder(
    user: User,
    reminder: Reminder,
    *,
    now: datetime,
    form: ReminderForm | None = None,
    pause_form: PauseForm | None = None,
) -> Context:
    """Return what the page of one reminder shows; a form that was sent is given."""
    today = local_day(now, user.time_zone)
    until = presenting.paused_until(reminder, today)
    return {
        "reminder": reminder,
        "name": presenting.name_of(reminder.kind),
        "at": clock_time(reminder.at_min),
        "form": form or ReminderForm.of(reminder, **NOT_SENT),
        "pause_form": pause_form or PauseForm.on(today, until, **NOT_SENT),
        "paused_until": long_day(until, today) if until else "",
    }


def _latest(pauses: list[date | None], today: date) -> str:
    """Return until when everything rests, in words; empty if something does not."""
    days = [each for each in pauses if each is not None]
    return long_day(max(days), today) if days and len(days) == len(pauses) else ""
