"""A therapist who invites, and what opens an invitation."""

import re
from datetime import UTC, datetime
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.services import invitations, shown_codes
from fstpwa.services.care_links import Scopes
from fstpwa.services.invitation_rows import Opening
from tests.conftest import Person
from tests.factors import change

ALL = {"shares_routines": "y", "shares_records": "y", "shares_notes": "y"}
"""What the form sends with everything ticked."""


def named(person: Person, name: str) -> Person:
    """Give a person a name: nobody without one invites."""
    change(person, name=name)
    return person


def invitation_of(therapist: Person, *, now: datetime | None = None, label: str = "") -> Opening:
    """Return what opens a new invitation."""
    with therapist.app.app_context():
        opening = invitations.invite(therapist.user(), label, now=now or datetime.now(UTC))
        db.session.commit()
    return opening


def code_of(client: Person, scopes: Scopes, *, now: datetime | None = None) -> str:
    """Return a code that a client shows."""
    with client.app.app_context():
        opening = shown_codes.show_code(client.user(), scopes, now=now or datetime.now(UTC))
        db.session.commit()
    return opening.code


def open_link(browser: Person | FlaskClient, opening: Opening) -> TestResponse:
    """Do what the script of the page does with the part of the address behind the #."""
    return browser.post("/i", data={"token": opening.token, "code": ""})


def shown_opening(page: str) -> Opening:
    """Read link and code from the page that shows them once."""
    token = re.search(r'value="[^"]*/i#([^"]+)"', unescape(page))
    code = re.search(r"([0-9A-Z]{5}-[0-9A-Z]{5})", page)
    assert token
    assert code
    return Opening(token=token[1], code=code[1])


def links_between(client: Person, therapist: Person) -> list[CareLink]:
    """Return all links of the two, ended ones too, detached."""
    with client.app.app_context():
        found = db.session.scalars(
            db.select(CareLink)
            .filter_by(user_id=client.id, therapist_id=therapist.id)
            .order_by(CareLink.id)
        ).all()
        db.session.expunge_all()
        return list(found)
