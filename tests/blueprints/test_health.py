"""Machines learn whether the product works, and nothing else."""

from datetime import UTC, datetime
from importlib.metadata import version

import pytest

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.services import health
from tests.given_secrets import SECRETS


def test_all_is_well_while_the_worker_beats(app, client):
    with app.app_context():
        health.record_heartbeat(now=datetime.now(UTC))
        db.session.commit()

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "database": "ok",
        "worker": "ok",
        "reminders": "ok",
        "storage": "ok",
        "version": version("fstpwa"),
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_late_worker_is_told_but_people_can_go_on(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["worker"]) == ("degraded", "late")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_can_only_be_looked_at(client, method):
    answer = client.open("/healthz", method=method)

    assert answer.status_code == 405


@pytest.mark.parametrize(
    "address",
    ["sqlite:////nowhere/at/all.sqlite3", "postgresql+psycopg://ada:word@127.0.0.1:9/days"],
)
def test_a_database_that_is_away_is_503_without_a_word_about_where_it_was(address, tmp_path):
    app = create_app(Settings(data_dir=tmp_path, database_url=address, **SECRETS))

    answer = app.test_client().get("/healthz")

    assert answer.status_code == 503
    assert answer.json == {
        "status": "down",
        "database": "away",
        "worker": "unknown",
        "reminders": "unknown",
        "storage": "unknown",
        "version": version("fstpwa"),
    }
