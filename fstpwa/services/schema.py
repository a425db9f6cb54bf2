"""Whether the database has the tables that this version expects, and bringing it there."""

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.runtime.migration import MigrationContext

from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.services.backups import back_up, new_name
from fstpwa.services.revisions import SchemaState, alembic_config, state_of


def schema_state() -> SchemaState:
    """Look at the database. Raises OperationalError if it cannot be reached."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return state_of(found)


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


def upgrade_schema(backups: Path, *, now: datetime, with_copy: bool = True) -> Path | None:
    """Bring the tables to this version; a database with data in it is backed up first.

    Args:
        backups: The folder for the copy.
        now: The time in the copy's name.
        with_copy: False where whoever runs it has made one.

    Returns:
        The copy, or None if none was needed.

    Raises:
        Conflict: the database was made by a newer version, or cannot be copied; it is unchanged.
    """
    state = schema_state()
    if state is SchemaState.UNKNOWN:
        require_current_schema()
    if state is SchemaState.CURRENT:
        return None
    copy = None
    if state is SchemaState.OLDER and with_copy:
        copy = back_up(new_name(backups, "before-upgrade", now=now))
    db.engine.dispose()
    command.upgrade(alembic_config(), "heads")
    return copy
