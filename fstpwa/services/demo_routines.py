"""Routines that the demo therapist prepared."""

from datetime import datetime, timedelta

from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.models.people import User
from fstpwa.services import routines

NECK = RoutineDraft(
    name="Neck, first weeks",
    purpose="Gets the neck and the shoulders moving again after long days at the desk.",
    lines=(
        RoutineLine(slug="shoulder-rolls"),
        RoutineLine(slug="neck-turns", note="Only as far as it is comfortable."),
        RoutineLine(slug="neck-side-bends", reps=6),
        RoutineLine(slug="chin-nod-lying", reps=6),
        RoutineLine(slug="upper-trap-stretch", reps=1, hold_s=20, side="both"),
        RoutineLine(slug="belly-breathing-lying", seconds=90),
    ),
    flare_from="neck-and-desk",
)
HEEL = RoutineDraft(
    name="Heel, mornings",
    purpose="Before the first steps of the day, still sitting on the bed.",
    lines=(
        RoutineLine(slug="ankle-circles", side="both"),
        RoutineLine(slug="plantar-fascia-stretch", side="both"),
    ),
    flare_from="plantar-heel",
)
MADE_DAYS_AGO = (60, 21)


def give(therapist: User, *, now: datetime) -> None:
    """Give `therapist` two routines, made some weeks ago; flushed."""
    for draft, days in zip((NECK, HEEL), MADE_DAYS_AGO, strict=True):
        routines.create(therapist, draft, now=now - timedelta(days=days))
