"""The way in for what phones kept while there was no network."""

from dataclasses import asdict
from datetime import UTC, datetime

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from fstpwa.access import acting_user, signed_in
from fstpwa.domain.errors import Conflict
from fstpwa.domain.outbox import MOST_OPERATIONS, Answer, read_batch
from fstpwa.extensions import db
from fstpwa.services import outbox
from fstpwa.web import API

blueprint = Blueprint("api", __name__, url_prefix=API.rstrip("/"))

OTHER_USER = "This was written by somebody else on this phone, so nothing of it was stored."


@blueprint.post("/outbox")
@signed_in
def take_outbox() -> ResponseReturnValue:
    """Store a batch of entries, and answer to each: only after it is on the disk."""
    user, now = acting_user(), datetime.now(UTC)
    batch = read_batch(request.get_data())
    if len(batch.operations) > MOST_OPERATIONS:
        raise RequestEntityTooLarge
    if batch.user != user.public_id:
        raise Conflict(OTHER_USER)
    answers = outbox.apply(user, batch, now=now)
    db.session.commit()
    return jsonify(user=str(batch.user), answers=[_as_sent(each) for each in answers])


def _as_sent(answer: Answer) -> dict[str, str | None]:
    """Return an answer without what there is nothing to say about; `op` is always there."""
    said = {name: value for name, value in asdict(answer).items() if value is not None}
    return {"op": None} | said
