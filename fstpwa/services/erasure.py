"""Deleting a person for good, also from copies of the database that are put back later.

Beside the database lies `erased`: a line for each person who was deleted, with a keyed hash of
their identity and the date. Every start deletes again whoever is named there.

The line is written, and on the disk, before the transaction is committed. So no deletion that
was committed can be missing from the file. A commit that fails takes the line back before its
error is shown. Where the process dies in between, the next start completes the deletion: the
person had asked for it, had proved who they are, and was told nothing else since.
"""

import fcntl
import hmac
import os
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction

from fstpwa import log
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import User
from fstpwa.services import programme_versions
from fstpwa.services.reminder_locks import hold_person

ERASED, TAKEN_BACK = "+", "-"
HASH_LETTERS = 64

PENDING = "erasures"
"""In the session's notes: identity -> date of whoever goes with the next commit."""
FILE = "erased_file"
"""In the session's notes: the locked file, from before that commit until its end is known."""


def erase(user: User, *, today: date) -> None:
    """Delete `user` with everything they recorded; flushed, and noted with the next commit.

    Args:
        user: Who asked for it and proved to be who they are, or whom nobody can open any more.
        today: The date for the file.

    Raises:
        Conflict: a demo person, whom everybody shares. The commit raises it too, where the file
            cannot be written; nothing is deleted then.
    """
    if user.is_demo:
        raise Conflict("The demo people are shared by everybody, so they stay.")
    db.session.info.setdefault(PENDING, {})[user.public_id] = today
    _delete(user)


@event.listens_for(Session, "before_commit")
def _note(session: Session) -> None:
    """Write the lines and hold the file until the end of the commit is known."""
    pending: dict[UUID, date] = session.info.get(PENDING, {})
    if not pending or FILE in session.info or session.in_nested_transaction():
        return
    try:
        file = _open_locked()
        length = file.seek(0, os.SEEK_END)
        try:
            _append(file, *(_line(ERASED, *each) for each in pending.items()))
        except OSError:
            # A part that was written is as wrong as the whole.
            with suppress(OSError), file:
                os.ftruncate(file.fileno(), length)
            raise
    except OSError as error:
        raise Conflict("Nothing was deleted: it cannot be noted just now.") from error
    session.info[FILE] = file


@event.listens_for(Session, "after_commit")
def _settle(session: Session) -> None:
    if FILE in session.info:
        session.info.pop(FILE).close()
        log.info("erased", count=len(session.info.pop(PENDING)))


@event.listens_for(Session, "after_soft_rollback")
def _take_back(session: Session, ended: SessionTransaction) -> None:
    """Forget what was not deleted after all, and take its lines back if they were written."""
    if ended.nested or PENDING not in session.info:
        return
    pending: dict[UUID, date] = session.info.pop(PENDING)
    file = session.info.pop(FILE, None)
    if file is None:
        return
    with file:
        there = [each for each in pending.items() if not _is_known_gone(session, each[0])]
        _append(file, *(_line(TAKEN_BACK, *each) for each in there))


def reapply() -> int:
    """Delete again whoever is named in the file, as after a restore; flushed.

    Returns:
        How many people there were to delete.
    """
    if not _path().exists():
        return 0
    # The database's lock first and the file's second, as in a request: never the other way.
    everybody = db.session.execute(select(User.id, User.public_id)).all()
    with _open_locked() as file:
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
    hold_person(user.id)
    followed = programme_versions.digests_of(user)
    db.session.expire(user, ["devices"])
    db.session.delete(user)
    db.session.flush()
    programme_versions.forget_unused(followed)


def _is_known_gone(session: Session, public_id: UUID) -> bool:
    """Whether a commit that reported an error was carried out after all."""
    with suppress(SQLAlchemyError):
        return session.scalar(select(User.id).where(User.public_id == public_id)) is None
    return False


def _line(sign: str, public_id: UUID, day: date) -> str:
    return f"{sign} {_hash(public_id)} {day.isoformat()}"


def _hash(public_id: UUID) -> str:
    # By the master key, which never changes; without it the file tells nobody's identity.
    key: bytes = current_app.config["MASTER_KEY"]
    return hmac.new(key, b"erased:" + public_id.bytes, sha256).hexdigest()


def _path() -> Path:
    folder: Path = current_app.config["GOOD_DAYS"].data_dir
    return folder / "erased"


def _open_locked() -> BinaryIO:
    """Open the file for reading and adding; nobody else does so until it is closed."""
    path = _path()
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    file = os.fdopen(descriptor, "a+b")
    fcntl.flock(file, fcntl.LOCK_EX)
    if is_new:
        _sync_folder(path.parent)
    return file


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _append(file: BinaryIO, *lines: str) -> None:
    # A line that a crash cut short stays by itself.
    begins_anew = b"" if _ends_whole(file) else b"\n"
    file.write(begins_anew + "".join(f"{line}\n" for line in lines).encode())
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
