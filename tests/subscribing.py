"""Browsers that subscribe on our pages, as tests play them, and what is stored of them."""

from datetime import UTC, datetime
from hashlib import sha256
from os import urandom
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.test import TestResponse

from fstpwa.blueprints.reminders.push_keys import PublicKeys
from fstpwa.domain.push import PushTarget
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import devices, push_subscriptions
from tests.conftest import Person
from tests.push_service import base64url

SERVICE = "https://updates.push.services.mozilla.com/wpush/v2/"


def new_key() -> str:
    """Return a public key as browsers and we write it."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    shape = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return base64url(point.public_bytes(*shape))


KEYS = PublicKeys("new", {"old": new_key(), "new": new_key()})


class Phone:
    """A browser with a subscription of its own, made with one of our keys."""

    def __init__(self, name: str = "phone", key: str = "new") -> None:
        self.address = {
            "endpoint": SERVICE + name,
            "p256dh": new_key(),
            "auth": base64url(urandom(16)),
        }
        self.key_id = key

    def turns_on(self, person: Person, **other: str) -> TestResponse:
        """Send what the page's script sends after the browser subscribed."""
        return send(person, "/reminders/devices", self.address | {"key_id": self.key_id} | other)

    def says(self, person: Person, **other: str) -> TestResponse:
        """Send what the page's script sends at every start."""
        said = {"permission": "granted", "key": KEYS.by_id[self.key_id], "wanted": "1"}
        return send(person, "/reminders/devices/state", said | self.address | other)

    def starts(self, person: Person, **other: str) -> str:
        """Return what it is told at a start."""
        answer: dict[str, Any] = self.says(person, **other).json or {}
        return str(answer["state"])


def send(person: Person, where: str, data: dict[str, str]) -> TestResponse:
    """Send a form as a script does."""
    return person.post(where, data=data)


NOTHING = {"endpoint": "", "p256dh": "", "auth": "", "key": ""}
"""What a browser without a subscription says."""


def stored(person: Person) -> list[str]:
    """Return where messages to a person go."""
    with person.app.app_context():
        user = person.user()
        rows = push_subscriptions.subscriptions_of(user)
        return [push_subscriptions.target_of(user, row).endpoint for row in rows]


def row_of(person: Person) -> PushSubscription:
    """Return the only device of a person, detached."""
    with person.app.app_context():
        [row] = push_subscriptions.subscriptions_of(person.user())
        db.session.expunge_all()
        return row


def change(person: Person, **values: object) -> None:
    """Change the only device of a person behind its back."""
    with person.app.app_context():
        [row] = push_subscriptions.subscriptions_of(person.user())
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()


def count() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(PushSubscription)) or 0


def elsewhere(person: Person, name: str = "tablet") -> DeviceSession:
    """Sign a person in on another device that takes reminders. Call inside a context."""
    token = devices.open_device(person.user(), "Firefox on Android", now=datetime.now(UTC))
    hashed = sha256(token.encode()).digest()
    device = db.session.scalars(db.select(DeviceSession).filter_by(token_hash=hashed)).one()
    target = PushTarget(SERVICE + name, new_key(), base64url(urandom(16)), "new")
    push_subscriptions.keep(device, target, now=datetime.now(UTC))
    return device
