"""Posts messages to push services: one session, about a hundred at once, nothing trusted.

An endpoint is hostile until proven otherwise, and a push service may be broken. So the endpoint is
checked again, only public addresses are reached, no redirect is followed, no proxy is asked, time
is limited, and of an answer no more than 2 KiB is read.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from types import TracebackType
from typing import Self

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from fstpwa import log
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.push import (
    PushMessage,
    SendOutcome,
    asked_wait_s,
    speaks_of_trouble,
    verdict_of,
)
from fstpwa.domain.push_endpoint import Endpoint, endpoint_of
from fstpwa.outbound.push.breaker import Breaker
from fstpwa.outbound.push.encryption import encrypted
from fstpwa.outbound.push.resolver import PublicResolver
from fstpwa.outbound.push.vapid import Signer

AT_ONCE = 100
BEGUN_TOGETHER = 4
"""After so many new messages the answers that have come are looked at first.

So a quick service has few under way, which is all that a crash sends twice, a slow one has a
hundred, and one in trouble is noticed before a hundred knocked at its door.
"""
DEADLINE_S = 10.0
"""For one message: looking the name up, connecting, posting, and the head of the answer."""

MOST_READ = 2048
"""Bytes of an answer's body. They say nothing we need; a connection is only used again after them."""
READ_TIME_S = 1.0

DNS_KEPT_S = 60
IDLE_S = 30.0
"""How long a connection without work stays open."""

NOT_SENT_AT_ALL = ("User-Agent", "Accept", "Accept-Encoding")
"""Headers that nobody needs from us."""

LOOK_AGAIN_S = 0.002
"""Between two looks whether a further message may begin."""

Tell = Callable[[int, SendOutcome], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSettings:
    """What a sender needs to know."""

    signer: Signer
    extra_hosts: frozenset[str] = frozenset()
    """Push services that the operator added, as `host` or `host:port`."""
    at_once: int = AT_ONCE
    deadline_s: float = DEADLINE_S
    lookup: AbstractResolver | None = None
    """What looks names up; the system's way if left out."""
    trust: ssl.SSLContext | None = None
    """Whose certificates are believed; the system's if left out."""
    steady_clock: Callable[[], float] = time.monotonic
    """Seconds; by it a service in trouble is left alone."""


@dataclass(slots=True)
class Sender:
    """Sends messages inside one running event loop. Use it as `async with`."""

    settings: SenderSettings
    breaker: Breaker = field(init=False)
    _session: ClientSession = field(init=False)

    def __post_init__(self) -> None:
        """Begin without a word against any service."""
        self.breaker = Breaker(self.settings.steady_clock)

    async def __aenter__(self) -> Self:
        """Open the session; connections are made as they are needed."""
        settings = self.settings
        connector = TCPConnector(
            resolver=PublicResolver(settings.extra_hosts, settings.lookup),
            ssl=settings.trust or ssl.create_default_context(),
            limit=settings.at_once,
            ttl_dns_cache=DNS_KEPT_S,
            keepalive_timeout=IDLE_S,
        )
        self._session = ClientSession(
            connector=connector,
            # Never rounded up to whole seconds.
            timeout=ClientTimeout(total=settings.deadline_s, ceil_threshold=3600),
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            read_bufsize=MOST_READ,
            skip_auto_headers=NOT_SENT_AT_ALL,
        )
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._session.close()

    async def send_all(
        self,
        messages: Sequence[PushMessage],
        tell: Tell,
        *,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> None:
        """Send all, some at once, and `tell` the place of each and what came of it. Never raises.

        While `may_begin` says no, as where nobody wrote down what was told, no further one is begun.
        """
        free = asyncio.Semaphore(self.settings.at_once)
        async with asyncio.TaskGroup() as sending:
            for place, message in enumerate(messages):
                await free.acquire()
                while not may_begin():
                    await asyncio.sleep(LOOK_AGAIN_S)
                sending.create_task(self._send_and_tell(place, message, tell, free))
                if place % BEGUN_TOGETHER == BEGUN_TOGETHER - 1:
                    await asyncio.sleep(0)

    async def _send_and_tell(
        self, place: int, message: PushMessage, tell: Tell, free: asyncio.Semaphore
    ) -> None:
        tell(place, await self.send_one(message))
        free.release()

    async def send_one(self, message: PushMessage) -> SendOutcome:
        """Send one message. Never raises but when it is cancelled."""
        try:
            endpoint = endpoint_of(message.target.endpoint, self.settings.extra_hosts)
            authorization = self.settings.signer.header(message.target.key_id, endpoint.audience)
        except (InvalidValue, KeyError) as error:
            log.error("push_not_possible", error=error)
            return SendOutcome("refused", None, None)
        wait_s = self.breaker.wait_s(endpoint.service)
        if wait_s > 0:
            return SendOutcome("retry", None, ceil(wait_s))
        try:
            return await self._post(endpoint, authorization, message)
        except (ClientError, OSError):  # and with it TimeoutError
            self.breaker.note_trouble(endpoint.service)
            return SendOutcome("retry", None, None)
        except InvalidValue as error:
            self.breaker.note_nothing(endpoint.service)
            log.error("push_not_possible", error=error)
            return SendOutcome("refused", None, None)
        except BaseException as error:
            self.breaker.note_nothing(endpoint.service)
            if not isinstance(error, Exception):
                raise
            log.error("push_failed", error=error)
            return SendOutcome("retry", None, None)

    async def _post(
        self, endpoint: Endpoint, authorization: str, message: PushMessage
    ) -> SendOutcome:
        headers = {
            "Authorization": authorization,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl_s),
            "Urgency": message.urgency,
        }
        if message.topic:
            headers["Topic"] = message.topic
        response = await self._session.post(
            URL(endpoint.url, encoded=True),
            data=encrypted(message.target, message.payload),
            headers=headers,
            allow_redirects=False,
        )
        try:
            return self._outcome(endpoint.service, response)
        finally:
            await _let_go(response)

    def _outcome(self, service: str, response: ClientResponse) -> SendOutcome:
        status = response.status
        asked_s = asked_wait_s(response.headers.get("Retry-After"), now=datetime.now(UTC))
        if speaks_of_trouble(status):
            self.breaker.note_trouble(service, retry_after_s=asked_s)
        else:
            self.breaker.note_answer(service)
        return SendOutcome(verdict_of(status), status, asked_s)


async def _let_go(response: ClientResponse) -> None:
    """Read a short body, so that the connection can be used again; close it on a long or slow one."""
    if not response.content.at_eof() and (response.content_length or 0) <= MOST_READ:
        left = MOST_READ
        # What goes wrong from here on changes nothing: the verdict is known.
        with suppress(ClientError, OSError):
            async with asyncio.timeout(READ_TIME_S):
                while left > 0 and not response.content.at_eof():
                    left -= len(await response.content.read(left))
    if response.content.at_eof():
        response.release()
    else:
        response.close()
