"""Making an account, and keeping under it what was tried without one."""

import pytest

from fstpwa.extensions import db
from fstpwa.models.people import Role, User
from fstpwa.services import accounts
from tests.accounts import EMAIL, PASSWORD, ask, is_open, people_count, proof_in


@pytest.mark.parametrize(("role", "where"), [("client", "/today"), ("therapist", "/people")])
def test_signing_up_makes_an_account_with_the_role_that_was_chosen(
    app, phone, letters, role, where
):
    answer = ask(phone, "/sign-up", role=role)
    assert answer.headers["Location"] == f"/sign-in/code?role={role}"
    page = phone.get(answer.headers["Location"]).text
    assert f'name="role" value="{role}"' in page
    form = {"code": letters.code(), "role": role, "time_zone": "Europe/Lisbon"}
    assert phone.post("/sign-in/code", data=form).headers["Location"] == where
    with app.app_context():
        user = accounts.person_with(EMAIL)
        assert (user.role, user.time_zone) == (role, "Europe/Lisbon")


def test_signing_up_with_an_address_that_has_an_account_signs_in_and_changes_no_role(
    app, ana, phone, letters
):
    ask(phone, "/sign-up", role="therapist")
    phone.post("/sign-in/code", data={"code": letters.code(), "role": "therapist"})
    assert is_open(phone)
    with app.app_context():
        assert accounts.person_with(EMAIL).role == Role.CLIENT


def test_a_made_up_role_makes_no_account_by_itself(app, phone, letters):
    assert ask(phone, "/sign-up", role="operator").status_code == 422
    ask(phone, "/sign-up", role="client")
    answer = phone.post("/sign-in/code", data={"code": letters.code(), "role": "operator"})
    assert "No account yet" in answer.text
    assert people_count(app) == 0


def test_signing_in_without_an_account_offers_one_after_the_code(app, phone, letters):
    ask(phone)
    answer = phone.post("/sign-in/code", data={"code": letters.code()})
    assert "No account yet" in answer.text
    assert people_count(app) == 0
    form = {"proof": proof_in(answer), "role": "client", "time_zone": "UTC", "way": "new"}
    assert app.test_client().post("/sign-up/finish", data=form).status_code == 422
    assert phone.post("/sign-up/finish", data=form).headers["Location"] == "/today"
    assert is_open(phone)
    assert phone.post("/sign-up/finish", data=form).status_code == 422
    assert people_count(app) == 1


def test_keeping_gives_the_same_person_an_address_and_loses_nothing(app, her, letters):
    her.follows()
    old = her.client.get_cookie("good-days").value
    assert ask(her.client, "/keep").headers["Location"] == "/keep/code"
    answer = her.post("/keep/code", data={"code": letters.code()})
    assert answer.headers["Location"] == "/today"
    with app.app_context():
        assert her.user().email == EMAIL
        assert accounts.person_with(EMAIL).public_id == her.public_id
    assert her.planned()
    assert her.client.get_cookie("good-days").value != old
    thief = app.test_client()
    thief.set_cookie("good-days", old)
    assert not is_open(thief)
    her.post("/sign-out")
    ask(her.client)
    her.post("/sign-in/code", data={"code": letters.code()})
    assert her.get("/today").status_code == 200
    assert her.get("/keep").headers["Location"] == "/settings/"


def test_an_address_with_an_account_is_revealed_only_after_the_code(app, ana, him, letters):
    assert ask(him.client, "/keep").headers["Location"] == "/keep/code"
    page = him.get("/keep/code").text
    assert "account already" not in page
    answer = him.post("/keep/code", data={"code": letters.code()})
    assert answer.status_code == 200
    assert "account already" in answer.text
    with app.app_context():
        assert him.user().email is None
    assert is_open(him.client)
    form = {"proof": proof_in(answer)}
    assert him.post("/sign-in/instead", data=form).status_code == 422
    assert him.post("/sign-in/instead", data={**form, "leave": "y"}).status_code == 303
    with app.app_context():
        assert db.session.get(User, him.id) is None
        assert db.session.get(User, ana.id) is not None
    assert is_open(him.client)


def test_a_code_that_somebody_else_asked_for_in_this_browser_claims_nothing(app, her, him, letters):
    ask(her.client, "/keep")
    him.client.set_cookie("good-days-asking", her.client.get_cookie("good-days-asking").value)
    assert him.post("/keep/code", data={"code": letters.code()}).status_code == 422
    with app.app_context():
        assert him.user().email is None


def test_demo_people_cannot_be_kept(app, her):
    with app.app_context():
        her.user().is_demo = True
        db.session.commit()
    assert "Demo people stay" in her.get("/keep").text
    assert ask(her.client, "/keep").status_code == 404


def test_signing_in_over_what_was_tried_needs_a_tick(app, ana, him, letters):
    him.follows()
    assert "started without an account" in him.get("/sign-in").text
    for way in ({}, {"password": PASSWORD}):
        answer = ask(him.client, **way)
        assert answer.status_code == 422
        assert "Please tick" in answer.text
    assert letters.all() == []
    assert is_open(him.client)
    assert ask(him.client, password=PASSWORD, leave="y").status_code == 303
    with app.app_context():
        assert db.session.get(User, him.id) is None


def test_what_was_tried_can_be_kept_when_the_address_has_no_account(app, her, letters):
    her.follows()
    ask(her.client, leave="y")
    answer = her.post("/sign-in/code", data={"code": letters.code()})
    assert "Keep what is recorded here" in answer.text
    form = {"proof": proof_in(answer), "way": "keep"}
    assert her.post("/sign-up/finish", data=form).status_code == 303
    with app.app_context():
        assert her.user().email == EMAIL
    assert her.planned()


def test_who_tries_it_keeps_instead_of_signing_up(her):
    assert her.get("/sign-up").headers["Location"] == "/keep"
