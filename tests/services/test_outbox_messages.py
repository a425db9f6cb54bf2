"""Messages that were written with no network: sent when they arrive, once, or told why not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from uuid6 import uuid7

from fstpwa.extensions import db
from fstpwa.models.care import Side
from fstpwa.services import care_links, messages
from tests.caring import link, link_row
from tests.conftest import Person
from tests.phone_outbox import entry, results, sent


def written(link_id: UUID, text: str = "Is it meant to pull?", **changed: object) -> dict:
    """An entry as the form makes it: its operation is the message's id."""
    data = {"link": str(link_id), "text": text, "question": True, **changed}
    own = uuid7()
    long_ago = datetime.now(UTC) - timedelta(days=2)
    return {**entry("message", own, data, at=long_ago), "op": str(own)}


def thread(her: Person, link_id: UUID) -> tuple[messages.Shown, ...]:
    with her.app.app_context():
        return messages.thread(link_row(her, link_id)).messages


@pytest.fixture
def ours(her, therapist) -> UUID:
    return link(her, therapist)


def test_it_is_sent_as_of_its_arrival_with_what_it_is_about(her, ours):
    one = written(ours, movement="neck-turns", session=None)
    assert results(her, one) == ["applied"]
    [found] = thread(her, ours)
    assert (found.text, found.is_question) == ("Is it meant to pull?", True)
    assert str(found.id) == one["entity"]
    assert found.about is not None
    assert found.about.slug == "neck-turns"
    assert datetime.now(UTC) - found.sent_at < timedelta(minutes=1)


def test_one_whose_answer_got_lost_is_sent_once_by_whichever_way_it_comes_again(her, ours):
    one = written(ours)
    by_form = {"operation": one["op"], "text": one["data"]["text"]}
    her.post(f"/messages/{ours}", data=by_form)
    assert results(her, one) == ["applied"]
    assert results(her, one) == ["duplicate applied"]
    her.post(f"/messages/{ours}", data=by_form)
    assert len(thread(her, ours)) == 1


def test_where_sharing_has_ended_meanwhile_it_stays_on_the_phone_with_the_reason(her, ours):
    with her.app.app_context():
        care_links.end(link_row(her, ours), Side.CLIENT, now=datetime.now(UTC))
        db.session.commit()
    [answer] = sent(her, written(ours))
    assert (answer.result, answer.code) == ("rejected", "conflict")
    assert "no longer share" in str(answer.words)
    assert thread(her, ours) == ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": " "}, "Write something first"),
        ({"text": "x" * 2001}, "there is room for 2,000"),
        ({"session": str(uuid4())}, "not there any more"),
        ({"movement": "nope"}, "not there any more"),
        ({"question": "yes"}, ""),
        ({"link": "x"}, ""),
        ({"extra": 1}, ""),
    ],
)
def test_what_cannot_be_sent_is_refused_and_holds_up_no_other(her, ours, changed, words):
    answers = sent(her, written(ours, **changed), written(ours, "The next one"))
    assert [each.result for each in answers] == ["rejected", "applied"]
    assert words in str(answers[0].words)
    assert [each.text for each in thread(her, ours)] == ["The next one"]


def test_nobody_sends_by_somebody_elses_link(her, him, ours):
    [answer] = sent(him, written(ours))
    assert answer.result == "rejected"
    assert thread(her, ours) == ()


def test_too_many_wait_for_the_person_and_the_rest_goes_on(her, ours, monkeypatch):
    monkeypatch.setattr(messages, "MOST_A_DAY", 1)
    check_in = entry("check_in", her.today(), {"answers": {"stiffness": 4}})
    assert results(her, written(ours), written(ours, "Two"), check_in) == [
        "applied",
        "rejected conflict",
        "applied",
    ]
