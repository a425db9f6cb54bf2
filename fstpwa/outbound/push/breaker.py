"""Leaves a push service alone while it is in trouble, and tries now and then whether it is back."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from fstpwa import log

LOOKED_AT = 20
"""Answers of a service that count, the newest."""
OPENS_AT = 10
"""So many of them failures: 429, 5xx or no answer."""

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 15 * 60.0


@dataclass(slots=True)
class _Service:
    """How one service has been doing."""

    failed: deque[bool] = field(default_factory=lambda: deque(maxlen=LOOKED_AT))
    pauses: int = 0
    """Pauses in a row, since it last answered."""
    until: float = 0.0
    """When the pause ends, on the breaker's clock."""
    is_trying: bool = False
    """Whether the one request that tries it is under way."""


@dataclass(slots=True)
class Breaker:
    """Counts trouble for each push service: 429, 5xx and no answer, and never what is gone (410).

    No answer is one that came too late, or broke off, or a service that cannot be reached.
    """

    clock: Callable[[], float]
    """Any steady clock, in seconds."""
    _services: dict[str, _Service] = field(default_factory=dict)

    def wait_s(self, service: str) -> float:
        """Return 0 if a request may go to `service` now, and must then be noted; else the wait.

        After a pause one request tries the service; the others wait for what comes of it.
        """
        state = self._services.setdefault(service, _Service())
        if not state.pauses:
            return 0.0
        left_s = state.until - self.clock()
        if left_s > 0:
            return left_s
        if state.is_trying:
            return FIRST_PAUSE_S
        state.is_trying = True
        return 0.0

    def note_answer(self, service: str) -> None:
        """Note that `service` did its work, whatever it answered."""
        state = self._services[service]
        if state.is_trying:
            log.info("push_service_is_back", count=state.pauses)
            self._services[service] = _Service()
            return
        state.failed.append(False)

    def note_trouble(self, service: str, *, retry_after_s: int | None = None) -> None:
        """Note a 429, a 5xx or no answer; the service may have said how long to wait."""
        state = self._services[service]
        if state.pauses and not state.is_trying:
            return  # was under way when the pause began
        state.failed.append(True)
        if state.is_trying or sum(state.failed) >= OPENS_AT:
            self._pause(state, retry_after_s or 0)

    def note_nothing(self, service: str) -> None:
        """Note that a request came to nothing by our own fault, which says nothing of the service."""
        state = self._services[service]
        if state.is_trying:
            self._pause(state, 0)

    def _pause(self, state: _Service, asked_s: float) -> None:
        own_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(state.pauses, 10))
        seconds = max(own_s, min(asked_s, LONGEST_PAUSE_S))
        state.pauses += 1
        state.until = self.clock() + seconds
        state.is_trying = False
        state.failed.clear()
        log.warning("push_service_paused", seconds=seconds, count=state.pauses)
