"""The numbered migrations make exactly the tables of the models, up, down and up again."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, select, text

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, PlannedSession, SessionLog
from fstpwa.services.schema import upgrade_schema
from tests.conftest import Person
from tests.given_secrets import SECRETS
from tests.whole_app import all_rows, things_of


@pytest.fixture
def own_app(new_database, tmp_path):
    """An app on a migrated database of its own, with rows in every table."""
    own = create_app(Settings(data_dir=tmp_path, database_url=new_database(), **SECRETS))
    own.testing = True
    with own.app_context():
        upgrade_schema(tmp_path, now=datetime.now(UTC))
    yield own
    with own.app_context():
        db.session.remove()
        db.engine.dispose()


def config_of(app) -> Config:
    ours = app.extensions["migrate"]
    found: Config = ours.migrate.get_config(ours.directory)
    return found


def revisions(app) -> list[str]:
    """Return the revisions, oldest first."""
    with app.app_context():
        script = ScriptDirectory.from_config(config_of(app))
        return [each.revision for each in script.walk_revisions()][::-1]


def go(app, direction, revision: str) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        direction(config_of(app), revision)


def test_there_is_one_line_of_migrations(own_app):
    with own_app.app_context():
        assert len(ScriptDirectory.from_config(config_of(own_app)).get_heads()) == 1


def test_the_migrated_tables_are_those_of_the_models(own_app):
    with own_app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_check_constraints_of_the_models_are_in_the_database(own_app):
    with own_app.app_context():
        found = inspect(db.engine)
        for table in db.metadata.sorted_tables:
            wanted = {
                str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)
            }
            there = {str(each["name"]) for each in found.get_check_constraints(table.name)}
            assert wanted == there, table.name


def test_up_one_by_one_keeps_what_older_versions_stored(own_app):
    person = Person(own_app)
    go(own_app, command.downgrade, revisions(own_app)[0])
    with own_app.app_context():
        assert db.session.scalar(select(User.public_id)) == person.public_id

    for revision in revisions(own_app)[1:]:
        go(own_app, command.upgrade, revision)

    with own_app.app_context():
        assert db.session.scalar(select(User.public_id)) == person.public_id
    assert person.get("/today").status_code == 200


def test_down_and_up_again_with_data_leaves_a_working_product(own_app):
    things_of(Person(own_app))

    go(own_app, command.downgrade, "base")
    with own_app.app_context():
        left = set(inspect(db.engine).get_table_names())
        assert left <= {"alembic_version"}
    go(own_app, command.upgrade, "heads")

    things_of(Person(own_app))
    with own_app.app_context():
        for model in (PlannedSession, SessionLog, CheckIn):
            assert db.session.scalars(select(model)).first() is not None
        assert db.session.scalar(text('SELECT count(*) FROM "user"')) == 3


def test_a_session_from_before_is_kept_and_nobody_knows_how_it_was_led(own_app):
    log_id = things_of(Person(own_app)).log
    with own_app.app_context():
        log = db.session.get_one(SessionLog, log_id)
        log.led_by, log.unrecorded_lines = "track", 2
        db.session.commit()

    go(own_app, command.downgrade, "0003")
    go(own_app, command.upgrade, "heads")

    with own_app.app_context():
        log = db.session.get_one(SessionLog, log_id)
        assert (log.done_s, len(log.movements)) == (55, 1)
        assert (log.led_by, log.unrecorded_lines) == (None, None)


def test_upgrading_what_is_current_loses_nothing(own_app):
    things_of(Person(own_app))
    before = all_rows(own_app)
    go(own_app, command.upgrade, "heads")
    assert all_rows(own_app) == before
