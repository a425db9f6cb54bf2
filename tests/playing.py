"""What tests do with a planned session."""

import json
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer
from fstpwa.models.practice import PlannedSession, SessionLog

SAFETY = library().safety


def stored(person, session) -> PlannedSession:
    with person.app.app_context():
        found = db.session.get_one(PlannedSession, session.id)
        db.session.expunge(found)
        return found


def logs(person) -> list[SessionLog]:
    with person.app.app_context():
        found = list(db.session.scalars(db.select(SessionLog).filter_by(user_id=person.id)))
        db.session.expunge_all()
        return found


def plan_in(page: str) -> dict:
    found = re.search(
        r'<script type="application/json" id="session-data"[^>]*>(.*?)</script>', page, re.S
    )
    assert found
    return json.loads(found[1])


def player_form(**changed) -> dict[str, str]:
    """What the player sends of a session that was all of today, also just after midnight."""
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    began = max(now - timedelta(minutes=10), midnight)
    results = [
        {"item": "1", "state": "done", "easier": False, "done_s": 55, "reason": None},
        {"item": "2", "state": "part", "easier": True, "done_s": 12, "reason": "pain"},
        {"item": "3", "state": "skipped", "easier": False, "done_s": 0, "reason": "tired"},
    ]
    form = {
        "log_id": str(uuid4()),
        "variant": "usual",
        "started_at": began.isoformat().replace("+00:00", "Z"),
        "finished_at": now.isoformat().replace("+00:00", "Z"),
        "pain_before": "",
        "results": json.dumps(results),
    }
    return {**form, **changed}


def is_checked(answer, name, value) -> bool:
    """Whether a choice stands as it was made."""
    return re.search(rf'name="{name}" value="{value}"[^>]* checked', answer.text) is not None


def say(person, session, item, question, **place):
    """Answer the questions behind a tick with no, and one of them with yes."""
    where = {f"where-{question}": place.get("where", "all")}
    side = {f"side-{question}": place.get("side", "both")}
    form = {"ticked": item.id, **dict.fromkeys(item.opens, "no"), question: "yes", **where, **side}
    return person.post(f"/sessions/{session.id}/answers", data=form)


def answers_of(person) -> list[HealthAnswer]:
    """What was answered before sessions."""
    with person.app.app_context():
        found = list(
            db.session.scalars(
                db.select(HealthAnswer).filter_by(user_id=person.id, source="before_session")
            )
        )
        db.session.expunge_all()
        return found
