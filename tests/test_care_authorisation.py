"""A therapist sees what the client shares, and nothing else: each scope, each route, each moment."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select
from werkzeug.routing import Rule

from fstpwa.access import THERAPIST, mark_of
from fstpwa.domain.planning import Schedule
from fstpwa.domain.session_log import MovementResult, SessionLogEntry
from fstpwa.extensions import db
from fstpwa.models.care import AccessEntry, CareLink, RoutineEditor, Side
from fstpwa.models.people import Role, User
from fstpwa.models.practice import CheckIn, PlannedSession, SessionLog
from fstpwa.services import care_links, enrolments, exports, routines, sessions, vault
from fstpwa.services.care_links import Scopes
from tests.caring import EVERYTHING, link, link_row
from tests.conftest import Person, looks
from tests.telling import FRACTURE, tell
from tests.whole_app import (
    NOTE,
    Things,
    address,
    all_rows,
    forms_of,
    rules,
    things_of,
    values_of,
)
from tests.whole_care import ASKED, DONE, FOR_THEMSELVES, WHY

NAME = "Wilhelmina"
CHANGING = re.compile(
    r"(?<=[-:\"])[0-9a-f]{6}(?=[\" -])|nonce-?=?\"?[A-Za-z0-9+/=_-]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
"""What is another each time: nonces, ids of forms and their lines. Ids of hers are looked for by themselves."""
NOBODY = UUID(int=0)
THEIR_OWN = frozenset({"people.note", "people.write_note", "people.change_note"})
"""Pages of what the therapist wrote for themselves, with the name of whom it is about."""
FORM_ALONE = frozenset({"people.send_message", "people.record_visit", "people.change_visit"})
"""What is refused there comes back alone: what was typed, with the name of whom it is about."""


@pytest.fixture
def things(her: Person) -> Things:
    """What is hers, with a therapist who sees everything."""
    things = things_of(her)
    with her.app.app_context():
        user = her.user()
        user.name = NAME
        # Sealed, as everything that somebody writes.
        check_in = db.session.scalars(select(CheckIn).filter_by(user_id=her.id)).one()
        check_in.note = check_in.managed = vault.seal(user, NOTE)
        db.session.get_one(SessionLog, things.log).note = vault.seal(user, NOTE)
        db.session.commit()
    return things


def of_therapists(app: Flask, method: str | None = None) -> list[Rule]:
    """Return the routes that only therapists have."""
    return [
        rule
        for rule in rules(app, method)
        if mark_of(app.view_functions[rule.endpoint]) == THERAPIST
    ]


def of_link(app: Flask, method: str | None = None) -> list[Rule]:
    """Return the routes about one link, the therapist's and the client's."""
    return [rule for rule in rules(app, method) if "link_id" in rule.arguments]


def pages(
    app: Flask, things: Things, *, but: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """Yield the address and text of each page that the therapist can open."""
    for rule in of_therapists(app, "GET"):
        if rule.endpoint in but:
            continue
        url = address(app, rule, values_of(rule, things))
        answer = things.care.therapist.get(url)
        assert answer.status_code in (200, 303, 404), url
        if answer.status_code == 200:
            yield url, answer.text


def as_seen(app: Flask, things: Things) -> dict[str, str]:
    """Return all those pages without what is another each time."""
    return {url: CHANGING.sub("", text) for url, text in pages(app, things)}


def let_see(her: Person, things: Things, scopes: Scopes) -> None:
    """Let the therapist see what `scopes` says, from now on."""
    with her.app.app_context():
        care_links.change(link_row(her, things.care.link), scopes, now=datetime.now(UTC))
        db.session.commit()


def end(her: Person, things: Things, by: Side = Side.CLIENT) -> None:
    with her.app.app_context():
        care_links.end(link_row(her, things.care.link), by, now=datetime.now(UTC))
        db.session.commit()


def test_with_consent_the_therapist_opens_every_page(app, things):
    urls = [url for url, _text in pages(app, things)]
    every = [address(app, rule, values_of(rule, things)) for rule in of_therapists(app, "GET")]
    assert urls == every
    seen = dict(pages(app, things))
    whole = seen[f"/people/{things.care.link}"]
    assert NAME in whole
    assert NOTE in " ".join(seen.values())
    assert FOR_THEMSELVES in whole


def test_every_page_that_shows_something_of_a_client_notes_the_look(app, things):
    for url, text in pages(app, things, but=THEIR_OWN):
        looks.clear()
        things.care.therapist.get(url)
        noted = {link_id for links, *_ in looks for link_id in links}
        with app.app_context():
            row = db.session.scalars(select(CareLink).filter_by(public_id=things.care.link)).one()
            assert (row.id in noted) or NAME not in text, url
        assert not noted or noted == {row.id}, url


def test_a_refused_form_that_shows_something_of_a_client_notes_the_look_too(app, things):
    for rule in of_therapists(app, "POST"):
        if rule.endpoint in (*THEIR_OWN, "people.end"):
            continue
        with app.app_context():
            db.session.execute(delete(AccessEntry))
            db.session.commit()
        url = address(app, rule, values_of(rule, things))
        for form in ({}, {"to": str(things.care.link)}):
            answer = things.care.therapist.post(url, data=form)
            if answer.status_code != 422 or NAME not in answer.text:
                continue
            if rule.endpoint in FORM_ALONE:
                assert not [mark for mark in (NOTE, ASKED, DONE, WHY) if mark in answer.text]
                continue
            with app.app_context():
                assert db.session.scalars(select(AccessEntry)).all(), (rule.rule, form)
                db.session.execute(delete(AccessEntry))
                db.session.commit()


def test_without_their_own_words_no_page_has_any_and_none_follows_from_them(app, her, things):
    let_see(her, things, replace(EVERYTHING, shares_notes=False))
    before = as_seen(app, things)
    assert not [url for url, text in before.items() if NOTE in text]
    with app.app_context():
        user = her.user()
        check_in = db.session.scalars(select(CheckIn).filter_by(user_id=her.id)).one()
        check_in.note = vault.seal(user, "Something quite different.")
        check_in.managed = ""
        db.session.get_one(SessionLog, things.log).note = ""
        db.session.commit()
    assert as_seen(app, things) == before


def test_without_records_no_page_says_what_follows_from_them(app, her, things):
    """Whatever she records, tells about her health or is reached by: their pages stay the same."""
    let_see(her, things, replace(EVERYTHING, shares_records=False))
    before = as_seen(app, things)
    assert not [url for url in before if "/sessions/" in url or url.endswith(("/days", "/unlock"))]
    ids = (str(things.log), str(things.done))
    for url, text in pages(app, things):
        assert not [each for each in ids if each in text.replace(url, "")], url
        assert NOTE not in text, url
    record_more(her)
    tell(her, FRACTURE, regions={"neck"})
    assert as_seen(app, things) == before


def record_more(her: Person) -> None:
    """Record sessions that were too much, check-ins and a flare."""
    with her.app.app_context():
        user, now = her.user(), datetime.now(UTC)
        for days_ago in range(1, 6):
            day = her.today() - timedelta(days=days_ago)
            db.session.add(
                CheckIn(
                    user_id=user.id,
                    day=day,
                    stiffness=9,
                    flare=True,
                    sleep=1,
                    note=vault.seal(user, NOTE),
                    clocks={},
                    recorded_at=now,
                    changed_at=now,
                )
            )
        planned = db.session.scalars(
            select(PlannedSession)
            .filter_by(user_id=her.id, day=her.today(), state="planned")
            .order_by(PlannedSession.at_min)
        ).first()
        entry = SessionLogEntry(
            log_id=uuid4(),
            variant="usual",
            started_at=now,
            finished_at=now,
            pain_before=9,
            results=(
                MovementResult(item="1", state="part", easier=False, done_s=5, reason="pain"),
            ),
        )
        if planned is not None:
            sessions.record_session(user, planned, entry, now=now)
        db.session.commit()


def test_without_the_plan_no_page_says_what_they_follow(app, her, things):
    let_see(her, things, replace(EVERYTHING, shares_routines=False, shares_records=False))
    before = as_seen(app, things)
    assert not [url for url in before if f"{things.care.link}/assign" in url]
    seen = " ".join(text for _url, text in pages(app, things))
    assert WHY not in seen
    assert str(things.care.assignment) not in seen
    with app.app_context():
        enrolments.enrol(
            her.user(),
            enrolments.EnrolmentEntry(
                programme="low-back",
                schedule=Schedule(weekdays=frozenset({2}), at_min=1200),
                side="left",
            ),
            now=datetime.now(UTC),
        )
        db.session.commit()
    assert as_seen(app, things) == before


@pytest.mark.parametrize(
    "scopes",
    [
        Scopes(),
        Scopes(shares_routines=True),
        Scopes(shares_records=True),
        Scopes(shares_notes=True),
    ],
    ids=["nothing", "the plan", "records", "words"],
)
def test_each_page_opens_or_is_not_found_as_its_scope_says(app, her, things, scopes):
    let_see(her, things, scopes)
    opened = {url for url, _text in pages(app, things)}
    about = f"/people/{things.care.link}"
    assert (f"{about}/assign" in opened) == scopes.shares_routines
    assert (f"{about}/assign/programme/neck-and-desk" in opened) == scopes.shares_routines
    assert (f"{about}/days" in opened) == scopes.shares_records
    assert (f"{about}/unlock" in opened) == scopes.shares_records
    assert (f"{about}/sessions/{things.log}" in opened) == scopes.shares_records
    assert about in opened
    assert f"{about}/messages" in opened


def test_what_a_scope_does_not_open_cannot_be_posted_either(app, her, things):
    let_see(her, things, Scopes())
    before = all_rows(app)
    for rule in of_therapists(app, "POST"):
        if not {"assign", "unlock", "give"} & set(
            re.split(r"[/._]", f"{rule.rule}.{rule.endpoint}")
        ):
            continue
        for form in forms_of(rule, things):
            url = address(app, rule, values_of(rule, things))
            assert things.care.therapist.post(url, data=form).status_code == 404, url
    assert all_rows(app) == before


@pytest.mark.parametrize("by", [Side.CLIENT, Side.THERAPIST])
def test_after_the_end_everything_of_the_link_is_as_if_it_had_never_been(app, her, things, by):
    end(her, things, by)
    before = all_rows(app)
    ours = {her: "", things.care.therapist: ""}
    for rule in of_link(app):
        values = values_of(rule, things)
        unknown = {**values, "link_id": NOBODY}
        for person in ours:
            answers = []
            for each in (values, unknown):
                url = address(app, rule, each)
                if "GET" in rule.methods:
                    answers.append(person.get(url))
                else:
                    answers.append(person.post(url, data=forms_of(rule, things)[0]))
            ended, never = answers
            assert ended.status_code == never.status_code == 404, rule.rule
            assert ended.data == never.data, rule.rule
    assert all_rows(app) == before


def test_after_the_end_no_page_of_the_therapist_has_anything_of_the_client(app, her, things):
    end(her, things)
    marks = (NAME, NOTE, ASKED, DONE, WHY, FOR_THEMSELVES, str(things.log))
    marks += (str(things.care.link), str(things.care.assignment), str(her.public_id))
    for url, text in pages(app, things):
        shown = text.replace(url, "")
        assert not [mark for mark in marks if mark in shown], url


def test_consent_that_ends_between_two_requests_acts_on_the_second(app, her, things):
    """The page was open; whatever is sent from it afterwards is refused and stored nowhere."""
    for _url, _text in pages(app, things):
        pass
    assert her.post(f"/settings/sharing/{things.care.link}/end").status_code == 303
    before = all_rows(app)
    sent = 0
    for rule in of_therapists(app, "POST"):
        for form in forms_of(rule, things):
            names_them = "link_id" in rule.arguments or rule.endpoint == "routines.give"
            if not names_them:
                continue
            url = address(app, rule, values_of(rule, things))
            assert things.care.therapist.post(url, data=form).status_code == 404, url
            sent += 1
    assert sent > 10
    assert all_rows(app) == before
    assert NAME not in things.care.therapist.get("/people").text


def test_a_scope_that_is_taken_away_between_two_requests_acts_on_the_second(app, her, things):
    session = f"/people/{things.care.link}/sessions/{things.log}"
    assert things.care.therapist.get(session).status_code == 200
    less = {"shares_routines": "y"}
    assert her.post(f"/settings/sharing/{things.care.link}", data=less).status_code == 303
    assert things.care.therapist.get(session).status_code == 404
    whole = things.care.therapist.get(f"/people/{things.care.link}").text
    assert NOTE not in whole


def test_a_new_consent_does_not_bring_back_the_old_link(app, her, things):
    end(her, things)
    fresh = link(her, things.care.therapist, Scopes())
    assert fresh != things.care.link
    therapist = things.care.therapist
    assert therapist.get(f"/people/{things.care.link}").status_code == 404
    assert therapist.get(f"/people/{fresh}").status_code == 200
    about_new = things.care.values() | {"link_id": fresh}
    for rule in of_therapists(app, "GET"):
        if not {"note_id", "visit_id", "log_id"} & rule.arguments:
            continue
        url = address(app, rule, {**values_of(rule, things), **about_new_only(rule, about_new)})
        assert therapist.get(url).status_code == 404, url


def about_new_only(rule: Rule, values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name in rule.arguments}


def test_what_is_of_one_client_is_not_found_under_another(app, her, him, things):
    """Another client of the same therapist: notes, visits, sessions and gifts stay where they are."""
    his = link(him, things.care.therapist)
    before = all_rows(app)
    for rule in of_link(app):
        if mark_of(app.view_functions[rule.endpoint]) != THERAPIST:
            continue
        if not {"note_id", "visit_id", "log_id", "assignment_id"} & rule.arguments:
            continue
        url = address(app, rule, {**values_of(rule, things), "link_id": his})
        if "GET" in rule.methods:
            assert things.care.therapist.get(url).status_code == 404, url
        else:
            answer = things.care.therapist.post(url, data=forms_of(rule, things)[0])
            assert answer.status_code in (303, 404), url
    assert all_rows(app) == before


def test_a_message_about_a_session_of_another_client_is_not_sent(app, her, him, things):
    his = link(him, things.care.therapist)
    form = {"text": "Well done.", "session": str(things.log), "operation": str(uuid4())}
    before = all_rows(app)
    assert things.care.therapist.post(f"/people/{his}/messages", data=form).status_code == 404
    assert him.post(f"/messages/{his}", data=form).status_code == 404
    assert all_rows(app) == before


def test_a_colleague_with_the_routine_sees_nobody_who_has_it(app, her, therapist, things):
    with app.app_context():
        routine = routines.routine_for(things.care.therapist.user(), things.care.routine)
        db.session.add(
            RoutineEditor(routine_id=routine.id, user_id=therapist.id, since=datetime.now(UTC))
        )
        db.session.commit()
    for rule in of_therapists(app, "GET"):
        if rule.arguments - {"routine_id"}:
            continue
        url = address(app, rule, values_of(rule, things))
        text = therapist.get(url).text
        assert NAME not in text, url
        assert str(things.care.link) not in text, url
    form = next(
        forms_of(rule, things)[0]
        for rule in of_therapists(app, "POST")
        if rule.endpoint == "routines.give"
    )
    answer = therapist.post(f"/routines/{things.care.routine}/assign", data=form)
    assert answer.status_code == 404


def test_a_private_note_is_on_no_page_of_the_client_and_in_no_export_of_theirs(app, her, things):
    for rule in rules(app, "GET"):
        if mark_of(app.view_functions[rule.endpoint]) == THERAPIST:
            continue
        answer = her.get(address(app, rule, values_of(rule, things)))
        assert FOR_THEMSELVES not in answer.text, rule.rule
    with app.app_context():
        document = "".join(exports.everything(her.user(), now=datetime.now(UTC)))
        assert ASKED in document
        assert FOR_THEMSELVES not in document
        theirs = things.care.therapist.user()
        own = "".join(exports.everything(theirs, now=datetime.now(UTC)))
        assert FOR_THEMSELVES in own
        assert ASKED not in own
        assert NAME not in own


def test_the_clients_own_page_of_what_is_seen_shows_no_more_than_the_therapists(app, her, things):
    for scopes in (Scopes(), replace(EVERYTHING, shares_notes=False)):
        let_see(her, things, scopes)
        assert NOTE not in her.get(f"/settings/sharing/{things.care.link}/as-seen").text


def test_somebody_who_is_no_therapist_any_more_sees_nothing(app, her, things):
    with app.app_context():
        db.session.get_one(User, things.care.therapist.id).role = Role.CLIENT
        db.session.commit()
    for rule in of_therapists(app):
        url = address(app, rule, values_of(rule, things))
        if "GET" in rule.methods:
            answer = things.care.therapist.get(url)
        else:
            answer = things.care.therapist.post(url, data=forms_of(rule, things)[0])
        assert answer.status_code == 404, url
