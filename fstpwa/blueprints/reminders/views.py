"""The schedule: which reminders there are, added, changed, switched and deleted."""

from datetime import UTC, datetime
from uuid import UUID

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.reminders import (
    answer_views,
    backstop_views,
    device_views,
    health_views,
    news_views,
    presenting,
    rest_views,
)
from fstpwa.blueprints.reminders.blueprint import blueprint
from fstpwa.blueprints.reminders.forms import ReminderForm
from fstpwa.blueprints.reminders.pages import list_of_reminders, one_reminder
from fstpwa.domain.errors import Conflict
from fstpwa.extensions import db
from fstpwa.models.reminders import Reminder
from fstpwa.services import reminders
from fstpwa.services.reminder_outlook import outlook_of
from fstpwa.web import after_post, go_to, invalid_form

__all__ = [
    "answer_views",
    "backstop_views",
    "blueprint",
    "device_views",
    "health_views",
    "news_views",
    "rest_views",
]

INDEX, NEW, EDIT = "reminders/index.html", "reminders/new.html", "reminders/edit.html"
FORM, ONE = "reminders/_form.html", "reminders/_reminder.html"


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show the reminders, when they rest, the devices, and the last days."""
    return render_template(INDEX, **list_of_reminders(acting_user(), now=datetime.now(UTC)))


@blueprint.get("/new")
@signed_in
def new() -> ResponseReturnValue:
    """Ask what a new reminder is to be."""
    return render_template(NEW, form=ReminderForm())


@blueprint.post("/new")
@signed_in
def create() -> ResponseReturnValue:
    """Store a reminder, from its form or from a suggestion."""
    form = ReminderForm()
    if not form.validate():
        return invalid_form(NEW, FORM, form=form)
    try:
        made = reminders.create(acting_user(), form.entry(), now=datetime.now(UTC))
    except Conflict as error:
        _refuse(form, error)
        return invalid_form(NEW, FORM, form=form)
    where = _place(made.public_id)
    db.session.commit()
    flash(_("The reminder is added."))
    return go_to(where)


@blueprint.get("/<uuid:reminder_id>")
@signed_in
def edit(reminder_id: UUID) -> ResponseReturnValue:
    """Show one reminder, with all that can be changed about it."""
    user, reminder = acting_user(), _reminder(reminder_id)
    return render_template(EDIT, **one_reminder(user, reminder, now=datetime.now(UTC)))


@blueprint.post("/<uuid:reminder_id>")
@signed_in
def change(reminder_id: UUID) -> ResponseReturnValue:
    """Store what was changed about a reminder."""
    user, now, reminder = acting_user(), datetime.now(UTC), _reminder(reminder_id)
    form = ReminderForm.of(reminder)
    if not form.validate():
        return invalid_form(EDIT, FORM, **one_reminder(user, reminder, now=now, form=form))
    try:
        reminders.change(user, reminder, form.entry(reminder), now=now)
    except Conflict as error:
        _refuse(form, error)
        return invalid_form(EDIT, FORM, **one_reminder(user, reminder, now=now, form=form))
    db.session.commit()
    flash(_("The reminder is changed."))
    return go_to(_place(reminder_id))


@blueprint.post("/<uuid:reminder_id>/switch")
@signed_in
def switch(reminder_id: UUID) -> ResponseReturnValue:
    """Switch a reminder on or off."""
    user, now, reminder = acting_user(), datetime.now(UTC), _reminder(reminder_id)
    wanted = request.form.get("on")
    if wanted not in ("0", "1"):
        abort(422)
    reminders.switch(user, reminder, on=wanted == "1", now=now)
    db.session.commit()
    row = presenting.row_of(outlook_of(user, reminder, now=now), user, now=now)
    return after_post(ONE, otherwise=_place(reminder_id), row=row, just_switched=True)


@blueprint.post("/<uuid:reminder_id>/delete")
@signed_in
def delete(reminder_id: UUID) -> ResponseReturnValue:
    """Delete a reminder with what became of it."""
    reminders.delete(_reminder(reminder_id))
    db.session.commit()
    flash(_("The reminder is deleted."))
    return go_to(url_for("reminders.index"))


def _reminder(reminder_id: UUID) -> Reminder:
    return reminders.reminder_of(acting_user(), reminder_id)


def _place(reminder_id: UUID) -> str:
    """Return where a reminder stands in the list."""
    return url_for("reminders.index", _anchor=f"reminder-{reminder_id}")


def _refuse(form: ReminderForm, error: Conflict) -> None:
    """Put into the form why nothing was stored, which the database is told to forget."""
    db.session.rollback()
    form.form_errors.append(str(error))
