"""A client's own code: what to share is ticked before, then it is shown to a therapist."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update

from fstpwa import log
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Invitation, Side
from fstpwa.models.people import User
from fstpwa.services import care_links, people
from fstpwa.services.care_links import Scopes
from fstpwa.services.invitation_rows import (
    Opening,
    code_hash,
    new_opening,
    require_name,
    require_something,
    still_open,
    store,
    use_up,
)

REFUSED = (
    "That is no code that works here. A client's code works once, for 15 minutes. "
    "Check the letters, or let them show a new one: on their phone under You, “Who sees what I record”."
)


def show_code(client: User, scopes: Scopes, *, now: datetime) -> Opening:
    """Make a code that lets the therapist who types it see what `scopes` says; flushed.

    The ones from before work no more: they may say something else.

    Raises:
        Conflict: a demo person.
        InvalidValue: nothing is ticked.
    """
    people.refuse_demo(client)
    require_something(scopes)
    cancel_codes(client, now=now)
    opening = new_opening()
    store(opening, client, Side.CLIENT, scopes, now=now)
    log.info("invitation_made", way="client_code")
    return opening


def cancel_codes(client: User, *, now: datetime) -> None:
    """Make the codes that `client` shows work no more; flushed."""
    db.session.execute(
        update(Invitation)
        .where(Invitation.user_id == client.id, Invitation.made_by == Side.CLIENT, *still_open(now))
        .values(cancelled_at=now)
    )


def code_shown_by(client: User, *, now: datetime) -> Invitation | None:
    """Return the code that waits for a therapist to type it, None if there is none."""
    return db.session.scalar(
        select(Invitation)
        .where(Invitation.user_id == client.id, Invitation.made_by == Side.CLIENT, *still_open(now))
        .order_by(Invitation.id.desc())
        .limit(1)
    )


def take_code(therapist: User, typed: str, *, now: datetime) -> CareLink:
    """Begin to see what a client ticked before they showed this code; flushed.

    Whoever calls it counts the try first.

    Raises:
        InvalidValue: no such code waits.
        Conflict: a demo person, or a therapist without a name.
    """
    people.refuse_demo(therapist)
    require_name(therapist)
    row = db.session.scalar(
        select(Invitation).where(
            Invitation.code_hash == code_hash(typed),
            Invitation.made_by == Side.CLIENT,
            Invitation.user_id != therapist.id,
            *still_open(now),
        )
    )
    if row is None or not use_up(Invitation.id == row.id, now):
        log.info("invitation_refused")
        raise InvalidValue(REFUSED)
    scopes = Scopes(**{name: getattr(row, name) for name in asdict(Scopes())})
    client = db.session.get_one(User, row.user_id)
    link = care_links.begin(client, therapist, scopes, now=now)
    log.info("invitation_accepted", way="client_code")
    return link
