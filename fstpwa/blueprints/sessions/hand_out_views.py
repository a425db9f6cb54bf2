"""A planned session on paper."""

from datetime import UTC, datetime
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.gate_pages import closed_door
from fstpwa.blueprints.hand_out_pages import hand_out_page, page_of_programme
from fstpwa.blueprints.sessions.blueprint import blueprint
from fstpwa.domain.days import local_day
from fstpwa.services import hand_outs, planning, programme_versions
from fstpwa.services.day_plan import day_plan
from fstpwa.services.people import pace_of
from fstpwa.web import go_to


@blueprint.get("/<uuid:session_id>/hand-out")
@signed_in
def hand_out(session_id: UUID) -> ResponseReturnValue:
    """Show a planned session as it is printed: what the person's own answers leave of it today."""
    user = acting_user()
    session = planning.planned_session(user, session_id)
    plan = day_plan(user, local_day(datetime.now(UTC), user.time_zone))
    if (door := closed_door(plan.gate)) is not None:
        return go_to(door)
    playable = plan.playable(session)
    if playable.is_emptied:
        # That page says why.
        return go_to(url_for("sessions.play", session_id=session_id))
    slug = session.programme
    return hand_out_page(
        hand_outs.hand_out(
            playable.usual.items or playable.flare.items, pace_of(user), user.country or None
        ),
        name=session.name,
        purpose="",
        opens=page_of_programme(slug, has_page=programme_versions.is_known(slug)),
        back=(url_for("sessions.play", session_id=session_id), _("Back to the session")),
        whose=user.name,
    )
