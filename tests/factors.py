"""What tests do with passkeys, authenticator apps and the second step."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pyotp
from flask.testing import FlaskClient

from fstpwa.extensions import db
from fstpwa.services import codes, devices
from tests.conftest import Person
from tests.passkey_device import PasskeyDevice

ORIGIN = "http://localhost:8000"


def change(person: Person, **values: object) -> None:
    """Set something of the person's row."""
    with person.app.app_context():
        for name, value in values.items():
            setattr(person.user(), name, value)
        db.session.commit()


def confirm(person: Person) -> None:
    """Let the person's device prove just now who it is."""
    with person.app.app_context():
        for device in person.user().devices:
            device.confirmed_at = datetime.now(UTC)
        db.session.commit()


def weaken(person: Person) -> None:
    """Let the person's device be one that has shown no second factor."""
    with person.app.app_context():
        for device in person.user().devices:
            device.is_strong = False
        db.session.commit()


def other_browser(person: Person) -> FlaskClient:
    """Sign the person in on one more device."""
    with person.app.app_context():
        token = devices.open_device(person.user(), "Other", now=datetime.now(UTC))
        db.session.commit()
    browser = person.app.test_client()
    browser.set_cookie("good-days", token)
    return browser


def add_passkey(person: Person, **options: object) -> PasskeyDevice:
    """Make a passkey through the pages."""
    device = PasskeyDevice(ORIGIN, **options)
    asked = person.post("/settings/security/passkeys/begin")
    assert asked.status_code == 200, asked.text
    answer = device.make(asked.text)
    form = {"label": "Blue phone", "credential": answer}
    assert person.post("/settings/security/passkeys", data=form).status_code == 303
    return device


def sign_in_with(browser: FlaskClient, device: PasskeyDevice, **form: str):
    """Show a passkey on the sign-in page."""
    asked = browser.post("/sign-in/passkey/begin")
    assert asked.mimetype == "application/json"
    answer = device.show(asked.text)
    return browser.post("/sign-in/passkey", data={"credential": answer, **form})


def set_up_app(person: Person) -> tuple[pyotp.TOTP, list[str]]:
    """Turn an authenticator app on through the pages. Returns the app and recovery codes."""
    page = person.post("/settings/security/app/begin").text
    app = pyotp.TOTP(re.search(r"secret=([A-Z2-7]{32})", page)[1])
    sealed = unescape(re.search(r'name="sealed"[^>]*value="([^"]+)"', page)[1])
    earlier = app.at(datetime.now(UTC) - timedelta(seconds=30))
    page = person.post("/settings/security/app", data={"sealed": sealed, "code": earlier})
    assert page.status_code == 200
    return app, re.findall(r"<li>([0-9A-Z]{5} [0-9A-Z]{5})</li>", page.text)


def renewing(person: Person) -> dict[str, str]:
    """The form on the page of recovery codes."""
    page = person.get("/settings/security/recovery-codes").text
    return {"before": re.search(r'name="before"[^>]*value="([0-9a-f]+)"', page)[1]}


def new_codes(person: Person) -> list[str]:
    """Make new recovery codes through the pages."""
    page = person.post("/settings/security/recovery-codes", data=renewing(person)).text
    return re.findall(r"<li>([0-9A-Z]{5} [0-9A-Z]{5})</li>", page)


def now_of(app: pyotp.TOTP) -> str:
    return app.at(datetime.now(UTC))


def first_step(person: Person) -> FlaskClient:
    """Show the person's e-mailed code in a fresh browser, which is not signed in by that."""
    browser = person.app.test_client()
    asker = "a" * 43
    with person.app.app_context():
        codes.keep("", codes.SECOND_FACTOR, asker=asker, user=person.user(), now=datetime.now(UTC))
        db.session.commit()
    browser.set_cookie("good-days-asking", asker)
    return browser
