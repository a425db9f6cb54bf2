"""What a therapist sets for one client in their list: not now, and from when on to be told."""

from datetime import datetime, timedelta

from fstpwa.domain.attention_facts import Thresholds
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.care import CareLink

SNOOZE_DAYS = (1, 3, 7, 14, 28)
"""For so many days somebody can be set aside."""


def snooze(link: CareLink, days: int, *, now: datetime) -> None:
    """Set a client aside for some days of the therapist's own calendar; flushed.

    Raises:
        InvalidValue: not one of `SNOOZE_DAYS`.
    """
    if days not in SNOOZE_DAYS:
        raise InvalidValue("Choose one of the days that are offered.")
    link.snoozed_until = local_day(now, link.therapist.time_zone) + timedelta(days=days)
    db.session.flush()


def wake(link: CareLink) -> None:
    """Show a client again among those who may need the therapist; flushed. Safe to repeat."""
    link.snoozed_until = None
    db.session.flush()


def thresholds_of(link: CareLink) -> Thresholds:
    """Return from when on the therapist wants to be told of a client."""
    return Thresholds(
        quiet_days=link.quiet_days,
        pain_rise=link.pain_rise,
        stiffness_rise=link.stiffness_rise,
    )


def set_thresholds(link: CareLink, thresholds: Thresholds) -> None:
    """Store from when on the therapist wants to be told of a client; flushed."""
    link.quiet_days = thresholds.quiet_days
    link.pain_rise = thresholds.pain_rise
    link.stiffness_rise = thresholds.stiffness_rise
    db.session.flush()
