"""Whatever is thrown at whichever address: a clear 4xx, nothing written, no trace."""

import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from json import dumps
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.domain.library_search import FACETS
from fstpwa.extensions import db
from fstpwa.services import throttle
from tests.conftest import Person
from tests.given_secrets import SECRETS
from tests.whole_app import (
    Form,
    Things,
    address,
    all_rows,
    forms_of,
    owner_of,
    rules,
    takes_json,
    things_of,
    values_of,
)

FORM_TYPE = "application/x-www-form-urlencoded"
OTHER_PERSONS_ID = "other person's id"

BAD_TEXTS = {
    "empty": "",
    "blank": "   ",
    "word": "ouch",
    "negative": "-1",
    "too high": "11",
    "far too high": "9" * 40,
    "more digits than are read": "9" * 5000,
    "fraction": "1.5",
    "not a number": "NaN",
    "infinity": "1e400",
    "other digits": "٣",
    "right to left": "\u202eneck\u2066 آلام",
    "family": "👩‍👩‍👧‍👦" * 40,
    "combining": "Z" + "\u0301" * 500,
    "odd spaces": "\u2028\u00a0\ufeff",
    "not a character": "\uffff\ufdd0",
    "long": "a" * 60_000,
    "script": "<script>alert(1)</script>\"' data-hx-get=/x",
    "statement": "'; DROP TABLE user; --",
    "template": "{{ config }} {% for %} %s %(x)s {0}",
    "json list": "[1, [2, [3]]]",
    "json object": '{"__proto__": {"x": 1}}',
    "json null": "null",
    "json surrogate": '["\\ud800", "\\u0000"]',
    "deep json": "[" * 5000,
    "path": "../../../../etc/passwd",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no such day": "2026-02-30",
    "no such time": "25:61",
    "first instant": "0001-01-01T00:00:00+14:00",
    "last instant": "9999-12-31T23:59:59-12:00",
    "no zone": "2026-03-01T08:00:00",
    "nobody's id": "00000000-0000-0000-0000-000000000000",
    "other person's id": OTHER_PERSONS_ID,
}
BAD_BYTES = {
    "nul": b"a%00b",
    "lone surrogate": b"%ED%A0%80",
    "not utf-8": b"%FF%FE",
    "percent": b"%",
}

BAD_BODIES: dict[str, tuple[str, bytes]] = {
    "json object": ("application/json", b'{"name": {"a": 1}, "weekdays": 3, "stiffness": [1]}'),
    "json list": ("application/json", b"[1, 2]"),
    "json with nul": ("application/json", rb'{"name": "a\u0000b", "note": "\u0000"}'),
    "broken json": ("application/json", b'{"name": '),
    "deep json": ("application/json", b"[" * 100_000),
    "text": ("text/plain", b"name=Ana"),
    "xml": ("application/xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
    "bytes": ("application/octet-stream", bytes(range(256))),
    "no type": ("", b"name=Ana"),
    "broken type": ("multipart/form-data; boundary=", b"--\r\n\r\n"),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\nname"),
    "cut off": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nab',
    ),
    "unknown charset": (FORM_TYPE + "; charset=klingon", b"name=Ana"),
    "json in form's clothes": (FORM_TYPE, b'{"a": 1}'),
    "only separators": (FORM_TYPE, b"&&&==&=&;;"),
}

FOR_A_DATABASE = (
    *("understood", "far too high", "more digits than are read", "not a number", "infinity"),
    *("combining", "not a character", "long", "statement", "json surrogate", "first day"),
    *("last day", "first instant", "last instant", "no zone", "nobody's id", OTHER_PERSONS_ID),
    *BAD_BYTES,
)
"""What a database might choke on that another one swallows. The rest is refused before."""

SIGNS_OF_A_TRACE = ("Traceback", "sqlalchemy", "werkzeug", 'File "', "psycopg", "sqlite3")


def is_harmless(answer: TestResponse, about: object) -> bool:
    """Fail on a 5xx or a trace; return whether the request was refused."""
    assert answer.status_code < 500, about
    for sign in SIGNS_OF_A_TRACE:
        assert sign not in answer.text, about
    return answer.status_code >= 400


class Wall:
    """Throws things at an app and looks whether refused ones left a mark."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.app = app
        self.person = person
        self.before = stored(app)
        self.wrote = False

    def note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """Remember that something was written: only then is there anything to compare."""
        self.wrote |= statement.startswith(("INSERT", "UPDATE", "DELETE"))

    def throw(self, about: object, url: str, **request: object) -> TestResponse:
        self.wrote = False
        answer = self.person.client.open(url, **request)
        if not self.wrote:
            is_harmless(answer, about)
            return answer
        after = stored(self.app)
        if is_harmless(answer, about):
            assert after == self.before, about
        self.before = after
        return answer


def stored(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Return what is stored but for counted attempts, and looks of a therapist.

    A refused attempt counts, that is what for; a refused form still shows what a therapist sees.
    """
    rows = all_rows(app)
    del rows["attempt"], rows["access_entry"]
    return rows


def post_rules() -> list[str]:
    """Return the names of the views that take a form, for a test each.

    What takes JSON has tests of its own: tests/test_outbox_bad_input.py.
    """
    app = create_app(Settings(**SECRETS, database_url="sqlite:///never-opened", demo=True))
    return [rule.endpoint for rule in rules(app, "POST") if not takes_json(rule)]


@pytest.fixture
def wall(
    app: Flask, her: Person, things: Things, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Wall]:
    # Whatever is thrown must get through to what is behind the limits.
    monkeypatch.setattr(throttle, "_wait_s", lambda *_: 0)
    wall = Wall(app, her)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", wall.note)
    yield wall
    event.remove(engine, "before_cursor_execute", wall.note)


@pytest.fixture
def things(her: Person) -> Things:
    return things_of(her)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The database that this run is on."""
    return str(request.config.getoption("--database"))


@pytest.fixture
def rule_of(app: Flask) -> Callable[[str], Rule]:
    return lambda endpoint: next(each for each in rules(app) if each.endpoint == endpoint)


def bad_forms(form: Form, other_id: str) -> Iterator[tuple[str, bytes]]:
    """Yield a form with each field missing, doubled, renamed and filled with each bad value."""
    everything = encoded(form)
    yield "understood", everything
    yield "nothing", b""
    yield "twice", everything + b"&" + everything
    yield "unknown fields", everything + b"&" + urlencode({"role": "therapist", "id": 1}).encode()
    for field in form:
        rest = {name: value for name, value in form.items() if name != field}
        yield f"{field} missing", encoded(rest)
        yield f"{field}: valid, then not", everything + b"&" + encoded({field: "ouch"})
        yield f"{field}: not, then valid", encoded({field: "ouch"}) + b"&" + everything
        yield f"{field}[]", encoded({**rest, f"{field}[]": form[field]})
        yield f"{field}.x", encoded({**rest, f"{field}.x": form[field]})
        yield f"{field} many times", encoded({**rest, field: ["x", "1", ""] * 200})
        for name, text in BAD_TEXTS.items():
            value = other_id if text is OTHER_PERSONS_ID else text
            yield f"{field}: {name}", encoded({**rest, field: value})
        for name, raw in BAD_BYTES.items():
            yield f"{field}: {name}", encoded(rest) + b"&" + field.encode() + b"=" + raw
        yield f"{field}: nul in the name", encoded(rest) + b"&" + field.encode() + b"%00=1"


def encoded(form: Form) -> bytes:
    return urlencode(form, doseq=True).encode()


@pytest.mark.parametrize("endpoint", post_rules())
def test_no_form_breaks_anything(app, wall, him, things, rule_of, endpoint, database):
    other_id = str(things_of(him).log)
    wall.before = stored(app)
    rule = rule_of(endpoint)
    wall.person = owner_of(app, rule, wall.person, things)
    url = address(app, rule, values_of(rule, things))
    for form in forms_of(rule, things):
        for about, body in bad_forms(form, other_id):
            if database != "sqlite" and about.rsplit(": ", 1)[-1] not in FOR_A_DATABASE:
                continue
            answer = wall.throw(about, url, method="POST", data=body, content_type=FORM_TYPE)
            if about.endswith((": nul", ": nul in the name")):
                assert answer.status_code == 400, about


@pytest.mark.sqlite_suffices
@pytest.mark.parametrize("endpoint", post_rules())
def test_no_body_of_another_kind_is_taken(app, wall, things, rule_of, endpoint):
    rule = rule_of(endpoint)
    wall.person = owner_of(app, rule, wall.person, things)
    url = address(app, rule, values_of(rule, things))
    for about, (content_type, body) in BAD_BODIES.items():
        answer = wall.throw(about, url, method="POST", data=body, content_type=content_type)
        if not content_type.startswith(("multipart", FORM_TYPE)):
            assert answer.status_code == 415, about
    for field in {name for form in forms_of(rule, things) for name in form}:
        upload = {field: (BytesIO(b"\x00\xff"), "../x\x00.png")}
        answer = wall.throw(f"file as {field}", url, method="POST", data=upload)
        assert answer.status_code == 415, field


@pytest.mark.sqlite_suffices
@pytest.mark.parametrize("endpoint", post_rules())
def test_no_huge_body_is_taken(app, wall, things, rule_of, endpoint):
    rule = rule_of(endpoint)
    wall.person = owner_of(app, rule, wall.person, things)
    url = address(app, rule, values_of(rule, things))
    huge = b"note=" + b"a" * 300_000
    for content_type in (FORM_TYPE, "text/plain", "application/json"):
        answer = wall.throw("huge", url, method="POST", data=huge, content_type=content_type)
        assert answer.status_code == 413, content_type
    many = {f"field{number}": "x" for number in range(2000)}
    answer = wall.throw("parts", url, method="POST", data=many, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.sqlite_suffices
def test_no_unknown_method_is_carried_out(app, wall, things):
    for rule in rules(app):
        url = address(app, rule, values_of(rule, things))
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"):
            answer = wall.throw(method, url, method=method)
            assert answer.status_code == 405, (method, url)
    for rule in rules(app, "GET"):
        url = address(app, rule, values_of(rule, things))
        if (rule.endpoint, "POST") not in {(each.endpoint, "POST") for each in rules(app, "POST")}:
            wall.throw("POST", url, method="POST")


OF_CARE = (
    *("weeks", "session", "movement", "to", "back", "version", "paper", "side", "named"),
    *("show", "set_aside", "page", "sort", "group"),
)
"""What addresses of therapists and their clients take after the question mark."""

LOOKS_OF_ALL = 2
"""web.py looks through what came with every request for letters that no text may have."""


def test_no_query_breaks_a_page(app, wall, things, database, monkeypatch):
    class Noting(app.request_class):
        """Notes how often the query was looked at."""

        looks = 0

        @property
        def args(self):
            type(self).looks += 1
            return super().args

    monkeypatch.setattr(app, "request_class", Noting)
    names = ("q", *FACETS, "day", "before", "change", "checked", "variant", "anything", *OF_CARE)
    queries = {
        f"all: {name}": urlencode(dict.fromkeys(names, text)) for name, text in short_texts()
    }
    for name, raw in BAD_BYTES.items():
        queries[f"all: {name}"] = "&".join(f"{each}={raw.decode()}" for each in names)
    if database != "sqlite":
        queries = {each: queries[each] for each in queries if each[5:] in FOR_A_DATABASE}
    queries["many"] = "&".join(f"{each}=x" for each in names for _ in range(50))
    for rule in rules(app, "GET"):
        url = address(app, rule, values_of(rule, things))
        person = owner_of(app, rule, wall.person, things)
        for about, query in queries.items():
            Noting.looks = 0
            answer = person.client.get(url, query_string=query)
            is_harmless(answer, (url, about))
            if Noting.looks <= LOOKS_OF_ALL:
                # Whatever stands there, this page does not look at it.
                break
    assert stored(app) == wall.before


def short_texts() -> list[tuple[str, str]]:
    return [(name, text[:3000]) for name, text in BAD_TEXTS.items()]


ODD_PARTS = (
    b"\x00",
    b"neck\x00turns",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    "👩‍👩‍👧".encode(),
    "٢٠٢٦-٠٣-٠١".encode(),
    b"a" * 5000,
    b"..",
    b"../../../etc/passwd",
    b"-1",
    b"0",
    b"null",
    b"0001-01-01",
    b"9999-12-31",
    b"2026-02-30",
    b"2026-3-1",
    b"00000000-0000-0000-0000-000000000000",
    b"{00000000-0000-0000-0000-000000000000}",
    b"a" * 300 + b".css",
    b"x\x00.css",
    b"<script>",
    b"%2e%2e",
    b"\r\nX-Injected: yes",
)


def around(rule: Rule, name: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Return what stands before and behind one part of an address, the other parts filled in."""
    before, after = re.split(rf"<\w+:{name}>", rule.rule)
    return filled(before, values), filled(after, values)


def filled(address: str, values: Mapping[str, object]) -> str:
    return re.sub(r"<\w+:(\w+)>", lambda part: str(values[part[1]]), address)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_odd_part_of_an_address_breaks_anything(app, wall, things, method):
    for rule in rules(app, method):
        values = values_of(rule, things)
        person = owner_of(app, rule, wall.person, things)
        for name in rule.arguments:
            start, end = around(rule, name, values)
            for part in ODD_PARTS:
                path = start.encode() + part + end.encode()
                answer = person.client.open(
                    "/",
                    method=method,
                    environ_overrides={"PATH_INFO": path.decode("latin-1")},
                )
                is_harmless(answer, (path, values))
                assert "X-Injected" not in answer.headers
                if method == "POST" and answer.status_code >= 400:
                    assert answer.status_code in (400, 404, 405, 422), path


@pytest.mark.sqlite_suffices
@pytest.mark.parametrize(
    "header",
    [
        {"Cookie": "good-days=\xff\xed\xa0\x80; good-days="},
        {"Cookie": 'good-days="\\377\\000"'},
        {"Cookie": "good-days=" + "a" * 50_000},
        {"Cookie": "session=broken.broken.broken; remember_token=1|x"},
        {"HX-Request": "maybe", "HX-Target": "\xff", "HX-Current-URL": "javascript:1"},
        {
            "Accept-Encoding": "identity;q=x, *;q=-1, nothing;q=1e400",
            "Accept": "\xff",
            "Range": "bytes=9-1",
        },
        {"If-None-Match": '"\xff', "If-Modified-Since": "never", "Content-Length": "0"},
        {"User-Agent": "Firefox/" + "\xff" * 5000, "Accept-Language": "x" * 5000},
        {"Referer": "http://[", "Origin": "null", "X-Forwarded-For": "\xff, ::1, x"},
    ],
)
def test_no_odd_header_breaks_a_page(app, client, header):
    for url in ("/", "/today", "/movements", "/static/icons/favicon.svg", "/nowhere"):
        is_harmless(client.get(url, headers=header), (url, header))
    is_harmless(client.post("/try", headers=header), header)


@pytest.mark.sqlite_suffices
def test_a_body_of_a_page_that_only_reads_is_ignored(wall, things):
    for content_type, body in BAD_BODIES.values():
        answer = wall.throw(
            content_type, "/today", method="GET", data=body, content_type=content_type
        )
        assert answer.status_code in (200, 400), content_type


PLAYED_ITEM = {"item": "1", "state": "done", "easier": False, "done_s": 55, "reason": None}


@pytest.mark.parametrize(
    "results",
    [
        {"item": 1},
        [PLAYED_ITEM, PLAYED_ITEM],
        [{**PLAYED_ITEM, "item": 1}],
        [{**PLAYED_ITEM, "item": "99"}],
        [{**PLAYED_ITEM, "item": "1\u0000"}],
        [{**PLAYED_ITEM, "state": "finished"}],
        [{**PLAYED_ITEM, "easier": "no"}],
        [{**PLAYED_ITEM, "easier": 1}],
        [{**PLAYED_ITEM, "done_s": -1}],
        [{**PLAYED_ITEM, "done_s": 1.5}],
        [{**PLAYED_ITEM, "done_s": "55"}],
        [{**PLAYED_ITEM, "done_s": 86_401}],
        [{**PLAYED_ITEM, "done_s": 86_400}, {**PLAYED_ITEM, "item": "2", "done_s": 1}],
        [{**PLAYED_ITEM, "reason": "bored"}],
        [{**PLAYED_ITEM, "more": 1}],
        [PLAYED_ITEM] * 101,
        [[PLAYED_ITEM]],
        "done",
        None,
    ],
)
def test_what_the_player_did_not_write_is_refused_in_words(wall, things, rule_of, results):
    form = forms_of(rule_of("sessions.log"), things)[1]
    url = f"/sessions/{things.planned}/log"
    answer = wall.throw(results, url, method="POST", data={**form, "results": dumps(results)})
    assert answer.status_code == 422
