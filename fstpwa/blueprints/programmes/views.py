"""Reading about the programmes. Choosing one is in the plan's views."""

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fstpwa.access import acting_user, public
from fstpwa.blueprints.gate_pages import aside_here, gate_here, programme_for_you
from fstpwa.blueprints.programmes import presenting
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import NotFound
from fstpwa.models.practice import Enrolment
from fstpwa.offline import kept_offline
from fstpwa.services.enrolments import programme_of, running_enrolment

blueprint = Blueprint("programmes", __name__, url_prefix="/programmes")


@blueprint.get("")
@public
@kept_offline
def index() -> ResponseReturnValue:
    """Show all programmes on offer, the running one first."""
    running = _running()
    gate, aside = gate_here(), aside_here()
    return render_template(
        "programmes/index.html",
        gate=gate,
        for_you=lambda programme: programme_for_you(programme, gate, aside),
        pages=[presenting.page_of(each.slug) for each in library().programmes_on_offer()],
        running=running,
        **(_about(running) if running else {}),
        safety=library().safety,
    )


@blueprint.get("/<slug:slug>")
@public
@kept_offline
def show(slug: str) -> ResponseReturnValue:
    """Show one programme. A retired one can still be read."""
    if slug not in library().programmes:
        raise NotFound("There is no such programme.")
    return render_template(
        "programmes/show.html",
        page=presenting.page_of(slug),
        gate=(gate := gate_here()),
        for_you=programme_for_you(library().programmes[slug], gate, aside_here()),
        running=_running(),
        safety=library().safety,
    )


def _about(running: Enrolment) -> dict[str, object]:
    """Return what is shown of the programme that somebody follows."""
    today = local_day(datetime.now(UTC), acting_user().time_zone)
    return {
        "running_programme": programme_of(running),
        "running_has_page": running.programme in library().programmes,
        "running_rests": running.rests_on(today),
    }


def _running() -> Enrolment | None:
    return running_enrolment(acting_user()) if current_user.is_authenticated else None
