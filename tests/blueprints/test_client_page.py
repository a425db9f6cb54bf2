"""One client's page: what is shared, in words that help, and gone with the link."""

from datetime import UTC, date, datetime
from itertools import product
from uuid import UUID, uuid4

import pytest

from fstpwa.extensions import db
from fstpwa.models.care import Side
from fstpwa.models.people import Role
from fstpwa.models.practice import CheckIn, SessionLog
from fstpwa.services import care_links, messages
from fstpwa.services.care_links import Scopes
from tests.caring import link, link_row
from tests.caseload import lives
from tests.client_records import MANAGED, NAME, NOTE, REASON, records_of
from tests.conftest import HTMX, Person, looks

RECORDS = Scopes(shares_records=True)
PLAN = Scopes(shares_routines=True)
ALL_SCOPES = [
    Scopes(shares_routines=plan, shares_records=records, shares_notes=notes)
    for plan, records, notes in product((True, False), repeat=3)
]


def page(therapist: Person, link_id: UUID, rest: str = "") -> str:
    answer = therapist.get(f"/people/{link_id}{rest}")
    assert answer.status_code == 200
    return answer.text


def change(client: Person, link_id: UUID, scopes: Scopes) -> None:
    with client.app.app_context():
        care_links.change(link_row(client, link_id), scopes, now=datetime.now(UTC))
        db.session.commit()


def end(client: Person, link_id: UUID) -> None:
    with client.app.app_context():
        care_links.end(link_row(client, link_id), Side.CLIENT, now=datetime.now(UTC))
        db.session.commit()


def asks(client: Person, link_id: UUID, words: str) -> None:
    with client.app.app_context():
        messages.send(
            link_row(client, link_id),
            Side.CLIENT,
            words,
            message_id=uuid4(),
            is_question=True,
            now=datetime.now(UTC),
        )
        db.session.commit()


class TestTheClientsPage:
    def test_who_shares_everything_is_seen_on_one_page(self, her, therapist):
        log_id = records_of(her)
        link_id = link(her, therapist)
        text = page(therapist, link_id)
        for words in (
            NAME,
            "Last session today, last check-in today",
            "chart-course",
            "Wall slide",
            "easier version because of pain",
            "9 of 10 minutes",
            MANAGED,
            REASON,
            "Neck and desk reset",
            f"/people/{link_id}/sessions/{log_id}",
            f"/people/{link_id}/assign",
            f"/people/{link_id}/thresholds",
            f"/people/{link_id}/end",
        ):
            assert words in text, words

    @pytest.mark.parametrize("scopes", ALL_SCOPES, ids=str)
    def test_what_is_not_shared_is_absent_and_a_line_says_so(self, her, therapist, scopes):
        records_of(her)
        text = page(therapist, link(her, therapist, scopes))
        seen = {
            "Evening neck session": scopes.shares_records,
            "chart-course": scopes.shares_records,
            "What the health answers hold": scopes.shares_records,
            "does not share sessions and check-ins.": not scopes.shares_records,
            "Neck and desk reset": scopes.shares_routines,
            "/assign": scopes.shares_routines,
            "does not share their plan": not scopes.shares_routines,
            REASON: scopes.shares_routines and scopes.shares_records,
            MANAGED: scopes.shares_records and scopes.shares_notes,
            "in their own words.": scopes.shares_records and not scopes.shares_notes,
        }
        assert {words: words in text for words in seen} == seen

    def test_somebody_new_has_empty_sections_that_say_what_comes(self, her, therapist):
        text = page(therapist, link(her, therapist))
        for words in (
            "Somebody without a name",
            "Nothing is recorded yet.",
            "No programme is followed just now.",
            "No visit is written down yet.",
            "Nothing is held back.",
        ):
            assert words in text, words
        assert "Too much, and why" not in text
        assert "chart-course" not in text

    def test_a_time_without_anything_is_not_somebody_without_anything(self, her, therapist):
        records_of(her)
        link_id = link(her, therapist)
        with her.app.app_context():
            for log in db.session.scalars(db.select(SessionLog)):
                log.day = date(2020, 1, 1)
            db.session.execute(db.delete(CheckIn))
            db.session.commit()
        text = page(therapist, link_id)
        assert "Nothing was recorded in this time." in text
        assert "Evening neck session" in text

    @pytest.mark.parametrize(
        ("asked", "named"), [("4", "a day"), ("12", "a week"), ("52", "a week")]
    )
    def test_how_far_back_is_chosen_by_the_address(self, her, therapist, asked, named):
        records_of(her)
        text = page(therapist, link(her, therapist), f"?weeks={asked}")
        assert f'href="?weeks={asked}#course" aria-current="true"' in text
        assert f"Sessions done, {named}" in text

    @pytest.mark.parametrize("asked", ["", "0", "-4", "9" * 5000, "four", "4; DROP TABLE user"])
    def test_a_stretch_that_is_not_offered_is_the_usual_one(self, her, therapist, asked):
        records_of(her)
        link_id = link(her, therapist)
        answer = therapist.client.get(f"/people/{link_id}", query_string={"weeks": asked})
        assert 'href="?weeks=12#course" aria-current="true"' in answer.text

    def test_a_long_name_and_signs_are_shown_as_they_are(self, her, therapist):
        with her.app.app_context():
            her.user().name = "<b>Wolfeschlegelsteinhausenbergerdorff</b> آمنة"
            db.session.commit()
        text = page(therapist, link(her, therapist))
        assert "&lt;b&gt;Wolfeschlegelsteinhausenbergerdorff&lt;/b&gt; آمنة" in text

    def test_a_question_is_said_at_the_top(self, her, therapist):
        link_id = link(her, therapist)
        asks(her, link_id, "Is the stretch meant to pull?")
        text = page(therapist, link_id)
        assert "Asked, and waits for an answer" in text
        assert "1 new" in text
        assert "Is the stretch meant to pull?" in text
        assert [each[1] for each in looks] == ["overview", "messages"]

    def test_why_they_stand_in_the_list_is_said_again_where_records_are_shared(
        self, her, him, therapist
    ):
        lives(her, pain=(2, 5))
        lives(him)
        hers, his = link(her, therapist), link(him, therapist)
        assert "Pain after practice up 3" in page(therapist, hers)
        assert "Pain after practice up" not in page(therapist, his)
        change(her, hers, PLAN)
        assert "Pain after practice up" not in page(therapist, hers)

    def test_an_open_question_is_not_said_twice(self, her, therapist):
        link_id = link(her, therapist)
        asks(her, link_id, "Is the stretch meant to pull?")
        assert "Asked a question" in therapist.get("/people").text
        assert "Asked a question" not in page(therapist, link_id)


class TestASession:
    def test_it_shows_each_movement_and_what_was_felt(self, her, therapist):
        log_id = records_of(her)
        text = page(therapist, link(her, therapist), f"/sessions/{log_id}")
        for words in (
            "Active neck turns",
            "Wall slide",
            "partly done, easier version because of pain",
        ):
            assert words in text, words
        assert '<dt>Worst pain</dt><dd class="number">6 of 10</dd>' in text
        assert NOTE in text

    def test_own_words_are_absent_where_they_are_not_shared(self, her, therapist):
        log_id = records_of(her)
        text = page(therapist, link(her, therapist, RECORDS), f"/sessions/{log_id}")
        assert NOTE not in text
        assert "does not share what they write in their own words." in text

    def test_it_is_not_found_where_sessions_are_not_shared(self, her, therapist):
        log_id = records_of(her)
        link_id = link(her, therapist, PLAN)
        assert therapist.get(f"/people/{link_id}/sessions/{log_id}").status_code == 404
        assert therapist.get(f"/people/{link_id}/days").status_code == 404

    def test_a_session_of_somebody_else_is_not_found(self, her, him, therapist):
        log_id = records_of(him)
        link(him, therapist)
        link_id = link(her, therapist)
        assert therapist.get(f"/people/{link_id}/sessions/{log_id}").status_code == 404
        assert therapist.get(f"/people/{link_id}/sessions/{uuid4()}").status_code == 404

    def test_a_movement_the_library_lost_does_not_cost_the_page(self, her, therapist):
        log_id = records_of(her)
        with her.app.app_context():
            log = db.session.get_one(SessionLog, log_id)
            log.movements[1].slug = "no-such-movement"
            db.session.commit()
        link_id = link(her, therapist)
        assert "no-such-movement" in page(therapist, link_id, f"/sessions/{log_id}")
        assert "no-such-movement" in page(therapist, link_id)


class TestEarlierDays:
    def test_they_are_read_page_by_page(self, her, therapist):
        records_of(her, days=9)
        link_id = link(her, therapist)
        first = page(therapist, link_id)
        earlier = first.split(f"/people/{link_id}/days?before=")[1][:10]
        text = page(therapist, link_id, f"/days?before={earlier}")
        assert text.count("Evening neck session") == 2
        assert "Earlier days" not in text

    def test_before_the_first_there_is_nothing(self, her, therapist):
        records_of(her)
        text = page(therapist, link(her, therapist), "/days?before=2001-01-01")
        assert "Nothing is recorded before that day." in text

    @pytest.mark.parametrize("before", ["", "yesterday", "2026-02-30", "9" * 400])
    def test_what_is_no_day_is_not_found(self, her, therapist, before):
        link_id = link(her, therapist)
        answer = therapist.client.get(f"/people/{link_id}/days", query_string={"before": before})
        assert answer.status_code == 404


ADDRESSES = ("", "/days", "/sessions/{log}", "/messages")


@pytest.mark.parametrize("address", ADDRESSES)
class TestWhoMay:
    def test_each_look_is_noted(self, her, therapist, address):
        log_id = records_of(her)
        link_id = link(her, therapist)
        page(therapist, link_id, address.format(log=log_id))
        what = {"/messages": "messages", "/sessions/{log}": "session"}.get(address, "overview")
        assert [each[1] for each in looks] == [what]

    def test_when_it_has_ended_the_next_request_finds_nothing(self, her, therapist, address):
        log_id = records_of(her)
        link_id = link(her, therapist)
        there = f"/people/{link_id}{address.format(log=log_id)}"
        assert therapist.get(there).status_code == 200
        end(her, link_id)
        looks.clear()
        gone = therapist.get(there)
        never = therapist.get(f"/people/{uuid4()}{address.format(log=log_id)}")
        assert gone.status_code == never.status_code == 404
        assert gone.data == never.data
        assert not looks

    def test_nobody_else_finds_it(self, app, her, therapist, client, address):
        log_id = records_of(her)
        there = f"/people/{link(her, therapist)}{address.format(log=log_id)}"
        other = Person(app, Role.THERAPIST)
        for stranger in (other, her):
            for headers in ({}, HTMX):
                assert stranger.get(there, headers=headers).status_code == 404
        assert client.get(there).status_code == 303
        assert not looks


@pytest.mark.parametrize("address", ["/days", "/sessions/{log}"])
def test_a_scope_taken_back_acts_on_the_next_request(her, therapist, address):
    log_id = records_of(her)
    link_id = link(her, therapist)
    there = f"/people/{link_id}{address.format(log=log_id)}"
    assert therapist.get(there).status_code == 200
    change(her, link_id, PLAN)
    assert therapist.get(there).status_code == 404
    assert "Evening neck session" not in page(therapist, link_id)


def test_the_client_sees_the_very_same_parts(her, therapist):
    records_of(her)
    link_id = link(her, therapist)
    answer = her.get(f"/settings/sharing/{link_id}/as-seen?weeks=4")
    assert answer.status_code == 200
    for words in ("chart-course", "Wall slide", MANAGED, REASON, "Neck and desk reset"):
        assert words in answer.text, words
    assert f"/people/{link_id}" not in answer.text
