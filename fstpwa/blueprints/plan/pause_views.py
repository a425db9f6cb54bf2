"""Pausing the running programme, and going on with it."""

from datetime import UTC, datetime, timedelta

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.plan.blueprint import blueprint
from fstpwa.blueprints.plan.pause_form import PauseForm
from fstpwa.blueprints.plan.showing import showing
from fstpwa.domain.days import local_day, long_day
from fstpwa.extensions import db
from fstpwa.services import enrolments, pauses
from fstpwa.web import go_to, invalid_form


@blueprint.post("/plan/pause")
@signed_in
def pause() -> ResponseReturnValue:
    """Pause the programme from today, or change the pause it is in."""
    user, now = acting_user(), datetime.now(UTC)
    enrolment = enrolments.running_or_not_found(user)
    form = PauseForm()
    if not form.validate():
        return invalid_form(
            "plan/show.html", "plan/_pause_form.html", **showing(enrolment, pause_form=form)
        )
    until = form.until.data
    pauses.pause(enrolment, user, now=now, reason=form.chosen_reason(), until=until)
    db.session.commit()
    if until is None:
        flash(_("Paused. Nothing counts until you go on."))
    else:
        goes_on = long_day(until + timedelta(days=1), local_day(now, user.time_zone))
        flash(_("Paused. Nothing counts, and it goes on by itself on %(day)s.", day=goes_on))
    return go_to(url_for("practice.today"))


@blueprint.post("/plan/resume")
@signed_in
def resume() -> ResponseReturnValue:
    """Go on with a paused programme."""
    user = acting_user()
    pauses.resume(enrolments.running_or_not_found(user), user, now=datetime.now(UTC))
    db.session.commit()
    flash(_("You go on where you were."))
    return go_to(url_for("practice.today"))
