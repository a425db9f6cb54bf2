"""You: name, time zone, country, the rhythm of sessions, and this device."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.settings.forms import ProfileForm
from fstpwa.content import library
from fstpwa.domain.days import local_day, long_day
from fstpwa.extensions import db
from fstpwa.services import people
from fstpwa.services.enrolments import running_enrolment
from fstpwa.web import after_post, invalid_form

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Show what can be set, and where the rest is."""
    user = acting_user()
    return render_template("settings/index.html", **_showing(ProfileForm.of(user)))


@blueprint.post("/profile")
@signed_in
def change_profile() -> ResponseReturnValue:
    """Store what somebody set about themselves."""
    user = acting_user()
    form = ProfileForm.of(user)
    if not form.validate():
        return invalid_form("settings/index.html", "settings/_profile_form.html", **_showing(form))
    people.change_profile(user, form.entry())
    db.session.commit()
    return after_post(
        "settings/_profile_form.html",
        otherwise=url_for("settings.index"),
        saved=True,
        **_showing(ProfileForm.of(user)),
    )


def _showing(form: ProfileForm) -> dict[str, object]:
    user = acting_user()
    enrolment = running_enrolment(user)
    return {
        "form": form,
        "user": user,
        "today": long_day(local_day(datetime.now(UTC), user.time_zone)),
        "running": library().programmes[enrolment.programme] if enrolment else None,
        "messages": library().safety.messages,
        "emergency_number": people.emergency_number_of(user),
    }
