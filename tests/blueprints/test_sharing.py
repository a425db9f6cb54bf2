"""A client opens an invitation, says yes or no, changes what is seen, ends it, and reads who looked."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import select
from time_machine import travel

from fstpwa.extensions import db
from fstpwa.models.accounts import Attempt
from fstpwa.models.care import CareLink, Invitation
from fstpwa.models.people import Role, User
from fstpwa.services import access_log, care_links, invitations
from fstpwa.services.care_links import Scopes
from tests.accounts import PASSWORD, ask
from tests.caring import EVERYTHING, link, link_row
from tests.conftest import Person
from tests.factors import change, confirm
from tests.inviting import ALL, code_of, invitation_of, links_between, named, open_link

ROUTINES = Scopes(shares_routines=True)
LATER = timedelta(minutes=11)


@pytest.fixture
def ines(therapist: Person) -> Person:
    return named(therapist, "Ines")


@pytest.fixture
def anna(her: Person) -> Person:
    return named(her, "Anna")


def shared(client: Person, therapist: Person) -> Scopes | None:
    """What is shared just now, None if no link stands."""
    standing = [each for each in links_between(client, therapist) if each.ended_at is None]
    return care_links.scopes_of(standing[0]) if standing else None


def test_opening_a_link_asks_who_may_see_what_with_nothing_ticked(ines, anna):
    assert open_link(anna, invitation_of(ines)).headers["Location"] == "/i/consent"
    page = anna.get("/i/consent").text
    assert "Share with Ines?" in page
    for scope in ALL:
        assert f'name="{scope}"' in page
    assert " checked" not in page
    assert 'name="name"' not in page
    assert shared(anna, ines) is None


def test_yes_shares_what_was_ticked_and_nothing_else(ines, anna):
    open_link(anna, invitation_of(ines))
    answer = anna.post("/i/consent", data={"shares_records": "y", "shares_everything": "y"})
    assert shared(anna, ines) == Scopes(shares_records=True)
    page = anna.get(urlsplit(answer.headers["Location"]).path).text
    assert "Ines now sees what you ticked." in page
    assert page.count(" checked") == 1
    assert anna.get("/i/consent").headers["Location"] == "/i"


def test_yes_with_nothing_ticked_says_what_to_do_and_uses_nothing_up(ines, anna):
    open_link(anna, invitation_of(ines))
    answer = anna.post("/i/consent", data={})
    assert answer.status_code == 422
    assert "Nothing is ticked." in answer.text
    assert shared(anna, ines) is None
    assert anna.post("/i/consent", data=ALL).status_code == 303


def test_no_shares_nothing_and_needs_no_more(ines, anna):
    opening = invitation_of(ines)
    open_link(anna, opening)
    answer = anna.post("/i/no")
    assert answer.headers["Location"] == "/"
    assert shared(anna, ines) is None
    assert anna.post("/i/consent", data=ALL).headers["Location"] == "/i"
    assert shared(anna, ines) is None
    assert open_link(anna, opening).status_code == 303  # they may think again


def test_who_has_no_name_says_one_and_keeps_the_ticks_until_then(ines, her):
    open_link(her, invitation_of(ines))
    answer = her.post("/i/consent", data={"shares_notes": "y", "name": " \u202e "})
    assert answer.status_code == 422
    assert "what you are called" in answer.text
    assert answer.text.count(" checked") == 1
    too_long = her.post("/i/consent", data={"shares_notes": "y", "name": "x" * 81})
    assert too_long.status_code == 422
    assert shared(her, ines) is None
    assert her.post("/i/consent", data={"shares_notes": "y", "name": "Anna"}).status_code == 303
    with her.app.app_context():
        assert her.user().name == "Anna"


def test_a_visitor_who_tries_it_comes_back_to_the_invitation_and_then_begins(app, ines, phone):
    assert open_link(phone, invitation_of(ines)).headers["Location"] == "/i/begin"
    page = phone.get("/i/begin").text
    assert "Ines invites you" in page
    assert "Try it now" in page
    assert phone.post("/try", data={"time_zone": "UTC"}).headers["Location"] == "/i/consent"
    assert "Share with Ines?" in phone.get("/i/consent").text
    answer = phone.post("/i/consent", data={**ALL, "name": "Anna"})
    assert answer.headers["Location"] == "/welcome"
    with app.app_context():
        assert db.session.scalar(select(CareLink.shares_notes)) is True
        assert db.session.scalar(select(User.name).order_by(User.id.desc())) == "Anna"


def test_a_visitor_who_signs_in_comes_back_to_the_invitation(ines, ana, phone):
    open_link(phone, invitation_of(ines))
    assert phone.get("/i/consent").headers["Location"] == "/"
    answer = ask(phone, password=PASSWORD)
    assert answer.headers["Location"] == "/i/consent"
    assert "Share with Ines?" in phone.get("/i/consent").text


def test_a_visitor_who_makes_an_account_comes_back_to_the_invitation(ines, phone, letters):
    open_link(phone, invitation_of(ines))
    ask(phone, "/sign-up", "new@example.org", role="client")
    answer = phone.post("/sign-in/code", data={"code": letters.code(), "role": "client"})
    assert answer.headers["Location"] == "/i/consent"


def test_a_visitor_says_no_without_any_account(ines, phone):
    opening = invitation_of(ines)
    open_link(phone, opening)
    assert phone.post("/i/no").headers["Location"] == "/"
    assert phone.get("/i/begin").headers["Location"] == "/i"
    assert phone.post("/try").headers["Location"] == "/welcome"


def test_whoever_signs_out_leaves_no_invitation_to_the_next(ines, ana, him):
    open_link(ana, invitation_of(ines))
    ana.post("/sign-out")
    assert ana.client.post("/try").headers["Location"] == "/welcome"
    assert ana.get("/i/consent").headers["Location"] == "/i"


REFUSALS = ["guessed", "expired", "used", "cancelled", "a client's", "not a token"]


@pytest.mark.parametrize("how", REFUSALS)
@pytest.mark.parametrize("by", ["token", "code"])
def test_whatever_does_not_work_is_told_in_the_same_words(ines, anna, him, app, how, by):
    now = datetime.now(UTC)
    opening = invitation_of(ines, now=now - timedelta(days=8) if how == "expired" else now)
    sent = {"token": opening.token if by == "token" else "", "code": opening.code}
    if how == "guessed":
        sent = {"token": "A" * 22 if by == "token" else "", "code": "ABCDE-12345"}
    if how == "not a token":
        sent = {"token": "<script>" if by == "token" else "", "code": "é" * 64}
    if how == "a client's":
        sent = {"token": "", "code": code_of(him, EVERYTHING)}
    with app.app_context():
        row = db.session.scalars(select(Invitation)).first()
        if how == "used":
            invitations.accept(him.user(), row.public_id, EVERYTHING, now=now)
        if how == "cancelled":
            invitations.cancel(ines.user(), row.public_id, now=now)
        db.session.commit()
    answer = anna.post("/i", data=sent)
    assert answer.status_code == 422
    assert invitations.REFUSED in answer.text
    assert opening.token not in answer.text
    assert anna.get("/i/consent").headers["Location"] == "/i"


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_code_is_asked_for_and_not_counted(app, anna, typed):
    answer = anna.post("/i", data={"code": typed})
    assert answer.status_code == 422
    assert "Please type the code." in answer.text
    with app.app_context():
        assert db.session.scalars(select(Attempt)).all() == []


def test_forms_with_nothing_or_too_much_in_them_are_answered(anna):
    assert anna.post("/i").status_code == 422
    assert anna.post("/i", data={"token": ["a", "b"], "code": ["c", "d"]}).status_code == 422
    assert anna.post("/i", data={"code": "x" * 100_000}).status_code in (413, 422)
    assert anna.post("/i", json={"token": "x"}).status_code == 415
    assert anna.post("/i", data={"token": "x\x00"}).status_code == 400


def test_a_therapist_does_not_open_their_own(ines):
    answer = open_link(ines, invitation_of(ines))
    assert answer.status_code == 422
    assert "your own invitation" in answer.text


def test_guessing_is_limited_for_a_block_and_for_an_account(app, ines, anna):
    opening = invitation_of(ines)

    def guess(browser, typed: str = "ABCDE-12345") -> int:
        environ = {"REMOTE_ADDR": "2001:db8::1"}
        return browser.post("/i", data={"code": typed}, environ_overrides=environ).status_code

    with travel(datetime.now(UTC), tick=False):
        assert [guess(app.test_client()) for _ in range(21)] == [422] * 20 + [429]
        assert guess(anna, opening.code) == 429
        # From this machine itself no block is counted, but who is signed in is.
        answers = [anna.post("/i", data={"code": "ABCDE-12345"}).status_code for _ in range(21)]
        assert answers == [422] * 20 + [429]
    assert open_link(anna, opening).status_code == 303  # a link cannot be guessed


def test_the_token_is_in_no_address_no_log_no_cookie_and_no_page(ines, phone, caplog):
    caplog.set_level("DEBUG")
    opening = invitation_of(ines)
    answers = [open_link(phone, opening), phone.get("/i/begin"), phone.post("/try")]
    answers += [phone.get("/i/consent"), phone.post("/i/consent", data={**ALL, "name": "Anna"})]
    answers += [open_link(phone, opening), phone.post("/i", data={"code": opening.code})]
    assert [each.status_code for each in answers] == [303, 200, 303, 200, 303, 303, 303]
    for secret in (opening.token, opening.code, opening.code.replace("-", "")):
        assert secret not in caplog.text
        for answer in answers:
            assert secret not in str(answer.headers)
            assert secret not in answer.text
            assert secret not in answer.request.url
    assert all(each.headers["Referrer-Policy"] == "same-origin" for each in answers)
    assert all(each.headers["Cache-Control"] == "no-store" for each in answers)
    assert "invitation_accepted" in caplog.text


def test_one_that_is_over_between_reading_and_yes_shares_nothing(app, ines, anna):
    open_link(anna, invitation_of(ines))
    with app.app_context():
        public_id = db.session.scalar(select(Invitation.public_id))
        invitations.cancel(ines.user(), public_id, now=datetime.now(UTC))
        db.session.commit()
    for answer in (anna.post("/i/consent", data=ALL), anna.get("/i/consent")):
        assert answer.status_code in (303, 410)
    assert shared(anna, ines) is None


def test_two_who_opened_the_same_link_cannot_both_say_yes(ines, anna, him):
    opening = invitation_of(ines)
    open_link(anna, opening)
    open_link(him, opening)
    assert anna.post("/i/consent", data=ALL).status_code == 303
    answer = him.post("/i/consent", data={**ALL, "name": "Tom"})
    assert answer.status_code == 410
    assert invitations.REFUSED in answer.text
    assert shared(him, ines) is None


def test_who_shares_already_is_led_to_what_they_share(ines, anna):
    public_id = link(anna, ines, ROUTINES)
    opening = invitation_of(ines)
    open_link(anna, opening)
    assert anna.get("/i/consent").headers["Location"] == f"/settings/sharing/{public_id}"
    open_link(anna, opening)
    answer = anna.post("/i/consent", data=ALL)
    assert answer.headers["Location"] == f"/settings/sharing/{public_id}"
    assert shared(anna, ines) == ROUTINES


def test_saying_yes_to_an_account_needs_proof_but_trying_it_does_not(ines, ana, him):
    for who in (ana, him):
        named(who, "Anna")
        open_link(who, invitation_of(ines))
    assert ana.get("/i/consent").headers["Location"] == "/confirm?then=sharing.consent"
    assert ana.post("/i/consent", data=ALL).headers["Location"] == "/confirm?then=sharing.consent"
    assert shared(ana, ines) is None
    assert "a therapist can see what you record" in ana.get("/confirm?then=sharing.consent").text
    answer = ana.post("/confirm", data={"password": PASSWORD, "then": "sharing.consent"})
    assert answer.headers["Location"] == "/i/consent"
    assert ana.post("/i/consent", data=ALL).status_code == 303
    assert him.post("/i/consent", data=ALL).status_code == 303


def test_somebody_alone_reads_that_nobody_sees_anything(her):
    page = her.get("/settings/sharing").text
    assert "Nobody but you." in page
    assert 'href="/settings/sharing"' in her.get("/settings/").text


def test_what_is_shared_with_each_therapist_is_shown(app, ines, anna):
    ben = named(Person(app, Role.THERAPIST), "Ben")
    link(anna, ines, EVERYTHING)
    link(anna, ben, ROUTINES)
    page = anna.get("/settings/sharing").text
    assert page.index("Ines") < page.index("Ben")
    assert page.count("(not shared)") == 2


def test_scopes_change_at_once(ines, anna):
    public_id = link(anna, ines, EVERYTHING)
    anna.post(f"/settings/sharing/{public_id}", data={"shares_routines": "y"})
    assert shared(anna, ines) == ROUTINES
    anna.post(f"/settings/sharing/{public_id}", data={})
    assert shared(anna, ines) == Scopes()
    page = anna.get(f"/settings/sharing/{public_id}").text
    assert " checked" not in page
    assert "nothing but your name" in page
    anna.post(f"/settings/sharing/{public_id}", data=ALL)
    assert shared(anna, ines) == EVERYTHING


def test_showing_less_and_ending_need_no_proof_but_showing_more_does(ines, ana):
    public_id = link(ana, ines, ROUTINES)
    where = f"/settings/sharing/{public_id}"
    answer = ana.post(where, data=ALL)
    assert answer.headers["Location"] == "/confirm?then=sharing.go_on"
    assert shared(ana, ines) == ROUTINES
    answer = ana.post("/confirm", data={"password": PASSWORD, "then": "sharing.go_on"})
    assert ana.get(answer.headers["Location"]).headers["Location"] == where
    page = ana.get(where).text
    assert "It is not saved yet" in page
    assert page.count(" checked") == 3
    assert shared(ana, ines) == ROUTINES
    assert ana.get(where).text.count(" checked") == 1  # looked at once more, it is as it is
    ana.post(where, data=ALL)
    assert shared(ana, ines) == EVERYTHING
    with travel(datetime.now(UTC) + LATER, tick=False):
        assert ana.post(where, data={"shares_notes": "y"}).headers["Location"] == where
        assert shared(ana, ines) == Scopes(shares_notes=True)
        assert ana.post(f"{where}/end").headers["Location"] == "/settings/sharing"
    assert shared(ana, ines) is None


def test_without_a_wish_the_way_back_from_proving_leads_to_the_list(ana):
    confirm(ana)
    assert ana.get("/settings/sharing/go-on").headers["Location"] == "/settings/sharing"


def test_ending_asks_once_and_acts_on_the_next_request_of_the_therapist(ines, anna):
    public_id = link(anna, ines)
    assert ines.get(f"/people/{public_id}/end").status_code == 200
    page = anna.get(f"/settings/sharing/{public_id}/end").text
    assert "End sharing with Ines?" in page
    assert shared(anna, ines) == EVERYTHING
    anna.post(f"/settings/sharing/{public_id}/end")
    assert ines.get(f"/people/{public_id}/end").status_code == 404
    page = anna.get("/settings/sharing").text
    assert "ended by you" in page
    assert anna.get(f"/settings/sharing/{public_id}").status_code == 404
    assert anna.post(f"/settings/sharing/{public_id}/end").status_code == 404


def test_nobody_touches_what_others_share(app, ines, anna, him):
    public_id = link(anna, ines, ROUTINES)
    where = f"/settings/sharing/{public_id}"
    for who in (him, ines):
        assert who.get(where).status_code == 404
        assert who.get(f"{where}/end").status_code == 404
        assert who.post(where, data=ALL).status_code == 404
        assert who.post(f"{where}/end").status_code == 404
    assert him.get(f"/settings/sharing/{uuid4()}").status_code == 404
    assert shared(anna, ines) == ROUTINES


def test_what_somebody_ticked_for_one_link_is_never_shown_at_another(app, ines, ana):
    ben = named(Person(app, Role.THERAPIST), "Ben")
    first, second = link(ana, ines, ROUTINES), link(ana, ben, Scopes())
    ana.post(f"/settings/sharing/{first}", data=ALL)
    assert " checked" not in ana.get(f"/settings/sharing/{second}").text
    assert ana.get(f"/settings/sharing/{first}").text.count(" checked") == 1


def test_who_looked_when_is_told_in_their_own_time(app, ines, anna):
    change(anna, time_zone="Asia/Tokyo")
    public_id = link(anna, ines, now=datetime(2026, 3, 1, tzinfo=UTC))
    with app.app_context():
        number = link_row(anna, public_id).id
        for minute in (0, 5):
            at = datetime(2026, 3, 4, 20, minute, tzinfo=UTC)
            access_log.note([number], "session", now=at)
        db.session.commit()
    for address in ("/settings/sharing", f"/settings/sharing/{public_id}"):
        page = anna.get(address).text
        assert "Thursday 5 March" in page
        assert "looked at a session of yours" in page
        assert "05:05" in page
        assert "2 times" in page


def test_who_looked_at_one_therapists_page_is_only_them(app, ines, anna):
    ben = named(Person(app, Role.THERAPIST), "Ben")
    first, second = link(anna, ines), link(anna, ben)
    with app.app_context():
        number = link_row(anna, second).id
        access_log.note([number], "overview", now=datetime.now(UTC))
        db.session.commit()
    assert "Nobody has looked so far." in anna.get(f"/settings/sharing/{first}").text
    assert "opened your page" in anna.get(f"/settings/sharing/{second}").text


def test_a_code_is_shown_with_what_was_ticked_before_and_can_be_made_useless(ines, anna):
    page = anna.get("/settings/sharing/code").text
    assert " checked" not in page
    assert anna.post("/settings/sharing/code", data={}).status_code == 422
    shown = anna.post("/settings/sharing/code", data={"shares_records": "y"}).text
    assert "My sessions and check-ins" in shown
    code = shown.split('class="carry-code number"')[1].split(">")[1].split("<")[0]
    assert "A code you showed still works" in anna.get("/settings/sharing").text
    anna.post("/settings/sharing/code/cancel")
    assert "A code you showed" not in anna.get("/settings/sharing").text
    assert ines.post("/people/invite/code", data={"code": code}).status_code == 422
    assert shared(anna, ines) is None


def test_showing_a_code_needs_proof_and_a_name(ana):
    address = "/settings/sharing/code"
    assert ana.get(address).headers["Location"] == "/confirm?then=sharing.code"
    assert ana.post(address, data=ALL).headers["Location"] == "/confirm?then=sharing.code"
    confirm(ana)
    answer = ana.post(address, data=ALL)
    assert answer.status_code == 422
    assert "what you are called" in answer.text
    assert ana.post(address, data={**ALL, "name": "Anna"}).status_code == 200


def test_demo_people_change_and_end_nothing(ines, anna):
    public_id = link(anna, ines, ROUTINES)
    change(anna, is_demo=True)
    for address in ("", "/end"):
        answer = anna.post(f"/settings/sharing/{public_id}{address}", data=ALL)
        assert answer.status_code == 409
        assert "Demo people stay as they are" in answer.text
    assert anna.post("/settings/sharing/code", data=ALL).status_code == 409
    assert shared(anna, ines) == ROUTINES


def test_visitors_are_led_to_the_start(client):
    for address in ("/settings/sharing", "/settings/sharing/code", "/i/consent"):
        assert client.get(address).headers["Location"] == "/"
    assert client.post("/i/consent", data=ALL).status_code == 401
    assert client.get("/i").status_code == 200


def test_the_privacy_page_says_what_a_therapist_sees(client):
    page = client.get("/settings/privacy").text
    assert "A therapist sees nothing before you say yes" in page
    assert "unless you let a therapist" in page
