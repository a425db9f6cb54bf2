"""What changes an account: step-up, e-mail, password, devices, carrying over."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from time_machine import travel

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.services import devices, passwords
from tests.accounts import EMAIL, PASSWORD, is_open

NEW = "new@example.org"
LATER = timedelta(minutes=11)
CONFIRMED_PAGES = ("/settings/email", "/settings/password", "/settings/carry")


@pytest.fixture
def sure(ana):
    """The same, just confirmed."""
    assert ana.post("/confirm", data={"password": PASSWORD}).status_code == 303
    return ana


@pytest.fixture
def tablet(app, ana):
    """Another device of hers."""
    with app.app_context():
        token = devices.open_device(ana.user(), "Tablet", now=datetime.now(UTC))
        db.session.commit()
    browser = app.test_client()
    browser.set_cookie("good-days", token)
    return browser


@pytest.mark.parametrize("page", CONFIRMED_PAGES)
def test_what_matters_asks_first_whether_it_is_still_her(ana, page):
    answer = ana.get(page)
    assert answer.status_code == 303
    where = answer.headers["Location"]
    assert where.startswith("/confirm?then=")
    assert "Confirm with my password" in ana.get(where).text
    form = {"password": PASSWORD, "then": where.partition("=")[2]}
    assert ana.post("/confirm", data=form).headers["Location"] == page
    assert ana.get(page).status_code == 200


@pytest.mark.parametrize("page", CONFIRMED_PAGES)
def test_a_form_that_was_open_too_long_changes_nothing_and_asks_again(sure, page, letters):
    with travel(datetime.now(UTC) + LATER, tick=False):
        answer = sure.post(page, data={"email": NEW, "password": "seven blue doors"})
        assert answer.headers["Location"].startswith("/confirm?then=accounts.")
        htmx = sure.post(page, headers={"HX-Request": "true"})
        assert htmx.headers["HX-Redirect"].startswith("/confirm?then=accounts.")
    assert letters.all() == []
    with sure.app.app_context():
        assert passwords.is_right(sure.user().password_hash, PASSWORD)


def test_confirming_by_a_letter(ana, letters):
    form = {"then": "accounts.password"}
    answer = ana.post("/confirm/letter", data=form)
    assert answer.headers["Location"] == "/confirm/code?then=accounts.password"
    assert EMAIL in ana.get(answer.headers["Location"]).text
    answer = ana.post("/confirm/code", data={**form, "code": letters.code()})
    assert answer.headers["Location"] == "/settings/password"
    assert ana.get("/settings/password").status_code == 200


@pytest.mark.parametrize("then", ["", "https://evil.example", "//evil.example", "home.front", "x"])
def test_confirming_leads_only_to_own_pages_that_ask_for_it(ana, then):
    assert ana.get("/confirm", query_string={"then": then}).headers["Location"] == "/settings/"
    answer = ana.post("/confirm", data={"password": PASSWORD, "then": then})
    assert answer.headers["Location"] == "/settings/"


def test_a_wrong_password_confirms_nothing_and_is_throttled(ana):
    with travel(datetime.now(UTC), tick=False):
        for _ in range(3):
            answer = ana.post("/confirm", data={"password": "wrong"})
            assert answer.status_code == 422
            assert "not your password" in answer.text
        assert ana.post("/confirm", data={"password": PASSWORD}).status_code == 429
    assert ana.get("/settings/password").status_code == 303


def test_a_wrong_code_confirms_nothing(ana, letters):
    ana.post("/confirm/letter")
    wrong = "000001" if letters.code() == "000000" else "000000"
    assert ana.post("/confirm/code", data={"code": wrong}).status_code == 422
    assert ana.get("/settings/password").status_code == 303


def test_somebody_who_only_tries_it_has_nothing_to_confirm(her):
    assert her.get("/settings/carry").status_code == 200
    assert her.get("/confirm").headers["Location"] == "/settings/"
    assert her.post("/confirm/letter").status_code == 404
    assert her.post("/confirm", data={"password": "x"}).status_code == 422


def test_one_device_confirms_for_itself_only(sure, tablet):
    assert sure.get("/settings/password").status_code == 200
    assert tablet.get("/settings/password").status_code == 303


def test_another_address_is_proved_and_noticed_and_ends_the_other_devices(
    app, sure, tablet, letters
):
    old_token = sure.client.get_cookie("good-days").value
    assert sure.post("/settings/email", data={"email": NEW}).status_code == 303
    assert letters.all()[-1]["To"] == NEW
    with app.app_context():
        assert sure.user().email == EMAIL
    answer = sure.post("/settings/email/code", data={"code": letters.code()})
    assert answer.status_code == 303
    with app.app_context():
        assert sure.user().email == NEW
    notice = letters.all()[-1]
    assert notice["To"] == EMAIL
    assert NEW not in notice.get_content()
    assert is_open(sure.client)
    assert not is_open(tablet)
    thief = app.test_client()
    thief.set_cookie("good-days", old_token)
    assert not is_open(thief)


def test_an_address_of_another_account_is_revealed_only_after_the_code(app, sure, him, letters):
    with app.app_context():
        him.user().email = NEW
        db.session.commit()
    assert sure.post("/settings/email", data={"email": NEW}).status_code == 303
    answer = sure.post("/settings/email/code", data={"code": letters.code()})
    assert answer.status_code == 422
    assert "already belongs to another account. Nothing was changed." in answer.text
    with app.app_context():
        assert sure.user().email == EMAIL


@pytest.mark.parametrize("email", ["", "ana", EMAIL, " ANA@example.org"])
def test_an_address_that_cannot_be_changed_to_gets_words(sure, letters, email):
    answer = sure.post("/settings/email", data={"email": email})
    assert answer.status_code == 422
    assert letters.all() == []


def test_a_claiming_code_changes_no_address(app, sure, her, letters):
    sure.post("/confirm/letter")
    assert sure.post("/settings/email/code", data={"code": letters.code()}).status_code == 422


def test_without_an_address_there_is_neither_password_nor_change(her):
    for page in ("/settings/email", "/settings/password"):
        assert her.get(page).headers["Location"] == "/keep"
        form = {"email": NEW, "password": "seven blue doors"}
        assert her.post(page, data=form).status_code == 404
    assert her.post("/settings/password/remove").status_code == 404


def test_a_new_password_ends_the_other_devices_and_is_noticed(app, sure, tablet, letters):
    answer = sure.post("/settings/password", data={"password": "seven blue doors"})
    assert answer.status_code == 303
    assert is_open(sure.client)
    assert not is_open(tablet)
    assert letters.all()[-1]["To"] == EMAIL
    with app.app_context():
        assert passwords.is_right(sure.user().password_hash, "seven blue doors")


@pytest.mark.parametrize("password", ["", "short", "password1", "x" * 129])
def test_a_password_that_should_not_be_chosen_gets_words(app, sure, tablet, password):
    answer = sure.post("/settings/password", data={"password": password})
    assert answer.status_code == 422
    assert "Please" in answer.text
    assert is_open(tablet)
    with app.app_context():
        assert passwords.is_right(sure.user().password_hash, PASSWORD)


def test_a_password_can_be_removed(app, sure, tablet):
    assert sure.post("/settings/password/remove").status_code == 303
    with app.app_context():
        assert sure.user().password_hash is None
    assert not is_open(tablet)
    form = {"email": EMAIL, "password": PASSWORD}
    assert app.test_client().post("/sign-in", data=form).status_code == 422


def test_a_notice_that_cannot_be_sent_costs_nothing(app, sure, monkeypatch):
    dead = {"mail_host": "127.0.0.1", "mail_port": 1, "mail_from": "d@example.org"}
    settings = app.config["GOOD_DAYS"].model_copy(update=dead)
    monkeypatch.setitem(app.config, "GOOD_DAYS", settings)
    answer = sure.post("/settings/password", data={"password": "seven blue doors"})
    assert answer.status_code == 303


def ids_on(page: str) -> list[str]:
    return re.findall(r"/settings/devices/([0-9a-f-]{36})/end", page)


def test_devices_are_listed_and_one_is_ended(sure, tablet):
    page = sure.get("/settings/devices").text
    assert "This device" in page
    assert "Tablet" in page
    [other] = ids_on(page)
    assert sure.post(f"/settings/devices/{other}/end").headers["Location"] == "/settings/devices"
    assert not is_open(tablet)
    assert is_open(sure.client)
    assert sure.post(f"/settings/devices/{other}/end").status_code == 404


def test_devices_of_one_name_can_be_told_apart(app, sure, tablet):
    with app.app_context():
        token = devices.open_device(sure.user(), "Tablet", now=datetime.now(UTC))
        db.session.commit()
    page = sure.get("/settings/devices").text
    first, second = re.findall(
        r'hidden"> (Tablet, signed in today at [0-9:]{5} \(\d of 3\))<', page
    )
    assert first != second
    assert "last used within the last hour" in page
    assert page.index("This device") < page.index(first)
    [newest, _] = ids_on(page)
    sure.post(f"/settings/devices/{newest}/end")
    thief = app.test_client()
    thief.set_cookie("good-days", token)
    assert not is_open(thief)
    assert is_open(tablet)
    assert "Tablet, signed in today at" in sure.get("/settings/devices").text


def test_whoever_was_signed_out_elsewhere_is_told_and_gets_back_to_the_page(app, sure, tablet):
    tablet.set_cookie("good-days-account", "x")
    sure.post("/settings/devices/end-others")
    answer = tablet.post("/settings/profile", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/sign-in"
    page = tablet.get("/sign-in").text
    assert "You were signed out on this device. Please sign in again. What you were" in page
    assert "signed out on this device" not in tablet.get("/sign-in").text
    answer = tablet.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.headers["Location"] == "/settings/profile"
    again = tablet.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert again.headers["Location"] == "/today"


@pytest.mark.parametrize(
    ("asked", "then"),
    [
        ("/settings/health", "/settings/health"),
        ("/settings/export/everything.json", "/settings/export"),
        ("/settings/profile?next=//evil.example", "/settings/profile"),
        ("/history/2026-03-01", "/today"),
        ("//evil.example/today", "/today"),
        ("/nowhere", "/today"),
    ],
)
def test_after_signing_in_one_gets_only_to_own_pages_that_were_asked_for(ana, phone, asked, then):
    phone.set_cookie("good-days-account", "x")
    phone.get(asked)
    answer = phone.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.headers["Location"] == then


def test_what_a_script_fetches_neither_takes_the_notice_nor_the_way_back(app, sure, tablet):
    tablet.set_cookie("good-days-account", "x")
    sure.post("/settings/devices/end-others")
    tablet.get("/today", headers={"Sec-Fetch-Dest": "empty"})
    tablet.get("/progress")
    assert "You were signed out on this device." in tablet.get("/sign-in").text


def test_a_notice_says_when_where_and_what_to_do(sure, letters):
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    sure.post("/settings/password", data={"password": "seven blue doors"}, headers=agent)
    text = letters.all()[-1].get_content()
    assert "was changed" in text
    assert re.search(
        r"That was on \w+day \d+ \w+ \d{4}, \d\d:\d\d \(UTC\) in Firefox on Linux", text
    )
    assert "http://localhost:8000/reset" in text


def test_a_first_password_was_not_changed(app, sure, letters):
    with app.app_context():
        sure.user().password_hash = None
        db.session.commit()
    sure.post("/settings/password", data={"password": "seven blue doors"})
    assert "has a password now" in letters.all()[-1].get_content()


def test_the_old_address_is_told_whom_to_ask_and_not_to_sign_in(sure, letters):
    sure.post("/settings/email", data={"email": NEW})
    sure.post("/settings/email/code", data={"code": letters.code()})
    text = letters.all()[-1].get_content()
    assert "tell the people who run http://localhost:8000" in text
    assert "/reset" not in text


def test_the_password_page_names_only_the_ways_there_are(sure):
    page = sure.get("/settings/password").text
    assert "A code by e-mail works too." in page
    assert "passkey" not in page


DEMO_REFUSED = [
    "/settings/profile",
    "/settings/devices/end-others",
    "/settings/carry",
    "/settings/security/passkeys/begin",
    "/settings/security/passkeys",
    "/settings/security/app/begin",
    "/settings/security/app",
    "/settings/security/app/remove",
    "/settings/security/recovery-codes",
]


@pytest.mark.parametrize("address", DEMO_REFUSED)
def test_what_would_spoil_a_demo_person_is_refused_with_a_reason(app, her, address):
    with app.app_context():
        her.user().is_demo = True
        db.session.commit()
    form = {"name": "Rude", "time_zone": "UTC", "country": "", "language": "en_GB"}
    answer = her.post(address, data=form)
    assert answer.status_code == 409
    assert "Demo people stay as they are" in answer.text


def test_visitors_of_the_demo_neither_see_nor_end_each_other(app, sure, tablet):
    [other] = ids_on(sure.get("/settings/devices").text)
    with app.app_context():
        sure.user().is_demo = True
        db.session.commit()
    assert ids_on(sure.get("/settings/devices").text) == []
    assert sure.post(f"/settings/devices/{other}/end").status_code == 409
    assert is_open(tablet)


def test_all_others_are_ended_at_once(sure, tablet, him):
    assert sure.post("/settings/devices/end-others").status_code == 303
    assert not is_open(tablet)
    assert is_open(sure.client)
    assert is_open(him.client)


def test_somebody_elses_device_looks_as_if_it_did_not_exist(app, her, him):
    with app.app_context():
        theirs = db.session.scalars(db.select(DeviceSession).filter_by(user_id=him.id)).one()
        address = f"/settings/devices/{theirs.public_id}/end"
    assert her.post(address).status_code == 404
    assert is_open(him.client)


@pytest.mark.parametrize("has_email", [True, False])
def test_ending_this_device_is_signing_out(app, her, has_email):
    with app.app_context():
        her.user().email = EMAIL if has_email else None
        device = db.session.scalars(db.select(DeviceSession).filter_by(user_id=her.id)).one()
        address = f"/settings/devices/{device.public_id}/end"
        db.session.commit()
    answer = her.post(address)
    assert answer.headers["Location"] == ("/" if has_email else "/settings/deleted")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not is_open(her.client)
    with app.app_context():
        assert (db.session.get(User, her.id) is not None) == has_email


def test_security_events_are_logged_without_anybody_in_them(sure, tablet, caplog):
    caplog.set_level("INFO", logger="fstpwa")
    caplog.clear()
    sure.post("/settings/password", data={"password": "seven blue doors"})
    sure.app.test_client().post("/sign-in", data={"email": EMAIL, "password": "x"})
    events = {record.msg: record.good_days for record in caplog.records}
    assert {"password_changed", "devices_ended", "sign_in_refused"} <= set(events)
    assert EMAIL not in str(events)
    assert events["devices_ended"] == {"count": 1}


def carry_code(person) -> str:
    page = person.post("/settings/carry").text
    assert page.count("<svg") >= 1
    return re.search(r"([0-9A-Z]{5}-[0-9A-Z]{5})</p>", page)[1]


def test_a_start_without_account_is_carried_to_another_browser(app, her):
    code = carry_code(her)
    phone = app.test_client()
    assert phone.get("/carry").status_code == 200
    assert phone.post("/carry", data={"code": code.lower()}).headers["Location"] == "/today"
    assert is_open(phone)
    assert is_open(her.client)
    assert len(ids_on(phone.get("/settings/devices").text)) == 1
    again = app.test_client().post("/carry", data={"code": code})
    assert again.status_code == 422
    assert "does not fit" in again.text


def test_carrying_over_confirms_nothing_on_the_new_device(app, sure):
    phone = app.test_client()
    phone.post("/carry", data={"code": carry_code(sure)})
    assert is_open(phone)
    assert phone.get("/settings/password").status_code == 303


def test_carrying_over_what_another_start_recorded_needs_a_tick(app, her, him):
    code = carry_code(her)
    assert him.post("/carry", data={"code": code}).status_code == 422
    assert him.post("/carry", data={"code": code, "leave": "y"}).status_code == 303
    with app.app_context():
        assert db.session.get(User, him.id) is None


def test_guessing_carry_codes_is_limited_for_a_block(app):
    def guess() -> int:
        environ = {"REMOTE_ADDR": "2001:db8::1"}
        form = {"code": "ABCDE-12345"}
        return app.test_client().post("/carry", data=form, environ_overrides=environ).status_code

    with travel(datetime.now(UTC), tick=False):
        assert [guess() for _ in range(21)] == [422] * 20 + [429]


def test_the_picture_has_neither_style_nor_script(her):
    page = her.post("/settings/carry").text
    svg = page[page.index('<div class="qr"') : page.index("</svg>", page.index('<div class="qr"'))]
    assert "style=" not in svg
    assert "<script" not in svg
    assert "viewBox" in svg
