"""A routine on paper, and the page that the code on the paper opens."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in, therapist
from fstpwa.blueprints.hand_out_pages import hand_out_page
from fstpwa.blueprints.routines.blueprint import blueprint
from fstpwa.content import library
from fstpwa.domain.dose import SIDE_CHOICES
from fstpwa.domain.errors import NotFound
from fstpwa.domain.prescription import asks_side
from fstpwa.domain.routine import routine_items
from fstpwa.domain.timeline import DEFAULT_PACE
from fstpwa.models.people import Role
from fstpwa.services import hand_outs, routines


@blueprint.get("/routines/<uuid:routine_id>/hand-out")
@therapist
def hand_out(routine_id: UUID) -> ResponseReturnValue:
    """Show a routine as it is printed: the newest version, or the one that `version` names."""
    routine = routines.routine_for(acting_user(), routine_id)
    asked = request.args.get("version", "")
    version = hand_outs.version_of(routine, asked) if asked else routines.newest(routine)
    lines, movements = routines.lines_of(version), library().movements
    asks = asks_side(lines, movements)
    side = SIDE_CHOICES.get(request.args.get("side", ""), "both")
    items = routine_items(lines, movements, side if asks else "both")
    return hand_out_page(
        hand_outs.hand_out(items, DEFAULT_PACE, acting_user().country or None),
        name=version.name,
        purpose=version.purpose,
        opens=url_for("routines.opened_from_paper", routine_id=routine_id),
        back=(url_for("routines.show", routine_id=routine_id), _("Back to the routine")),
        side=side if asks else None,
        version=version.version if version.version != routine.version else None,
    )


@blueprint.get("/routines/<uuid:routine_id>/open")
@signed_in
def opened_from_paper(routine_id: UUID) -> ResponseReturnValue:
    """Lead whoever has the paper to that very routine: a therapist to it, a client to their plan.

    For everybody else there is no such routine.
    """
    user = acting_user()
    if user.role == Role.THERAPIST:
        try:
            routines.routine_for(user, routine_id)
        except NotFound:
            # It may be one that a colleague gave them.
            pass
        else:
            return redirect(url_for("routines.show", routine_id=routine_id), code=303)
    runs = hand_outs.follows_routine(user, routine_id)
    return redirect(url_for("plan.show" if runs else "practice.today"), code=303)
