"""Somebody new in a test, who goes through the onboarding."""

import re
from datetime import timedelta

from sqlalchemy import select
from werkzeug.test import TestResponse

from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, Screening
from tests.conftest import Person

SAFETY = library().safety
SCREENS = SAFETY.screens
NECK = {"reasons": ["desk"], "regions": ["neck"], "country": "GB", "adult": "yes"}
EVERYWHERE = {"country": "GB", "adult": "yes"}
NONE = {"none": "1"}
ALREADY_READ = timedelta(minutes=2)


def leads_to(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.location


def begins(person: Person, form: dict = EVERYWHERE, *, programme: str = "") -> None:
    """Say what brings them; a few minutes pass, so that nothing was too fast."""
    query = f"?programme={programme}" if programme else ""
    assert leads_to(person.post(f"/welcome/you{query}", data=form)) == f"/welcome/health/1{query}"
    started_earlier(person, ALREADY_READ)


def started_earlier(person: Person, ago: timedelta) -> None:
    with person.app.app_context():
        for each in db.session.scalars(select(Screening).filter_by(user_id=person.id)):
            each.started_at -= ago
        db.session.commit()


def answers_none(person: Person, first: int = 1, last: int = 6) -> str:
    """Answer tick-lists with "None of these". Returns where the last one leads."""
    for number in range(first, last + 1):
        where = leads_to(person.post(f"/welcome/health/{number}", data=NONE))
    return where


def stored(person: Person) -> dict[str, bool]:
    with person.app.app_context():
        rows = db.session.scalars(select(HealthAnswer).filter_by(user_id=person.id))
        return {row.question: row.yes for row in rows}


def screening_of(person: Person) -> Screening:
    with person.app.app_context():
        found = db.session.scalars(
            select(Screening).filter_by(user_id=person.id).order_by(Screening.id.desc())
        ).first()
        assert found is not None
        db.session.expunge_all()
        return found


def ticked(page: str) -> list[str]:
    return re.findall(r'name="tick" value="([a-z_]+)" checked', page)


def screened(newcomer: Person, about: dict, ticks: dict[int, dict] | None = None) -> str:
    begins(newcomer, about)
    for number in range(1, 7):
        newcomer.post(f"/welcome/health/{number}", data=(ticks or {}).get(number, NONE))
    return newcomer.get("/welcome/plan").text
