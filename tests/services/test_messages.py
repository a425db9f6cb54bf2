"""Messages: sent once, read by the two of a link and nobody else, sealed, gone when it ends."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from uuid6 import uuid7

from fstpwa.domain.errors import Conflict, InvalidValue, NotFound, TooMany
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, CareMessage, CareNoticeItem, Side
from fstpwa.services import care_links, conversations, messages, vault
from fstpwa.services.care_links import Scopes
from tests.caring import link, link_row
from tests.conftest import Person
from tests.playing import logs, player_form
from tests.services.test_any_order_at_once import at_once

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def ours(her, therapist, context):
    """A standing link of hers, in an app context that stays open."""
    public_id = link(her, therapist)
    with context():
        yield link_row(her, public_id)
        db.session.rollback()


def write(ours: CareLink, author: Side, text: str, minutes: int = 0, **about) -> CareMessage:
    about.setdefault("message_id", uuid7())
    return messages.send(ours, author, text, now=NOW + timedelta(minutes=minutes), **about)


def ask(ours: CareLink, text: str, minutes: int = 0) -> CareMessage:
    return write(ours, Side.CLIENT, text, minutes, is_question=True)


def texts(ours: CareLink, before: UUID | None = None) -> list[str]:
    return [each.text for each in messages.thread(ours, before).messages]


def session_of(person: Person) -> UUID:
    """A session that somebody did."""
    person.follows()
    [session, *_] = person.planned()
    form = player_form()
    assert person.post(f"/sessions/{session.id}/log", data=form).status_code in (200, 303)
    return logs(person)[0].id


class TestSending:
    def test_a_message_is_stored_sealed_with_the_clients_key_whoever_wrote_it(self, ours):
        for author in Side:
            sent = write(ours, author, "The knee is better\r\nthan last week ")
            assert vault.is_sealed(sent.text)
            assert vault.unseal(ours.client, sent.text) == "The knee is better\nthan last week"
            assert sent.user_id == ours.user_id

    def test_the_same_sending_twice_is_one_message_and_one_thing_to_tell(self, ours):
        own = uuid7()
        first = write(ours, Side.CLIENT, "Once", message_id=own)
        assert write(ours, Side.CLIENT, " Once ", 1, message_id=own) is first
        assert texts(ours) == ["Once"]
        assert len(db.session.scalars(select(CareNoticeItem)).all()) == 1

    def test_other_words_with_an_id_that_was_used_are_refused_and_the_first_stay(self, ours):
        own = uuid7()
        write(ours, Side.CLIENT, "First", message_id=own)
        with pytest.raises(Conflict, match="sent already"):
            write(ours, Side.CLIENT, "Second", message_id=own)
        with pytest.raises(Conflict, match="sent already"):
            write(ours, Side.THERAPIST, "First", message_id=own)
        assert texts(ours) == ["First"]

    @pytest.mark.parametrize(
        ("text", "words"),
        [("", "Write something"), (" \n ", "Write something"), ("x" * 2001, "shorten it by 1")],
    )
    def test_an_empty_or_too_long_one_is_refused_and_nothing_is_stored(self, ours, text, words):
        with pytest.raises(InvalidValue, match=words):
            write(ours, Side.CLIENT, text)
        assert texts(ours) == []

    def test_two_thousand_letters_fit(self, ours):
        write(ours, Side.CLIENT, "ä" * 2000)
        assert texts(ours) == ["ä" * 2000]

    def test_only_a_client_asks_and_each_is_told_to_the_other(self, ours):
        ask(ours, "Shall I go on?")
        assert not write(ours, Side.THERAPIST, "Yes", 1, is_question=True).is_question
        told = db.session.scalars(select(CareNoticeItem).order_by(CareNoticeItem.id)).all()
        assert [each.kind for each in told] == ["question", "message"]
        assert len({each.notice_id for each in told}) == 2, "one for each of the two people"

    def test_after_two_hundred_a_day_it_is_enough_and_the_other_one_can_still_write(
        self, ours, monkeypatch
    ):
        monkeypatch.setattr(messages, "MOST_A_DAY", 3)
        for number in range(3):
            write(ours, Side.CLIENT, str(number))
        with pytest.raises(TooMany):
            write(ours, Side.CLIENT, "one more")
        write(ours, Side.THERAPIST, "Please one at a time")
        write(ours, Side.CLIENT, "tomorrow", 25 * 60)
        assert texts(ours)[-1] == "tomorrow"


class TestWhatItIsAbout:
    def test_a_session_and_a_movement_are_named(self, her, therapist, context):
        log_id = session_of(her)
        public_id = link(her, therapist)
        with context():
            ours = link_row(her, public_id)
            write(ours, Side.CLIENT, "Sore", session_log_id=log_id, slug="neck-turns")
            [found] = messages.thread(ours).messages
            assert found.about.movement == "Active neck turns"
            assert found.about.session_log_id == log_id
            assert found.about.session
            assert found.about.day == her.today()

    def test_somebody_elses_session_and_an_unknown_movement_are_not_found(
        self, her, him, therapist, context
    ):
        his = session_of(him)
        public_id = link(her, therapist)
        with context():
            ours = link_row(her, public_id)
            for about in ({"session_log_id": his}, {"session_log_id": uuid4()}, {"slug": "nope"}):
                for author in Side:
                    with pytest.raises(NotFound):
                        write(ours, author, "Hm", **about)
                with pytest.raises(NotFound):
                    messages.about(ours.client, **about)
            assert texts(ours) == []

    def test_a_therapist_names_a_session_only_where_sessions_are_shared(
        self, her, therapist, context
    ):
        log_id = session_of(her)
        public_id = link(her, therapist, Scopes(shares_routines=True))
        with context():
            ours = link_row(her, public_id)
            with pytest.raises(NotFound):
                write(ours, Side.THERAPIST, "How was it?", session_log_id=log_id)
            write(ours, Side.CLIENT, "It was sore", session_log_id=log_id)

    def test_when_the_session_is_deleted_the_message_stays(self, her, therapist, context):
        log_id = session_of(her)
        public_id = link(her, therapist)
        with context():
            write(link_row(her, public_id), Side.CLIENT, "Sore", session_log_id=log_id)
            db.session.commit()
        her.post(f"/progress/sessions/{log_id}/delete")
        with context():
            [found] = messages.thread(link_row(her, public_id)).messages
            assert (found.text, found.about) == ("Sore", None)


class TestReading:
    def test_a_page_holds_the_newest_and_the_rest_is_paged_back_to(self, ours, monkeypatch):
        monkeypatch.setattr(messages, "PAGE", 3)
        # Two of the same moment must neither be lost nor come twice.
        for number in range(8):
            write(ours, Side.CLIENT, str(number), number // 2)
        found: list[str] = []
        before, pages = None, 0
        while pages == 0 or before is not None:
            page = messages.thread(ours, before)
            found = [*(each.text for each in page.messages), *found]
            before, pages = page.older, pages + 1
        assert (found, pages) == ([str(number) for number in range(8)], 3)

    def test_paging_from_another_conversations_message_is_not_found(self, ours, him, therapist):
        his = link_row(him, link(him, therapist))
        other = write(his, Side.CLIENT, "His")
        for wrong in (other.id, uuid7()):
            with pytest.raises(NotFound):
                messages.thread(ours, wrong)
            with pytest.raises(NotFound):
                messages.mark_read(ours, Side.CLIENT, until=wrong, now=NOW)

    def test_reading_marks_what_the_other_one_wrote_and_was_shown(self, ours):
        write(ours, Side.CLIENT, "Mine")
        shown = write(ours, Side.THERAPIST, "First", 1)
        write(ours, Side.THERAPIST, "Came while reading", 2)
        [unread] = messages.unread_of(ours.client)
        assert (unread.link_id, unread.count) == (ours.public_id, 2)
        messages.mark_read(ours, Side.CLIENT, until=shown.id, now=NOW)
        marks = {each.text: each.read_at for each in messages.thread(ours).messages}
        assert marks == {"Mine": None, "First": NOW, "Came while reading": None}
        messages.mark_read(ours, Side.CLIENT, until=shown.id, now=NOW + timedelta(hours=1))
        assert messages.thread(ours).messages[1].read_at == NOW, "read once"
        messages.mark_read(ours, Side.CLIENT, now=NOW)
        assert messages.unread_of(ours.client) == ()
        assert messages.unread_count(ours, Side.THERAPIST) == 1
        messages.mark_read(ours, Side.THERAPIST, now=NOW)
        assert messages.unread_count(ours, Side.THERAPIST) == 0

    def test_questions_are_open_until_the_therapist_writes(self, ours):
        assert messages.open_questions(ours) == []
        ask(ours, "One?")
        write(ours, Side.CLIENT, "By the way", 1)
        asked = ask(ours, "Two?", 2)
        assert [each.sent_at for each in messages.open_questions(ours)] == [NOW, asked.sent_at]
        write(ours, Side.THERAPIST, "Yes, and yes", 3)
        assert messages.open_questions(ours) == []
        again = ask(ours, "Three?", 4)
        assert messages.open_questions(ours) == [again]
        shown = messages.thread(ours).messages
        assert [each.text for each in shown if each.is_open] == ["Three?"]
        assert [each.text for each in shown if each.is_question] == ["One?", "Two?", "Three?"]


class TestTheListOfConversations:
    def test_unread_ones_come_first_then_the_latest(self, her, app, context):
        names = ["Ines", "Ben", "Cara"]
        links = {}
        for name in names:
            other = Person(app, "therapist")
            with context():
                other.user().name = name
                db.session.commit()
            links[name] = link(her, other)
        with context():
            rows = {name: link_row(her, public_id) for name, public_id in links.items()}
            write(rows["Ines"], Side.THERAPIST, "Unread", 1)
            write(rows["Ben"], Side.CLIENT, "Later", 5)
            found = conversations.conversations_of(her.user())
            assert [(c.therapist, c.unread) for c in found] == [
                ("Ines", 1),
                ("Ben", 0),
                ("Cara", 0),
            ]
            assert [c.last.text if c.last else None for c in found] == ["Unread", "Later", None]
            assert [(u.therapist, u.count) for u in messages.unread_of(her.user())] == [("Ines", 1)]

    def test_an_ended_one_is_only_said_to_have_ended(self, ours):
        write(ours, Side.THERAPIST, "Bye")
        client = ours.client
        care_links.end(ours, Side.THERAPIST, now=NOW)
        assert conversations.conversations_of(client) == ()
        assert messages.unread_of(client) == ()
        [ended] = conversations.ended_of(client)
        assert (ended.ended_at, ended.ended_by) == (NOW, Side.THERAPIST)

    def test_nothing_of_hers_is_in_his(self, ours, him):
        write(ours, Side.THERAPIST, "Hers")
        link_row(him, link(him, Person(him.app, "therapist")))
        [his] = conversations.conversations_of(him.user())
        assert his.last is None
        assert messages.unread_of(him.user()) == ()
        care_links.end(ours, Side.CLIENT, now=NOW)
        assert conversations.ended_of(him.user()) == ()

    def test_as_many_queries_for_many_as_for_one(self, her, app, context, queries):
        def counted() -> int:
            with context(), queries() as found:
                conversations.conversations_of(her.user())
            return len(found)

        link(her, Person(app, "therapist"))
        one = counted()
        for _ in range(4):
            link(her, Person(app, "therapist"))
        assert counted() == one


def test_two_therapists_of_one_client_see_nothing_of_each_other(her, app, context):
    first, second = Person(app, "therapist"), Person(app, "therapist")
    one, two = link(her, first), link(her, second)
    with context():
        secret = write(link_row(her, one), Side.CLIENT, "Only for the first")
        other = link_row(her, two)
        assert texts(other) == []
        assert messages.unread_count(other, Side.THERAPIST) == 0
        with pytest.raises(NotFound):
            messages.thread(other, secret.id)


def test_one_sending_twice_at_the_same_moment_is_one_message(kept_rows, her, therapist):
    public_id = link(her, therapist)
    for number in range(4):
        own, now = uuid7(), NOW + timedelta(minutes=number)

        def act(person: Person, own=own, now=now) -> None:
            ours = link_row(person, public_id)
            messages.send(ours, Side.CLIENT, "Once", message_id=own, now=now)

        def answer(person: Person, now=now) -> None:
            ours = link_row(person, public_id)
            messages.send(ours, Side.THERAPIST, "Yes", message_id=uuid7(), now=now)

        at_once(her, act, act, answer)
    with her.app.app_context():
        assert sorted(texts(link_row(her, public_id))) == ["Once"] * 4 + ["Yes"] * 4
