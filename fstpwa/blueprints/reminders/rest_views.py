"""When nothing rings: a pause of one reminder or of all, quiet hours; and whose clocks count."""

from datetime import UTC, datetime
from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.reminders.blueprint import blueprint
from fstpwa.blueprints.reminders.forms import PauseForm, QuietForm
from fstpwa.blueprints.reminders.pages import list_of_reminders, one_reminder
from fstpwa.domain.days import local_day, long_day
from fstpwa.extensions import db
from fstpwa.services import people, reminders
from fstpwa.web import go_to, invalid_form

INDEX, EDIT = "reminders/index.html", "reminders/edit.html"
QUIET_FORM, PAUSE_ALL_FORM = "reminders/_quiet_form.html", "reminders/_pause_all_form.html"
PAUSE_FORM = "reminders/_pause_form.html"


@blueprint.post("/<uuid:reminder_id>/pause")
@signed_in
def pause(reminder_id: UUID) -> ResponseReturnValue:
    """Let one reminder rest until a day."""
    user, now = acting_user(), datetime.now(UTC)
    reminder = reminders.reminder_of(user, reminder_id)
    today = local_day(now, user.time_zone)
    form = PauseForm.on(today)
    if not form.validate():
        shown = one_reminder(user, reminder, now=now, pause_form=form)
        return invalid_form(EDIT, PAUSE_FORM, **shown)
    reminders.pause(user, reminder, form.until.data, now=now)
    db.session.commit()
    flash(_("Paused. It goes on %(day)s.", day=long_day(form.until.data, today)))
    return go_to(url_for("reminders.index", _anchor=f"reminder-{reminder_id}"))


@blueprint.post("/<uuid:reminder_id>/resume")
@signed_in
def resume(reminder_id: UUID) -> ResponseReturnValue:
    """End the pause of one reminder."""
    user = acting_user()
    reminder = reminders.reminder_of(user, reminder_id)
    reminders.pause(user, reminder, None, now=datetime.now(UTC))
    db.session.commit()
    flash(_("The pause is over."))
    return go_to(url_for("reminders.index", _anchor=f"reminder-{reminder_id}"))


@blueprint.post("/pause-all")
@signed_in
def pause_all() -> ResponseReturnValue:
    """Let every reminder rest until a day."""
    user, now = acting_user(), datetime.now(UTC)
    today = local_day(now, user.time_zone)
    form = PauseForm.on(today)
    if not form.validate():
        shown = list_of_reminders(user, now=now, pause_form=form)
        return invalid_form(INDEX, PAUSE_ALL_FORM, **shown)
    reminders.pause_all(user, form.until.data, now=now)
    db.session.commit()
    flash(_("All reminders are paused. They go on %(day)s.", day=long_day(form.until.data, today)))
    return go_to(url_for("reminders.index"))


@blueprint.post("/resume-all")
@signed_in
def resume_all() -> ResponseReturnValue:
    """End every pause."""
    reminders.pause_all(acting_user(), None, now=datetime.now(UTC))
    db.session.commit()
    flash(_("The pause is over."))
    return go_to(url_for("reminders.index"))


@blueprint.post("/quiet-hours")
@signed_in
def quiet_hours() -> ResponseReturnValue:
    """Store between which times nothing rings, or that there are none."""
    user, now = acting_user(), datetime.now(UTC)
    if request.form.get("off") == "1":
        reminders.set_quiet_hours(user, None)
        words = _("There are no quiet hours any more.")
    else:
        form = QuietForm.of(user)
        if not form.validate():
            shown = list_of_reminders(user, now=now, quiet_form=form)
            return invalid_form(INDEX, QUIET_FORM, **shown)
        reminders.set_quiet_hours(user, form.quiet_hours())
        words = _("Your quiet hours are saved.")
    db.session.commit()
    flash(words)
    return go_to(url_for("reminders.index", _anchor="quiet-hours"))


@blueprint.post("/time-zone")
@signed_in
def time_zone() -> ResponseReturnValue:
    """Store where somebody is now; their reminders go by the clocks there."""
    user = acting_user()
    people.refuse_demo(user)
    reminders.move_to_zone(user, request.form.get("time_zone", ""), now=datetime.now(UTC))
    words = _("Times are now those of %(zone)s.", zone=user.time_zone.replace("_", " "))
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return "", 204
    flash(words)
    return go_to(url_for("reminders.index"))
