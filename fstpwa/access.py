"""Who may: a mark on every view, looked at before the view runs; deny by default.

The mark says who may open a view. Two more things can stand beside it: `confirmed` asks whoever
can to prove again who they are, within the last ten minutes; `before_second_factor` leaves a view
open to a therapist's device that has shown neither a passkey nor a second factor yet.
"""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from hmac import compare_digest
from typing import TypeVar, cast

from flask import Flask, Request, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug import Response
from werkzeug.exceptions import HTTPException, NotFound, Unauthorized

from fstpwa.domain.errors import Conflict
from fstpwa.models.people import DeviceSession, Role, User
from fstpwa.services import devices, people, throttle
from fstpwa.services.keyed_hash import keyed_hash
from fstpwa.services.second_factors import has_second_factor
from fstpwa.services.throttle import Counted, Limit
from fstpwa.web import htmx_redirect, is_api, is_htmx, is_warming, settings

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

PUBLIC = "public"
SIGNED_IN = "signed in"
THERAPIST = "therapist"
DEMO_ONLY = "demo only"
MARKS = frozenset({PUBLIC, SIGNED_IN, THERAPIST, DEMO_ONLY})

ASKING_LIFE_S = 15 * 60
A_YEAR_S = 365 * 24 * 3600
WRITTEN_BY = "X-Written-By"
"""Public id of whose page a form was sent from: what A wrote in an open tab is never stored as B's."""
BACK_TO = "back_to"
"""In the browser's signed cookie: the endpoint of the page that was asked for before signing in."""
INVITED = "invitation"
"""In the browser's signed cookie too: the public id of an invitation that was opened here, not its
token: it waits until its reader has an account, and has said yes or no."""
ASKING_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


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


def confirmed(then: str) -> Callable[[View], View]:
    """Let `view` in only within ten minutes of proving who one is (step-up).

    Stands beside the access mark. Others are led to /confirm first, and from there to the
    endpoint `then`, a page without arguments, usually the one with the form. Somebody who only
    tries it has nothing to prove and passes. For export, delete, e-mail, password, factors.
    """

    def mark(view: View) -> View:
        view.confirmed_then = then  # type: ignore[attr-defined]  # read by guard
        return view

    return mark


def before_second_factor(view: View) -> View:
    """Leave `view` open to a therapist's device without a passkey or second factor so far."""
    view.before_second_factor = True  # type: ignore[attr-defined]  # read by guard
    return view


def before_any_factor(view: View) -> View:
    """Leave `view`, which holds one's own data, open to a therapist who has set up no factor yet.

    Nobody has to set one up to take their data along, delete it or end a session. Once there is a
    factor it has to be shown first: or else a password alone could delete everything.
    """
    view.before_any_factor = True  # type: ignore[attr-defined]  # read by guard
    return view


def lacks_second_factor() -> bool:
    """Whether a therapist is here on a device that has shown no second factor: little is open."""
    if not current_user.is_authenticated:
        return False
    user = acting_user()
    if user.role != Role.THERAPIST or acting_device().is_strong:
        return False
    return not (user.is_demo and settings().demo)


def mark_of(view: Callable[..., object]) -> str | None:
    """Return the access mark of a view function, None if it has none."""
    return getattr(view, "access_mark", None)


def first_page(user: User) -> str:
    """Return the address that `user` is led to: their people for a therapist, else Today."""
    return url_for("people.index" if user.role == Role.THERAPIST else "practice.today")


def acting_user() -> User:
    """Return the signed-in person. Raises Unauthorized if there is none."""
    if not current_user.is_authenticated:
        raise Unauthorized
    return cast("User", current_user._get_current_object())


def acting_device() -> DeviceSession:
    """Return the device that sent the request. Raises Unauthorized if nobody is signed in."""
    acting_user()
    return cast("DeviceSession", g.device)


def is_confirmed(now: datetime) -> bool:
    """Whether what is marked `confirmed` is open to the acting person just now."""
    if devices.is_confirmed(acting_device(), now=now):
        return True
    return not people.can_prove_who_they_are(acting_user())


def after_confirming(then: str) -> str:
    """Return where /confirm leads on: the address of `then` if a view names it, else You."""
    views = current_app.view_functions.values()
    known = then in {getattr(view, "confirmed_then", "") for view in views}
    return url_for(then if known and then else "settings.index")


def cookie_name(what: str = "") -> str:
    """Return the name of a cookie; browsers drop a `__Host-` one on plain http."""
    name = f"good-days-{what}" if what else "good-days"
    return f"__Host-{name}" if settings().is_public else name


def device_token() -> str:
    """Return the device token the browser sent, or an empty text."""
    return request.cookies.get(cookie_name(), "")


def recognise(_request: Request) -> User | None:
    """Return the person whose device sent the request (Flask-Login's request loader)."""
    token = device_token()
    if not token:
        return None
    now = datetime.now(UTC)
    device = devices.device_of_token(token, now=now)
    if device is None:
        return None
    if not is_warming():
        devices.stamp_last_seen(device, now=now)
    g.device = device
    return device.user


def give_device(response: Response, token: str) -> None:
    """Put the device token into the browser."""
    _set_cookie(response, cookie_name(), token, round(devices.LONGEST_LIFE.total_seconds()))


def take_device(response: Response) -> None:
    """Take the device token out of the browser, with what its cache holds."""
    response.delete_cookie(
        cookie_name(), secure=settings().is_public, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache"'


def asking_token() -> str:
    """Return the token that one-time codes are bound to: the browser's own, or a new one.

    Whoever hands a code out also calls `keep_asking` on the answer.
    """
    sent = request.cookies.get(cookie_name("asking"), "")
    if not hasattr(g, "asking_token"):
        known = ASKING_TOKEN.fullmatch(sent)
        g.asking_token = sent if known else secrets.token_urlsafe(devices.TOKEN_BYTES)
    return str(g.asking_token)


def keep_asking(response: Response) -> None:
    """Put the token that codes are bound to into the browser, for a quarter of an hour."""
    _set_cookie(response, cookie_name("asking"), asking_token(), ASKING_LIFE_S)


def stop_asking(response: Response) -> None:
    """Take the token that codes are bound to out of the browser: what it was for is done."""
    response.delete_cookie(
        cookie_name("asking"), secure=settings().is_public, httponly=True, samesite="Lax"
    )


def remember_account(response: Response, email: str | None) -> None:
    """Note in the browser which account was used here: later it is led to the sign-in page.

    Nobody can make the mark for an address up, and nobody reads the address in it.
    """
    _set_cookie(response, cookie_name("account"), _account_mark(email or ""), A_YEAR_S)


def forget_account(response: Response) -> None:
    """Take the mark of `remember_account` out of the browser: that account is deleted."""
    response.delete_cookie(
        cookie_name("account"), secure=settings().is_public, httponly=True, samesite="Lax"
    )


def take_back_to() -> str | None:
    """Return the address of the page that was asked for before signing in, once; None if none.

    What is kept is the name of a page of this app without arguments, never an address.
    """
    endpoint = session.pop(BACK_TO, None)
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def knows_account(email: str) -> bool:
    """Whether the last account that was used in this browser has the folded address `email`."""
    sent = request.cookies.get(cookie_name("account"), "")
    return compare_digest(sent.encode(), _account_mark(email).encode())


def from_here(limit: Limit) -> Counted:
    """Return what to count for the address block the request came from.

    On a machine of one's own everybody has the same address, so there nobody is counted.
    """
    block = throttle.address_block(request.remote_addr or "")
    is_own_machine = block in ("127.0.0.0/24", "::/56") and not settings().is_public
    return Counted(limit, "" if is_own_machine else block)


def guard() -> ResponseReturnValue | None:
    """Decide whether the present request may go on. Returns None, or the answer instead."""
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    mark = mark_of(view)
    if mark == PUBLIC:
        return None
    if mark == DEMO_ONLY and settings().demo:
        return None
    if mark in (SIGNED_IN, THERAPIST):
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        if request.headers.get(WRITTEN_BY, str(acting_user().public_id)) != str(
            acting_user().public_id
        ):
            raise Conflict(_("Somebody else is signed in on this device now. Nothing was saved."))
        if mark == SIGNED_IN or acting_user().role == Role.THERAPIST:
            return _ask_for_proof(view)
    raise NotFound


def init_app(app: Flask) -> None:
    """Look at the mark before every view."""
    app.before_request(guard)
    app.jinja_env.globals["lacks_second_factor"] = lacks_second_factor


def _account_mark(email: str) -> str:
    return keyed_hash("account", email).hex()


def _marked(view: View, mark: str) -> View:
    view.access_mark = mark  # type: ignore[attr-defined]  # the mark is read by mark_of
    return view


def _set_cookie(response: Response, name: str, value: str, life_s: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=life_s,
        secure=settings().is_public,
        httponly=True,
        samesite="Lax",
    )


def _ask_to_sign_in() -> ResponseReturnValue:
    had_account = cookie_name("account") in request.cookies
    where = url_for("accounts.sign_in" if had_account else "home.front")
    is_reading = request.method in ("GET", "HEAD")
    if is_api() or (not is_htmx() and not is_reading):
        raise Unauthorized
    response = htmx_redirect(where) if is_htmx() else redirect(where, code=303)
    if had_account:
        _keep_back_to()
    if device_token() and _is_for_reader():
        flash(_was_signed_out(had_account=had_account, is_reading=is_reading))
        take_device(response)
    return response


def _was_signed_out(*, had_account: bool, is_reading: bool) -> str:
    words = [_("You were signed out on this device.")]
    if had_account:
        words.append(_("Please sign in again."))
    if not is_reading:
        words.append(_("What you were saving just now was not saved."))
    return " ".join(words)


def _is_for_reader() -> bool:
    """Whether somebody will see the answer: not what a script or the service worker fetches."""
    return is_htmx() or request.headers.get("Sec-Fetch-Dest", "document") == "document"


def _keep_back_to() -> None:
    """Note which page was asked for, if it is one of this app that takes no arguments."""
    if not _is_for_reader():
        return
    try:
        adapter = current_app.url_map.bind("localhost")
        endpoint, values = adapter.match(request.path, method="GET")
    except HTTPException:
        return
    view = current_app.view_functions[endpoint]
    if not values and mark_of(view) == SIGNED_IN:
        # Of what belongs to a page with a form, or is a file, the page.
        session[BACK_TO] = getattr(view, "confirmed_then", endpoint)


def _ask_for_proof(view: Callable[..., object]) -> ResponseReturnValue | None:
    """Lead to a second factor, or to proving who one is, where `view` needs it; else None."""
    if lacks_second_factor() and not _is_open_without_factor(view):
        return _go_first(url_for("factors.index"))
    then = getattr(view, "confirmed_then", None)
    if then is None or is_confirmed(datetime.now(UTC)):
        return None
    return _go_first(url_for("accounts.confirm", then=then))


def _is_open_without_factor(view: Callable[..., object]) -> bool:
    if hasattr(view, "before_second_factor"):
        return True
    return hasattr(view, "before_any_factor") and not has_second_factor(acting_user())


def _go_first(url: str) -> ResponseReturnValue:
    if is_api():
        # A script cannot be led anywhere; it keeps what it has, and asks the person to sign in.
        raise Unauthorized
    return htmx_redirect(url) if is_htmx() else redirect(url, code=303)
