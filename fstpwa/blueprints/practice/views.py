"""Today: the check-in, today's sessions, the next ones and the week so far."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.check_in.forms import quick_form
from fstpwa.domain.days import local_day
from fstpwa.services import check_ins
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import usual_minutes
from fstpwa.services.today import today_of

blueprint = Blueprint("practice", __name__)


@blueprint.get("/today")
@signed_in
def today() -> ResponseReturnValue:
    """Show what there is to do today, and how the day is."""
    user = acting_user()
    now = datetime.now(UTC)
    day = local_day(now, user.time_zone)
    check_in = check_ins.check_in_on(user, day)
    view = today_of(user, day)
    pace = pace_of(user)
    return render_template(
        "practice/today.html",
        user=user,
        day=day,
        view=view,
        check_in=check_in,
        form=quick_form() if check_in is None else None,
        minutes_ahead={each.id: usual_minutes(each, pace) for each in view.following},
        other_days=[day + timedelta(days=ahead) for ahead in range(1, 8)],
    )
