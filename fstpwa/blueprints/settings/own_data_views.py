"""What is stored about somebody: in words, as files, and deleting it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

from flask import Response, redirect, render_template, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from fstpwa import log
from fstpwa.access import (
    acting_user,
    before_any_factor,
    confirmed,
    forget_account,
    public,
    signed_in,
    take_device,
)
from fstpwa.blueprints.entering import happened_here
from fstpwa.blueprints.settings.blueprint import blueprint
from fstpwa.blueprints.settings.forms import DeleteForm
from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.outbound.mail import mailer_of
from fstpwa.services import accounts, erasure, exports, people
from fstpwa.web import invalid_form, settings

DELETE, DELETE_FORM = "settings/delete.html", "settings/_delete_form.html"
DELETED = "Your Good Days account was deleted, with everything that was recorded in it."


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say what is stored, where, and who sees it, before anybody says anything of themselves."""
    return render_template("settings/privacy.html")


@blueprint.get("/export")
@signed_in
@before_any_factor
@confirmed("settings.export")
def export() -> ResponseReturnValue:
    """Offer everything that is stored about the person as files."""
    return render_template("settings/export.html")


@blueprint.get("/export/everything.json")
@signed_in
@before_any_factor
@confirmed("settings.export")
def export_everything() -> ResponseReturnValue:
    """Send everything that is stored about the person as JSON."""
    user, now = acting_user(), datetime.now(UTC)
    log.info("exported")
    return _file(exports.everything(user, now=now), "good-days", "json", "application/json")


@blueprint.get("/export/check-ins.csv")
@signed_in
@before_any_factor
@confirmed("settings.export")
def export_check_ins() -> ResponseReturnValue:
    """Send the check-ins as a table for spreadsheets."""
    pieces = exports.check_ins_as_csv(acting_user())
    log.info("exported")
    return _file(pieces, "good-days-check-ins", "csv", "text/csv; charset=utf-8")


@blueprint.get("/delete")
@signed_in
@before_any_factor
@confirmed("settings.delete")
def delete() -> ResponseReturnValue:
    """Say what goes, and ask for the word."""
    return render_template(DELETE, **_showing(DeleteForm()))


@blueprint.post("/delete")
@signed_in
@before_any_factor
@confirmed("settings.delete")
def delete_everything() -> ResponseReturnValue:
    """Delete the person with everything they recorded."""
    user, form = acting_user(), DeleteForm()
    if not form.validate():
        return invalid_form(DELETE, DELETE_FORM, **_showing(form))
    email, happened = user.email, happened_here(user, can_act=False)
    erasure.erase(user, today=datetime.now(UTC).date())
    db.session.commit()
    if email:
        accounts.send_notice(email, DELETED, mailer_of(settings()), happened=happened)
    return gone_from_here()


@blueprint.get("/deleted")
@public
def deleted() -> ResponseReturnValue:
    """Say that it is done. Whoever comes here by the address alone reads what would be said."""
    return render_template("settings/deleted.html")


def gone_from_here() -> Response:
    """Return the way to what is said after a deletion; nothing of the account stays here."""
    response = cast("Response", redirect(url_for("settings.deleted"), code=303))
    take_device(response)
    forget_account(response)
    return response


def _showing(form: DeleteForm) -> dict[str, object]:
    user = acting_user()
    return {"form": form, "user": user, "can_prove": people.can_prove_who_they_are(user)}


def _file(pieces: Iterator[str], name: str, ending: str, kind: str) -> Response:
    """Send a file piece by piece, under its name with the person's own day."""
    today = local_day(datetime.now(UTC), acting_user().time_zone)
    response = Response(stream_with_context(pieces), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{today}.{ending}"'
    return response
