"""Another e-mail address: proved by a code sent there, with a notice to the old one."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_device, acting_user, confirmed, signed_in
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.accounts.forms import CodeForm, EmailForm, add_error
from fstpwa.blueprints.accounts.proving import (
    code_again,
    code_sent,
    form_again,
    mailer,
    on_to_code,
    proved,
    show_code_page,
)
from fstpwa.blueprints.entering import happened_here, open_here
from fstpwa.domain.errors import Conflict, NotAllowed
from fstpwa.extensions import db
from fstpwa.services import accounts, codes
from fstpwa.web import invalid_form

PAGE = "accounts/email.html"
CODE_PAGE = "accounts/email_code.html"
NOTICE = (
    "The e-mail address of your Good Days account was changed. "
    "Codes and letters go to the new address from now on."
)


@blueprint.get("/settings/email")
@signed_in
@confirmed("accounts.email")
def email() -> ResponseReturnValue:
    """Show the address and where another one is typed."""
    user = acting_user()
    if user.email is None:
        return redirect(url_for("accounts.keep"), code=303)
    return render_template(PAGE, form=EmailForm(), email=user.email)


@blueprint.post("/settings/email")
@signed_in
@confirmed("accounts.email")
def start_changing_email() -> ResponseReturnValue:
    """Send a code to the new address, whether another account has it or not."""
    user = acting_user()
    if user.email is None:
        raise NotAllowed
    form = EmailForm()
    if form.validate() and form.email.address == user.email:
        add_error(form.email, "That is the address you have already.")
    if form.errors:
        return invalid_form(PAGE, PAGE, form=form, email=user.email)
    if not code_sent(form, codes.CHANGE_EMAIL, form.email.address, user):
        return form_again(PAGE, form=form, email=user.email)
    db.session.commit()
    return on_to_code("accounts.email_code")


@blueprint.get("/settings/email/code")
@signed_in
@confirmed("accounts.email")
def email_code() -> ResponseReturnValue:
    """Show where the code from the letter is typed."""
    return show_code_page(CODE_PAGE, CodeForm(), codes.CHANGE_EMAIL, "accounts.email")


@blueprint.post("/settings/email/code")
@signed_in
@confirmed("accounts.email")
def finish_changing_email() -> ResponseReturnValue:
    """Take the code: the address is changed, and every other session ends."""
    now = datetime.now(UTC)
    user, device = acting_user(), acting_device()
    form = CodeForm()
    row = proved(form, codes.CHANGE_EMAIL, user=user, now=now)
    if row is None:
        return code_again(CODE_PAGE, form, codes.CHANGE_EMAIL)
    try:
        old = accounts.change_email(user, row.email, kept=device)
    except Conflict as error:
        return _belongs_to_another(row.email, str(error))
    response = open_here(user, now=now, way="letter", is_strong=device.is_strong, where=_security())
    db.session.commit()
    flash("Your e-mail address is changed.")
    happened = happened_here(user, can_act=False)
    accounts.send_notice(old, NOTICE, mailer(), happened=happened)
    return response


def _belongs_to_another(address: str, why: str) -> ResponseReturnValue:
    """Show where an address is typed again: the code is used, and would be no good anyway."""
    form = EmailForm(formdata=None, data={"email": address})
    form.email.errors = [f"{why} Nothing was changed."]
    return form_again(PAGE, form=form, email=acting_user().email)


def _security() -> str:
    return url_for("settings.index")
