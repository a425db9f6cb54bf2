"""With no network: what this phone keeps, and what it has still to send."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.settings.blueprint import blueprint
from fstpwa.offline import kept_offline


@blueprint.get("/offline")
@signed_in
@kept_offline
def offline() -> ResponseReturnValue:
    """Show the frame; the phone fills it, as only it knows what it keeps."""
    return render_template("settings/offline.html", user=acting_user())
