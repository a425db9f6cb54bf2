"""Reading about the programmes. Choosing one is in the plan's views."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fstpwa.access import acting_user, public
from fstpwa.blueprints.gate_pages import gate_here, programme_for_you
from fstpwa.blueprints.programmes import presenting
from fstpwa.content import library
from fstpwa.domain.errors import NotFound
from fstpwa.models.practice import Enrolment
from fstpwa.services.enrolments import running_enrolment

blueprint = Blueprint("programmes", __name__, url_prefix="/programmes")


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    """Show all programmes on offer, the running one first."""
    running = _running()
    gate = gate_here()
    return render_template(
        "programmes/index.html",
        gate=gate,
        for_you=lambda programme: programme_for_you(programme, gate),
        pages=[presenting.page_of(each.slug) for each in library().programmes_on_offer()],
        running=running,
        running_page=presenting.page_of(running.programme) if running else None,
        safety=library().safety,
    )


@blueprint.get("/<slug:slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Show one programme. A retired one can still be read."""
    if slug not in library().programmes:
        raise NotFound("There is no such programme.")
    return render_template(
        "programmes/show.html",
        page=presenting.page_of(slug),
        gate=(gate := gate_here()),
        for_you=programme_for_you(library().programmes[slug], gate),
        running=_running(),
        safety=library().safety,
    )


def _running() -> Enrolment | None:
    return running_enrolment(acting_user()) if current_user.is_authenticated else None
