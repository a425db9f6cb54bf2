"""Visitor, client, other client, therapist: every route, every object. Nothing leaks."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from fstpwa import create_app
from fstpwa.access import MARKS, SIGNED_IN, THERAPIST, mark_of, public, signed_in
from fstpwa.access import therapist as therapist_mark
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, Role, User
from fstpwa.models.practice import CheckIn, SessionLog
from fstpwa.services import vault
from fstpwa.services.exports import personal_tables, rows_of
from tests.conftest import HTMX, Person, StrictClient
from tests.whole_app import (
    NOTE,
    Things,
    address,
    all_rows,
    batch_of,
    forms_of,
    is_personal,
    owner_of,
    rules,
    takes_json,
    things_of,
    values_of,
)
from tests.whole_care import ANSWERED, ASKED, DONE, FOR_THEMSELVES, ROUTINE, WHY

OBJECT_IDS = (
    *("session_id", "log_id", "device_id", "report_id", "passkey_id", "reminder_id"),
    *("link_id", "routine_id", "note_id", "visit_id", "template_id", "invitation_id"),
    "assignment_id",
)
NOBODY = UUID(int=0)
TAKES_ANY_ID = frozenset({"people.delete_reply"})
"""Whatever id it gets, it is gone afterwards: what is hers looks to others like what is not there."""
BY_TOKEN = frozenset({"reminders.give_answer"})
"""Whoever has the token in the address may: it came with the notification."""


@pytest.fixture
def things(her: Person) -> Things:
    """What is hers and nobody else's."""
    things = things_of(her)
    with her.app.app_context():
        her.user().name = "Wilhelmina"
        db.session.commit()
    return things


def marks_of_hers(her: Person, things: Things) -> tuple[str, ...]:
    """Return texts that stand on no page but hers."""
    ids = (things.planned, things.done, things.log, her.public_id, *things.care.values().values())
    words = (FOR_THEMSELVES, ASKED, ANSWERED, DONE, WHY, ROUTINE.name)
    return (NOTE, "Wilhelmina", *words, *map(str, ids))


def send(browser, rule: Rule, url: str, things: Things, **request) -> TestResponse:
    """Ask for a page, or send the first form that the route understands."""
    if "GET" in (rule.methods or ()):
        return browser.get(url, **request)
    if takes_json(rule):
        return browser.post(url, json=batch_of(things), **request)
    planted = rule.rule.startswith("/planted/")
    return browser.post(url, data={} if planted else forms_of(rule, things)[0], **request)


def own_rows(app: Flask, *people: Person) -> list[list[tuple[object, ...]]]:
    """Return what is stored about some people, by way of every table that leads to a person."""
    with app.app_context():
        return [
            [tuple(map(str, row)) for row in db.session.execute(rows_of(person.user(), table))]
            for person in people
            for table in personal_tables()
        ]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_visitor_gets_no_personal_page_and_changes_nothing(app, her, things, client, headers):
    before = all_rows(app)
    for rule in rules(app):
        if not is_personal(app, rule):
            continue
        for session in (things.planned, NOBODY):
            url = address(app, rule, values_of(rule, things, session=session))
            answer = send(client, rule, url, things, headers=headers)
            expected = 303 if "GET" in rule.methods and not headers else 401
            assert answer.status_code == expected, url
            assert NOTE not in answer.text
    assert all_rows(app) == before


@pytest.mark.parametrize("stranger", ["him", "therapist"])
def test_what_is_hers_looks_to_others_as_if_it_did_not_exist(app, her, things, stranger, request):
    other: Person = request.getfixturevalue(stranger)
    other.follows("low-back")
    before = all_rows(app)
    for rule in rules(app):
        if not rule.arguments & set(OBJECT_IDS):
            continue
        unknown = dict.fromkeys(rule.arguments, NOBODY)
        for session in (things.planned, things.done):
            hers = address(app, rule, values_of(rule, things, session=session))
            nobodys = address(app, rule, unknown)
            for headers in ({}, HTMX):
                forbidden = send(other.client, rule, hers, things, headers=headers)
                missing = send(other.client, rule, nobodys, things, headers=headers)
                if rule.endpoint in TAKES_ANY_ID:
                    assert forbidden.status_code == missing.status_code, hers
                    assert forbidden.data == missing.data, hers
                    continue
                assert forbidden.status_code == missing.status_code == 404, hers
                assert forbidden.data == missing.data, hers
                assert without_nonce(forbidden) == without_nonce(missing), hers
    assert all_rows(app) == before


def without_nonce(answer: TestResponse) -> dict[str, str]:
    changing = ("Content-Security-Policy", "X-Request-Id", "Date")
    return {name: value for name, value in answer.headers.items() if name not in changing}


class Actors(dict[str, FlaskClient]):
    """Browsers of everybody who is not her, by who they are."""


@pytest.fixture
def actors(app: Flask, him: Person, therapist: Person) -> Actors:
    """A visitor, somebody who only tries it, a client, therapists with and without a factor.

    There is no operator among them: whoever runs the server has a command line and no pages.
    """
    tried = Person(app, screened=False)
    weak = Person(app, Role.THERAPIST)
    with app.app_context():
        db.session.execute(
            update(DeviceSession).where(DeviceSession.user_id == weak.id).values(is_strong=False)
        )
        him.user().email = "him@example.org"
        therapist.user().email = "therapist@example.org"
        db.session.commit()
    return Actors(
        visitor=app.test_client(),
        tried=tried.client,
        client=him.client,
        therapist=therapist.client,
        therapist_without_factor=weak.client,
    )


LEAVES_THE_DEVICE = frozenset({"home.sign_out", "home.sign_in_demo", "settings.delete_everything"})


def findings(
    app: Flask, her: Person, things: Things, actors: Actors, *, below: str = "/"
) -> list[str]:
    """Return every hole: what has no mark, what shows or changes what is hers, what breaks."""
    walked = [rule for rule in rules(app) if rule.rule.startswith(below)]
    found = [
        f"{rule.rule} has no mark"
        for rule in walked
        if mark_of(app.view_functions[rule.endpoint]) not in MARKS
    ]
    before = own_rows(app, her, things.care.therapist)
    for rule in walked:
        if rule.endpoint in LEAVES_THE_DEVICE:
            continue
        url = address(app, rule, values_of(rule, things))
        for who, browser in actors.items():
            answer = send(browser, rule, url, things)
            if answer.status_code >= 500:
                found.append(f"{who}: {rule.rule} breaks")
            shown = answer.text.replace(url, "")
            found += [
                f"{who}: {rule.rule} shows {mark}"
                for mark in marks_of_hers(her, things)
                if mark in shown
            ]
            # A GET cannot write: another test walks all of them.
            after = before if "GET" in rule.methods else own_rows(app, her, things.care.therapist)
            if after != before and rule.endpoint not in BY_TOKEN:
                found.append(f"{who}: {rule.rule} changes what is hers")
            before = after
    return found


@pytest.mark.sqlite_suffices
def test_nobody_else_sees_or_changes_what_is_hers(app, her, things, actors):
    assert findings(app, her, things, actors) == []


def test_holes_that_are_planted_are_found(app, her, things, actors):
    """The matrix is worth nothing if it would not see a hole: five kinds of it are made here."""
    leaky = create_app(app.config["GOOD_DAYS"])
    leaky.testing = True
    leaky.test_client_class = StrictClient
    plant_holes(leaky)
    browsers = Actors()
    for who, browser in actors.items():
        browsers[who] = leaky.test_client()
        token = browser.get_cookie("good-days")
        if token is not None:
            browsers[who].set_cookie("good-days", token.value)

    found = findings(leaky, her, things, browsers, below="/planted/")
    with leaky.app_context():
        # It noted apart, over connections of its own, that people were here.
        db.engine.dispose()

    assert "/planted/unmarked has no mark" in found
    assert f"visitor: /planted/open/<uuid:log_id> shows {NOTE}" in found
    assert f"client: /planted/notes/<uuid:log_id> shows {NOTE}" in found
    assert f"visitor: /planted/notes/<uuid:log_id> shows {NOTE}" not in found
    assert f"therapist: /planted/everybody shows {NOTE}" in found
    assert f"client: /planted/everybody shows {NOTE}" not in found
    assert "tried: /planted/sessions/<uuid:log_id>/delete changes what is hers" in found
    assert {each.split(": ")[-1].split()[0] for each in found} == {
        "/planted/unmarked",
        "/planted/open/<uuid:log_id>",
        "/planted/notes/<uuid:log_id>",
        "/planted/everybody",
        "/planted/sessions/<uuid:log_id>/delete",
    }


def plant_holes(app: Flask) -> None:
    """Give `app` one view for each way of forgetting whose something is."""

    def note_of(log_id: UUID) -> str:
        log = db.session.get_one(SessionLog, log_id)
        return vault.unseal(db.session.get_one(User, log.user_id), log.note)

    @app.get("/planted/unmarked")
    def unmarked() -> str:
        return "nobody said who may"

    @app.get("/planted/open/<uuid:log_id>")
    @public
    def open_to_all(log_id: UUID) -> str:
        return page_of(note_of(log_id))

    @app.get("/planted/notes/<uuid:log_id>")
    @signed_in
    def without_owner(log_id: UUID) -> str:
        return page_of(note_of(log_id))

    @app.get("/planted/everybody")
    @therapist_mark
    def without_consent() -> str:
        return page_of(" ".join(map(note_of, db.session.scalars(select(SessionLog.id)))))

    @app.post("/planted/sessions/<uuid:log_id>/delete")
    @signed_in
    def delete_without_owner(log_id: UUID) -> str:
        log = db.session.get(SessionLog, log_id)
        if log is not None:
            log.note = ""
            db.session.commit()
        return page_of("gone")


def page_of(text: str) -> str:
    return f"<!doctype html><title>{text} · Good Days</title><h1>{text}</h1>"


def test_she_herself_finds_all_of_it(app, her, things):
    for rule in rules(app, "GET"):
        url = address(app, rule, values_of(rule, things))
        answer = owner_of(app, rule, her, things).get(url)
        assert answer.status_code in (200, 303), url
    assert NOTE in her.get(f"/progress/sessions/{things.log}").text
    assert NOTE in her.get(f"/check-in/{things.day}").text


def test_her_session_id_in_his_form_stores_nothing_and_says_nothing(app, her, him, things, request):
    him.follows()
    his = him.planned()[0]
    form = {"log_id": str(things.log), "variant": "usual", "done": ["1"], "pain_before": "9"}
    before = all_rows(app)

    answer = him.post(f"/sessions/{his.id}/log", data=form)

    assert answer.status_code == 404
    assert NOTE not in answer.text
    assert all_rows(app) == before


def test_his_check_in_of_her_day_is_his_own(app, her, him, things):
    him.post(f"/check-in/{things.day}", data={"which": "quick", "stiffness": "1"})
    him.post(f"/check-in/{things.day}/delete")
    with app.app_context():
        assert db.session.query(CheckIn).filter_by(user_id=her.id).one().stiffness == 7
        assert db.session.query(CheckIn).filter_by(user_id=him.id).count() == 0


def test_fields_that_nobody_asked_for_change_nothing(app, her):
    form = {
        "name": "Ana",
        "time_zone": "UTC",
        "country": "",
        "language": "en_GB",
        "role": "therapist",
        "is_demo": "1",
        "id": "1",
        "public_id": str(NOBODY),
    }
    assert her.post("/settings/profile", data=form).status_code == 303
    with app.app_context():
        user = her.user()
        assert (user.name, user.role, user.is_demo) == ("Ana", "client", False)
        assert user.public_id == her.public_id


def test_deleting_her_own_session_twice_is_no_mistake_and_nobody_else_finds_it(
    app, her, him, things
):
    url = f"/progress/sessions/{things.log}"
    for _ in range(2):
        assert her.post(f"{url}/delete").status_code == 303
    assert her.get(url).status_code == 404
    assert him.post(f"{url}/delete").status_code == 404
    with app.app_context():
        assert db.session.get(SessionLog, things.log) is None


def test_every_object_in_an_address_is_in_this_matrix(app):
    known = {*OBJECT_IDS, "day", "slug", "public_id", "filename", "number", "step"}
    known |= {"calendar_token", "operator_token", "token"}
    named = {name for rule in rules(app) for name in rule.arguments}
    assert named == known
    for rule in rules(app):
        if rule.arguments & set(OBJECT_IDS):
            assert mark_of(app.view_functions[rule.endpoint]) in (SIGNED_IN, THERAPIST), rule.rule
