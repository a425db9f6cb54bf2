"""Recovery codes: shown once, each good once, replaced as a set."""

import re
from html import unescape
from urllib.parse import unquote

import pyotp

from tests.factors import (
    first_step,
    new_codes,
    now_of,
    set_up_app,
)


def test_a_recovery_code_signs_in_once(her):
    _, recovery = set_up_app(her)
    browser = first_step(her)
    assert (
        browser.post("/sign-in/second-step", data={"code": recovery[0].lower()}).status_code == 303
    )
    again = first_step(her)
    assert again.post("/sign-in/second-step", data={"code": recovery[0]}).status_code == 422
    assert "9 left" in browser.get("/settings/security").text


def test_recovery_codes_are_shown_once_and_can_be_kept_as_a_file(her):
    page = her.post("/settings/security/app/begin").text
    app = pyotp.TOTP(re.search(r"secret=([A-Z2-7]{32})", page)[1])
    sealed = unescape(re.search(r'name="sealed"[^>]*value="([^"]+)"', page)[1])
    answer = her.post("/settings/security/app", data={"sealed": sealed, "code": now_of(app)})
    shown = re.findall(r"<li>([0-9A-Z]{5} [0-9A-Z]{5})</li>", answer.text)
    file = unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', answer.text)[1])
    assert all(code in file for code in shown)
    assert answer.headers["Cache-Control"] == "no-store"
    assert shown[0] not in her.get("/settings/security/recovery-codes").text


def test_new_recovery_codes_replace_the_old_ones(her):
    _, old = set_up_app(her)
    assert old[0] not in new_codes(her)
    assert first_step(her).post("/sign-in/second-step", data={"code": old[0]}).status_code == 422


def test_recovery_codes_need_something_to_stand_in_for(her):
    assert "Set up one of these first" in her.get("/settings/security/recovery-codes").text
    assert her.post("/settings/security/recovery-codes").status_code == 409
