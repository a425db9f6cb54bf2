"""Somebody with an account in a test, and what their browser does with it."""

from functools import cache

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import passwords

EMAIL = "ana@example.org"
PASSWORD = "three green lamps"


@cache
def password_hash() -> str:
    """PASSWORD as it is stored; made once, for that takes as long as it should."""
    return passwords.hash_of(PASSWORD)


def ask(
    browser: FlaskClient, where: str = "/sign-in", email: str = EMAIL, **more: str
) -> TestResponse:
    """Ask for a code by letter, or sign in with a password."""
    return browser.post(where, data={"email": email, **more})


def is_open(browser: FlaskClient) -> bool:
    """Whether somebody is signed in."""
    return browser.get("/settings/devices").status_code == 200


def proof_in(answer: TestResponse) -> str:
    """The proof of a right code, which the page after it sends along."""
    return answer.text.split('name="proof" value="')[1].split('"')[0]


def people_count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(User)) or 0
