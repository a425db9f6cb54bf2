"""What a therapist sees, shown to the client: the same parts, nothing more, what is left out said."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from fstpwa.extensions import db
from fstpwa.models.care import AccessEntry, CareLink, PrivateNote
from fstpwa.services import care_links, private_notes
from fstpwa.services.care_links import Scopes
from tests import conftest
from tests.caring import link, link_row
from tests.conftest import Person
from tests.playing import player_form

OWN_WORDS = "The left knee clicked twice"


@pytest.fixture
def maya(her) -> Person:
    """A client with a plan, a session with something that hurt, and a day in her own words."""
    with her.app.app_context():
        her.user().name = "Maya"
        db.session.commit()
    her.follows()
    [session, *_] = her.planned()
    her.post(f"/sessions/{session.id}/log", data=player_form())
    her.post(f"/check-in/{her.today()}", data={"which": "day", "stiffness": "4", "note": OWN_WORDS})
    return her


def seen(person: Person, link_id) -> str:
    answer = person.get(f"/settings/sharing/{link_id}/as-seen")
    assert answer.status_code == 200
    return answer.text


def share(maya: Person, link_id, scopes: Scopes) -> None:
    with maya.app.app_context():
        care_links.change(link_row(maya, link_id), scopes, now=datetime.now(UTC))
        db.session.commit()


def parts(page: str) -> list[str]:
    """The headings of the parts that both pages are made of."""
    body = page[page.index('class="client-columns"') :]
    return re.findall(r'<h2 id="([a-z-]+)">', body)


def test_she_sees_the_therapists_page_part_for_part(maya, therapist):
    one = link(maya, therapist)
    hers, theirs = seen(maya, one), therapist.get(f"/people/{one}").text
    assert parts(hers)
    assert set(parts(hers)) <= set(parts(theirs))
    for words in (OWN_WORDS, "Stiffness"):
        assert words.lower() in hers.lower()
        assert words.lower() in theirs.lower()


def test_the_therapists_private_notes_are_not_on_it(maya, therapist):
    one = link(maya, therapist)
    with maya.app.app_context():
        row = link_row(maya, one)
        private_notes.write(row, "Suspects she overdoes it", now=datetime.now(UTC))
        db.session.commit()
        assert db.session.scalars(select(PrivateNote)).all()
    assert "overdoes" in therapist.get(f"/people/{one}").text
    assert "overdoes" not in seen(maya, one)
    assert "can keep private notes about you" in seen(maya, one)


@pytest.mark.parametrize(
    ("scopes", "withheld", "absent"),
    [
        (Scopes(), ["My plan", "My sessions and check-ins", "My own words"], "Too much"),
        (Scopes(shares_routines=True), ["My sessions and check-ins", "My own words"], "Too much"),
        (Scopes(shares_routines=True, shares_records=True), ["My own words"], OWN_WORDS),
        (Scopes(shares_records=True, shares_notes=True), ["My plan"], "Neck and desk"),
    ],
)
def test_what_is_not_shared_is_said_and_not_shown(maya, therapist, scopes, withheld, absent):
    one = link(maya, therapist, scopes)
    page = seen(maya, one)
    assert re.findall(r"<strong>(My [^<]+)</strong>: you do not share it", page) == withheld
    record = page[page.index('class="client-columns"') :]
    assert absent not in record
    assert "You do not share" in record
    if not scopes.shares_notes:
        assert OWN_WORDS not in page


def test_a_change_of_what_is_shared_is_there_at_once(maya, therapist):
    one = link(maya, therapist)
    assert OWN_WORDS in seen(maya, one)
    share(maya, one, Scopes(shares_records=True))
    assert OWN_WORDS not in seen(maya, one)


def test_looking_at_oneself_is_nobodys_look(maya, therapist):
    one = link(maya, therapist)
    conftest.looks.clear()
    seen(maya, one)
    assert conftest.looks == []
    with maya.app.app_context():
        assert db.session.scalars(select(AccessEntry)).all() == []


def test_nobody_else_and_no_ended_or_unknown_link(maya, him, therapist, client):
    one = link(maya, therapist)
    address = f"/settings/sharing/{one}/as-seen"
    for person in (him, therapist):
        assert person.get(address).status_code == 404
    assert client.get(address).status_code == 303
    assert maya.get(f"/settings/sharing/{uuid4()}/as-seen").status_code == 404
    with maya.app.app_context():
        [row] = db.session.scalars(select(CareLink)).all()
        care_links.end(row, "client", now=datetime.now(UTC))
        db.session.commit()
    assert maya.get(address).status_code == 404


def test_an_address_for_another_stretch_of_time_is_taken_and_nonsense_is_not(maya, therapist):
    one = link(maya, therapist)
    for weeks in ("12", "0", "x", "-1"):
        assert maya.get(f"/settings/sharing/{one}/as-seen?weeks={weeks}").status_code == 200


def test_a_link_leads_there_from_what_the_therapist_sees(maya, therapist):
    one = link(maya, therapist)
    assert f"/settings/sharing/{one}/as-seen" in maya.get(f"/settings/sharing/{one}").text
