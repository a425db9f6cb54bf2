"""A clock that jumps forward is not believed at once: it would ring, and miss, whole days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE_S = 5.0
"""How far a wall clock may drift between two looks before that counts as a jump."""
BELIEVED_AFTER_S = 120.0
"""So long a jump must stay, by the monotonic clock."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What the wall clock showed at an instant of the monotonic one."""

    wall: datetime
    monotonic_s: float

    def at(self, monotonic_s: float) -> datetime:
        return self.wall + timedelta(seconds=monotonic_s - self.monotonic_s)


@dataclass(slots=True)
class ClockGuard:
    """Keeps the time of one process. The first look is believed."""

    _known: _Line | None = None
    _suspected: _Line | None = None

    def time(self, wall: datetime, monotonic_s: float) -> datetime:
        """Return the time to work with.

        Args:
            wall: what the wall clock shows, aware.
            monotonic_s: what a clock shows, in seconds, that nobody sets; one that goes on while
                the machine sleeps, or else each sleep costs two minutes.

        Returns:
            `wall`; where it jumped forward less than two minutes ago, what it would show without
            the jump. A jump back is believed at once: each date is rung only once anyway.
        """
        known = self._known
        if known is None or _ahead_s(wall, known, monotonic_s) <= TOLERANCE_S:
            return self._believe(wall, monotonic_s)
        suspected = self._suspected
        if suspected is None or abs(_ahead_s(wall, suspected, monotonic_s)) > TOLERANCE_S:
            self._suspected = _Line(wall, monotonic_s)
        elif monotonic_s - suspected.monotonic_s >= BELIEVED_AFTER_S:
            return self._believe(wall, monotonic_s)
        return known.at(monotonic_s)

    def _believe(self, wall: datetime, monotonic_s: float) -> datetime:
        self._known, self._suspected = _Line(wall, monotonic_s), None
        return wall


def _ahead_s(wall: datetime, line: _Line, monotonic_s: float) -> float:
    return (wall - line.at(monotonic_s)).total_seconds()
