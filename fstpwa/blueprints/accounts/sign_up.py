"""Signing up: the same code by e-mail; an address without an account gets one."""

import secrets
from datetime import UTC, datetime

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fstpwa.access import acting_user, asking_token, first_page, keep_asking, public
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.accounts.forms import FinishForm, InsteadForm, SignUpForm
from fstpwa.blueprints.accounts.proving import (
    code_sent,
    form_again,
    on_to_code,
    proved_before,
    sent_to,
)
from fstpwa.blueprints.entering import enter, open_here, would_be_lost
from fstpwa.extensions import db
from fstpwa.services import accounts, codes
from fstpwa.web import invalid_form

PAGE = "accounts/sign_up.html"


@blueprint.get("/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    """Show how to make an account; whoever tried it already keeps what they have instead."""
    if current_user.is_authenticated:
        where = url_for("accounts.keep") if would_be_lost() else first_page(acting_user())
        return redirect(where, code=303)
    return render_template(PAGE, form=SignUpForm())


@blueprint.post("/sign-up")
@public
def start_sign_up() -> ResponseReturnValue:
    """Send a code to the address, whether it has an account or not."""
    form = SignUpForm()
    if not form.validate():
        return invalid_form(PAGE, PAGE, form=form)
    if not code_sent(form, codes.SIGN_IN, form.email.address):
        return form_again(PAGE, form=form)
    db.session.commit()
    return on_to_code("accounts.sign_in_code", role=form.chosen.value)


@blueprint.post("/sign-up/finish")
@public
def finish_sign_up() -> ResponseReturnValue:
    """Make the account of an address that was proved, or give it to whoever tried it here."""
    now = datetime.now(UTC)
    form = FinishForm()
    row = proved_before(form, now=now) if form.validate() else None
    if row is None:
        return _finish_again(form)
    if form.way.data == "keep" and would_be_lost():
        user = acting_user()
        accounts.claim(user, row.email)
        response = open_here(user, now=now, way="letter")
    else:
        user = accounts.sign_up(row.email, form.chosen, form.time_zone.data or "", now=now)
        response = enter(user, now=now, way="letter")
    db.session.commit()
    return response


def newcomer(
    email: str, form: FinishForm, *, has_password: bool = False, now: datetime
) -> ResponseReturnValue:
    """Say that the proved address has no account, and offer one.

    With `has_password` it also says that the password typed before is not kept.
    """
    form.proof.data = _proof(email, now=now)
    db.session.commit()
    answer = render_template(
        "accounts/newcomer.html",
        form=form,
        email=email,
        would_be_lost=would_be_lost(),
        has_password=has_password,
    )
    return _asking(answer)


def taken(email: str, *, now: datetime) -> ResponseReturnValue:
    """Say that the proved address has an account, and offer to go over to it."""
    form = InsteadForm(formdata=None)
    form.proof.data = _proof(email, now=now)
    db.session.commit()
    return _asking(render_template("accounts/taken.html", form=form, email=email))


def _finish_again(form: FinishForm) -> ResponseReturnValue:
    email = sent_to(codes.PROVED)
    lost = would_be_lost()
    return form_again("accounts/newcomer.html", form=form, email=email, would_be_lost=lost)


def _proof(email: str, *, now: datetime) -> str:
    """Return a text that stands for the code that was just proved, for the next form."""
    proof = secrets.token_hex(32)
    codes.keep(proof, codes.PROVED, asker=asking_token(), email=email, now=now)
    return proof


def _asking(page: str) -> ResponseReturnValue:
    response = make_response(page)
    keep_asking(response)
    return response
