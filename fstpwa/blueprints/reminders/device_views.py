"""Browsers that take reminders: turned on, named, tested, repaired, removed."""

from datetime import UTC, datetime
from uuid import UUID

from flask import flash, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa import log
from fstpwa.access import acting_device, signed_in
from fstpwa.blueprints.reminders.blueprint import blueprint
from fstpwa.blueprints.reminders.device_forms import (
    NameForm,
    StateForm,
    SubscribeForm,
    TextForm,
)
from fstpwa.blueprints.reminders.device_rows import devices_context, own_row
from fstpwa.blueprints.reminders.push_keys import needed_keys, public_keys
from fstpwa.domain.errors import Conflict, InvalidValue, NotSent
from fstpwa.extensions import db
from fstpwa.services import push_repair, push_subscriptions, push_tests, reminders
from fstpwa.web import after_post, go_to

__all__ = ["devices_context"]

TEST = "reminders/_test.html"


@blueprint.post("/devices")
@signed_in
def add_device() -> ResponseReturnValue:
    """Keep the subscription that this browser has just made."""
    form, now = SubscribeForm(), datetime.now(UTC)
    try:
        target = form.checked(needed_keys())
        kept = push_subscriptions.keep(
            acting_device(), target, name=form.device_name.data or "", now=now
        )
    except (InvalidValue, Conflict, NotSent) as problem:
        return _refused(problem)
    db.session.commit()
    log.info("push_subscribed")
    if form.by_hand.data == "1":
        flash(_("Reminders are on here. Send yourself one to see what it looks like."))
    return jsonify(id=str(kept.public_id), state="kept")


@blueprint.post("/devices/state")
@signed_in
def device_state() -> ResponseReturnValue:
    """Compare what this browser says of itself with what is stored, and say what it should do."""
    form, device, now = StateForm(), acting_device(), datetime.now(UTC)
    keys = public_keys()
    follow = [each for each in reminders.reminders_of(device.user) if not each.time_zone]
    # A demo person stays where everybody finds them.
    moves = not device.user.is_demo and any(each.enabled for each in follow)
    if keys is None:
        return jsonify(state="nothing", key="", key_id="", moves=moves)
    try:
        state = form.state(keys)
        advice = push_repair.reconcile(device, state, current_key_id=keys.current_id, now=now)
    except (InvalidValue, Conflict) as problem:
        return _refused(problem)
    db.session.commit()
    return jsonify(state=advice, key=keys.current, key_id=keys.current_id, moves=moves)


@blueprint.post("/devices/<uuid:device_id>/name")
@signed_in
def name_device(device_id: UUID) -> ResponseReturnValue:
    """Call a device something else; without a name it is called by its browser."""
    subscription = own_row(device_id, now=datetime.now(UTC)).device
    subscription.name = NameForm().chosen
    db.session.commit()
    flash(_("The name is saved."))
    return _back_to(device_id)


@blueprint.post("/devices/<uuid:device_id>/text")
@signed_in
def choose_text(device_id: UUID) -> ResponseReturnValue:
    """Choose how much messages to a device say."""
    subscription = own_row(device_id, now=datetime.now(UTC)).device
    subscription.discreet = TextForm().is_discreet
    db.session.commit()
    flash(_("The text is saved."))
    return _back_to(device_id)


@blueprint.post("/devices/<uuid:device_id>/remove")
@signed_in
def remove_device(device_id: UUID) -> ResponseReturnValue:
    """Send nothing to a device any more."""
    now = datetime.now(UTC)
    push_subscriptions.remove(own_row(device_id, now=now).device, now=now)
    db.session.commit()
    log.info("push_removed")
    flash(_("No more reminders go to that device."))
    return go_to(url_for("reminders.index", _anchor="devices"))


@blueprint.post("/devices/<uuid:device_id>/test")
@signed_in
def send_test(device_id: UUID) -> ResponseReturnValue:
    """Ask for a test message to a device; the worker sends it."""
    now = datetime.now(UTC)
    row = own_row(device_id, now=now)
    # Pressed twice it is the same wish: what became of the first is still being shown.
    if not row.is_watched:
        push_tests.ask(row.device, now=now)
        db.session.commit()
    where = url_for("reminders.show_test", device_id=device_id)
    return after_post(TEST, otherwise=where, row=own_row(device_id, now=now))


@blueprint.get("/devices/<uuid:device_id>/test")
@signed_in
def show_test(device_id: UUID) -> ResponseReturnValue:
    """Show how far the test message to a device is."""
    row = own_row(device_id, now=datetime.now(UTC))
    return render_template("reminders/test.html", row=row)


def _back_to(device_id: UUID) -> ResponseReturnValue:
    return go_to(url_for("reminders.index", _anchor=f"device-{device_id}"))


def _refused(problem: InvalidValue | Conflict | NotSent) -> ResponseReturnValue:
    """Say to a script why nothing was stored."""
    db.session.rollback()
    status = 503 if isinstance(problem, NotSent) else 409 if isinstance(problem, Conflict) else 422
    return jsonify(words=str(problem)), status
