"""Private notes: written, changed and deleted by one therapist, and read by nobody else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from fstpwa.extensions import db
from fstpwa.models.care import PrivateNote, Side
from fstpwa.models.people import Role
from fstpwa.services import care_links, exports, private_notes
from tests.caring import link, link_row
from tests.client_records import records_of
from tests.conftest import Person
from tests.whole_app import address, rules, things_of, values_of

SECRET = "Seems afraid of bending. Watch, do not push."


def write(therapist: Person, link_id: UUID, words: str = SECRET) -> UUID:
    answer = therapist.post(f"/people/{link_id}/notes", data={"note": words})
    assert answer.status_code == 303
    with therapist.app.app_context():
        return db.session.scalars(
            db.select(PrivateNote.public_id).order_by(PrivateNote.id.desc())
        ).first()


def stored(person: Person) -> list[str]:
    with person.app.app_context():
        rows = db.session.scalars(db.select(PrivateNote).order_by(PrivateNote.id))
        return [row.text for row in rows]


def exported(person: Person) -> str:
    with person.app.app_context():
        return "".join(exports.everything(person.user(), now=datetime.now(UTC)))


@pytest.fixture
def link_id(her, therapist) -> UUID:
    return link(her, therapist)


class TestWriting:
    def test_a_note_stands_on_the_therapists_page_and_is_stored_sealed(self, therapist, link_id):
        write(therapist, link_id)
        assert SECRET in therapist.get(f"/people/{link_id}").text
        [text] = stored(therapist)
        assert text.startswith("v1:")

    def test_the_same_twice_as_by_a_double_tap_is_one_note(self, therapist, link_id):
        write(therapist, link_id)
        write(therapist, link_id)
        assert len(stored(therapist)) == 1

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ("", "Write something first."),
            ("  \n ", "Write something first."),
            ("a" * 4001, "please shorten it by 1."),
        ],
    )
    def test_what_cannot_be_kept_comes_back_with_the_reason(
        self, therapist, link_id, words, message
    ):
        answer = therapist.post(f"/people/{link_id}/notes", data={"note": words})
        assert answer.status_code == 422
        assert message.lower() in answer.text.lower()
        assert words.strip() in answer.text
        assert stored(therapist) == []

    def test_it_is_changed_and_says_so(self, therapist, link_id):
        note_id = write(therapist, link_id)
        there = f"/people/{link_id}/notes/{note_id}"
        assert SECRET in therapist.get(there).text
        assert therapist.post(there, data={"note": "Much less afraid."}).status_code == 303
        text = therapist.get(f"/people/{link_id}").text
        assert "Much less afraid." in text
        assert SECRET not in text
        assert ", changed " in text

    def test_an_empty_change_is_refused_and_the_old_words_stay(self, therapist, link_id):
        note_id = write(therapist, link_id)
        answer = therapist.post(f"/people/{link_id}/notes/{note_id}", data={"note": " "})
        assert answer.status_code == 422
        assert SECRET in therapist.get(f"/people/{link_id}").text

    def test_it_is_deleted_for_good_and_twice_is_no_mistake(self, therapist, link_id):
        note_id = write(therapist, link_id)
        for _ in range(2):
            answer = therapist.post(f"/people/{link_id}/notes/{note_id}/delete")
            assert answer.status_code == 303
        assert stored(therapist) == []
        assert therapist.get(f"/people/{link_id}/notes/{note_id}").status_code == 404


class TestNobodyElse:
    def test_no_page_of_the_client_shows_one(self, app, her, therapist):
        things = things_of(her)
        link_id = link(her, therapist)
        write(therapist, link_id)
        opened = 0
        for rule in rules(app, "GET"):
            values = values_of(rule, things, session=things.done)
            if "link_id" in rule.arguments:
                values["link_id"] = link_id
            answer = her.get(address(app, rule, values))
            opened += answer.status_code == 200
            assert "afraid of bending" not in answer.text, rule
        assert opened > 40
        as_seen = her.get(f"/settings/sharing/{link_id}/as-seen")
        assert as_seen.status_code == 200
        assert "afraid of bending" not in as_seen.text

    def test_it_is_in_the_therapists_export_and_in_no_other(self, app, her, therapist, link_id):
        write(therapist, link_id)
        assert "afraid of bending" in exported(therapist)
        assert "afraid of bending" not in exported(her)
        other = Person(app, Role.THERAPIST)
        link(her, other)
        assert "afraid of bending" not in exported(other)

    def test_another_therapist_of_the_same_client_finds_nothing_of_it(
        self, app, her, therapist, link_id
    ):
        note_id = write(therapist, link_id)
        other = Person(app, Role.THERAPIST)
        others = link(her, other)
        assert "afraid of bending" not in other.get(f"/people/{others}").text
        for at in (link_id, others):
            there = f"/people/{at}/notes/{note_id}"
            assert other.get(there).status_code == 404
            assert other.post(there, data={"note": "Mine now."}).status_code == 404
            assert other.post(f"{there}/delete").status_code in (303, 404)
        assert SECRET in therapist.get(f"/people/{link_id}").text

    def test_a_note_about_another_client_is_not_found_under_this_one(self, him, therapist, link_id):
        note_id = write(therapist, link(him, therapist))
        assert therapist.get(f"/people/{link_id}/notes/{note_id}").status_code == 404
        assert "afraid of bending" not in therapist.get(f"/people/{link_id}").text

    @pytest.mark.parametrize("rest", ["", "/{note}", "/{note}/delete"])
    def test_when_the_link_has_ended_nothing_can_be_written_or_read(
        self, her, therapist, link_id, rest
    ):
        note_id = write(therapist, link_id)
        with her.app.app_context():
            care_links.end(link_row(her, link_id), Side.CLIENT, now=datetime.now(UTC))
            db.session.commit()
        before = stored(therapist)
        there = f"/people/{link_id}/notes{rest.format(note=note_id)}"
        assert therapist.post(there, data={"note": "More."}).status_code == 404
        assert therapist.get(f"/people/{link_id}/notes/{note_id}").status_code == 404
        assert stored(therapist) == before

    def test_a_client_cannot_write_one(self, her, link_id):
        assert her.post(f"/people/{link_id}/notes", data={"note": "Me."}).status_code == 404
        assert stored(her) == []

    def test_after_a_new_link_the_notes_of_the_old_one_do_not_come_back(
        self, her, therapist, link_id
    ):
        write(therapist, link_id)
        with her.app.app_context():
            care_links.end(link_row(her, link_id), Side.CLIENT, now=datetime.now(UTC))
            db.session.commit()
        again = link(her, therapist)
        assert "afraid of bending" not in therapist.get(f"/people/{again}").text


def test_with_fifty_notes_the_page_still_opens(her, therapist):
    records_of(her)
    link_id = link(her, therapist)
    with her.app.app_context():
        found = link_row(her, link_id)
        for number in range(51):
            private_notes.write(found, f"Note {number}", now=datetime.now(UTC))
        db.session.commit()
    text = therapist.get(f"/people/{link_id}").text
    assert "Earlier notes: 47" in text
