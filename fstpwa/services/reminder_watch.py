"""Looks once a second whether a reminder is due, and then sends; whatever breaks, it goes on.

Without keys to sign with, or without a sender for another reason, reminders are written down all
the same, their messages wait, and now and then it looks whether sending is possible again.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from fstpwa import log
from fstpwa.domain.push import PushMessage, PushSender
from fstpwa.extensions import db, read_only
from fstpwa.models.people import User
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import push_tests
from fstpwa.services.reminder_dispatch import AnyReady, Inline
from fstpwa.services.reminder_queue import is_anything_due

ONE_LOOK_S = 10.0
"""After so long whatever else the worker does gets its turn, however much is due."""
OPEN_AGAIN_AFTER_S = 60.0
"""After the sender could not be opened."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
"""After a look that failed, and twice as long after each further one."""


class Writer(Protocol):
    """Writes messages, as services.notices.Composer does."""

    def __call__(self, ready: AnyReady) -> PushMessage:
        """Return the message of a reminder, or of news."""

    def test_message(
        self, subscription: PushSubscription, user: User, *, now: datetime
    ) -> PushMessage:
        """Return a test message."""


@dataclass(slots=True, kw_only=True)
class Watch:
    """Keeps the sender of one process, and does what is due. Close it at the end."""

    open_sender: Callable[[], AbstractContextManager[PushSender]]
    """Raises FileNotFoundError where there are no keys to sign with."""
    writer: Writer
    time: Callable[[], datetime]
    """The time to work with, as domain.clock_guard.ClockGuard gives it."""
    is_ended: Callable[[], bool] = lambda: False
    steady_s: Callable[[], float] = monotonic
    _sender: PushSender | None = field(init=False, default=None)
    _opened: ExitStack = field(init=False, default_factory=ExitStack)
    _open_at_s: float | None = field(init=False, default=None)
    """When to try again to open the sender; None where that has not failed."""
    _look_at_s: float = field(init=False, default=0.0)
    _failures: int = field(init=False, default=0)
    """Looks in a row that failed."""

    def look(self) -> None:
        """Do what is due, for ten seconds at most; inside an app context. Never raises.

        Where nothing is due it asks one question, and writes nothing.
        """
        if self.steady_s() < self._look_at_s:
            return
        try:
            self._open_sender()
            if self._is_anything_due():
                self._send()
        except Exception as problem:
            self._cope_with(problem)
        else:
            self._failures = 0

    def close(self) -> None:
        """Let go of the sender. Never raises."""
        self._sender, opened, self._opened = None, self._opened, ExitStack()
        try:
            opened.close()
        except Exception as problem:
            log.warning("push_sender_not_closed", error=problem)

    def _is_anything_due(self) -> bool:
        # A reader waits for nobody who writes, and nobody waits for it.
        token = read_only.set(True)
        try:
            return is_anything_due(now=self.time())
        finally:
            db.session.rollback()
            read_only.reset(token)

    def _send(self) -> None:
        if self._sender is not None:
            push_tests.send_waiting(self._sender, self._test_message, now=self.time())
        dispatch = Inline(
            sender=self._sender,
            compose=self.writer,
            clock=self.time,
            is_ended=self.is_ended,
            steady_s=self.steady_s,
        )
        dispatch.run(for_s=ONE_LOOK_S)

    def _test_message(self, subscription: PushSubscription, user: User) -> PushMessage:
        return self.writer.test_message(subscription, user, now=self.time())

    def _open_sender(self) -> None:
        if self._sender is not None:
            return
        if self._open_at_s is not None and self.steady_s() < self._open_at_s:
            return
        is_first = self._open_at_s is None
        try:
            self._sender = self._opened.enter_context(self.open_sender())
        except Exception as problem:
            self._open_at_s = self.steady_s() + OPEN_AGAIN_AFTER_S
            if is_first:
                missing = isinstance(problem, FileNotFoundError)
                log.error("push_keys_missing" if missing else "push_sender_failed", error=problem)
        else:
            if not is_first:
                log.info("push_sender_is_back")
            self._open_at_s = None

    def _cope_with(self, problem: Exception) -> None:
        """Log it, undo what was begun, and wait a little: it would go wrong again at once."""
        log.error("reminders_failed", error=problem)
        if not isinstance(problem, SQLAlchemyError):
            self.close()  # it may be the sender that died; another one is opened
        try:
            db.session.rollback()
        except SQLAlchemyError as error:
            log.error("reminders_not_undone", error=error)
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(self._failures, 10))
        self._failures += 1
        self._look_at_s = self.steady_s() + wait_s
