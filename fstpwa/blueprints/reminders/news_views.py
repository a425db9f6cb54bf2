"""Whether a notification tells somebody what came from their therapist, or from a client."""

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.reminders.blueprint import blueprint
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.services import care_notices
from fstpwa.web import go_to


@blueprint.post("/news")
@signed_in
def switch_news() -> ResponseReturnValue:
    """Tell of it from now on, or no more."""
    wanted = request.form.get("on")
    if wanted not in ("0", "1"):
        raise InvalidValue(_("Choose whether you want to be told. Nothing was changed."))
    care_notices.switch(acting_user(), on=wanted == "1")
    db.session.commit()
    flash(
        _("We tell you when something new comes.")
        if wanted == "1"
        else _("No more notifications about what is new. You find it in Good Days.")
    )
    return go_to(url_for("reminders.index", _anchor="news"))
