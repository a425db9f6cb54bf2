"""A routine played as a client would have it, by the real player; nothing of it is kept."""

from datetime import UTC, datetime
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, therapist
from fstpwa.blueprints.routines.blueprint import blueprint
from fstpwa.content import library
from fstpwa.domain.after_session import emergency_help
from fstpwa.domain.days import local_day
from fstpwa.services import routines
from fstpwa.services.figures import figure_of
from fstpwa.services.player_plan import preview_plan
from fstpwa.web import go_to


@blueprint.get("/routines/<uuid:routine_id>/preview")
@therapist
def preview(routine_id: UUID) -> ResponseReturnValue:
    """Show the player with the newest version of a routine, as it was built: no gate, no log."""
    user = acting_user()
    routine = routines.routine_for(user, routine_id)
    version = routines.newest(routine)
    items, flare_items = routines.items_for_preview(version)
    back = url_for("routines.show", routine_id=routine_id)
    if not items:
        return go_to(back)  # the library has lost all of it
    safety = library().safety
    today = local_day(datetime.now(UTC), user.time_zone)
    return render_template(
        "routines/preview.html",
        plan=preview_plan(user, version.name, items, flare_items, today=today),
        preview=back,
        purpose=version.purpose,
        prefer="usual",
        risk=safety.message("risk_before_session"),
        help=emergency_help(safety, user.country or None),
        figure_of=figure_of,
    )
