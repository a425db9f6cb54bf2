"""Lends the asynchronous sender to callers that are not: one thread, one event loop, kept open."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

from fstpwa import log
from fstpwa.config import Settings
from fstpwa.domain.push import PushMessage, SendOutcome
from fstpwa.outbound.push.sender import Sender, SenderSettings
from fstpwa.outbound.push.vapid import Signer, load_keys

ENDS_WITHIN_S = 5.0
MOST_UNREAD = 5
"""Outcomes that nobody looked at yet: what a crash before that sends a second time."""

_Told = SimpleQueue[tuple[int, SendOutcome] | None]


def sender_settings_of(settings: Settings) -> SenderSettings:
    """Return what a sender needs. Raises OSError if there are no keys to sign with."""
    keys = load_keys(settings.push_keys_dir)
    signer = Signer(keys=keys, subject=settings.push_subject, clock=time.time)
    return SenderSettings(signer=signer, extra_hosts=settings.push_hosts)


class SendingThread:
    """A PushSender: sends in a thread of its own, whose connections stay open between two calls.

    One for a process, as `with SendingThread(...) as sender`. Never make it before a fork.
    """

    def __init__(self, settings: SenderSettings) -> None:
        """Take what the sender needs; nothing runs yet."""
        self._settings = settings
        self._opened: Future[tuple[asyncio.AbstractEventLoop, Sender]] = Future()
        self._ended = asyncio.Event()
        self._thread = Thread(
            target=lambda: asyncio.run(self._stay_open()), name="push-sender", daemon=True
        )

    def __enter__(self) -> Self:
        """Start the thread. Raises what opening the session raises."""
        self._thread.start()
        self._opened.result()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close every connection and end the thread."""
        loop, _sender = self._opened.result()
        loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(ENDS_WITHIN_S)

    def send(self, messages: Sequence[PushMessage]) -> Iterator[tuple[int, SendOutcome]]:
        """Begin to send all. Yields, as each ends, its place in `messages` and what came of it.

        Who stops looking stops the sending; what is on its way is broken off. Who looks away, as to
        write down what came of some, keeps further ones from being begun.
        """
        loop, sender = self._opened.result()
        told: _Told = SimpleQueue()
        sending = asyncio.run_coroutine_threadsafe(
            sender.send_all(
                messages,
                lambda *found: told.put(found),
                may_begin=lambda: told.qsize() < MOST_UNREAD,
            ),
            loop,
        )
        # Also where the loop ends before the sending has begun.
        sending.add_done_callback(lambda _sending: told.put(None))
        return _outcomes(sending, told)

    async def _stay_open(self) -> None:
        try:
            async with Sender(self._settings) as sender:
                self._opened.set_result((asyncio.get_running_loop(), sender))
                await self._ended.wait()
        except Exception as error:
            if self._opened.done():
                raise
            self._opened.set_exception(error)


def _outcomes(sending: Future[None], told: _Told) -> Iterator[tuple[int, SendOutcome]]:
    refused: Counter[int | None] = Counter()
    try:
        while (found := told.get()) is not None:
            if found[1].verdict == "refused":
                refused[found[1].status] += 1
            yield found
        if not sending.cancelled():
            sending.result()
    finally:
        sending.cancel()
        for status, count in refused.items():
            log.error("push_refused", status=status, count=count)
