"""The plan on paper: the next session of it."""

from datetime import UTC, datetime

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.plan.blueprint import blueprint
from fstpwa.domain.days import local_day
from fstpwa.services import hand_outs


@blueprint.get("/plan/hand-out")
@signed_in
def hand_out() -> ResponseReturnValue:
    """Lead to the next planned session on paper, or to the plan where none is planned."""
    user = acting_user()
    found = hand_outs.next_session(user, local_day(datetime.now(UTC), user.time_zone))
    if found is None:
        return redirect(url_for("plan.show"), code=303)
    return redirect(url_for("sessions.hand_out", session_id=found), code=303)
