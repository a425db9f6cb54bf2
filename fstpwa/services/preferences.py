"""What somebody wishes of their sessions, stored in one row; without one, anything fits."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from fstpwa.content import library
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.movement import Movement
from fstpwa.domain.preferences import ANYTHING, Position, Preferences, Wish, checked, read
from fstpwa.domain.put_aside import PutAside, put_aside
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Preference


def preferences_of(user: User) -> Preferences:
    """Return what `user` wishes: one query. What the content no longer knows is passed over."""
    stored = db.session.get(Preference, user.id)
    if stored is None:
        return ANYTHING
    return read(
        stored.avoided,
        stored.preferred,
        stored.missing,
        stored.position,
        slugs=library().movements,
        equipment=library().vocabularies.equipment,
    )


def aside_of(preferences: Preferences) -> PutAside:
    """Return what these preferences put aside, on any day."""
    return put_aside(preferences, library().movements, library().vocabularies)


def change_place(
    user: User, missing: frozenset[str], position: Position, *, now: datetime
) -> Preferences:
    """Store what is not at hand and which positions are possible; flushed.

    Raises:
        InvalidValue: an unknown thing or position; nothing is stored.
    """
    wished = replace(preferences_of(user), missing=missing, position=position)
    return _store(user, wished, now=now)


def change_wish(user: User, slug: str, wish: Wish, *, now: datetime) -> Preferences:
    """Store what `user` says of one movement; flushed. Said twice, it changes nothing.

    Raises:
        InvalidValue: there is no such movement; nothing is stored.
    """
    if slug not in library().movements:
        raise InvalidValue("There is no such movement. Please choose one of the list.")
    known = preferences_of(user)
    said = frozenset({slug})
    wished = replace(
        known,
        avoided=known.avoided | said if wish == "avoided" else known.avoided - said,
        preferred=known.preferred | said if wish == "preferred" else known.preferred - said,
    )
    return _store(user, wished, now=now)


def named(slugs: frozenset[str]) -> tuple[Movement, ...]:
    """Return the movements called so, by name."""
    movements = library().movements
    return tuple(sorted((movements[slug] for slug in slugs), key=lambda each: each.name))


def _store(user: User, wished: Preferences, *, now: datetime) -> Preferences:
    content = library()
    checked(wished, content.movements, content.vocabularies.equipment)
    stored = db.session.get(Preference, user.id) or _new(user, now)
    stored.avoided = sorted(wished.avoided)
    stored.preferred = sorted(wished.preferred)
    stored.missing = sorted(wished.missing)
    stored.position = wished.position
    stored.changed_at = now
    db.session.flush()
    return wished


def _new(user: User, now: datetime) -> Preference:
    try:
        with db.session.begin_nested():
            row = Preference(user_id=user.id, changed_at=now)
            db.session.add(row)
    except IntegrityError:  # sent twice at the same moment: the other one made the row
        return db.session.get_one(Preference, user.id)
    return row
