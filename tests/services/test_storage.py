"""What an error of the database or of the disk means for whoever was writing."""

import errno
import sqlite3
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from fstpwa.services import storage
from fstpwa.services.storage import Fault, fault_of

NOW = datetime.now(UTC)


def of_sqlite(code: int) -> OperationalError:
    error = sqlite3.OperationalError("in words")
    error.sqlite_errorcode = code
    return OperationalError("", {}, error)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), Fault.FULL),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), Fault.FULL),
        (of_sqlite(sqlite3.SQLITE_READONLY), Fault.READ_ONLY),
        (of_sqlite(sqlite3.SQLITE_BUSY), Fault.BUSY),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), Fault.AWAY),
        (OperationalError("", {}, psycopg.errors.DiskFull()), Fault.FULL),
        (InternalError("", {}, psycopg.errors.ReadOnlySqlTransaction()), Fault.READ_ONLY),
        (OperationalError("", {}, psycopg.errors.TooManyConnections()), Fault.BUSY),
        (OperationalError("", {}, psycopg.errors.DeadlockDetected()), Fault.BUSY),
        (OperationalError("", {}, psycopg.errors.AdminShutdown()), Fault.AWAY),
        (OperationalError("", {}, psycopg.OperationalError("connection refused")), Fault.AWAY),
        (OSError(errno.ENOSPC, ""), Fault.FULL),
        (OSError(errno.EROFS, ""), Fault.READ_ONLY),
        (FileNotFoundError(errno.ENOENT, ""), None),
        (IntegrityError("", {}, sqlite3.IntegrityError()), None),
        (IntegrityError("", {}, psycopg.errors.UniqueViolation()), None),
        (ValueError("full"), None),
    ],
)
def test_an_error_is_one_of_few_troubles_or_none_of_them(error, fault):
    assert fault_of(error) is fault


def test_a_refused_write_is_remembered_until_somebody_has_written(app, context, capsys):
    with context():
        assert not storage.refuses_writes(written_at=None)
        storage.note_refused(of_sqlite(sqlite3.SQLITE_BUSY))
        assert not storage.refuses_writes(written_at=None)

        storage.note_refused(of_sqlite(sqlite3.SQLITE_FULL))
        assert storage.refuses_writes(written_at=None)
        assert storage.refuses_writes(written_at=NOW - timedelta(hours=1))
        assert not storage.refuses_writes(written_at=datetime.now(UTC) + timedelta(seconds=1))
        storage.note_written()
        assert not storage.refuses_writes(written_at=None)
