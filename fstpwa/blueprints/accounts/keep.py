"""Keep my progress: somebody who only tried it gives an address that they prove by a code."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_device, acting_user, confirmed, signed_in
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.accounts.forms import CodeForm, EmailForm
from fstpwa.blueprints.accounts.proving import (
    code_again,
    code_sent,
    form_again,
    on_to_code,
    proved,
    show_code_page,
)
from fstpwa.blueprints.accounts.sign_up import taken
from fstpwa.blueprints.entering import open_here
from fstpwa.domain.errors import NotAllowed
from fstpwa.extensions import db
from fstpwa.services import accounts, codes
from fstpwa.web import invalid_form

PAGE = "accounts/keep.html"
CODE_PAGE = "accounts/keep_code.html"


@blueprint.get("/keep")
@signed_in
@confirmed("accounts.keep")
def keep() -> ResponseReturnValue:
    """Show how to keep what was recorded; whoever has an address sees their settings."""
    user = acting_user()
    if user.email is not None:
        return redirect(url_for("settings.index"), code=303)
    return render_template(PAGE, form=EmailForm(), is_demo=user.is_demo)


@blueprint.post("/keep")
@signed_in
@confirmed("accounts.keep")
def start_keeping() -> ResponseReturnValue:
    """Send a code to the address, whether it has an account or not."""
    user = acting_user()
    if user.is_demo or user.email is not None:
        raise NotAllowed
    form = EmailForm()
    if not form.validate():
        return invalid_form(PAGE, PAGE, form=form, is_demo=False)
    if not code_sent(form, codes.CLAIM, form.email.address, user):
        return form_again(PAGE, form=form, is_demo=False)
    db.session.commit()
    return on_to_code("accounts.keep_code")


@blueprint.get("/keep/code")
@signed_in
@confirmed("accounts.keep")
def keep_code() -> ResponseReturnValue:
    """Show where the code from the letter is typed."""
    return show_code_page(CODE_PAGE, CodeForm(), codes.CLAIM, "accounts.keep")


@blueprint.post("/keep/code")
@signed_in
@confirmed("accounts.keep")
def finish_keeping() -> ResponseReturnValue:
    """Take the code: the account has its address, or the address turns out to have another."""
    now = datetime.now(UTC)
    user = acting_user()
    form = CodeForm()
    row = proved(form, codes.CLAIM, user=user, now=now)
    if row is None:
        return code_again(CODE_PAGE, form, codes.CLAIM)
    if accounts.person_with(row.email) is not None:
        return taken(row.email, now=now)
    accounts.claim(user, row.email)
    response = open_here(user, now=now, way="letter", is_strong=acting_device().is_strong)
    db.session.commit()
    flash("Your progress is kept. You can sign in with your e-mail address anywhere.")
    return response
