"""Whether the database has the tables that this version expects, and bringing it there."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app

from fstpwa import log
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db

COPY_LIFE = timedelta(days=30)
"""Long enough to notice that an upgrade went wrong; said on the privacy page and in README.md."""
STAMP = "%Y%m%dT%H%M%SZ"
COPY_NAME = re.compile(r"before-upgrade-(\d{8}T\d{6}Z)\.(?:sqlite3|new)")


class SchemaState(StrEnum):
    """How the database stands to this version of the product."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    UNKNOWN = "unknown"
    """Made by a newer version, or not by this product."""


def schema_state() -> SchemaState:
    """Look at the database. Raises OperationalError if it cannot be reached."""
    script = ScriptDirectory.from_config(_alembic())
    with db.engine.connect() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
    if not found:
        return SchemaState.EMPTY
    if found == set(script.get_heads()):
        return SchemaState.CURRENT
    try:
        script.get_revisions(tuple(found))
    except CommandError:
        return SchemaState.UNKNOWN
    return SchemaState.OLDER


def require_current_schema() -> None:
    """Raise Conflict, with what to do, unless the tables are those of this version."""
    state = schema_state()
    if state is SchemaState.UNKNOWN:
        raise Conflict(
            "The database was made by a newer version. Start that version, or restore a backup."
        )
    if state is not SchemaState.CURRENT:
        raise Conflict(
            f"The database is {state}, not that of this version. Run 'fstpwa upgrade' first."
        )


def upgrade_schema(backups: Path, *, now: datetime) -> Path | None:
    """Bring the tables to this version.

    An SQLite database with data in it is copied to the folder `backups` first; PostgreSQL
    is left to whoever runs it.

    Returns:
        The copy, or None if none was needed.

    Raises:
        Conflict: the database was made by a newer version.
    """
    state = schema_state()
    if state is SchemaState.UNKNOWN:
        require_current_schema()
    if state is SchemaState.CURRENT:
        return None
    copy = None
    if state is SchemaState.OLDER and db.engine.dialect.name == "sqlite":
        copy = _copy_sqlite(backups, now=now)
    db.engine.dispose()
    command.upgrade(_alembic(), "heads")
    return copy


def forget_old_copies(backups: Path, *, now: datetime) -> int:
    """Delete copies that `upgrade_schema` made too long ago: deleted people are still in them.

    How old a copy is stands in its name. What cannot be deleted is logged and tried again.

    Returns:
        How many were deleted.
    """
    count = 0
    for copy in backups.glob("before-upgrade-*") if backups.is_dir() else ():
        made_at = _made_at(copy)
        if made_at is None or now - made_at < COPY_LIFE:
            continue
        try:
            copy.unlink()
        except OSError as error:
            log.warning("copy_not_deleted", error=error)
        else:
            count += 1
    if count:
        log.info("copies_deleted", count=count)
    return count


def _made_at(copy: Path) -> datetime | None:
    """Return when a copy was made, None for a file that is not one of ours."""
    found = COPY_NAME.fullmatch(copy.name)
    try:
        return datetime.strptime(found[1], STAMP).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _alembic() -> Config:
    ours = current_app.extensions["migrate"]
    config: Config = ours.migrate.get_config(ours.directory)
    return config


def _copy_sqlite(backups: Path, *, now: datetime) -> Path:
    # The backup interface, not a file copy: that one would miss what is in the log. Renamed
    # when it is whole, so that whatever bears the name can be relied on.
    backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = backups / f"before-upgrade-{now.strftime(STAMP)}.sqlite3"
    unfinished = copy.with_suffix(".new")
    unfinished.touch(mode=0o600)
    with (
        closing(sqlite3.connect(str(db.engine.url.database))) as source,
        closing(sqlite3.connect(unfinished)) as target,
    ):
        source.backup(target)
    return unfinished.rename(copy)
