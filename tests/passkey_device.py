"""A device that makes and shows passkeys as browsers do, with real keys, for tests without one."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ES256 = {1: 2, 3: -7, -1: 1}


@dataclass
class PasskeyDevice:
    """Holds one passkey. What a test wants to be wrong is set before it answers."""

    origin: str
    host: str = "localhost"
    counts: bool = True
    """Whether it counts its signatures; passkeys that are synchronised do not."""
    verifies: bool = True
    """Whether it asks for a finger, a face or a PIN."""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    user_handle: bytes = b""
    count: int = 0

    def make(self, options: str, **changed: Any) -> str:
        """Return the answer to `navigator.credentials.create` as JSON."""
        asked = json.loads(options)
        self.user_handle = base64url_to_bytes(asked["user"]["id"])
        statement = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(PRESENT | ATTESTED) + self._attested(),
        }
        response = {
            "clientDataJSON": self._client_data("webauthn.create", asked["challenge"], changed),
            "attestationObject": bytes_to_base64url(encode_cbor(statement)),
        }
        return self._answer(response)

    def show(self, options: str, **changed: Any) -> str:
        """Return the answer to `navigator.credentials.get` as JSON."""
        asked = json.loads(options)
        self.count += self.counts
        data = self._data(PRESENT)
        client = self._client_data("webauthn.get", asked["challenge"], changed)
        signed = data + hashlib.sha256(base64url_to_bytes(client)).digest()
        response = {
            "clientDataJSON": client,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(self.key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": bytes_to_base64url(self.user_handle),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, str]) -> str:
        known_as = bytes_to_base64url(self.credential_id)
        return json.dumps(
            {"id": known_as, "rawId": known_as, "type": "public-key", "response": response}
        )

    def _client_data(self, kind: str, challenge: str, changed: dict[str, Any]) -> str:
        data = {"type": kind, "challenge": challenge, "origin": self.origin, **changed}
        return bytes_to_base64url(json.dumps(data).encode())

    def _data(self, flags: int) -> bytes:
        flags |= VERIFIED if self.verifies else 0
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4, "big")

    def _attested(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        key = {**ES256, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        length = len(self.credential_id).to_bytes(2, "big")
        return bytes(16) + length + self.credential_id + encode_cbor(key)
