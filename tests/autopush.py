"""The push service of this machine with a real Firefox at its other end.

Firefox keeps a WebSocket open to its push service and speaks autopush's protocol on it: JSON, told
apart by `messageType` (https://mozilla-push-service.readthedocs.io/en/latest/design/#simplepush-protocol).
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import web

from tests.push_service import Post, PushService, Subscription, base64url

DELIVERED = 100
"""What Firefox acknowledges a message with that it could decrypt and hand to a worker."""


@dataclass
class Channel(Subscription):
    """A subscription of the Firefox that is connected."""

    id: str
    service: "Autopush" = field(repr=False)
    acknowledged: list[int] = field(default_factory=list)
    """What Firefox said to each message, DELIVERED or why not."""

    async def take(self, post: Post) -> None:
        """Keep the message until Firefox acknowledges it."""
        version = str(uuid4())
        self.service.waiting[version] = {
            "messageType": "notification",
            "channelID": self.id,
            "version": version,
            "data": base64url(post.body),
            "headers": {"encoding": post.headers["Content-Encoding"]},
        }
        if not self.service.is_holding:
            await self.service.say(self.service.waiting[version])


class Autopush(PushService):
    """Listens on https://localhost:PORT for senders and on ws://127.0.0.1:PORT2/ for one Firefox."""

    firefox: web.WebSocketResponse | None = None
    """The way to it while it is connected."""
    uaid = ""
    """The number that Firefox knows itself by; another one ends all its subscriptions."""

    is_holding = False
    """Whether it keeps messages for now, as for a phone without a network."""

    def preferences(self) -> dict[str, object]:
        """Return the settings with which Firefox uses it."""
        return {
            "dom.push.connection.enabled": True,
            "dom.push.serverURL": f"ws://127.0.0.1:{self._runner.addresses[1][1]}/",
            "dom.push.testing.allowInsecureServerURL": True,
            # Comes back at once where the connection was broken off.
            "dom.push.retryBaseInterval": 50,
        }

    def let_go(self) -> None:
        """Keep messages no longer, and hand over what waited."""
        self.is_holding = False
        asyncio.run_coroutine_threadsafe(self._say_what_waits(), self._loop).result(10)

    def forget(self) -> None:
        """Lose everything about Firefox, as after a disaster: it must subscribe anew."""
        asyncio.run_coroutine_threadsafe(self._forget(), self._loop).result(10)

    async def say(self, message: dict[str, Any]) -> None:
        """Tell Firefox something, if it is there."""
        if self.firefox is not None:
            await self.firefox.send_json(message)

    async def _open(self) -> int:
        self.channels: dict[str, Channel] = {}
        """All that ever were, by their numbers."""
        self.waiting: dict[str, dict[str, Any]] = {}
        """What Firefox did not acknowledge yet."""
        port = await super()._open()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return port

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return await super()._handle(request)
        self.firefox = web.WebSocketResponse(protocols=["push-notification"])
        await self.firefox.prepare(request)
        async for message in self.firefox:
            await self._answer(json.loads(message.data))
        return self.firefox

    async def _answer(self, heard: dict[str, Any]) -> None:
        match heard.get("messageType", "ping"):
            case "hello":
                await self._hello(heard)
            case "register":
                await self._register(heard)
            case "unregister":
                self.channels[heard["channelID"]].unsubscribed = True
                await self.say({**heard, "status": 200})
            case "ack":
                self._note(heard["updates"])
            case "ping":
                await self.say({})
            # Broadcasts are none of ours.

    async def _hello(self, heard: dict[str, Any]) -> None:
        if not self.uaid or heard.get("uaid") != self.uaid:
            self.uaid = uuid4().hex
        await self.say(
            {
                "messageType": "hello",
                "status": 200,
                "uaid": self.uaid,
                "use_webpush": True,
                "broadcasts": {},
            }
        )
        if not self.is_holding:
            await self._say_what_waits()

    async def _say_what_waits(self) -> None:
        for message in list(self.waiting.values()):
            await self.say(message)

    async def _register(self, heard: dict[str, Any]) -> None:
        key = heard["key"].rstrip("=")
        channel = Channel(self.new_endpoint(), key, heard["channelID"], self)
        self.channels[channel.id] = channel
        self.add(channel)
        await self.say(
            {
                "messageType": "register",
                "status": 200,
                "channelID": channel.id,
                "pushEndpoint": channel.endpoint,
            }
        )

    def _note(self, acknowledged: list[dict[str, Any]]) -> None:
        for each in acknowledged:
            # One that was said twice counts once.
            if self.waiting.pop(each["version"], None) is not None:
                self.channels[each["channelID"]].acknowledged.append(each["code"])

    async def _forget(self) -> None:
        for each in self.channels.values():
            each.unsubscribed = True
        self.uaid = ""
        self.waiting.clear()
        if self.firefox is not None:
            await self.firefox.close()
