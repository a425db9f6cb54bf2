"""Pages that are loaded again: no codes are replaced, and no key is shown in place of another."""

import re
from datetime import UTC, datetime
from html import unescape

import pyotp
import pytest
from time_machine import travel

from tests.factors import first_step, new_codes, renewing, set_up_app

APP = "/settings/security/app"
CODES = "/settings/security/recovery-codes"


def key_in(page: str) -> str:
    return re.search(r"secret=([A-Z2-7]{32})", page)[1]


def drawn(page: str) -> dict[str, str]:
    return {"draw": re.search(r'name="draw"[^>]*value="([0-9a-f]{32})"', page)[1]}


@pytest.fixture
def still():
    with travel(datetime.now(UTC), tick=False):
        yield


@pytest.mark.usefixtures("still")
def test_the_first_code_sent_again_leaves_the_recovery_codes_as_they_are(her, letters):
    page = her.post(f"{APP}/begin", data=drawn(her.get(APP).text)).text
    form = {
        "sealed": unescape(re.search(r'name="sealed"[^>]*value="([^"]+)"', page)[1]),
        "code": pyotp.TOTP(key_in(page)).at(datetime.now(UTC)),
    }
    first = her.post(APP, data=form)
    shown = re.findall(r"<li>([0-9A-Z]{5} [0-9A-Z]{5})</li>", first.text)
    again = her.post(APP, data=form)
    assert len(shown) == 10
    assert again.status_code == 409
    assert "on already, and its recovery codes were shown once" in again.text
    assert CODES in again.text
    assert first_step(her).post("/sign-in/second-step", data={"code": shown[0]}).status_code == 303


def test_the_key_stays_the_same_when_its_page_is_loaded_again(her, him):
    draw = drawn(her.get(APP).text)
    key = key_in(her.post(f"{APP}/begin", data=draw).text)
    assert key_in(her.post(f"{APP}/begin", data=draw).text) == key
    assert key_in(her.post(f"{APP}/begin", data=drawn(her.get(APP).text)).text) != key
    assert key_in(him.post(f"{APP}/begin", data=draw).text) != key
    assert key_in(her.post(f"{APP}/begin", data={"draw": "0"}).text) != key


def test_a_key_in_use_is_not_shown_again(her):
    draw = drawn(her.get(APP).text)
    page = her.post(f"{APP}/begin", data=draw).text
    sealed = unescape(re.search(r'name="sealed"[^>]*value="([^"]+)"', page)[1])
    code = pyotp.TOTP(key_in(page)).at(datetime.now(UTC))
    assert her.post(APP, data={"sealed": sealed, "code": code}).status_code == 200
    again = her.post(f"{APP}/begin", data=draw)
    assert again.status_code == 409
    assert "secret=" not in again.text


@pytest.mark.parametrize("before", [None, "", "0" * 32])
def test_renewing_twice_replaces_once(her, letters, before):
    set_up_app(her)
    form = renewing(her)
    codes = re.findall(r"<li>([0-9A-Z]{5} [0-9A-Z]{5})</li>", her.post(CODES, data=form).text)
    again = her.post(CODES, data=form if before is None else {"before": before})
    assert again.status_code == 409
    assert "replaced a moment ago" in again.text
    assert first_step(her).post("/sign-in/second-step", data={"code": codes[0]}).status_code == 303
    assert not set(new_codes(her)) & set(codes)
