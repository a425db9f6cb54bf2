"""Invitations: one use, hashed, soon over; the same words for whatever does not work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import select, text

from fstpwa.domain.errors import Conflict, InvalidValue, NotFound, NotSent, TooMany
from fstpwa.domain.mail import Letter
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Invitation
from fstpwa.models.people import Role, User
from fstpwa.services import care_links, erasure, invitation_rows, invitations, shown_codes, vault
from fstpwa.services.care_links import Scopes
from tests.caring import EVERYTHING
from tests.conftest import Person
from tests.factors import change
from tests.inviting import code_of, invitation_of, links_between, named

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
SOME = Scopes(shares_routines=True, shares_records=True)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def ines(therapist: Person) -> Person:
    return named(therapist, "Ines")


class Postbox:
    """Takes letters and keeps them; or refuses them."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.letters: list[Letter] = []
        self.is_away = is_away

    def send(self, letter: Letter) -> None:
        if self.is_away:
            raise NotSent("away")
        self.letters.append(letter)


def opened(token: str, reader: User | None = None, *, now: datetime = NOW) -> Invitation:
    return invitations.opened_by_token(token, reader, now=now)


def accept(client: Person, row: Invitation | UUID, scopes: Scopes = SOME) -> CareLink:
    public_id = row if isinstance(row, UUID) else row.public_id
    return invitations.accept(client.user(), public_id, scopes, now=NOW)


def test_link_and_code_open_the_same_invitation_and_nothing_is_shared_by_that(ines, her, context):
    opening = invitation_of(ines, now=NOW, label="Anna")
    with context():
        row = opened(opening.token, her.user())
        assert invitations.opened_by_code(opening.code, her.user(), now=NOW) is row
        assert vault.readable(ines.user(), row.label) == "Anna"
        assert row.used_at is None
        assert care_links.links_of(her.user()) == []


@pytest.mark.parametrize("change_it", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c} "])
def test_a_code_is_taken_as_people_type_it(ines, context, change_it):
    opening = invitation_of(ines, now=NOW)
    with context():
        assert invitations.opened_by_code(change_it(opening.code), None, now=NOW)


def test_letters_that_look_like_numbers_are_taken_for_them(ines, context, monkeypatch):
    monkeypatch.setattr(invitation_rows.secrets, "choice", lambda _letters: "1")
    invitation_of(ines, now=NOW)
    with context():
        assert invitations.opened_by_code("IlIlI-lIlIl", None, now=NOW)


def test_the_database_holds_nothing_that_opens_an_invitation_nor_whom_it_is_for(ines, context):
    opening = invitation_of(ines, now=NOW, label="Anna from the Tuesday group")
    with context():
        stored = repr(db.session.execute(text("SELECT * FROM invitation")).mappings().all())
        assert stored.count("public_id") == 1
        for secret in (opening.token, opening.code, opening.code.replace("-", ""), "Anna"):
            assert secret not in stored
            assert secret.encode().hex() not in stored


def over(ines: Person, how: str) -> str:
    """Return a token of an invitation that does not work any more, or never did."""
    app = ines.app
    if how == "guessed":
        return "A" * 22
    if how == "no token at all":
        return "x' OR 1=1 --"
    if how == "very long":
        return "A" * 100_000
    if how == "a lone surrogate":
        return "\ud800" * 22
    if how == "a client's":
        client = Person(app)
        with app.app_context():
            opening = shown_codes.show_code(client.user(), EVERYTHING, now=NOW)
            db.session.commit()
        return opening.token
    opening = invitation_of(ines, now=NOW - 8 * DAY if how == "expired" else NOW)
    with app.app_context():
        row = db.session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
        if how == "used":
            accept(Person(app), row)
        if how == "cancelled":
            invitations.cancel(ines.user(), row.public_id, now=NOW)
        if how == "not a therapist any more":
            ines.user().role = Role.CLIENT
        if how == "gone":
            erasure.erase(ines.user(), today=NOW.date())
        db.session.commit()
    return opening.token


@pytest.mark.parametrize(
    "how",
    [
        "guessed",
        "no token at all",
        "very long",
        "a lone surrogate",
        "a client's",
        "expired",
        "used",
        "cancelled",
        "not a therapist any more",
        "gone",
    ],
)
def test_whatever_does_not_work_is_told_in_the_same_words(ines, her, context, how):
    token = over(ines, how)
    with context():
        with pytest.raises(InvalidValue, match=r"no invitation that still works") as refused:
            opened(token, her.user())
        assert str(refused.value) == invitations.REFUSED
        with pytest.raises(InvalidValue, match=r"no invitation that still works"):
            invitations.opened_by_code(token, her.user(), now=NOW)


def test_it_works_until_the_last_minute_of_seven_days(ines, context):
    opening = invitation_of(ines, now=NOW)
    with context():
        assert opened(opening.token, now=NOW + 7 * DAY - MINUTE)
        with pytest.raises(InvalidValue):
            opened(opening.token, now=NOW + 7 * DAY)


def test_nobody_opens_their_own(ines, context):
    opening = invitation_of(ines, now=NOW)
    with context(), pytest.raises(InvalidValue, match="your own"):
        opened(opening.token, ines.user())


def test_yes_shares_what_was_ticked_and_uses_the_invitation_up(ines, her, him, context):
    opening = invitation_of(ines, now=NOW)
    with context():
        row = opened(opening.token)
        link = accept(her, row)
        assert care_links.scopes_of(link) == SOME
        assert (link.user_id, link.therapist_id) == (her.id, ines.id)
        with pytest.raises(InvalidValue, match="works once"):
            accept(him, row)
        assert care_links.links_of(him.user()) == []


def test_yes_with_nothing_ticked_is_no_yes(ines, her, context):
    opening = invitation_of(ines, now=NOW)
    with context():
        row = opened(opening.token)
        with pytest.raises(InvalidValue, match="Nothing is ticked"):
            accept(her, row, Scopes())
        assert opened(opening.token) is row


def test_a_second_press_finds_the_first_and_changes_nothing(ines, her, context):
    opening = invitation_of(ines, now=NOW)
    with context():
        row = opened(opening.token)
        assert accept(her, row, EVERYTHING) is accept(her, row)
        assert care_links.scopes_of(care_links.links_of(her.user())[0]) == EVERYTHING


def test_taken_back_between_reading_and_yes_it_shares_nothing(ines, her, context):
    opening = invitation_of(ines, now=NOW)
    with context():
        row = opened(opening.token, her.user())
        invitations.cancel(ines.user(), row.public_id, now=NOW)
        with pytest.raises(InvalidValue, match="no invitation"):
            accept(her, row)
        assert care_links.links_of(her.user()) == []


def test_nobody_takes_back_what_others_made(ines, her, context):
    opening = invitation_of(ines, now=NOW)
    other = Person(ines.app, Role.THERAPIST)
    code_of(her, EVERYTHING, now=NOW)
    with context():
        public_id = opened(opening.token).public_id
        hers = shown_codes.code_shown_by(her.user(), now=NOW).public_id
        for who, what in ((other, public_id), (ines, hers), (ines, UUID(int=7))):
            with pytest.raises(NotFound):
                invitations.cancel(who.user(), what, now=NOW)
        assert opened(opening.token)


def test_the_list_has_what_is_open_and_ones_own(ines, context):
    for now in (NOW - 8 * DAY, NOW - DAY, NOW):
        invitation_of(ines, now=now)
    invitation_of(named(Person(ines.app, Role.THERAPIST), "Ben"), now=NOW)
    with context():
        there = invitations.open_ones(ines.user(), now=NOW)
        assert [each.created_at for each in there] == [NOW, NOW - DAY]


def test_who_has_no_name_or_is_of_the_demo_invites_nobody(therapist, context):
    with context(), pytest.raises(Conflict, match="your name"):
        invitations.invite(therapist.user(), "", now=NOW)
    change(therapist, name="Ines", is_demo=True)
    with context(), pytest.raises(Conflict, match="Demo people"):
        invitations.invite(therapist.user(), "", now=NOW)


def test_a_demo_client_neither_accepts_nor_shows_a_code(ines, her, context):
    opening = invitation_of(ines, now=NOW)
    change(her, is_demo=True)
    with context():
        row = opened(opening.token)
        with pytest.raises(Conflict, match="Demo people"):
            accept(her, row)
        with pytest.raises(Conflict, match="Demo people"):
            shown_codes.show_code(her.user(), EVERYTHING, now=NOW)


def test_there_are_limits_to_labels_and_open_invitations(ines, context, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_OPEN", 2)
    with context():
        with pytest.raises(InvalidValue, match="80 letters"):
            invitations.invite(ines.user(), "x" * 81, now=NOW)
        for _ in range(2):
            invitations.invite(ines.user(), "x" * 80, now=NOW)
        with pytest.raises(Conflict, match="Cancel some"):
            invitations.invite(ines.user(), "", now=NOW)
        invitations.invite(ines.user(), "", now=NOW + 8 * DAY)


def letter(ines: Person, postbox: Postbox, email: str = "anna@example.org", now: datetime = NOW):
    return invitations.invite_by_letter(
        ines.user(), "Anna", email, origin="https://days.example", mailer=postbox, now=now
    )


def test_a_letter_says_who_invites_and_holds_link_and_code(ines, context):
    postbox = Postbox()
    with context():
        opening = letter(ines, postbox)
        [sent] = postbox.letters
        assert sent.to == "anna@example.org"
        assert "Ines invites you" in sent.text
        assert f"https://days.example/i#{opening.token}\n" in sent.text
        assert opening.code in sent.text
        assert opened(opening.token)
        stored = repr(db.session.execute(text("SELECT * FROM invitation")).mappings().all())
        assert "anna" not in stored


def test_what_no_letter_took_is_no_invitation(ines, context):
    with context():
        with pytest.raises(NotSent):
            letter(ines, Postbox(is_away=True))
        assert invitations.open_ones(ines.user(), now=NOW) == []


def test_nobodys_mailbox_is_filled_with_invitations(ines, context):
    postbox = Postbox()
    with context():
        for _ in range(2):
            letter(ines, postbox)
        with pytest.raises(TooMany):
            letter(ines, postbox)
        for number in range(38):
            letter(ines, postbox, f"{number}@example.org")
        with pytest.raises(TooMany):
            letter(ines, postbox, "one.more@example.org")
        assert len(postbox.letters) == 40
        letter(ines, postbox, now=NOW + DAY + MINUTE)


def test_a_clients_code_lets_who_types_it_see_what_was_ticked(ines, her, context):
    code = code_of(her, SOME, now=NOW)
    with context():
        link = shown_codes.take_code(ines.user(), code.lower(), now=NOW + 14 * MINUTE)
        assert (link.user_id, link.therapist_id) == (her.id, ines.id)
        assert care_links.scopes_of(link) == SOME
        with pytest.raises(InvalidValue, match="works once, for 15 minutes"):
            shown_codes.take_code(ines.user(), code, now=NOW + 14 * MINUTE)


@pytest.mark.parametrize("how", ["late", "cancelled", "replaced", "therapist's", "guessed", "own"])
def test_a_clients_code_that_does_not_work_is_told_in_the_same_words(ines, her, context, how):
    code = code_of(her, EVERYTHING, now=NOW)
    late = 15 * MINUTE if how == "late" else timedelta()
    with context():
        if how == "cancelled":
            shown_codes.cancel_codes(her.user(), now=NOW)
        if how == "replaced":
            shown_codes.show_code(her.user(), SOME, now=NOW)
        if how == "therapist's":
            code = invitations.invite(ines.user(), "", now=NOW).code
        if how == "guessed":
            code = "00000-00000"
        if how == "own":
            code = shown_codes.show_code(ines.user(), EVERYTHING, now=NOW).code
        with pytest.raises(InvalidValue) as refused:
            shown_codes.take_code(ines.user(), code, now=NOW + late)
        assert str(refused.value) == shown_codes.REFUSED
        assert care_links.links_of(her.user()) == []


def test_a_code_with_nothing_ticked_is_not_shown(her, context):
    with context(), pytest.raises(InvalidValue, match="Nothing is ticked"):
        shown_codes.show_code(her.user(), Scopes(), now=NOW)


def test_what_is_over_goes_after_a_month(ines, her, context):
    used, cancelled, kept = (invitation_of(ines, now=NOW) for _ in range(3))
    code_of(her, EVERYTHING, now=NOW)
    with context():
        accept(her, opened(used.token))
        invitations.cancel(ines.user(), opened(cancelled.token).public_id, now=NOW)
        assert opened(kept.token)
        assert invitation_rows.sweep(now=NOW + 30 * DAY) == 0
        assert invitation_rows.sweep(now=NOW + 31 * DAY) == 3
        assert invitation_rows.sweep(now=NOW + 38 * DAY) == 1


def at_once(people: list[Person], act: Callable[[Person], object]) -> list[object]:
    """Let each do the same in a request of their own at the same moment. Returns what came."""
    begin, came = Barrier(len(people)), []

    def run(person: Person) -> None:
        with person.app.app_context():
            begin.wait()
            try:
                act(person)
                db.session.commit()
                came.append("yes")
            except InvalidValue:
                db.session.rollback()
                came.append("refused")
            except Exception as error:  # told below, in the thread of the test
                came.append(error)

    threads = [Thread(target=run, args=(person,)) for person in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return came


def test_of_two_who_accept_at_once_one_does(app, kept_rows):
    ines = named(Person(app, Role.THERAPIST), "Ines")
    for _ in range(4):
        clients = [Person(app), Person(app), Person(app)]
        opening = invitation_of(ines, now=NOW)
        with app.app_context():
            public_id = opened(opening.token).public_id
            db.session.rollback()
        came = at_once(clients, lambda person, it=public_id: accept(person, it))
        assert sorted(came) == ["refused", "refused", "yes"]
        assert sum(len(links_between(each, ines)) for each in clients) == 1


def test_who_presses_yes_twice_at_once_has_one_link(app, kept_rows):
    ines = named(Person(app, Role.THERAPIST), "Ines")
    for _ in range(4):
        client = Person(app)
        opening = invitation_of(ines, now=NOW)
        with app.app_context():
            public_id = opened(opening.token).public_id
            db.session.rollback()
        came = at_once([client, client], lambda person, it=public_id: accept(person, it))
        assert came == ["yes", "yes"]
        assert len(links_between(client, ines)) == 1


def test_of_two_therapists_who_type_a_code_at_once_one_sees_the_client(app, kept_rows):
    both = [named(Person(app, Role.THERAPIST), name) for name in ("Ines", "Ben")]
    for _ in range(4):
        client = Person(app)
        code = code_of(client, EVERYTHING, now=NOW)
        came = at_once(
            both, lambda person, it=code: shown_codes.take_code(person.user(), it, now=NOW)
        )
        assert sorted(came) == ["refused", "yes"]
        assert sum(len(links_between(client, each)) for each in both) == 1
