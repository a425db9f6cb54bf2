"""A therapist invites: shown once, listed, taken back; and types the code that a client shows."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from time_machine import travel

from fstpwa.blueprints.people import invite_views
from fstpwa.domain.errors import NotSent
from fstpwa.domain.mail import Letter
from fstpwa.extensions import db
from fstpwa.models.care import Invitation
from fstpwa.models.people import Role
from fstpwa.services.care_links import Scopes
from tests.caring import link
from tests.conftest import Person, looks
from tests.factors import change, weaken
from tests.inviting import code_of, invitation_of, links_between, named, open_link, shown_opening

SOME = Scopes(shares_routines=True)


@pytest.fixture
def ines(therapist: Person) -> Person:
    return named(therapist, "Ines")


def count(person: Person) -> int:
    with person.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Invitation)) or 0


def test_an_invitation_is_shown_once_as_link_picture_and_code(ines, client):
    page = ines.post("/people/invite", data={"label": "Anna"}).text
    opening = shown_opening(page)
    assert "Your invitation for Anna" in page
    assert '<svg viewBox="0 0' in page or "<svg" in page
    assert open_link(client, opening).headers["Location"] == "/i/begin"
    listed = ines.get("/people/invite").text
    assert "Anna" in listed
    assert opening.token not in listed
    assert opening.code not in listed


def test_one_that_is_taken_back_works_no_more(ines, client):
    opening = shown_opening(ines.post("/people/invite", data={"label": "Anna"}).text)
    address = ines.get("/people/invite").text.split('action="/people/invite/')[2].split('"')[0]
    answer = ines.post(f"/people/invite/{address}")
    assert answer.headers["Location"] == "/people/invite"
    assert "Anna" not in ines.get("/people/invite").text
    assert open_link(client, opening).status_code == 422
    assert ines.post(f"/people/invite/{address}").status_code == 303  # a second press


def test_only_therapists_invite_and_only_whoever_made_one_takes_it_back(app, ines, her):
    invitation_of(ines)
    with app.app_context():
        public_id = db.session.scalar(select(Invitation.public_id))
    other = named(Person(app, Role.THERAPIST), "Ben")
    for who in (her, other):
        assert who.post(f"/people/invite/{public_id}/cancel").status_code == 404
    assert ines.post(f"/people/invite/{uuid4()}/cancel").status_code == 404
    for address in ("/people/invite", "/people/invite/code"):
        assert her.post(address, data={"label": "x", "code": "x"}).status_code == 404
    assert her.get("/people/invite").status_code == 404
    assert count(ines) == 1


def test_a_therapist_before_the_second_factor_invites_nobody(ines):
    weaken(ines)
    for answer in (ines.get("/people/invite"), ines.post("/people/invite", data={})):
        assert answer.headers["Location"] == "/settings/security"
    assert count(ines) == 0


def test_who_has_no_name_says_it_first(therapist):
    answer = therapist.post("/people/invite", data={"label": "Anna", "name": "  "})
    assert answer.status_code == 422
    assert "Please say your name" in answer.text
    assert 'value="Anna"' in answer.text
    assert therapist.post("/people/invite", data={"name": "Ines"}).status_code == 200
    assert 'name="name"' not in therapist.get("/people/invite").text


@pytest.mark.parametrize(
    "label", ["x" * 81, "<script>alert(1)</script>", "\u202egnp.exe", "", "\U0001f600" * 40]
)
def test_odd_labels_are_kept_as_text_or_refused_beside_the_field(ines, label):
    answer = ines.post("/people/invite", data={"label": label})
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text
    assert answer.status_code == (422 if len(label) == 81 else 200)
    assert count(ines) == (0 if len(label) == 81 else 1)


def test_the_demo_therapist_is_told_why_she_cannot_invite(ines, her):
    code = code_of(her, SOME)
    change(ines, is_demo=True)
    assert "cannot invite" in ines.get("/people/invite").text
    for address, form in (("/people/invite", {}), ("/people/invite/code", {"code": code})):
        answer = ines.post(address, data=form)
        assert answer.status_code == 409
        assert "Demo people stay as they are" in answer.text
    assert links_between(her, ines) == []


class Postbox:
    """Takes letters, until it is away."""

    letters: list[Letter]
    is_away = False

    def __init__(self) -> None:
        self.letters = []

    def send(self, letter: Letter) -> None:
        if self.is_away:
            raise NotSent("The letter could not be sent just now.")
        self.letters.append(letter)


@pytest.fixture
def postbox(app, monkeypatch) -> Postbox:
    """A mail server is set up, and these are the letters it took."""
    taken = Postbox()
    configured = app.config["GOOD_DAYS"].model_copy(
        update={"mail_host": "mail.example", "mail_from": "days@example.org"}
    )
    monkeypatch.setitem(app.config, "GOOD_DAYS", configured)
    monkeypatch.setattr(invite_views, "mailer_of", lambda _settings: taken)
    return taken


def test_without_a_mail_server_no_address_is_asked_for_or_written_to(ines, letters):
    assert 'name="email"' not in ines.get("/people/invite").text
    assert ines.post("/people/invite", data={"email": "anna@example.org"}).status_code == 200
    assert letters.all() == []


def test_where_a_mail_server_is_set_up_the_invitation_goes_by_letter_too(ines, postbox, client):
    page = ines.post("/people/invite", data={"email": " Anna@Example.org ", "label": "Anna"}).text
    [letter] = postbox.letters
    assert letter.to == "Anna@example.org".lower() or letter.to == "Anna@example.org"
    assert shown_opening(page).token in letter.text
    assert "We sent it to" in page
    assert open_link(client, shown_opening(page)).status_code == 303


@pytest.mark.parametrize("email", ["anna", "anna@", "a@b.org\nBcc: c@d.org", "x" * 300 + "@b.org"])
def test_what_is_no_address_gets_no_letter_and_no_invitation(ines, postbox, email):
    answer = ines.post("/people/invite", data={"email": email, "label": "Anna"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'value="Anna"' in answer.text
    assert postbox.letters == []
    assert count(ines) == 0


def test_a_letter_that_cannot_be_sent_leaves_no_invitation_and_what_was_typed(ines, postbox):
    postbox.is_away = True
    answer = ines.post("/people/invite", data={"email": "anna@example.org", "label": "Anna"})
    assert answer.status_code == 503
    assert "could not be sent" in answer.text
    assert 'value="Anna"' in answer.text
    assert count(ines) == 0


def test_many_letters_are_held_up_in_words(ines, postbox):
    form = {"email": "anna@example.org"}
    assert [ines.post("/people/invite", data=form).status_code for _ in range(3)] == [200, 200, 429]
    assert len(postbox.letters) == 2
    assert ines.post("/people/invite", data={"label": "Anna"}).status_code == 200


def test_a_clients_code_leads_to_their_page(ines, her):
    code = code_of(her, SOME)
    answer = ines.post("/people/invite/code", data={"code": f" {code.lower()} "})
    [made] = links_between(her, ines)
    assert answer.headers["Location"] == f"/people/{made.public_id}"
    assert (made.shares_routines, made.shares_records, made.shares_notes) == (True, False, False)
    again = ines.post("/people/invite/code", data={"code": code})
    assert again.status_code == 422
    assert "works once, for 15 minutes" in again.text


@pytest.mark.parametrize(
    "typed", ["", "   ", "ABCDE-12345", "x" * 5000, "' OR 1=1", "\U0001f600", "12345"]
)
def test_what_is_no_code_is_told_beside_the_field(ines, her, typed):
    code_of(her, SOME)
    answer = ines.post("/people/invite/code", data={"code": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert links_between(her, ines) == []


def test_guessing_clients_codes_is_limited_for_an_account(ines, her):
    code = code_of(her, SOME, now=datetime.now(UTC))

    def guess(typed: str) -> int:
        return ines.post("/people/invite/code", data={"code": typed}).status_code

    with travel(datetime.now(UTC), tick=False):
        assert [guess("ABCDE-12345") for _ in range(21)] == [422] * 20 + [429]
        assert guess(code) == 429
    assert links_between(her, ines) == []


def test_a_therapist_without_a_name_is_told_so_before_a_code_is_used_up(therapist, her):
    code = code_of(her, SOME)
    answer = therapist.post("/people/invite/code", data={"code": code})
    assert answer.status_code == 422
    assert "your name" in answer.text
    named(therapist, "Ines")
    assert therapist.post("/people/invite/code", data={"code": code}).status_code == 303


def test_a_therapist_ends_a_link_and_sees_nothing_from_the_next_request_on(ines, her):
    named(her, "Anna")
    public_id = link(her, ines)
    page = ines.get(f"/people/{public_id}/end").text
    assert "Stop seeing Anna?" in page
    assert [what for _, what, _ in looks] == ["overview"]
    answer = ines.post(f"/people/{public_id}/end")
    assert answer.headers["Location"] == "/people"
    for read in (ines.get, ines.post):
        assert read(f"/people/{public_id}/end").status_code == 404
    [ended] = links_between(her, ines)
    assert ended.ended_by == "therapist"
    assert "ended by them" in her.get("/settings/sharing").text


def test_others_cannot_end_a_link_and_do_not_learn_that_it_is_there(app, ines, her, him):
    public_id = link(her, ines)
    other = named(Person(app, Role.THERAPIST), "Ben")
    for who in (her, him, other):
        for address in (f"/people/{public_id}/end", f"/people/{uuid4()}/end"):
            assert who.get(address).status_code == 404
            assert who.post(address).status_code == 404
    assert links_between(her, ines)[0].ended_at is None


def test_an_invitation_is_over_after_seven_days(ines, client):
    opening = invitation_of(ines, now=datetime.now(UTC) - timedelta(days=7, minutes=1))
    assert open_link(client, opening).status_code == 422
    assert "None. An invitation" in ines.get("/people/invite").text
