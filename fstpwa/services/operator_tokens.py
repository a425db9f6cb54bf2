"""The signed address of the page for whoever runs this Good Days. Only its command line writes it."""

from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from fstpwa.domain.errors import NotFound

LIFE = timedelta(hours=24)


def written(*, now: datetime) -> str:
    """Return a token, as letters that an address may hold; it is over 24 hours after `now`."""
    return _signer().dumps(int((now + LIFE).timestamp()))


def check(text: str, *, now: datetime) -> None:
    """Raise NotFound unless `text` was signed here and is not over."""
    try:
        until = _signer().loads(text)
    except BadSignature:
        raise NotFound("There is no such page.") from None
    if not isinstance(until, int) or now.timestamp() >= until:
        raise NotFound("This address is over.")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="operator")
