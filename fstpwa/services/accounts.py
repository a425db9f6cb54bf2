"""Accounts: found by a proved e-mail address, opened by code or password, changed with care.

Nobody learns here whether an address has an account before they have shown that it is theirs:
a letter goes out in both cases, and a password costs the same work in both.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fstpwa import log
from fstpwa.domain.errors import Conflict, InvalidValue, NotAllowed, NotSent
from fstpwa.domain.mail import Happened, Letter, Mailer, notice_text
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, Role, User
from fstpwa.services import codes, devices, passwords, people, second_factors, throttle
from fstpwa.services.throttle import LETTER_ACCOUNT, LETTER_DAY_ACCOUNT, SIGN_IN_ACCOUNT, Counted

REFUSED = "E-mail address and password do not fit together. Try again, or let us send you a code."
TAKEN = "This e-mail address already belongs to another account."

WHAT_FOR = {
    codes.SIGN_IN: "to sign in",
    codes.CLAIM: "to keep your progress",
    codes.RESET: "to choose a new password",
    codes.CHANGE_EMAIL: "to use this address from now on",
    codes.STEP_UP: "to confirm that it is you",
}


def person_with(email: str) -> User | None:
    """Return who has the folded address `email`. Only to be told to whoever proved it theirs."""
    return db.session.scalar(select(User).where(User.email == email))


def send_code(
    purpose: str,
    email: str,
    *,
    asker: str,
    user: User | None = None,
    mailer: Mailer,
    counted_from: Counted,
    is_known: bool = False,
    now: datetime,
) -> None:
    """Send a six-digit code to `email`, whether there is an account or not.

    Nothing is held in the database while the mail server is spoken to, and nothing is stored
    unless it took the letter.

    Args:
        purpose: What the code is for, one of WHAT_FOR.
        email: Where to, folded.
        asker: The token of the browser that asks; only there the code works.
        user: Who is signed in and asks, if the code is to change their account.
        mailer: What sends letters.
        counted_from: What to count for the address block (access.from_here(LETTER_ADDRESS)).
        is_known: Whether the browser was signed in to this account before (access.knows_account).
        now: When.

    Raises:
        TooMany: too many letters to this address, or from there.
        NotSent: the letter could not be sent.
    """
    who = throttle.account(email, is_known=is_known)
    to_there = Counted(LETTER_ACCOUNT, who), Counted(LETTER_DAY_ACCOUNT, who)
    throttle.count(*to_there, counted_from, now=now)
    code = codes.new_code()
    mailer.send(_code_letter(code, purpose, email))
    codes.keep(code, purpose, asker=asker, email=email, user=user, now=now)
    log.info("code_sent", purpose=purpose)


def sign_in(
    email: str, password: str, *, counted_from: Counted, is_known: bool = False, now: datetime
) -> User:
    """Return who has this e-mail address and password; they may still need a second step.

    Args:
        email: Folded.
        password: As typed.
        counted_from: What to count for the address block (access.from_here(SIGN_IN_ADDRESS)).
        is_known: Whether the browser was signed in to this account before (access.knows_account).
        now: When.

    Raises:
        TooMany: too many tries at this account, or from there.
        InvalidValue: they do not fit together; the same for an address without an account.
    """
    known = db.session.execute(
        select(User.id, User.password_hash).where(User.email == email)
    ).one_or_none()
    counted = Counted(SIGN_IN_ACCOUNT, throttle.account(email, is_known=is_known)), counted_from
    # Counting commits: nobody waits for the database while this one hashes.
    throttle.count(*counted, now=now)
    stored = known.password_hash if known else None
    is_right = passwords.is_right(stored, password)
    is_old = is_right and stored is not None and passwords.is_outdated(stored)
    renewed = passwords.hash_of(password) if is_old else None
    user = db.session.get(User, known.id) if known and is_right else None
    if user is None or user.password_hash != stored:
        log.info("sign_in_refused")
        raise InvalidValue(REFUSED)
    user.password_hash = renewed or stored
    throttle.forgive(*counted)
    return user


def sign_up(email: str, role: Role, time_zone: str, *, now: datetime) -> User:
    """Make an account for an address that was proved.

    Raises:
        Conflict: it has one by now.
    """
    user = people.start_without_account(time_zone, now=now)
    user.role = role
    _give_address(user, email)
    log.info("account_made")
    return user


def claim(user: User, email: str) -> None:
    """Give somebody who only tried it the address they proved: now they can come back.

    Raises:
        NotAllowed: it is a demo person, or they have an address.
        Conflict: the address belongs to another account; nothing was changed.
    """
    if user.is_demo or user.email is not None:
        raise NotAllowed
    _give_address(user, email)
    log.info("account_claimed")


def change_email(user: User, email: str, *, kept: DeviceSession) -> str:
    """Give `user` another address, which they proved, and end their other sessions.

    Returns:
        The old address, for a notice.

    Raises:
        NotAllowed: they have no address yet.
        Conflict: the address belongs to another account; nothing was changed.
    """
    if user.email is None:
        raise NotAllowed
    before = user.email
    _give_address(user, email)
    codes.forget(user, codes.CHANGE_EMAIL, codes.STEP_UP)
    devices.end_others(user, kept)
    log.info("email_changed")
    return before


def practise_for_oneself(user: User) -> None:
    """Make a therapist's account one for practising: they chose the other kind by mistake.

    Raises:
        NotAllowed: it is a demo person, or no therapist's account.
        Conflict: a passkey or an authenticator app was set up, so that it is in use as it is.
    """
    if user.is_demo or user.role != Role.THERAPIST:
        raise NotAllowed
    if second_factors.has_second_factor(user):
        raise Conflict("This therapist's account is set up already. Nothing was changed.")
    user.role = Role.CLIENT
    db.session.flush()
    log.info("role_changed")


def hash_for(password: str, email: str) -> str:
    """Return the hash of a password that somebody may choose. Takes some tens of milliseconds.

    Commits before it hashes, so that nobody waits for the database meanwhile: comes first.

    Raises:
        InvalidValue: it is too short, too long, too common, or has the address's name in it.
    """
    passwords.check_choice(password, email)
    db.session.commit()
    return passwords.hash_of(password)


def set_password(user: User, password_hash: str | None, *, kept: DeviceSession | None) -> None:
    """Set or remove a password, and end the other sessions; `kept` is where it was done.

    Raises:
        NotAllowed: they have no e-mail address, so that no password could sign them in.
    """
    if user.email is None:
        raise NotAllowed
    user.password_hash = password_hash
    devices.end_others(user, kept)
    log.info("password_changed" if password_hash else "password_removed")


def confirm_by_password(
    user: User,
    password: str,
    device: DeviceSession,
    *,
    counted_from: Counted,
    is_known: bool = False,
    now: datetime,
) -> None:
    """Take a password as proof that it is still `user` at `device`.

    Raises:
        TooMany: too many tries.
        InvalidValue: it is not the right one, or they have none.
    """
    if user.email is None:
        raise InvalidValue(REFUSED)
    found = sign_in(user.email, password, counted_from=counted_from, is_known=is_known, now=now)
    if found.id != user.id:
        raise InvalidValue(REFUSED)
    devices.confirm(device, now=now)


def send_notice(to: str, what: str, mailer: Mailer, *, happened: Happened) -> None:
    """Tell an address about a change, in a sentence. A letter that cannot be sent is logged.

    Called after the change was committed: it is done, whether the notice arrives or not.
    """
    # Whatever was read since holds SQLite's only writer, while the mail server takes its time.
    db.session.rollback()
    text = notice_text(what, happened)
    try:
        mailer.send(Letter(to=to, subject="Your Good Days account was changed", text=text))
    except NotSent:
        log.warning("notice_not_sent")


def _give_address(user: User, email: str) -> None:
    taken = db.session.scalar(select(User.id).where(User.email == email, User.id != user.id))
    if taken is not None:
        raise Conflict(TAKEN)
    user.email = email
    try:
        db.session.flush()
    except IntegrityError:  # somebody took it this very moment
        db.session.rollback()
        raise Conflict(TAKEN) from None


def _code_letter(code: str, purpose: str, email: str) -> Letter:
    text = (
        f"Your code {WHAT_FOR[purpose]} is\n\n    {code}\n\n"
        "Type it into the page where you asked for it. It works there for ten minutes, once.\n\n"
        "If you did not ask for it, you need not do anything. Please give it to nobody.\n"
    )
    return Letter(to=email, subject="Your code for Good Days", text=text)
