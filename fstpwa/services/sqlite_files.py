"""SQLite databases as files: copying one that is in use, checking one, putting one in place."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from fstpwa.domain.errors import Conflict
from fstpwa.services.copy_facts import CopyFacts, Key
from fstpwa.services.durable_files import sync_folder

BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a database that is in use."""


def copy(database: Path, target: Path) -> None:
    """Copy a database that others may be writing to into `target`: as it is at this moment.

    Everything committed before is in the copy, and nothing half. Not a copy of the file: that one
    would miss what is in the log, and tear what is being written.

    Raises:
        Conflict: it cannot be read, or the copy cannot be written.
    """
    try:
        with (
            closing(sqlite3.connect(_address(database, "mode=rw"), uri=True)) as source,
            closing(sqlite3.connect(target)) as copied,
        ):
            source.backup(copied)
            # One file that needs nothing beside it, wherever it is taken.
            copied.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise Conflict(f"The database cannot be copied: {error}.") from error


def check(file: Path) -> None:
    """Read a database file that nobody uses from end to end.

    Raises:
        Conflict: it is damaged, or no database; says why.
    """
    try:
        with _reading(file) as opened:
            [(found,), *_] = opened.execute("PRAGMA integrity_check(1)").fetchall()
            loose = opened.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise Conflict(f"The file cannot be used: {error}.") from error
    if found != "ok":
        raise Conflict(f"The file is damaged: {' '.join(str(found).split())}.")
    if loose:
        raise Conflict(
            f"The file is damaged: a row of {loose[0]} belongs to nothing in {loose[2]}."
        )


def facts_of(file: Path) -> CopyFacts:
    """Return what has to be known of a checked file before it is relied on."""
    with _reading(file) as opened:
        tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
        if not {"alembic_version", "user"} <= tables:
            return CopyFacts(revisions=frozenset(), people=0, keys=())
        revisions = opened.execute("SELECT version_num FROM alembic_version").fetchall()
        people = opened.execute('SELECT count(*) FROM "user"').fetchone()[0]
        columns = {row[1] for row in opened.execute('PRAGMA table_info("user")')}
        keys = (
            opened.execute(
                'SELECT public_id, data_key FROM "user" WHERE data_key IS NOT NULL'
            ).fetchall()
            if "data_key" in columns
            else []
        )
    return CopyFacts(
        revisions=frozenset(each for (each,) in revisions),
        people=people,
        keys=tuple(Key(bytes.fromhex(public_id), data_key) for public_id, data_key in keys),
    )


def put_in_place(new: Path, database: Path, kept: Path) -> bool:
    """Let `new`, a whole file on the disk beside it, take the place of `database`.

    At every moment one of both is there, whole. Nobody may have the database open.

    Args:
        new: Its name is gone afterwards.
        database: Where the app looks for it.
        kept: What the one before is called from now on.

    Returns:
        Whether there was one before.

    Raises:
        Conflict: somebody has the database open.
    """
    had_one = database.exists()
    if had_one:
        _settle(database)
        for end in BESIDE:
            # Only of a database too broken to be settled: the log stays with its database.
            with suppress(FileNotFoundError):
                Path(f"{database}{end}").rename(f"{kept}{end}")
        try:
            os.link(database, kept)
        except OSError:
            database.rename(kept)  # a disk without links
    new.replace(database)
    sync_folder(database.parent)
    return had_one


def _settle(database: Path) -> None:
    """Bring what is in the log into the database; nothing is left beside it then."""
    try:
        with closing(sqlite3.connect(database, timeout=1, isolation_level=None)) as opened:
            opened.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
        ):
            raise Conflict(
                f"Somebody has {database} open. End every program that uses it first."
            ) from None
        # It is broken, perhaps just why another one is put in its place.


def _reading(file: Path) -> closing[sqlite3.Connection]:
    """Open a file that nobody changes, without leaving anything beside it."""
    if not file.is_file():
        raise Conflict(f"There is no file {file}.")
    return closing(sqlite3.connect(_address(file, "mode=ro&immutable=1"), uri=True))


def _address(file: Path, how: str) -> str:
    return f"file:{quote(str(file.absolute()))}?{how}"
