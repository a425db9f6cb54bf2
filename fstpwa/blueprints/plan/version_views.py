"""Going on with a newer version of the running programme."""

from datetime import UTC, datetime

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.plan.blueprint import blueprint
from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.services import decisions, enrolments, programme_versions
from fstpwa.web import go_to


@blueprint.post("/plan/newer")
@signed_in
def take_newer() -> ResponseReturnValue:
    """Follow the newer version that was shown, from today on."""
    user, now = acting_user(), datetime.now(UTC)
    enrolment = enrolments.running_or_not_found(user)
    newer = programme_versions.newer(enrolment)
    enrolments.take_newer(enrolment, user, digest=request.form.get("version", ""), now=now)
    if newer is not None:
        decisions.write(
            user,
            "newer_version",
            _("You went on with the newer version. %(changes)s", changes=newer.sentence),
            facts={},
            day=local_day(now, user.time_zone),
            now=now,
        )
    db.session.commit()
    flash(_("You follow the newer version from here on."))
    return go_to(url_for("practice.today"))
