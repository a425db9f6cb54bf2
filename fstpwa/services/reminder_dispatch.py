"""The worker's way through what is due: claim, take, look again, send, settle.

Each step is a transaction of its own, committed here: a message must never be sent from inside
one, and whatever dies between two steps is found again by the next. No transaction is open while
something is sent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import sleep

from fstpwa import log
from fstpwa.domain.errors import GoodDaysError
from fstpwa.domain.push import PushMessage, PushSender, SendOutcome
from fstpwa.extensions import db
from fstpwa.services import deliveries
from fstpwa.services.deliveries import CHUNK, Lease, Settlement, hand_over_nothing
from fstpwa.services.reminder_checks import Ready, check
from fstpwa.services.reminder_ticks import tick

PAUSE_S = 0.005
"""SQLite has one writer: whoever saves a check-in gets in between two chunks."""
SETTLED_AT_ONCE = 50
"""What a crash sends a second time at most, beside what is just under way."""

NOT_COMPOSED = SendOutcome(verdict="refused", status=None, retry_after_s=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one way through did."""

    claimed: int
    """Reminders and occurrences that were decided upon."""
    sent: int
    """Messages that were taken to be sent, whatever came of them."""


@dataclass(slots=True, kw_only=True)
class Inline:
    """Does all steps in this process. Any number of them may run at once on one database."""

    sender: PushSender
    compose: Callable[[Ready], PushMessage]
    """Writes the message; one that raises a GoodDaysError is refused, the others go on."""
    clock: Callable[[], datetime]
    """The time to work with, as domain.clock_guard.ClockGuard gives it."""
    is_ended: Callable[[], bool] = lambda: False
    pause_s: float = PAUSE_S

    def run(self) -> Round:
        """Go on until nothing is due, or it is to end; call it inside an app context."""
        claimed = sent = 0
        while not self.is_ended():
            claimed_now, sent_now = self.claim(), self.deliver()
            if not claimed_now and not sent_now:
                break
            claimed, sent = claimed + claimed_now, sent + sent_now
            sleep(self.pause_s)
        return Round(claimed=claimed, sent=sent)

    def claim(self) -> int:
        """Decide upon one chunk of what is due, and commit. Returns how many there were."""
        count = tick(now=self.clock(), hand_over=hand_over_nothing)
        self._commit(count)
        return count

    def deliver(self, only: Sequence[int] | None = None) -> int:
        """Take one chunk of messages, or of `only` these; send and settle them. Returns how many."""
        leases = deliveries.lease(now=self.clock(), only=only, at_most=CHUNK)
        self._commit(len(leases))
        if not leases:
            return 0
        ready = check(leases, now=self.clock())
        db.session.commit()
        self._send(ready)
        return len(leases)

    def _send(self, ready: Sequence[Ready]) -> None:
        done: list[Settlement] = []
        for lease, outcome in self._outcomes(ready):
            done.append(Settlement(lease, outcome))
            if len(done) == SETTLED_AT_ONCE:
                self._settle(done)
                done = []
        self._settle(done)

    def _outcomes(self, ready: Sequence[Ready]) -> Iterator[tuple[Lease, SendOutcome]]:
        leases: list[Lease] = []
        messages: list[PushMessage] = []
        for each in ready:
            try:
                messages.append(self.compose(each))
            except GoodDaysError as problem:
                log.error("reminder_not_composed", error=problem)
                yield each.lease, NOT_COMPOSED
            else:
                leases.append(each.lease)
        if messages:
            for position, outcome in self.sender.send(messages):
                yield leases[position], outcome

    def _settle(self, done: Sequence[Settlement]) -> None:
        if done:
            deliveries.settle(done, now=self.clock())
            db.session.commit()

    def _commit(self, count: int) -> None:
        # Where nothing was written, nothing has to reach the disk.
        if count:
            db.session.commit()
        else:
            db.session.rollback()
