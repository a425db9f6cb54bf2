"""Sealing a message for one browser (RFC 8291), and trying a browser's keys before keeping them.

`pywebpush.WebPusher.encode` and `http_ece.encrypt` do the same in up to twice the time, which is
what most of a message costs us (bench/reminders/); the tests hold this to the RFC's own example
and to `http_ece.decrypt`.
"""

import binascii
import hmac
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.push import PushTarget

CURVE = ec.SECP256R1()
POINT_BYTES = 65
"""An uncompressed point of P-256: 04 and twice 32 bytes."""
AUTH_BYTES = 16
SALT_BYTES = 16
RECORD_AND_KEY_SIZE = struct.pack("!LB", 4096, POINT_BYTES)
"""Second part of the header (RFC 8188, section 2.1): bytes of a record at most, and of the key."""
LONGEST_KEY_TEXT = 100
"""Letters; 65 bytes take 88."""

BAD_KEYS = (
    "Your browser gave keys for reminders that cannot be used. "
    "Please switch reminders off and on again on this device."
)


def encrypted(target: PushTarget, payload: bytes) -> bytes:
    """Return `payload` sealed for the browser of `target`, ready to be posted.

    A fresh key pair and salt each time. Raises InvalidValue where the browser's keys are no keys.
    """
    try:
        # Two signs of padding are enough for any length, and more than needed do no harm.
        point = urlsafe_b64decode(target.p256dh + "==")
        secret = urlsafe_b64decode(target.auth + "==")
        browser = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise InvalidValue(BAD_KEYS) from None
    if len(point) != POINT_BYTES or len(secret) != AUTH_BYTES:
        raise InvalidValue(BAD_KEYS)
    private = ec.generate_private_key(CURVE)
    own_point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = private.exchange(ec.ECDH(), browser)
    material = _derived(secret, shared, b"WebPush: info\0" + point + own_point)
    salt = os.urandom(SALT_BYTES)
    key = _derived(salt, material, b"Content-Encoding: aes128gcm\0")[:16]
    nonce = _derived(salt, material, b"Content-Encoding: nonce\0")[:12]
    # One record, the last: so its delimiter is 2, and its number, which would change the nonce, 0.
    sealed = AESGCM(key).encrypt(nonce, payload + b"\2", None)
    return salt + RECORD_AND_KEY_SIZE + own_point + sealed


def _derived(salt: bytes, secret: bytes, info: bytes) -> bytes:
    """Return 32 bytes by HKDF with SHA-256 (RFC 5869): one block of output, so no loop."""
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\1", "sha256")


def validated_keys(p256dh: str, auth: str) -> tuple[str, str]:
    """Return a browser's public key and secret in the one way they are kept: base64url, unpadded.

    Raises:
        InvalidValue: they are no base64, have another size, or the key is no point of the curve;
            or a message cannot be sealed with them.
    """
    point, secret = _bytes_of(p256dh, POINT_BYTES), _bytes_of(auth, AUTH_BYTES)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise InvalidValue(BAD_KEYS) from None
    if point[0] != 4:
        raise InvalidValue(BAD_KEYS)
    kept = _base64url(point), _base64url(secret)
    encrypted(PushTarget("https://trial.invalid/", *kept, key_id=""), b"trial")
    return kept


def _bytes_of(text: str, size: int) -> bytes:
    """Read base64 of either alphabet, with or without padding, and nothing else."""
    written = text.rstrip("=").replace("+", "-").replace("/", "_")
    if len(text) > LONGEST_KEY_TEXT or not written.isascii():
        raise InvalidValue(BAD_KEYS)
    try:
        found = urlsafe_b64decode(written + "=" * (-len(written) % 4))
    except (binascii.Error, ValueError):
        raise InvalidValue(BAD_KEYS) from None
    # The decoder skips letters that it does not know, and bits that are left over.
    if len(found) != size or _base64url(found) != written:
        raise InvalidValue(BAD_KEYS)
    return found


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
