"""A client with some days behind them, as their therapist may find them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, CheckInRegion, MovementLog, PlanDecision, SessionLog
from fstpwa.services import vault
from tests.conftest import Person

NAME = "Maya Wintergreen"
MANAGED = "Carried the cello up four flights."
NOTE = "Felt odd near the old scar."
REASON = "Your usual ratings went up, so today is lighter."


def records_of(person: Person, *, days: int = 3) -> UUID:
    """Give somebody a name, a programme, and so many days up to today with all there is.

    Returns:
        The id of the last session: one movement of it hurt.
    """
    person.follows()
    now = datetime.now(UTC)
    with person.app.app_context():
        user = person.user()
        user.name = NAME
        logs = [session_of(user, now - timedelta(days=back)) for back in range(days)]
        db.session.add_all(logs)
        db.session.add_all(
            check_in_of(user, person.today() - timedelta(days=back)) for back in range(days)
        )
        decided = PlanDecision(user_id=user.id, day=person.today(), rule="median_up_2")
        decided.sentence, decided.facts, decided.decided_at = REASON, {"from": 3, "to": 6}, now
        db.session.add(decided)
        db.session.commit()
        return logs[0].id


def session_of(user: User, at: datetime) -> SessionLog:
    """Return a session of two movements; the second one hurt."""
    log = SessionLog(
        id=uuid4(),
        user_id=user.id,
        name="Evening neck session",
        programme="neck-and-desk",
        variant="usual",
        day=at.date(),
        started_at=at,
        finished_at=at,
        done_s=540,
        planned_s=600,
        pain_before=2,
        worst_pain=6,
        pain_kinds=[],
        note=vault.seal(user, NOTE),
        clocks={},
        recorded_at=at,
        changed_at=at,
    )
    usual = MovementLog(position=0, slug="neck-turns", state="done", done_s=60)
    hurt = MovementLog(position=1, slug="wall-slide", state="part", easier=True, done_s=20)
    hurt.reason = "pain"
    log.movements = [usual, hurt]
    return log


def check_in_of(user: User, day: date) -> CheckIn:
    """Return a check-in with own words and a region."""
    now = datetime.now(UTC)
    said = CheckIn(
        user_id=user.id,
        day=day,
        stiffness=5,
        good_day="no",
        flare=True,
        managed=vault.seal(user, MANAGED),
        note="",
        clocks={},
        recorded_at=now,
        changed_at=now,
    )
    said.regions = [CheckInRegion(region="neck", stiffness=5, pain=4)]
    return said
