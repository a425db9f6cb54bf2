"""Invitations: how a therapist and a client find each other. One use, hashed, soon over.

A therapist makes one for a client, who reads what would be seen and ticks it or says no. (The
other way round, a client shows a code: services/shown_codes.py.) Whoever has only guessed, and
whoever comes too late, is told the same.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from fstpwa import log
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.mail import Letter, Mailer
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Invitation, Side
from fstpwa.models.people import Role, User
from fstpwa.services import care_links, people, throttle
from fstpwa.services.care_links import Scopes
from fstpwa.services.invitation_rows import (
    Opening,
    code_hash,
    new_opening,
    require_name,
    require_something,
    still_open,
    store,
    token_hash,
    use_up,
)
from fstpwa.services.throttle import INVITED_ACCOUNT, INVITER_ACCOUNT, Counted

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
LONGEST_LABEL = 80
MOST_OPEN = 100

REFUSED = (
    "That is no invitation that still works. An invitation works once, for seven days, and can be "
    "taken back. If you said yes to it already, that holds. Otherwise check the letters, or ask your "
    "therapist for a new one."
)
OWN = "This is your own invitation. Give it to the person it is for."
TOO_MANY_OPEN = f"There are {MOST_OPEN} open invitations. Cancel some that are not needed."


def invite(therapist: User, label: str, *, now: datetime) -> Opening:
    """Make an invitation that a client can accept; flushed.

    Args:
        therapist: who invites.
        label: whom it is for, in their own words; at most 80 letters, perhaps empty.
        now: when.

    Raises:
        Conflict: a demo person, a therapist without a name, or too many are open.
        InvalidValue: the label is too long.
    """
    _require_inviter(therapist, label, now)
    opening = new_opening()
    store(opening, therapist, Side.THERAPIST, Scopes(), label, now=now)
    log.info("invitation_made", way="link")
    return opening


def invite_by_letter(
    therapist: User, label: str, email: str, *, origin: str, mailer: Mailer, now: datetime
) -> Opening:
    """Make an invitation and send it to `email`, which is not stored; flushed.

    Nothing is held in the database while the mail server is spoken to, and nothing is stored
    unless it took the letter.

    Args:
        therapist: who invites.
        label: as for `invite`.
        email: where to, folded.
        origin: the address of this Good Days, such as https://example.org.
        mailer: what sends letters.
        now: when.

    Raises:
        Conflict, InvalidValue: as for `invite`.
        TooMany: too many letters to this address, or of this therapist.
        NotSent: the letter could not be sent.
    """
    _require_inviter(therapist, label, now)
    name = therapist.name
    to_there = Counted(INVITED_ACCOUNT, email), Counted(INVITER_ACCOUNT, str(therapist.public_id))
    throttle.count(*to_there, now=now)
    opening = new_opening()
    mailer.send(_letter(email, name, origin, opening))
    store(opening, therapist, Side.THERAPIST, Scopes(), label, now=now)
    log.info("invitation_made", way="letter")
    return opening


def open_ones(therapist: User, *, now: datetime) -> Sequence[Invitation]:
    """Return what `therapist` made and nobody has used yet, newest first."""
    return db.session.scalars(
        select(Invitation)
        .where(
            Invitation.user_id == therapist.id,
            Invitation.made_by == Side.THERAPIST,
            *still_open(now),
        )
        .order_by(Invitation.id.desc())
    ).all()


def cancel(therapist: User, invitation_id: UUID, *, now: datetime) -> None:
    """Take an open invitation back; one that is over already stays as it is; flushed.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    mine = (
        Invitation.public_id == invitation_id,
        Invitation.user_id == therapist.id,
        Invitation.made_by == Side.THERAPIST,
    )
    if db.session.scalar(select(Invitation.id).where(*mine)) is None:
        raise NotFound("There is no such invitation.")
    db.session.execute(update(Invitation).where(*mine, *still_open(now)).values(cancelled_at=now))


def opened_by_token(token: str, reader: User | None, *, now: datetime) -> Invitation:
    """Return the therapist's invitation that `token` opens.

    One that is over opens nothing more, but for whoever shares with its therapist already.

    Raises:
        InvalidValue: there is none, it is over, or it is the reader's own.
    """
    fits = TOKEN.fullmatch(token) is not None
    condition = Invitation.token_hash == token_hash(token)
    return _opened(condition if fits else None, reader, now)


def opened_by_code(typed: str, reader: User | None, *, now: datetime) -> Invitation:
    """Return the therapist's invitation that a typed code opens, as `opened_by_token` does.

    Whoever calls it counts the try first: codes are short.
    """
    return _opened(Invitation.code_hash == code_hash(typed), reader, now)


def inviter_of(invitation_id: UUID, *, now: datetime) -> User | None:
    """Return the therapist whose invitation this is, None if it is over.

    Only for whoever opened it before with its token or code.
    """
    return db.session.scalar(
        select(User)
        .join(Invitation, Invitation.user_id == User.id)
        .where(
            Invitation.public_id == invitation_id,
            Invitation.made_by == Side.THERAPIST,
            User.role == Role.THERAPIST,
            *still_open(now),
        )
    )


def standing_with_inviter(client: User, invitation_id: UUID) -> CareLink | None:
    """Return the standing link of `client` with whoever made an invitation, used or not."""
    return db.session.scalar(
        select(CareLink)
        .join(Invitation, Invitation.user_id == CareLink.therapist_id)
        .where(
            Invitation.public_id == invitation_id,
            CareLink.user_id == client.id,
            CareLink.ended_at.is_(None),
        )
    )


def accept(client: User, invitation_id: UUID, scopes: Scopes, *, now: datetime) -> CareLink:
    """Say yes: let the therapist see what `scopes` says, and use the invitation up; flushed.

    Whoever shares with this therapist already keeps what they share, and uses nothing up: a
    second press of the same button finds the link of the first.

    Args:
        client: who says yes.
        invitation_id: of an invitation they opened before with its token or code.
        scopes: what they ticked.
        now: when.

    Raises:
        InvalidValue: nothing is ticked, or the invitation is used, over or taken back.
        Conflict: a demo person, or it is their own.
    """
    people.refuse_demo(client)
    there = standing_with_inviter(client, invitation_id)
    if there is not None:
        return there
    require_something(scopes)
    therapist = inviter_of(invitation_id, now=now)
    if therapist is None or not use_up(Invitation.public_id == invitation_id, now):
        there = standing_with_inviter(client, invitation_id)
        if there is not None:
            return there
        raise InvalidValue(REFUSED)
    link = care_links.begin(client, therapist, scopes, now=now)
    log.info("invitation_accepted", way="consent")
    return link


def _opened(
    condition: ColumnElement[bool] | None, reader: User | None, now: datetime
) -> Invitation:
    row = None
    if condition is not None:
        of_therapist = Invitation.made_by == Side.THERAPIST
        row = db.session.scalar(select(Invitation).where(condition, of_therapist))
    if row is not None and reader is not None:
        if reader.id == row.user_id:
            raise InvalidValue(OWN)
        if standing_with_inviter(reader, row.public_id) is not None:
            return row  # perhaps the letter is opened again: the view leads to what is shared
    if row is None or inviter_of(row.public_id, now=now) is None:
        log.info("invitation_refused")
        raise InvalidValue(REFUSED)
    return row


def _require_inviter(therapist: User, label: str, now: datetime) -> None:
    people.refuse_demo(therapist)
    require_name(therapist)
    if len(label) > LONGEST_LABEL:
        raise InvalidValue(f"Please use at most {LONGEST_LABEL} letters.")
    count = select(func.count()).where(
        Invitation.user_id == therapist.id, Invitation.made_by == Side.THERAPIST, *still_open(now)
    )
    if (db.session.scalar(count) or 0) >= MOST_OPEN:
        raise Conflict(TOO_MANY_OPEN)


def _letter(email: str, name: str, origin: str, opening: Opening) -> Letter:
    text = (
        f"{name} invites you to Good Days, an app for gentle movement at home.\n\n"
        f"Open this on the phone or computer you practise with:\n\n    {origin}/i#{opening.token}\n\n"
        f"It shows what {name} would see of what you record. You choose, and nothing is shared "
        "unless you say yes. It works once, for seven days.\n\n"
        f"Should the link not open, go to {origin}/i and type this code:\n\n    {opening.code}\n\n"
        f"If you do not know {name}, you need not do anything.\n"
    )
    return Letter(to=email, subject="An invitation to Good Days", text=text)
