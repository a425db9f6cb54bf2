"""The coming days on one page: to look ahead, and Today where a phone is without a network for days."""

from datetime import UTC, datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.app.blueprint import blueprint
from fstpwa.domain.days import local_day
from fstpwa.offline import kept_offline
from fstpwa.services.coming import coming_days
from fstpwa.services.day_plan import day_plan
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import usual_minutes


@blueprint.get("/today/ahead")
@signed_in
@kept_offline
def ahead() -> ResponseReturnValue:
    """Show the coming 7 days, each with its sessions and the way to its check-in."""
    user = acting_user()
    today = local_day(datetime.now(UTC), user.time_zone)
    plan = day_plan(user, today)
    days = coming_days(user, today, plan)
    pace = pace_of(user)
    minutes = {each.session.id: usual_minutes(each, pace) for day in days for each in day.sessions}
    return render_template(
        "practice/ahead.html",
        user=user,
        today=today,
        plan=plan,
        days=days,
        minutes=minutes,
    )
