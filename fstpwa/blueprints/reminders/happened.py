"""What became of reminders, in words, day by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from fstpwa.blueprints.reminders.presenting import _, moment_in_words, name_of
from fstpwa.domain.days import day_in_words
from fstpwa.services.reminder_history import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of a reminder on a date."""

    at: str
    name: str
    words: str
    sign: str
    """An icon, which the words explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfLines:
    """A date with what became of its reminders."""

    heading: str
    lines: tuple[Line, ...]


def days_of_lines(
    happenings: Sequence[Happening], *, today: date, now: datetime
) -> list[DayOfLines]:
    """Return what became of reminders, by date as they came."""
    found = []
    for day, those in groupby(happenings, key=lambda each: each.day):
        heading = day_in_words(day, today)
        found.append(
            DayOfLines(
                heading=heading[:1].upper() + heading[1:],
                lines=tuple(_line(each, now) for each in those),
            )
        )
    return found


def any_missed(happenings: Iterable[Happening]) -> bool:
    """Return whether one of them came too late to ring."""
    return any(each.state == "missed" and each.reason == "late" for each in happenings)


def _line(each: Happening, now: datetime) -> Line:
    return Line(
        at=f"{each.due_at.astimezone(each.zone):%H:%M}",
        name=name_of(each.kind),
        words=_words(each, now),
        sign=_sign(each),
    )


def _sign(each: Happening) -> str:
    if each.state in ("due", "snoozed"):
        return "clock"
    return {"done": "check", "missed": "triangle-alert"}.get(each.state, "minus")


def _words(each: Happening, now: datetime) -> str:
    match each.state:
        case "due":
            return _still_open(each)
        case "snoozed":
            local = each.ring_at.astimezone(each.zone)
            # Quiet hours can end, and a snooze lead, into another day than today.
            when = (
                f"{local:%H:%M}"
                if local.date() == now.astimezone(each.zone).date()
                else moment_in_words(each.ring_at, each.zone, now)
            )
            if each.reason == "quiet":
                return _("waits for the end of your quiet hours, %(when)s", when=when)
            return _("put off to %(when)s", when=when)
        case "done":
            return _done(each)
        case "skipped":
            return _skipped(each)
        case "missed" if each.reason == "unreached":
            return _("missed: no device could be reached")
        case "missed":
            return _("missed: it could not be sent in time")
    return _("sent, not answered")


def _still_open(each: Happening) -> str:
    if not each.reached:
        return _("being sent")
    if each.reason == "again":
        return _("sent a second time, no answer yet")
    return _("sent, no answer yet")


def _done(each: Happening) -> str:
    if each.kind == "practice":
        return _("done")
    day = {
        "yes": _("you checked in: a good day"),
        "so_so": _("you checked in: a so-so day"),
        "no": _("you checked in: not a good day"),
    }
    return day.get(each.good_day or "", _("you checked in"))


def _skipped(each: Happening) -> str:
    words = {
        "done": _("not sent, it was done already"),
        "paused": _("not sent, it was paused"),
        "held": _("not sent, it was enough for that day"),
        "quiet": _("not sent, it fell into your quiet hours"),
        "off": _("not sent, it was switched off"),
        "no_device": _("not sent, no device took reminders"),
        "not_today": _("you answered: not today"),
    }
    return words.get(each.reason, _("not sent"))
