"""A code that a client shows to a therapist, with what may be seen ticked before."""

from datetime import UTC, datetime

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, confirmed, signed_in
from fstpwa.blueprints.sharing.blueprint import blueprint
from fstpwa.blueprints.sharing.forms import ABOUT, ConsentForm
from fstpwa.extensions import db
from fstpwa.services import people, shown_codes
from fstpwa.web import go_to, invalid_form

PAGE = "sharing/code.html"


@blueprint.get("/settings/sharing/code")
@signed_in
@confirmed("sharing.code")
def code() -> ResponseReturnValue:
    """Ask what the therapist who types the code may see."""
    return render_template(PAGE, **_showing(ConsentForm(formdata=None)))


@blueprint.post("/settings/sharing/code")
@signed_in
@confirmed("sharing.code")
def make_code() -> ResponseReturnValue:
    """Show a code, once. Whichever therapist types it sees what was ticked."""
    user, form, now = acting_user(), ConsentForm(), datetime.now(UTC)
    people.refuse_demo(user)
    if not all((form.validate(), form.says_who(user), form.ticks_something())):
        return invalid_form(PAGE, PAGE, **_showing(form))
    if not user.name:
        people.say_name(user, form.name.data or "", now=now)
    opening = shown_codes.show_code(user, form.scopes(), now=now)
    db.session.commit()
    return render_template("sharing/code_shown.html", code=opening.code, shared=form.labels())


@blueprint.post("/settings/sharing/code/cancel")
@signed_in
def cancel_code() -> ResponseReturnValue:
    """Make the code that was shown work no more."""
    shown_codes.cancel_codes(acting_user(), now=datetime.now(UTC))
    db.session.commit()
    flash(_("The code works no more."))
    return go_to(url_for("sharing.index"))


def _showing(form: ConsentForm) -> dict[str, object]:
    return {"form": form, "name": _("your therapist"), "about": ABOUT, "user": acting_user()}
