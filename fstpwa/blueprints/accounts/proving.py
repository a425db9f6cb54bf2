"""Sending a code and taking it: the same steps wherever an address is proved."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response
from wtforms import Field

from fstpwa.access import asking_token, from_here, keep_asking, knows_account
from fstpwa.blueprints.accounts.forms import CodeForm, FinishForm, InsteadForm, add_error
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.mail import Mailer
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import User
from fstpwa.outbound.mail import mailer_of
from fstpwa.services import accounts, codes, throttle
from fstpwa.services.throttle import Counted
from fstpwa.web import invalid_form


def mailer() -> Mailer:
    """Return what sends letters here."""
    return mailer_of(current_app.config["GOOD_DAYS"])


def send_code(purpose: str, email: str, user: User | None = None) -> None:
    """Send a code to a folded address, bound to this browser."""
    accounts.send_code(
        purpose,
        email,
        asker=asking_token(),
        user=user,
        mailer=mailer(),
        counted_from=from_here(throttle.LETTER_ADDRESS),
        is_known=knows_account(email),
        now=datetime.now(UTC),
    )


def on_to_code(endpoint: str, **values: Any) -> Response:
    """Return the way to the page where the code is typed."""
    response = redirect(url_for(endpoint, **values), code=303)
    keep_asking(response)
    return response


def sent_to(purpose: str) -> str | None:
    """Return where the code was sent that waits here for `purpose`, None if there is none."""
    row = codes.waiting(purpose, asker=asking_token(), now=datetime.now(UTC))
    return row.email if row else None


def proved(
    form: CodeForm, purpose: str, *, user: User | None = None, now: datetime
) -> OneTimeCode | None:
    """Take the code in `form`. Returns what it proves, or None with words beside the field.

    Comes first in a view: what is tried is counted and committed before anything is written.
    """
    return _taken(form.code, purpose, user=user, now=now) if form.validate() else None


def proved_before(form: FinishForm | InsteadForm, *, now: datetime) -> OneTimeCode | None:
    """Take the text that stands for a code which was proved on the page before, likewise."""
    return _taken(form.proof, codes.PROVED, user=None, now=now)


def _taken(field: Field, purpose: str, *, user: User | None, now: datetime) -> OneTimeCode | None:
    email = sent_to(purpose)
    who = throttle.account(email, is_known=knows_account(email)) if email else ""
    counted = Counted(throttle.CODE_ACCOUNT, who), from_here(throttle.SIGN_IN_ADDRESS)
    throttle.count(*counted, now=now)
    try:
        row = codes.prove(field.data or "", purpose, asker=asking_token(), user=user, now=now)
    except InvalidValue as error:
        add_error(field, str(error))
        return None
    throttle.forgive(*counted)
    return row


def show_code_page(template: str, form: CodeForm, purpose: str, start: str) -> ResponseReturnValue:
    """Show where a code is typed, or lead to `start` when none was sent."""
    email = sent_to(purpose)
    if email is None:
        return redirect(url_for(start), code=303)
    return render_template(template, form=form, email=email)


def code_again(template: str, form: CodeForm, purpose: str) -> ResponseReturnValue:
    """Show the page once more with what was wrong."""
    return invalid_form(template, template, form=form, email=sent_to(purpose))
