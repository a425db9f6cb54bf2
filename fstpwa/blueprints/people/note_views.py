"""Private notes about a client: written, changed, deleted; for nobody but their therapist."""

from datetime import UTC, datetime
from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import therapist
from fstpwa.blueprints.people.blueprint import blueprint
from fstpwa.blueprints.people.client_forms import NoteForm
from fstpwa.blueprints.people.client_showing import client_link, name_of
from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.services import private_notes
from fstpwa.services.private_notes import Note
from fstpwa.web import go_to, invalid_form

NOTE, NOTE_FORM = "people/client_note.html", "people/_note_form.html"


@blueprint.post("/people/<uuid:link_id>/notes")
@therapist
def write_note(link_id: UUID) -> ResponseReturnValue:
    """Keep a private note."""
    link = client_link(link_id)
    form = NoteForm()
    if not form.validate():
        # The form alone: the client's page would be another look at them.
        return invalid_form(NOTE, NOTE_FORM, **_showing(link, None, form))
    private_notes.write(link, form.note.data or "", now=datetime.now(UTC))
    db.session.commit()
    return go_to(url_for("people.client", link_id=link_id, _anchor="notes"))


@blueprint.get("/people/<uuid:link_id>/notes/<uuid:note_id>")
@therapist
def note(link_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Show a private note to change it."""
    link = client_link(link_id)
    found = private_notes.note_of(link, note_id)
    form = NoteForm(formdata=None, note=found.text)
    return render_template(NOTE, **_showing(link, found, form))


@blueprint.post("/people/<uuid:link_id>/notes/<uuid:note_id>")
@therapist
def change_note(link_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Store a private note as it was written anew."""
    link = client_link(link_id)
    found = private_notes.note_of(link, note_id)
    form = NoteForm()
    if not form.validate():
        return invalid_form(NOTE, NOTE_FORM, **_showing(link, found, form))
    private_notes.change(link, note_id, form.note.data or "", now=datetime.now(UTC))
    db.session.commit()
    return go_to(url_for("people.client", link_id=link_id, _anchor="notes"))


@blueprint.post("/people/<uuid:link_id>/notes/<uuid:note_id>/delete")
@therapist
def delete_note(link_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Delete a private note. Doing it twice is no mistake."""
    private_notes.delete(client_link(link_id), note_id)
    db.session.commit()
    flash(_("The note is deleted."))
    return go_to(url_for("people.client", link_id=link_id, _anchor="notes"))


def _showing(link: CareLink, found: Note | None, form: NoteForm) -> dict[str, object]:
    """Return what the page of one note needs; None: it is a new one."""
    address = (
        url_for("people.change_note", link_id=link.public_id, note_id=found.id)
        if found
        else url_for("people.write_note", link_id=link.public_id)
    )
    return {
        "link": link,
        "note": found,
        "note_form": form,
        "name": name_of(link),
        "address": address,
    }
