"""Somebody in a test tells the app about their health."""

from collections.abc import Iterable
from datetime import UTC, datetime

from fstpwa.domain.dose import SideChoice
from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.services.safety import AnswerEntry, record_answers
from tests.conftest import Person

EMERGENCY = "em_heart"
URGENT = "ur_weak"
ASK_FIRST = "as_heart"
SPRAIN = "mo_acute"
"""Hides what presses, stretches or loads the place; asked again after three days."""
FRACTURE = "as_fracture"
"""Locks the same until a clinician agrees."""
EVERYWHERE: frozenset[str] = frozenset()


def tell(
    person: Person,
    question: str,
    *,
    regions: Iterable[str] = EVERYWHERE,
    side: SideChoice = "both",
    yes: bool = True,
    source: Source = Source.SCREENING,
    now: datetime | None = None,
) -> None:
    """Store an answer of `person`, as a finished screening or another way of asking does."""
    with person.app.app_context():
        entry = AnswerEntry(question=question, yes=yes, regions=frozenset(regions), side=side)
        record_answers(person.user(), [entry], source, now=now or datetime.now(UTC))
        db.session.commit()
