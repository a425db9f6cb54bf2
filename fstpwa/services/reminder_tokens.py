"""Signed tokens inside notifications: who holds one may answer just this reminder, signed in or not.

What a token allows is used up by the answer itself: a reminder that is over takes no second one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fstpwa.services import signed_tokens

PURPOSE = "reminder"
LIFE = timedelta(hours=48)
"""An answer that was given without a network may arrive on the next day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderToken:
    """What a notification carries."""

    occurrence_id: UUID | None
    """The reminder on its date, or the notice of news; None for a test message."""
    subscription_id: int
    """The browser that it was sent to."""
    snoozes: int = 0
    """How often the reminder was put off when it was sent: "later" counts once for each."""


def written(token: ReminderToken, *, now: datetime) -> str:
    """Return `token` signed, as letters that an address may hold; it is over 48 hours after `now`."""
    occurrence = token.occurrence_id.hex if token.occurrence_id else ""
    values = [occurrence, token.subscription_id, token.snoozes]
    return signed_tokens.written(PURPOSE, values, until=now + LIFE)


def read(text: str, *, now: datetime) -> ReminderToken:
    """Return the token that was signed. Raises NotFound if nobody signed it, or it is over."""
    occurrence, subscription_id, snoozes = signed_tokens.read(PURPOSE, text, now=now)
    return ReminderToken(
        occurrence_id=UUID(hex=occurrence) if occurrence else None,
        subscription_id=subscription_id,
        snoozes=snoozes,
    )
