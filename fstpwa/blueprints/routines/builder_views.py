"""The builder: a routine made or changed, by keyboard, pointer or plain form."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, therapist
from fstpwa.blueprints.routines import presenting
from fstpwa.blueprints.routines.blueprint import blueprint
from fstpwa.blueprints.routines.forms import BuilderForm, fresh_row, row_of
from fstpwa.content import library
from fstpwa.domain.days import clock_time, local_day, long_day
from fstpwa.domain.routine import differences
from fstpwa.extensions import db
from fstpwa.models.care import Routine, RoutineVersion
from fstpwa.services import access_log, routines
from fstpwa.services.figures import figure_of
from fstpwa.services.reminder_facts import zone_of
from fstpwa.services.routines import ChangedMeanwhile
from fstpwa.web import go_to, is_htmx

PREVIEW = "preview"
"""What the button that saves and then plays sends."""


@blueprint.get("/routines/new")
@therapist
def new() -> ResponseReturnValue:
    """Show an empty builder."""
    return shown(BuilderForm())


@blueprint.post("/routines/new")
@therapist
def create() -> ResponseReturnValue:
    """Store a new routine, or show what is wrong with it."""
    return _created(BuilderForm.read(request.form).checked(), None)


@blueprint.post("/routines/new/draft")
@therapist
def redraw_new() -> ResponseReturnValue:
    """Show the builder after a button of a plain form. Nothing is stored."""
    return _redrawn(None)


@blueprint.get("/routines/<uuid:routine_id>")
@therapist
def show(routine_id: UUID) -> ResponseReturnValue:
    """Show a routine in the builder."""
    routine = routines.routine_for(acting_user(), routine_id)
    return shown(BuilderForm.of(routines.newest(routine)), routine)


@blueprint.post("/routines/<uuid:routine_id>")
@therapist
def save(routine_id: UUID) -> ResponseReturnValue:
    """Store a new version; where a colleague saved meanwhile, show both."""
    user, now = acting_user(), datetime.now(UTC)
    routine = routines.routine_for(user, routine_id)
    form = BuilderForm.read(request.form).checked()
    if form.errors:
        return _refused(form, routine)
    try:
        version = routines.save(routine, user, form.draft(), form.on_version, now=now)
    except ChangedMeanwhile as error:
        return _both(form, routine, error.newest), HTTPStatus.CONFLICT
    flash(_("Saved as version %(number)s.", number=version.version))
    where = _after(routine)
    db.session.commit()
    return go_to(where)


@blueprint.post("/routines/<uuid:routine_id>/copy")
@therapist
def save_copy(routine_id: UUID) -> ResponseReturnValue:
    """Store what is in the form as a routine of its own; the other one stays as it is."""
    routine = routines.routine_for(acting_user(), routine_id)
    return _created(BuilderForm.read(request.form).checked(), routine)


@blueprint.post("/routines/<uuid:routine_id>/draft")
@therapist
def redraw(routine_id: UUID) -> ResponseReturnValue:
    """Show the builder after a button of a plain form. Nothing is stored."""
    return _redrawn(routines.routine_for(acting_user(), routine_id))


@blueprint.post("/routines/found")
@therapist
def found() -> ResponseReturnValue:
    """Show what the library has for the words typed. Nothing is stored."""
    form = BuilderForm.read(request.form)
    if not is_htmx():
        return shown(form)
    return render_template(
        "routines/_found.html",
        found=presenting.found_shown(form),
        figure_of=figure_of,
        draft_url=_draft_url(),
    )


@blueprint.post("/routines/line")
@therapist
def line() -> ResponseReturnValue:
    """Show a line for a movement with the library's dose in it. Nothing is stored."""
    if not is_htmx():
        return _redrawn(None)
    row = fresh_row(request.form.get("press", "").removeprefix("add:"))
    [added] = presenting.lines_shown(BuilderForm(rows=(row,)))
    return render_template(
        "routines/_line.html",
        line=added,
        sides=presenting.SIDES,
        figure_of=figure_of,
        draft_url=_draft_url(),
    )


@blueprint.post("/routines/total")
@therapist
def total() -> ResponseReturnValue:
    """Show how long what is in the form takes, as a whole and line by line. Nothing is stored."""
    form = BuilderForm.read(request.form).checked()
    if not is_htmx():
        return shown(form)
    return render_template(
        "routines/_total.html",
        total=presenting.total_shown(form),
        lines=presenting.lines_shown(form),
        problem=_problem_of_all(form),
        fitting=presenting.flare_choices(form)[0][1],
        is_answer=True,
    )


def shown(
    form: BuilderForm,
    routine: Routine | None = None,
    *,
    theirs: dict[str, object] | None = None,
    sharing: dict[str, str] | None = None,
) -> str:
    """Return the page of the builder.

    Args:
        form: what stands in it.
        routine: the stored one; None for a new one.
        theirs: of `_both`, what a colleague saved meanwhile.
        sharing: the e-mail address that could not be used for sharing, and why not.
    """
    if routine is None:
        save_url, draft_url = url_for("routines.create"), url_for("routines.redraw_new")
    else:
        save_url = url_for("routines.save", routine_id=routine.public_id)
        draft_url = url_for("routines.redraw", routine_id=routine.public_id)
    return render_template(
        "routines/builder.html",
        form=form,
        routine=routine,
        lines=presenting.lines_shown(form),
        total=presenting.total_shown(form),
        problem=_problem_of_all(form),
        found=presenting.found_shown(form),
        regions=presenting.regions(),
        flare_choices=presenting.flare_choices(form),
        sides=presenting.SIDES,
        figure_of=figure_of,
        save_url=save_url,
        draft_url=draft_url,
        theirs=theirs,
        sharing=sharing,
        **_about(routine),
    )


def _about(routine: Routine | None) -> dict[str, object]:
    """Return what stands beside a stored routine: whose it is, who has it, who saved it."""
    if routine is None:
        return {"is_owner": True, "holders": (), "saved": ""}
    user = acting_user()
    holders = routines.holders_of(user, routine)
    access_log.note([one.link_id for one in holders], "list", now=datetime.now(UTC))
    return {
        "is_owner": routine.user_id == user.id,
        "holders": holders,
        "saved": _saved(routines.newest(routine)),
    }


def _saved(version: RoutineVersion) -> str:
    """Say which version it is, who saved it, and when on the reader's own clock."""
    user = acting_user()
    at = version.saved_at.astimezone(zone_of(user.time_zone))
    day = long_day(local_day(version.saved_at, user.time_zone))
    who = _("you") if version.saved_by == user.id else routines.saved_by(version)
    words: str = _(
        "Version %(number)s, saved by %(who)s on %(day)s at %(time)s",
        number=version.version,
        who=who or _("a colleague"),
        day=day,
        time=clock_time(at.hour * 60 + at.minute),
    )
    return words


def _problem_of_all(form: BuilderForm) -> str:
    """Return what is wrong with the movements as a whole, "" where nothing is."""
    return form.errors.get((None, "lines"), "")


def _draft_url() -> str:
    """Return where the buttons of a plain form lead, of the form that was sent."""
    try:
        routine_id = UUID(request.form.get("routine_id", ""))
    except ValueError:
        return url_for("routines.redraw_new")
    return url_for("routines.redraw", routine_id=routine_id)


def _redrawn(routine: Routine | None) -> ResponseReturnValue:
    form = BuilderForm.read(request.form)
    return shown(form.pressed(request.form.get("press", "")), routine)


def _refused(form: BuilderForm, routine: Routine | None) -> ResponseReturnValue:
    g.is_not_yet = True  # the title of the page says so
    return shown(form, routine), HTTPStatus.UNPROCESSABLE_ENTITY


def _created(form: BuilderForm, beside: Routine | None) -> ResponseReturnValue:
    """Store the form as a new routine; `beside` is the one it was opened from."""
    if form.errors:
        return _refused(form, beside)
    routine = routines.create(acting_user(), form.draft(), now=datetime.now(UTC))
    flash(_("The routine is saved."))
    where = _after(routine)
    db.session.commit()
    return go_to(where)


def _after(routine: Routine) -> str:
    view = "preview" if request.form.get("then") == PREVIEW else "show"
    return url_for(f"routines.{view}", routine_id=routine.public_id)


def _both(form: BuilderForm, routine: Routine, version: RoutineVersion) -> str:
    """Return the page with what was typed still in it, and what a colleague saved meanwhile."""
    names = {slug: movement.name for slug, movement in library().movements.items()}
    lines = routines.lines_of(version)
    theirs: dict[str, object] = {
        "saved": _saved(version),
        "name": version.name,
        "purpose": version.purpose,
        "lines": [(row.name, presenting.dose_of(row)) for row in map(row_of, lines)],
        "differences": differences(lines, form.lean_lines(), names),
    }
    # Saving once more is then on top of what was just shown.
    return shown(form.on_top_of(version.version), routine, theirs=theirs)
