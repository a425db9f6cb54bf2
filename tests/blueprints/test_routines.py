"""Routines: the list, the builder as a plain form and in pieces, the preview."""

import json
import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from fstpwa.content import library
from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.extensions import db
from fstpwa.models.care import Routine, RoutineVersion, Side
from fstpwa.models.people import Role
from fstpwa.services import care_links, routines
from fstpwa.services.assignments import AssignmentEntry, assign_routine
from tests.caring import link
from tests.conftest import EVERY_DAY, HTMX, Person, looks
from tests.whole_app import all_rows

TURNS, TRAPEZIUS, ROLLS = (
    library().movements[slug].name
    for slug in ("neck-turns", "upper-trap-stretch", "shoulder-rolls")
)
DRAFT = RoutineDraft(
    name="Neck",
    lines=(RoutineLine(slug="neck-turns"), RoutineLine(slug="upper-trap-stretch", side="both")),
    flare_from="neck-and-desk",
)
TWO = {
    "name": "Neck",
    "flare_from": "neck-and-desk",
    "line": ["aa", "bb"],
    "slug-aa": "neck-turns",
    "sets-aa": "1",
    "reps-aa": "8",
    "slug-bb": "upper-trap-stretch",
    "hold_s-bb": "25",
    "side-bb": "left",
    "note-bb": "Softly.",
}


@pytest.fixture
def colleague(app: Flask, rolled_back: None) -> Person:
    person = Person(app, Role.THERAPIST)
    with app.app_context():
        person.user().email = "colleague@example.org"
        person.user().name = "Bea"
        db.session.commit()
    return person


@pytest.fixture
def routine_id(app: Flask, therapist: Person) -> UUID:
    """A routine of the therapist."""
    with app.app_context():
        made = routines.create(therapist.user(), DRAFT, now=datetime.now(UTC)).public_id
        db.session.commit()
    return made


def stored(app: Flask, routine_id: UUID) -> RoutineDraft:
    """What a routine says now."""
    with app.app_context():
        routine = db.session.scalars(db.select(Routine).filter_by(public_id=routine_id)).one()
        return routines.draft_of(routines.newest(routine))


def versions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(RoutineVersion))


def order(page: TestResponse) -> list[str]:
    """The names of the lines on a page."""
    return re.findall(r'<li class="routine-line" id="[^"]*" data-name="([^"]*)"', page.text)


def id_in(location: str) -> UUID:
    return UUID(location.rsplit("/", 1)[-1].partition("?")[0])


class TestList:
    def test_it_says_what_to_do_when_there_is_nothing(self, therapist: Person) -> None:
        page = therapist.get("/routines")
        assert "No routine yet." in page.text
        assert 'href="/routines/new"' in page.text

    def test_it_names_movements_and_minutes(self, therapist: Person, routine_id: UUID) -> None:
        page = therapist.get("/routines")
        assert f'href="/routines/{routine_id}"' in page.text
        assert f"{TURNS}, " in page.text
        with therapist.app.app_context():
            minutes = -(-routines.total_s(DRAFT.lines) // 60)
        assert f"{minutes} min" in page.text
        assert "Nobody" in page.text

    def test_a_copy_is_made_and_shown(self, therapist: Person, routine_id: UUID) -> None:
        answer = therapist.post(f"/routines/{routine_id}/duplicate")
        copy = id_in(answer.location)
        assert copy != routine_id
        assert stored(therapist.app, copy).name == "Copy of Neck"

    def test_putting_away_and_taking_out(self, therapist: Person, routine_id: UUID) -> None:
        therapist.post(f"/routines/{routine_id}/archive")
        assert str(routine_id) not in therapist.get("/routines").text
        assert str(routine_id) in therapist.get("/routines?show=archived").text
        therapist.post(f"/routines/{routine_id}/unarchive")
        assert str(routine_id) in therapist.get("/routines").text

    def test_clients_have_no_such_page(self, her: Person, routine_id: UUID) -> None:
        for address in ("", "/new", f"/{routine_id}", f"/{routine_id}/preview"):
            assert her.get(f"/routines{address}").status_code == 404


class TestWhoHasIt:
    """Whoever was given it, as far as they share their plan."""

    @pytest.fixture
    def given(self, therapist: Person, her: Person, routine_id: UUID) -> UUID:
        """She was given version 1, for every day. Returns the link."""
        link_id = link(her, therapist)
        with therapist.app.app_context():
            her.user().name = "Hana"
            version = routines.newest(routines.routine_for(therapist.user(), routine_id))
            entry = AssignmentEntry(schedule=EVERY_DAY, starts_on=her.today())
            now = datetime.now(UTC)
            assign_routine(care_links.seen_by(therapist.user(), link_id), version, entry, now=now)
            db.session.commit()
        return link_id

    def test_the_list_and_the_routine_name_them_and_each_look_is_noted(
        self, therapist: Person, given: UUID, routine_id: UUID
    ) -> None:
        for address in ("/routines", f"/routines/{routine_id}"):
            looks.clear()
            assert f'<a href="/people/{given}">Hana</a>' in therapist.get(address).text
            assert [look[1] for look in looks] == ["list"]

    def test_a_change_does_not_disturb_who_is_in_the_middle_of_it(
        self, therapist: Person, her: Person, given: UUID, routine_id: UUID
    ) -> None:
        before = [session.items for session in her.planned()]
        therapist.post(f"/routines/{routine_id}", data={**TWO, "on_version": "1"})
        assert [session.items for session in her.planned()] == before != []
        assert "Hana</a> (version 1)" in therapist.get(f"/routines/{routine_id}").text

    def test_once_consent_has_ended_nobody_is_named_and_nothing_noted(
        self, therapist: Person, her: Person, given: UUID
    ) -> None:
        with her.app.app_context():
            standing = care_links.given_by(her.user(), given)
            care_links.end(standing, Side.CLIENT, now=datetime.now(UTC))
            db.session.commit()
        assert "Hana" not in therapist.get("/routines").text
        assert looks == []


class TestSharing:
    def test_the_answer_is_the_same_whoever_it_is(
        self, therapist: Person, colleague: Person, routine_id: UUID
    ) -> None:
        said = []
        for address in ("colleague@example.org", "nobody@example.org"):
            answer = therapist.post(f"/routines/{routine_id}/share", data={"email": address})
            page = therapist.get(answer.location)
            said.append((answer.status_code, answer.location, page.text.count("in their list")))
        assert said[0] == said[1] == (303, f"/routines/{routine_id}#sharing", 1)
        assert str(routine_id) in colleague.get("/routines").text
        assert "colleague" not in therapist.get(f"/routines/{routine_id}").text.lower().replace(
            "share with a colleague", ""
        )

    def test_a_colleague_may_change_it_but_neither_share_nor_put_it_away(
        self, therapist: Person, colleague: Person, routine_id: UUID
    ) -> None:
        therapist.post(f"/routines/{routine_id}/share", data={"email": "colleague@example.org"})
        changed = {**TWO, "on_version": "1"}
        assert colleague.post(f"/routines/{routine_id}", data=changed).status_code == 303
        for what in ("share", "unshare", "archive", "unarchive"):
            answer = colleague.post(f"/routines/{routine_id}/{what}", data={"email": "a@b.org"})
            assert answer.status_code == 404, what
        colleague.post(f"/routines/{routine_id}/leave")
        assert colleague.get(f"/routines/{routine_id}").status_code == 404

    def test_what_is_no_address_is_said_at_the_field(
        self, therapist: Person, routine_id: UUID
    ) -> None:
        answer = therapist.post(f"/routines/{routine_id}/share", data={"email": "bea"})
        assert answer.status_code == 422
        assert 'value="bea"' in answer.text
        assert "name@example.org" in answer.text


class TestBuilding:
    def test_a_new_routine_is_stored_without_what_is_the_librarys(self, therapist: Person) -> None:
        answer = therapist.post("/routines/new", data=TWO)
        assert answer.status_code == 303
        assert stored(therapist.app, id_in(answer.location)) == RoutineDraft(
            name="Neck",
            lines=(
                RoutineLine(slug="neck-turns", reps=None if reps_of("neck-turns") == 8 else 8),
                RoutineLine(slug="upper-trap-stretch", hold_s=25, side="left", note="Softly."),
            ),
            flare_from="neck-and-desk",
        )

    def test_the_flare_day_session_is_chosen_by_the_movements(self, therapist: Person) -> None:
        heel = {"name": "Heel", "line": ["aa"], "slug-aa": "plantar-fascia-stretch"}
        answer = therapist.post("/routines/new", data=heel)
        assert stored(therapist.app, id_in(answer.location)).flare_from == "plantar-heel"

    def test_saving_makes_a_version(self, therapist: Person, routine_id: UUID) -> None:
        data = {**TWO, "on_version": "1"}
        answer = therapist.post(f"/routines/{routine_id}", data=data)
        assert answer.location == f"/routines/{routine_id}"
        assert "Saved as version 2." in therapist.get(answer.location).text
        again = therapist.get(f"/routines/{routine_id}").text
        assert 'value="Softly."' in again
        assert 'name="on_version" value="2"' in again

    def test_saving_can_lead_to_the_preview(self, therapist: Person, routine_id: UUID) -> None:
        data = {**TWO, "on_version": "1", "then": "preview"}
        answer = therapist.post(f"/routines/{routine_id}", data=data)
        assert answer.location == f"/routines/{routine_id}/preview"

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"name": " "}, "Give the routine a name."),
            ({"name": "a" * 81}, "at most 80 letters"),
            ({"purpose": "a" * 401}, "at most 400 letters"),
            ({"line": []}, "Add at least one movement."),
            ({"reps-aa": "0"}, "Give a whole number from 1 to 30."),
            ({"reps-aa": "many"}, "Give a whole number from 1 to 30."),
            ({"reps-aa": "9" * 400}, "Give a whole number from 1 to 30."),
            ({"hold_s-bb": "-5"}, "Give a whole number from 5 to 120."),
            ({"rest_s-bb": "٣"}, "Give a whole number from 0 to 120."),
            ({"note-bb": "a" * 201}, "at most 200 letters"),
            ({"slug-aa": "no-such"}, "The library does not have this movement."),
            ({"slug-aa": "<b>"}, "The library does not have this movement."),
            ({"flare_from": "no-such"}, "Choose a programme of the library"),
        ],
    )
    def test_what_cannot_be_used_is_said_and_nothing_is_lost_or_stored(
        self, therapist: Person, routine_id: UUID, wrong: dict[str, object], said: str
    ) -> None:
        before = versions(therapist.app)
        for address in ("/routines/new", f"/routines/{routine_id}"):
            answer = therapist.post(address, data={**TWO, "on_version": "1", **wrong})
            assert answer.status_code == 422
            assert said in answer.text
            assert "Not yet:" in answer.text
            if wrong.get("line") != []:
                assert len(order(answer)) == 2
                for name, value in {**TWO, **wrong}.items():
                    if name == "reps-aa" and "slug-aa" not in wrong:
                        assert f'name="{name}" value="{value}"' in answer.text
        assert versions(therapist.app) == before

    def test_far_too_many_lines_are_refused_in_words(self, therapist: Person) -> None:
        keys = [f"k{number}" for number in range(5000)]
        data = {"name": "Much", "line": keys, **{f"slug-{key}": "neck-turns" for key in keys[:30]}}
        answer = therapist.post("/routines/new", data=data)
        assert answer.status_code == 422
        assert "at most 20 movements" in answer.text

    def test_a_routine_of_another_is_not_found(self, colleague: Person, routine_id: UUID) -> None:
        before = versions(colleague.app)
        assert colleague.get(f"/routines/{routine_id}").status_code == 404
        for what in ("", "/copy", "/draft", "/duplicate", "/archive", "/share", "/leave"):
            answer = colleague.post(f"/routines/{routine_id}{what}", data=TWO)
            assert answer.status_code == 404, what
        assert colleague.get(f"/routines/{uuid4()}").status_code == 404
        assert versions(colleague.app) == before


class TestPlainForm:
    """The buttons without a script: each answers with the page, and stores nothing."""

    def press(self, therapist: Person, press: str, **more: object) -> TestResponse:
        before = all_rows(therapist.app)
        answer = therapist.post("/routines/new/draft", data={**TWO, "press": press, **more})
        assert answer.status_code == 200
        assert all_rows(therapist.app) == before
        assert 'value="Softly."' in answer.text
        return answer

    def test_adding_puts_a_movement_at_the_end_with_the_librarys_dose(self, therapist) -> None:
        page = self.press(therapist, "add:shoulder-rolls")
        assert order(page) == [TURNS, TRAPEZIUS, ROLLS]

    @pytest.mark.parametrize("press", ["up:bb", "down:aa"])
    def test_the_order_can_be_changed(self, therapist: Person, press: str) -> None:
        assert order(self.press(therapist, press)) == [TRAPEZIUS, TURNS]

    @pytest.mark.parametrize("press", ["up:aa", "down:bb", "up:zz", "", "what", "undo"])
    def test_what_does_not_go_changes_nothing(self, therapist: Person, press: str) -> None:
        assert order(self.press(therapist, press)) == [TURNS, TRAPEZIUS]

    def test_what_is_taken_out_can_be_put_back_with_all_that_was_typed(self, therapist) -> None:
        page = self.press(therapist, "remove:bb")
        assert order(page) == [TURNS]
        assert f"{TRAPEZIUS} is taken out." in page.text
        kept = {
            "removed": "bb",
            "removed_at": "0",
            "line": ["aa"],
        }
        back = self.press(therapist, "undo", **kept)
        assert order(back) == [TRAPEZIUS, TURNS]
        assert 'name="hold_s-bb" value="25"' in back.text

    def test_searching_shows_movements_to_add(self, therapist: Person) -> None:
        page = self.press(therapist, "find", q="heel")
        assert 'value="add:plantar-fascia-stretch"' in page.text
        assert order(page) == [TURNS, TRAPEZIUS]

    def test_a_movement_that_is_not_offered_cannot_be_added(self, therapist: Person) -> None:
        answer = therapist.post("/routines/new/draft", data={**TWO, "press": "add:no-such"})
        assert answer.status_code == 422

    def test_the_easier_version_brings_its_numbers_but_not_over_own_ones(self, therapist) -> None:
        with therapist.app.app_context():
            row = library().movements["upper-trap-stretch"]
        usual = row.dose.reps
        data = {**TWO, "reps-bb": str(usual), "easier-bb": "1", "eased-bb": "0"}
        page = therapist.post("/routines/new/draft", data=data)
        eased = min(usual, row.easier.dose.reps)
        assert f'name="reps-bb" value="{eased}"' in page.text
        assert 'name="hold_s-bb" value="25"' in page.text


class TestPieces:
    """What htmx asks for."""

    def test_the_total_is_reckoned_by_the_server_and_stores_nothing(self, therapist) -> None:
        before = all_rows(therapist.app)
        answer = therapist.post("/routines/total", data=TWO, headers=HTMX)
        assert "2 movements · about" in answer.text
        assert "1 hold" in answer.text or "2 holds" in answer.text
        assert all_rows(therapist.app) == before

    def test_the_total_leaves_out_what_cannot_be_used_and_says_so(self, therapist) -> None:
        data = {**TWO, "reps-aa": "99"}
        answer = therapist.post("/routines/total", data=data, headers=HTMX)
        assert answer.status_code == 200
        assert "Without what cannot be used yet." in answer.text
        assert "Give a whole number from 1 to 30." in answer.text

    def test_a_line_has_only_the_numbers_that_the_movement_is_counted_in(self, therapist) -> None:
        fields = {}
        for slug in ("neck-turns", "upper-trap-stretch", "belly-breathing-lying"):
            data = {"press": f"add:{slug}"}
            answer = therapist.post("/routines/line", data=data, headers=HTMX)
            fields[slug] = re.findall(
                r'type="number" inputmode="numeric" name="(\w+)-', answer.text
            )
        assert list(fields.values()) == [
            ["sets", "reps", "rest_s"],
            ["sets", "reps", "hold_s", "rest_s"],
            ["sets", "seconds", "rest_s"],
        ]

    def test_what_is_found_says_for_which_words(self, therapist: Person) -> None:
        data = {"q": " heel ", "region": "foot"}
        answer = therapist.post("/routines/found", data=data, headers=HTMX)
        assert 'data-for="heel|foot"' in answer.text
        assert "plantar-fascia-stretch" in answer.text
        nothing = therapist.post("/routines/found", data={"q": "xyzzy"}, headers=HTMX)
        assert "No movement fits." in nothing.text

    @pytest.mark.parametrize("piece", ["found", "line", "total"])
    def test_without_htmx_the_whole_page_answers(self, therapist: Person, piece: str) -> None:
        data = {**TWO, "press": "add:neck-turns"}
        answer = therapist.post(f"/routines/{piece}", data=data)
        assert answer.status_code == 200
        assert "<h1>A new routine</h1>" in answer.text

    def test_a_line_of_nothing_is_refused(self, therapist: Person) -> None:
        answer = therapist.post("/routines/line", data={"press": "add:no"}, headers=HTMX)
        assert answer.status_code == 422


class TestTwoAtOnce:
    @pytest.fixture
    def theirs(self, therapist: Person, colleague: Person, routine_id: UUID) -> UUID:
        """A colleague saved while the therapist had version 1 open."""
        therapist.post(f"/routines/{routine_id}/share", data={"email": "colleague@example.org"})
        data = {
            "name": "Neck of Bea",
            "flare_from": "neck-and-desk",
            "line": ["cc"],
            "slug-cc": "shoulder-rolls",
            "on_version": "1",
        }
        assert colleague.post(f"/routines/{routine_id}", data=data).status_code == 303
        return routine_id

    def test_the_second_sees_both_and_has_lost_nothing(self, therapist: Person, theirs) -> None:
        answer = therapist.post(f"/routines/{theirs}", data={**TWO, "on_version": "1"})

        assert answer.status_code == 409
        assert "Version 2, saved by Bea on" in answer.text
        assert "Theirs: Neck of Bea" in answer.text
        assert f"Taken out: {ROLLS}." in answer.text
        assert answer.text.count(" autofocus") == 1
        assert order(answer) == [TURNS, TRAPEZIUS]
        assert 'value="Softly."' in answer.text
        assert stored(therapist.app, theirs).name == "Neck of Bea"

        on_top = {**TWO, "on_version": "2"}
        assert 'name="on_version" value="2"' in answer.text
        assert therapist.post(f"/routines/{theirs}", data=on_top).status_code == 303
        assert stored(therapist.app, theirs).name == "Neck"
        assert versions(therapist.app) == 3

    def test_what_is_the_same_in_both_is_not_called_changed(
        self, therapist: Person, theirs: UUID
    ) -> None:
        with therapist.app.app_context():
            reps = library().movements["shoulder-rolls"].dose.reps
        mine = {"name": "Mine", "line": ["aa"], "slug-aa": "shoulder-rolls", "on_version": "1"}
        answer = therapist.post(f"/routines/{theirs}", data={**mine, "reps-aa": str(reps)})
        assert answer.status_code == 409
        assert "Yours beside theirs" not in answer.text

    def test_mine_can_become_a_copy(self, therapist: Person, theirs: UUID) -> None:
        answer = therapist.post(f"/routines/{theirs}/copy", data={**TWO, "on_version": "2"})
        assert id_in(answer.location) != theirs
        assert stored(therapist.app, id_in(answer.location)).name == "Neck"
        assert stored(therapist.app, theirs).name == "Neck of Bea"


class TestPreview:
    def plan(self, page: TestResponse) -> dict[str, object]:
        found = re.search(r'id="session-data"[^>]*>(.*?)</script>', page.text, re.DOTALL)
        return json.loads(found[1])

    def test_it_is_the_player_with_the_newest_version(
        self, therapist: Person, routine_id: UUID
    ) -> None:
        before = all_rows(therapist.app)
        page = therapist.get(f"/routines/{routine_id}/preview")
        plan = self.plan(page)
        assert "This is a preview." in page.text
        assert f'href="/routines/{routine_id}"' in page.text
        assert plan["preview"] is True
        assert [item["slug"] for item in plan["items"]][:2] == ["neck-turns", "upper-trap-stretch"]
        assert {each["name"] for each in plan["variants"]} >= {"usual", "easier"}
        with therapist.app.app_context():
            assert plan["variants"][0]["total_s"] == routines.total_s(DRAFT.lines)
        assert all_rows(therapist.app) == before
        assert looks == []

    def test_it_has_nowhere_to_send_anything(self, therapist: Person, routine_id: UUID) -> None:
        page = therapist.get(f"/routines/{routine_id}/preview")
        assert self.plan(page)["log_url"] == ""
        assert 'method="post"' not in page.text
        assert "data-outbox" not in page.text

    def test_a_session_that_counts_is_no_preview(self, her: Person) -> None:
        her.follows()
        [session, *_] = her.planned()
        page = her.get(f"/sessions/{session.id}")
        assert "preview" not in self.plan(page)
        assert "preview" not in page.text.lower().replace("preview-", "")


def reps_of(slug: str) -> int | None:
    return library().movements[slug].dose.reps
