"""Hashes that need the app's secret: short codes and addresses cannot be guessed from the table."""

import hashlib
import hmac

from flask import current_app


def keyed_hash(purpose: str, value: str) -> bytes:
    """Return 32 bytes that stand for `value`, other ones for each `purpose` and each secret."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    message = f"{purpose}\x1f{value}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, hashlib.sha256).digest()
