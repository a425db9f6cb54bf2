"""Telling of something new or worrying, as a person does it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from fstpwa.content import library
from fstpwa.domain.report import OPENS
from fstpwa.domain.session_log import MovementResult, SessionLogEntry
from fstpwa.extensions import db
from fstpwa.models.health import HealthReport
from fstpwa.models.practice import PlannedSession
from fstpwa.services import sessions
from tests.blueprints.test_safety import words
from tests.conftest import Person

SAFETY = library().safety
MOVEMENTS = library().movements


def begins(person: Person, answer: str = "no", **form: str) -> str:
    """Answer the first question. Returns where it leads."""
    sent = person.post("/worry", data={"answer": answer, "report": str(uuid4()), **form})
    assert sent.status_code == 303
    return str(sent.headers["Location"])


def tells(
    person: Person,
    *,
    what="pain",
    regions=("all",),
    side="both",
    movement="not-sure",
    severity="mild",
    care="none",
    answers: dict[str, str] | None = None,
) -> UUID:
    """Tell all of it, as far as it is asked."""
    report_id = UUID(begins(person).split("/")[2])
    sent = {
        "what": {"answer": what},
        "questions": answers or dict.fromkeys(OPENS.get(what, ()), "no"),
        "where": {"regions": list(regions), "side": side},
        "movement": {"answer": movement},
        "severity": {"answer": severity},
        "care": {"answer": care},
    }
    url, seen = f"/worry/{report_id}/what", set()
    while (step := url.rsplit("/", 1)[-1]) in sent:
        assert step not in seen
        seen.add(step)
        answer = person.post(url, data=sent[step])
        assert answer.status_code == 303, (step, words(answer))
        url = answer.headers["Location"]
    assert url == f"/worry/{report_id}/saved"
    return report_id


def practises(person: Person, programme: str = "neck-and-desk") -> list[str]:
    """Do today's first session. Returns its movements."""
    person.follows(programme)
    session = person.planned()[0]
    now = datetime.now(UTC)
    with person.app.app_context():
        entry = SessionLogEntry(
            log_id=uuid4(),
            variant="usual",
            started_at=now,
            finished_at=now,
            pain_before=None,
            results=tuple(
                MovementResult(item=each["id"], state="done", easier=False, done_s=30, reason=None)
                for each in session.items
            ),
        )
        row = db.session.get_one(PlannedSession, session.id)
        sessions.record_session(person.user(), row, entry, now=now)
        db.session.commit()
    return [each["slug"] for each in session.items]


def planned(person: Person) -> list[PlannedSession]:
    return list(db.session.query(PlannedSession).filter_by(user_id=person.id))


def report(person: Person, report_id: UUID) -> HealthReport:
    with person.app.app_context():
        found = db.session.get_one(HealthReport, report_id)
        db.session.expunge(found)
        return found


def count(person: Person, model: type) -> int:
    with person.app.app_context():
        return int(db.session.query(model).filter_by(user_id=person.id).count())
