"""Sending a code and taking it: the same steps wherever an address is proved."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response
from wtforms import Field

from fstpwa.access import asking_token, from_here, keep_asking, knows_account
from fstpwa.blueprints.accounts.forms import (
    AccountForm,
    CodeForm,
    FinishForm,
    InsteadForm,
    add_error,
)
from fstpwa.domain.errors import InvalidValue, NotSent, TooMany
from fstpwa.domain.mail import Mailer
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import User
from fstpwa.outbound.mail import mailer_of
from fstpwa.services import accounts, codes, throttle
from fstpwa.services.throttle import Counted
from fstpwa.web import invalid_form

ENOUGH_LETTERS = (
    "We have sent several letters already. The newest code still works for ten minutes after "
    "it was sent. You can ask for another one in {wait}."
)
MANY_LETTERS = "Several letters were asked for already. You can ask for another one in {wait}."


def mailer() -> Mailer:
    """Return what sends letters here."""
    return mailer_of(current_app.config["GOOD_DAYS"])


def code_sent(form: AccountForm, purpose: str, email: str, user: User | None = None) -> bool:
    """Send a code to a folded address, bound to this browser. The view commits.

    Returns:
        Whether it is on its way; else `form` says what held it up, and what to do.
    """
    try:
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
    except TooMany as problem:
        form.has_code_waiting = sent_to(purpose) == email
        words = ENOUGH_LETTERS if form.has_code_waiting else MANY_LETTERS
        wait = throttle.in_words(problem.wait_s)
        form.problem = TooMany(words.format(wait=wait), wait_s=problem.wait_s)
    except NotSent as problem:
        form.problem = problem
    return form.problem is None


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
    return _taken(form, form.code, purpose, user=user, now=now) if form.validate() else None


def proved_before(form: FinishForm | InsteadForm, *, now: datetime) -> OneTimeCode | None:
    """Take the text that stands for a code which was proved on the page before, likewise."""
    return _taken(form, form.proof, codes.PROVED, user=None, now=now)


def _taken(
    form: AccountForm, field: Field, purpose: str, *, user: User | None, now: datetime
) -> OneTimeCode | None:
    email = sent_to(purpose)
    who = throttle.account(email, is_known=knows_account(email)) if email else ""
    counted = Counted(throttle.CODE_ACCOUNT, who), from_here(throttle.SIGN_IN_ADDRESS)
    try:
        throttle.count(*counted, now=now)
        row = codes.prove(field.data or "", purpose, asker=asking_token(), user=user, now=now)
    except TooMany as problem:
        form.problem = problem
        add_error(field, str(problem))
        return None
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


def code_again(template: str, form: CodeForm, purpose: str, **more: object) -> ResponseReturnValue:
    """Show the page once more with what was wrong.

    Where no code can be right any more, it offers a new one in place of the field.
    """
    row = codes.last_handed_out(purpose, asker=asking_token())
    waits = codes.waiting(purpose, asker=asking_token(), now=datetime.now(UTC))
    is_open = waits is not None and waits.tries < codes.MOST_TRIES
    before = row.email if row else None
    email = before if is_open else None
    return form_again(template, form=form, email=email, is_over=not is_open, before=before, **more)


def form_again(page: str, *, form: AccountForm, **context: object) -> ResponseReturnValue:
    """Show a form once more: 422, or 429 or 503 where it was only held up."""
    answer = make_response(invalid_form(page, page, form=form, **context))
    if isinstance(form.problem, TooMany):
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
        answer.headers["Retry-After"] = str(form.problem.wait_s)
    elif form.problem is not None:
        answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return answer
