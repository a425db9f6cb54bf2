"""The second proof besides password or e-mail: authenticator apps and recovery codes.

Codes of an authenticator app follow RFC 6238: six digits, steps of 30 seconds, one step of
tolerance to either side, and no step twice. Recovery codes stand in for a lost one, each once.
"""

import re
import secrets
import string
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import delete, func, or_, select, update

from fstpwa import log
from fstpwa.domain.errors import Conflict, InvalidValue, Unreadable
from fstpwa.extensions import db
from fstpwa.models.accounts import RecoveryCode
from fstpwa.models.people import Role, User
from fstpwa.services import codes, passkeys, vault
from fstpwa.services.keyed_hash import keyed_hash

STEPS_OF_TOLERANCE = 1
SETTING_UP_LIFE = timedelta(minutes=30)
ISSUER = "Good Days"

SECRET_BYTES = 20
DRAW = re.compile(r"[0-9a-f]{32}")

APP_CODE_LENGTH = 6
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
RECOVERY_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that looks like a number. Ten of them are 50 random bits."""
MISREAD = str.maketrans("OIL", "011")

SECRET = "totp"  # noqa: S105  # the purpose of a seal, not a secret
PENDING_SECRET = "totp-new"  # noqa: S105  # as above

WRONG_CODE = "This code does not fit. Codes change every 30 seconds: please use the one shown now."
USED_CODE = "This code was used already. Please wait for the next one, at most 30 seconds."
WRONG_RECOVERY_CODE = "This recovery code does not fit, or was used already. Each works once."
SHOWN_ALREADY = (
    "The authenticator app is on already, and its recovery codes were shown once. "
    "If you did not keep them, make new ones under “Recovery codes”."
)
RENEWED_ALREADY = (
    "The recovery codes were replaced a moment ago, and the new ones were shown once. "
    "If you did not keep them, make ten new ones below."
)
BEGIN_AGAIN = "Setting up took too long. Please begin again; nothing was changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingUp:
    """An authenticator app that is being set up: nothing is stored until a code was shown."""

    secret: str
    """Base 32, for typing."""
    address: str
    """The otpauth:// address for a QR code."""
    sealed: str
    """The secret for the page's form; only this app opens it, for this person, for half an hour."""

    @property
    def in_groups(self) -> str:
        """The secret in groups of four, which are easier to type."""
        return _in_groups(self.secret, 4)


def is_app_set_up(user: User) -> bool:
    """Whether `user` has an authenticator app."""
    return user.totp_secret is not None


def has_second_factor(user: User) -> bool:
    """Whether `user` has a passkey or an authenticator app."""
    return is_app_set_up(user) or passkeys.count_of(user) > 0


def is_second_step_needed(user: User) -> bool:
    """Whether password or e-mailed code alone must not sign `user` in.

    So it is for whoever has an authenticator app; and for therapists with only a passkey, who
    must show it (or a recovery code). A therapist with neither is let in to set one up.
    """
    if is_app_set_up(user):
        return True
    return user.role == Role.THERAPIST and passkeys.count_of(user) > 0


def begin_setting_up(user: User, *, draw: str = "", now: datetime) -> SettingUp:
    """Return a new secret for the authenticator app of `user`. Nothing counts before a code.

    Args:
        user: Whose app it is.
        draw: A random text of the form that was sent (`new_draw`): sent again, as by reloading,
            it gives the same secret, which was perhaps scanned by then.
        now: When.

    Raises:
        Conflict: the secret of this draw is in use already; it is not shown again.
    """
    secret = _secret_of(user, draw) if DRAW.fullmatch(draw) else pyotp.random_base32()
    _refuse_one_in_use(user, secret)
    return _setting_up(user, secret, now=now)


def new_draw() -> str:
    """Return a random text for the form that begins setting up an authenticator app."""
    return secrets.token_hex(16)


def setting_up_again(user: User, sealed: str, *, now: datetime) -> SettingUp:
    """Return what is being set up, for showing the page again.

    Raises:
        Conflict: it was begun too long ago, by somebody else, or not at all.
    """
    secret = _pending_secret(user, sealed, now=now)
    return SettingUp(secret=secret, address=_address(user, secret), sealed=sealed)


def finish_setting_up(user: User, sealed: str, code: str, *, now: datetime) -> list[str]:
    """Turn the authenticator app on, once it shows the right code.

    Returns:
        A new set of recovery codes, to be shown once.

    Raises:
        Conflict: it was begun too long ago, by somebody else, or not at all; or this very app is
            on already, and the codes of then still hold.
        InvalidValue: the code does not fit.
    """
    _one_at_a_time(user)
    secret = _pending_secret(user, sealed, now=now)
    _refuse_one_in_use(user, secret)
    step = _step_of(secret, code, now=now)
    user.totp_secret = vault.seal(user, secret, purpose=SECRET)
    user.totp_last_step = step
    db.session.flush()
    log.info("authenticator_added")
    return renew_recovery_codes(user)


def turn_off(user: User) -> None:
    """Forget the authenticator app of `user`.

    Recovery codes go with it unless a therapist's passkey still needs them.

    Raises:
        Conflict: it is a therapist's only second proof.
    """
    _one_at_a_time(user)
    is_therapist = user.role == Role.THERAPIST
    if is_therapist and not passkeys.count_of(user):
        raise Conflict(
            "A therapist's account needs a passkey or an authenticator app. "
            "Add a passkey before you turn this off."
        )
    user.totp_secret = None
    user.totp_last_step = None
    if not is_therapist:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.flush()
    log.info("authenticator_removed")


def renew_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes of `user`. Returns the new ones, which are kept nowhere else."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(user_id=user.id, code_hash=_recovery_hash(user, code)) for code in codes
    )
    db.session.flush()
    log.info("recovery_codes_renewed")
    return [_in_groups(code, RECOVERY_LENGTH // 2) for code in codes]


def replace_recovery_codes(user: User, before: str) -> list[str]:
    """Replace the recovery codes of `user` if they are still those of before.

    Args:
        user: Whose they are.
        before: What `recovery_set` returned when the form was shown: a form that is sent twice,
            as by reloading, replaces nothing a second time.

    Returns:
        The new ones.

    Raises:
        Conflict: they were replaced since.
    """
    _one_at_a_time(user)
    if recovery_set(user) != before:
        raise Conflict(RENEWED_ALREADY)
    return renew_recovery_codes(user)


def recovery_set(user: User) -> str:
    """Return a text that stands for the present set of recovery codes, and tells none of them."""
    found = db.session.scalar(
        select(RecoveryCode.code_hash)
        .where(RecoveryCode.user_id == user.id)
        .order_by(RecoveryCode.code_hash)
        .limit(1)
    )
    return keyed_hash("recovery-set", bytes(found or b"").hex()).hex()[:32]


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes `user` has not used."""
    left = select(func.count()).select_from(RecoveryCode)
    return (
        db.session.scalar(
            left.where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def show(user: User, typed: str, *, now: datetime) -> bool:
    """Take a code of the authenticator app or a recovery code of `user`; each works once.

    Returns:
        Whether it was a recovery code, which is used up now.

    Raises:
        InvalidValue: it does not fit, or was used already; the message says which to try.
    """
    plain = _without_gaps(typed)
    is_recovery_code = len(plain) > APP_CODE_LENGTH
    if is_recovery_code:
        _use_recovery_code(user, plain, now=now)
    else:
        _use_app_code(user, plain, now=now)
    return is_recovery_code


def who_waits(asker: str, *, now: datetime) -> User | None:
    """Return whose second step the browser with token `asker` may show, or None.

    It showed password or e-mailed code within the last ten minutes (blueprints/entering.py).
    """
    row = codes.waiting(codes.SECOND_FACTOR, asker=asker, now=now)
    return db.session.get(User, row.user_id) if row else None


def end_waiting(asker: str, *, now: datetime) -> None:
    """Use the second step up. Raises InvalidValue if another request did so at this moment."""
    row = codes.waiting(codes.SECOND_FACTOR, asker=asker, now=now, locked=True)
    if row is None:
        raise InvalidValue("This sign-in is over. Please begin again.")
    codes.use_up(row, now=now)


def _one_at_a_time(user: User) -> None:
    """Make a second request of `user` wait, and then see what the first has done."""
    db.session.refresh(user, with_for_update=True)


def _secret_of(user: User, draw: str) -> str:
    digest = keyed_hash("totp-draw", f"{user.public_id} {draw}")
    return b32encode(digest[:SECRET_BYTES]).decode()


def _refuse_one_in_use(user: User, secret: str) -> None:
    if user.totp_secret is None:
        return
    if compare_digest(vault.unseal(user, user.totp_secret, purpose=SECRET), secret):
        raise Conflict(SHOWN_ALREADY)


def _setting_up(user: User, secret: str, *, now: datetime) -> SettingUp:
    stamped = f"{int(now.timestamp())} {secret}"
    return SettingUp(
        secret=secret,
        address=_address(user, secret),
        sealed=vault.seal(user, stamped, purpose=PENDING_SECRET),
    )


def _pending_secret(user: User, sealed: str, *, now: datetime) -> str:
    if not vault.is_sealed(sealed):
        raise Conflict(BEGIN_AGAIN)
    try:
        stamp, secret = vault.unseal(user, sealed, purpose=PENDING_SECRET).split(" ")
    except Unreadable:
        raise Conflict(BEGIN_AGAIN) from None
    if now.timestamp() - int(stamp) > SETTING_UP_LIFE.total_seconds():
        raise Conflict(BEGIN_AGAIN)
    return secret


def _address(user: User, secret: str) -> str:
    called = user.email or user.name or "My practice"
    return pyotp.TOTP(secret).provisioning_uri(name=called, issuer_name=ISSUER)


def _step_of(secret: str, code: str, *, now: datetime) -> int:
    """Return the 30-second step that `code` belongs to. Raises InvalidValue if to none."""
    plain = _without_gaps(code)
    if len(plain) != APP_CODE_LENGTH or not set(plain) <= set(string.digits):
        raise InvalidValue("Please enter the six digits that the authenticator app shows.")
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(
            plain, for_time=now, valid_window=STEPS_OF_TOLERANCE
        )
    except OTPVerificationError:
        raise InvalidValue(WRONG_CODE) from None


def _use_app_code(user: User, code: str, *, now: datetime) -> None:
    if user.totp_secret is None:
        raise InvalidValue(WRONG_RECOVERY_CODE)
    step = _step_of(vault.unseal(user, user.totp_secret, purpose=SECRET), code, now=now)
    # In one statement, so that of two requests with the same code one is refused.
    taken = db.session.execute(
        update(User)
        .where(User.id == user.id)
        .where(or_(User.totp_last_step.is_(None), User.totp_last_step < step))
        .values(totp_last_step=step)
        .returning(User.id)
    )
    if taken.first() is None:
        log.info("authenticator_code_twice")
        raise InvalidValue(USED_CODE)


def _use_recovery_code(user: User, code: str, *, now: datetime) -> None:
    if not set(code) <= set(RECOVERY_LETTERS):
        raise InvalidValue(WRONG_RECOVERY_CODE)
    taken = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _recovery_hash(user, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if taken.first() is None:
        raise InvalidValue(WRONG_RECOVERY_CODE)
    log.info("recovery_code_used")


def _new_recovery_code() -> str:
    return "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))


def _recovery_hash(user: User, code: str) -> bytes:
    return keyed_hash("recovery", f"{user.public_id} {code}")


def _without_gaps(typed: str) -> str:
    plain = "".join(typed.split()).replace("-", "").upper()
    return plain.translate(MISREAD)


def _in_groups(text: str, size: int) -> str:
    return " ".join(text[start : start + size] for start in range(0, len(text), size))
