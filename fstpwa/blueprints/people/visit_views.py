"""Visits in the clinic: written down, changed, deleted by the therapist; the client reads them."""

from datetime import UTC, datetime
from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import therapist
from fstpwa.blueprints.people.blueprint import blueprint
from fstpwa.blueprints.people.client_forms import VisitForm
from fstpwa.blueprints.people.client_showing import client_link, clients_day, name_of
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.services import access_log, visits
from fstpwa.services.visits import Visit
from fstpwa.web import go_to, invalid_form

VISIT, VISIT_FORM = "people/client_visit.html", "people/_visit_form.html"


@blueprint.post("/people/<uuid:link_id>/visits")
@therapist
def record_visit(link_id: UUID) -> ResponseReturnValue:
    """Write a visit down."""
    link, now = client_link(link_id), datetime.now(UTC)
    form = VisitForm()
    if form.validate():
        try:
            visits.record(link, form.entry(), today=clients_day(link), now=now)
        except InvalidValue as refused:
            form.day.errors = [*form.day.errors, str(refused)]
    if form.errors:
        # The form alone: the client's page would be another look at them.
        return invalid_form(VISIT, VISIT_FORM, **_showing(link, None, form))
    access_log.note([link.id], "changed", now=now)
    db.session.commit()
    flash(_("The visit is written down. %(name)s can read it.", name=name_of(link)))
    return go_to(url_for("people.client", link_id=link_id, _anchor="visits"))


@blueprint.get("/people/<uuid:link_id>/visits/<uuid:visit_id>")
@therapist
def visit(link_id: UUID, visit_id: UUID) -> ResponseReturnValue:
    """Show a visit to change it."""
    link = client_link(link_id)
    found = visits.visit_of(link, visit_id)
    access_log.note([link.id], "overview", now=datetime.now(UTC))
    form = VisitForm(formdata=None, day=found.day, done=found.done, response=found.response)
    return render_template(VISIT, **_showing(link, found, form))


@blueprint.post("/people/<uuid:link_id>/visits/<uuid:visit_id>")
@therapist
def change_visit(link_id: UUID, visit_id: UUID) -> ResponseReturnValue:
    """Store a visit as it was written anew."""
    link = client_link(link_id)
    found = visits.visit_of(link, visit_id)
    form = VisitForm()
    if form.validate():
        try:
            visits.change(link, visit_id, form.entry(), today=clients_day(link))
        except InvalidValue as refused:
            form.day.errors = [*form.day.errors, str(refused)]
    if form.errors:
        return invalid_form(VISIT, VISIT_FORM, **_showing(link, found, form))
    access_log.note([link.id], "changed", now=datetime.now(UTC))
    db.session.commit()
    return go_to(url_for("people.client", link_id=link_id, _anchor="visits"))


@blueprint.post("/people/<uuid:link_id>/visits/<uuid:visit_id>/delete")
@therapist
def delete_visit(link_id: UUID, visit_id: UUID) -> ResponseReturnValue:
    """Delete a visit. Doing it twice is no mistake."""
    link = client_link(link_id)
    if visits.delete(link, visit_id):
        access_log.note([link.id], "changed", now=datetime.now(UTC))
    db.session.commit()
    flash(_("The visit is deleted."))
    return go_to(url_for("people.client", link_id=link_id, _anchor="visits"))


def _showing(link: CareLink, found: Visit | None, form: VisitForm) -> dict[str, object]:
    """Return what the page of one visit needs; None: it is a new one."""
    address = (
        url_for("people.change_visit", link_id=link.public_id, visit_id=found.id)
        if found
        else url_for("people.record_visit", link_id=link.public_id)
    )
    return {
        "link": link,
        "visit": found,
        "visit_form": form,
        "name": name_of(link),
        "address": address,
    }
