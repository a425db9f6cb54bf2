"""Sign-in and security: what is set up, the authenticator app, recovery codes."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import (
    acting_device,
    acting_user,
    before_any_factor,
    before_second_factor,
    confirmed,
    signed_in,
)
from fstpwa.blueprints.factors.blueprint import (
    blueprint,
    must_show_first,
    refuse_before_showing,
    tell_by_letter,
)
from fstpwa.blueprints.factors.forms import BeginAppForm, NewAppForm, NewCodesForm
from fstpwa.blueprints.qr_pictures import qr_picture
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.extensions import db
from fstpwa.models.people import Role
from fstpwa.services import accounts, devices, passkeys, people, second_factors
from fstpwa.services.second_factors import SettingUp
from fstpwa.web import go_to


@blueprint.get("/settings/security")
@signed_in
@before_second_factor
def index() -> ResponseReturnValue:
    """Show the ways to sign in, and what protects them."""
    if must_show_first():
        return redirect(url_for("factors.second_step"), code=303)
    user = acting_user()
    has_factor = second_factors.has_second_factor(user)
    return render_template(
        "factors/index.html",
        user=user,
        local_day=local_day,
        passkeys=passkeys.passkeys_of(user),
        is_app_set_up=second_factors.is_app_set_up(user),
        has_factor=has_factor,
        codes_left=second_factors.recovery_codes_left(user),
        needs_factor=user.role == Role.THERAPIST and not has_factor,
    )


@blueprint.post("/settings/security/for-myself")
@signed_in
@before_any_factor
def practise_for_oneself() -> ResponseReturnValue:
    """Make a therapist's account, chosen by mistake, one for practising oneself."""
    accounts.practise_for_oneself(acting_user())
    db.session.commit()
    flash("This account is for yourself now.")
    return go_to(url_for("practice.today"))


@blueprint.get("/settings/security/app")
@signed_in
@before_second_factor
@confirmed("factors.app")
def app() -> ResponseReturnValue:
    """Show what an authenticator app is, or that one is set up."""
    refuse_before_showing()
    return _app_page()


@blueprint.post("/settings/security/app/begin")
@signed_in
@before_second_factor
@confirmed("factors.app")
def begin_app() -> ResponseReturnValue:
    """Show a new secret for an authenticator app. Nothing counts before its first code."""
    refuse_before_showing()
    draw = BeginAppForm().draw.data or ""
    try:
        setting_up = second_factors.begin_setting_up(
            acting_user(), draw=draw, now=datetime.now(UTC)
        )
    except Conflict as problem:
        return _app_page(str(problem)), 409
    page = _setting_up_page(setting_up, NewAppForm(formdata=None, sealed=setting_up.sealed))
    db.session.commit()
    return page


@blueprint.post("/settings/security/app")
@signed_in
@before_second_factor
@confirmed("factors.app")
def add_app() -> ResponseReturnValue:
    """Turn an authenticator app on by its first code, and show the recovery codes."""
    refuse_before_showing()
    form, user, now = NewAppForm(), acting_user(), datetime.now(UTC)
    sealed = form.sealed.data or ""
    try:
        codes = second_factors.finish_setting_up(user, sealed, form.code.data or "", now=now)
    except Conflict as problem:
        return _app_page(str(problem)), 409
    except InvalidValue as problem:
        form.code.errors = [str(problem)]
        setting_up = second_factors.setting_up_again(user, sealed, now=now)
        return _setting_up_page(setting_up, form), 422
    devices.make_strong(acting_device(), now=now)
    devices.end_others(user, acting_device())
    db.session.commit()
    tell_by_letter(user, "An authenticator app was added.")
    return _codes_page(codes, "The authenticator app is on.")


@blueprint.post("/settings/security/app/remove")
@signed_in
@confirmed("factors.app")
def remove_app() -> ResponseReturnValue:
    """Turn the authenticator app off."""
    user = acting_user()
    people.refuse_demo(user)
    try:
        second_factors.turn_off(user)
    except Conflict as problem:
        return _app_page(str(problem)), 409
    devices.end_others(user, acting_device())
    db.session.commit()
    tell_by_letter(user, "The authenticator app was turned off.")
    flash("The authenticator app is off.")
    return go_to(url_for("factors.index"))


@blueprint.get("/settings/security/recovery-codes")
@signed_in
@confirmed("factors.recovery_codes")
def recovery_codes() -> ResponseReturnValue:
    """Show how many recovery codes are left, and offer new ones."""
    return _recovery_page()


@blueprint.post("/settings/security/recovery-codes")
@signed_in
@confirmed("factors.recovery_codes")
def renew_recovery_codes() -> ResponseReturnValue:
    """Replace the recovery codes and show the new ones, once."""
    user = acting_user()
    people.refuse_demo(user)
    if not second_factors.has_second_factor(user):
        return _recovery_page(), 409
    try:
        before = NewCodesForm().before.data or ""
        codes = second_factors.replace_recovery_codes(user, before)
    except Conflict as problem:
        return _recovery_page(str(problem)), 409
    db.session.commit()
    tell_by_letter(user, "The recovery codes were replaced.")
    return _codes_page(codes, "These replace all recovery codes from before.")


def _app_page(problem: str = "") -> str:
    return render_template(
        "factors/app.html",
        is_app_set_up=second_factors.is_app_set_up(acting_user()),
        problem=problem,
        form=BeginAppForm(formdata=None, data={"draw": second_factors.new_draw()}),
    )


def _setting_up_page(setting_up: SettingUp, form: NewAppForm) -> str:
    return render_template(
        "factors/new_app.html",
        setting_up=setting_up,
        form=form,
        qr=qr_picture(setting_up.address),
    )


def _recovery_page(problem: str = "") -> str:
    user = acting_user()
    return render_template(
        "factors/recovery_codes.html",
        codes_left=second_factors.recovery_codes_left(user),
        has_factor=second_factors.has_second_factor(user),
        form=NewCodesForm(formdata=None, data={"before": second_factors.recovery_set(user)}),
        problem=problem,
    )


def _codes_page(codes: list[str], lead: str) -> str:
    return render_template("factors/new_codes.html", codes=codes, lead=lead)
