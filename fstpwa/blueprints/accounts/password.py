"""A password of one's own: chosen, replaced or removed; nobody needs one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_device, acting_user, confirmed, signed_in
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.accounts.forms import NewPasswordForm, add_error
from fstpwa.blueprints.accounts.proving import mailer
from fstpwa.blueprints.entering import happened_here
from fstpwa.domain.errors import InvalidValue, NotAllowed
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import accounts, passkeys, second_factors
from fstpwa.web import go_to, invalid_form

PAGE = "accounts/password.html"
SET = "Your Good Days account has a password now."
CHANGED = "The password of your Good Days account was changed."
REMOVED = "The password of your Good Days account was removed."


@blueprint.get("/settings/password")
@signed_in
@confirmed("accounts.password")
def password() -> ResponseReturnValue:
    """Show where a password is chosen; it needs an e-mail address beside it."""
    user = acting_user()
    if user.email is None:
        return redirect(url_for("accounts.keep"), code=303)
    return render_template(PAGE, form=NewPasswordForm(), **_showing(user))


@blueprint.post("/settings/password")
@signed_in
@confirmed("accounts.password")
def set_password() -> ResponseReturnValue:
    """Store the new password; every other session ends."""
    user = acting_user()
    if user.email is None:
        raise NotAllowed
    form = NewPasswordForm()
    try:
        password_hash = accounts.hash_for(form.password.data or "", user.email)
    except InvalidValue as error:
        add_error(form.password, str(error))
        return invalid_form(PAGE, PAGE, form=form, **_showing(user))
    return _changed(password_hash, CHANGED if user.password_hash else SET)


@blueprint.post("/settings/password/remove")
@signed_in
@confirmed("accounts.password")
def remove_password() -> ResponseReturnValue:
    """Go without a password again; every other session ends."""
    if acting_user().email is None:
        raise NotAllowed
    return _changed(None, REMOVED)


def _showing(user: User) -> dict[str, object]:
    """Return what the page says of the ways in beside a password: only what there is."""
    return {
        "user": user,
        "has_passkey": passkeys.count_of(user) > 0,
        "asks_second_step": second_factors.is_second_step_needed(user),
    }


def _changed(password_hash: str | None, notice: str) -> ResponseReturnValue:
    user = acting_user()
    email = user.email or ""
    accounts.set_password(user, password_hash, kept=acting_device())
    db.session.commit()
    flash("Done. Your other devices are signed out.")
    accounts.send_notice(email, notice, mailer(), happened=happened_here(user))
    return go_to(url_for("settings.index"))
