"""What the phone says about a session that was done, and what of it may be stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.session import VariantName

MovementState = Literal["done", "part", "skipped"]
EasedReason = Literal["pain", "tired", "other"]

DAY_S = 86_400
OLDEST = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementResult:
    """What was done of one item of the plan."""

    item: str
    state: MovementState
    easier: bool
    done_s: int
    """Seconds of it that were played, 0-86400."""
    reason: EasedReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLogEntry:
    """A session as the phone reports it. Times are the phone's own and may be wrong."""

    log_id: UUID
    variant: VariantName
    started_at: datetime
    finished_at: datetime
    pain_before: int | None
    results: tuple[MovementResult, ...]


def believable_times(
    started_at: datetime, finished_at: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """Return start and end with a wrong phone clock mended as far as that is safe.

    Nothing ends after `now`, and nothing starts after it ends.

    Args:
        started_at: aware instant from the phone.
        finished_at: aware instant from the phone.
        now: the server's aware instant.

    Raises:
        InvalidValue: the session is said to have been more than 400 days ago, or to have
            lasted more than a day.
    """
    finish = min(finished_at, now)
    start = min(started_at, finish)
    if finish - start > timedelta(days=1):
        raise InvalidValue("A session cannot have lasted more than a day.")
    if now - start > OLDEST:
        raise InvalidValue("That session is too long ago to be added.")
    return start, finish
