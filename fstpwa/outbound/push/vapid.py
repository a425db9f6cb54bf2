"""The keys that say who sends a push message (RFC 8292), and the headers signed with them.

`fstpwa init` makes them and nothing else does: a key made in passing would leave every browser
that subscribed with the one before unreachable, and nobody would know why.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid.jwt import sign

from fstpwa.secrets_file import keep_secret, make_data_folder

TOKEN_LIFE_S = 12 * 3600
"""RFC 8292 allows 24 hours; half of that leaves room for wrong clocks."""

MOST_HEADERS = 1000
"""Headers kept. One host more is one more to sign for, and Microsoft has many."""

ID_LETTERS = 16
"""96 bits of the public key's hash, as base64url."""

MADE_AT = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class PushKey:
    """One key pair, known by its id."""

    id: str
    public: str
    """What a browser subscribes with: 65 bytes as base64url without padding."""
    private: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class PushKeys:
    """All keys of this Good Days. Old ones stay, for browsers that subscribed with them."""

    by_id: dict[str, PushKey]
    current: PushKey
    """The newest: browsers subscribe with it from now on."""


def make_key(folder: Path, *, now: datetime, rotate: bool = False) -> bool:
    """Make a key in `folder` (modes 0700 and 0600) if there is none, or in any case to `rotate`.

    Returns:
        False if there was one and it is still the current one.
    """
    make_data_folder(folder)
    there = _files(folder)
    if there and not rotate:
        return False
    private = ec.generate_private_key(ec.SECP256R1())
    # Sorted by name the newest is the last, also after a clock was put back.
    made_at = now
    while there and there[-1].name >= f"{made_at:{MADE_AT}}":
        made_at = datetime.strptime(there[-1].name[:15], MADE_AT).replace(tzinfo=now.tzinfo)
        made_at += timedelta(seconds=1)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    name = f"{made_at:{MADE_AT}}.{_id_of(private)}.pem"
    return keep_secret(folder / name, pem.decode("ascii"))


def load_keys(folder: Path) -> PushKeys:
    """Read every key in `folder`.

    Raises:
        FileNotFoundError: there is none.
        OSError: a file there is not the key that its name says.
    """
    keys = [_read(file) for file in _files(folder)]
    if not keys:
        raise FileNotFoundError(f"There is no push key in {folder}. Run 'fstpwa init' first.")
    return PushKeys(by_id={key.id: key for key in keys}, current=keys[-1])


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*.pem"))


def _read(file: Path) -> PushKey:
    try:
        private = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    is_p256 = isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name == "secp256r1"
    if not is_p256 or not isinstance(private, ec.EllipticCurvePrivateKey):
        raise OSError(f"{file} holds no push key. Put the one back that was there.")
    key_id = _id_of(private)
    if file.name.split(".")[1:-1] != [key_id]:
        raise OSError(f"{file} holds another push key than its name says.")
    return PushKey(id=key_id, public=_base64url(_public_bytes(private)), private=private)


def _id_of(private: ec.EllipticCurvePrivateKey) -> str:
    return _base64url(sha256(_public_bytes(private)).digest())[:ID_LETTERS]


def _public_bytes(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(slots=True)
class Signer:
    """Signs one header for each key and push service, and uses it for half of its life."""

    keys: PushKeys
    subject: str
    """Whom the service writes to: mailto: or https:; empty where nobody is known."""
    clock: Callable[[], float]
    """Seconds since 1970."""
    _kept: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    """Header and when it was signed."""

    def header(self, key_id: str, audience: str) -> str:
        """Return the Authorization header for a service. Raises KeyError for an unknown key."""
        now = self.clock()
        kept = self._kept.get((key_id, audience))
        # Signed in the future: the clock was put back.
        if kept and 0 <= now - kept[1] < TOKEN_LIFE_S / 2:
            return kept[0]
        written = self._sign(self.keys.by_id[key_id], audience, now)
        self._kept.pop((key_id, audience), None)
        while len(self._kept) >= MOST_HEADERS:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key_id, audience] = written, now
        return written

    def _sign(self, key: PushKey, audience: str, now: float) -> str:
        claims = {"aud": audience, "exp": int(now) + TOKEN_LIFE_S}
        if self.subject:
            claims["sub"] = self.subject
        return f"vapid t={sign(claims, key.private)},k={key.public}"
