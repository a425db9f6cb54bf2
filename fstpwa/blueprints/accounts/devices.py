"""The devices somebody is signed in on: the list, ending one, ending all others."""

from datetime import UTC, datetime
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_device, acting_user, signed_in, take_device
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.services import devices as device_sessions
from fstpwa.services import people
from fstpwa.web import go_to


@blueprint.get("/settings/devices")
@signed_in
def devices() -> ResponseReturnValue:
    """Show where somebody is signed in."""
    user = acting_user()
    found = device_sessions.devices_of(user, now=datetime.now(UTC))
    return render_template(
        "accounts/devices.html",
        devices=[(each, local_day(each.last_seen_at, user.time_zone)) for each in found],
        this_device=acting_device(),
        today=local_day(datetime.now(UTC), user.time_zone),
        has_way_back=people.has_way_back(user),
    )


@blueprint.post("/settings/devices/<uuid:device_id>/end")
@signed_in
def end_device(device_id: UUID) -> ResponseReturnValue:
    """Sign one device out; this one is signed out like by its own button."""
    user = acting_user()
    device = device_sessions.device_of(user, device_id)
    is_this_one = device.id == acting_device().id
    device_sessions.end(device)
    if not is_this_one:
        db.session.commit()
        flash("That device is signed out.")
        return go_to(url_for("accounts.devices"))
    people.forget_if_out_of_reach(user, now=datetime.now(UTC))
    db.session.commit()
    response = redirect(url_for("home.front"), code=303)
    take_device(response)
    return response


@blueprint.post("/settings/devices/end-others")
@signed_in
def end_other_devices() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    device_sessions.end_others(acting_user(), acting_device())
    db.session.commit()
    flash("Every other device is signed out.")
    return go_to(url_for("accounts.devices"))
