"""Proving again who one is, where a second step protects the account; and what the log says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from time_machine import travel

from fstpwa.domain.mail import Letter
from fstpwa.extensions import db
from fstpwa.outbound.mail import FileMailer
from fstpwa.services import accounts, passwords
from tests.accounts import EMAIL, PASSWORD
from tests.conftest import Person
from tests.factors import (
    ORIGIN,
    add_passkey,
    change,
    confirm,
    first_step,
    new_codes,
    now_of,
    other_browser,
    set_up_app,
    sign_in_with,
    weaken,
)
from tests.passkey_device import PasskeyDevice

LATER = timedelta(minutes=11)


@pytest.fixture
def ana(her):
    """Her, with e-mail address and password, just confirmed."""
    change(her, email=EMAIL, password_hash=passwords.hash_of(PASSWORD))
    confirm(her)
    return her


def needs_proof(person: Person) -> bool:
    return person.get("/settings/password").status_code == 303


def test_where_a_second_step_is_on_neither_password_nor_letter_confirms(ana, letters):
    app, _ = set_up_app(ana)
    count = len(letters.all())
    later = datetime.now(UTC) + LATER
    with travel(later, tick=False):
        page = ana.get("/confirm?then=accounts.password").text
        assert "protected by a second step" in page
        assert "Confirm with my password" not in page
        assert "E-mail me a code" not in page
        for address, form in (
            ("/confirm", {"password": PASSWORD}),
            ("/confirm/letter", {}),
            ("/confirm/code", {"code": "123456"}),
        ):
            answer = ana.post(address, data={**form, "then": "accounts.password"})
            assert answer.headers["Location"] == "/confirm?then=accounts.password"
            assert needs_proof(ana)
        assert len(letters.all()) == count
        form = {"code": app.at(later), "then": "accounts.password"}
        done = ana.post("/confirm/factor", data=form)
        assert done.headers["Location"] == "/settings/password"
        assert not needs_proof(ana)


def test_a_recovery_code_confirms_too(ana):
    _, recovery = set_up_app(ana)
    with travel(datetime.now(UTC) + LATER, tick=False):
        assert ana.post("/confirm/factor", data={"code": recovery[0]}).status_code == 303
        assert not needs_proof(ana)


def test_a_letter_from_before_the_app_was_set_up_confirms_no_more(ana, letters):
    ana.post("/confirm/letter")
    code = letters.code()
    set_up_app(ana)
    with travel(datetime.now(UTC) + timedelta(minutes=9), tick=False):
        with ana.app.app_context():
            for device in ana.user().devices:
                device.confirmed_at = None
            db.session.commit()
        ana.post("/confirm/code", data={"code": code})
        assert needs_proof(ana)


@pytest.mark.parametrize("is_verified", [True, False])
def test_a_passkey_confirms_an_account_with_an_app_only_if_it_is_two_proofs(ana, is_verified):
    device = add_passkey(ana, verifies=is_verified)
    set_up_app(ana)
    with travel(datetime.now(UTC) + LATER, tick=False):
        answer = device.show(ana.post("/confirm/passkey/begin").text)
        done = ana.post("/confirm/passkey", data={"credential": answer})
        assert done.status_code == (303 if is_verified else 422)
        assert needs_proof(ana) != is_verified


def test_a_therapist_with_a_passkey_confirms_with_nothing_less(therapist):
    change(therapist, email=EMAIL, password_hash=passwords.hash_of(PASSWORD))
    confirm(therapist)
    add_passkey(therapist)
    with travel(datetime.now(UTC) + LATER, tick=False):
        therapist.post("/confirm", data={"password": PASSWORD})
        assert needs_proof(therapist)


def test_a_therapist_without_any_factor_confirms_by_letter_to_set_one_up(therapist, letters):
    change(therapist, email=EMAIL)
    weaken(therapist)
    assert therapist.get("/settings/security/app").status_code == 303
    therapist.post("/confirm/letter")
    assert therapist.post("/confirm/code", data={"code": letters.code()}).status_code == 303
    assert therapist.get("/settings/security/app").status_code == 200


def told(caplog) -> list[tuple[str, str | None]]:
    return [(each.getMessage(), each.good_days.get("way")) for each in caplog.records]


def test_the_log_tells_by_what_somebody_signed_in_confirmed_and_was_refused(ana, letters, caplog):
    caplog.set_level("INFO", logger="fstpwa")
    ana.post("/confirm", data={"password": "wrong"})
    ana.post("/confirm", data={"password": PASSWORD})
    ana.post("/confirm/letter")
    wrong = "000001" if letters.code() == "000000" else "000000"
    ana.post("/confirm/code", data={"code": wrong})
    ana.post("/confirm/code", data={"code": letters.code()})
    device = add_passkey(ana)
    ana.post("/confirm/passkey", data={"credential": "{}"})
    asked = ana.post("/confirm/passkey/begin").text
    ana.post("/confirm/passkey", data={"credential": device.show(asked)})
    sign_in_with(ana.app.test_client(), device)
    ana.app.test_client().post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    app, _ = set_up_app(ana)
    browser = first_step(ana)
    browser.post("/sign-in/second-step", data={"code": "000000"})
    ana.post("/confirm/factor", data={"code": "000000"})
    with travel(datetime.now(UTC) + timedelta(seconds=30), tick=False):
        browser.post("/sign-in/second-step", data={"code": now_of(app)})
    for event in (
        ("confirm_refused", "password"),
        ("confirmed", "password"),
        ("confirm_refused", "letter"),
        ("confirmed", "letter"),
        ("confirm_refused", "passkey"),
        ("confirmed", "passkey"),
        ("sign_in_ok", "passkey"),
        ("sign_in_ok", "password"),
        ("second_step_refused", None),
        ("confirm_refused", "second_factor"),
        ("sign_in_ok", "second_step"),
    ):
        assert event in told(caplog), event
    assert EMAIL not in " ".join(str(vars(record)) for record in caplog.records)


def test_the_log_tells_of_signing_out_taking_away_and_deleting(ana, him, caplog):
    caplog.set_level("INFO", logger="fstpwa")
    other = other_browser(ana)
    other.post("/sign-out")
    ana.get("/settings/export/everything.json")
    ana.get("/settings/export/check-ins.csv")
    him.post("/settings/delete", data={"word": "delete", "confirm": "delete"})
    events = [event for event, _ in told(caplog)]
    assert events.count("signed_out") == 1
    assert events.count("exported") == 2


def test_the_code_of_another_browser_says_whose_records_it_opens(client):
    page = re.sub(r"\s+", " ", client.get("/carry").text)
    assert "opens the records of the browser that made the code" in page


def test_no_letter_is_waited_for_while_the_database_is_held(ana, letters, monkeypatch):
    held = []
    send = FileMailer.send

    def watched(self: FileMailer, letter: Letter) -> None:
        held.append(db.session.registry().in_transaction())
        send(self, letter)

    monkeypatch.setattr(FileMailer, "send", watched)
    add_passkey(ana)
    set_up_app(ana)
    assert len(new_codes(ana)) == 10
    ana.post("/settings/security/app/remove")
    ana.post("/settings/password", data={"password": "seven blue doors"})
    browser = ana.app.test_client()
    browser.post("/reset", data={"email": EMAIL})
    form = {"code": letters.code(), "password": "nine red boats"}
    assert browser.post("/reset/code", data=form).status_code == 303
    assert held == [False] * 7
    with ana.app.app_context():
        assert accounts.person_with(EMAIL) is not None


def test_somebody_elses_passkey_of_one_proof_is_still_nobodys(ana, him):
    theirs = PasskeyDevice(ORIGIN, verifies=False)
    asked = ana.post("/confirm/passkey/begin").text
    answer = ana.post("/confirm/passkey", data={"credential": theirs.show(asked)})
    assert answer.status_code == 422


def test_signing_in_over_a_trial_asks_once_for_every_way(him):
    page = him.get("/sign-in").text
    assert page.count('type="checkbox" name="leave"') == 1
    assert page.count('form="sign-in-form"') == page.count('id="sign-in-form"') == 1
