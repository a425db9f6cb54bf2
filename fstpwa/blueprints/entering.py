"""The one way into an account: every sign-in ends here, whatever was shown to prove it.

A second factor is asked for where one is set up; the device before ends, and a new one begins
with a token of its own, so that nothing that was known before opens anything after. Who only
tries it, and the demo people, prove nothing: they begin in blueprints/home.
"""

import secrets
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug import Response

from fstpwa import log
from fstpwa.access import (
    acting_user,
    asking_token,
    device_token,
    first_page,
    give_device,
    keep_asking,
    remember_account,
    stop_asking,
    take_back_to,
)
from fstpwa.domain.mail import Happened
from fstpwa.models.people import User
from fstpwa.services import codes, devices, people, second_factors
from fstpwa.web import settings


def enter(user: User, *, now: datetime, way: str, is_strong: bool = False) -> Response:
    """Sign `user` in on this browser, or lead to their second step. The view commits.

    Args:
        user: Who proved who they are: by password, code, passkey or the second step itself.
        now: When.
        way: By what, for the log.
        is_strong: Whether a passkey or a second factor was shown; then nothing more is asked.

    Returns:
        A redirect. Before the second step it carries no device cookie.
    """
    if not is_strong and second_factors.is_second_step_needed(user):
        # Nothing is typed for it: the browser's own token says whose second step it is.
        unknown = secrets.token_urlsafe()
        codes.keep(unknown, codes.SECOND_FACTOR, asker=asking_token(), user=user, now=now)
        response = redirect(url_for("factors.second_step"), code=303)
        keep_asking(response)
        return response
    where = _wished(user, now=now) if is_strong else None
    return open_here(user, now=now, way=way, is_strong=is_strong, where=where)


def _wished(user: User, *, now: datetime) -> str | None:
    """Return where passwords are chosen for whoever came for that and had to show more first.

    This browser proved the address of `user` on the page for a forgotten password just before.
    """
    row = codes.last_handed_out(codes.RESET, asker=asking_token())
    if row is None or row.used_at is None or row.email != user.email:
        return None
    return url_for("accounts.password") if now - row.used_at < codes.LIFE else None


def open_here(
    user: User,
    *,
    now: datetime,
    way: str,
    is_strong: bool = False,
    is_confirmed: bool = True,
    where: str | None = None,
) -> Response:
    """Begin a device of `user` in this browser and end the one before. The view commits.

    Unlike `enter` it asks for no second step. Whoever only tried it here, and cannot be reached
    any more, is deleted with what they recorded: the page before has said so.
    """
    before = acting_user() if current_user.is_authenticated else None
    devices.close_device(device_token())
    token = devices.open_device(
        user, device_label(), now=now, is_strong=is_strong, is_confirmed=is_confirmed
    )
    if before is not None and before.id != user.id:
        people.forget_if_out_of_reach(before, now=now)
    log.info("sign_in_ok", way=way)
    back_to = take_back_to()
    response = redirect(where or back_to or first_page(user), code=303)
    give_device(response, token)
    stop_asking(response)
    remember_account(response, user.email)
    return response


def would_be_lost() -> bool:
    """Whether signing in as somebody else deletes what this browser recorded without account."""
    return current_user.is_authenticated and not people.has_way_back(acting_user())


def happened_here(user: User, *, can_act: bool = True) -> Happened:
    """Return when and where the present request changes the account of `user`, for a notice.

    Args:
        user: Whose account.
        can_act: Whether who reads the notice can still get into the account.
    """
    return Happened(
        at=datetime.now(UTC).astimezone(ZoneInfo(user.time_zone)),
        browser=device_label(),
        origin=settings().origin,
        can_act=can_act,
        contact=settings().mail_from,
    )


def device_label() -> str:
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
