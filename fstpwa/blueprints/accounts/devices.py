"""The devices somebody is signed in on: the list, ending one, ending all others."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_device, acting_user, before_any_factor, signed_in, take_device
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.settings.own_data_views import gone_from_here
from fstpwa.domain.days import day_in_words, local_day
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.services import devices as device_sessions
from fstpwa.services import people
from fstpwa.web import go_to

PHONES = ("iPhone", "iPad", "Android")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A device as the list shows it."""

    device: DeviceSession
    name: str
    since: str
    """When somebody signed in there, in words."""
    used: str
    """When somebody was last there, in words; it is noted once an hour."""
    icon: str


@blueprint.get("/settings/devices")
@signed_in
@before_any_factor
def devices() -> ResponseReturnValue:
    """Show where somebody is signed in."""
    user, here, now = acting_user(), acting_device(), datetime.now(UTC)
    found = device_sessions.devices_of(user, now=now)
    found.sort(key=lambda each: (each.id == here.id, each.created_at), reverse=True)
    if user.is_demo:  # the others are other visitors'
        found = [each for each in found if each.id == here.id]
    return render_template(
        "accounts/devices.html",
        rows=[_row(each, user, now=now) for each in found],
        this_device=here,
        user=user,
    )


@blueprint.post("/settings/devices/<uuid:device_id>/end")
@signed_in
@before_any_factor
def end_device(device_id: UUID) -> ResponseReturnValue:
    """Sign one device out; this one is signed out like by its own button."""
    user, now = acting_user(), datetime.now(UTC)
    device = device_sessions.device_of(user, device_id)
    is_this_one = device.id == acting_device().id
    if not is_this_one:
        people.refuse_demo(user)
    row = _row(device, user, now=now)
    device_sessions.end(device)
    if not is_this_one:
        db.session.commit()
        flash(f"{row.name}, signed in {row.since}, is signed out.")
        return go_to(url_for("accounts.devices"))
    is_gone = people.forget_if_out_of_reach(user, now=now)
    db.session.commit()
    if is_gone:
        return gone_from_here()
    response = redirect(url_for("home.front"), code=303)
    take_device(response)
    return response


@blueprint.post("/settings/devices/end-others")
@signed_in
@before_any_factor
def end_other_devices() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    people.refuse_demo(acting_user())
    device_sessions.end_others(acting_user(), acting_device())
    db.session.commit()
    flash("Every other device is signed out.")
    return go_to(url_for("accounts.devices"))


def _row(device: DeviceSession, user: User, *, now: datetime) -> Row:
    name = device.label or "Unknown device"
    is_recent = now - device.last_seen_at < device_sessions.STAMP_EVERY
    return Row(
        device=device,
        name=name,
        since=_in_words(device.created_at, user, now=now),
        used="within the last hour" if is_recent else _in_words(device.last_seen_at, user, now=now),
        icon="smartphone" if any(phone in name for phone in PHONES) else "laptop",
    )


def _in_words(at: datetime, user: User, *, now: datetime) -> str:
    """Return a moment as "today at 19:18", in the zone of `user`."""
    day, today = (local_day(each, user.time_zone) for each in (at, now))
    return f"{day_in_words(day, today)} at {at.astimezone(ZoneInfo(user.time_zone)):%H:%M}"
