"""The first page, trying it, the demo people, and signing out."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug import Response

from fstpwa.access import (
    acting_user,
    demo_only,
    device_token,
    give_device,
    public,
    signed_in,
    take_device,
)
from fstpwa.content import library
from fstpwa.domain.errors import NotFound
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import enrolments, people
from fstpwa.web import settings

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def front() -> ResponseReturnValue:
    """Show the first page to a visitor; Today is the first page of whoever is signed in."""
    if current_user.is_authenticated:
        return redirect(url_for("practice.today"), code=303)
    return render_template(
        "home/front.html",
        messages=library().safety.messages,
        programmes=[p for p in library().programmes.values() if not p.retired],
        demo_people=people.demo_people() if settings().demo else [],
    )


@blueprint.post("/try")
@public
def try_it() -> ResponseReturnValue:
    """Make a person who only tries it, on this device, and go to the programmes."""
    where = _after_start(request.form.get("programme", ""))
    if current_user.is_authenticated:
        return redirect(where, code=303)
    now = datetime.now(UTC)
    user = people.start_without_account(request.form.get("time_zone", ""), now=now)
    response = _signed_in_response(user, where, now=now)
    db.session.commit()
    return response


@blueprint.post("/demo/<uuid:public_id>")
@demo_only
def sign_in_demo(public_id: UUID) -> ResponseReturnValue:
    """Sign in as one of the demo people, without a password."""
    now = datetime.now(UTC)
    people.close_device(device_token())
    user = people.demo_person(public_id)
    response = _signed_in_response(user, url_for("practice.today"), now=now)
    db.session.commit()
    return response


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this device's session, and delete what nobody could open any more."""
    user = acting_user()
    people.close_device(device_token())
    people.forget_if_out_of_reach(user)
    db.session.commit()
    response = redirect(url_for("home.front"), code=303)
    take_device(response)
    return response


def _after_start(programme: str) -> str:
    try:
        enrolments.available_programme(programme)
    except NotFound:
        return url_for("programmes.index")
    return url_for("plan.choose", slug=programme)


def _signed_in_response(user: User, where: str, *, now: datetime) -> Response:
    token = people.open_device(user, _device_label(), now=now)
    response = redirect(where, code=303)
    give_device(response, token)
    return response


def _device_label() -> str:
    """Return browser and system in words, from what the browser says of itself."""
    agent = request.user_agent.string
    names = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    browser = next((name for part, name in names.items() if part in agent), "Browser")
    system = next((name for part, name in systems.items() if part in agent), "")
    return f"{browser} on {system}" if system else browser
