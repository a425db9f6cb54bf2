"""Challenges for passkeys: handed out to one browser, answered there, once, within five minutes."""

import hmac
import secrets
from datetime import datetime, timedelta

from fstpwa.domain.errors import InvalidValue
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import User
from fstpwa.services import codes
from fstpwa.services.keyed_hash import keyed_hash

LIFE = timedelta(minutes=5)
CHALLENGE_BYTES = 32
TOO_LATE = (
    "That took more than five minutes, or it began in another window. "
    "Please try once more from here."
)


def hand_out(purpose: str, asker: str, user: User | None, *, now: datetime) -> bytes:
    """Return a new challenge for one browser; the one before it is not waited for any more.

    Args:
        purpose: What it is for; it is good for nothing else.
        asker: The token of the browser that asks.
        user: Who is asked to answer; None if the answer will say who it is.
        now: When.
    """
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    codes.keep(challenge.hex(), purpose, asker=asker, user=user, now=now, life=LIFE)
    return challenge


def open_one(
    purpose: str, value: bytes, asker: str, user: User | None, *, now: datetime
) -> OneTimeCode:
    """Return the row of the challenge that a browser answers; a second request waits.

    Raises:
        InvalidValue: it was not handed out to this browser for this purpose and person, was
            answered before, or is over.
    """
    row = codes.waiting(purpose, asker=asker, now=now, locked=True)
    if (
        row is None
        or row.user_id != (user.id if user else None)
        or not hmac.compare_digest(row.code_hash, keyed_hash(purpose, value.hex()))
    ):
        raise InvalidValue(TOO_LATE)
    return row
