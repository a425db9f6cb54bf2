"""Carrying somebody over to another browser: a short code, typed or read from a QR picture.

An app that was just installed on a phone begins with empty storage; this brings its person along.
"""

import secrets
from datetime import datetime

from sqlalchemy import delete, select

from fstpwa import log
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import User
from fstpwa.services import codes
from fstpwa.services.keyed_hash import keyed_hash

CARRY = "carry"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that looks like a number."""
MISREAD = str.maketrans("OIL", "011")
LENGTH = 10
"""Fifty random bits, for ten minutes: nobody guesses one."""

REFUSED = (
    "This code does not fit. It works once, for ten minutes. "
    "Look again at the other browser, or make a new one there."
)


def make_code(user: User, *, now: datetime) -> str:
    """Return a code that opens a device for `user` anywhere, once.

    The one before goes on working until it is over: the page that shows a code is an answer to
    a form, and reloading it must not end what somebody is typing at the other device just now.
    """
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    _forget_older(user)
    db.session.add(
        OneTimeCode(
            purpose=CARRY,
            code_hash=keyed_hash(CARRY, code),
            asker_hash=bytes(32),  # meant for a browser that is not known yet
            user_id=user.id,
            created_at=now,
            expires_at=now + codes.LIFE,
        )
    )
    db.session.flush()
    log.info("carry_code_made")
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def take_code(typed: str, *, now: datetime) -> User:
    """Return whom a typed code carries over. Raises InvalidValue if nobody."""
    code = codes.tidy(typed).upper().translate(MISREAD)
    row = db.session.scalar(
        select(OneTimeCode)
        .where(
            OneTimeCode.purpose == CARRY,
            OneTimeCode.code_hash == keyed_hash(CARRY, code),
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .with_for_update()
        .limit(1)
    )
    user = db.session.get(User, row.user_id) if row else None
    if row is None or user is None:
        log.info("carry_refused")
        raise InvalidValue(REFUSED)
    codes.use_up(row, now=now)
    db.session.execute(
        delete(OneTimeCode).where(
            OneTimeCode.purpose == CARRY, OneTimeCode.user_id == user.id, OneTimeCode.id != row.id
        )
    )
    log.info("carried_over")
    return user


def _forget_older(user: User) -> None:
    """Delete all codes of `user` but the newest."""
    of_user = OneTimeCode.purpose == CARRY, OneTimeCode.user_id == user.id
    newest = db.session.scalar(
        select(OneTimeCode.id).where(*of_user).order_by(OneTimeCode.id.desc()).limit(1)
    )
    db.session.execute(delete(OneTimeCode).where(*of_user, OneTimeCode.id != newest))
