"""What the invitations of both sides have in common: how they are made, found and used up."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, or_, update

from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.extensions import db
from fstpwa.models.care import Invitation, Side
from fstpwa.models.people import User
from fstpwa.services import codes, vault
from fstpwa.services.care_links import Scopes
from fstpwa.services.carrying import LENGTH, LETTERS, MISREAD
from fstpwa.services.keyed_hash import keyed_hash

LIFE = timedelta(days=7)
SHOWN_LIFE = timedelta(minutes=15)
"""Of a code that a client shows: the two sit together."""
TOKEN_BYTES = 16
PURPOSE = "invitation"
KEPT_FOR = timedelta(days=30)
"""So long after it is over an invitation stays, in the export of whoever made it."""

NO_NAME = "Please say your name first: people must know who asks."
NOTHING_TICKED = (
    "Nothing is ticked. Tick what you want to share, or choose “No” if you want to share nothing."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opens an invitation: known to whoever made it only now, and stored nowhere."""

    token: str
    """For the part of an address behind the #."""
    code: str
    """To be typed, with a dash in the middle."""


def new_opening() -> Opening:
    """Return 128 random bits for a link, and 50 for a code."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    dashed = f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
    return Opening(token=secrets.token_urlsafe(TOKEN_BYTES), code=dashed)


def store(
    opening: Opening, maker: User, side: Side, scopes: Scopes, label: str = "", *, now: datetime
) -> None:
    """Store an invitation as what cannot be turned back into what opens it; flushed."""
    db.session.add(
        Invitation(
            public_id=uuid4(),
            user_id=maker.id,
            made_by=side,
            token_hash=token_hash(opening.token),
            code_hash=code_hash(opening.code),
            label=vault.seal(maker, label),
            created_at=now,
            expires_at=now + (LIFE if side == Side.THERAPIST else SHOWN_LIFE),
            **asdict(scopes),
        )
    )
    db.session.flush()


def still_open(now: datetime) -> Sequence[ColumnElement[bool]]:
    """Return the conditions that hold of an invitation which still works."""
    return [
        Invitation.used_at.is_(None),
        Invitation.cancelled_at.is_(None),
        Invitation.expires_at > now,
    ]


def use_up(condition: ColumnElement[bool], now: datetime) -> bool:
    """Mark an open invitation as used. Of two at once the second waits, and finds it used."""
    used = db.session.scalar(
        update(Invitation)
        .where(condition, *still_open(now))
        .values(used_at=now)
        .returning(Invitation.id)
    )
    return used is not None


def require_name(therapist: User) -> None:
    """Raise Conflict unless a client could read who asks."""
    if not therapist.name:
        raise Conflict(NO_NAME)


def require_something(scopes: Scopes) -> None:
    """Raise InvalidValue where nothing is ticked: that is no."""
    if scopes == Scopes():
        raise InvalidValue(NOTHING_TICKED)


def code_hash(typed: str) -> bytes:
    """Return what is stored for a code, however it was typed."""
    return keyed_hash(PURPOSE, codes.tidy(typed).upper().translate(MISREAD))


def token_hash(token: str) -> bytes:
    """Return what is stored for the token of a link."""
    # 128 random bits: no key is needed to keep it from being guessed.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def sweep(*, now: datetime) -> int:
    """Delete what has been over for a while. Returns how many."""
    limit = now - KEPT_FOR
    found = db.session.execute(
        delete(Invitation)
        .where(
            or_(
                Invitation.used_at < limit,
                Invitation.cancelled_at < limit,
                Invitation.expires_at < limit,
            )
        )
        .returning(Invitation.id)
    ).all()
    return len(found)
