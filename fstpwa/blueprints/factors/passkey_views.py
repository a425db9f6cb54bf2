"""Passkeys in the settings: adding one, its name, removing it."""

from datetime import UTC, datetime
from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import (
    acting_device,
    acting_user,
    before_second_factor,
    confirmed,
    device_token,
    signed_in,
)
from fstpwa.blueprints.entering import device_label
from fstpwa.blueprints.factors.blueprint import (
    as_json,
    blueprint,
    refuse_before_showing,
    tell_by_letter,
)
from fstpwa.blueprints.factors.forms import LabelForm, NewPasskeyForm, relying_party
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.extensions import db
from fstpwa.models.people import Role, User
from fstpwa.services import devices, passkeys, people, second_factors
from fstpwa.web import go_to


@blueprint.get("/settings/security/passkeys/new")
@signed_in
@before_second_factor
@confirmed("factors.new_passkey")
def new_passkey() -> ResponseReturnValue:
    """Show what a passkey is, and the button that makes one."""
    refuse_before_showing()
    return _new_page(NewPasskeyForm(label=device_label()))


@blueprint.post("/settings/security/passkeys/begin")
@signed_in
@before_second_factor
@confirmed("factors.new_passkey")
def begin_passkey() -> ResponseReturnValue:
    """Hand the page what the browser needs to make a passkey."""
    refuse_before_showing()
    options = passkeys.begin_making(
        acting_user(), device_token(), relying_party(), now=datetime.now(UTC)
    )
    db.session.commit()
    return as_json(options)


@blueprint.post("/settings/security/passkeys")
@signed_in
@before_second_factor
@confirmed("factors.new_passkey")
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    refuse_before_showing()
    form, user, now = NewPasskeyForm(), acting_user(), datetime.now(UTC)
    if not form.validate():
        return _new_page(form), 422
    answer, label = form.credential.data or "", form.label.data or ""
    try:
        passkeys.finish_making(user, answer, label, device_token(), relying_party(), now=now)
    except (InvalidValue, Conflict) as problem:
        return _new_page(form, str(problem)), 409 if isinstance(problem, Conflict) else 422
    _confirm_here(user, now=now)
    devices.end_others(user, acting_device())
    db.session.commit()
    tell_by_letter(user, "A passkey was added.")
    flash("The passkey is kept. You are signed out on other devices.")
    return go_to(url_for(_after_adding(user)))


@blueprint.get("/settings/security/passkeys/<uuid:passkey_id>")
@signed_in
@confirmed("factors.index")
def passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Show one passkey: its name, and how to remove it."""
    found = passkeys.passkey_of(acting_user(), passkey_id)
    return _passkey_page(passkey_id, LabelForm(obj=found))


@blueprint.post("/settings/security/passkeys/<uuid:passkey_id>")
@signed_in
@confirmed("factors.index")
def rename_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Call a passkey something else."""
    form = LabelForm()
    people.refuse_demo(acting_user())
    passkeys.passkey_of(acting_user(), passkey_id)
    if not form.validate():
        return _passkey_page(passkey_id, form), 422
    passkeys.rename(acting_user(), passkey_id, form.label.data or "")
    db.session.commit()
    flash("The name is changed.")
    return go_to(url_for("factors.index"))


@blueprint.post("/settings/security/passkeys/<uuid:passkey_id>/remove")
@signed_in
@confirmed("factors.index")
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Forget a passkey, unless it is the last way in."""
    user = acting_user()
    people.refuse_demo(user)
    try:
        passkeys.remove(user, passkey_id)
    except Conflict as problem:
        found = passkeys.passkey_of(user, passkey_id)
        return _passkey_page(passkey_id, LabelForm(formdata=None, obj=found), str(problem)), 409
    devices.end_others(user, acting_device())
    db.session.commit()
    tell_by_letter(user, "A passkey was removed.")
    flash("The passkey is removed. You are signed out on other devices.")
    return go_to(url_for("factors.index"))


def _confirm_here(user: User, *, now: datetime) -> None:
    if user.role == Role.THERAPIST:  # whose passkeys always ask for a finger, a face or a PIN
        devices.make_strong(acting_device(), now=now)
    else:
        devices.confirm(acting_device(), now=now)


def _after_adding(user: User) -> str:
    """Return the page to go on to: a therapist who loses the only passkey needs another way in."""
    needs_codes = second_factors.is_second_step_needed(user)
    has_codes = second_factors.recovery_codes_left(user) > 0
    return "factors.recovery_codes" if needs_codes and not has_codes else "factors.index"


def _new_page(form: NewPasskeyForm, problem: str = "") -> str:
    return render_template(
        "factors/new_passkey.html", form=form, problem=problem, user=acting_user()
    )


def _passkey_page(passkey_id: UUID, form: LabelForm, problem: str = "") -> str:
    found = passkeys.passkey_of(acting_user(), passkey_id)
    return render_template(
        "factors/passkey.html",
        passkey=found,
        form=form,
        problem=problem,
        user=acting_user(),
        local_day=local_day,
    )
