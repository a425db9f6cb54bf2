"""A therapist without a second factor gets only to where one is set up."""

import pytest

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, Role
from tests.accounts import EMAIL
from tests.conftest import Person


def weak_therapist(app) -> Person:
    person = Person(app, Role.THERAPIST)
    with app.app_context():
        device = db.session.scalars(db.select(DeviceSession).filter_by(user_id=person.id)).one()
        device.is_strong = False
        person.user().email = EMAIL
        db.session.commit()
    return person


@pytest.mark.parametrize("page", ["/today", "/settings/", "/settings/profile", "/progress"])
def test_a_therapist_without_second_factor_gets_only_to_where_one_is_set_up(app, page):
    person = weak_therapist(app)
    assert person.get(page).headers["Location"] == "/settings/security"
    htmx = person.get(page, headers={"HX-Request": "true"})
    assert htmx.headers["HX-Redirect"] == "/settings/security"
    assert person.get("/settings/security").status_code == 200
    assert person.get("/confirm?then=factors.app").status_code == 200
    assert person.post("/sign-out").status_code == 303


def test_a_therapist_with_one_gets_everywhere(therapist):
    assert therapist.get("/today").status_code == 200


def test_the_demo_therapist_needs_none_in_demo_mode(app):
    person = weak_therapist(app)
    with app.app_context():
        person.user().is_demo = True
        db.session.commit()
    assert person.get("/today").status_code == 200
