"""The list of routines: one's own and shared ones; copied, put away, shared."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, therapist
from fstpwa.blueprints.routines.blueprint import blueprint
from fstpwa.blueprints.routines.builder_views import shown
from fstpwa.blueprints.routines.forms import BuilderForm
from fstpwa.content import library
from fstpwa.domain.days import local_day, short_day
from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.domain.timeline import minutes
from fstpwa.extensions import db
from fstpwa.models.care import Routine
from fstpwa.services import access_log, routines
from fstpwa.web import go_to

ARCHIVED = "archived"
"""The value of `show` for routines that were put away."""


@blueprint.get("/routines")
@therapist
def index() -> ResponseReturnValue:
    """Show the routines one made or may use; those that were put away with `show=archived`."""
    user, now = acting_user(), datetime.now(UTC)
    archived = request.args.get("show") == ARCHIVED
    found = routines.listed(user, archived=archived)
    links = {holder.link_id for one in found for holder in one.holders}
    access_log.note(sorted(links), "list", now=now)
    today = local_day(now, user.time_zone)
    return render_template(
        "routines/index.html",
        found=found,
        archived=archived,
        has_archived=archived or routines.has_archived(user),
        names={slug: movement.name for slug, movement in library().movements.items()},
        minutes=minutes,
        changed={
            one.routine.id: short_day(local_day(one.routine.changed_at, user.time_zone), today)
            for one in found
        },
    )


@blueprint.post("/routines/<uuid:routine_id>/duplicate")
@therapist
def duplicate(routine_id: UUID) -> ResponseReturnValue:
    """Store a copy as one's own, and show it."""
    user = acting_user()
    routine = routines.routine_for(user, routine_id)
    copy = routines.duplicate(routine, user, now=datetime.now(UTC))
    where = url_for("routines.show", routine_id=copy.public_id)
    db.session.commit()
    flash(_("This is your copy. The other routine stays as it is."))
    return go_to(where)


@blueprint.post("/routines/<uuid:routine_id>/archive")
@therapist
def archive(routine_id: UUID) -> ResponseReturnValue:
    """Put a routine away."""
    routines.archive(routines.owned_by(acting_user(), routine_id), now=datetime.now(UTC))
    db.session.commit()
    flash(_("The routine is put away. Whoever has it keeps it."))
    return go_to(url_for("routines.index"))


@blueprint.post("/routines/<uuid:routine_id>/unarchive")
@therapist
def unarchive(routine_id: UUID) -> ResponseReturnValue:
    """Take a routine out again."""
    routines.unarchive(routines.owned_by(acting_user(), routine_id))
    db.session.commit()
    flash(_("The routine is back in your list."))
    return go_to(url_for("routines.index"))


@blueprint.post("/routines/<uuid:routine_id>/share")
@therapist
def share(routine_id: UUID) -> ResponseReturnValue:
    """Let a colleague use and change a routine. Who has an account is not told."""
    routine = routines.owned_by(acting_user(), routine_id)
    try:
        routines.share_with(routine, request.form.get("email", ""), now=datetime.now(UTC))
    except (InvalidValue, Conflict) as error:
        return _share_refused(routine, str(error))
    db.session.commit()
    flash(_("If a therapist here has this address, the routine is in their list now."))
    return go_to(_sharing(routine_id))


@blueprint.post("/routines/<uuid:routine_id>/unshare")
@therapist
def unshare(routine_id: UUID) -> ResponseReturnValue:
    """Take a routine from a colleague's list again."""
    routine = routines.owned_by(acting_user(), routine_id)
    try:
        routines.stop_sharing_with(routine, request.form.get("email", ""))
    except InvalidValue as error:
        return _share_refused(routine, str(error))
    db.session.commit()
    flash(_("Nobody with this address has the routine in their list any more."))
    return go_to(_sharing(routine_id))


@blueprint.post("/routines/<uuid:routine_id>/leave")
@therapist
def leave(routine_id: UUID) -> ResponseReturnValue:
    """Take a colleague's routine from one's own list."""
    user = acting_user()
    routines.leave(routines.routine_for(user, routine_id), user)
    db.session.commit()
    flash(_("The routine is taken from your list."))
    return go_to(url_for("routines.index"))


def _share_refused(routine: Routine, why: str) -> ResponseReturnValue:
    g.is_not_yet = True  # the title of the page says so
    sharing = {"email": request.form.get("email", "").strip(), "error": why}
    form = BuilderForm.of(routines.newest(routine))
    return shown(form, routine, sharing=sharing), HTTPStatus.UNPROCESSABLE_ENTITY


def _sharing(routine_id: UUID) -> str:
    return url_for("routines.show", routine_id=routine_id, _anchor="sharing")
