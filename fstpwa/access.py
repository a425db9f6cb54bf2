"""Who may: a mark on every view, looked at before the view runs; deny by default."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar, cast

from flask import Flask, Request, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug import Response
from werkzeug.exceptions import NotFound, Unauthorized

from fstpwa.models.people import Role, User
from fstpwa.services import people
from fstpwa.web import htmx_redirect, is_htmx, settings

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

PUBLIC = "public"
SIGNED_IN = "signed in"
THERAPIST = "therapist"
DEMO_ONLY = "demo only"
MARKS = frozenset({PUBLIC, SIGNED_IN, THERAPIST, DEMO_ONLY})


def public(view: View) -> View:
    """Mark `view` as open to everybody."""
    return _marked(view, PUBLIC)


def signed_in(view: View) -> View:
    """Mark `view` as open to whoever has a device session."""
    return _marked(view, SIGNED_IN)


def therapist(view: View) -> View:
    """Mark `view` as open to therapists; others see that there is nothing."""
    return _marked(view, THERAPIST)


def demo_only(view: View) -> View:
    """Mark `view` as open to everybody, but only in demo mode."""
    return _marked(view, DEMO_ONLY)


def mark_of(view: Callable[..., object]) -> str | None:
    """Return the access mark of a view function, None if it has none."""
    return getattr(view, "access_mark", None)


def acting_user() -> User:
    """Return the signed-in person. Raises Unauthorized if there is none."""
    if not current_user.is_authenticated:
        raise Unauthorized
    return cast("User", current_user._get_current_object())


def cookie_name() -> str:
    """Return the name of the device cookie; browsers drop a `__Host-` one on plain http."""
    return "__Host-good-days" if settings().is_public else "good-days"


def device_token() -> str:
    """Return the device token the browser sent, or an empty text."""
    return request.cookies.get(cookie_name(), "")


def recognise(_request: Request) -> User | None:
    """Return the person whose device sent the request (Flask-Login's request loader)."""
    token = device_token()
    if not token:
        return None
    now = datetime.now(UTC)
    device = people.device_of_token(token, now=now)
    if device is None:
        return None
    people.stamp_last_seen(device, now=now)
    return device.user


def give_device(response: Response, token: str) -> None:
    """Put the device token into the browser."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=people.LONGEST_LIFE,
        secure=settings().is_public,
        httponly=True,
        samesite="Lax",
    )


def take_device(response: Response) -> None:
    """Take the device token out of the browser, with what its cache holds."""
    response.delete_cookie(
        cookie_name(), secure=settings().is_public, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache"'


def guard() -> ResponseReturnValue | None:
    """Decide whether the present request may go on. Returns None, or the answer instead."""
    if request.endpoint is None:
        return None
    mark = mark_of(current_app.view_functions[request.endpoint])
    if mark == PUBLIC:
        return None
    if mark == DEMO_ONLY and settings().demo:
        return None
    if mark in (SIGNED_IN, THERAPIST):
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        if mark == SIGNED_IN or acting_user().role == Role.THERAPIST:
            return None
    raise NotFound


def init_app(app: Flask) -> None:
    """Look at the mark before every view."""
    app.before_request(guard)


def _marked(view: View, mark: str) -> View:
    view.access_mark = mark  # type: ignore[attr-defined]  # the mark is read by mark_of
    return view


def _ask_to_sign_in() -> ResponseReturnValue:
    if is_htmx():
        return htmx_redirect(url_for("home.front"))
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("home.front"), code=303)
    raise Unauthorized
