"""Setback cards: one a person, sealed like everything that is written by hand.

Whose card it is comes as an argument, not from who is signed in: a therapist who may edit it (a
later issue) calls the same two functions, and what they need besides is who may.
"""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from fstpwa.domain.setback import Setback, checked_card
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import SetbackCard
from fstpwa.services import vault


def card_of(user: User) -> Setback:
    """Return the card of `user`, an empty one if they wrote none. One query."""
    row = db.session.get(SetbackCard, user.id)
    if row is None:
        return Setback()
    return Setback(**{name: vault.readable(user, getattr(row, name)) for name in Setback().lines()})


def write_card(user: User, card: Setback, *, now: datetime) -> None:
    """Store the card of `user`; flushed. An empty one is no card any more.

    Raises:
        InvalidValue: a line is too long, or holds what cannot be stored; nothing is stored.
    """
    card = checked_card(card)
    row = _row(user)
    if not card:
        if row is not None:
            db.session.delete(row)
        db.session.flush()
        return
    row = row or _first_row(user, now=now)
    for name, text in card.lines().items():
        setattr(row, name, vault.sealed_again(user, getattr(row, name), text))
    row.changed_at = now
    db.session.flush()


def _row(user: User) -> SetbackCard | None:
    found: SetbackCard | None = db.session.get(SetbackCard, user.id, with_for_update=True)
    return found


def _first_row(user: User, *, now: datetime) -> SetbackCard:
    """Make the row, or take the one that another request made at this moment."""
    row = SetbackCard(user_id=user.id, changed_at=now, **Setback().lines())
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        found = _row(user)
        if found is None:
            raise
        return found
    return row
