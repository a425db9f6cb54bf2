"""Sealed texts: what somebody wrote is stored so that the database alone cannot be read.

AES-256-GCM with a key for each person, made at their first sealed text and stored wrapped by
the master key, which is in no database. Deleting the person deletes their key with the row.
"""

import os
import re
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import select

from fstpwa import log
from fstpwa.domain.errors import Conflict, Unreadable
from fstpwa.extensions import db
from fstpwa.models.people import User

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_VERSION = b"\x01"
"""First byte of a wrapped key, so that another way of wrapping can follow."""

KEY_PURPOSE = b"key"

TEXT = "text"
"""What most sealed texts are for; another purpose cannot be swapped for it."""

CANNOT_BE_READ = "This text cannot be read any more."

# At least a nonce and a tag: nobody's own words from before the sealing look like this.
SEALED = re.compile(r"v1:[A-Za-z0-9+/]{38,}={0,2}")


def seal(user: User, text: str, *, purpose: str = TEXT) -> str:
    """Return `text` as it may be stored for `user`; an empty one stays empty.

    The first text makes the person's key, which is flushed with their row: never call this for
    a page that only reads.

    Args:
        user: Whose text it is, already flushed.
        text: What they wrote.
        purpose: What it is for, in one word; `unseal` needs the same one.

    Returns:
        "v1:" and base64 of nonce and ciphertext: 41 characters and 4/3 of the UTF-8 bytes.

    Raises:
        Unreadable: the master key is not the one that wrapped the person's key.
    """
    if not text:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    key = _unwrapped(user) if user.data_key else _first_key(user)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _bound_to(user, purpose))
    return f"v1:{b64encode(nonce + sealed).decode()}"


def unseal(user: User, stored: str, *, purpose: str = TEXT) -> str:
    """Return the text that `seal` made `stored` from.

    What was never sealed (rows from before) comes back as it is.

    Raises:
        Unreadable: it was changed, belongs to somebody else or to another purpose, or the key
            is not there any more.
    """
    if not is_sealed(stored):
        return stored
    try:
        content = b64decode(stored.removeprefix("v1:"), validate=True)
        nonce, sealed = content[:NONCE_BYTES], content[NONCE_BYTES:]
        return AESGCM(_unwrapped(user)).decrypt(nonce, sealed, _bound_to(user, purpose)).decode()
    except (InvalidTag, ValueError):
        raise Unreadable(CANNOT_BE_READ) from None


def readable(user: User, stored: str) -> str:
    """Return the text for a page: one that is broken costs its own line, not the whole page."""
    try:
        return unseal(user, stored)
    except Unreadable:
        log.error("text_unreadable")
        return CANNOT_BE_READ


def sealed_again(user: User, stored: str, text: str) -> str:
    """Return what to store for `text` where `stored` is now: unchanged words keep their seal.

    So a broken text that was shown as "cannot be read" is not replaced by those words.
    """
    is_unchanged = text == readable(user, stored) and (is_sealed(stored) or not text)
    return stored if is_unchanged else seal(user, text)


def look_for_key(user: User) -> None:
    """Take the person's key if another request made it since: call it once a row is locked.

    Else what that request sealed could not be read here, and would be written over.
    """
    if user.data_key is None:
        db.session.flush()
        db.session.refresh(user, ["data_key"])


def is_sealed(stored: str) -> bool:
    """Whether `stored` was made by `seal`."""
    return SEALED.fullmatch(stored) is not None


def require_fitting_key() -> None:
    """Raise Conflict, with what to do, unless the master key opens this database's texts."""
    user = db.session.scalar(select(User).where(User.data_key.is_not(None)).limit(1))
    if user is None:
        return
    try:
        _unwrapped(user)
    except Unreadable:
        raise Conflict(
            "The master key is not the one this database was sealed with. "
            "Put the right one back: nothing that was written can be read without it."
        ) from None


def opens(public_id: bytes, data_key: bytes) -> bool:
    """Tell whether the master key opens the key of the person with this identity."""
    try:
        _unwrapped_key(public_id, data_key)
    except Unreadable:
        return False
    return True


def _first_key(user: User) -> bytes:
    """Make the person's key, or take the one that another request made at this moment."""
    db.session.flush()
    stored = db.session.scalar(
        select(User.data_key).where(User.id == user.id).with_for_update(key_share=True)
    )
    if stored is not None:
        user.data_key = stored
        return _unwrapped(user)
    key = AESGCM.generate_key(KEY_BYTES * 8)
    nonce = os.urandom(NONCE_BYTES)
    wrapped = AESGCM(_master_key()).encrypt(nonce, key, user.public_id.bytes + KEY_PURPOSE)
    user.data_key = KEY_VERSION + nonce + wrapped
    db.session.flush()
    return key


def _unwrapped(user: User) -> bytes:
    return _unwrapped_key(user.public_id.bytes, user.data_key or b"")


def _unwrapped_key(public_id: bytes, stored: bytes) -> bytes:
    nonce, wrapped = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
    try:
        if stored[:1] != KEY_VERSION:
            raise Unreadable(CANNOT_BE_READ)
        return AESGCM(_master_key()).decrypt(nonce, wrapped, public_id + KEY_PURPOSE)
    except (InvalidTag, ValueError):
        raise Unreadable(CANNOT_BE_READ) from None


def _bound_to(user: User, purpose: str) -> bytes:
    """Return what a seal is bound to: moved to another person or purpose, it does not open."""
    return user.public_id.bytes + purpose.encode()


def _master_key() -> bytes:
    key: bytes = current_app.config["MASTER_KEY"]
    return key
