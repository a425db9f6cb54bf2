"""What a therapist sees of somebody, shown to them as the therapist sees it."""

from datetime import UTC, datetime
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.sharing.blueprint import blueprint
from fstpwa.blueprints.sharing.forms import ScopesForm
from fstpwa.domain.days import local_day
from fstpwa.services import care_links, client_page


@blueprint.get("/settings/sharing/<uuid:link_id>/as-seen")
@signed_in
def as_seen(link_id: UUID) -> ResponseReturnValue:
    """Show the therapist's page of this client, made of the same parts; nobody's look is noted."""
    user = acting_user()
    link = care_links.given_by(user, link_id)
    weeks = client_page.weeks_asked(request.args.get("weeks"))
    overview = client_page.overview(link, local_day(datetime.now(UTC), user.time_zone), weeks)
    scopes = ScopesForm.of(overview.scopes)
    return render_template(
        "sharing/as_seen.html",
        link=link,
        name=link.therapist.name or _("Your therapist"),
        overview=overview,
        reader="client",
        withheld=[field.label.text for field in scopes if field.data is False],
    )
