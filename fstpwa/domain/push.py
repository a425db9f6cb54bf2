"""What a push message is, and what each answer of a push service means for it."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Literal, Protocol

from fstpwa.domain.errors import InvalidValue

Verdict = Literal["sent", "gone", "retry", "refused"]
"""`sent`: the service has it. `gone`: the subscription is over, delete it. `retry`: again, later.
`refused`: our own fault; keep the subscription and raise an alarm."""

Urgency = Literal["very-low", "low", "normal", "high"]
"""RFC 8030, section 5.3. A dozing phone wakes for `high` alone, which is only for what is shown."""

NOT_REACHED_AFTER = 3
"""A device that showed, or took, none of so many messages in a row is not reached."""

LARGEST_PAYLOAD = 3993
"""Bytes before encryption: 4,096 without the header (86), the tag (16) and the delimiter (1)."""

LONGEST_TTL_S = 28 * 24 * 3600
"""Four weeks; services refuse or cut what is longer."""

LONGEST_TOPIC = 32
"""Letters of the base64url alphabet (RFC 8030, section 5.4)."""

_TOPIC_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

LONGEST_WAIT_ASKED_S = 2 * 3600
"""Of a Retry-After no more is believed: by then a reminder is too late anyway."""

FIRST_WAIT_S = 15
LONGEST_WAIT_S = 15 * 60

_RETRY = frozenset({406, 408, 425, 429})
"""406 is how Microsoft's service says 429."""


@dataclass(frozen=True, slots=True)
class PushTarget:
    """Where a message goes: one subscription of one browser. Never shown in a log."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    """The browser's public key: 65 bytes as base64url without padding."""
    auth: str = field(repr=False)
    """The secret shared with the browser: 16 bytes as base64url without padding."""
    key_id: str
    """Which of our own keys the browser was given when it subscribed."""


@dataclass(frozen=True, slots=True)
class PushMessage:
    """One message to one browser. Raises InvalidValue where a service would refuse it."""

    target: PushTarget
    payload: bytes = field(repr=False)
    """1-3,993 bytes in the clear."""
    ttl_s: int
    """How long the service keeps trying, in seconds: 1 to four weeks. 0 would mean now or never."""
    topic: str
    """A later message of the same topic takes the place of one that still waits; may be empty."""
    urgency: Urgency = "high"

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 1 <= len(self.payload) <= LARGEST_PAYLOAD:
            raise InvalidValue(f"A message has 1 to {LARGEST_PAYLOAD} bytes.")
        if not 1 <= self.ttl_s <= LONGEST_TTL_S:
            raise InvalidValue(f"A message lives 1 to {LONGEST_TTL_S} seconds.")
        if len(self.topic) > LONGEST_TOPIC or not _TOPIC_LETTERS.issuperset(self.topic):
            raise InvalidValue(f"A topic is at most {LONGEST_TOPIC} letters of base64url.")


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What came of one message."""

    verdict: Verdict
    status: int | None
    """The HTTP status; None if there was no answer or nothing was asked."""
    retry_after_s: int | None
    """How long the service asked us to wait, in seconds; None if it did not say."""

    @property
    def is_held_back(self) -> bool:
        """Whether it was not even tried, because its service is being left alone for so long."""
        return self.verdict == "retry" and self.status is None and self.retry_after_s is not None


class PushSender(Protocol):
    """Sends messages to push services, or keeps them where a test wants to see them."""

    def send(self, messages: Sequence[PushMessage]) -> Iterator[tuple[int, SendOutcome]]:
        """Begin to send all. Yields, as each ends, its place in `messages` and what came of it."""


def verdict_of(status: int) -> Verdict:
    """Return what the final status of an answer means for its message.

    Services answer 201 or 202; any other success means the same to a client that does not know it
    (RFC 9110, section 15). A redirect is not followed, so it counts as refused: no push service
    sends one to who posts messages, and asking again would not change it.
    """
    if 200 <= status < 300:
        return "sent"
    if status in (404, 410):
        return "gone"
    if status in _RETRY or status >= 500:
        return "retry"
    return "refused"


def speaks_of_trouble(status: int) -> bool:
    """Return whether a status says that the whole service is overloaded or broken."""
    return status == 429 or status >= 500


def asked_wait_s(retry_after: str | None, *, now: datetime) -> int | None:
    """Read a Retry-After header: seconds, or a date (RFC 9110, section 10.2.3).

    Args:
        retry_after: the header as it came; None if there was none.
        now: the current instant, aware.

    Returns:
        Seconds, 0 to two hours; None where it says nothing that can be read.
    """
    if not retry_after:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        # A number of hundreds of digits is still a number; its end does not matter.
        return min(int(text.lstrip("0")[:9] or "0"), LONGEST_WAIT_ASKED_S)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:  # "-0000", which HTTP does not use
        until = until.replace(tzinfo=UTC)
    seconds = (until - now).total_seconds()
    return int(min(max(seconds, 0), LONGEST_WAIT_ASKED_S))


def wait_before_retry_s(attempts: int, *, retry_after_s: int | None, chance: float) -> float:
    """Return how long to wait before the next attempt.

    15 s, 30 s, 60 s ... at most 15 minutes, of which the second half is by chance, so that what
    failed together does not come back together. Never sooner than the service asked for, and then
    spread over a tenth of that.

    Args:
        attempts: attempts made so far, 1 or more.
        retry_after_s: what the service asked for, in seconds, if it did.
        chance: a random number, 0 to 1.

    Returns:
        Seconds, more than 0.
    """
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(max(attempts, 1) - 1, 16))
    own = longest * (0.5 + 0.5 * chance)
    asked = (retry_after_s or 0) * (1 + 0.1 * chance)
    return max(own, asked)


def topic_of(occurrence_id: object) -> str:
    """Return the topic of an occurrence: 32 letters that tell the service nothing about it."""
    digest = sha256(str(occurrence_id).encode()).digest()
    return urlsafe_b64encode(digest[:24]).decode()
