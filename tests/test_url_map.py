"""Every route says who may, types what it takes, and reads without writing."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import IntegerConverter, PathConverter, UUIDConverter

from fstpwa import create_app
from fstpwa.access import MARKS, mark_of, public
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.models.people import Role, User
from fstpwa.web import DayConverter, SlugConverter, TokenConverter
from tests.given_secrets import SECRETS
from tests.whole_app import address, all_rows, owner_of, rules, takes_json, things_of, values_of

TYPED = (
    DayConverter,
    IntegerConverter,
    PathConverter,
    SlugConverter,
    TokenConverter,
    UUIDConverter,
)


def test_every_route_has_an_access_mark(app: Flask) -> None:
    unmarked = [
        rule.rule for rule in rules(app) if mark_of(app.view_functions[rule.endpoint]) not in MARKS
    ]
    assert unmarked == []


def test_every_part_of_an_address_is_typed(app: Flask) -> None:
    untyped = [
        rule.rule
        for rule in rules(app)
        for name in rule.arguments
        if not isinstance(rule._converters[name], TYPED)
    ]
    assert untyped == []


def test_a_route_either_reads_or_writes(app: Flask) -> None:
    both = [
        rule.rule
        for rule in rules(app)
        if "GET" in (rule.methods or ()) and {"POST", "PUT", "PATCH", "DELETE"} & set(rule.methods)
    ]
    assert both == []


def test_writing_is_always_a_post_that_plain_forms_can_send(app: Flask) -> None:
    methods = set().union(*(rule.methods or () for rule in rules(app)))
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}


def test_scripts_send_json_to_one_address_alone(app: Flask) -> None:
    assert [rule.rule for rule in rules(app) if takes_json(rule)] == ["/api/outbox"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_no_reading_of_any_address_writes_anything(app, her, method):
    things = things_of(her)
    visitor = app.test_client()
    before = all_rows(app)
    for rule in rules(app, method):
        for session in (things.planned, things.done):
            url = address(app, rule, values_of(rule, things, session=session))
            hers = owner_of(app, rule, her, things).client
            for browser in (hers, visitor):
                answer = browser.open(url, method=method)
                assert answer.status_code in (200, 303, 401), (url, answer.status_code)
    assert all_rows(app) == before


def test_a_get_that_tries_to_write_fails_and_the_next_post_does_not(new_database, tmp_path):
    app = scratch_app(new_database(), tmp_path)

    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        app.test_client().get("/scratch")
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    assert app.test_client().post("/scratch", headers=same_origin).status_code == 200
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        app.test_client().head("/scratch")

    with app.app_context():
        assert db.session.scalar(text('SELECT count(*) FROM "user"')) == 1
        db.session.remove()
        db.engine.dispose()


def scratch_app(database_url: str, tmp_path) -> Flask:
    """Return an app with one view that writes, whatever the method."""
    app = create_app(Settings(data_dir=tmp_path, database_url=database_url, **SECRETS))
    app.testing = True

    @app.route("/scratch", methods=["GET", "POST"])
    @public
    def scratch() -> str:
        now = datetime.now(UTC) - timedelta(hours=1)
        user = User(
            public_id=uuid4(),
            role=Role.CLIENT,
            time_zone="UTC",
            created_at=now,
            last_seen_at=now,
        )
        db.session.add(user)
        db.session.commit()
        return "written"

    with app.app_context():
        db.create_all()
    return app
