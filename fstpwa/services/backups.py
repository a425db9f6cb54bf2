"""Copies of the database: made while people write, verified, put back, deleted when they are old.

A copy is one file: an SQLite database, or what pg_dump makes of PostgreSQL. The master key and the
keys of push messages are never in it. Who was deleted after it was made is in the file `erased` of
the data folder, which is no part of a copy either.
"""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import inspect

from fstpwa import log
from fstpwa.config import Settings
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.services import postgresql_dumps, sqlite_files, vault
from fstpwa.services.copy_facts import CopyFacts
from fstpwa.services.durable_files import named_when_whole
from fstpwa.services.revisions import SchemaState, state_of

COPY_LIFE = timedelta(days=30)
"""Long enough to notice that an upgrade went wrong; said on the privacy page and in README.md."""
STAMP = "%Y%m%dT%H%M%SZ"
OURS = re.compile(
    r"(?:backup|before-upgrade|before-restore)-(\d{8}T\d{6}Z)"
    r"\.(?:new|(?:sqlite3|dump)(?:-wal|-shm|\.\d+\.new)?)"
)
"""Names that copies get from the app itself; whoever chose a name looks after the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a copy that can be relied on is."""

    people: int
    state: SchemaState
    """Current, or older: then an upgrade follows after it was put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put in the database's place."""

    found: Verified
    kept: Path | None
    """What the database before is called now; None if there was none."""


def back_up(target: Path) -> Path:
    """Copy the database while others go on, verify the copy, and only then give it its name.

    Returns:
        The file, for its owner alone.

    Raises:
        Conflict: with what to do about it; nothing is left of the copy.
        OSError: it cannot be written.
    """
    _require_database()
    with named_when_whole(target) as unfinished:
        if _is_sqlite():
            sqlite_files.copy(_sqlite_file(), unfinished)
        else:
            postgresql_dumps.copy(db.engine.url, unfinished)
        _verify(unfinished)
    log.info("backed_up", bytes=target.stat().st_size)
    return target


def new_name(folder: Path, why: str, *, now: datetime) -> Path:
    """Return the name of a new copy in `folder`, which is made; it is deleted after 30 days.

    Args:
        folder: Where copies are.
        why: How its name begins: backup, before-upgrade or before-restore.
        now: The time in its name.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{why}-{now.strftime(STAMP)}{'.sqlite3' if _is_sqlite() else '.dump'}"


def verify(file: Path) -> Verified:
    """Read a copy from end to end, and tell whether this version with its key could use it.

    Raises:
        Conflict: it could not; says why.
    """
    _refuse_the_database_itself(file)
    return _verify(file)


def restore(file: Path, *, now: datetime) -> Restored:
    """Put a verified copy in the database's place; call it with `presence.alone` only.

    Whoever deleted their records since the copy was made is in the database again until
    `starting.make_ready` is called, as every start does.

    Raises:
        Conflict: the copy cannot be relied on, or somebody uses the database; nothing is changed.
        OSError: it cannot be written.
    """
    _refuse_the_database_itself(file)
    db.session.remove()
    db.engine.dispose()
    restored = _restore_sqlite(file, now) if _is_sqlite() else _restore_postgresql(file, now)
    log.warning("restored")
    return restored


def forget_old_copies(*, now: datetime) -> int:
    """Delete copies that the app named itself too long ago: deleted people are still in them.

    How old a copy is stands in its name. What cannot be deleted is logged and tried again.

    Returns:
        How many were deleted.
    """
    folders = {_settings().backups_dir}
    if _is_sqlite():
        folders.add(_sqlite_file().parent)
    count = sum(_forget_in(folder, now) for folder in folders if folder.is_dir())
    if count:
        log.info("copies_deleted", count=count)
    return count


def _forget_in(folder: Path, now: datetime) -> int:
    count = 0
    for copy in folder.iterdir():
        made_at = _made_at(copy)
        if made_at is None or now - made_at < COPY_LIFE:
            continue
        try:
            copy.unlink()
        except OSError as error:
            log.warning("copy_not_deleted", error=error)
        else:
            count += 1
    return count


def _made_at(copy: Path) -> datetime | None:
    """Return when a copy was made, None for a file that is not one of ours."""
    found = OURS.fullmatch(copy.name)
    try:
        return datetime.strptime(found[1], STAMP).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _refuse_the_database_itself(file: Path) -> None:
    if _is_sqlite() and _sqlite_file().exists() and file.exists() and file.samefile(_sqlite_file()):
        raise Conflict(
            f"{file} is the database itself, not a copy of it. Make one: fstpwa backup FILE"
        )


def _verify(file: Path, *, called: Path | None = None) -> Verified:
    """Verify a file; `called` is its name for the person, if it has another one just now."""
    name = called or file
    facts = _checked_facts(file)
    state = state_of(facts.revisions)
    if state is SchemaState.EMPTY:
        raise Conflict(f"There is no database of Good Days in {name}.")
    if state is SchemaState.UNKNOWN:
        raise Conflict(f"{name} was made by a newer version. Use that version.")
    closed = sum(not vault.opens(key.public_id, key.data_key) for key in facts.keys)
    if closed:
        raise Conflict(
            f"The master key is not the one {name} was sealed with: it opens the notes of "
            f"{len(facts.keys) - closed} people and not those of {closed}. "
            "Put the master key of that time back first."
        )
    return Verified(people=facts.people, state=state)


def _checked_facts(file: Path) -> CopyFacts:
    if _is_sqlite():
        sqlite_files.check(file)
        return sqlite_files.facts_of(file)
    postgresql_dumps.check(file)
    return postgresql_dumps.facts_of(file)


def _restore_sqlite(file: Path, now: datetime) -> Restored:
    if not file.is_file():
        raise Conflict(f"There is no file {file}.")
    database = _sqlite_file()
    kept = new_name(database.parent, "before-restore", now=now)
    staged = new_name(database.parent, "backup", now=now)
    with named_when_whole(staged) as unfinished:
        shutil.copyfile(file, unfinished)
        found = _verify(unfinished, called=file)  # what was read is what is put there
    try:
        had_one = sqlite_files.put_in_place(staged, database, kept)
    except (Conflict, OSError):
        staged.unlink(missing_ok=True)
        raise
    return Restored(found=found, kept=kept if had_one else None)


def _restore_postgresql(file: Path, now: datetime) -> Restored:
    found = _verify(file)
    postgresql_dumps.require_nobody(db.engine.url)
    kept = None
    if _has_tables():
        kept = back_up(new_name(_settings().backups_dir, "before-restore", now=now))
    db.engine.dispose()
    postgresql_dumps.put_in_place(file, db.engine.url)
    return Restored(found=found, kept=kept)


def _has_tables() -> bool:
    with db.engine.connect() as connection:
        return inspect(connection).has_table("alembic_version")


def _require_database() -> None:
    """Raise Conflict unless there is something to copy; SQLite would make an empty file."""
    if _is_sqlite() and not _sqlite_file().is_file():
        raise Conflict(f"There is no database in {_sqlite_file()} yet.")


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _sqlite_file() -> Path:
    return Path(str(db.engine.url.database))


def _settings() -> Settings:
    found: Settings = current_app.config["GOOD_DAYS"]
    return found
