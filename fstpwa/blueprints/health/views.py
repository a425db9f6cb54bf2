"""Whether the product works, for machines: nothing about anybody, no sign-in, no cookie."""

from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from fstpwa.access import public
from fstpwa.services import health

blueprint = Blueprint("health", __name__)

VERSION = version("fstpwa")


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Answer 200 while people can use the product, 503 while the database is away."""
    found = health.look(now=datetime.now(UTC))
    usable = found.database == "ok"
    answer = jsonify(
        status=found.status,
        database=found.database,
        worker=found.worker,
        reminders=found.reminders,
        storage=found.storage,
        version=VERSION,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer, HTTPStatus.OK if usable else HTTPStatus.SERVICE_UNAVAILABLE
