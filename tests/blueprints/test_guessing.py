"""Codes from letters cannot be guessed, by whichever page they are sent to and from however many places."""

from datetime import UTC, datetime, timedelta

import pytest
from time_machine import travel

from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode
from fstpwa.services import accounts, passwords
from tests.accounts import EMAIL, PASSWORD, ask, is_open

PROOF_PAGES = {
    "/sign-in/instead": {"leave": "y"},
    "/sign-up/finish": {"way": "new", "role": "client", "time_zone": "UTC"},
}


def other_than(code: str, count: int = 1) -> list[str]:
    return [f"{(int(code) + step) % 1_000_000:06d}" for step in range(1, count + 1)]


@pytest.mark.parametrize("page", PROOF_PAGES)
def test_the_code_of_a_letter_is_no_proof_that_one_was_shown(ana, phone, letters, page):
    ask(phone)
    answer = phone.post(page, data={**PROOF_PAGES[page], "proof": letters.code()})
    assert answer.status_code == 422
    assert not is_open(phone)
    assert phone.post("/sign-in/code", data={"code": letters.code()}).status_code == 303


@pytest.mark.parametrize("page", PROOF_PAGES)
def test_wrong_proofs_end_what_waits_and_open_nothing(app, ana, phone, letters, page):
    ask(phone)
    form = PROOF_PAGES[page]
    for wrong in other_than(letters.code(), 6):
        assert phone.post(page, data={**form, "proof": wrong}).status_code == 422
    assert phone.post(page, data={**form, "proof": letters.code()}).status_code == 422
    assert not is_open(phone)


@pytest.mark.parametrize("page", PROOF_PAGES)
def test_guesses_at_a_real_proof_count_and_are_said_in_words(app, phone, letters, page):
    ask(phone)
    shown = phone.post("/sign-in/code", data={"code": letters.code()}).text
    proof = shown.split('name="proof" value="')[1].split('"')[0]
    for _ in range(5):
        answer = phone.post(page, data={**PROOF_PAGES[page], "proof": "0" * 64})
        assert answer.status_code == 422
        assert "sign in once more" in answer.text
    answer = phone.post(page, data={**PROOF_PAGES[page], "proof": proof})
    assert answer.status_code == 422
    assert not is_open(phone)


def test_six_wrong_codes_and_the_right_one_is_refused(ana, phone, letters):
    ask(phone)
    for wrong in other_than(letters.code(), 6):
        assert phone.post("/sign-in/code", data={"code": wrong}).status_code == 422
    assert phone.post("/sign-in/code", data={"code": letters.code()}).status_code == 422
    assert not is_open(phone)


def test_wrong_proofs_are_limited_for_a_block(app):
    def guess() -> int:
        environ = {"REMOTE_ADDR": "192.0.2.1"}
        form = {"proof": "0" * 64, "leave": "y"}
        browser = app.test_client()
        return browser.post("/sign-in/instead", data=form, environ_overrides=environ).status_code

    with travel(datetime.now(UTC), tick=False):
        assert [guess() for _ in range(21)] == [422] * 20 + [429]


def test_an_account_takes_thirty_wrong_codes_a_day_from_however_many_browsers(app, ana, letters):
    start = datetime.now(UTC)
    answers = []
    for number in range(7):
        browser = app.test_client()
        place = {"REMOTE_ADDR": f"198.51.{number}.1"}
        with travel(start + timedelta(minutes=20 * number), tick=False):
            browser.post("/sign-in", data={"email": EMAIL}, environ_overrides=place)
            for wrong in other_than(letters.code(), 5):
                form = {"code": wrong}
                answer = browser.post("/sign-in/code", data=form, environ_overrides=place)
                answers.append(answer.status_code)
    assert answers == [422] * 30 + [429] * 5
    assert "hours" in answer.text
    with travel(start + timedelta(days=1, hours=3), tick=False):
        browser = app.test_client()
        ask(browser)
        assert browser.post("/sign-in/code", data={"code": letters.code()}).status_code == 303


def test_twenty_letters_a_day_go_to_an_address_whoever_asks(app, letters):
    start = datetime.now(UTC)
    answers = []
    for number in range(25):
        with travel(start + timedelta(minutes=20 * number), tick=False):
            answers.append(ask(app.test_client()).status_code)
    assert answers == [303] * 20 + [429] * 5
    assert len(letters.all()) == 20
    with travel(start + timedelta(days=1), tick=False):
        assert ask(app.test_client()).status_code == 303


def test_no_password_is_hashed_before_the_code_was_right(ana, phone, letters, monkeypatch):
    ask(phone, where="/reset")
    hashed = []
    monkeypatch.setattr(passwords, "hash_of", lambda _password: hashed.append(1) or "")
    for wrong in other_than(letters.code(), 3):
        form = {"code": wrong, "password": "seven blue doors"}
        assert phone.post("/reset/code", data=form).status_code == 422
    assert hashed == []


def test_a_password_that_cannot_be_chosen_costs_no_code(app, ana, phone, letters):
    ask(phone, where="/reset")
    refused = phone.post("/reset/code", data={"code": letters.code(), "password": "short"})
    assert refused.status_code == 422
    form = {"code": letters.code(), "password": "seven blue doors"}
    assert phone.post("/reset/code", data=form).status_code == 303
    with app.app_context():
        user = accounts.person_with(EMAIL)
        assert passwords.is_right(user.password_hash, "seven blue doors")


def test_what_stands_for_a_proof_is_kept_as_a_hash_for_its_own_purpose(app, phone, letters):
    ask(phone)
    phone.post("/sign-in/code", data={"code": letters.code()})
    with app.app_context():
        purposes = db.session.scalars(
            db.select(OneTimeCode.purpose).where(OneTimeCode.used_at.is_(None))
        ).all()
        assert purposes == ["proved"]


def test_strangers_cannot_use_up_the_letters_and_codes_of_who_was_signed_in_here(
    app, ana, phone, letters
):
    ask(phone)
    phone.post("/sign-in/code", data={"code": letters.code()})
    phone.post("/sign-out")
    mark = phone.get_cookie("good-days-account").value
    assert EMAIL not in mark
    start = datetime.now(UTC)
    for number in range(21):
        with travel(start + timedelta(minutes=20 * number), tick=False):
            stranger = app.test_client()
            ask(stranger)
            wrong = other_than(letters.code(), 2)
            for code in wrong:
                stranger.post("/sign-in/code", data={"code": code})
            ask(stranger, password="guessed words")
    with travel(start + timedelta(hours=7), tick=False):
        made_up = app.test_client()
        made_up.set_cookie("good-days-account", mark[:-1])
        assert ask(made_up).status_code == 429
        assert ask(phone).status_code == 303
        assert phone.post("/sign-in/code", data={"code": letters.code()}).status_code == 303


def test_a_password_is_taken_where_one_was_signed_in_before_whatever_strangers_do(app, ana, phone):
    right = {"email": EMAIL, "password": PASSWORD}
    with travel(datetime.now(UTC), tick=False):
        assert phone.post("/sign-in", data=right).status_code == 303
        phone.post("/sign-out")
        for _ in range(4):
            app.test_client().post("/sign-in", data={**right, "password": "guessed words"})
        assert app.test_client().post("/sign-in", data=right).status_code == 429
        assert phone.post("/sign-in", data=right).status_code == 303


def test_a_browser_that_knows_one_account_is_a_stranger_to_the_others(app, ana, him, phone):
    with app.app_context():
        him.user().email = "bo@example.org"
        him.user().password_hash = passwords.hash_of(PASSWORD)
        db.session.commit()
    with travel(datetime.now(UTC), tick=False):
        phone.post("/sign-in", data={"email": "bo@example.org", "password": PASSWORD})
        phone.post("/sign-out")
        answers = [
            phone.post("/sign-in", data={"email": EMAIL, "password": "wrong"}).status_code
            for _ in range(4)
        ]
        assert answers == [422] * 3 + [429]
        form = {"email": EMAIL, "password": PASSWORD}
        assert app.test_client().post("/sign-in", data=form).status_code == 429
