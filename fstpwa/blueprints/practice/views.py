"""Today: the check-in, today's sessions, the next ones and the week so far."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.check_in.forms import quick_form
from fstpwa.content import library
from fstpwa.domain.days import local_day, minute_of_day
from fstpwa.extensions import db
from fstpwa.services import check_ins, red_days
from fstpwa.services.people import emergency_number_of, pace_of
from fstpwa.services.player_plan import usual_minutes
from fstpwa.services.today import today_of
from fstpwa.web import go_to

blueprint = Blueprint("practice", __name__)


@blueprint.get("/today")
@signed_in
def today() -> ResponseReturnValue:
    """Show what there is to do today, and how the day is."""
    user = acting_user()
    now = datetime.now(UTC)
    day = local_day(now, user.time_zone)
    check_in = check_ins.check_in_on(user, day)
    flare = bool(check_in and check_in.flare)
    view = today_of(user, day, flare=flare)
    pace = pace_of(user)
    return render_template(
        "practice/today.html",
        user=user,
        day=day,
        view=view,
        check_in=check_in,
        flare=flare,
        form=quick_form() if check_in is None else None,
        minutes_ahead={each.id: usual_minutes(each, pace) for each in view.following},
        now_min=minute_of_day(now, user.time_zone),
        held=red_days.is_held(user, day),
        messages=library().safety.messages,
        emergency_number=emergency_number_of(user),
        other_days=[day + timedelta(days=ahead) for ahead in range(1, 8)],
    )


@blueprint.post("/today/hold/take-back")
@signed_in
def take_back_hold() -> ResponseReturnValue:
    """Correct a mistaken tick of today: the check is asked again before a session."""
    user = acting_user()
    now = datetime.now(UTC)
    red_days.release(user, local_day(now, user.time_zone))
    db.session.commit()
    return go_to(url_for("practice.today"))
