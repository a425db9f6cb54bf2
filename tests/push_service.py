"""A push service on this machine: takes messages as RFC 8030 says, or misbehaves on demand.

Its browsers are made up: it holds their private keys, so that it can read what they would be shown.
Whatever a real service would refuse it refuses, with the same status.
"""

import asyncio
import json
import os
import re
import ssl
import time
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, Self

import http_ece
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid.jwt import decode

from fstpwa.domain.push import PushTarget
from tests.outbound.certificates import self_signed

TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = {"very-low", "low", "normal", "high"}
LONGEST_BODY = 4096
DAY_S = 24 * 3600

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
"""How it answers a message instead of taking it."""


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Subscription:
    """Where messages to one browser are posted."""

    endpoint: str
    server_key: str
    """The key it subscribed with: only who holds its private half may send."""
    unsubscribed: bool = field(default=False, kw_only=True)

    async def take(self, post: "Post") -> None:
        """Hand a message over that was found right."""
        raise NotImplementedError


@dataclass
class Browser(Subscription):
    """A made-up browser that subscribed."""

    key_id: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    shown: list[bytes] = field(default_factory=list)
    """What it could read, in the order in which it came."""

    @property
    def target(self) -> PushTarget:
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return PushTarget(self.endpoint, base64url(point), base64url(self.auth), self.key_id)

    async def take(self, post: "Post") -> None:
        self.shown.append(
            http_ece.decrypt(
                post.body, private_key=self.private, auth_secret=self.auth, version="aes128gcm"
            )
        )


@dataclass
class Post:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None
    """What it was answered; None if it was answered oddly."""


class PushService:
    """Listens on https://localhost:PORT in a thread, with a certificate nobody vouches for."""

    def __init__(self, folder: Path, *, beside: "PushService | None" = None) -> None:
        """Keep the certificate in `folder`, or share that of a service beside it."""
        self.files = beside.files if beside else self_signed("localhost", folder)
        self.browsers: dict[str, Subscription] = {}
        """By the path of the address."""
        self.posts: list[Post] = []
        self.answer: Answer | None = None
        """How it answers every message; None: as it should."""
        self.written = 0
        """Bytes of huge answers that left it."""
        self.connections: set[Any] = set()
        """Peers that posted: connections that are used again count once."""
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        opened = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
        self._thread.start()
        self.port = opened.result(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; what is under way is broken off."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(10)

    @property
    def host(self) -> str:
        """What an operator adds to the known push services."""
        return f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    def trust(self) -> ssl.SSLContext:
        """Return a context that believes its certificate and no other."""
        return ssl.create_default_context(cafile=str(self.files[0]))

    def subscribe(self, server_key: str, key_id: str) -> Browser:
        """Make up a browser that subscribes with a server's public key."""
        browser = Browser(self.new_endpoint(), server_key, key_id)
        self.add(browser)
        return browser

    def new_endpoint(self) -> str:
        """Return an address that nobody can guess."""
        return f"{self.origin}/wpush/{base64url(os.urandom(24))}"

    def add(self, subscription: Subscription) -> None:
        """Take messages to `subscription` from now on."""
        self.browsers[subscription.endpoint.removeprefix(self.origin)] = subscription

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _open(self) -> int:
        inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        inside.load_cert_chain(*self.files)
        server = web.Server(self._handle, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=inside).start()
        return self._runner.addresses[0][1]

    async def _serve(self) -> None:
        await self._ended.wait()
        await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.connections.add(request.transport.get_extra_info("peername"))
        post = Post(request.path_qs, dict(request.headers), await request.read())
        self.posts.append(post)
        if self.answer is not None:
            return await self.answer(request)
        post.status = self._status_of(request.method, post)
        if post.status == 201:
            await self.browsers[post.path].take(post)
        headers = {"Location": f"{self.origin}/message/1"} if post.status == 201 else {}
        return web.Response(status=post.status, headers=headers)

    def _status_of(self, method: str, post: Post) -> int:
        subscription = self.browsers.get(post.path)
        if method != "POST":
            return 405
        if subscription is None:
            return 404
        if subscription.unsubscribed:
            return 410
        if len(post.body) > LONGEST_BODY:
            return 413
        refused = vapid_status(post.headers.get("Authorization", ""), self.origin, subscription)
        return refused or (201 if is_well_formed(post.headers) else 400)

    # How it may misbehave. Each is an Answer, or makes one.

    @staticmethod
    def status(status: int, **headers: str) -> Answer:
        """Answer with a status; `retry_after="7"` gives the header Retry-After."""
        written = {name.replace("_", "-").title(): value for name, value in headers.items()}

        async def answer(_request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=status, headers=written, text="no")

        return answer

    async def hang(self, _request: web.BaseRequest) -> web.StreamResponse:
        """Take the message and never answer."""
        await asyncio.sleep(60)
        raise AssertionError("nobody waits that long")

    async def reset(self, request: web.BaseRequest) -> web.StreamResponse:
        """Break the connection off."""
        request.transport.abort()
        return web.Response()

    async def drip_head(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one letter at a time, without an end."""
        request.transport.write(b"HTTP/1.1 201 Created\r\nX-Slow: ")
        while not request.transport.is_closing():
            request.transport.write(b"a")
            await asyncio.sleep(0.02)
        return web.Response()

    async def drip_body(self, request: web.BaseRequest) -> web.StreamResponse:
        """Take the message at once, and then go on for ever."""
        response = web.StreamResponse(status=201, headers={"Content-Length": "2000"})
        await response.prepare(request)
        while True:
            await response.write(b"a")
            await asyncio.sleep(0.02)

    async def huge_head(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer with headers without an end."""
        request.transport.write(b"HTTP/1.1 201 Created\r\n")
        while not request.transport.is_closing() and self.written < 1 << 28:
            request.transport.write(b"X-Large: " + b"a" * 4000 + b"\r\n")
            self.written += 4011
            await asyncio.sleep(0)
        return web.Response()

    def huge_body(self, *, says_length: bool) -> Answer:
        """Make an answer that takes the message, and a body of a gigabyte behind that."""

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            length = {"Content-Length": str(1 << 30)} if says_length else {}
            response = web.StreamResponse(status=201, headers=length)
            await response.prepare(request)
            while request.transport is not None and self.written < 1 << 30:
                await response.write(b"a" * 65536)
                self.written += 65536
                await asyncio.sleep(0)  # or it would not hear that nobody listens any more
            return response

        return answer


def vapid_status(authorization: str, origin: str, subscription: Subscription) -> int | None:
    """Return what a service answers to a wrong token (RFC 8292, section 4.2); None if it is right."""
    scheme, _, rest = authorization.partition(" ")
    given = dict(each.strip().partition("=")[::2] for each in rest.split(","))
    if scheme.lower() != "vapid" or {"t", "k"} - set(given):
        return 401
    try:
        claims = decode(given["t"], given["k"])
    except (InvalidSignature, json.JSONDecodeError):
        return 403
    is_timely = time.time() < claims.get("exp", 0) <= time.time() + DAY_S
    is_for_us = claims.get("aud") == origin and given["k"] == subscription.server_key
    return None if is_timely and is_for_us else 403


def is_well_formed(headers: dict[str, str]) -> bool:
    """Return whether the headers are those of RFC 8030 and 8188."""
    return (
        headers.get("TTL", "").isdigit()
        and headers.get("Urgency", "normal") in URGENCIES
        and TOPIC.fullmatch(headers.get("Topic", "none")) is not None
        and headers.get("Content-Encoding") == "aes128gcm"
    )
