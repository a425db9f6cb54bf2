"""A new password for whoever proves by a code that the address is theirs."""

import pytest

from tests.accounts import PASSWORD, ask, is_open, people_count
from tests.factors import confirm, now_of, set_up_app


def test_a_reset_sets_the_password_and_ends_every_session(app, ana, phone, letters):
    ask(phone, "/reset")
    form = {"code": letters.code(), "password": "seven blue doors"}
    assert phone.post("/reset/code", data=form).headers["Location"] == "/today"
    assert is_open(phone)
    assert not is_open(ana.client)
    assert [each["Subject"] for each in letters.all()][-1] == "Your Good Days account was changed"
    other = app.test_client()
    assert ask(other, password=PASSWORD).status_code == 422
    assert ask(other, password="seven blue doors").status_code == 303


@pytest.mark.parametrize("password", ["", "short", "password1", "x" * 129])
def test_a_password_that_should_not_be_chosen_costs_no_code(ana, phone, letters, password):
    ask(phone, "/reset")
    form = {"code": letters.code(), "password": password}
    answer = phone.post("/reset/code", data=form)
    assert answer.status_code == 422
    assert f'value="{form["code"]}"' in answer.text
    assert is_open(ana.client)
    form["password"] = "seven blue doors"
    assert phone.post("/reset/code", data=form).status_code == 303


def test_a_reset_with_a_wrong_code_changes_nothing(app, ana, phone, letters):
    ask(phone, "/reset")
    wrong = "000001" if letters.code() == "000000" else "000000"
    form = {"code": wrong, "password": "seven blue doors"}
    assert phone.post("/reset/code", data=form).status_code == 422
    assert is_open(ana.client)
    assert ask(app.test_client(), password=PASSWORD).status_code == 303


def test_a_reset_for_an_address_without_account_offers_one(app, phone, letters):
    ask(phone, "/reset", email="nobody@example.org")
    form = {"code": letters.code(), "password": "seven blue doors"}
    answer = phone.post("/reset/code", data=form)
    assert "No account yet" in answer.text
    assert people_count(app) == 0


def test_whoever_has_only_the_mailbox_changes_nothing_where_a_second_step_is_on(
    app, ana, phone, letters
):
    confirm(ana)
    authenticator, _ = set_up_app(ana)
    ask(phone, "/reset")
    form = {"code": letters.code(), "password": "seven blue doors"}
    count = len(letters.all())
    assert phone.post("/reset/code", data=form).headers["Location"] == "/sign-in/second-step"
    assert "The password is not changed yet." in phone.get("/sign-in/second-step").text
    assert is_open(ana.client)
    assert not is_open(phone)
    assert len(letters.all()) == count
    assert ask(app.test_client(), password=PASSWORD).status_code == 303
    shown = phone.post("/sign-in/second-step", data={"code": now_of(authenticator)})
    assert shown.headers["Location"] == "/settings/password"
    assert (
        phone.post("/settings/password", data={"password": "seven blue doors"}).status_code == 303
    )
    assert not is_open(ana.client)


def test_a_password_for_an_address_without_account_is_said_not_to_be_kept(app, phone, letters):
    ask(phone, "/reset", email="nobody@example.org")
    form = {"code": letters.code(), "password": "seven blue doors"}
    answer = phone.post("/reset/code", data=form).text
    assert "The password you typed is not kept." in answer
    assert answer.index("If you meant another address") < answer.index("Make an account")
