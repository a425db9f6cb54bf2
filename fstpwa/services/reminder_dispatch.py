"""The worker's way through what is due: claim, take, look again, send, settle.

Each step is a transaction of its own, committed here: a message must never be sent from inside
one, and whatever dies between two steps is found again by the next. No transaction is open while
something is sent.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, sleep
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from fstpwa import log
from fstpwa.domain.errors import GoodDaysError
from fstpwa.domain.push import PushMessage, PushSender, SendOutcome
from fstpwa.extensions import db, late_lock, may_be_lost, planned_anew, switched_on
from fstpwa.services import care_checks, care_looks, deliveries
from fstpwa.services.care_checks import NewsReady
from fstpwa.services.deliveries import CHUNK, Lease, Settlement
from fstpwa.services.dispatch_turns import own_turn
from fstpwa.services.ready_messages import hand_over_nothing
from fstpwa.services.reminder_checks import Ready, check
from fstpwa.services.reminder_ticks import tick

PAUSE_S = 0.005
"""SQLite has one writer: whoever saves a check-in gets in between two chunks."""
CLAIMED_AT_ONCE = 100
"""Half of what is handed over: writing them down is what keeps others from writing longest."""
SETTLED_AT_ONCE = 12
"""What a crash sends a second time at most, beside what is just under way."""
SETTLED_AFTER_S = 1.0
"""So long an outcome waits for others, or it would look late and its device's receipt come first."""
ENDS_WITHIN_S = 5.0
"""So long a chunk that is being sent may go on once the process is to end."""
LATE_TRIES = 2
"""How often a step is tried before it keeps everybody else from writing all along."""

NOT_COMPOSED = SendOutcome(verdict="refused", status=None, retry_after_s=None)

Found = TypeVar("Found")
AnyReady = Ready | NewsReady
"""A message of a reminder, or of news from the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one way through did."""

    claimed: int
    """Reminders, occurrences and notices of news that were decided upon."""
    sent: int
    """Messages that were taken to be sent, whatever came of them."""


@dataclass(slots=True, kw_only=True)
class Inline:
    """Does all steps in this process. Any number of them may run at once on one database."""

    sender: PushSender | None
    """None: nobody can send just now. What falls due is written down, and its messages wait."""
    compose: Callable[[AnyReady], PushMessage]
    """Writes the message; one that raises a GoodDaysError is refused, the others go on."""
    clock: Callable[[], datetime]
    """The time to work with, as domain.clock_guard.ClockGuard gives it."""
    is_ended: Callable[[], bool] = lambda: False
    pause_s: float = PAUSE_S
    steady_s: Callable[[], float] = monotonic
    """A clock that nobody sets, in seconds."""
    _told_to_end_at: float | None = field(init=False, default=None)
    """On the steady clock."""

    def run(self, *, for_s: float | None = None) -> Round:
        """Go on until nothing is due, or it is to end; call it inside an app context.

        Args:
            for_s: after so many seconds it begins no further chunk, and something else may be done.
        """
        claimed = sent = 0
        began_at = self.steady_s()
        while not self.is_ended() and (for_s is None or self.steady_s() - began_at < for_s):
            claimed_now = self._claim_a_chunk() + self.claim_news()
            sent_now = self.deliver()
            if not claimed_now and not sent_now:
                break
            claimed, sent = claimed + claimed_now, sent + sent_now
            sleep(self.pause_s)
        return Round(claimed=claimed, sent=sent)

    def _claim_a_chunk(self) -> int:
        """Claim as much as is sent at once, in smaller steps."""
        claimed = 0
        while claimed < CHUNK and not self.is_ended():
            count = self.claim()
            if not count:
                break
            claimed += count
            sleep(self.pause_s)
        return claimed

    def claim(self) -> int:
        """Decide upon some of what is due, and commit. Returns how many there were."""
        return _committed(
            lambda: tick(now=self.clock(), hand_over=hand_over_nothing, at_most=CLAIMED_AT_ONCE)
        )

    def claim_news(self) -> int:
        """Decide upon some of the news that wait, and commit. Returns how many notices there were."""
        return _committed(
            lambda: care_looks.look(
                now=self.clock(), hand_over=hand_over_nothing, at_most=CLAIMED_AT_ONCE
            )
        )

    def deliver(self, only: Sequence[int] | None = None) -> int:
        """Take one chunk of messages, or of `only` these; send and settle them. Returns how many."""
        if self.sender is None:
            return 0
        leases = _committed(lambda: deliveries.lease(now=self.clock(), only=only, at_most=CHUNK))
        if leases:
            self._send(self._checked(leases))
        return len(leases)

    def _checked(self, leases: Sequence[Lease]) -> Sequence[AnyReady]:
        news = [each for each in leases if each.is_news]
        others = [each for each in leases if not each.is_news]
        ready: list[AnyReady] = []
        # One after the other, or rows were locked in two orders: see reminder_locks.
        if others:
            ready += _committed(lambda: check(others, now=self.clock()))
        if news:
            ready += _committed(lambda: care_checks.check(news, now=self.clock()))
        return ready

    def _send(self, ready: Sequence[AnyReady]) -> None:
        done: list[Settlement] = []
        settled_at = self.steady_s()
        try:
            with closing(self._outcomes(ready)) as outcomes:
                for lease, outcome in outcomes:
                    done.append(Settlement(lease, outcome))
                    is_time = self.steady_s() - settled_at >= SETTLED_AFTER_S
                    if is_time or len(done) == SETTLED_AT_ONCE:
                        settled_at = self.steady_s()
                        settled, done = done, []
                        self._settle(settled)
                    if self._has_to_stop():
                        break
        finally:
            # Also where the sender breaks down: what it reported before that was sent.
            self._settle(done)

    def _outcomes(
        self, ready: Sequence[AnyReady]
    ) -> Generator[tuple[Lease, SendOutcome], None, None]:
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
        if messages and self.sender is not None:
            for position, outcome in self.sender.send(messages):
                yield leases[position], outcome

    def _settle(self, done: Sequence[Settlement]) -> None:
        if not done:
            return
        # After a power failure they are sent again, as what was under way is. To wait for the disk
        # each time takes as long as the sending.
        with switched_on(may_be_lost):
            _committed(lambda: deliveries.settle(done, now=self.clock()))

    def _has_to_stop(self) -> bool:
        """Whether the end has been asked for so long ago that the rest of a chunk must wait."""
        if not self.is_ended():
            return False
        if self._told_to_end_at is None:
            self._told_to_end_at = self.steady_s()
        return self.steady_s() - self._told_to_end_at >= ENDS_WITHIN_S


def _committed(step: Callable[[], Found]) -> Found:
    """Do one step and commit it, while no other dispatcher on an SQLite database does.

    A step reads much before it writes. So on SQLite it takes the only writer late; where somebody
    else wrote meanwhile it is done anew, and in the end with the writer from the beginning. On
    PostgreSQL a step that was broken off, as by a deadlock, is tried again as well.
    """
    with own_turn(), switched_on(planned_anew):
        with switched_on(late_lock):
            for _ in range(LATE_TRIES):
                try:
                    found = step()
                    db.session.commit()
                except OperationalError:
                    db.session.rollback()
                else:
                    return found
        found = step()
        db.session.commit()
        return found
