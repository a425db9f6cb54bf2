"""One way of sending messages, alone in a process: asked for on the command line, timed, reported.

`python -m bench.reminders.ways WAY FILE COUNT` sends COUNT messages to the subscriptions in FILE
and prints one line of JSON. Times begin when everything is loaded and a first batch is through.
"""

import json
import os
import ssl
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from py_vapid import Vapid
from pywebpush import webpush

from fstpwa.domain.push import PushMessage, PushTarget, topic_of
from fstpwa.outbound.push.sender import SenderSettings
from fstpwa.outbound.push.sending_thread import SendingThread
from fstpwa.outbound.push.vapid import Signer, load_keys

TTL_S = 7200
CHUNK = 200
"""As the worker takes them."""

Send = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a number of messages took."""

    messages: int
    cpu_s: float
    """Processor time of the process, its threads and the kernel's work for it."""
    wall_s: float

    @property
    def rate(self) -> float:
        """Messages in one second of a processor core."""
        return self.messages / self.cpu_s


@dataclass(frozen=True, slots=True)
class Order:
    """Where to send, and what."""

    host: str
    certificate: str
    bundle: str
    """The certificate among those of all authorities, as programs that trust those load them."""
    keys_dir: str
    subject: str
    public_key: str
    private_key: str
    payload: str
    subscriptions: list[Mapping[str, Any]]
    """As a browser gives them: endpoint, keys."""


def ours(order: Order) -> Send:
    """Send as the worker does: one session in one thread, a chunk at a time."""
    keys = load_keys(Path(order.keys_dir))
    settings = SenderSettings(
        signer=Signer(keys=keys, subject=order.subject, clock=time.time),
        extra_hosts=frozenset({order.host}),
        trust=ssl.create_default_context(cafile=order.certificate),
    )
    targets = [
        PushTarget(each["endpoint"], each["keys"]["p256dh"], each["keys"]["auth"], keys.current.id)
        for each in order.subscriptions
    ]
    payload = order.payload.encode()
    sender = SendingThread(settings).__enter__()

    def send(count: int) -> None:
        for start in range(0, count, CHUNK):
            messages = [
                PushMessage(targets[number % len(targets)], payload, TTL_S, topic_of(uuid4()))
                for number in range(start, min(start + CHUNK, count))
            ]
            for _place, outcome in sender.send(messages):
                if outcome.verdict != "sent":
                    raise SystemExit(f"Not sent: {outcome}")

    return send


def naive(order: Order) -> Send:
    """Call what the documentation of pywebpush shows, once for each message."""
    os.environ["REQUESTS_CA_BUNDLE"] = order.bundle
    vapid = Vapid.from_file(str(next(Path(order.keys_dir).glob("*.pem"))))

    def send(count: int) -> None:
        for number in range(count):
            webpush(
                order.subscriptions[number % len(order.subscriptions)],
                order.payload,
                vapid_private_key=vapid,
                vapid_claims={"sub": order.subject},
                ttl=TTL_S,
                headers={"Urgency": "high", "Topic": topic_of(uuid4())},
            )

    return send


def limit(order: Order) -> Send:
    """Do what no sender can leave out, and nothing else: no network, no HTTP, no token."""
    curve = ec.SECP256R1()
    browsers = [
        (_decoded(each["keys"]["p256dh"]), _decoded(each["keys"]["auth"]))
        for each in order.subscriptions
    ]
    payload = order.payload.encode() + b"\x02"

    def derived(secret: bytes, salt: bytes, size: int) -> bytes:
        return HKDF(hashes.SHA256(), size, salt, b"info").derive(secret)

    def send(count: int) -> None:
        for number in range(count):
            point, auth = browsers[number % len(browsers)]
            private = ec.generate_private_key(curve)
            public = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
            private.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
            secret = derived(private.exchange(ec.ECDH(), public), auth, 32)
            salt = os.urandom(16)
            AESGCM(derived(secret, salt, 16)).encrypt(derived(secret, salt, 12), payload, None)

    return send


WAYS: Mapping[str, Callable[[Order], Send]] = {"ours": ours, "naive": naive, "limit": limit}


def spent(send: Send, count: int) -> Spent:
    """Send, and return what it took. What happens once is left out: it is sent into before."""
    send(max(1, count // 10))
    cpu, wall = time.process_time(), time.monotonic()
    send(count)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    return Spent(messages=count, cpu_s=cpu, wall_s=wall)


def browser_keys() -> dict[str, str]:
    """Make up the keys of a browser."""
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return {"p256dh": _base64url(point), "auth": _base64url(os.urandom(16))}


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    way, file, count = sys.argv[1:]
    found = spent(WAYS[way](Order(**json.loads(Path(file).read_text()))), int(count))
    print(json.dumps(asdict(found)), flush=True)
    os._exit(0)
