"""What the pages show on which a therapist gives somebody something."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from fstpwa.blueprints.gate_pages import ChangeLine, counts_of, in_words, lines_of
from fstpwa.blueprints.people.client_showing import name_of
from fstpwa.domain.days import local_day
from fstpwa.domain.planning import Schedule, suggested_weekdays
from fstpwa.domain.prescription import is_routine
from fstpwa.domain.programme import Programme
from fstpwa.models.care import CareLink
from fstpwa.models.practice import Enrolment
from fstpwa.services.assigning import GateSays, Runs, gate_says, liftable, runs_of
from fstpwa.services.planning import schedule_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ForClient:
    """What is to be known of one client before they are given something."""

    link: CareLink
    name: str
    today: date
    """Their own day."""
    runs: Runs
    says: GateSays | None
    """None: they do not share what tells it."""
    lines: tuple[ChangeLine, ...]
    counted: str
    """How much is changed, in a sentence; empty for nothing."""
    closed_by: tuple[str, ...]
    """What closes their whole plan, in words."""
    can_lift: bool
    """Whether something acts on it, and the therapist can lift something."""


def for_client(link: CareLink, programme: Programme) -> ForClient:
    """Return what is known of the client of a standing link that shares the plan."""
    today = todays(link)
    says = gate_says(link, programme, today)
    return ForClient(
        link=link,
        name=name_of(link),
        today=today,
        runs=runs_of(link),
        says=says,
        lines=lines_of(says.changes) if says else (),
        counted=_counted(says) if says else "",
        closed_by=in_words(says.gate.standing.locking) if says else (),
        can_lift=says is not None and says.acts and bool(liftable(says.gate)),
    )


def todays(link: CareLink) -> date:
    """Return which day it is for the client."""
    return local_day(datetime.now(UTC), link.client.time_zone)


def days_to_begin_with(programme: Programme, enrolment: Enrolment | None) -> Schedule | None:
    """Return the days and time to suggest: the client's own, where they follow something.

    A programme of the library has as many days as it needs.
    """
    own = schedule_of(enrolment) if enrolment is not None else None
    if is_routine(programme.slug):
        return own
    days = suggested_weekdays(programme.phases[0])
    if own is not None and len(own.weekdays) >= len(days):
        return own
    return Schedule(weekdays=days, at_min=own.at_min if own is not None else 8 * 60)


def begins_in_words(name: str, starts_on: date, today: date) -> str:
    """Return what is said once something was given."""
    if starts_on <= today:
        return str(_("Assigned. It begins today, and %(name)s is told.", name=name))
    return str(_("Assigned. %(name)s is told now, and it begins on its first day.", name=name))


def _counted(says: GateSays) -> str:
    said = counts_of(says.changes)
    easier = says.left.easier
    if easier:
        words = ngettext(
            "%(num)s movement is done in its easier version.",
            "%(num)s movements are done in their easier version.",
            easier,
        )
        said = f"{said} {words}".strip()
    return said
