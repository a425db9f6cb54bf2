"""What tests share: an app on a real database, rolled back after each test, and its people."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from werkzeug.test import TestResponse

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.domain.planning import Schedule
from fstpwa.extensions import db
from fstpwa.models.people import Role, User
from fstpwa.models.practice import PlannedSession
from fstpwa.services import access_log, devices, enrolments, people
from fstpwa.services.schema import upgrade_schema
from tests.given_secrets import SECRETS
from tests.pages import check_html
from tests.screened import screen

pytest_plugins = ["tests.databases"]

HTMX = {"HX-Request": "true"}
EVERY_DAY = Schedule(weekdays=frozenset(range(7)), at_min=8 * 60)


class StrictClient(FlaskClient):
    """A browser that sends what browsers send, and reads every page with a critical eye."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        headers = dict(kwargs.pop("headers", None) or {})
        if kwargs.get("method", "GET") not in ("GET", "HEAD", "OPTIONS"):
            headers.setdefault("Sec-Fetch-Site", "same-origin")
        kwargs.setdefault("buffered", True)
        response = super().open(*args, headers=headers, **kwargs)
        is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        if is_page and response.data:
            check_html(response.text, whole="HX-Request" not in headers)
        return response


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app in demo mode on this process's database, with all tables and no rows."""
    app = create_app(
        Settings(
            data_dir=tmp_path_factory.mktemp("data"),
            database_url=database_url,
            **SECRETS,
            demo=True,
        )
    )
    app.testing = True
    app.test_client_class = StrictClient
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "checkout", patience.tell)
        upgrade_schema(Path(app.config["GOOD_DAYS"].data_dir), now=datetime.now(UTC))
        db.session.configure(join_transaction_mode="create_savepoint")
    yield app
    with app.app_context():
        db.engine.dispose()


class Patience:
    """How long SQLite's connections wait for the one that writes.

    A test that is rolled back holds the only writer to its end. What the app does apart, such as
    noting on a GET that somebody was here, could only wait in vain: it is refused as after its
    five seconds, but at once.
    """

    is_in_vain = False

    def tell(self, connection: Any, _record: Any, _checked_out: Any) -> None:
        """Say so to a connection that is about to be used."""
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {0 if self.is_in_vain else 5000}")
        cursor.close()


patience = Patience()
looks: list[tuple[Any, ...]] = []
"""What therapists looked at on pages that only read: links, what, when."""


@pytest.fixture(autouse=True)
def rolled_back(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Undo at the end whatever a test with `app` stored, commits included."""
    if "app" not in request.fixturenames or "kept_rows" in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    with app.app_context():
        connection = db.engine.connect()
    transaction = connection.begin()
    monkeypatch.setattr(patience, "is_in_vain", True)
    monkeypatch.setattr(FlaskSession, "get_bind", lambda *_args, **_kwargs: connection)
    # Another connection sees nothing of what this test stored; test_access_log.py notes for real.
    monkeypatch.setattr(access_log, "write_apart", lambda *look: looks.append(look))
    looks.clear()
    yield
    transaction.rollback()
    connection.close()


@pytest.fixture
def kept_rows(app: Flask) -> Iterator[None]:
    """Keep what this test commits until it ends: for tests that need several connections."""
    yield
    with app.app_context(), db.engine.begin() as connection:
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Return a block that collects the statements which read or write rows."""

    @contextmanager
    def collected() -> Iterator[list[str]]:
        found: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.split(maxsplit=1)[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                found.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        yield found
        event.remove(engine, "before_cursor_execute", note)

    return collected


@pytest.fixture
def context(app: Flask) -> Callable[[], AbstractContextManager[Any]]:
    """Open an app context for looking into the database. Never hold it over a request."""
    return app.app_context


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A fresh browser: nobody is signed in."""
    return app.test_client()


class Person:
    """Somebody in a test: who they are, and their signed-in browser. Screened: nothing found."""

    def __init__(
        self,
        app: Flask,
        role: Role = Role.CLIENT,
        time_zone: str = "UTC",
        *,
        screened: bool = True,
    ) -> None:
        self.app = app
        with app.app_context():
            now = datetime.now(UTC)
            user = people.start_without_account(time_zone, now=now)
            user.role = role
            user.is_adult = True
            if screened:
                screen(user, now)
            token = devices.open_device(user, "Test", now=now, is_strong=role == Role.THERAPIST)
            db.session.commit()
            self.id = user.id
            self.public_id = user.public_id
        self.client = app.test_client()
        self.client.set_cookie("good-days", token)
        self.get = self.client.get
        self.post = self.client.post

    def user(self) -> User:
        """The row, inside an open app context."""
        return db.session.get_one(User, self.id)

    def follows(self, programme: str = "neck-and-desk", *, now: datetime | None = None) -> None:
        """Start a programme, on every day at eight."""
        with self.app.app_context():
            entry = enrolments.EnrolmentEntry(programme=programme, schedule=EVERY_DAY, side="left")
            enrolments.enrol(self.user(), entry, now=now or datetime.now(UTC))
            db.session.commit()

    def planned(self, ahead_days: int = 0) -> list[PlannedSession]:
        """The planned sessions of a day, loaded and detached."""
        with self.app.app_context():
            day = self.today() + timedelta(days=ahead_days)
            rows = db.session.scalars(
                db.select(PlannedSession)
                .filter_by(user_id=self.id, day=day)
                .where(PlannedSession.state != "withdrawn")
                .order_by(PlannedSession.at_min)
            ).all()
            db.session.expunge_all()
            return list(rows)

    def today(self) -> date:
        """Their own calendar day (their zone is UTC unless a test says so)."""
        return datetime.now(UTC).date()


@pytest.fixture
def her(app: Flask, rolled_back: None) -> Person:
    """A client, signed in."""
    return Person(app)


@pytest.fixture
def him(app: Flask, rolled_back: None) -> Person:
    """Another client, signed in: whatever is hers must not be his."""
    return Person(app)


@pytest.fixture
def therapist(app: Flask, rolled_back: None) -> Person:
    """A therapist, signed in."""
    return Person(app, Role.THERAPIST)
