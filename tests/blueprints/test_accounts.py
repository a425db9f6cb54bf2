"""Signing in by e-mail: codes, passwords, and how guessing is slowed down."""

from datetime import UTC, datetime, timedelta

import pytest
from time_machine import travel

from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import User
from fstpwa.services import passwords
from tests.accounts import EMAIL, PASSWORD, ask, is_open, people_count

FROM_ELSEWHERE = {"REMOTE_ADDR": "192.0.2.1"}


def test_a_code_by_e_mail_signs_in(app, ana, phone, letters):
    answer = ask(phone)
    assert answer.headers["Location"] == "/sign-in/code"
    assert EMAIL in phone.get("/sign-in/code").text
    assert not is_open(phone)

    answer = phone.post("/sign-in/code", data={"code": letters.code()})

    assert answer.headers["Location"] == "/today"
    assert is_open(phone)
    assert phone.get_cookie("good-days-asking") is None
    assert people_count(app) == 1


def test_the_letter_is_short_and_says_nothing_about_health_and_has_no_link(app, ana, letters):
    ask(app.test_client())
    [letter] = letters.all()
    text = letter.get_content()
    assert letter["To"] == EMAIL
    assert letters.code() in text
    assert "http" not in text
    for word in ("pain", "stretch", "health", "session", "therap", "!"):
        assert word not in text.lower() + letter["Subject"].lower()


def test_known_and_unknown_addresses_get_the_same_answer_and_a_letter(app, ana, letters):
    answers = []
    for email in (EMAIL, "nobody@example.org"):
        phone = app.test_client()
        asked = ask(phone, email=email)
        shown = phone.get("/sign-in/code")
        answers.append((asked.status_code, asked.headers["Location"], asked.data))
        assert email in shown.text
    assert answers[0] == answers[1]
    first, second = (each.get_content().splitlines() for each in letters.all())
    assert [line for line in first if not line.strip().isdecimal()] == [
        line for line in second if not line.strip().isdecimal()
    ]


def test_the_code_works_only_in_the_browser_that_asked(app, ana, phone, letters):
    ask(phone)
    other = app.test_client()
    ask(other, email="bo@example.org")
    ask(phone)
    code = letters.code()
    assert other.post("/sign-in/code", data={"code": code}).status_code == 422
    assert not is_open(other)
    assert app.test_client().post("/sign-in/code", data={"code": code}).status_code == 422
    assert phone.post("/sign-in/code", data={"code": code}).status_code == 303


def test_a_code_for_something_else_does_not_sign_in(ana, phone, letters):
    ask(phone, "/reset")
    answer = phone.post("/sign-in/code", data={"code": letters.code()})
    assert answer.status_code == 422
    assert not is_open(phone)


def test_a_late_and_a_used_code_are_refused_in_words(ana, phone, letters):
    ask(phone)
    with travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        answer = phone.post("/sign-in/code", data={"code": letters.code()})
    assert answer.status_code == 422
    assert "Ask for a new one" in answer.text
    ask(phone)
    asking = phone.get_cookie("good-days-asking").value
    assert phone.post("/sign-in/code", data={"code": letters.code()}).status_code == 303
    phone.post("/sign-out")
    phone.set_cookie("good-days-asking", asking)
    assert phone.post("/sign-in/code", data={"code": letters.code()}).status_code == 422


def test_wrong_codes_count_although_they_are_refused(ana, phone, letters):
    ask(phone)
    wrong = "000001" if letters.code() == "000000" else "000000"
    for _ in range(5):
        answer = phone.post("/sign-in/code", data={"code": wrong})
        assert answer.status_code == 422
    assert "Send a new code" in answer.text
    assert wrong not in answer.text
    answer = phone.post("/sign-in/code", data={"code": letters.code()})
    assert answer.status_code == 422
    assert "too often" in answer.text
    assert not is_open(phone)


def test_without_a_code_that_waits_the_page_leads_back(phone):
    for page, start in (("/sign-in/code", "/sign-in"), ("/reset/code", "/reset")):
        assert phone.get(page).headers["Location"] == start


@pytest.mark.parametrize("email", ["Ana@Example.ORG ", " ana@example.org", "ａｎａ@example.org"])
def test_spellings_of_the_address_open_the_same_account(ana, phone, letters, email):
    ask(phone, email=email)
    phone.post("/sign-in/code", data={"code": letters.code()})
    assert is_open(phone)


@pytest.mark.parametrize(
    "email", ["", "ana", "a b@example.org", "a" * 255 + "@example.org", "ana@"]
)
@pytest.mark.parametrize("page", ["/sign-in", "/sign-up", "/reset"])
def test_what_is_no_address_gets_words_and_no_letter(phone, letters, page, email):
    answer = ask(phone, page, email=email, role="client")
    assert answer.status_code == 422
    assert "Please " in answer.text
    assert email[:200] in answer.text
    assert letters.all() == []


def test_a_password_signs_in(ana, phone):
    answer = phone.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.headers["Location"] == "/today"
    assert is_open(phone)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app, ana):
    answers = []
    for email in (EMAIL, "bob@example.org"):
        phone = app.test_client()
        answer = phone.post("/sign-in", data={"email": email, "password": "wrong words"})
        page = answer.text.replace(email, "")
        nonce = page.split('nonce="')[1].split('"')[0]
        answers.append((answer.status_code, page.replace(nonce, "")))
        assert "wrong words" not in answer.text
    assert answers[0] == answers[1]
    assert answers[0][0] == 422


def test_an_unknown_address_costs_the_same_work(app, ana, monkeypatch):
    hashed = []
    real = passwords._hasher.verify

    class Watched:
        verify = staticmethod(lambda *given: hashed.append(given) or real(*given))

    monkeypatch.setattr(passwords, "_hasher", Watched())
    app.test_client().post("/sign-in", data={"email": "nobody@example.org", "password": "x"})
    with app.app_context():
        db.session.get(User, ana.id).password_hash = None
        db.session.commit()
    app.test_client().post("/sign-in", data={"email": EMAIL, "password": "x"})
    assert len(hashed) == 2


def test_guessing_one_account_is_slowed_down_and_said_so_with_the_seconds(app, ana):
    start = datetime.now(UTC)
    wrong = {"email": EMAIL, "password": "wrong words"}
    with travel(start, tick=False):
        for _ in range(3):
            assert app.test_client().post("/sign-in", data=wrong).status_code == 422
        answer = app.test_client().post("/sign-in", data=wrong)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "5"
        assert "Please wait 5 seconds" in answer.text
        right = {"email": EMAIL, "password": PASSWORD}
        assert app.test_client().post("/sign-in", data=right).status_code == 429
    with travel(start + timedelta(seconds=5), tick=False):
        assert app.test_client().post("/sign-in", data=right).status_code == 303
        assert app.test_client().post("/sign-in", data=wrong).status_code == 422


def test_guessing_many_accounts_from_one_block_is_stopped_after_twenty(app):
    def guess(number: int, address: str = "192.0.2.1") -> int:
        form = {"email": f"n{number}@example.org", "password": "x"}
        environ = {"REMOTE_ADDR": address}
        return app.test_client().post("/sign-in", data=form, environ_overrides=environ).status_code

    with travel(datetime.now(UTC), tick=False):
        assert {guess(number) for number in range(20)} == {422}
        assert guess(20) == 429
        assert guess(21, "192.0.2.200") == 429
        assert guess(22, "192.0.3.1") == 422


def test_letters_to_one_address_are_limited_whoever_asks(app, letters):
    with travel(datetime.now(UTC), tick=False):
        answers = [ask(app.test_client()).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(letters.all()) == 5


def test_making_people_is_limited_for_a_block(app):
    with travel(datetime.now(UTC), tick=False):
        answers = [
            app.test_client().post("/try", environ_overrides=FROM_ELSEWHERE).status_code
            for _ in range(31)
        ]
    assert answers == [303] * 30 + [429]
    assert people_count(app) == 30


def test_a_letter_that_cannot_be_sent_leaves_nothing_half_done(app, phone, monkeypatch):
    settings = app.config["GOOD_DAYS"]
    dead = settings.model_copy(
        update={"mail_host": "127.0.0.1", "mail_port": 1, "mail_from": "d@example.org"}
    )
    monkeypatch.setitem(app.config, "GOOD_DAYS", dead)
    answer = ask(phone)
    assert answer.status_code == 503
    assert "could not be sent" in answer.text
    assert phone.get_cookie("good-days-asking") is None
    with app.app_context():
        assert db.session.query(OneTimeCode).count() == 0


def test_signing_in_ends_the_device_before_and_gives_a_new_token(app, ana, letters):
    old = ana.client.get_cookie("good-days").value
    ana.client.set_cookie("good-days-asking", "x")
    ask(ana.client)
    ana.post("/sign-in/code", data={"code": letters.code()})
    new = ana.client.get_cookie("good-days").value
    assert new != old
    thief = app.test_client()
    thief.set_cookie("good-days", old)
    assert not is_open(thief)
    assert is_open(ana.client)


@pytest.mark.parametrize("planted", ["x", "a" * 43, "../" * 20])
def test_a_token_that_was_planted_before_opens_nothing_after(app, ana, phone, letters, planted):
    phone.set_cookie("good-days", planted)
    ask(phone)
    phone.post("/sign-in/code", data={"code": letters.code()})
    assert phone.get_cookie("good-days").value != planted
    thief = app.test_client()
    thief.set_cookie("good-days", planted)
    assert not is_open(thief)


def test_a_lost_session_leads_to_the_sign_in_page_once_there_was_an_account(ana, phone, letters):
    assert phone.get("/today").headers["Location"] == "/"
    ask(phone)
    phone.post("/sign-in/code", data={"code": letters.code()})
    phone.post("/sign-out")
    assert phone.get("/today").headers["Location"] == "/sign-in"
    answer = phone.get("/today", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_signing_out_keeps_an_account(app, ana):
    ana.post("/sign-out")
    assert people_count(app) == 1


def test_who_is_signed_in_needs_no_sign_in_page(ana):
    assert ana.get("/sign-in").headers["Location"] == "/today"
    assert ana.get("/sign-up").headers["Location"] == "/today"


def test_no_address_in_a_form_leads_anywhere_else(ana, phone, letters):
    hostile = {"next": "https://evil.example", "then": "//evil.example", "role": "//evil.example"}
    ask(phone, **hostile)
    answer = phone.post("/sign-in/code", data={"code": letters.code(), **hostile})
    assert answer.headers["Location"] == "/today"
