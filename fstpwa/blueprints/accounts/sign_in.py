"""Signing in: an address, then a code by e-mail or the password."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fstpwa.access import acting_user, first_page, from_here, knows_account, public
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.accounts.forms import (
    CodeForm,
    FinishForm,
    InsteadForm,
    SignInForm,
    add_error,
    role_in,
)
from fstpwa.blueprints.accounts.proving import (
    code_again,
    code_sent,
    form_again,
    on_to_code,
    proved,
    proved_before,
    sent_to,
    show_code_page,
)
from fstpwa.blueprints.accounts.sign_up import newcomer
from fstpwa.blueprints.entering import enter, would_be_lost
from fstpwa.domain.errors import InvalidValue, TooMany
from fstpwa.extensions import db
from fstpwa.models.people import Role, User
from fstpwa.services import accounts, codes, throttle

PAGE = "accounts/sign_in.html"
CODE_PAGE = "accounts/sign_in_code.html"
OR_A_CODE = "Or let us e-mail you a code."
ANOTHER_KIND = {
    Role.CLIENT: "You have an account already. It is for practising yourself, not a therapist's.",
    Role.THERAPIST: "You have an account already. It is a therapist's.",
}


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the ways to sign in; whoever is signed in to an account is led to theirs."""
    if current_user.is_authenticated and not would_be_lost():
        return redirect(first_page(acting_user()), code=303)
    return render_template(PAGE, form=SignInForm(), would_be_lost=would_be_lost())


@blueprint.post("/sign-in")
@public
def start_sign_in() -> ResponseReturnValue:
    """Take an address: sign in by the password beside it, or send a code."""
    form = SignInForm()
    if not form.validate() or not form.may_lose(would_be_lost=would_be_lost()):
        return _again(form)
    if form.has_password:
        return _by_password(form)
    if not code_sent(form, codes.SIGN_IN, form.email.address):
        return _again(form)
    db.session.commit()
    return on_to_code("accounts.sign_in_code", role=role_in(form.role.data))


@blueprint.get("/sign-in/code")
@public
def sign_in_code() -> ResponseReturnValue:
    """Show where the code from the letter is typed."""
    return show_code_page(CODE_PAGE, CodeForm(), codes.SIGN_IN, "accounts.sign_in")


@blueprint.post("/sign-in/code")
@public
def finish_sign_in() -> ResponseReturnValue:
    """Take the code: sign in, or make the account that there is not."""
    now = datetime.now(UTC)
    form = CodeForm()
    row = proved(form, codes.SIGN_IN, now=now)
    if row is None:
        return code_again(CODE_PAGE, form, codes.SIGN_IN)
    user = accounts.person_with(row.email)
    if user is None and form.wished and not current_user.is_authenticated:
        user = accounts.sign_up(row.email, form.wished, form.time_zone.data or "", now=now)
    if user is None:
        return newcomer(row.email, FinishForm(formdata=None), now=now)
    if form.wished and form.wished != user.role:
        flash(ANOTHER_KIND[Role(user.role)])
    response = enter(user, now=now, way="letter")
    db.session.commit()
    return response


@blueprint.post("/sign-in/instead")
@public
def sign_in_instead() -> ResponseReturnValue:
    """Go over to the account that the proved address turned out to have."""
    now = datetime.now(UTC)
    form = InsteadForm()
    if not form.validate() or not form.may_lose(would_be_lost=would_be_lost()):
        return _instead_again(form)
    user = _proved_account(form, now=now)
    if user is None:
        return _instead_again(form)
    response = enter(user, now=now, way="letter")
    db.session.commit()
    return response


def _by_password(form: SignInForm) -> ResponseReturnValue:
    now = datetime.now(UTC)
    try:
        user = accounts.sign_in(
            form.email.address,
            form.password.data or "",
            counted_from=from_here(throttle.SIGN_IN_ADDRESS),
            is_known=knows_account(form.email.address),
            now=now,
        )
    except (InvalidValue, TooMany) as error:
        form.problem = error if isinstance(error, TooMany) else None
        add_error(form.password, f"{error} {OR_A_CODE}" if form.problem else str(error))
        return _again(form)
    response = enter(user, now=now, way="password")
    db.session.commit()
    return response


def _proved_account(form: InsteadForm, *, now: datetime) -> User | None:
    """Return whose address was proved, or None with words at the form."""
    row = proved_before(form, now=now)
    user = accounts.person_with(row.email) if row else None
    if row is not None and user is None:
        add_error(form.proof, codes.TOO_LATE)
    return user


def _instead_again(form: InsteadForm) -> ResponseReturnValue:
    return form_again("accounts/taken.html", form=form, email=sent_to(codes.PROVED))


def _again(form: SignInForm) -> ResponseReturnValue:
    return form_again(PAGE, form=form, would_be_lost=would_be_lost())
