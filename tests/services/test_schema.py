"""The product starts on its own tables only, and brings older ones up after a copy."""

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime

import pytest

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.services.schema import (
    SchemaState,
    require_current_schema,
    schema_state,
    upgrade_schema,
)
from tests.given_secrets import SECRETS

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

NEXT_MIGRATION = '''
"""A migration of the next version."""
from alembic import op
revision = "next_version"
down_revision = "{head}"
def upgrade():
    op.execute("CREATE TABLE of_the_next_version (id INTEGER)")
def downgrade():
    op.execute("DROP TABLE of_the_next_version")
'''


@pytest.fixture
def unmigrated_app(new_database, tmp_path):
    app = create_app(Settings(data_dir=tmp_path, database_url=new_database(), **SECRETS))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def add_next_migration(app, tmp_path):
    """Give `app` one migration more than its database has."""
    with db.engine.connect() as connection:
        head = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    migrations = tmp_path / "migrations"
    shutil.copytree(app.extensions["migrate"].directory, migrations)
    (migrations / "versions" / "next_version.py").write_text(NEXT_MIGRATION.format(head=head))
    app.extensions["migrate"].directory = str(migrations)


def test_an_empty_database_is_upgraded_without_a_copy(unmigrated_app, tmp_path):
    assert schema_state() is SchemaState.EMPTY

    assert upgrade_schema(tmp_path / "backups", now=NOW) is None

    assert schema_state() is SchemaState.CURRENT
    assert not (tmp_path / "backups").exists()


def test_upgrading_twice_changes_nothing(unmigrated_app, tmp_path):
    upgrade_schema(tmp_path / "backups", now=NOW)

    assert upgrade_schema(tmp_path / "backups", now=NOW) is None
    require_current_schema()


def test_a_start_on_an_empty_database_is_refused_with_what_to_do(unmigrated_app):
    with pytest.raises(Conflict, match=r"empty.*Run 'fstpwa upgrade' first"):
        require_current_schema()


def test_a_start_on_an_older_database_is_refused_with_what_to_do(unmigrated_app, tmp_path):
    upgrade_schema(tmp_path / "backups", now=NOW)
    add_next_migration(unmigrated_app, tmp_path)

    assert schema_state() is SchemaState.OLDER
    with pytest.raises(Conflict, match=r"older.*Run 'fstpwa upgrade' first"):
        require_current_schema()


def test_an_older_database_is_upgraded_and_copied_before(
    unmigrated_app, tmp_path, postgresql_programs
):
    upgrade_schema(tmp_path / "backups", now=NOW)
    add_next_migration(unmigrated_app, tmp_path)

    copy = upgrade_schema(tmp_path / "backups", now=NOW)

    assert schema_state() is SchemaState.CURRENT
    is_sqlite = db.engine.dialect.name == "sqlite"
    name = f"before-upgrade-20260301T093000Z.{'sqlite3' if is_sqlite else 'dump'}"
    assert copy == tmp_path / "backups" / name
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    if not is_sqlite:
        return
    with closing(sqlite3.connect(copy)) as opened:
        tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
    assert "user" in tables
    assert "of_the_next_version" not in tables


def test_an_older_database_that_cannot_be_copied_stays_as_it_is(unmigrated_app, tmp_path):
    upgrade_schema(tmp_path / "backups", now=NOW)
    add_next_migration(unmigrated_app, tmp_path)
    (tmp_path / "backups").touch()

    with pytest.raises(FileExistsError):
        upgrade_schema(tmp_path / "backups", now=NOW)
    assert schema_state() is SchemaState.OLDER

    assert upgrade_schema(tmp_path / "backups", now=NOW, with_copy=False) is None
    assert schema_state() is SchemaState.CURRENT


def test_a_database_of_a_newer_version_is_neither_started_nor_touched(unmigrated_app, tmp_path):
    upgrade_schema(tmp_path / "backups", now=NOW)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of_tomorrow'")

    for attempt in (require_current_schema, lambda: upgrade_schema(tmp_path, now=NOW)):
        with pytest.raises(Conflict, match="newer version"):
            attempt()
    assert schema_state() is SchemaState.UNKNOWN
