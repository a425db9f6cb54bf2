"""Too many tries and letters that cannot be sent: said in the form, with another way out of it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from time_machine import travel
from werkzeug.test import TestResponse

from fstpwa.blueprints.accounts.purposes import PURPOSES
from fstpwa.domain.errors import NotSent
from fstpwa.domain.mail import Letter
from fstpwa.extensions import db
from fstpwa.outbound.mail import FileMailer
from tests.accounts import EMAIL, PASSWORD, ask, is_open
from tests.conftest import Person
from tests.factors import confirm

NEW = "new@example.org"
ASKING = {
    "/sign-in": {"way": "code"},
    "/sign-up": {"role": "therapist"},
    "/reset": {},
}
AWAY = "The letter could not be sent."


@pytest.fixture
def mail_is_away(monkeypatch) -> None:
    """The mail server takes nothing."""

    def refuse(self: FileMailer, letter: Letter) -> None:
        raise NotSent(AWAY)

    monkeypatch.setattr(FileMailer, "send", refuse)


@pytest.fixture
def still():
    """The clock stands still, so that five letters are five within a minute."""
    with travel(datetime.now(UTC), tick=False):
        yield


def sixth_letter(browser: FlaskClient, page: str, form: dict[str, str]) -> TestResponse:
    for _ in range(5):
        assert browser.post(page, data=form).status_code == 303
    return browser.post(page, data=form)


@pytest.mark.usefixtures("ana", "still")
def test_a_password_that_was_tried_too_often_keeps_the_address_and_offers_a_code(phone):
    for _ in range(3):
        ask(phone, password="wrong words")
    answer = ask(phone, password="wrong words")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "5"
    assert f'value="{EMAIL}"' in answer.text
    assert "Please wait 5 seconds, then try again. Or let us e-mail you a code." in answer.text
    assert ask(phone, way="code").status_code == 303


@pytest.mark.usefixtures("app", "still")
@pytest.mark.parametrize("page", ASKING)
def test_one_letter_too_many_is_said_in_the_form_beside_the_code_that_still_works(phone, page):
    answer = sixth_letter(phone, page, {"email": EMAIL, **ASKING[page]})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "The newest code still works for ten minutes after it was sent." in answer.text
    assert "another one in 15 minutes" in answer.text
    assert "Type the code we sent" in answer.text
    assert f'value="{EMAIL}"' in answer.text


@pytest.mark.usefixtures("still")
def test_a_browser_without_a_code_is_told_of_none(app, phone):
    sixth_letter(phone, "/sign-in", {"email": EMAIL})
    answer = ask(app.test_client())
    assert answer.status_code == 429
    assert "Several letters were asked for already." in answer.text
    assert "Type the code we sent" not in answer.text


@pytest.mark.usefixtures("app", "mail_is_away")
@pytest.mark.parametrize("page", ASKING)
def test_a_letter_that_cannot_be_sent_keeps_what_was_typed(phone, page):
    answer = ask(phone, page, **ASKING[page])
    assert answer.status_code == 503
    assert AWAY in answer.text
    assert f'value="{EMAIL}"' in answer.text
    if page == "/sign-up":
        assert 'value="therapist" checked' in answer.text
        assert "try it without an account" in answer.text


@pytest.mark.usefixtures("mail_is_away")
def test_a_letter_for_keeping_that_cannot_be_sent_leaves_the_other_way(her: Person):
    answer = her.post("/keep", data={"email": EMAIL})
    assert answer.status_code == 503
    assert AWAY in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert "/settings/carry" in answer.text


@pytest.mark.usefixtures("still")
def test_one_letter_too_many_for_another_address_keeps_it(ana: Person):
    confirm(ana)
    answer = sixth_letter(ana.client, "/settings/email", {"email": NEW})
    assert answer.status_code == 429
    assert f'value="{NEW}"' in answer.text
    assert "/settings/email/code" in answer.text


@pytest.mark.usefixtures("still")
def test_confirming_that_is_held_up_keeps_what_it_is_for(ana: Person):
    form = {"then": "settings.delete"}
    letter = sixth_letter(ana.client, "/confirm/letter", form)
    for _ in range(3):
        ana.post("/confirm", data={**form, "password": "wrong words"})
    password = ana.post("/confirm", data={**form, "password": PASSWORD})
    for answer in (letter, password):
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "Before everything you recorded is deleted" in answer.text
        assert 'name="then" value="settings.delete"' in answer.text
    assert "/confirm/code?then=settings.delete" in letter.text


@pytest.mark.usefixtures("mail_is_away")
def test_a_confirming_letter_that_cannot_be_sent_leaves_the_password(ana: Person):
    answer = ana.post("/confirm/letter", data={"then": "settings.delete"})
    assert answer.status_code == 503
    assert AWAY in answer.text
    assert "Confirm with my password" in answer.text


def test_codes_that_are_no_codes_cost_no_try(ana, phone, letters):
    ask(phone)
    for typed in ("1", "12345", "1234567", "abc", "code: 12345", "123456 654321", ""):
        answer = phone.post("/sign-in/code", data={"code": typed})
        assert answer.status_code == 422
        assert "six digits" in answer.text
    pasted = f"code: {letters.code()}"
    assert phone.post("/sign-in/code", data={"code": pasted}).status_code == 303
    assert is_open(phone)


def test_a_code_that_is_over_gives_way_to_a_button_for_a_new_one(ana, phone, letters):
    ask(phone)
    with travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        late = phone.post("/sign-in/code", data={"code": letters.code(), "role": "therapist"})
        assert late.status_code == 422
        assert "more than ten minutes old" in late.text
        assert 'name="code"' not in late.text
        assert f'name="email" value="{EMAIL}"' in late.text
        assert 'name="role" value="therapist"' in late.text
        again = ask(phone, way="code", leave="y", role="therapist")
        assert again.headers["Location"] == "/sign-in/code?role=therapist"
        assert phone.post("/sign-in/code", data={"code": letters.code()}).status_code == 303


def test_an_address_that_turns_out_to_be_taken_leads_back_to_where_one_is_typed(ana, him, letters):
    confirm(ana)
    ana.post("/settings/email", data={"email": NEW})
    with ana.app.app_context():
        him.user().email = NEW
        db.session.commit()
    answer = ana.post("/settings/email/code", data={"code": letters.code()})
    assert answer.status_code == 422
    assert "already belongs to another account. Nothing was changed." in answer.text
    assert 'name="code"' not in answer.text
    assert f'value="{NEW}"' in answer.text


def test_an_account_of_another_kind_than_wished_says_so(ana, phone, letters):
    ask(phone, where="/sign-up", role="therapist")
    form = {"code": letters.code(), "role": "therapist"}
    assert phone.post("/sign-in/code", data=form).status_code == 303
    assert (
        "You have an account already. It is for practising yourself" in phone.get("/settings/").text
    )


def test_a_new_code_keeps_who_the_account_is_for(phone):
    ask(phone, where="/sign-up", role="therapist")
    page = phone.get("/sign-in/code?role=therapist").text
    assert page.count('name="role" value="therapist"') == 2
    again = ask(phone, way="code", role="therapist")
    assert again.headers["Location"] == "/sign-in/code?role=therapist"


def test_confirming_says_what_for_and_leads_back(app, ana):
    views = app.view_functions.values()
    asked = {getattr(view, "confirmed_then", None) for view in views} - {None}
    assert asked == set(PURPOSES)
    page = ana.get("/confirm?then=settings.export").text
    assert "Before your records are handed out, please confirm" in page
    assert ">Not now</a>" in page
