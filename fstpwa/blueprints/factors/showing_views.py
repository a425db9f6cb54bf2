"""Showing a factor: signing in with a passkey, the second step, proving again who one is."""

from datetime import UTC, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fstpwa import log
from fstpwa.access import (
    acting_device,
    acting_user,
    after_confirming,
    asking_token,
    before_second_factor,
    device_token,
    first_page,
    from_here,
    keep_asking,
    public,
    signed_in,
)
from fstpwa.blueprints.entering import enter, would_be_lost
from fstpwa.blueprints.factors.blueprint import (
    as_json,
    blueprint,
    must_show_first,
    tell_by_letter,
)
from fstpwa.blueprints.factors.forms import CodeForm, ShownPasskeyForm, relying_party
from fstpwa.domain.errors import InvalidValue, TooMany
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import devices, passkeys, second_factors, throttle
from fstpwa.services.passkeys import Shown
from fstpwa.services.throttle import SECOND_STEP_ACCOUNT, SIGN_IN_ADDRESS, Counted, Limit
from fstpwa.web import go_to

CHALLENGE_ADDRESS = Limit(kind="challenge_address", most=60, within=timedelta(hours=1))
"""Handing out challenges costs a row each, for whoever asks."""

ONE_PROOF = (
    "This passkey did not ask for a fingerprint, a face or a PIN. "
    "Please confirm with a code of your authenticator app, or a recovery code."
)


@blueprint.post("/sign-in/passkey/begin")
@public
def begin_sign_in() -> ResponseReturnValue:
    """Hand the page what the browser needs to show a passkey of whoever it is."""
    now = datetime.now(UTC)
    throttle.count(from_here(CHALLENGE_ADDRESS), now=now)
    response = as_json(passkeys.begin_use(asking_token(), relying_party(), now=now))
    db.session.commit()
    keep_asking(response)
    return response


@blueprint.post("/sign-in/passkey")
@public
def sign_in_with_passkey() -> ResponseReturnValue:
    """Sign in whoever has shown their passkey."""
    form, now = ShownPasskeyForm(), datetime.now(UTC)
    if not form.may_lose(would_be_lost=would_be_lost()):
        return _refused_page(form.leave.errors[0], "sign_in"), 422
    answer = form.credential.data or ""
    try:
        shown = passkeys.finish_use(answer, asking_token(), relying_party(), now=now)
    except InvalidValue as problem:
        return _refused_page(str(problem), "sign_in"), 422
    response = enter(shown.user, now=now, way="passkey", is_strong=shown.is_verified)
    db.session.commit()
    return response


@blueprint.get("/sign-in/second-step")
@public
def second_step() -> ResponseReturnValue:
    """Ask for the second proof of whoever has shown the first one here."""
    user, _ = _whose_turn(datetime.now(UTC))
    if user is None:
        return redirect(_beginning(), code=303)
    return _second_page(user, CodeForm())


@blueprint.post("/sign-in/second-step")
@public
def show_second_factor() -> ResponseReturnValue:
    """Take a code of the authenticator app or a recovery code, and sign in."""
    form, now = CodeForm(), datetime.now(UTC)
    user, is_waiting = _whose_turn(now)
    if user is None:
        flash("This sign-in is over. Please begin again.")
        return go_to(_beginning())
    counted = _counted(user)
    try:
        throttle.count(*counted, now=now)
        is_used_up = second_factors.show(user, form.code.data or "", now=now)
    except (InvalidValue, TooMany) as problem:
        log.info("second_step_refused")
        form.code.errors = [str(problem)]
        return _again(_second_page(user, form), problem)
    throttle.forgive(*counted)
    if is_waiting:
        second_factors.end_waiting(asking_token(), now=now)
    response = enter(user, now=now, way="second_step", is_strong=True)
    db.session.commit()
    if is_used_up:
        _tell_of_recovery_code(user)
    return response


@blueprint.post("/confirm/passkey/begin")
@signed_in
@before_second_factor
def begin_confirming() -> ResponseReturnValue:
    """Hand the page what the browser needs to show a passkey of the acting person."""
    options = passkeys.begin_use(
        device_token(), relying_party(), user=acting_user(), now=datetime.now(UTC)
    )
    db.session.commit()
    return as_json(options)


@blueprint.post("/confirm/passkey")
@signed_in
@before_second_factor
def confirm_with_passkey() -> ResponseReturnValue:
    """Take a passkey as proof that it is still the same person."""
    now, then = datetime.now(UTC), request.form.get("then", "")
    answer = ShownPasskeyForm().credential.data or ""
    try:
        shown = passkeys.finish_use(
            answer, device_token(), relying_party(), user=acting_user(), now=now
        )
        _refuse_one_proof(shown)
    except InvalidValue as problem:
        log.info("confirm_refused", way="passkey")
        return _refused_page(str(problem), "confirm", then), 422
    _confirm("passkey", is_strong=shown.is_verified, now=now)
    db.session.commit()
    return go_to(after_confirming(then))


@blueprint.post("/confirm/factor")
@signed_in
@before_second_factor
def confirm_with_code() -> ResponseReturnValue:
    """Take a code of the authenticator app or a recovery code as the same proof."""
    form, user, now = CodeForm(), acting_user(), datetime.now(UTC)
    then, counted = request.form.get("then", ""), _counted(user)
    try:
        throttle.count(*counted, now=now)
        is_used_up = second_factors.show(user, form.code.data or "", now=now)
    except (InvalidValue, TooMany) as problem:
        log.info("confirm_refused", way="second_factor")
        form.code.errors = [str(problem)]
        return _again(render_template("factors/confirm_code.html", form=form, then=then), problem)
    throttle.forgive(*counted)
    _confirm("second_factor", is_strong=True, now=now)
    db.session.commit()
    if is_used_up:
        _tell_of_recovery_code(user)
    return go_to(after_confirming(then))


def _whose_turn(now: datetime) -> tuple[User | None, bool]:
    """Return whose second step this browser may show, and whether it waits to be signed in.

    A therapist can also be signed in without it, where they carried themselves over.
    """
    if current_user.is_authenticated and must_show_first():
        return acting_user(), False
    return second_factors.who_waits(asking_token(), now=now), True


def _beginning() -> str:
    if current_user.is_authenticated:
        return first_page(acting_user())
    return url_for("accounts.sign_in")


def _counted(user: User) -> tuple[Counted, ...]:
    return Counted(SECOND_STEP_ACCOUNT, str(user.public_id)), from_here(SIGN_IN_ADDRESS)


def _refuse_one_proof(shown: Shown) -> None:
    """Raise InvalidValue for a passkey that is one proof only, where two are needed."""
    if not shown.is_verified and second_factors.is_second_step_needed(shown.user):
        raise InvalidValue(ONE_PROOF)


def _confirm(way: str, *, is_strong: bool, now: datetime) -> None:
    log.info("confirmed", way=way)
    device = acting_device()
    if is_strong:
        devices.make_strong(device, now=now)
    else:
        devices.confirm(device, now=now)


def _tell_of_recovery_code(user: User) -> None:
    """Say on the next page and by letter that a recovery code is used up, and how many are left."""
    left = second_factors.recovery_codes_left(user)
    kept = f"{left} {'is' if left == 1 else 'are'} left." if left else "None is left."
    flash(f"That recovery code is used up. {kept}")
    tell_by_letter(user, f"A recovery code of your Good Days account was used. {kept}")


def _second_page(user: User, form: CodeForm) -> str:
    return render_template(
        "factors/second_step.html",
        form=form,
        has_app=second_factors.is_app_set_up(user),
        has_passkey=passkeys.count_of(user) > 0,
        has_codes=second_factors.recovery_codes_left(user) > 0,
        would_be_lost=would_be_lost(),
    )


def _again(page: str, problem: InvalidValue | TooMany) -> ResponseReturnValue:
    if isinstance(problem, TooMany):
        return page, 429, {"Retry-After": str(problem.wait_s)}
    return page, 422


def _refused_page(problem: str, what: str, then: str = "") -> str:
    return render_template(
        "factors/passkey_refused.html",
        problem=problem,
        what=what,
        then=then,
        would_be_lost=would_be_lost(),
    )
