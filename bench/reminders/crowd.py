"""Many people with a reminder and a phone each, written past the mapped classes in some seconds."""

import hashlib
import json
import os
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, current_app
from sqlalchemy import insert, update

from bench.reminders.ways import browser_keys
from fstpwa.extensions import db
from fstpwa.models import Base
from fstpwa.models.people import User
from fstpwa.models.reminders import Reminder
from fstpwa.outbound.push.vapid import load_keys
from fstpwa.services import push_subscriptions, vault

OTHERS = 50
"""People without a reminder: who checks in anyway is not reminded, and would not be counted."""

AT_ONCE = 5000
DIFFERENT_KEYS = 1000
"""Browsers' key pairs; to seal for one costs the same whoever else has it."""
EVERY_DAY = 127

TABLES = ("user", "device_session", "push_subscription", "reminder")
Row = dict[str, Any]


def make_crowd(
    app: Flask, count: int, origin: str, *, due_at: datetime, now: datetime
) -> list[str]:
    """Store `count` people in UTC who are reminded of the check-in at `due_at`, and some who are not.

    Args:
        app: on the database that they come to.
        count: how many are reminded; they are the people 1 to `count`.
        origin: of their push service; the last part of each address is the person's number.
        due_at: a whole minute.
        now: when they signed up.

    Returns:
        Tokens of the devices of those who are not reminded, to be signed in with.
    """
    with app.app_context():
        key_id = load_keys(current_app.config["GOOD_DAYS"].push_keys_dir).current.id
        keys = [browser_keys() for _ in range(min(count, DIFFERENT_KEYS))]
        tokens = [secrets.token_urlsafe(32) for _ in range(OTHERS)]
        everybody = count + OTHERS
        for start in range(1, everybody + 1, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, everybody + 1))
            people = [_user(number, now) for number in numbers]
            rows = {
                "user": [_row_of(user) for user in people],
                "device_session": [
                    _device(number, tokens[number - count - 1] if number > count else "", now)
                    for number in numbers
                ],
                "push_subscription": [
                    _subscription(user, origin, keys[user.id % len(keys)], key_id, now)
                    for user in people
                ],
                "reminder": [
                    _reminder(number, due_at, now) for number in numbers if number <= count
                ],
            }
            for table in filter(rows.get, TABLES):
                db.session.execute(insert(Base.metadata.tables[table]), rows[table])
            db.session.commit()
        _go_on_counting_after(everybody)
        db.engine.dispose()
    return tokens


def make_due(app: Flask, at: datetime) -> None:
    """Let every reminder fall due at one instant, whenever it was to be due."""
    with app.app_context():
        db.session.execute(
            update(Reminder).values(
                next_due_at=at, next_key=at.date(), at_min=at.hour * 60 + at.minute
            )
        )
        db.session.commit()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
                alone.exec_driver_sql("VACUUM ANALYZE reminder")
        db.engine.dispose()


def _user(number: int, now: datetime) -> User:
    """Return somebody who is not stored, with a key of their own for what is sealed."""
    public_id = uuid4()
    nonce = os.urandom(vault.NONCE_BYTES)
    key = AESGCM.generate_key(vault.KEY_BYTES * 8)
    master_key = AESGCM(current_app.config["MASTER_KEY"])
    wrapped = master_key.encrypt(nonce, key, public_id.bytes + b"key")
    return User(
        id=number,
        public_id=public_id,
        role="client",
        time_zone="UTC",
        is_adult=True,
        data_key=vault.KEY_VERSION + nonce + wrapped,
        created_at=now,
        last_seen_at=now,
    )


def _row_of(user: User) -> Row:
    return {
        name: getattr(user, name)
        for name in (
            *("id", "public_id", "role", "time_zone", "is_adult", "data_key"),
            *("created_at", "last_seen_at"),
        )
    }


def _device(number: int, token: str, now: datetime) -> Row:
    return {
        "id": number,
        "token_hash": hashlib.sha256((token or secrets.token_urlsafe(32)).encode()).digest(),
        "user_id": number,
        "label": "Bench",
        "created_at": now,
        "last_seen_at": now,
        "idle_expires_at": now + timedelta(days=90),
        "expires_at": now + timedelta(days=365),
    }


def _subscription(user: User, origin: str, keys: dict[str, str], key_id: str, now: datetime) -> Row:
    # As long as the addresses that browsers get.
    noise = urlsafe_b64encode(os.urandom(105)).decode()
    endpoint = f"{origin}/wpush/v2/{noise}/{user.id}"
    target = json.dumps([endpoint, keys["p256dh"], keys["auth"]])
    return {
        "id": user.id,
        "public_id": uuid4(),
        "user_id": user.id,
        "device_session_id": user.id,
        "endpoint_hash": hashlib.sha256(endpoint.encode()).digest(),
        "target": vault.seal(user, target, purpose=push_subscriptions.PURPOSE),
        "service": "localhost",
        "key_id": key_id,
        "created_at": now,
        "changed_at": now,
    }


def _reminder(number: int, due_at: datetime, now: datetime) -> Row:
    return {
        "id": number,
        "public_id": uuid4(),
        "user_id": number,
        "kind": "check_in",
        "at_min": due_at.hour * 60 + due_at.minute,
        "days_mask": EVERY_DAY,
        "next_due_at": due_at,
        "next_key": due_at.date(),
        "created_at": now,
        "changed_at": now,
    }


def _go_on_counting_after(count: int) -> None:
    """Tell PostgreSQL that the numbers were given by hand, and both how large the tables are."""
    if db.engine.dialect.name == "postgresql":
        for table in TABLES:
            db.session.execute(
                db.text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :count)"),
                {"name": f'"{table}"', "count": count},
            )
    db.session.execute(db.text("ANALYZE"))
    db.session.commit()
