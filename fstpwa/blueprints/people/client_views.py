"""One client: their page, their earlier days, and a session of theirs."""

from datetime import UTC, date, datetime
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fstpwa.access import therapist
from fstpwa.blueprints.people.blueprint import blueprint
from fstpwa.blueprints.people.client_showing import (
    RECORDS,
    client_link,
    client_showing,
    clients_day,
    name_of,
)
from fstpwa.blueprints.people.message_showing import about_session
from fstpwa.domain.errors import NotFound
from fstpwa.services import access_log
from fstpwa.services.care_links import scopes_of
from fstpwa.services.client_days import client_days
from fstpwa.services.client_session import client_session


@blueprint.get("/people/<uuid:link_id>")
@therapist
def client(link_id: UUID) -> ResponseReturnValue:
    """Show one client: how it goes, the plan, what is held, notes and messages."""
    link, now = client_link(link_id), datetime.now(UTC)
    showing = client_showing(link)
    access_log.note([link.id], "overview", now=now)
    if showing["waiting"]:
        access_log.note([link.id], "messages", now=now)
    return render_template("people/client.html", **showing)


@blueprint.get("/people/<uuid:link_id>/days")
@therapist
def days(link_id: UUID) -> ResponseReturnValue:
    """Show earlier sessions and check-ins."""
    link = client_link(link_id, RECORDS)
    access_log.note([link.id], "overview", now=datetime.now(UTC))
    scopes = scopes_of(link)
    page = client_days(link.client, notes=scopes.shares_notes, before=_before())
    return render_template(
        "people/client_days.html",
        page=page,
        overview={
            "link_id": link.public_id,
            "name": link.client.name,
            "today": clients_day(link),
            "scopes": scopes,
        },
        name=name_of(link),
        reader="therapist",
    )


@blueprint.get("/people/<uuid:link_id>/sessions/<uuid:log_id>")
@therapist
def session(link_id: UUID, log_id: UUID) -> ResponseReturnValue:
    """Show a session the client did: its movements, what was felt, and what was written about it."""
    link = client_link(link_id, RECORDS)
    found = client_session(link, log_id)
    access_log.note([link.id], "session", now=datetime.now(UTC))
    return render_template(
        "people/client_session.html",
        session=found,
        **about_session(link, found),
    )


def _before() -> date | None:
    asked = request.args.get("before")
    if asked is None:
        return None
    try:
        return date.fromisoformat(asked)
    except ValueError as error:
        raise NotFound from error
