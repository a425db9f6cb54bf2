"""Consent: which therapist sees what of which client, begun, changed and ended by either.

Every query of a therapist about a client goes through `seen_by`, so that what ends here has ended
on the next request.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import joinedload

from fstpwa.domain.errors import Conflict, NotFound
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, ConsentEvent, Side
from fstpwa.models.people import Role, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """What a client lets a therapist see. Nothing of it: the link stands, and shows a name."""

    shares_routines: bool = False
    """Their plan, and that routines may be assigned to it."""
    shares_records: bool = False
    """Sessions, check-ins and what was too much."""
    shares_notes: bool = False
    """What they wrote in their own words."""


def standing(therapist: User, needs: Scopes | None = None) -> Sequence[ColumnElement[bool]]:
    """Return the conditions on CareLink that hold of what `therapist` may see just now.

    Args:
        therapist: who looks.
        needs: what must be shared; None: that the link stands.
    """
    wanted = asdict(needs or Scopes())
    scopes = [getattr(CareLink, name).is_(True) for name, needed in wanted.items() if needed]
    return [CareLink.therapist_id == therapist.id, CareLink.ended_at.is_(None), *scopes]


def seen_by(therapist: User, link_id: UUID, needs: Scopes | None = None) -> CareLink:
    """Return a standing link of `therapist` with its client.

    Raises:
        NotFound: there is none, it has ended, it is another therapist's, or the client does not
            share what `needs` asks for. All look the same.
    """
    return _one(select(CareLink).where(CareLink.public_id == link_id, *standing(therapist, needs)))


def given_by(client: User, link_id: UUID) -> CareLink:
    """Return a standing link of `client` with its therapist. Raises NotFound otherwise."""
    return _one(
        select(CareLink).where(
            CareLink.public_id == link_id,
            CareLink.user_id == client.id,
            CareLink.ended_at.is_(None),
        )
    )


def links_of(client: User) -> Sequence[CareLink]:
    """Return the standing links of `client`, oldest first."""
    return db.session.scalars(
        select(CareLink)
        .options(joinedload(CareLink.therapist))
        .where(CareLink.user_id == client.id, CareLink.ended_at.is_(None))
        .order_by(CareLink.began_at, CareLink.id)
    ).all()


def ended_links_of(client: User, *, at_most: int = 20) -> Sequence[CareLink]:
    """Return the links of `client` that have ended, the last one first."""
    return db.session.scalars(
        select(CareLink)
        .options(joinedload(CareLink.therapist))
        .where(CareLink.user_id == client.id, CareLink.ended_at.is_not(None))
        .order_by(CareLink.ended_at.desc(), CareLink.id.desc())
        .limit(at_most)
    ).all()


def events_of(link: CareLink) -> Sequence[ConsentEvent]:
    """Return what was agreed on a link, newest first."""
    return db.session.scalars(
        select(ConsentEvent).where(ConsentEvent.link_id == link.id).order_by(ConsentEvent.id.desc())
    ).all()


def has_any(user: User) -> bool:
    """Return whether `user` has a standing link, with a therapist or with a client."""
    theirs = or_(CareLink.user_id == user.id, CareLink.therapist_id == user.id)
    return bool(db.session.scalar(select(exists().where(theirs, CareLink.ended_at.is_(None)))))


def begin(client: User, therapist: User, scopes: Scopes, *, now: datetime) -> CareLink:
    """Let `therapist` see what `scopes` says of `client`, from now on; flushed.

    Somebody who sees the client already sees from now on what `scopes` says.

    Raises:
        Conflict: it is the same person, or the other one is no therapist.
    """
    if client.id == therapist.id:
        raise Conflict("This is your own invitation. Give it to somebody else.")
    if therapist.role != Role.THERAPIST:
        raise Conflict("That account is not a therapist's any more.")
    # Of two answers at once the second waits, and finds the link of the first.
    db.session.flush()
    db.session.refresh(client, with_for_update={"key_share": True})
    there = db.session.scalar(
        select(CareLink).where(
            CareLink.user_id == client.id,
            CareLink.therapist_id == therapist.id,
            CareLink.ended_at.is_(None),
        )
    )
    if there is not None:
        change(there, scopes, now=now)
        return there
    link = CareLink(
        public_id=uuid4(),
        user_id=client.id,
        therapist_id=therapist.id,
        began_at=now,
        changed_at=now,
        **asdict(scopes),
    )
    db.session.add(link)
    db.session.flush()
    _note(link, "began", Side.CLIENT, now)
    return link


def change(link: CareLink, scopes: Scopes, *, now: datetime) -> None:
    """Let the therapist see what `scopes` says and nothing else; flushed."""
    if scopes_of(link) == scopes:
        return
    for name, value in asdict(scopes).items():
        setattr(link, name, value)
    link.changed_at = now
    _note(link, "changed", Side.CLIENT, now)


def end(link: CareLink, by: Side, *, now: datetime) -> None:
    """End a link at once, for good; flushed. What was assigned and runs stays the client's."""
    if link.ended_at is not None:
        return
    link.ended_at = link.changed_at = now
    link.ended_by = by
    _note(link, "ended", by, now)


def scopes_of(link: CareLink) -> Scopes:
    """Return what a link lets be seen."""
    return Scopes(
        shares_routines=link.shares_routines,
        shares_records=link.shares_records,
        shares_notes=link.shares_notes,
    )


def opens_more(before: Scopes, wished: Scopes) -> bool:
    """Whether `wished` lets something be seen that `before` does not."""
    there = asdict(before)
    return any(value and not there[name] for name, value in asdict(wished).items())


def _one(query: Select[CareLink]) -> CareLink:
    found = db.session.scalar(
        query.options(joinedload(CareLink.client), joinedload(CareLink.therapist))
    )
    if found is None:
        raise NotFound("There is no such client.")
    return found


def _note(link: CareLink, what: str, by: Side, now: datetime) -> None:
    scopes = asdict(scopes_of(link))
    db.session.add(ConsentEvent(link_id=link.id, what=what, said_by=by, at=now, **scopes))
    db.session.flush()
