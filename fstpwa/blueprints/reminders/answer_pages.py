"""What the page of a notification says, and what a worker may show instead."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fstpwa.domain.days import clock_time, day_in_words, local_day, minute_of_day
from fstpwa.models.reminders import OccurrenceState, ReminderKind
from fstpwa.services.notices import session_path
from fstpwa.services.reminder_answers import LATER_MIN, Standing


def words_of(standing: Standing) -> str:
    """Return what holds now in one sentence, without a word on how somebody is."""
    if standing.given in ("good_day", "not_today", "flare"):
        return str(_("Your answer is saved."))
    if standing.given == "later":
        return str(_("It rings again at %(time)s.", time=_clock(standing, _ring_at(standing))))
    if standing.given == "skip":
        return str(_("Left out. That is fine."))
    return str(_("The answer is taken back.") if standing.is_open else _("This reminder is over."))


def context_of(standing: Standing, reader: int | None, *, now: datetime) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        standing: how things are with the reminder.
        reader: who is signed in, None for a visitor: they see no name and no session.
        now: the current instant, aware.
    """
    found = standing.asked
    occurrence = found.occurrence
    today = local_day(now, _zone(standing))
    later = [
        {"minutes": minutes, "at": _clock(standing, at), "words": _after(minutes)}
        for minutes, at in standing.later
    ]
    return {
        "is_check_in": found.reminder.kind == ReminderKind.CHECK_IN,
        "standing": standing,
        "day": occurrence.occ_key,
        "is_today": occurrence.occ_key == today,
        "day_words": day_in_words(occurrence.occ_key, today),
        "is_done": occurrence.state == OccurrenceState.DONE,
        "rings_at": _clock(standing, _ring_at(standing)),
        "later": later,
        "may_choose": _may_choose(standing),
        "is_hers": reader == found.user.id,
        "is_strangers": reader is not None and reader != found.user.id,
        "start": session_path(standing.session.id if standing.session else None),
    }


def _may_choose(standing: Standing) -> tuple[str, ...]:
    """Return what can be sent with one tap: the answers of the buttons that there are."""
    if not standing.is_open:
        return ()
    flare = ("flare",) if standing.may_be_flare else ()
    if standing.asked.reminder.kind == ReminderKind.CHECK_IN:
        return ("good_day", "not_today", *flare)
    if any(minutes == LATER_MIN for minutes, _at in standing.later):
        return ("later", "skip", *flare)
    return ("skip", *flare)


def _after(minutes: int) -> str:
    if minutes < 60:
        return str(_("%(count)s minutes", count=minutes))
    return str(_("1 hour") if minutes == 60 else _("%(count)s hours", count=minutes // 60))


def _zone(standing: Standing) -> str:
    return standing.asked.circumstances.zone.key


def _ring_at(standing: Standing) -> datetime:
    return standing.asked.occurrence.ring_at


def _clock(standing: Standing, at: datetime) -> str:
    return clock_time(minute_of_day(at, _zone(standing)))
