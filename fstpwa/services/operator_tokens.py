"""The signed address of the page for whoever runs this Good Days. Only its command line writes it."""

from datetime import datetime, timedelta

from fstpwa.services import signed_tokens

PURPOSE = "operator"
LIFE = timedelta(hours=24)


def written(*, now: datetime) -> str:
    """Return a token, as letters that an address may hold; it is over 24 hours after `now`."""
    return signed_tokens.written(PURPOSE, [], until=now + LIFE)


def check(text: str, *, now: datetime) -> None:
    """Raise NotFound unless `text` was signed here and is not over."""
    signed_tokens.read(PURPOSE, text, now=now)
