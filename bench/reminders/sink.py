"""A push service that says yes to everything, as fast as Python can, in a process of its own.

It speaks TLS and HTTP/1.1 with connections that stay open, and counts each message by where it
went (the last part of the path) and by its topic. It reads no message and checks no signature:
that is what tests/push_service.py is for.

`python -m bench.reminders.sink CERTIFICATE KEY` prints its port, and at the end of its input the
counts.
"""

import asyncio
import json
import re
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.reminders.processes import module
from tests.outbound.certificates import self_signed

HEAD_ENDS = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TOPIC = re.compile(rb"\r\ntopic: *([\w-]+)", re.IGNORECASE)
TAKEN = (
    b"HTTP/1.1 201 Created\r\nLocation: https://localhost/message/1\r\nContent-Length: 0\r\n\r\n"
)

Counts = dict[str, int]
"""How often each message came, by "place topic"; place is the last part of the path."""


class Connection(asyncio.Protocol):
    """Takes one request after another."""

    def __init__(self, counts: Counter[bytes]) -> None:
        """Count into `counts`."""
        self._counts = counts
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        held = self._held + data if self._held else data
        while (head_ends := held.find(HEAD_ENDS)) >= 0:
            length = LENGTH.search(held, 0, head_ends)
            end = head_ends + len(HEAD_ENDS) + int(length[1] if length else 0)
            if len(held) < end:
                break
            path = held[: held.index(b" ", 5)]
            topic = TOPIC.search(held, 0, head_ends)
            self._counts[path[path.rindex(b"/") + 1 :] + b" " + (topic[1] if topic else b"-")] += 1
            self._transport.write(TAKEN)
            held = held[end:]
        self._held = held


async def serve(certificate: str, key: str) -> None:
    """Serve until the input ends."""
    inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    inside.load_cert_chain(certificate, key)
    counts: Counter[bytes] = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(counts), "127.0.0.1", 0, ssl=inside, backlog=1024
    )
    port: int = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    json.dump({name.decode(): count for name, count in counts.items()}, sys.stdout)


@dataclass(slots=True)
class Sink:
    """The process, from outside."""

    port: int
    certificate: Path
    """Nobody vouches for it: whoever sends is to believe this file."""
    process: subprocess.Popen[str] = field(repr=False)

    @property
    def host(self) -> str:
        """What an operator adds to the known push services."""
        return f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    def ended(self) -> Counts:
        """End it. Returns what it took."""
        counts, _ = self.process.communicate(timeout=60)
        found: Counts = json.loads(counts)
        return found


@contextmanager
def sinking(folder: Path, *, cores: set[int] | None = None) -> Iterator[Sink]:
    """Run a sink, on some cores only; its certificate comes into `folder`."""
    files = self_signed("localhost", folder)
    process = module("sink", *files, cores=cores)
    assert process.stdout
    try:
        yield Sink(int(process.stdout.readline()), files[0], process)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
