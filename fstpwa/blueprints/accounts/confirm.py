"""Step-up: proving again who one is, before something that matters; good for ten minutes."""

from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fstpwa import log
from fstpwa.access import (
    acting_device,
    acting_user,
    after_confirming,
    before_second_factor,
    from_here,
    is_confirmed,
    knows_account,
    signed_in,
)
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.accounts.forms import CodeForm, PasswordForm, add_error
from fstpwa.blueprints.accounts.proving import (
    code_again,
    code_sent,
    form_again,
    on_to_code,
    proved,
    sent_to,
)
from fstpwa.blueprints.accounts.purposes import PURPOSES
from fstpwa.domain.errors import InvalidValue, NotAllowed, TooMany
from fstpwa.extensions import db
from fstpwa.services import accounts, codes, devices, second_factors, throttle

PAGE = "accounts/confirm.html"
CODE_PAGE = "accounts/confirm_code.html"


@blueprint.get("/confirm")
@signed_in
@before_second_factor
def confirm() -> ResponseReturnValue:
    """Show the ways to confirm; whoever has just done so goes on."""
    if is_confirmed(datetime.now(UTC)) or _then() not in PURPOSES:
        return redirect(_on(), code=303)
    return render_template(PAGE, **_showing(PasswordForm()))


@blueprint.post("/confirm")
@signed_in
@before_second_factor
def confirm_by_password() -> ResponseReturnValue:
    """Take the password."""
    form = PasswordForm()
    if _needs_second_factor():
        return _to_other_ways()
    if form.validate() and _is_right(form):
        log.info("confirmed", way="password")
        db.session.commit()
        return redirect(_on(), code=303)
    return form_again(PAGE, **_showing(form))


@blueprint.post("/confirm/letter")
@signed_in
@before_second_factor
def send_confirming_code() -> ResponseReturnValue:
    """Send a code to the person's own address."""
    user = acting_user()
    if user.email is None:
        raise NotAllowed
    if _needs_second_factor():
        return _to_other_ways()
    form = PasswordForm(formdata=None)
    if not code_sent(form, codes.STEP_UP, user.email, user):
        return form_again(PAGE, **_showing(form))
    db.session.commit()
    return on_to_code("accounts.confirm_code", then=_then())


@blueprint.get("/confirm/code")
@signed_in
@before_second_factor
def confirm_code() -> ResponseReturnValue:
    """Show where the code from the letter is typed."""
    email = sent_to(codes.STEP_UP)
    if email is None:
        return redirect(url_for("accounts.confirm", then=_then()), code=303)
    return render_template(CODE_PAGE, form=CodeForm(), email=email, then=_then())


@blueprint.post("/confirm/code")
@signed_in
@before_second_factor
def confirm_by_code() -> ResponseReturnValue:
    """Take the code from the letter."""
    now = datetime.now(UTC)
    user = acting_user()
    form = CodeForm()
    if _needs_second_factor():
        return _to_other_ways()
    row = proved(form, codes.STEP_UP, user=user, now=now)
    if row is not None and row.email == user.email:
        devices.confirm(acting_device(), now=now)
        log.info("confirmed", way="letter")
        db.session.commit()
        return redirect(_on(), code=303)
    log.info("confirm_refused", way="letter")
    return code_again(CODE_PAGE, form, codes.STEP_UP, then=_then())


def _is_right(form: PasswordForm) -> bool:
    try:
        accounts.confirm_by_password(
            acting_user(),
            form.password.data or "",
            acting_device(),
            counted_from=from_here(throttle.SIGN_IN_ADDRESS),
            is_known=knows_account(acting_user().email or ""),
            now=datetime.now(UTC),
        )
    except TooMany as problem:
        log.info("confirm_refused", way="password")
        form.problem = problem
        add_error(form.password, str(problem))
        return False
    except InvalidValue:
        log.info("confirm_refused", way="password")
        add_error(form.password, "That is not your password. Try again, or choose another way.")
        return False
    return True


def _needs_second_factor() -> bool:
    """Whether password and e-mailed code are too little here, as they are at sign-in."""
    return second_factors.is_second_step_needed(acting_user())


def _to_other_ways() -> ResponseReturnValue:
    return redirect(url_for("accounts.confirm", then=_then()), code=303)


def _showing(form: PasswordForm) -> dict[str, Any]:
    return {
        "form": form,
        "user": acting_user(),
        "then": _then(),
        "purpose": PURPOSES.get(_then()),
        "needs_second_factor": _needs_second_factor(),
    }


def _then() -> str:
    """Return the endpoint to go on to, as it was sent; only known ones lead anywhere."""
    return (request.form if request.method == "POST" else request.args).get("then", "")[:64]


def _on() -> str:
    return after_confirming(_then())
