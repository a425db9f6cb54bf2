"""Who may, and how a browser is recognised: device sessions, their end, their stamps."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from time_machine import travel

from fstpwa import create_app
from fstpwa.access import (
    MARKS,
    before_second_factor,
    confirmed,
    demo_only,
    mark_of,
    public,
    signed_in,
    therapist,
)
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, Role, User
from fstpwa.services import check_ins, devices, people
from tests.conftest import Person
from tests.given_secrets import SECRETS

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def test_each_mark_marks_its_view():
    marks = {mark(lambda: "").access_mark for mark in (public, signed_in, therapist, demo_only)}
    assert marks == MARKS


def test_what_stands_beside_a_mark_is_no_mark():
    assert mark_of(confirmed("settings.index")(before_second_factor(lambda: ""))) is None


def test_every_view_that_asks_for_proof_leads_on_to_a_page_without_arguments(app):
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    found = {getattr(view, "confirmed_then", None) for view in app.view_functions.values()}
    for endpoint in found - {None}:
        assert endpoint in rules, endpoint
        assert not rules[endpoint].arguments, endpoint


def test_a_view_without_a_mark_has_none():
    assert mark_of(lambda: "") is None


@pytest.fixture
def scratch(app: Flask, database_url: str) -> Flask:
    """An app outside demo mode with a view for each mark, and one without."""
    scratch = create_app(Settings(database_url=database_url, **SECRETS))
    scratch.testing = True
    for mark in (public, signed_in, therapist, demo_only, lambda view: view):
        view = mark(lambda: "seen")
        name = (mark_of(view) or "unmarked").replace(" ", "-")
        scratch.add_url_rule(f"/scratch/{name}", endpoint=name, view_func=view)
    yield scratch
    with scratch.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("path", "visitor", "client_role", "therapist_role"),
    [
        ("public", 200, 200, 200),
        ("signed-in", 303, 200, 200),
        ("therapist", 303, 404, 200),
        ("demo-only", 404, 404, 404),
        ("unmarked", 404, 404, 404),
    ],
)
def test_a_mark_lets_in_whom_it_names_and_no_mark_lets_in_nobody(
    scratch, path, visitor, client_role, therapist_role
):
    for role, status in (
        (None, visitor),
        (Role.CLIENT, client_role),
        (Role.THERAPIST, therapist_role),
    ):
        browser = scratch.test_client() if role is None else Person(scratch, role).client
        assert browser.get(f"/scratch/{path}").status_code == status


def test_what_is_forbidden_looks_like_what_is_not_there(scratch):
    browser = Person(scratch).client
    assert browser.get("/scratch/therapist").data == browser.get("/scratch/nowhere").data


def test_a_fresh_browser_is_nobody_after_somebody_else_was_signed_in(app, her):
    assert her.get("/today").status_code == 200
    assert app.test_client().get("/today").status_code == 303
    assert her.get("/today").status_code == 200


def test_two_browsers_in_turn_are_two_people(her, him):
    her.post("/settings/profile", data={**PROFILE, "name": "Ana"})
    him.post("/settings/profile", data={**PROFILE, "name": "Bo"})
    for _ in range(2):
        assert 'value="Ana"' in her.get("/settings/profile").text
        assert 'value="Bo"' in him.get("/settings/profile").text


PROFILE = {
    "time_zone": "UTC",
    "country": "",
    "language": "en_GB",
}


def test_only_the_hash_of_a_token_is_stored(app, her):
    token = her.client.get_cookie("good-days").value
    with app.app_context():
        device = db.session.scalars(select(DeviceSession)).one()
        assert device.token_hash == hashlib.sha256(token.encode()).digest()
        for table in db.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                assert token not in str(row)
                assert token.encode() not in row


def test_tokens_are_long_and_each_is_new(app, her):
    with app.app_context():
        tokens = {devices.open_device(her.user(), "", now=datetime.now(UTC)) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)


def test_a_token_that_was_signed_out_opens_nothing_even_when_it_was_stolen(app, her):
    stolen = her.client.get_cookie("good-days").value

    answer = her.post("/sign-out")

    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "good-days=;" in answer.headers["Set-Cookie"]
    thief = app.test_client()
    thief.set_cookie("good-days", stolen)
    assert thief.get("/today").status_code == 303
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM device_session")) == 0


def test_signing_out_on_one_device_leaves_the_others(app, her):
    with app.app_context():
        token = devices.open_device(her.user(), "Phone", now=datetime.now(UTC))
        db.session.commit()
    phone = app.test_client()
    phone.set_cookie("good-days", token)

    phone.post("/sign-out")

    assert phone.get("/today").status_code == 303
    assert her.get("/today").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "good-days", "0", "'; --", "a" * 4000])
def test_a_made_up_token_opens_nothing(client, token):
    client.set_cookie("good-days", token)
    assert client.get("/today").status_code == 303


@pytest.mark.parametrize(
    ("role", "idle", "whole"),
    [
        (Role.CLIENT, timedelta(days=90), timedelta(days=365)),
        (Role.THERAPIST, timedelta(hours=12), timedelta(days=30)),
    ],
)
def test_a_device_ends_when_it_is_idle_too_long_and_in_any_case_after_its_whole_life(
    app, role, idle, whole
):
    opened = datetime(2026, 3, 1, 9, tzinfo=UTC)
    moment = timedelta(seconds=1)
    with app.app_context():
        user = people.start_without_account("UTC", now=opened)
        user.role = role
        token = devices.open_device(user, "", now=opened)
        assert devices.device_of_token(token, now=opened + idle - moment)
        assert devices.device_of_token(token, now=opened + idle) is None

        device = devices.device_of_token(token, now=opened)
        device.idle_expires_at = opened + 2 * whole
        assert devices.device_of_token(token, now=opened + whole - moment)
        assert devices.device_of_token(token, now=opened + whole) is None


def test_an_idle_device_is_sent_to_the_first_page(her):
    with travel(datetime.now(UTC) + timedelta(days=91), tick=False):
        assert her.get("/today").status_code == 303


def seen(person: Person) -> tuple[datetime, datetime, datetime]:
    """Return when the person and their device were last seen, and when the device ends idle."""
    with person.app.app_context():
        device = db.session.scalars(select(DeviceSession).filter_by(user_id=person.id)).one()
        user = db.session.get_one(User, person.id)
        return user.last_seen_at, device.last_seen_at, device.idle_expires_at


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_being_seen_is_stamped_once_an_hour_and_prolongs_the_device(kept_rows, her, method):
    opened = seen(her)
    start = opened[0]
    url = "/today" if method == "GET" else "/settings/profile"

    with travel(start + timedelta(minutes=59), tick=False):
        assert her.client.open(url, method=method, data=PROFILE).status_code < 400
    assert seen(her) == opened

    later = start + timedelta(minutes=61)
    with travel(later, tick=False):
        assert her.client.open(url, method=method, data=PROFILE).status_code < 400
    assert seen(her) == (later, later, later + timedelta(days=90))

    with travel(later + timedelta(minutes=30), tick=False):
        her.client.open(url, method=method, data=PROFILE)
    assert seen(her)[0] == later


def test_a_stamp_stays_when_the_page_that_was_asked_for_is_not_there(kept_rows, her):
    later = seen(her)[0] + timedelta(hours=2)
    with travel(later, tick=False):
        assert her.get("/plan/nowhere").status_code == 404
        assert her.get("/today").status_code == 200
    assert seen(her)[0] == later


def test_an_unknown_token_stamps_nobody(kept_rows, app, her):
    before = seen(her)
    stranger = app.test_client()
    stranger.set_cookie("good-days", "x" * 43)
    with travel(before[0] + timedelta(hours=2), tick=False):
        stranger.get("/today")
    assert seen(her) == before


def test_the_demo_people_sign_in_only_in_demo_mode(app, scratch):
    with app.app_context():
        now = datetime.now(UTC)
        demo = people.start_without_account("UTC", now=now)
        demo.is_demo = True
        db.session.commit()
        address = f"/demo/{demo.public_id}"
    browser = app.test_client()
    assert browser.post(address).headers["Location"] == "/today"
    assert browser.get("/today").status_code == 200

    outside = scratch.test_client()
    assert outside.post(address, headers=SAME_ORIGIN).status_code == 404
    assert "/demo/" not in outside.get("/").text


def test_nobody_but_the_demo_people_signs_in_by_a_button(client, her):
    assert client.post(f"/demo/{her.public_id}").status_code == 404
    assert client.get("/today").status_code == 303


def test_signing_in_as_another_demo_person_ends_the_device_before(app, her):
    with app.app_context():
        demo = people.start_without_account("UTC", now=datetime.now(UTC))
        demo.is_demo = True
        db.session.commit()
        address = f"/demo/{demo.public_id}"
    old = her.client.get_cookie("good-days").value

    assert her.post(address).status_code == 303

    new = her.client.get_cookie("good-days").value
    assert new != old
    thief = app.test_client()
    thief.set_cookie("good-days", old)
    assert thief.get("/today").status_code == 303


def test_what_he_wrote_in_a_tab_left_open_is_never_stored_as_hers(her: Person, him: Person):
    day = her.today().isoformat()
    sent = {"which": "quick", "stiffness": "4"}
    [hers, his] = [
        {"HX-Request": "true", "X-Written-By": str(each.public_id)} for each in (her, him)
    ]
    refused = her.post(f"/check-in/{day}", data=sent, headers=his)
    assert refused.status_code == 409
    assert "Somebody else is signed in" in refused.text
    with her.app.app_context():
        assert check_ins.check_in_on(her.user(), her.today()) is None
    stored = her.post(f"/check-in/{day}", data=sent, headers=hers)
    assert stored.status_code == 200
    with her.app.app_context():
        found = check_ins.check_in_on(her.user(), her.today())
    assert found is not None
    assert found.stiffness == 4
