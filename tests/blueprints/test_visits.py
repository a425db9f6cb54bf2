"""Visits in the clinic: the therapist writes them, the client reads them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from fstpwa.extensions import db
from fstpwa.models.care import ClinicVisit, Side
from fstpwa.models.people import Role
from fstpwa.services import access_log, care_links, exports
from fstpwa.services.care_links import Scopes
from tests.caring import link, link_row
from tests.conftest import Person

TODAY = datetime.now(UTC).date()
DONE = "Mobilised the left ankle."
RESPONSE = "Less stiff on the stairs."


def visit(**given: object) -> dict[str, object]:
    return {"day": TODAY.isoformat(), "done": DONE, "response": RESPONSE} | given


def stored(app) -> list[ClinicVisit]:
    with app.app_context():
        found = list(db.session.scalars(db.select(ClinicVisit).order_by(ClinicVisit.id)))
        db.session.expunge_all()
        return found


@pytest.fixture
def link_id(her, therapist) -> UUID:
    return link(her, therapist)


@pytest.fixture
def there(app, therapist, link_id) -> str:
    """The address of a visit that is written down."""
    assert therapist.post(f"/people/{link_id}/visits", data=visit()).status_code == 303
    [row] = stored(app)
    return f"/people/{link_id}/visits/{row.public_id}"


class TestWriting:
    def test_it_stands_beside_the_practice_at_home_and_the_client_reads_it(
        self, app, her, therapist, link_id, there
    ):
        [row] = stored(app)
        assert row.day == TODAY
        assert row.user_id == her.id
        assert row.done.startswith("v1:")
        assert row.response.startswith("v1:")
        for text in (
            therapist.get(f"/people/{link_id}").text,
            her.get(f"/settings/sharing/{link_id}/as-seen").text,
        ):
            assert DONE in text
            assert RESPONSE in text
        assert therapist.get(there).status_code == 200
        assert there not in her.get(f"/settings/sharing/{link_id}/as-seen").text

    def test_it_is_in_the_clients_export_in_clear_words(self, her, there):
        with her.app.app_context():
            told = "".join(exports.everything(her.user(), now=datetime.now(UTC)))
        assert DONE in told
        assert RESPONSE in told

    def test_it_is_noted_that_the_therapist_changed_something(self, her, there):
        with her.app.app_context():
            assert [each.what for each in access_log.looks_of(her.user())] == ["changed"]

    def test_a_double_tap_writes_one(self, app, therapist, link_id, there):
        therapist.post(f"/people/{link_id}/visits", data=visit())
        assert len(stored(app)) == 1

    def test_the_response_may_be_left_out(self, app, therapist, link_id):
        answer = therapist.post(f"/people/{link_id}/visits", data=visit(response=""))
        assert answer.status_code == 303
        assert stored(app)[0].response == ""

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"done": " "}, "Write what was done."),
            ({"done": "a" * 2001}, "shorten it by 1."),
            ({"response": "a" * 2010}, "shorten it by 10."),
            ({"day": ""}, "Choose the day."),
            ({"day": "2026-02-30"}, "Not a valid date"),
            ({"day": (TODAY + timedelta(days=1)).isoformat()}, "has not happened yet."),
            ({"day": (TODAY - timedelta(days=400)).isoformat()}, "too long ago."),
            ({"day": "0001-01-01"}, "too long ago."),
        ],
    )
    def test_what_cannot_be_stored_comes_back_with_the_reason_and_what_was_typed(
        self, app, therapist, link_id, given, message
    ):
        answer = therapist.post(f"/people/{link_id}/visits", data=visit(**given))
        assert answer.status_code == 422
        assert message in answer.text
        if "response" not in given:
            assert RESPONSE in answer.text
        assert stored(app) == []

    def test_the_day_is_the_clients_own(self, app, therapist):
        ahead = Person(app, time_zone="Pacific/Kiritimati")
        link_id = link(ahead, therapist)
        text = therapist.get(f"/people/{link_id}").text
        there = date.fromisoformat(text.split('name="day"')[1].split('value="')[1][:10])
        assert there - TODAY in (timedelta(0), timedelta(days=1))
        answer = therapist.post(f"/people/{link_id}/visits", data=visit(day=there.isoformat()))
        assert answer.status_code == 303

    def test_it_is_changed(self, therapist, link_id, there):
        assert therapist.post(there, data=visit(response="Sore for a day.")).status_code == 303
        text = therapist.get(f"/people/{link_id}").text
        assert "Sore for a day." in text
        assert RESPONSE not in text

    def test_a_change_that_cannot_be_stored_leaves_it_as_it_was(self, therapist, link_id, there):
        assert therapist.post(there, data=visit(done="")).status_code == 422
        assert DONE in therapist.get(f"/people/{link_id}").text

    def test_it_is_deleted_and_twice_is_no_mistake(self, app, therapist, there):
        for _ in range(2):
            assert therapist.post(f"{there}/delete").status_code == 303
        assert stored(app) == []
        assert therapist.get(there).status_code == 404


class TestWhoMay:
    def test_no_scope_is_needed_for_what_the_therapist_did(self, app, her, therapist):
        link_id = link(her, therapist, Scopes())
        assert therapist.post(f"/people/{link_id}/visits", data=visit()).status_code == 303
        assert len(stored(app)) == 1

    def test_when_the_link_has_ended_nothing_is_written_or_read(
        self, app, her, therapist, link_id, there
    ):
        with app.app_context():
            care_links.end(link_row(her, link_id), Side.CLIENT, now=datetime.now(UTC))
            db.session.commit()
        assert therapist.get(there).status_code == 404
        for address in (there, f"{there}/delete", f"/people/{link_id}/visits"):
            assert therapist.post(address, data=visit(done="More.")).status_code == 404
        assert len(stored(app)) == 1

    def test_another_therapist_of_hers_finds_nothing_of_it(self, app, her, link_id, there):
        other = Person(app, Role.THERAPIST)
        others = link(her, other)
        visit_id = there.rpartition("/")[2]
        assert DONE not in other.get(f"/people/{others}").text
        for at in (link_id, others):
            address = f"/people/{at}/visits/{visit_id}"
            assert other.get(address).status_code == 404
            assert other.post(address, data=visit(done="Mine.")).status_code == 404
            other.post(f"{address}/delete")
        assert len(stored(app)) == 1

    def test_a_client_writes_none(self, app, her, link_id, there):
        assert her.post(f"/people/{link_id}/visits", data=visit()).status_code == 404
        assert her.post(f"{there}/delete").status_code == 404
        assert len(stored(app)) == 1
