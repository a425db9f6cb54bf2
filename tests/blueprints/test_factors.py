"""Passkeys, authenticator apps and recovery codes as pages: who gets in, who does not."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import func, select
from time_machine import travel

from fstpwa.extensions import db
from fstpwa.models.accounts import Attempt, Passkey
from fstpwa.models.people import DeviceSession
from fstpwa.services import accounts, devices, passwords, people
from tests.accounts import EMAIL, PASSWORD, is_open
from tests.conftest import Person
from tests.factors import (
    ORIGIN,
    add_passkey,
    change,
    confirm,
    first_step,
    now_of,
    other_browser,
    set_up_app,
    sign_in_with,
)
from tests.letters import Letters
from tests.passkey_device import PasskeyDevice


def count(person: Person, model: type) -> int:
    with person.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


# Passkeys


def test_somebody_who_only_tries_it_keeps_their_progress_with_a_passkey(her):
    assert "only this device opens your records" in her.get("/settings/security").text
    device = add_passkey(her)
    page = her.get("/settings/security").text
    assert "Blue phone" in page
    assert "not used yet" in page

    her.post("/sign-out")
    with her.app.app_context():
        assert her.user().public_id == her.public_id, "not deleted: the passkey opens it again"
    fresh = her.app.test_client()
    answer = sign_in_with(fresh, device)
    assert answer.headers["Location"] == "/today"
    assert is_open(fresh)


def test_signing_in_with_a_passkey_makes_a_strong_and_confirmed_device(her):
    device = add_passkey(her)
    fresh = her.app.test_client()
    sign_in_with(fresh, device)
    with her.app.app_context():
        newest = db.session.scalars(select(DeviceSession).order_by(DeviceSession.id)).all()[-1]
        assert newest.is_strong
        assert newest.confirmed_at is not None
        assert db.session.scalars(select(Passkey)).one().last_used_at is not None


def test_an_answer_that_was_overheard_opens_nothing(her):
    device = add_passkey(her)
    browser = her.app.test_client()
    answer = device.show(browser.post("/sign-in/passkey/begin").text)
    thief = her.app.test_client()
    thief.post("/sign-in/passkey/begin")
    assert thief.post("/sign-in/passkey", data={"credential": answer}).status_code == 422
    assert browser.post("/sign-in/passkey", data={"credential": answer}).status_code == 303
    again = her.app.test_client()
    again.set_cookie("good-days-asking", "a" * 43)
    refused = again.post("/sign-in/passkey", data={"credential": answer})
    assert refused.status_code == 422
    assert "began in another window" in refused.text
    assert not is_open(again)


def test_an_unknown_passkey_gets_a_kind_sentence_and_the_other_ways(client):
    answer = sign_in_with(client, PasskeyDevice(ORIGIN, user_handle=b"x" * 16))
    assert answer.status_code == 422
    assert "not known here" in answer.text
    assert "Other ways to sign in" in answer.text


def test_signing_in_over_a_trial_asks_before_it_is_lost(her, him):
    device = add_passkey(her)
    refused = sign_in_with(him.client, device)
    assert refused.status_code == 422
    assert "Delete what was recorded here" in refused.text
    assert sign_in_with(him.client, device, leave="y").status_code == 303
    with him.app.app_context():
        assert db.session.get(people.User, him.id) is None


def test_the_token_is_new_after_signing_in(her):
    device = add_passkey(her)
    before = her.client.get_cookie("good-days").value
    assert sign_in_with(her.client, device).status_code == 303
    assert her.client.get_cookie("good-days").value != before
    thief = her.app.test_client()
    thief.set_cookie("good-days", before)
    assert not is_open(thief)


def test_adding_a_passkey_ends_the_other_sessions_and_a_letter_tells(her, letters):
    change(her, email=EMAIL)
    confirm(her)
    other = other_browser(her)
    add_passkey(her)
    assert not is_open(other)
    assert is_open(her.client)
    assert "A passkey was added." in letters.all()[-1].get_content()


def test_removing_a_passkey_ends_the_other_sessions(her):
    change(her, email=EMAIL)
    confirm(her)
    device = add_passkey(her)
    other = other_browser(her)
    with her.app.app_context():
        address = (
            f"/settings/security/passkeys/{db.session.scalars(select(Passkey)).one().public_id}"
        )
    assert her.post(f"{address}/remove").status_code == 303
    assert not is_open(other)
    assert sign_in_with(her.app.test_client(), device).status_code == 422


def test_the_last_way_in_cannot_be_removed(her):
    add_passkey(her)
    with her.app.app_context():
        address = (
            f"/settings/security/passkeys/{db.session.scalars(select(Passkey)).one().public_id}"
        )
    answer = her.post(f"{address}/remove")
    assert answer.status_code == 409
    assert "only way back" in answer.text
    assert count(her, Passkey) == 1


def test_a_passkey_gets_another_name(her):
    add_passkey(her)
    with her.app.app_context():
        address = (
            f"/settings/security/passkeys/{db.session.scalars(select(Passkey)).one().public_id}"
        )
    refused = her.post(address, data={"label": "a" * 81})
    assert refused.status_code == 422
    assert "a" * 81 in refused.text
    assert her.post(address, data={"label": "Green"}).status_code == 303
    assert "Green" in her.get("/settings/security").text
    assert "<h1>Green</h1>" in her.get(address).text


def test_nobody_sees_somebody_elses_passkey(her, him):
    add_passkey(her)
    with her.app.app_context():
        address = (
            f"/settings/security/passkeys/{db.session.scalars(select(Passkey)).one().public_id}"
        )
    assert him.get(address).status_code == 404
    assert him.post(address, data={"label": "Mine"}).status_code == 404
    assert him.post(f"{address}/remove").status_code == 404


def test_what_was_typed_stays_when_the_passkey_is_refused(her):
    her.post("/settings/security/passkeys/begin")
    form = {"label": "Blue <phone>", "credential": "{}"}
    answer = her.post("/settings/security/passkeys", data=form)
    assert answer.status_code == 422
    assert "Blue &lt;phone&gt;" in answer.text
    assert "could not be used" in answer.text


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/settings/security/passkeys/new"),
        ("POST", "/settings/security/passkeys/begin"),
        ("POST", "/settings/security/passkeys"),
        ("GET", "/settings/security/app"),
        ("POST", "/settings/security/app/begin"),
        ("POST", "/settings/security/app"),
        ("POST", "/settings/security/app/remove"),
        ("GET", "/settings/security/recovery-codes"),
        ("POST", "/settings/security/recovery-codes"),
    ],
)
def test_every_change_asks_first_who_it_is(her, method, address):
    change(her, email=EMAIL)
    answer = her.client.open(address, method=method)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/confirm?then=factors.")
    confirm(her)
    assert her.client.open(address, method=method).status_code != 303 or "remove" in address


def test_a_passkey_confirms(her):
    device = add_passkey(her)
    with travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        assert her.get("/settings/security/app").status_code == 303
        answer = device.show(her.post("/confirm/passkey/begin").text)
        form = {"credential": answer, "then": "factors.app"}
        assert (
            her.post("/confirm/passkey", data=form).headers["Location"] == "/settings/security/app"
        )
        assert her.get("/settings/security/app").status_code == 200
        again = her.post("/confirm/passkey", data=form)
        assert again.status_code == 422


def test_somebody_elses_passkey_does_not_confirm(her, him):
    theirs = add_passkey(him)
    add_passkey(her)
    asked = her.post("/confirm/passkey/begin").text
    answer = her.post("/confirm/passkey", data={"credential": theirs.show(asked), "then": "x"})
    assert answer.status_code == 422


@pytest.mark.parametrize("then", ["https://example.org", "//example.org", "", "home.sign_out"])
def test_confirming_leads_nowhere_else(her, then):
    device = add_passkey(her)
    answer = device.show(her.post("/confirm/passkey/begin").text)
    done = her.post("/confirm/passkey", data={"credential": answer, "then": then})
    assert done.headers["Location"] == "/settings/"


# Authenticator apps and recovery codes


def test_an_authenticator_app_is_asked_for_after_the_first_step(her):
    change(her, email=EMAIL)
    confirm(her)
    other = other_browser(her)
    app, recovery = set_up_app(her)
    assert len(recovery) == 10
    assert not is_open(other)

    browser = first_step(her)
    assert not is_open(browser), "no device cookie before the second step"
    assert "authenticator app" in browser.get("/sign-in/second-step").text
    done = browser.post("/sign-in/second-step", data={"code": now_of(app)})
    assert done.headers["Location"] == "/today"
    assert is_open(browser)


def test_a_password_alone_leads_to_the_second_step(her):
    with her.app.app_context():
        her.user().email = EMAIL
        accounts.set_password(her.user(), passwords.hash_of(PASSWORD), kept=None)
        token = devices.open_device(her.user(), "Test", now=datetime.now(UTC), is_confirmed=True)
        db.session.commit()
    her.client.set_cookie("good-days", token)
    app, _ = set_up_app(her)
    browser = her.app.test_client()
    first = browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert first.headers["Location"] == "/sign-in/second-step"
    assert browser.get_cookie("good-days") is None
    assert browser.post("/sign-in/second-step", data={"code": now_of(app)}).status_code == 303
    assert is_open(browser)


def test_a_wrong_code_is_said_and_kept_and_counted(her):
    set_up_app(her)
    browser = first_step(her)
    answer = browser.post("/sign-in/second-step", data={"code": "000 000"})
    assert answer.status_code == 422
    assert "does not fit" in answer.text
    assert 'value="000 000"' in answer.text
    assert count(her, Attempt) == 1
    assert not is_open(browser)


def test_guessing_codes_is_slowed_down_and_never_locked(her):
    app, _ = set_up_app(her)
    browser = first_step(her)
    start = datetime.now(UTC)
    answers = []
    for tried in range(8):
        with travel(start + timedelta(seconds=30 * tried), tick=False):
            answers.append(browser.post("/sign-in/second-step", data={"code": "000000"}))
    assert [each.status_code for each in answers] == [422] * 5 + [429] * 3
    assert "Please wait" in answers[-1].text
    later = start + timedelta(minutes=16)
    with travel(later, tick=False):
        again = first_step(her)
        done = again.post("/sign-in/second-step", data={"code": app.at(later)})
        assert done.status_code == 303


def test_a_code_signs_in_once(her):
    app, _ = set_up_app(her)
    code = now_of(app)
    assert first_step(her).post("/sign-in/second-step", data={"code": code}).status_code == 303
    again = first_step(her)
    answer = again.post("/sign-in/second-step", data={"code": code})
    assert answer.status_code == 422
    assert "used already" in answer.text
    assert not is_open(again)


def test_the_second_step_is_nobodys_without_the_first(her, client):
    app, _ = set_up_app(her)
    assert client.get("/sign-in/second-step").headers["Location"] == "/sign-in"
    answer = client.post("/sign-in/second-step", data={"code": now_of(app)})
    assert answer.headers["Location"] == "/sign-in"
    assert not is_open(client)


def test_the_second_step_is_over_after_ten_minutes_or_when_it_was_done(her):
    app, _ = set_up_app(her)
    browser = first_step(her)
    later = datetime.now(UTC) + timedelta(minutes=10)
    with travel(later, tick=False):
        answer = browser.post("/sign-in/second-step", data={"code": app.at(later)})
        assert answer.headers["Location"] == "/sign-in"
        assert not is_open(browser)


def test_a_change_of_factors_ends_a_second_step_that_waits(her):
    _, recovery = set_up_app(her)
    browser = first_step(her)
    her.post("/settings/security/app/remove")
    answer = browser.post("/sign-in/second-step", data={"code": recovery[0]})
    assert answer.headers["Location"] == "/sign-in"


def test_nothing_is_turned_on_by_a_wrong_code_and_the_key_stays_the_same(her):
    page = her.post("/settings/security/app/begin").text
    secret = re.search(r"secret=([A-Z2-7]{32})", page)[1]
    sealed = unescape(re.search(r'name="sealed"[^>]*value="([^"]+)"', page)[1])
    answer = her.post("/settings/security/app", data={"sealed": sealed, "code": "12"})
    assert answer.status_code == 422
    assert secret in answer.text
    assert "six digits" in answer.text
    assert 'value="12"' in answer.text
    broken = her.post("/settings/security/app", data={"sealed": "v1:x", "code": "123456"})
    assert broken.status_code == 409
    assert "begin again" in broken.text
    with her.app.app_context():
        assert her.user().totp_secret is None


def test_a_used_recovery_code_is_told_on_the_page_and_by_letter(her):
    _, recovery = set_up_app(her)
    change(her, email="ana@example.org")
    letters = Letters(her.app)
    browser = first_step(her)
    browser.post("/sign-in/second-step", data={"code": recovery[0]})
    assert "That recovery code is used up. 9 are left." in browser.get("/today").text
    text = letters.all()[-1].get_content()
    assert "A recovery code of your Good Days account was used. 9 are left." in text


def test_a_code_of_the_app_confirms(her):
    change(her, email=EMAIL)
    confirm(her)
    app, _ = set_up_app(her)
    later = datetime.now(UTC) + timedelta(minutes=11)
    with travel(later, tick=False):
        wrong = her.post("/confirm/factor", data={"code": "000000", "then": "factors.app"})
        assert wrong.status_code == 422
        form = {"code": app.at(later), "then": "factors.app"}
        assert (
            her.post("/confirm/factor", data=form).headers["Location"] == "/settings/security/app"
        )
        assert her.get("/settings/security/app").status_code == 200


# What is logged


def test_the_log_tells_what_happened_and_not_to_whom(her, caplog):
    change(her, email=EMAIL)
    confirm(her)
    with caplog.at_level("INFO", logger="fstpwa"):
        device = add_passkey(her)
        sign_in_with(her.app.test_client(), device)
        sign_in_with(her.app.test_client(), PasskeyDevice(ORIGIN, user_handle=b"x" * 16))
        _, recovery = set_up_app(her)
        first_step(her).post("/sign-in/second-step", data={"code": recovery[0]})
    events = [record.getMessage() for record in caplog.records]
    for event in (
        "passkey_added",
        "sign_in_ok",
        "passkey_unknown",
        "authenticator_added",
        "recovery_code_used",
    ):
        assert event in events
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert EMAIL not in told
    assert recovery[0].replace(" ", "") not in told
