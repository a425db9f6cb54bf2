"""The first page, trying it, the demo people, and signing out."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug import Response

from fstpwa import log
from fstpwa.access import (
    INVITED,
    acting_user,
    before_second_factor,
    demo_only,
    device_token,
    first_page,
    from_here,
    give_device,
    public,
    signed_in,
    take_device,
)
from fstpwa.blueprints.entering import device_label
from fstpwa.blueprints.settings.own_data_views import gone_from_here
from fstpwa.content import library
from fstpwa.domain.errors import NotFound
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import devices, enrolments, people, throttle
from fstpwa.web import settings

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def front() -> ResponseReturnValue:
    """Show the first page to a visitor; whoever is signed in is led to theirs."""
    if current_user.is_authenticated:
        return redirect(first_page(acting_user()), code=303)
    return render_template(
        "home/front.html",
        messages=library().safety.messages,
        programmes=[p for p in library().programmes.values() if not p.retired],
        demo_people=people.demo_people() if settings().demo else [],
    )


@blueprint.post("/try")
@public
def try_it() -> ResponseReturnValue:
    """Make a person who only tries it, on this device, and begin the onboarding."""
    where = _after_start(request.form.get("programme", ""))
    if current_user.is_authenticated:
        return redirect(where, code=303)
    now = datetime.now(UTC)
    throttle.count(from_here(throttle.START_ADDRESS), now=now)
    user = people.start_without_account(request.form.get("time_zone", ""), now=now)
    response = _signed_in_response(user, where, now=now)
    db.session.commit()
    return response


@blueprint.post("/demo/<uuid:public_id>")
@demo_only
def sign_in_demo(public_id: UUID) -> ResponseReturnValue:
    """Sign in as one of the demo people, without a password."""
    now = datetime.now(UTC)
    devices.close_device(device_token())
    user = people.demo_person(public_id)
    response = _signed_in_response(user, first_page(user), now=now)
    db.session.commit()
    return response


@blueprint.post("/sign-out")
@signed_in
@before_second_factor
def sign_out() -> ResponseReturnValue:
    """End this device's session, and delete what nobody could open any more.

    A sign-out that waited on the phone for a network names whose it was, as does a page left
    open: whoever signed in here since then stays signed in.
    """
    user = acting_user()
    if request.form.get("user", str(user.public_id)) != str(user.public_id):
        return redirect(url_for("home.front"), code=303)
    devices.close_device(device_token())
    session.pop(INVITED, None)  # whoever is here next is somebody else, perhaps
    is_gone = people.forget_if_out_of_reach(user, now=datetime.now(UTC))
    db.session.commit()
    log.info("signed_out")
    if is_gone:
        return gone_from_here()
    response = redirect(url_for("home.front"), code=303)
    take_device(response)
    return response


def _after_start(programme: str) -> str:
    """Return where the onboarding begins; a programme that was chosen already goes along.

    Whoever opened an invitation answers that first: the therapist may be sitting beside them.
    """
    if INVITED in session:
        return url_for("sharing.consent")
    try:
        chosen = enrolments.available_programme(programme).slug
    except NotFound:
        chosen = None
    return url_for("welcome.index", programme=chosen)


def _signed_in_response(user: User, where: str, *, now: datetime) -> Response:
    token = devices.open_device(user, device_label(), now=now)
    response = redirect(where, code=303)
    give_device(response, token)
    return response
