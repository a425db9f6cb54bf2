"""What was written before texts were sealed is sealed by the upgrade, and can still be read."""

from pathlib import Path

import pytest

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn
from fstpwa.services import check_ins, demo, people, sealing, vault
from fstpwa.services.history import diary
from fstpwa.services.schema import upgrade_schema
from tests.given_secrets import SECRETS
from tests.services.full_person import NOW, TODAY

OLD = ["Sore after the garden.", "v1: the first note", "v1:short", "short"]


def clear_check_in(user: User, number: int, note: str, managed: str = "") -> CheckIn:
    row = CheckIn(
        user_id=user.id,
        day=TODAY.replace(day=number + 1),
        note=note,
        managed=managed,
        clocks={},
        recorded_at=NOW,
        changed_at=NOW,
    )
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def user(her, context):
    with context():
        yield her.user()


def test_every_clear_text_is_sealed_once_and_reads_as_before(user, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    rows = [clear_check_in(user, number, note, "Walked.") for number, note in enumerate(OLD)]
    assert sum(sealing.seal_clear_texts()) == 2 * len(OLD)
    assert sum(sealing.seal_clear_texts()) == 0
    for row, note in zip(rows, OLD, strict=True):
        assert vault.is_sealed(row.note)
        assert vault.unseal(user, row.note) == note


def test_sealing_the_texts_of_one_person_leaves_the_others(user, him):
    mine, other = clear_check_in(user, 0, "mine"), clear_check_in(him.user(), 0, "his")
    assert sealing.seal_clear_texts_of(user) == 1
    assert vault.is_sealed(mine.note)
    assert other.note == "his"


def test_a_broken_note_costs_its_line_and_not_the_diary(user):
    good = clear_check_in(user, 0, "", vault.seal(user, "A good walk."))
    clear_check_in(user, 1, "", vault.seal(user, "A walk.")[:47])
    managed = {day.day: day.check_in.managed for day in diary(user).days}
    assert managed[good.day] == "A good walk."
    assert vault.CANNOT_BE_READ in managed.values()
    assert check_ins.check_in_on(user, TODAY.replace(day=2)).managed == vault.CANNOT_BE_READ


def test_the_database_file_holds_nothing_that_somebody_wrote(tmp_path: Path):
    app = create_app(Settings(data_dir=tmp_path, database_url="", **SECRETS))
    with app.app_context():
        upgrade_schema(tmp_path, now=NOW)
        demo.load(now=NOW)
        old = people.start_without_account("UTC", now=NOW)
        clear_check_in(old, 0, "Sore after the garden.")
        db.session.commit()
        for _ in sealing.seal_clear_texts():
            db.session.commit()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("good-days.sqlite3*"))
    assert b"Maya" in stored
    for words in ("Sore after the garden.", *demo.MANAGED):
        assert words.encode() not in stored
