"""For whoever runs this Good Days: whether reminders arrive. Counts only, nobody's data."""

from datetime import UTC, datetime

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from fstpwa.access import public
from fstpwa.blueprints.reminders.blueprint import blueprint
from fstpwa.blueprints.reminders.key_state import keys_of
from fstpwa.services import operator_tokens, reminder_status
from fstpwa.web import settings


@blueprint.get("/operator/<token:operator_token>")
@public
def operator(operator_token: str) -> ResponseReturnValue:
    """Show the numbers to whoever has an address that `fstpwa reminders status --page` signed."""
    now = datetime.now(UTC)
    operator_tokens.check(operator_token, now=now)
    found = reminder_status.status(keys_of(settings()), now=now)
    answer = make_response(render_template("reminders/operator.html", status=found))
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "no-store"
    return answer
