"""POST /api/outbox as a phone meets it: JSON whatever comes, never a page, never a 500."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO, RawIOBase
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from werkzeug.test import TestResponse

from fstpwa.domain.outbox import MOST_OPERATIONS, SCHEMA
from fstpwa.domain.outbox_kinds import READERS
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, Role
from fstpwa.models.practice import CheckIn
from fstpwa.services import check_ins
from tests.conftest import HTMX, Person
from tests.phone_outbox import OUTBOX, Told, batch, check_in, entry, results, send, session
from tests.test_bad_input import BAD_BODIES, BAD_TEXTS, SIGNS_OF_A_TRACE
from tests.whole_app import all_rows

CODES = {
    401: "signed_out",
    403: "foreign",
    404: "not_found",
    405: "wrong_method",
    409: "other_user",
    413: "too_large",
    415: "wrong_type",
    422: "malformed",
}
LIMIT = 256 * 1024


def is_refused(answer: TestResponse, status: int) -> bool:
    """Whether it is an error of the address as phones know it, in words that can be read."""
    assert answer.status_code == status, answer.text[:200]
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json.keys() == {"error", "words"} and (
        answer.json["error"] == CODES[status] and answer.json["words"].endswith(".")
    )


def of_size(person: Person, size: int) -> bytes:
    """A body of just so many bytes, whose only entry says too much."""
    empty = json.dumps(batch(person, check_in(person, note="")))
    return empty.replace('"note": ""', f'"note": "{"a" * (size - len(empty))}"').encode()


@pytest.fixture
def unchanged(app: Flask, her: Person) -> Iterator[None]:
    """See that nothing at all was stored."""
    her.get("/today")  # it was seen today before
    before = all_rows(app)
    yield
    assert all_rows(app) == before


def test_what_is_answered_is_stored(her: Person) -> None:
    """The client of tests fails on what is not committed: another connection sees it."""
    answer = send(her, check_in(her, stiffness=4), check_in(her, stiffness=11))

    assert answer.status_code == 200
    assert answer.json["user"] == str(her.public_id)
    applied, rejected = answer.json["answers"]
    assert applied.keys() == {"op", "result"}
    assert rejected.keys() == {"op", "result", "code", "words"}
    assert rejected["words"] == "Choose a whole number from 0 to 10."
    assert "Felt stiffness" in her.get(f"/check-in/{her.today()}").text


def test_an_empty_batch_is_answered(her: Person, unchanged: None) -> None:
    assert results(her) == []


def test_whoever_is_not_signed_in_keeps_what_they_have(app: Flask, her: Person) -> None:
    body = batch(her, check_in(her, stiffness=4))
    for headers in ({}, HTMX, {"Sec-Fetch-Dest": "empty"}):
        answer = app.test_client().post(OUTBOX, json=body, headers=headers)
        assert is_refused(answer, 401)
        assert "HX-Redirect" not in answer.headers


def test_a_device_that_was_ended_keeps_what_it_has(app: Flask, her: Person) -> None:
    with app.app_context():
        db.session.execute(
            update(DeviceSession)
            .where(DeviceSession.user_id == her.id)
            .values(expires_at=DeviceSession.created_at)
        )
        db.session.commit()

    assert is_refused(send(her, check_in(her, stiffness=4)), 401)


def test_a_therapist_without_a_second_factor_is_not_led_anywhere(app: Flask) -> None:
    weak = Person(app, Role.THERAPIST)
    with app.app_context():
        db.session.execute(
            update(DeviceSession).where(DeviceSession.user_id == weak.id).values(is_strong=False)
        )
        db.session.commit()

    assert is_refused(send(weak, check_in(weak, stiffness=4)), 401)


def test_what_somebody_else_wrote_on_this_phone_is_not_hers(
    her: Person, him: Person, unchanged: None
) -> None:
    his = batch(him, check_in(her, stiffness=4))

    answer = her.post(OUTBOX, json=his)

    assert is_refused(answer, 409)
    assert str(her.public_id) not in answer.text


def test_other_sites_can_send_nothing(her: Person, unchanged: None) -> None:
    body = batch(her, check_in(her, stiffness=4))
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
    ):
        sent = {"Sec-Fetch-Site": "cross-site", **headers}
        assert is_refused(her.post(OUTBOX, json=body, headers=sent), 403)


@pytest.mark.parametrize("name", BAD_BODIES)
def test_only_json_is_taken(her: Person, unchanged: None, name: str) -> None:
    content_type, body = BAD_BODIES[name]
    answer = her.post(OUTBOX, data=body, content_type=content_type)
    assert is_refused(answer, 422 if content_type == "application/json" else 415)


def test_a_batch_in_the_clothes_of_a_form_is_not_taken(her: Person, unchanged: None) -> None:
    body = json.dumps(batch(her, check_in(her, stiffness=4)))
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "text/json"):
        assert is_refused(her.post(OUTBOX, data=body, content_type=content_type), 415)
    assert is_refused(her.post(OUTBOX), 422)


def test_other_methods_and_other_addresses_are_answered_in_json(
    her: Person, unchanged: None
) -> None:
    assert is_refused(her.get(OUTBOX), 405)
    assert is_refused(her.client.put(OUTBOX, json={}), 405)
    assert is_refused(her.post("/api/nothing", json={}), 404)
    assert is_refused(her.get("/api/"), 404)


def test_a_batch_of_256_kib_is_read_and_one_byte_more_is_not(her: Person) -> None:
    just = her.post(OUTBOX, data=of_size(her, LIMIT), content_type="application/json")
    assert just.status_code == 200
    assert just.json["answers"][0]["code"] == "invalid"

    over = her.post(OUTBOX, data=of_size(her, LIMIT + 1), content_type="application/json")
    assert is_refused(over, 413)


def test_a_body_that_does_not_say_its_length_is_not_read_beyond_the_limit(her: Person) -> None:
    class Endless:
        """A phone that never stops; counts what is read."""

        def __init__(self) -> None:
            self.given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0, "everything at once"
            self.given += size
            return b" " * size

        def readline(self, size: int = -1) -> bytes:
            return self.read(size)

    endless = Endless()
    answer = her.client.open(
        OUTBOX,
        method="POST",
        environ_overrides={
            "wsgi.input": endless,
            "wsgi.input_terminated": True,
            "CONTENT_TYPE": "application/json",
            "HTTP_TRANSFER_ENCODING": "chunked",
        },
    )
    assert is_refused(answer, 413)
    assert endless.given <= LIMIT + 128 * 1024


@pytest.mark.sqlite_suffices
def test_a_phone_that_sends_slowly_holds_up_nobody(
    kept_rows: None, app: Flask, her: Person
) -> None:
    body = BytesIO(json.dumps(batch(her, check_in(her, stiffness=4))).encode())
    with app.app_context():
        pool = db.engine.pool
    held = []

    class Slow(RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            held.append(pool.checkedout())  # type: ignore[attr-defined]  # a QueuePool
            return body.readinto(buffer)

    answer = her.client.open(
        OUTBOX,
        method="POST",
        environ_overrides={
            "wsgi.input": Slow(),
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body.getvalue())),
        },
    )

    assert answer.status_code == 200
    assert held
    assert set(held) == {0}


def test_the_same_batch_from_two_places_at_one_moment_counts_once(
    kept_rows: None, app: Flask, her: Person
) -> None:
    her.follows()
    entries = [check_in(her, days_ago=each, stiffness=4) for each in range(5)]
    entries.append(session(her.planned()[0].id))
    both = Barrier(2)

    def post(some: list[Any]) -> list[str]:
        browser = app.test_client()
        browser.set_cookie("good-days", her.client.get_cookie("good-days").value)
        body = batch(her, *some)
        both.wait(timeout=10)
        return [each["result"] for each in browser.post(OUTBOX, json=body).json["answers"]]

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(post, [entries, entries[::-1]]))

    assert sorted(told) == [["applied"] * 6, ["duplicate"] * 6]


def test_fifty_are_taken_and_one_more_is_not(her: Person) -> None:
    entries = [check_in(her, days_ago=each, stiffness=4) for each in range(MOST_OPERATIONS + 1)]

    assert is_refused(send(her, *entries), 413)
    with her.app.app_context():
        assert db.session.query(CheckIn).count() == 0
    assert results(her, *entries[:-1]) == ["applied"] * MOST_OPERATIONS


def test_a_newer_phone_is_asked_to_load_the_app_again(her: Person, unchanged: None) -> None:
    newer = batch(her, {"op": "0199f0ab-0000-7000-8000-0000000000f1"}, [], schema=SCHEMA + 1)
    answer = her.post(OUTBOX, json=newer)

    assert answer.status_code == 200
    assert [each["result"] for each in answer.json["answers"]] == ["unknown_schema"] * 2
    assert [each["op"] for each in answer.json["answers"]] == [
        "0199f0ab-0000-7000-8000-0000000000f1",
        None,
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"schema": None},
        {"schema": "1"},
        {"user": None},
        {"user": "' OR 1=1"},
        {"sent": "now"},
        {"ops": {}},
        {"ops": None},
        {"ops": "[]"},
    ],
    ids=str,
)
def test_a_frame_that_cannot_be_read_is_refused(her: Person, unchanged: None, changed) -> None:
    answer = send(her, check_in(her, stiffness=4), **changed)
    assert is_refused(answer, 422)


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_no_text_breaks_anything(her: Person, name: str) -> None:
    """In each place where a text can stand; what comes back never says how it is made inside."""
    bad = BAD_TEXTS[name]
    her.follows()
    planned, log_id = her.planned()[0].id, uuid4()
    good = check_in(her, days_ago=1, sleep=5)
    result = {"item": "1", "state": "done", "easier": False, "done_s": 55, "reason": None}
    entries = [
        session(planned, log_id=log_id),
        *({**good, field: bad} for field in ("op", "kind", "entity", "at", "base", "data")),
        check_in(her, days_ago=2, stiffness=bad),
        check_in(her, days_ago=2, good_day=bad),
        check_in(her, days_ago=2, flare=bad),
        check_in(her, days_ago=2, **{bad: 1}),
        check_in(her, days_ago=3, note=bad),
        entry("check_in", her.today(), {"answers": {"note": "x"}}, base={"note": [bad]}),
        *(
            session(planned, **{field: bad})
            for field in ("session", "variant", "started_at", "stop", "led_by", "pain_before")
        ),
        *(session(planned, results=[{**result, field: bad}]) for field in ("item", "slug")),
        *(
            entry("session_said", log_id, {field: bad})
            for field in ("note", "worst_pain", "movements", "near_falls", "felt_in")
        ),
        entry("session_said", log_id, {"pain_kinds": [bad]}),
        entry("session_said", log_id, {"movements": {bad: "done"}}),
        entry("session_said", log_id, {"stances": {"0": {"held_s": 9, "support": bad}}}),
        entry("flare", her.today(), {"answer": bad}),
        entry("morning", log_id, {"pain": bad}),
        entry("ticked", her.today(), {"items": [bad]}),
        good,
    ]
    # Of a large text there is not room for one in each place.
    some_at_once = MOST_OPERATIONS if len(bad) < 3000 else 3
    for first in range(0, len(entries), some_at_once):
        some = entries[first : first + some_at_once]
        answer = send(her, *some)
        assert answer.status_code == 200, name
        assert not any(sign in answer.text for sign in SIGNS_OF_A_TRACE), name
        assert "failed" not in {each.get("code") for each in answer.json["answers"]}, name
    with her.app.app_context():
        found = check_ins.check_in_on(her.user(), her.today() - timedelta(days=1))
        assert found is not None
        assert found.answers() == {"sleep": 5}


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(st.characters(), max_size=12)
    | st.sampled_from(["\ud800", "\x00", "\x1e", "9" * 30, "2026-11-23", "neck-turns"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        *("answers", "answer", "pain", "settled", "items", "note", "movements", "stances"),
        *("worst_pain", "effort", "felt_in", "pain_kinds", "near_falls", "session", "results"),
        *("variant", "started_at", "finished_at", "pain_before"),
    ]
)
QUESTIONS = st.sampled_from(["stiffness", "good_day", "flare", "note", "managed", "pain_in_neck"])
PLAUSIBLE = ANYTHING | st.integers(0, 11) | st.dictionaries(QUESTIONS, ANYTHING, max_size=3)


@pytest.mark.parametrize("kind", sorted(READERS))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_is_sent_each_entry_has_an_answer(her: Person, kind: str, data: Any) -> None:
    anything = [
        {
            "op": data.draw(st.uuids().map(str) | ANYTHING),
            "kind": kind,
            "entity": data.draw(st.just(str(her.today())) | st.uuids().map(str) | ANYTHING),
            "at": data.draw(st.integers(0, 253_402_214_400_000) | ANYTHING),
            "base": data.draw(st.none() | st.dictionaries(QUESTIONS, ANYTHING, max_size=2)),
            "data": data.draw(st.dictionaries(FIELDS, PLAUSIBLE, max_size=3) | ANYTHING),
        }
        for _ in range(4)
    ]
    answer = send(her, *anything, data.draw(ANYTHING))

    assert answer.status_code == 200, answer.text[:300]
    told = [Told(**each) for each in answer.json["answers"]]
    assert len(told) == 5
    assert {each.result for each in told} <= {"applied", "merged", "duplicate", "rejected"}
    assert "failed" not in {each.code for each in told}
