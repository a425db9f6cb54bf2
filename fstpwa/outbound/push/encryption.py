"""Sealing a message for one browser (RFC 8291), and trying a browser's keys before keeping them."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from pywebpush import WebPusher, WebPushException

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.push import PushTarget

POINT_BYTES = 65
"""An uncompressed point of P-256: 04 and twice 32 bytes."""
AUTH_BYTES = 16
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
    subscription = {
        "endpoint": target.endpoint,
        "keys": {"p256dh": target.p256dh, "auth": target.auth},
    }
    try:
        body: bytes = WebPusher(subscription).encode(payload)["body"]
    except (ValueError, IndexError, WebPushException):
        raise InvalidValue(BAD_KEYS) from None
    return body


def validated_keys(p256dh: str, auth: str) -> tuple[str, str]:
    """Return a browser's public key and secret in the one way they are kept: base64url, unpadded.

    Raises:
        InvalidValue: they are no base64, have another size, or the key is no point of the curve;
            or a message cannot be sealed with them.
    """
    point, secret = _bytes_of(p256dh, POINT_BYTES), _bytes_of(auth, AUTH_BYTES)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
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
