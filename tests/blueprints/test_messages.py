"""The client's pages of messages: the list, a conversation, asking, reading, and Today's line."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from time_machine import travel
from uuid6 import uuid7

from fstpwa.extensions import db
from fstpwa.models.care import CareMessage, Side
from fstpwa.services import care_links, messages
from tests.caring import link, link_row
from tests.conftest import HTMX, Person
from tests.playing import logs, player_form

NOBODY = UUID(int=0)


def named(person: Person, name: str) -> Person:
    with person.app.app_context():
        person.user().name = name
        db.session.commit()
    return person


@pytest.fixture
def ines(therapist):
    return named(therapist, "Ines")


def form(text="Is it meant to pull?", **changed) -> dict[str, str]:
    return {"operation": str(uuid7()), "text": text, **changed}


def answer(her: Person, link_id, text="Yes, gently", *, ago=timedelta()):
    """What the therapist of a link writes."""
    with her.app.app_context():
        sent = messages.send(
            link_row(her, link_id),
            Side.THERAPIST,
            text,
            message_id=uuid7(),
            now=datetime.now(UTC) - ago,
        )
        own = sent.id
        db.session.commit()
    return own


def rows(her: Person) -> list[CareMessage]:
    with her.app.app_context():
        found = list(db.session.scalars(db.select(CareMessage).order_by(CareMessage.sent_at)))
        db.session.expunge_all()
        return found


def done_session(person: Person):
    person.follows()
    [session, *_] = person.planned()
    person.post(f"/sessions/{session.id}/log", data=player_form())
    return logs(person)[0]


class TestTheList:
    def test_with_nobody_it_says_how_to_begin(self, her):
        page = her.get("/messages").text
        assert "Nobody to write to yet" in page
        assert 'href="/settings/sharing"' in page

    def test_it_shows_who_wrote_what_last_and_when(self, her, ines):
        one = link(her, ines)
        answer(her, one, "How is the knee?")
        page = her.get("/messages").text
        assert f'href="/messages/{one}#newest"' in page
        for words in ("Ines", "1 new", "How is the knee?"):
            assert words in page

    def test_when_it_ends_it_is_kindly_said_and_nothing_of_it_is_found(self, her, ines):
        one = link(her, ines)
        answer(her, one, "How is the knee?")
        with her.app.app_context():
            care_links.end(link_row(her, one), Side.THERAPIST, now=datetime.now(UTC))
            db.session.commit()
        page = her.get("/messages").text
        assert "Ines ended it on" in page
        assert "cannot be opened any more, by either of you" in page
        assert "How is the knee?" not in page
        assert her.get(f"/messages/{one}").status_code == 404
        assert her.post(f"/messages/{one}", data=form()).status_code == 404
        assert her.post(f"/messages/{one}/read", data={"until": str(uuid7())}).status_code == 404
        assert "wrote to you" not in her.get("/today").text


class TestAConversation:
    def test_an_empty_one_says_what_it_is_for(self, her, ines):
        page = her.get(f"/messages/{link(her, ines)}").text
        assert "Nothing written yet. You can ask Ines" in page

    def test_what_she_writes_stands_at_the_bottom_once(self, her, ines):
        one = link(her, ines)
        answer(her, one, "Hello", ago=timedelta(minutes=1))
        sent = form(question="yes")
        for _ in range(2):
            got = her.post(f"/messages/{one}", data=sent)
            assert got.location == f"/messages/{one}#newest"
        page = her.get(f"/messages/{one}").text
        assert page.index("Hello") < page.index("Is it meant to pull?")
        assert page.count("Is it meant to pull?") == 1
        assert "Waits for an answer" in page

    def test_htmx_gets_the_conversation_with_an_empty_form_of_another_id(self, her, ines):
        one = link(her, ines)
        sent = form()
        got = her.post(f"/messages/{one}", data=sent, headers=HTMX)
        assert got.status_code == 200
        assert "<html" not in got.text
        assert "Is it meant to pull?" in got.text
        assert f'name="operation" value="{sent["operation"]}"' not in got.text
        assert re.search(r"<textarea[^>]*>\s*</textarea>", got.text)

    def test_it_goes_by_days_in_words_and_the_times_of_her_own_clock(self, app, ines):
        her = Person(app, time_zone="Pacific/Auckland")
        one = link(her, ines)
        with travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=False):
            answer(her, one, "Long ago", ago=timedelta(days=20))
            answer(her, one, "On Friday", ago=timedelta(days=3))
            # 23:30 in Auckland is still yesterday at 10:30 in London.
            answer(her, one, "Last night", ago=timedelta(hours=22, minutes=30))
            answer(her, one, "Just now")
            page = her.get(f"/messages/{one}").text
        for words in ("Tuesday 3 November", "Friday 20 November", "Yesterday", "Today"):
            assert f'class="thread-day">{words}<' in page
        assert "23:30" in page
        assert "22:00" in page

    def test_older_ones_are_paged_back_to(self, her, ines, monkeypatch):
        monkeypatch.setattr(messages, "PAGE", 2)
        one = link(her, ines)
        for number in range(3):
            answer(her, one, f"Number {number}", ago=timedelta(minutes=9 - number))
        page = her.get(f"/messages/{one}").text
        assert "Number 0" not in page
        [older] = re.findall(rf"/messages/{one}\?before=[0-9a-f-]+", page)
        page = her.get(older).text
        assert "Number 0" in page
        assert "Number 1" not in page
        assert "<textarea" not in page

    def test_the_words_are_shown_as_words(self, her, ines):
        one = link(her, ines)
        her.post(f"/messages/{one}", data=form("<b>bold</b>\nline two"))
        page = her.get(f"/messages/{one}").text
        assert "&lt;b&gt;bold&lt;/b&gt;\nline two" in page


class TestReading:
    def test_opening_it_writes_nothing_and_the_page_marks_it_by_itself(self, her, ines):
        one = link(her, ines)
        newest = answer(her, one)
        page = her.get(f"/messages/{one}").text
        assert rows(her)[0].read_at is None
        assert f'data-hx-post="/messages/{one}/read" data-hx-trigger="load"' in page
        assert f'name="until" value="{newest}"' in page
        got = her.post(f"/messages/{one}/read", data={"until": str(newest)}, headers=HTMX)
        assert got.status_code == 200
        assert "Mark as read" not in got.text
        assert rows(her)[0].read_at is not None
        assert "Mark as read" not in her.get(f"/messages/{one}").text

    def test_writing_reads_what_was_shown_and_not_what_came_meanwhile(self, her, ines):
        one = link(her, ines)
        shown = answer(her, one, "Shown", ago=timedelta(minutes=2))
        answer(her, one, "Came meanwhile", ago=timedelta(minutes=1))
        got = her.post(f"/messages/{one}", data=form(until=str(shown)), headers=HTMX)
        assert "Came meanwhile" in got.text
        assert "1 messages" not in got.text
        assert [each.read_at is None for each in rows(her)] == [False, True, True]

    @pytest.mark.parametrize(("until", "status"), [("", 422), ("x", 404), (str(NOBODY), 404)])
    def test_a_mark_of_what_is_not_there_is_refused(self, her, ines, until, status):
        one = link(her, ines)
        answer(her, one)
        assert her.post(f"/messages/{one}/read", data={"until": until}).status_code == status
        assert rows(her)[0].read_at is None

    def test_her_own_are_marked_as_read_by_the_other(self, her, ines):
        one = link(her, ines)
        her.post(f"/messages/{one}", data=form())
        assert "Read by Ines" not in her.get(f"/messages/{one}").text
        with her.app.app_context():
            messages.mark_read(link_row(her, one), Side.THERAPIST, now=datetime.now(UTC))
            db.session.commit()
        assert "Read by Ines" in her.get(f"/messages/{one}").text


class TestAsking:
    def test_a_movement_offers_it_where_somebody_is_linked(self, her, ines, client):
        for person in (her, client):
            assert "about this" not in person.get("/movements/neck-turns").text
        one = link(her, ines)
        page = her.get("/movements/neck-turns").text
        assert f'href="/messages/{one}?movement=neck-turns#write"' in page
        assert "Ask Ines about this" in page

    def test_of_several_one_is_chosen(self, her, ines, app):
        ben = named(Person(app, "therapist"), "Ben")
        for each in (ines, ben):
            link(her, each)
        page = her.get("/movements/neck-turns").text
        assert "Ask Ines about this" in page
        assert "Ask Ben about this" in page

    def test_about_a_movement(self, her, ines):
        one = link(her, ines)
        page = her.get(f"/messages/{one}?movement=neck-turns").text
        assert "<strong>Active neck turns</strong>" in page
        assert 'name="question" value="yes" checked' in page
        her.post(f"/messages/{one}", data=form(movement="neck-turns", question="yes"))
        page = her.get(f"/messages/{one}").text
        assert '<a href="/movements/neck-turns">Active neck turns</a>' in page
        [row] = rows(her)
        assert (row.slug, row.session_log_id, row.is_question) == ("neck-turns", None, True)

    def test_about_a_session_and_one_movement_of_it(self, her, ines):
        log = done_session(her)
        one = link(her, ines)
        assert (
            f"/messages/{one}?session={log.id}#write"
            in her.get(f"/progress/sessions/{log.id}").text
        )
        page = her.get(f"/messages/{one}?session={log.id}").text
        assert "The whole session" in page
        [slug, *_] = re.findall(r'<option value="([a-z-]+)">', page)
        her.post(f"/messages/{one}", data=form(session=str(log.id), movement=slug))
        page = her.get(f"/messages/{one}").text
        assert f'href="/progress/sessions/{log.id}">today&#39;s session</a>' in page
        assert f'href="/movements/{slug}"' in page

    def test_about_what_is_not_hers_or_not_there_is_not_found(self, her, him, ines):
        his = done_session(him)
        one = link(her, ines)
        for bad in ({"session": str(his.id)}, {"session": "x"}, {"movement": "nope"}):
            assert her.get(f"/messages/{one}", query_string=bad).status_code == 404
            assert her.post(f"/messages/{one}", data=form(**bad)).status_code == 404
        assert her.get(f"/messages/{one}?before=x").status_code == 404
        assert her.get(f"/messages/{one}?before={uuid4()}").status_code == 404
        assert rows(her) == []


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "words"),
        [("  ", "Write something first"), ("x" * 2001, "there is room for 2,000")],
    )
    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
    def test_nothing_and_too_much_keep_what_was_typed(self, her, ines, text, words, headers):
        one = link(her, ines)
        got = her.post(f"/messages/{one}", data=form(text, movement="neck-turns"), headers=headers)
        assert got.status_code == 422
        assert words in got.text
        assert "<strong>Active neck turns</strong>" in got.text
        assert text.strip() in got.text
        assert rows(her) == []

    def test_a_changed_text_under_the_same_id_comes_back_with_another(self, her, ines):
        one = link(her, ines)
        sent = form("First")
        her.post(f"/messages/{one}", data=sent)
        got = her.post(f"/messages/{one}", data={**sent, "text": "First, and more"})
        assert got.status_code == 422
        assert "sent already" in got.text
        assert "First, and more</textarea>" in got.text
        again = re.search(r'name="operation" value="([^"]+)"', got.text)[1]
        assert again != sent["operation"]
        her.post(f"/messages/{one}", data={**sent, "operation": again, "text": "First, and more"})
        assert len(rows(her)) == 2

    def test_nobody_else_opens_or_writes_in_it(self, her, him, ines, client):
        one = link(her, ines)
        answer(her, one, "Only for her")
        other = Person(her.app, "therapist")
        link(her, other)
        for person in (him, other, ines):
            assert person.get(f"/messages/{one}").status_code == 404
            assert person.post(f"/messages/{one}", data=form()).status_code == 404
            assert person.post(f"/messages/{one}/read").status_code == 404
            assert "Only for her" not in person.get("/messages").text
        assert client.get(f"/messages/{one}").status_code == 303
        assert len(rows(her)) == 1


class TestElsewhere:
    def test_today_says_who_wrote_and_how_much_until_it_is_read(self, her, ines):
        one = link(her, ines)
        assert "wrote to you" not in her.get("/today").text
        newest = [answer(her, one), answer(her, one)][1]
        page = her.get("/today").text
        assert f'href="/messages/{one}#newest">Ines wrote to you</a>, 2 messages' in page
        assert "2 new from your therapist" in her.get("/settings/").text
        her.post(f"/messages/{one}/read", data={"until": str(newest)})
        assert "wrote to you" not in her.get("/today").text
        assert "With your therapist" in her.get("/settings/").text
