"""Passkeys: making one, signing in with one, keeping a list of them (WebAuthn, level 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import webauthn
from sqlalchemy import func, select
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from fstpwa import log
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.models.accounts import Passkey
from fstpwa.models.people import Role, User
from fstpwa.services import challenges, codes

TO_MAKE = "passkey_new"
TO_USE = "passkey_use"
MOST_PASSKEYS = 20
LONGEST_CREDENTIAL = 16_384
"""In characters; a real answer of a browser has one to four thousand."""
LONGEST_CREDENTIAL_ID = 1023
LONGEST_LABEL = 80

NOT_UNDERSTOOD = (
    "The passkey's answer could not be used. Please try once more, or choose another way."
)
NOT_KNOWN = (
    "This passkey is not known here. It may have been removed from the account. "
    "Please choose another way."
)
NOT_VERIFIED = "This passkey did not ask for a fingerprint, a face or a PIN. A therapist's account needs one that does."


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """Who asks for a passkey, as browsers see it."""

    id: str
    """The host name that passkeys are bound to; changing it makes all of them useless."""
    origins: tuple[str, ...]
    """The origins whose pages may ask, as scheme://host[:port]."""
    name: str = "Good Days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A passkey that was shown just now."""

    passkey: Passkey
    user: User
    is_verified: bool
    """Whether the device asked for a finger, a face or a PIN: then it is two proofs in one."""


def begin_making(user: User, asker: str, party: RelyingParty, *, now: datetime) -> str:
    """Return what the browser needs to make a passkey for `user`, as JSON.

    Args:
        user: Whose passkey it will be.
        asker: The token of the browser that asks; only there it can be finished.
        party: Who asks.
        now: When; the answer is taken for five minutes.

    Raises:
        Conflict: they have as many as anybody can have.
    """
    known = passkeys_of(user)
    if len(known) >= MOST_PASSKEYS:
        raise Conflict(f"There are {MOST_PASSKEYS} passkeys already. Remove one first.")
    called = user.email or user.name or "My practice"
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user.public_id.bytes,
        user_name=called,
        user_display_name=user.name or called,
        challenge=challenges.hand_out(TO_MAKE, asker, user, now=now),
        timeout=_milliseconds(challenges.LIFE),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=each.credential_id) for each in known
        ],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=_verification(user)
        ),
    )
    return webauthn.options_to_json(options)


def finish_making(
    user: User, credential: str, label: str, asker: str, party: RelyingParty, *, now: datetime
) -> Passkey:
    """Keep the passkey that the browser made for `user`.

    Args:
        user: Who asked for it.
        credential: The browser's answer, as JSON.
        label: What to call it in the list; cut to 80 letters.
        asker: The token of the browser that answers.
        party: Who asked.
        now: When.

    Raises:
        InvalidValue: the answer is malformed, late, from another browser or page, or not
            verified where a therapist needs it.
        Conflict: the passkey is kept already.
    """
    parsed = _parsed_new(credential)
    challenge = _challenge_in(parsed)
    row = challenges.open_one(TO_MAKE, challenge, asker, user, now=now)
    made = _verified_new(parsed, challenge, party, is_therapist=user.role == Role.THERAPIST)
    if db.session.scalar(
        select(Passkey.id).where(Passkey.credential_id == made.credential_id).limit(1)
    ):
        raise Conflict("This passkey is kept here already.")
    codes.use_up(row, now=now)
    passkey = Passkey(
        public_id=uuid4(),
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        label=tidy_label(label),
        created_at=now,
    )
    db.session.add(passkey)
    db.session.flush()
    log.info("passkey_added")
    return passkey


def begin_use(asker: str, party: RelyingParty, *, user: User | None = None, now: datetime) -> str:
    """Return what the browser needs to show a passkey, as JSON.

    Args:
        asker: The token of the browser that asks; only there it can be finished.
        party: Who asks.
        user: Whose passkey it must be; None at sign-in, where the passkey says who it is.
        now: When; the answer is taken for five minutes.
    """
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenges.hand_out(TO_USE, asker, user, now=now),
        timeout=_milliseconds(challenges.LIFE),
        allow_credentials=[
            PublicKeyCredentialDescriptor(id=each.credential_id)
            for each in (passkeys_of(user) if user else [])
        ],
        user_verification=_verification(user),
    )
    return webauthn.options_to_json(options)


def finish_use(
    credential: str,
    asker: str,
    party: RelyingParty,
    *,
    user: User | None = None,
    now: datetime,
) -> Shown:
    """Check the passkey that was shown. Each challenge is taken once.

    Args:
        credential: The browser's answer, as JSON.
        asker: The token of the browser that answers.
        party: Who asked.
        user: Whose passkey it must be, as at `begin_use`.
        now: When.

    Raises:
        InvalidValue: the answer is malformed, late, replayed, from another browser or page; the
            passkey is unknown or somebody else's, counts backwards as a copy would, or did not
            verify a therapist.
    """
    parsed = _parsed_use(credential)
    challenge = _challenge_in(parsed)
    row = challenges.open_one(TO_USE, challenge, asker, user, now=now)
    passkey, owner = _known(parsed, user)
    shown = _verified_use(parsed, challenge, passkey, party)
    if owner.role == Role.THERAPIST and not shown.user_verified:
        raise InvalidValue(NOT_VERIFIED)
    codes.use_up(row, now=now)
    passkey.sign_count = shown.new_sign_count
    passkey.last_used_at = now
    db.session.flush()
    return Shown(passkey=passkey, user=owner, is_verified=shown.user_verified)


def passkeys_of(user: User) -> list[Passkey]:
    """Return the passkeys of `user`, the oldest first."""
    return list(
        db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id))
    )


def count_of(user: User) -> int:
    """Return how many passkeys `user` has."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Passkey).where(Passkey.user_id == user.id)
        )
        or 0
    )


def passkey_of(user: User, public_id: UUID) -> Passkey:
    """Return a passkey of `user`. Raises NotFound for anybody else's."""
    passkey = db.session.scalar(
        select(Passkey).where(Passkey.user_id == user.id, Passkey.public_id == public_id)
    )
    if passkey is None:
        raise NotFound
    return passkey


def rename(user: User, public_id: UUID, label: str) -> Passkey:
    """Call a passkey of `user` something else.

    Raises:
        NotFound: it is not theirs.
        InvalidValue: the name is empty or too long.
    """
    passkey = passkey_of(user, public_id)
    if not label.strip() or len(label.strip()) > LONGEST_LABEL:
        raise InvalidValue(f"Please use a name of 1 to {LONGEST_LABEL} letters.")
    passkey.label = label.strip()
    db.session.flush()
    return passkey


def remove(user: User, public_id: UUID) -> None:
    """Forget a passkey of `user`, unless nothing else would let them in.

    Raises:
        NotFound: it is not theirs.
        Conflict: it is their last way in, or a therapist's last second proof.
    """
    # Two removals at once must not each take the other for what is left.
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    passkey = passkey_of(user, public_id)
    if count_of(user) == 1:
        if user.email is None:
            raise Conflict(
                "This passkey is the only way back to your records. "
                "Add an e-mail address or another passkey first."
            )
        if user.role == Role.THERAPIST and user.totp_secret is None:
            raise Conflict(
                "A therapist's account needs a passkey or an authenticator app. "
                "Add another one before you remove this."
            )
    db.session.delete(passkey)
    db.session.flush()
    log.info("passkey_removed")


def tidy_label(label: str) -> str:
    """Return a label as it can be stored: at most 80 letters, never empty."""
    return label.strip()[:LONGEST_LABEL] or "Passkey"


def _verification(user: User | None) -> UserVerificationRequirement:
    """Whether the device has to ask for a finger, a face or a PIN: a therapist's has to."""
    if user is not None and user.role == Role.THERAPIST:
        return UserVerificationRequirement.REQUIRED
    return UserVerificationRequirement.PREFERRED


def _known(parsed: AuthenticationCredential, user: User | None) -> tuple[Passkey, User]:
    """Return the passkey that was shown and whose it is, locked against a second use at once."""
    passkey = db.session.scalar(
        select(Passkey).where(Passkey.credential_id == parsed.raw_id).with_for_update()
    )
    owner = db.session.get(User, passkey.user_id) if passkey else None
    if passkey is None or owner is None or (user is not None and owner.id != user.id):
        log.info("passkey_unknown")
        raise InvalidValue(NOT_KNOWN)
    handle = parsed.response.user_handle
    if handle is not None and handle != owner.public_id.bytes:
        log.info("passkey_unknown")
        raise InvalidValue(NOT_KNOWN)
    return passkey, owner


def _parsed_new(credential: str) -> RegistrationCredential:
    _refuse_oversize(credential)
    try:
        return parse_registration_credential_json(credential)
    except Exception:  # whatever a hostile text breaks in the parser, it is only not understood
        raise InvalidValue(NOT_UNDERSTOOD) from None


def _parsed_use(credential: str) -> AuthenticationCredential:
    _refuse_oversize(credential)
    try:
        return parse_authentication_credential_json(credential)
    except Exception:  # as above
        raise InvalidValue(NOT_UNDERSTOOD) from None


def _refuse_oversize(credential: str) -> None:
    if not credential or len(credential) > LONGEST_CREDENTIAL:
        raise InvalidValue(NOT_UNDERSTOOD)


def _challenge_in(parsed: RegistrationCredential | AuthenticationCredential) -> bytes:
    try:
        return bytes(parse_client_data_json(parsed.response.client_data_json).challenge)
    except Exception:  # as above
        raise InvalidValue(NOT_UNDERSTOOD) from None


def _verified_new(
    parsed: RegistrationCredential, challenge: bytes, party: RelyingParty, *, is_therapist: bool
) -> VerifiedRegistration:
    try:
        made = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
        )
    except Exception:  # as above; nothing of ours is called in there
        log.info("passkey_refused")
        raise InvalidValue(NOT_UNDERSTOOD) from None
    if is_therapist and not made.user_verified:
        raise InvalidValue(NOT_VERIFIED)
    if len(made.credential_id) > LONGEST_CREDENTIAL_ID:
        raise InvalidValue(NOT_UNDERSTOOD)
    return made


def _verified_use(
    parsed: AuthenticationCredential, challenge: bytes, passkey: Passkey, party: RelyingParty
) -> VerifiedAuthentication:
    try:
        return webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except Exception:  # as above; also a count that went backwards, as a copy's does
        log.info("passkey_refused")
        raise InvalidValue(NOT_UNDERSTOOD) from None


def _milliseconds(life: timedelta) -> int:
    return round(life.total_seconds() * 1000)
