"""Flare days: one tap on Today says it, one takes it back, one says that it is over."""

from datetime import UTC, datetime

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.flares import setback_views
from fstpwa.blueprints.flares.blueprint import blueprint
from fstpwa.blueprints.sent_operations import sent_operation
from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.services import decisions, flare_days, operations
from fstpwa.web import go_to

__all__ = ["blueprint", "setback_views"]


@blueprint.post("/today/flare")
@signed_in
def say() -> ResponseReturnValue:
    """Store what was tapped about a flare today."""
    user, now = acting_user(), datetime.now(UTC)
    answer, operation = request.form.get("answer", ""), sent_operation()
    if answer not in flare_days.ANSWERS:
        abort(422)
    if operations.claim(user, operation, now=now):
        today = local_day(now, user.time_zone)
        flare_days.answer(user, answer, day=today, at=now, operation_id=operation, now=now)
        if answer == "no":
            flash(_("Thank you. Your sessions stay as planned."))
        elif answer == "back":
            flash(_("Good to hear. The dose comes back step by step."))
    decisions.note(user, now=now)
    db.session.commit()
    return go_to(url_for("practice.today"))


@blueprint.post("/today/flare/kind")
@signed_in
def say_kind() -> ResponseReturnValue:
    """Store whether it is the usual kind of flare; something new leads to the health questions."""
    user, now = acting_user(), datetime.now(UTC)
    answer = request.form.get("answer")
    if answer not in ("like-before", "new"):
        abort(422)
    flare_days.say_kind(user, is_new=answer == "new", now=now)
    db.session.commit()
    return go_to(url_for("welcome.again" if answer == "new" else "practice.today"))


@blueprint.post("/today/flare/triggers")
@signed_in
def say_triggers() -> ResponseReturnValue:
    """Store what may have set the present flare off."""
    codes = request.form.getlist("trigger")
    flare_days.say_triggers(acting_user(), codes, now=datetime.now(UTC))
    db.session.commit()
    return go_to(url_for("practice.today", _anchor="flare"))
