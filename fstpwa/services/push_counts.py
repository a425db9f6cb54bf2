"""How often push services answered what: counts by day, which name nobody."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Insert, delete
from sqlalchemy.dialects import postgresql, sqlite

from fstpwa.domain.push import SendOutcome
from fstpwa.extensions import db
from fstpwa.models import Base
from fstpwa.models.reminders import PushCount

KEPT_FOR = timedelta(days=90)

TABLE = Base.metadata.tables[PushCount.__tablename__]
NO_ANSWER = 0
"""In place of a status."""


def note(outcomes: Iterable[tuple[str, SendOutcome]], *, now: datetime) -> None:
    """Count what came of messages to push services; flushed.

    What was held back counts for nothing: nobody was asked.

    Args:
        outcomes: the host of a push service, and what came of one message to it.
        now: an aware instant; counts are kept by its day in UTC.
    """
    counted = Counter(
        (service, outcome.verdict, outcome.status or NO_ANSWER)
        for service, outcome in outcomes
        if not outcome.is_held_back
    )
    day = now.astimezone(UTC).date()
    # Always in the same order: two workers that count at once must not wait for each other.
    rows = [
        {"day": day, "service": service, "verdict": verdict, "status": status, "count": count}
        for (service, verdict, status), count in sorted(counted.items())
    ]
    if rows:
        is_sqlite = db.session.get_bind().dialect.name == "sqlite"
        db.session.execute(_count_more(is_sqlite=is_sqlite), rows)


def sweep(*, now: datetime) -> int:
    """Delete counts older than 90 days; flushed. Returns how many."""
    last = (now - KEPT_FOR).astimezone(UTC).date()
    gone = db.session.execute(delete(TABLE).where(TABLE.c.day < last).returning(TABLE.c.day))
    return len(gone.all())


@cache
def _count_more(*, is_sqlite: bool) -> Insert:
    # The two databases say it in the same words.
    more = sqlite.insert(TABLE) if is_sqlite else postgresql.insert(TABLE)
    key = [TABLE.c.day, TABLE.c.service, TABLE.c.verdict, TABLE.c.status]
    count: dict[str, object] = {"count": TABLE.c.count + more.excluded.count}
    return more.on_conflict_do_update(index_elements=key, set_=count)
