"""One-time codes: six digits by e-mail, bound to the browser that asked, soon over."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from fstpwa import log
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode
from fstpwa.models.people import User
from fstpwa.services.keyed_hash import keyed_hash

SIGN_IN, CLAIM, RESET = "sign_in", "claim", "reset"
CHANGE_EMAIL, STEP_UP, SECOND_FACTOR = "change_email", "step_up", "second_factor"
PROVED = "proved"
"""Stands for an address that was proved on the page before; never sent, so not to be guessed."""

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
CODE_LENGTH = 6
LONGEST_TYPED = 64
FEW = 2
"""Tries that are left when it is time to say so."""
KEPT_FOR = timedelta(hours=1)

TOO_LATE = "No code is waiting in this browser. Ask for a new one here."
TOO_OLD = "That code is more than ten minutes old. Ask for a new one."
USED = "That code was used already. Ask for a new one."
NOT_SIX = "The code has six digits. They stand in our newest letter."
TOO_OFTEN = "That code was tried too often. Ask for a new one."
WRONG = "That is not the code we sent. Look at the newest letter, and type its six digits."


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def six_digits(typed: str) -> str | None:
    """Return the six digits in what was typed or pasted, None if there are not just these.

    Spaces, dashes and dots between them, words around them and digits of other scripts do no harm.
    """
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED])
    runs = (re.sub(r"\D", "", run) for run in re.findall(r"\d(?:[\s\-–—.]*\d)*", plain))
    found = [run for run in runs if len(run) == CODE_LENGTH]
    return (
        "".join(str(unicodedata.decimal(digit)) for digit in found[0]) if len(found) == 1 else None
    )


def tidy(typed: str) -> str:
    """Return a code as it was typed without the spaces and dashes that people put into one."""
    return re.sub(r"[\s\-–—.]", "", typed)[:64]


def keep(
    code: str,
    purpose: str,
    *,
    asker: str,
    email: str = "",
    user: User | None = None,
    now: datetime,
    life: timedelta = LIFE,
) -> OneTimeCode:
    """Keep a code that was handed out; the one before it, of this browser, works no more.

    Args:
        code: The code, or a random text where nothing is typed. Only its keyed hash is stored.
        purpose: What it is for; it is good for nothing else.
        asker: The token of the browser that asked (access.asking_token); only there it works.
        email: Where it was sent, folded.
        user: Whose account it opens or changes, if there is one yet.
        now: When.
        life: How long it works.
    """
    db.session.execute(
        delete(OneTimeCode).where(
            OneTimeCode.purpose == purpose, OneTimeCode.asker_hash == _asker_hash(asker)
        )
    )
    row = OneTimeCode(
        purpose=purpose,
        code_hash=keyed_hash(purpose, code),
        asker_hash=_asker_hash(asker),
        user_id=user.id if user else None,
        email=email,
        tries=0,
        created_at=now,
        expires_at=now + life,
    )
    db.session.add(row)
    db.session.flush()
    return row


def waiting(purpose: str, *, asker: str, now: datetime, locked: bool = False) -> OneTimeCode | None:
    """Return what was handed out to this browser for `purpose` and still works, or None.

    With `locked`, which a page that only reads cannot ask for, a second request waits.
    """
    found = (
        select(OneTimeCode)
        .where(
            OneTimeCode.purpose == purpose,
            OneTimeCode.asker_hash == _asker_hash(asker),
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .order_by(OneTimeCode.id.desc())
        .limit(1)
    )
    return db.session.scalar(found.with_for_update() if locked else found)


def prove(
    typed: str, purpose: str, *, asker: str, user: User | None = None, now: datetime
) -> OneTimeCode:
    """Take a typed code and return what it was handed out for; it works no second time.

    A wrong one is counted and committed at once, whatever is undone later. So this comes first
    in a view, before anything else was written. What cannot be a code is no guess.

    Args:
        typed: What was typed.
        purpose: What it must have been handed out for.
        asker: The token of the browser that sends it.
        user: Whose it must be, where somebody is signed in.
        now: When.

    Raises:
        InvalidValue: it is wrong, late, used, tried too often, or of another browser, purpose
            or person; the message does not tell the last ones apart.
    """
    row = waiting(purpose, asker=asker, now=now, locked=True)
    if row is None or (user is not None and row.user_id != user.id):
        raise InvalidValue(_why_none_waits(purpose, asker, now))
    if row.tries >= MOST_TRIES:
        raise InvalidValue(TOO_OFTEN)
    plain = typed if purpose == PROVED else six_digits(typed)
    if plain is None:
        raise InvalidValue(NOT_SIX)
    if not hmac.compare_digest(row.code_hash, keyed_hash(purpose, plain)):
        row.tries += 1
        left = MOST_TRIES - row.tries
        db.session.commit()
        log.info("code_refused", purpose=purpose)
        raise InvalidValue(_wrong(left))
    use_up(row, now=now)
    return row


def last_handed_out(purpose: str, *, asker: str) -> OneTimeCode | None:
    """Return what was handed out to this browser last for `purpose`, used or late too, or None."""
    return db.session.scalar(
        select(OneTimeCode)
        .where(OneTimeCode.purpose == purpose, OneTimeCode.asker_hash == _asker_hash(asker))
        .order_by(OneTimeCode.id.desc())
        .limit(1)
    )


def use_up(row: OneTimeCode, *, now: datetime) -> None:
    """Make `row` work no more."""
    row.used_at = now
    db.session.flush()


def forget(user: User, *purposes: str) -> None:
    """Make what was handed out to `user` for `purposes` work no more."""
    db.session.execute(
        delete(OneTimeCode).where(OneTimeCode.user_id == user.id, OneTimeCode.purpose.in_(purposes))
    )


def sweep(*, now: datetime) -> int:
    """Delete what is over. Returns how many."""
    found = db.session.execute(
        delete(OneTimeCode).where(OneTimeCode.expires_at < now - KEPT_FOR).returning(OneTimeCode.id)
    ).all()
    return len(found)


def _why_none_waits(purpose: str, asker: str, now: datetime) -> str:
    row = last_handed_out(purpose, asker=asker)
    if row is None:
        return TOO_LATE
    if row.used_at is not None:
        return USED
    return TOO_OLD if row.expires_at <= now else TOO_LATE


def _wrong(left: int) -> str:
    """Say that a code was wrong, and how many tries are left once they are few."""
    if left == 0:
        return TOO_OFTEN
    return WRONG if left > FEW else f"{WRONG} {left} {'try' if left == 1 else 'tries'} left."


def _asker_hash(asker: str) -> bytes:
    # 256 random bits: no key is needed to keep it from being guessed.
    return hashlib.sha256(asker.encode()).digest()
