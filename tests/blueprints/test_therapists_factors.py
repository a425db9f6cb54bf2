"""A therapist signs in with a passkey or two factors, and sees nothing before."""

import pytest

from fstpwa.models.people import Role
from tests.accounts import is_open
from tests.conftest import Person
from tests.factors import (
    ORIGIN,
    add_passkey,
    change,
    confirm,
    first_step,
    new_codes,
    now_of,
    set_up_app,
    sign_in_with,
    weaken,
)
from tests.passkey_device import PasskeyDevice


@pytest.fixture
def tess(app, rolled_back) -> Person:
    """A therapist with an e-mail address and nothing else, just signed in by a code."""
    tess = Person(app, Role.THERAPIST)
    change(tess, email="tess@example.org")
    confirm(tess)
    weaken(tess)
    return tess


@pytest.mark.parametrize("address", ["/today", "/settings/", "/progress", "/check-in"])
def test_a_therapist_without_a_factor_sees_nothing_but_how_to_set_one_up(tess, address):
    assert tess.get(address).headers["Location"] == "/settings/security"
    page = tess.get("/settings/security").text
    assert "One more step first" in page
    assert "what other people wrote about their health" in page


def test_a_therapists_first_passkey_opens_the_rest(tess):
    add_passkey(tess)
    assert tess.get("/today").status_code in (200, 303)
    assert tess.get("/settings/devices").status_code == 200
    assert "One more step first" not in tess.get("/settings/security").text


def test_a_therapist_is_led_from_the_first_passkey_to_recovery_codes(tess):
    made = PasskeyDevice(ORIGIN).make(tess.post("/settings/security/passkeys/begin").text)
    form = {"label": "Laptop", "credential": made}
    added = tess.post("/settings/security/passkeys", data=form)
    assert added.headers["Location"] == "/settings/security/recovery-codes"
    assert "Make ten new codes" in tess.get("/settings/security/recovery-codes").text


def test_a_therapists_authenticator_app_opens_the_rest(tess):
    set_up_app(tess)
    assert tess.get("/settings/devices").status_code == 200


def test_a_therapist_with_a_factor_must_show_it_before_adding_another(tess):
    device = add_passkey(tess)
    weaken(tess)
    confirm(tess)
    assert tess.get("/settings/security").headers["Location"] == "/sign-in/second-step"
    for method, address in (
        ("GET", "/settings/security/passkeys/new"),
        ("POST", "/settings/security/passkeys/begin"),
        ("POST", "/settings/security/passkeys"),
        ("GET", "/settings/security/app"),
        ("POST", "/settings/security/app/begin"),
        ("POST", "/settings/security/app"),
    ):
        assert tess.client.open(address, method=method).status_code == 404, address
    for address in ("/settings/security/app/remove", "/settings/security/recovery-codes"):
        assert tess.post(address).headers["Location"] == "/settings/security"
    assert "show your passkey" in tess.get("/sign-in/second-step").text
    assert sign_in_with(tess.client, device).status_code == 303
    assert tess.get("/settings/devices").status_code == 200


def test_a_therapist_who_lost_the_passkey_gets_in_by_a_recovery_code(tess):
    add_passkey(tess)
    code = new_codes(tess)[0]
    browser = first_step(tess)
    assert "or enter a recovery code" in browser.get("/sign-in/second-step").text
    assert browser.post("/sign-in/second-step", data={"code": code}).status_code == 303
    assert is_open(browser)


def test_a_therapist_whose_session_was_carried_over_shows_the_second_step_there(tess):
    app, _ = set_up_app(tess)
    weaken(tess)
    assert tess.get("/today").headers["Location"] == "/settings/security"
    assert tess.post("/sign-in/second-step", data={"code": now_of(app)}).status_code == 303
    assert tess.get("/settings/devices").status_code == 200


def test_a_demo_therapist_needs_no_factor(tess):
    change(tess, is_demo=True, email=None)
    assert tess.get("/settings/devices").status_code == 200


def test_whoever_chose_a_therapists_account_by_mistake_gets_out_of_it(tess):
    page = tess.get("/settings/security").text
    assert "Not a therapist?" in page
    assert 'class="tabs"' not in page
    assert 'action="/sign-out"' in page
    done = tess.post("/settings/security/for-myself")
    assert done.headers["Location"] == "/today"
    assert tess.get("/settings/").status_code == 200
    assert tess.post("/settings/security/for-myself").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/settings/devices", "/settings/export", "/settings/delete", "/settings/privacy"],
)
def test_own_data_is_open_to_a_therapist_until_there_is_a_factor_to_show(tess, address):
    assert tess.get(address).status_code == 200
    set_up_app(tess)
    weaken(tess)
    confirm(tess)
    if address != "/settings/privacy":
        assert tess.get(address).headers["Location"] == "/settings/security"
    assert tess.post("/settings/security/for-myself").headers["Location"] == "/settings/security"


def test_a_therapist_without_a_factor_can_delete_everything(tess):
    assert tess.post("/settings/delete", data={"word": "delete"}).status_code == 303
    assert not is_open(tess.client)


def test_a_therapists_account_that_is_set_up_stays_one(tess):
    add_passkey(tess)
    assert tess.post("/settings/security/for-myself").status_code == 409
