"""A copy of the database is whole, can be relied on, and can be put back; or nothing happens."""

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn
from fstpwa.services import backups, erasure, people, presence, starting, vault
from fstpwa.services.revisions import SchemaState
from fstpwa.services.schema import upgrade_schema
from tests.given_secrets import SECRETS

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
WORDS = "Only for my own eyes."


@pytest.fixture
def app_of_its_own(new_database, tmp_path, postgresql_programs):
    """An app whose database nobody else uses, with one person who wrote something."""
    (tmp_path / "data").mkdir()
    settings = Settings(data_dir=tmp_path / "data", database_url=new_database(), **SECRETS)
    app = create_app(settings)
    with app.app_context():
        upgrade_schema(tmp_path, now=NOW)
        write(new_person())
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def copy(app_of_its_own, tmp_path):
    """A copy of that."""
    return backups.back_up(tmp_path / "copy")


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def new_person() -> User:
    user = people.start_without_account("UTC", now=NOW)
    db.session.commit()
    return user


def write(user: User) -> None:
    """Let somebody write something that is sealed."""
    day = date(2026, 2, 1) + timedelta(days=count_of(CheckIn))
    note = vault.seal(user, WORDS)
    when = {"recorded_at": NOW, "changed_at": NOW}
    db.session.add(CheckIn(user_id=user.id, day=day, stiffness=3, note=note, **when))
    db.session.commit()


def count_of(model) -> int:
    found = db.session.scalar(select(func.count()).select_from(model))
    db.session.rollback()
    return found


def only_person() -> User:
    return db.session.scalars(select(User)).one()


def with_another_key(app, tmp_path):
    """The same database, opened with the master key of somebody else."""
    url = db.engine.url.render_as_string(hide_password=False)
    secrets = SECRETS | {"master_key": "B" * 43}
    return create_app(Settings(data_dir=tmp_path / "data", database_url=url, **secrets))


def test_a_copy_is_whole_for_its_owner_alone_and_nothing_lies_beside_it(copy, tmp_path):
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    found = backups.verify(copy)
    assert (found.people, found.state) == (1, SchemaState.CURRENT)
    assert {each.name for each in tmp_path.iterdir()} <= {
        "copy",
        "data",
        "database0",
        "test.sqlite3",
    }


def test_what_is_put_back_is_what_was_copied_and_what_was_there_is_kept(copy, tmp_path):
    write(only_person())
    assert count_of(CheckIn) == 2

    restored = backups.restore(copy, now=NOW)

    assert restored.found.people == 1
    assert count_of(CheckIn) == 1
    assert vault.unseal(only_person(), db.session.scalars(select(CheckIn.note)).one()) == WORDS
    db.session.rollback()
    backups.restore(restored.kept, now=NOW + timedelta(seconds=1))
    assert count_of(CheckIn) == 2


def test_a_copy_is_put_where_there_was_no_database(copy):
    if not is_sqlite():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    else:
        db.session.remove()
        db.engine.dispose()
        backups._sqlite_file().unlink()

    assert backups.restore(copy, now=NOW).kept is None
    assert count_of(CheckIn) == 1


def test_who_was_deleted_after_the_copy_is_deleted_again_when_it_is_put_back(copy):
    kept = new_person().id
    copy_with_both = backups.back_up(copy.with_name("both"))
    gone = db.session.scalars(select(User).where(User.id != kept)).one()
    erasure.erase(gone, today=NOW.date())
    db.session.commit()

    backups.restore(copy_with_both, now=NOW)
    assert count_of(User) == 2
    assert starting.make_ready() == 1
    db.session.commit()

    assert only_person().id == kept
    assert count_of(CheckIn) == 0


def test_there_is_no_copy_over_a_file_that_is_there(copy):
    before = copy.read_bytes()
    with pytest.raises(Conflict, match="already"):
        backups.back_up(copy)
    assert copy.read_bytes() == before


def test_a_copy_that_cannot_be_written_leaves_nothing(app_of_its_own, tmp_path):
    with pytest.raises(OSError, match="No such file"):
        backups.back_up(tmp_path / "nowhere" / "copy")


@pytest.mark.sqlite_suffices
def test_no_copy_is_made_of_a_database_that_is_not_there(tmp_path):
    app = create_app(Settings(data_dir=tmp_path, **SECRETS))
    with app.app_context():
        with pytest.raises(Conflict, match="no database"):
            backups.back_up(tmp_path / "copy")
        db.engine.dispose()
    assert list(tmp_path.iterdir()) == []


def damaged(copy):
    """Yield what may have become of a copy, and what is said of it."""
    content = copy.read_bytes()
    yield content[: len(content) // 2]
    yield b"Dear diary, today was a good day."
    yield b""
    if is_sqlite():
        # In the middle of a page of a table.
        yield content[:8192] + bytes(4096) + content[12288:]


def test_a_copy_that_is_damaged_or_something_else_is_neither_verified_nor_put_back(copy):
    write(only_person())
    for number, content in enumerate(damaged(copy)):
        bad = copy.with_name(f"bad-{number}")
        bad.write_bytes(content)
        for attempt in (backups.verify, lambda file: backups.restore(file, now=NOW)):
            with pytest.raises(Conflict):
                attempt(bad)
    assert count_of(CheckIn) == 2
    assert not list(copy.parent.glob("**/*.new"))
    with pytest.raises(Conflict, match="no file"):
        backups.restore(copy.with_name("nothing"), now=NOW)


@pytest.mark.sqlite_suffices
def test_a_copy_with_a_row_that_belongs_to_nobody_is_not_relied_on(copy):
    with closing(sqlite3.connect(copy)) as opened:
        opened.execute('DELETE FROM "user"')
        opened.commit()
    with pytest.raises(Conflict, match="belongs to nothing in user"):
        backups.verify(copy)


@pytest.mark.sqlite_suffices
def test_what_is_not_of_this_product_or_of_a_newer_version_is_refused(copy):
    with closing(sqlite3.connect(copy)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = 'of_tomorrow'")
        opened.commit()
    with pytest.raises(Conflict, match="newer version"):
        backups.restore(copy, now=NOW)
    with closing(sqlite3.connect(copy.with_name("other"))) as opened:
        opened.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(Conflict, match="no database of Good Days"):
        backups.verify(copy.with_name("other"))


def test_a_copy_that_the_master_key_does_not_open_is_refused(app_of_its_own, copy, tmp_path):
    db.session.remove()
    db.engine.dispose()
    with with_another_key(app_of_its_own, tmp_path).app_context():
        for attempt in (backups.verify, lambda file: backups.restore(file, now=NOW)):
            with pytest.raises(Conflict, match=r"notes of 0 people and not those of 1\."):
                attempt(copy)
        with pytest.raises(Conflict, match="master key"):
            backups.back_up(tmp_path / "another")
        db.engine.dispose()
    assert not (tmp_path / "another").exists()


def test_nothing_is_put_under_somebody_who_uses_the_database(app_of_its_own, copy, tmp_path):
    url = db.engine.url.render_as_string(hide_password=False)
    other = create_app(Settings(data_dir=tmp_path, database_url=url, **SECRETS))
    with other.app_context():
        assert count_of(CheckIn) == 1
    with pytest.raises(Conflict, match="End every program"):
        backups.restore(copy, now=NOW)
    with other.app_context():
        db.engine.dispose()
    assert backups.restore(copy, now=NOW).found.people == 1


@pytest.mark.sqlite_suffices
def test_the_database_itself_is_no_copy(copy):
    for attempt in (backups.verify, lambda file: backups.restore(file, now=NOW)):
        with pytest.raises(Conflict, match="the database itself"):
            attempt(backups._sqlite_file())


@pytest.mark.sqlite_suffices
def test_a_database_that_is_broken_gives_way_to_a_copy_and_is_kept_as_it_is(copy):
    db.session.remove()
    db.engine.dispose()
    database = backups._sqlite_file()
    database.write_bytes(b"broken" * 1000)

    kept = backups.restore(copy, now=NOW).kept

    assert count_of(CheckIn) == 1
    assert kept.read_bytes() == b"broken" * 1000


def test_without_postgresqls_programs_it_says_what_to_do(app_of_its_own, tmp_path, monkeypatch):
    if is_sqlite():
        pytest.skip("SQLite needs no programs")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Conflict, match=r"pg_dump is not here.*pg_dump --format=custom"):
        backups.back_up(tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def refused(words: str):
    return pytest.raises(Conflict, match=words)


def test_whoever_is_at_work_keeps_others_from_being_alone(tmp_path):
    with presence.at_work(tmp_path), presence.at_work(tmp_path), refused("is running"):
        presence.alone(tmp_path).__enter__()
    with presence.alone(tmp_path), refused("being restored"):
        presence.at_work(tmp_path).__enter__()
    with presence.alone(tmp_path), presence.at_work(tmp_path / "not there"):
        pass


@pytest.mark.sqlite_suffices
def test_copies_older_than_thirty_days_are_deleted_and_nothing_else(app_of_its_own):
    folder = app_of_its_own.config["GOOD_DAYS"].backups_dir
    assert backups.forget_old_copies(now=NOW) == 0
    gone = (
        "before-upgrade-20260128T093000Z.sqlite3",
        "before-upgrade-20260129T093000Z.new",
        "backup-20260128T093000Z.dump",
        "before-restore-20260128T093000Z.sqlite3-wal",
        "backup-20260128T093000Z.sqlite3.4711.new",
    )
    stay = (
        "before-upgrade-20260130T093001Z.sqlite3",
        "before-upgrade-20261331T093000Z.sqlite3",
        "before-upgrade-20200101T000000Z.sqlite3.mine",
        "of-my-own-20200101T000000Z.sqlite3",
    )
    folder.mkdir()
    for name in gone + stay:
        (folder / name).touch()
    beside = backups._sqlite_file().with_name("before-restore-20260128T093000Z.sqlite3")
    beside.touch()
    (folder / "backup-20200101T000000Z.sqlite3").mkdir()

    assert backups.forget_old_copies(now=NOW) == len(gone) + 1

    stay += ("backup-20200101T000000Z.sqlite3",)
    assert {each.name for each in folder.iterdir()} == set(stay)
    assert not beside.exists()
    assert backups.forget_old_copies(now=NOW) == 0
