"""Who deletes their records is gone, also when an old copy of the database is put back.

Where rows of several people go, they are committed first (`kept_rows`), as they are in life:
PostgreSQL looks again at every reference of a row that its own transaction has just inserted.
"""

import shutil
import sqlite3
import stat
from contextlib import closing

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import SessionTransaction

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.models.care import (
    AccessEntry,
    Assignment,
    CareLink,
    CareMessage,
    CareNoticeItem,
    PrivateNote,
    Routine,
    RoutineEditor,
    RoutineVersion,
)
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, ProgrammeVersion
from fstpwa.services import erasure, people, programme_versions, starting, vault
from fstpwa.services.exports import personal_tables, rows_of
from fstpwa.services.schema import upgrade_schema
from tests.conftest import Person
from tests.given_secrets import SECRETS
from tests.services.full_care import IN_THE_PROGRAMME
from tests.services.full_person import NOW, TODAY, WORDS, fill
from tests.whole_app import all_rows


def erase(user: User) -> None:
    erasure.erase(user, today=TODAY)
    db.session.commit()


def erased_file(app):
    return app.config["GOOD_DAYS"].data_dir / "erased"


def signs_of(app) -> list[str]:
    return [line[0] for line in erased_file(app).read_text().splitlines()]


def fails_after_the_line(transaction):
    transaction.session.dispatch.before_commit(transaction.session)
    raise ConnectionError


def count_of_people() -> int:
    return db.session.scalar(select(func.count()).select_from(User))


@pytest.fixture
def app_of_its_own(tmp_path):
    """An app on an SQLite file that nobody else uses."""
    app = create_app(Settings(data_dir=tmp_path, database_url="", **SECRETS))
    with app.app_context():
        upgrade_schema(tmp_path, now=NOW)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_nothing_of_them_is_left_and_nobody_else_is_touched(kept_rows, app, him, context):
    fill(him)
    before = all_rows(app)
    her = Person(app)
    her_therapist = fill(her)
    with context():
        for table in personal_tables():
            assert db.session.execute(rows_of(her.user(), table)).first(), table.name
        erase(her.user())
        for table in personal_tables():
            left = db.session.execute(rows_of(her_therapist.user(), table)).mappings().all()
            of_a_link = [row for row in left if row.get("link_id") is not None]
            assert not of_a_link, table.name
        erase(her_therapist.user())
    assert all_rows(app) == before


def test_what_a_therapist_gave_stays_the_clients_when_the_therapist_goes(
    kept_rows, app, her, context
):
    her_therapist = fill(her)
    with context():
        erase(her_therapist.user())
        (given,) = db.session.scalars(select(Assignment)).all()
        assert (given.user_id, given.link_id, given.routine_version_id) == (her.id, None, None)
        assert (given.given_by, given.state) == ("Ines", "running")
        assert vault.unseal(her.user(), given.message) == WORDS
        assert db.session.get(ProgrammeVersion, given.programme_version) is not None
        assert db.session.get(Enrolment, given.enrolment_id).user_id == her.id
        for table in (CareLink, PrivateNote, CareMessage, AccessEntry, CareNoticeItem):
            assert not db.session.scalars(select(table)).all(), table


def test_what_a_therapist_wrote_for_one_client_goes_with_that_client(
    kept_rows, app, her, him, context
):
    fill(her)
    fill(him)
    with context():
        (shared,) = db.session.scalars(
            select(Assignment.programme_version).where(Assignment.user_id == him.id)
        )
        followed = db.session.scalars(select(Enrolment).filter_by(user_id=her.id).limit(1)).one()
        followed.programme_version = shared
        given = select(Assignment).where(Assignment.user_id == her.id)
        hers = db.session.scalars(given).one().programme_version
        erase(her.user())
        assert db.session.get(ProgrammeVersion, hers) is None
        assert db.session.get(ProgrammeVersion, shared).data == {"note": IN_THE_PROGRAMME}
        library_version = programme_versions.current_digest("neck-and-desk")
        assert db.session.get(ProgrammeVersion, library_version) is not None


def test_a_colleagues_routine_stays_when_somebody_who_may_change_it_goes(
    kept_rows, app, her, context
):
    her_therapist = fill(her)
    with context():
        (shared,) = db.session.scalars(select(RoutineEditor)).all()
        shared_id = shared.routine_id
        db.session.execute(
            update(RoutineVersion).filter_by(routine_id=shared_id).values(saved_by=her.id)
        )
        erase(her.user())
        routine = db.session.get(Routine, shared_id)
        assert routine.user_id == her_therapist.id
        assert [version.saved_by for version in routine.versions] == [None]
        assert not db.session.scalars(select(RoutineEditor)).all()


def test_the_file_says_neither_who_nor_what_and_is_for_its_owner_alone(app, her, context):
    with context():
        erase(her.user())
    line = erased_file(app).read_text().splitlines()[-1]
    sign, hashed, day = line.split(" ")
    assert (sign, len(hashed), day) == ("+", 64, "2026-03-04")
    assert her.public_id.hex not in line
    assert stat.S_IMODE(erased_file(app).stat().st_mode) == 0o600


def test_an_old_copy_that_is_put_back_loses_them_again_at_the_next_start(app_of_its_own, tmp_path):
    kept = people.start_without_account("UTC", now=NOW)
    gone = people.start_without_account("UTC", now=NOW)
    db.session.commit()
    kept_id, gone_id = kept.id, gone.id
    with (
        closing(sqlite3.connect(db.engine.url.database)) as source,
        closing(sqlite3.connect(tmp_path / "copy")) as copy,
    ):
        source.backup(copy)
    erase(gone)
    db.session.rollback()
    assert starting.make_ready() == 0
    db.session.remove()
    db.engine.dispose()
    for left in tmp_path.glob("good-days.sqlite3*"):
        left.unlink()
    shutil.copy(tmp_path / "copy", db.engine.url.database)
    assert db.session.get(User, gone_id) is not None
    db.session.rollback()

    assert starting.make_ready() == 1
    db.session.commit()
    assert db.session.get(User, gone_id) is None
    assert db.session.get(User, kept_id) is not None
    db.session.rollback()
    assert starting.make_ready() == 0


def test_a_commit_that_fails_takes_the_line_back(app, her, context, monkeypatch):
    with context():
        erasure.erase(her.user(), today=TODAY)
        with monkeypatch.context() as patched:
            patched.setattr(SessionTransaction, "_prepare_impl", fails_after_the_line)
            with pytest.raises(ConnectionError):
                db.session.commit()
        db.session.rollback()
        assert signs_of(app)[-2:] == ["+", "-"]
        assert erasure.reapply() == 0
        assert her.user().id == her.id


def test_a_commit_that_was_carried_out_though_it_reported_an_error_keeps_the_line(
    app, her, context, monkeypatch
):
    with context():
        erasure.erase(her.user(), today=TODAY)
        monkeypatch.setattr(erasure, "_is_known_gone", lambda *_anything: True)
        with monkeypatch.context() as patched:
            patched.setattr(SessionTransaction, "_prepare_impl", fails_after_the_line)
            with pytest.raises(ConnectionError):
                db.session.commit()
        db.session.rollback()
        assert signs_of(app)[-1] == "+"


def test_what_is_rolled_back_before_any_commit_is_never_noted(app, her, context):
    with context():
        erase(Person(app).user())
        before = signs_of(app)
        erasure.erase(her.user(), today=TODAY)
        db.session.rollback()
        db.session.commit()
        assert signs_of(app) == before
        assert her.user().id == her.id


def test_a_savepoint_neither_notes_nor_forgets(app, her, context):
    with context():
        erase(Person(app).user())
        before = len(signs_of(app))
        erasure.erase(her.user(), today=TODAY)
        with db.session.begin_nested():
            pass
        db.session.begin_nested().rollback()
        assert len(signs_of(app)) == before
        db.session.commit()
        assert len(signs_of(app)) == before + 1


def test_who_signs_out_of_the_only_key_to_their_records_is_noted_too(app, her):
    assert her.post("/sign-out").status_code == 303
    with app.app_context():
        assert f"+ {erasure._hash(her.public_id)} " in erased_file(app).read_text()


def test_a_process_that_dies_before_the_commit_leaves_the_rest_to_the_next_start(
    app, her, him, context
):
    with context():
        line = f"+ {erasure._hash(her.public_id)} 2026-03-04\n"
        with erased_file(app).open("a") as file:
            file.write(line)
        assert erasure.reapply() == 1
        assert db.session.get(User, her.id) is None
        assert db.session.get(User, him.id) is not None


def test_a_line_that_was_cut_short_harms_neither_itself_nor_the_next(app, her, him, context):
    with context():
        with erased_file(app).open("a") as file:
            file.write(f"+ {erasure._hash(him.public_id)[:20]}")
        erase(her.user())
        assert erasure.reapply() == 0
        assert db.session.get(User, him.id) is not None
        assert f"\n+ {erasure._hash(her.public_id)} " in erased_file(app).read_text()


def test_where_it_cannot_be_noted_nothing_is_deleted(app, her, context, monkeypatch):
    def full(*_anything):
        raise OSError("no space left on device")

    monkeypatch.setattr(erasure, "_append", full)
    with context():
        before = count_of_people()
        with pytest.raises(Conflict, match="Nothing was deleted"):
            erase(her.user())
        db.session.rollback()
        assert count_of_people() == before


def test_demo_people_stay(her, context):
    with context():
        her.user().is_demo = True
        with pytest.raises(Conflict):
            erase(her.user())
