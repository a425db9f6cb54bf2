"""A therapist and a client who lets them see something."""

from datetime import UTC, datetime
from uuid import UUID

from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.services import care_links
from fstpwa.services.care_links import Scopes
from tests.conftest import Person

EVERYTHING = Scopes(shares_routines=True, shares_records=True, shares_notes=True)


def link(
    client: Person, therapist: Person, scopes: Scopes = EVERYTHING, *, now: datetime | None = None
) -> UUID:
    """Let the therapist see what `scopes` says of the client. Returns the link's public id."""
    with client.app.app_context():
        made = care_links.begin(
            client.user(), therapist.user(), scopes, now=now or datetime.now(UTC)
        )
        public_id = made.public_id
        db.session.commit()
    return public_id


def link_row(client: Person, public_id: UUID) -> CareLink:
    """Return the link's row, inside an open app context."""
    del client
    return db.session.scalars(db.select(CareLink).filter_by(public_id=public_id)).one()
