"""Deleting a person for good, also from copies of the database that are put back later.

Beside the database lies `erased`: a line for each person who was deleted, with a keyed hash of
their identity and the date. Every start deletes again whoever is named there.

The line is written, and on the disk, before the transaction is committed. So no deletion that
was committed can be missing from the file. A commit that fails takes the line back before its
error is shown. Where the process dies in between, the next start completes the deletion: the
person had typed it, had proved who they are, and was told nothing else since.
"""

import fcntl
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from fstpwa import log
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import User

ERASED, TAKEN_BACK = "+", "-"
HASH_LETTERS = 64


@contextmanager
def erasing(user: User, *, today: date) -> Iterator[None]:
    """Delete `user` with everything they recorded; the block commits.

    Args:
        user: Who asked for it, and proved to be who they are.
        today: The date for the file.

    Raises:
        Conflict: a demo person, whom everybody shares; or the file cannot be written. Nothing
            was deleted then.
    """
    if user.is_demo:
        raise Conflict("The demo people are shared by everybody, so they stay.")
    public_id = user.public_id
    line = f"{_hash(public_id)} {today.isoformat()}"
    with _opened_file() as file:
        try:
            _append(file, f"{ERASED} {line}")
        except OSError as error:
            raise Conflict("Nothing was deleted: it cannot be noted just now.") from error
        try:
            _delete(user)
            yield
        except BaseException:
            if not _is_known_gone(public_id):
                _append(file, f"{TAKEN_BACK} {line}")
            raise


def reapply() -> int:
    """Delete again whoever is named in the file, as after a restore; flushed.

    Returns:
        How many people there were to delete.
    """
    if not _path().exists():
        return 0
    # The database's lock first and the file's second, as in a request: never the other way.
    everybody = db.session.execute(select(User.id, User.public_id)).all()
    with _opened_file() as file:
        erased = _erased(file)
    found = [user_id for user_id, public_id in everybody if _hash(public_id) in erased]
    for user_id in found:
        user = db.session.get(User, user_id)
        if user is not None:
            _delete(user)
    if found:
        log.warning("erased_again", count=len(found))
    return len(found)


def _delete(user: User) -> None:
    """Delete the row; the database's own cascades take everything that belongs to it."""
    if user.email is not None:
        # Codes that were sent there before it was known whose the address is.
        db.session.execute(delete(OneTimeCode).where(OneTimeCode.email == user.email))
    db.session.expire(user, ["devices"])
    db.session.delete(user)
    db.session.flush()


def _is_known_gone(public_id: UUID) -> bool:
    """Whether a commit that reported an error was carried out after all."""
    with suppress(SQLAlchemyError):
        db.session.rollback()
        return db.session.scalar(select(User.id).where(User.public_id == public_id)) is None
    return False


def _hash(public_id: UUID) -> str:
    # By the master key, which never changes; without it the file tells nobody's identity.
    key: bytes = current_app.config["MASTER_KEY"]
    return hmac.new(key, b"erased:" + public_id.bytes, sha256).hexdigest()


def _path() -> Path:
    folder: Path = current_app.config["GOOD_DAYS"].data_dir
    return folder / "erased"


@contextmanager
def _opened_file() -> Iterator[BinaryIO]:
    """Open the file for reading and adding; no other process does so meanwhile."""
    path = _path()
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if is_new:
            _sync_folder(path.parent)
        yield file


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _append(file: BinaryIO, line: str) -> None:
    # A line that a crash cut short stays by itself.
    begins_anew = b"" if _ends_whole(file) else b"\n"
    file.write(begins_anew + line.encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _ends_whole(file: BinaryIO) -> bool:
    length = file.seek(0, os.SEEK_END)
    if length == 0:
        return True
    file.seek(length - 1)
    return file.read(1) == b"\n"


def _erased(file: BinaryIO) -> frozenset[str]:
    """Return the hashes whose last line says that they were deleted."""
    file.seek(0)
    last: dict[str, str] = {}
    unreadable = 0
    for line in file.read().decode("ascii", "replace").splitlines():
        parts = line.split(" ")
        if len(parts) == 3 and parts[0] in (ERASED, TAKEN_BACK) and len(parts[1]) == HASH_LETTERS:
            last[parts[1]] = parts[0]
        elif line:
            unreadable += 1
    if unreadable:
        log.error("erased_lines_unreadable", count=unreadable)
    return frozenset(hashed for hashed, sign in last.items() if sign == ERASED)
