"""Whether what is written can be stored: what errors of the database and the disk mean.

A disk that is full and a database that may only be read are passing troubles: pages can still be
read, phones keep what people wrote, and the first write that works again is the end of it.
"""

import errno
import os
import sqlite3
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from fstpwa import log
from fstpwa.extensions import db

LOW_BYTES = 64 * 2**20
"""Less than this on the disk of an SQLite database is told before it is nothing."""


class Fault(StrEnum):
    """Why the database did not do what it was asked."""

    FULL = "full"
    """There is no room, or the disk does not take what is written for another reason."""
    READ_ONLY = "read_only"
    BUSY = "busy"
    """Somebody else held it for too long."""
    AWAY = "away"


REFUSES_WRITES = frozenset({Fault.FULL, Fault.READ_ONLY})
"""Nothing can be written just now, and everything can still be read."""

_OF_SQLITE = {
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR: Fault.FULL,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
}
_OF_POSTGRESQL = {
    "53100": Fault.FULL,
    "58030": Fault.FULL,  # input or output that failed
    "25006": Fault.READ_ONLY,
    "40001": Fault.BUSY,
    "40P01": Fault.BUSY,
    "55P03": Fault.BUSY,
    "53300": Fault.BUSY,  # too many connections
}
"""By SQLSTATE."""
_OF_SYSTEM = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EFBIG: Fault.FULL,
    errno.EIO: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
}


def fault_of(error: BaseException) -> Fault | None:
    """Return what trouble of the storage `error` is; None for one of another kind."""
    if isinstance(error, OSError):
        return _OF_SYSTEM.get(error.errno or 0)
    if not isinstance(error, DBAPIError):
        return None
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    # An extended code has the plain one in its lowest byte.
    known = _OF_SQLITE.get(sqlite_code & 0xFF) if sqlite_code is not None else None
    known = known or _OF_POSTGRESQL.get(getattr(error.orig, "sqlstate", None) or "")
    if known is None and isinstance(before := error.__context__, DBAPIError):
        # On a full disk SQLite undoes all by itself; what is told is that the savepoint is gone.
        known = fault_of(before)
    if known is None and (isinstance(error, OperationalError) or error.connection_invalidated):
        return Fault.AWAY
    return known


class _Refusals:
    """When this process was last refused a write, until one works again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at: datetime | None = None

    def note(self, at: datetime) -> None:
        with self._lock:
            self._at = at

    def forget(self) -> bool:
        with self._lock:
            was_refused, self._at = self._at is not None, None
        return was_refused

    def last_since(self, written_at: datetime | None) -> bool:
        """Whether there was one after `written_at`, when somebody else last wrote."""
        with self._lock:
            return self._at is not None and (written_at is None or written_at <= self._at)


_refusals = _Refusals()


def note_refused(error: BaseException) -> None:
    """Note that a write was refused, in the log and for /healthz; needs an app context.

    Connections that found a read-only database stay so when it is not that any more: each is
    replaced when it is next wanted.
    """
    fault = fault_of(error)
    if fault is None or fault not in REFUSES_WRITES:
        return
    _refusals.note(datetime.now(UTC))
    log.error("storage_refuses", database=fault.value, error=error)
    if fault is Fault.READ_ONLY:
        db.engine.dispose()


def note_written() -> None:
    """Note that a write worked."""
    if _refusals.forget():
        log.info("storage_takes_again")


def refuses_writes(*, written_at: datetime | None) -> bool:
    """Tell whether writes are refused: as the last one showed, or as the storage says itself.

    Args:
        written_at: When any process last wrote something, None if that is not known.

    Raises:
        SQLAlchemyError: the database is away.
    """
    if _refusals.last_since(written_at):
        return True
    if db.engine.dialect.name == "postgresql":
        return bool(db.session.scalar(_READ_ONLY_SERVER))
    file = _sqlite_file()
    return file is not None and not os.access(file, os.W_OK)


_READ_ONLY_SERVER = text(
    "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
)


def is_low() -> bool:
    """Tell whether little room is left for an SQLite database; a server looks after its own."""
    file = _sqlite_file()
    if file is None:
        return False
    try:
        left = os.statvfs(file.parent)
    except OSError:
        return False
    return left.f_bavail * left.f_frsize < LOW_BYTES


def _sqlite_file() -> Path | None:
    """Return the file of an SQLite database; None for one in memory or elsewhere."""
    name = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None
