"""You: what can be set, and where the rest is."""

from dataclasses import asdict
from datetime import UTC, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_device, acting_user, signed_in
from fstpwa.blueprints.settings import offline_views, own_data_views, preference_views
from fstpwa.blueprints.settings.blueprint import blueprint
from fstpwa.blueprints.settings.forms import PaceForm, ProfileForm
from fstpwa.content import library
from fstpwa.domain.days import local_day, long_day
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.offline import kept_offline
from fstpwa.services import devices, messages, people
from fstpwa.services.enrolments import programme_of, running_enrolment
from fstpwa.services.voices import voices
from fstpwa.web import after_post, invalid_form

__all__ = ["blueprint", "offline_views", "own_data_views", "preference_views"]

PROFILE, PROFILE_FORM = "settings/profile.html", "settings/_profile_form.html"
SESSIONS, PACE_FORM = "settings/sessions.html", "settings/_pace_form.html"


@blueprint.get("/")
@signed_in
@kept_offline
def index() -> ResponseReturnValue:
    """Show what can be set, and where."""
    user, here = acting_user(), acting_device()
    live = devices.devices_of(user, now=datetime.now(UTC))
    enrolment = running_enrolment(user)
    return render_template(
        "settings/index.html",
        user=user,
        has_way_back=people.has_way_back(user),
        other_devices=[each.label or _("another device") for each in live if each.id != here.id],
        unread=sum(each.count for each in messages.unread_of(user)),
        running=programme_of(enrolment) if enrolment else None,
        messages=library().safety.messages,
        emergency_number=people.emergency_number_of(user),
    )


@blueprint.get("/profile")
@signed_in
def profile() -> ResponseReturnValue:
    """Show name, time zone, country and language."""
    user = acting_user()
    return render_template(PROFILE, form=ProfileForm.of(user), today=_today_of(user))


@blueprint.post("/profile")
@signed_in
def change_profile() -> ResponseReturnValue:
    """Store what somebody set about themselves."""
    user = acting_user()
    people.refuse_demo(user)
    form = ProfileForm.of(user)
    if not form.validate():
        return invalid_form(PROFILE, PROFILE_FORM, form=form, today=_today_of(user))
    people.change_profile(user, form.entry(), now=datetime.now(UTC))
    db.session.commit()
    again = ProfileForm.of(user)
    return after_post(PROFILE_FORM, otherwise=url_for("settings.profile"), saved=True, form=again)


@blueprint.get("/sessions")
@signed_in
def sessions() -> ResponseReturnValue:
    """Show the rhythm of sessions."""
    return render_template(SESSIONS, form=PaceForm(obj=acting_user()))


@blueprint.post("/sessions")
@signed_in
def change_sessions() -> ResponseReturnValue:
    """Store the rhythm of sessions."""
    user = acting_user()
    form = PaceForm(obj=user)
    if not form.validate():
        return invalid_form(SESSIONS, PACE_FORM, form=form)
    people.change_pace(user, form.pace())
    db.session.commit()
    return after_post(PACE_FORM, otherwise=url_for("settings.sessions"), saved=True, form=form)


@blueprint.get("/sounds")
@signed_in
def sounds() -> ResponseReturnValue:
    """Show the sound, voice and pictures of this phone; they never leave it."""
    return render_template("settings/sounds.html")


@blueprint.get("/sound-check")
@signed_in
def sound_check() -> ResponseReturnValue:
    """Show what this phone does with sound, locked too; nothing of it is sent anywhere."""
    return render_template(
        "settings/sound_check.html", voices=[asdict(voice) for voice in voices()]
    )


def _today_of(user: User) -> str:
    return long_day(local_day(datetime.now(UTC), user.time_zone))
