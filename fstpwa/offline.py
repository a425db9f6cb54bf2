"""Pages that a phone may keep: which ones, whose they are, and how they are fetched ahead.

Each page says whose it is (`X-Person`): a phone that sees another person's answer, or nobody's,
throws away what it keeps of everybody else. A page that may be kept says so (`X-Offline: yes`),
and of which day it is, by whose clock, and of which build (`X-Made`). The service worker keeps
pages by these headers alone (frontend/src/offline/kept_pages.ts).
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from flask import Flask, Response, current_app, g, get_flashed_messages, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fstpwa.assets import build_id
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import NotFound
from fstpwa.web import is_htmx, is_warming

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

DAYS_AHEAD = 7
"""Sessions and check-ins of so many days, today among them, can be had ahead."""
NOBODY = "nobody"
PERSON, OFFLINE, MADE = "X-Person", "X-Offline", "X-Made"


def kept_offline(view: View) -> View:
    """Let a phone keep what `view` shows to whoever is signed in. Stands beside the access mark.

    Never for pages with forms for accounts or keys, nor for exports.
    """
    view.kept_offline = True  # type: ignore[attr-defined]  # read by is_kept_offline
    return view


def is_kept_offline(view: Callable[..., object]) -> bool:
    """Whether a phone may keep what a view shows."""
    return hasattr(view, "kept_offline")


def day_shown(today: date) -> date:
    """Return the day as of which a page is made: the `on` of its address, else today.

    A phone asks ahead for the pages of the coming days as they will be on their day.

    Args:
        today: the person's own calendar day.

    Raises:
        NotFound: `on` is no day from today to six days later.
    """
    asked = request.args.get("on")
    if asked is None or request.method == "POST":
        return today
    try:
        day = date.fromisoformat(asked)
    except ValueError as error:
        raise NotFound("There is no such day.") from error
    if not today <= day < today + timedelta(days=DAYS_AHEAD):
        raise NotFound("That day is not among the coming ones.")
    g.made_for = day
    return day


def notices() -> list[str]:
    """Return what is to be said once on this page, nothing on one that is fetched ahead."""
    if is_warming():
        return []
    found = [str(each) for each in get_flashed_messages()]
    g.says_once = bool(found)
    return found


def init_app(app: Flask) -> None:
    """Mark every page; give templates their notices and the build that they name files of."""
    app.after_request(_mark)
    app.jinja_env.globals.update(get_flashed_messages=notices, build_id=build_id)


def _mark(response: Response) -> Response:
    if request.method not in ("GET", "HEAD") or response.mimetype != "text/html":
        return response
    view = current_app.view_functions.get(request.endpoint or "")
    # Who it is may be just what a server in trouble cannot tell; and what is kept for everybody knows nobody.
    if response.status_code >= 500 or hasattr(view, "for_everybody"):
        return response
    if not current_user.is_authenticated:
        response.headers[PERSON] = NOBODY
        return response
    response.headers[PERSON] = str(current_user.public_id)
    if response.status_code == 200 and view and is_kept_offline(view) and _may_be_kept():
        zone = current_user.time_zone
        day = g.get("made_for") or local_day(datetime.now(UTC), zone)
        response.headers[OFFLINE] = "yes"
        response.headers[MADE] = f"{day.isoformat()} {zone} {build_id()}"
    return response


def _may_be_kept() -> bool:
    """Whether it is a whole page without anything that is said only once."""
    return not is_htmx() and not g.get("says_once", False)


def for_everybody(view: View) -> View:
    """Mark a page that is the same for everybody and kept as such: it never says whose it is."""
    view.for_everybody = True  # type: ignore[attr-defined]  # read by _mark
    return view
