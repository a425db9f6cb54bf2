"""Which keys there are to sign with, and since when, without using them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fstpwa.outbound.push.vapid import MADE_AT, load_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAges:
    """The keys in a folder."""

    count: int
    newest_id: str
    newest_made_at: datetime


def key_ages(folder: Path) -> KeyAges:
    """Look at the keys in `folder`. Raises OSError if there is none, or one cannot be used."""
    keys = load_keys(folder)
    newest = max(folder.glob(f"*.{keys.current.id}.pem"))
    made_at = datetime.strptime(newest.name.split(".")[0], MADE_AT).replace(tzinfo=UTC)
    return KeyAges(count=len(keys.by_id), newest_id=keys.current.id, newest_made_at=made_at)
