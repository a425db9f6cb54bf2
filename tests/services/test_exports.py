"""An export holds everything about a person, nothing of anybody else, and no secret."""

import csv
import io
import json

import pytest

from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn, SessionLog
from fstpwa.services import exports, sealing, vault
from tests.services.full_care import FOR_THEMSELVES, IN_THE_PROGRAMME
from tests.services.full_person import NOT_HERS, NOW, TODAY, WORDS, fill


@pytest.fixture
def exported(her, him, context):
    fill(her)
    fill(him)
    with context():
        return json.loads("".join(exports.everything(her.user(), now=NOW)))


def test_every_table_is_either_about_people_or_known_to_be_about_nobody():
    personal = {table.name for table in exports.personal_tables()}
    assert personal | exports.NOT_PERSONAL == set(db.metadata.tables)
    assert not personal & exports.NOT_PERSONAL


def test_every_table_about_people_is_in_the_export_with_every_column_that_is_no_secret(exported):
    assert list(exported["tables"]) == [table.name for table in exports.personal_tables()]
    for table in exports.personal_tables():
        rows = exported["tables"][table.name]
        assert rows, table.name
        left_out = exported["left_out"].get(table.name, [])
        assert sorted([*rows[0], *left_out]) == sorted(table.columns.keys())


def test_what_is_left_out_are_keys_and_hashes_by_name(exported):
    assert exported["left_out"] == {
        "user": ["data_key", "password_hash", "totp_last_step", "totp_secret"],
        "device_session": ["token_hash"],
        "one_time_code": ["asker_hash", "code_hash"],
        "passkey": ["credential_id", "public_key"],
        "recovery_code": ["code_hash"],
        "push_subscription": ["endpoint_hash", "target"],
        "calendar_feed": ["token_hash"],
        "invitation": ["code_hash", "token_hash"],
    }


def test_it_says_at_its_head_what_tables_columns_and_short_names_mean(exported):
    assert list(exported)[:2] == ["app", "read_me"]
    read_me = exported["read_me"]
    assert set(read_me["tables"]) == set(exported["tables"])
    named = {name for names in read_me["columns"] for name in names.split(", ")}
    assert {"weekdays", "..._s", "..._min", "yes", "led_by", "unrecorded_lines"} <= named
    assert read_me["questions"]["em_heart"].startswith("Do you have chest pain")
    assert read_me["programmes"]["neck-and-desk"]
    for rated in exported["tables"]["check_in_region"]:
        assert rated["region"] in read_me["parts_of_the_body"]


def test_neither_a_therapists_own_notes_nor_what_another_client_wrote_are_in_it(exported):
    text = json.dumps(exported)
    assert FOR_THEMSELVES not in text
    assert NOT_HERS not in text


def test_rows_between_two_people_come_out_with_the_client(exported, her):
    tables = exported["tables"]
    (link,) = tables["care_link"]
    for name in ("consent_event", "access_entry", "care_message", "clinic_visit", "assignment"):
        assert {row["link_id"] for row in tables[name]} == {link["id"]}, name
    assert list(exported["read_me"]["therapists"]) == [str(link["therapist_id"])]
    assert tables["access_entry"][0]["what"] in exported["read_me"]["looks"]


def test_what_only_a_therapist_has_comes_out_with_the_therapist(exported, her):
    tables = exported["tables"]
    (link,) = tables["care_link"]
    (note,) = tables["private_note"]
    assert note["text"] == WORDS
    assert note["link_id"] != link["id"]
    (routine,) = tables["routine"]
    assert [row["routine_id"] for row in tables["routine_version"]] == [routine["id"]]
    assert {row["made_by"] for row in tables["invitation"]} == {"client", "therapist"}


def test_notifications_and_what_they_told_are_in_it_for_whom_they_were(exported):
    tables = exported["tables"]
    notices = {row["id"] for row in tables["care_notice"]}
    assert {row["notice_id"] for row in tables["care_notice_item"]} == notices
    # Beside what was sent about a reminder.
    assert {row["notice_id"] for row in tables["delivery"]} == notices | {None}


def test_a_routine_that_somebody_was_given_is_in_it_whole(exported):
    (given,) = exported["tables"]["assignment"]
    followed = exported["read_me"]["followed"]
    assert followed[given["programme_version"]] == {"note": IN_THE_PROGRAMME}


def test_a_flare_is_yes_or_no_in_the_table(her, context):
    fill(her)
    with context():
        hers = db.select(CheckIn).filter_by(user_id=her.id).order_by(CheckIn.day)
        check_ins = db.session.scalars(hers).all()
        for check_in, flare in zip(check_ins, (True, False), strict=True):
            check_in.flare = flare
        db.session.flush()
        text = "".join(exports.check_ins_as_csv(her.user()))
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert [row["flare"] for row in rows] == ["yes", "no"]


def test_nobody_elses_rows_are_in_it(exported, her, him):
    assert [row["id"] for row in exported["tables"]["user"]] == [her.id]
    for rows in exported["tables"].values():
        assert all(row.get("user_id", her.id) == her.id for row in rows)
    assert str(him.public_id) not in json.dumps(exported)


def test_what_was_written_is_in_it_in_plain_words_and_no_other_text_is_sealed(exported):
    for table, columns in sealing.names_of_sealed_columns().items():
        texts = {row[column] for row in exported["tables"][table] for column in columns}
        assert WORDS in texts
    assert '"v1:' not in json.dumps(exported)


def test_how_a_session_was_led_is_in_it(her, context):
    fill(her)
    with context():
        db.session.execute(db.update(SessionLog).values(led_by="silent", unrecorded_lines=4))
        document = json.loads("".join(exports.everything(her.user(), now=NOW)))
    (log,) = document["tables"]["session_log"]
    assert (log["led_by"], log["unrecorded_lines"]) == ("silent", 4)


def test_days_and_instants_can_be_read_by_any_program(exported):
    check_in = exported["tables"]["check_in"][-1]
    assert check_in["day"] == TODAY.isoformat()
    assert check_in["recorded_at"] == NOW.isoformat()


def test_somebody_with_nothing_gets_a_whole_document_too(her, context):
    with context():
        document = json.loads("".join(exports.everything(her.user(), now=NOW)))
    assert document["tables"]["check_in"] == []


def test_check_ins_are_a_table_with_a_column_for_each_region_that_was_rated(her, context):
    fill(her)
    with context():
        text = "".join(exports.check_ins_as_csv(her.user()))
    assert text.startswith("\ufeff")
    first, second = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert first["day"] == TODAY.isoformat()
    assert (first["stiffness"], first["flare"], first["note"]) == ("3", "", WORDS)
    assert (first["stiffness_neck"], first["pain_neck"]) == ("5", "")
    assert (second["stiffness"], second["stiffness_neck"]) == ("7", "")
    assert "stiffness_jaw" not in first


def test_a_note_that_a_spreadsheet_would_carry_out_is_only_a_text(her, context):
    with context():
        user = her.user()
        db.session.add(
            CheckIn(
                user_id=user.id,
                day=TODAY,
                note=vault.seal(user, "=1+1"),
                managed=vault.seal(user, 'A walk, "slow",\nand tea'),
                clocks={},
                recorded_at=NOW,
                changed_at=NOW,
            )
        )
        db.session.flush()
        text = "".join(exports.check_ins_as_csv(user))
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert row["note"] == "'=1+1"
    assert row["managed"] == 'A walk, "slow",\nand tea'
