"""Tokens for addresses: signed, each for one purpose, and over at an instant."""

from datetime import datetime
from functools import cache
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from fstpwa.domain.errors import NotFound


def written(purpose: str, values: list[Any], *, until: datetime) -> str:
    """Return `values` signed, as letters that an address may hold; they are over at `until`."""
    return _signer(purpose).dumps([*values, int(until.timestamp())])


def read(purpose: str, text: str, *, now: datetime) -> list[Any]:
    """Return what was signed for a purpose. Raises NotFound if nobody signed it, or it is over."""
    try:
        signed: list[Any] = _signer(purpose).loads(text)
    except BadSignature:
        raise NotFound("This address is not one of ours.") from None
    *values, until = signed
    if now.timestamp() >= until:
        raise NotFound("This address is not valid any more.")
    return values


def _signer(purpose: str) -> URLSafeSerializer:
    return _signer_with(current_app.config["SECRET_KEY"], purpose)


@cache
def _signer_with(secret: str, purpose: str) -> URLSafeSerializer:
    # To make one takes as long as to sign with it.
    return URLSafeSerializer(secret, salt=purpose)
