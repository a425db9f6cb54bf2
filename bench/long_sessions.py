"""People with a session of today of a chosen length."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from people import settings_of
from player_lateness import EVERY_DAY, PROGRAMME, screening

from fstpwa import create_app
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession
from fstpwa.services import devices, enrolments, people
from fstpwa.services.gate import as_prescribed
from fstpwa.services.player_plan import variants_of
from fstpwa.services.schema import upgrade_schema


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whose phone it is."""

    token: str
    session: UUID
    minutes: int


def prepare(folder: Path, minutes: list[int]) -> list[Person]:
    """Make a person for each length, with a session of today that is at least so long."""
    app = create_app(settings_of(folder))
    now = datetime.now(UTC)
    made = []
    with app.app_context():
        upgrade_schema(folder, now=now)
        for each in minutes:
            user = people.start_without_account("UTC", now=now)
            db.session.add(screening(user, now))
            entry = enrolments.EnrolmentEntry(programme=PROGRAMME, schedule=EVERY_DAY, side="left")
            enrolments.enrol(user, entry, now=now)
            today = db.session.scalars(
                db.select(PlannedSession).filter_by(user_id=user.id, day=now.date())
            ).all()
            session = max(today, key=lambda planned: len(planned.items))
            _lengthen(session, each * 60)
            token = devices.open_device(user, "Bench", now=now)
            made.append(Person(token=token, session=session.id, minutes=each))
        db.session.commit()
        db.engine.dispose()
    return made


def _lengthen(session: PlannedSession, seconds: int) -> None:
    """Add sets, movement by movement, until the session is long enough."""
    pace = people.pace_of(session.enrolment.user)
    turn = 0
    while variants_of(as_prescribed(session), pace)[0].total_s < seconds:
        items = json.loads(json.dumps(session.items))
        items[turn % len(items)]["dose"]["sets"] += 1
        session.items = items
        turn += 1
