"""Today: the check-in, today's sessions, the next ones and the week so far."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.check_in.forms import quick_form
from fstpwa.blueprints.gate_pages import still_to_do, summary_of
from fstpwa.content import library
from fstpwa.domain.days import local_day, minute_of_day
from fstpwa.domain.timeline import Pace
from fstpwa.models.people import User
from fstpwa.services import check_ins, red_days, reminders
from fstpwa.services.asks import asks_of
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import usual_minutes
from fstpwa.services.today import Today, today_of

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
    return render_template(
        "practice/today.html",
        user=user,
        day=day,
        check_in=check_in,
        form=quick_form() if check_in is None else None,
        now_min=minute_of_day(now, user.time_zone),
        held=red_days.is_held(user, day),
        other_days=[day + timedelta(days=ahead) for ahead in range(1, 8)],
        **_shown(view, user),
    )


def _shown(view: Today, user: User) -> dict[str, object]:
    """Return what Today shows of the plan, and what the gate says of it."""
    safety = library().safety
    return {
        "view": view,
        "flare": view.gate.is_flare,
        "minutes_ahead": _comes_at(view, pace_of(user)),
        "safety": safety,
        "messages": safety.messages,
        "asks": asks_of(user, view.gate.standing, rescreen_due=view.gate.door == "again"),
        "still": still_to_do(view.gate) if view.gate.is_open and view.is_emptied else None,
        "summary_of": summary_of,
        "wants_reminder": _follows(view) and not reminders.has_any(user),
    }


def _follows(view: Today) -> bool:
    return view.enrolment is not None and view.enrolment.paused_at is None


def _comes_at(view: Today, pace: Pace) -> dict[UUID, int]:
    """Return the minutes of each session that comes next, 0 where nothing of it is left."""
    return {each.session.id: usual_minutes(each, pace) for each in view.following}
