"""A new password for whoever proves by a code that the address is theirs."""

from datetime import UTC, datetime

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from fstpwa.access import public
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.accounts.forms import (
    FinishForm,
    ResetForm,
    ResetStartForm,
    add_error,
)
from fstpwa.blueprints.accounts.proving import (
    code_again,
    code_sent,
    form_again,
    mailer,
    on_to_code,
    proved,
    sent_to,
    show_code_page,
)
from fstpwa.blueprints.accounts.sign_up import newcomer
from fstpwa.blueprints.entering import enter, happened_here, would_be_lost
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import accounts, codes, passwords
from fstpwa.services.second_factors import is_second_step_needed
from fstpwa.web import invalid_form

PAGE = "accounts/reset.html"
CODE_PAGE = "accounts/reset_code.html"
CHANGED = "The password of your Good Days account was changed."
NOT_YET = "The password is not changed yet. After the second step you can choose the new one."


@blueprint.get("/reset")
@public
def reset() -> ResponseReturnValue:
    """Show where the address is typed whose password is to be replaced."""
    return render_template(PAGE, form=ResetStartForm(), would_be_lost=would_be_lost())


@blueprint.post("/reset")
@public
def start_reset() -> ResponseReturnValue:
    """Send a code to the address, whether it has an account or not."""
    form = ResetStartForm()
    lost = would_be_lost()
    if not form.validate() or not form.may_lose(would_be_lost=lost):
        return invalid_form(PAGE, PAGE, form=form, would_be_lost=lost)
    if not code_sent(form, codes.RESET, form.email.address):
        return form_again(PAGE, form=form, would_be_lost=lost)
    db.session.commit()
    return on_to_code("accounts.reset_code")


@blueprint.get("/reset/code")
@public
def reset_code() -> ResponseReturnValue:
    """Show where the code and the new password are typed."""
    return show_code_page(CODE_PAGE, ResetForm(), codes.RESET, "accounts.reset")


@blueprint.post("/reset/code")
@public
def finish_reset() -> ResponseReturnValue:
    """Take code and password; every session of before ends.

    Whoever has only the mailbox changes nothing where a second step is on: that comes first,
    and then the page where a password is chosen.
    """
    now = datetime.now(UTC)
    form = ResetForm()
    row = proved(form, codes.RESET, now=now) if _may_choose(form) else None
    if row is None:
        return code_again(CODE_PAGE, form, codes.RESET)
    email = row.email
    # Only now, when the try is counted: hashing is the dearest thing a visitor can ask for.
    password_hash = accounts.hash_for(form.password.data or "", email)
    user = accounts.person_with(email)
    if user is None:
        return newcomer(email, FinishForm(formdata=None), has_password=True, now=now)
    if is_second_step_needed(user):
        return _second_step_first(user, now=now)
    accounts.set_password(user, password_hash, kept=None)
    response = enter(user, now=now, way="letter")
    db.session.commit()
    accounts.send_notice(email, CHANGED, mailer(), happened=happened_here(user))
    return response


def _second_step_first(user: User, *, now: datetime) -> ResponseReturnValue:
    """Lead to the second step; whoever shows it is led on to choosing a password."""
    response = enter(user, now=now, way="letter")
    db.session.commit()
    flash(NOT_YET)
    return response


def _may_choose(form: ResetForm) -> bool:
    """Whether the new password may be chosen; else words stand beside the fields."""
    email = sent_to(codes.RESET)
    if not form.validate() or email is None:
        if email is None:
            add_error(form.code, codes.TOO_LATE)
        return False
    try:
        passwords.check_choice(form.password.data or "", email)
    except InvalidValue as error:
        add_error(form.password, str(error))
        return False
    return True
