"""Messages as a therapist writes them, with replies to insert by one tap."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from fstpwa.extensions import db
from fstpwa.models.care import CareMessage, ReplyTemplate, Side
from fstpwa.models.people import Role
from fstpwa.services import messages, reply_templates
from fstpwa.services.care_links import Scopes
from tests.caring import link, link_row
from tests.client_records import records_of
from tests.conftest import Person, looks

REPLY = "Do half of it tomorrow, and tell me how the morning after was."


@pytest.fixture
def link_id(her, therapist) -> UUID:
    return link(her, therapist)


def sent(app) -> list[CareMessage]:
    with app.app_context():
        found = list(db.session.scalars(db.select(CareMessage).order_by(CareMessage.sent_at)))
        db.session.expunge_all()
        return found


def asks(client: Person, link_id: UUID, words: str) -> UUID:
    message_id = uuid4()
    with client.app.app_context():
        messages.send(
            link_row(client, link_id),
            Side.CLIENT,
            words,
            message_id=message_id,
            is_question=True,
            now=datetime.now(UTC),
        )
        db.session.commit()
    return message_id


def keeps(therapist: Person, words: str = REPLY) -> UUID:
    with therapist.app.app_context():
        made = reply_templates.make(therapist.user(), words, now=datetime.now(UTC))
        db.session.commit()
        return made.id


class TestWriting:
    def test_a_message_is_in_the_conversation_of_both(self, app, her, therapist, link_id):
        answer = therapist.post(f"/people/{link_id}/messages", data={"text": "Well done so far."})
        assert answer.status_code == 303
        [message] = sent(app)
        assert (message.author, message.user_id) == (Side.THERAPIST, her.id)
        assert "Well done so far." in therapist.get(f"/people/{link_id}/messages").text
        assert "Well done so far." in her.get(f"/messages/{link_id}").text

    def test_the_same_form_sent_twice_is_one_message(self, app, therapist, link_id):
        data = {"text": "Well done.", "operation": str(uuid4())}
        for _ in range(2):
            assert therapist.post(f"/people/{link_id}/messages", data=data).status_code == 303
        assert len(sent(app)) == 1

    @pytest.mark.parametrize(
        ("words", "message"),
        [("", "Write something first."), ("a" * 2001, "shorten it by 1.")],
    )
    def test_what_cannot_be_sent_comes_back_without_what_the_client_wrote(
        self, app, her, therapist, link_id, words, message
    ):
        asks(her, link_id, "Is it meant to pull?")
        answer = therapist.post(f"/people/{link_id}/messages", data={"text": words})
        assert answer.status_code == 422
        assert message in answer.text
        assert "Is it meant to pull?" not in answer.text
        assert len(sent(app)) == 1

    def test_other_words_with_a_used_id_come_back_with_the_reason(self, app, therapist, link_id):
        data = {"text": "First.", "operation": str(uuid4())}
        therapist.post(f"/people/{link_id}/messages", data=data)
        answer = therapist.post(f"/people/{link_id}/messages", data=data | {"text": "Second."})
        assert answer.status_code == 422
        assert "was sent already" in answer.text
        assert "Second." in answer.text
        assert len(sent(app)) == 1

    def test_answering_reads_what_was_shown_and_closes_the_question(self, her, therapist, link_id):
        asked = asks(her, link_id, "Is it meant to pull?")
        assert "1 new" in therapist.get(f"/people/{link_id}").text
        data = {"text": "A little, yes.", "until": str(asked)}
        therapist.post(f"/people/{link_id}/messages", data=data)
        text = therapist.get(f"/people/{link_id}").text
        assert "1 new" not in text
        assert "Is it meant to pull?" not in text

    def test_it_can_be_marked_as_read_without_an_answer(self, her, therapist, link_id):
        asked = asks(her, link_id, "Is it meant to pull?")
        there = f"/people/{link_id}/messages"
        assert "Mark as read" in therapist.get(there).text
        assert therapist.post(f"{there}/read", data={"until": str(asked)}).status_code == 303
        assert "Mark as read" not in therapist.get(there).text
        assert therapist.post(f"{there}/read", data={}).status_code == 422
        assert therapist.post(f"{there}/read", data={"until": str(uuid4())}).status_code == 404

    def test_opening_the_conversation_is_noted(self, therapist, link_id):
        therapist.get(f"/people/{link_id}/messages")
        assert [each[1] for each in looks] == ["messages"]


class TestBesideASession:
    def test_a_comment_on_a_movement_stands_beside_the_session(self, app, her, therapist, link_id):
        log_id = records_of(her)
        there = f"/people/{link_id}/sessions/{log_id}"
        assert '<option value="wall-slide">Wall slide</option>' in therapist.get(there).text
        answer = therapist.post(
            f"/people/{link_id}/messages",
            data={
                "text": "Keep the elbows low.",
                "session": str(log_id),
                "movement": "wall-slide",
                "beside": "session",
            },
        )
        assert answer.headers["Location"] == f"{there}#about-session"
        [message] = sent(app)
        assert (message.session_log_id, message.slug) == (log_id, "wall-slide")
        assert "Keep the elbows low." in therapist.get(there).text

    def test_what_is_about_another_session_does_not_stand_there(self, app, her, therapist, link_id):
        log_id = records_of(her)
        therapist.post(f"/people/{link_id}/messages", data={"text": "In general: slowly."})
        assert (
            "In general: slowly." not in therapist.get(f"/people/{link_id}/sessions/{log_id}").text
        )

    def test_a_session_that_is_not_shared_cannot_be_what_it_is_about(self, app, her, therapist):
        log_id = records_of(her)
        link_id = link(her, therapist, Scopes(shares_routines=True))
        data = {"text": "About that.", "session": str(log_id)}
        assert therapist.post(f"/people/{link_id}/messages", data=data).status_code == 404
        there = f"/people/{link_id}/messages?session={log_id}"
        assert therapist.get(there).status_code == 404
        assert sent(app) == []

    @pytest.mark.parametrize("field", ["session", "movement"])
    @pytest.mark.parametrize("value", ["nothing-such", "00000000-0000-0000-0000-000000000000"])
    def test_about_what_is_not_there_is_not_found(self, app, therapist, link_id, field, value):
        data = {"text": "About that.", field: value}
        assert therapist.post(f"/people/{link_id}/messages", data=data).status_code == 404
        there = f"/people/{link_id}/messages?{field}={value}"
        assert therapist.get(there).status_code == 404
        assert sent(app) == []


class TestReplies:
    def test_one_tap_puts_a_reply_behind_what_is_typed_and_sends_nothing(
        self, app, therapist, link_id
    ):
        template_id = keeps(therapist)
        there = f"/people/{link_id}/messages"
        assert f'name="insert" value="{template_id}"' in therapist.get(there).text
        data = {"text": "Good morning.", "insert": str(template_id)}
        answer = therapist.post(f"{there}/insert", data=data)
        assert answer.status_code == 200
        assert f"Good morning.\n\n{REPLY}</textarea>" in answer.text.replace("\r\n", "\n")
        assert sent(app) == []

    def test_what_a_message_is_about_stays_when_a_reply_is_inserted(self, her, therapist, link_id):
        log_id = records_of(her)
        data = {
            "text": "",
            "insert": str(keeps(therapist)),
            "session": str(log_id),
            "movement": "wall-slide",
        }
        text = therapist.post(f"/people/{link_id}/messages/insert", data=data).text
        assert f'name="session" value="{log_id}"' in text
        assert '<option selected value="wall-slide">' in text

    @pytest.mark.parametrize("chosen", ["", "first", "00000000-0000-0000-0000-000000000000"])
    def test_a_reply_that_is_not_there_is_not_found(self, therapist, link_id, chosen):
        answer = therapist.post(f"/people/{link_id}/messages/insert", data={"insert": chosen})
        assert answer.status_code == 404

    def test_they_are_kept_sealed_and_shown(self, app, therapist):
        assert therapist.post("/people/replies", data={"reply": REPLY}).status_code == 303
        assert REPLY in therapist.get("/people/replies").text
        with app.app_context():
            row = db.session.scalars(db.select(ReplyTemplate)).one()
            assert (row.user_id, row.text[:3]) == (therapist.id, "v1:")
            db.session.rollback()

    @pytest.mark.parametrize(
        ("words", "message"),
        [("", "Write the reply first."), ("a" * 1001, "shorten it by 1.")],
    )
    def test_what_cannot_be_kept_comes_back_with_the_reason(self, therapist, words, message):
        answer = therapist.post("/people/replies", data={"reply": words})
        assert answer.status_code == 422
        assert message in answer.text

    def test_after_thirty_it_is_full_and_the_thirty_first_is_still_in_the_form(self, therapist):
        for number in range(reply_templates.MOST):
            keeps(therapist, f"Reply {number}")
        answer = therapist.post("/people/replies", data={"reply": "One more."})
        assert answer.status_code == 422
        assert "There is room for 30 replies." in answer.text
        assert "One more." in answer.text

    def test_one_is_deleted_and_the_page_leads_back_to_the_conversation(self, therapist, link_id):
        template_id = keeps(therapist)
        there = f"/people/replies?back={link_id}"
        assert f"/people/{link_id}/messages#write" in therapist.get(there).text
        for _ in range(2):
            answer = therapist.post(f"/people/replies/{template_id}/delete?back={link_id}")
            assert answer.headers["Location"] == there
        assert REPLY not in therapist.get(there).text

    def test_another_therapist_neither_sees_inserts_nor_deletes_it(self, app, her, therapist):
        template_id = keeps(therapist)
        other = Person(app, Role.THERAPIST)
        others = link(her, other)
        assert REPLY not in other.get("/people/replies").text
        data = {"insert": str(template_id)}
        assert other.post(f"/people/{others}/messages/insert", data=data).status_code == 404
        other.post(f"/people/replies/{template_id}/delete")
        assert REPLY in therapist.get("/people/replies").text

    def test_a_client_has_none(self, her):
        assert her.get("/people/replies").status_code == 404
        assert her.post("/people/replies", data={"reply": "Hello."}).status_code == 404

    @pytest.mark.parametrize("back", ["nowhere", "https://example.org", ""])
    def test_a_way_back_that_is_none_is_left_out(self, therapist, back):
        answer = therapist.client.get("/people/replies", query_string={"back": back})
        assert answer.status_code == 200
        assert "example.org" not in answer.text


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Short one.", "Short one."),
        ("a" * 60, "a" * 40 + "…"),
        (
            "Do half of it tomorrow, and tell me how it was.",
            "Do half of it tomorrow, and tell me how…",
        ),
    ],
)
def test_a_reply_is_called_by_its_first_words(words, name):
    assert reply_templates.Template(id=uuid4(), text=words).name == name
