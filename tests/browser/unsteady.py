"""A bad network between a browser and the site: a TCP proxy that a test switches.

The browser knows only the proxy's port, and the app believes that it listens there. One request a
connection: so the next request always meets the network as it is by then.
"""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

Mode = Literal["fine", "down", "silent"]

CHUNK = 65_536
END_OF_HEAD = b"\r\n\r\n"
BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 20\r\n"
    b"Connection: close\r\n\r\n<h1>Bad gateway</h1>"
)
HEADERS_CHANGED = re.compile(rb"\r\n(?:connection|keep-alive):[^\r]*", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
VALIDATION = re.compile(rb"\r\n(?:if-none-match|if-modified-since|accept-encoding):[^\r]*", re.I)


@dataclass(frozen=True)
class Request:
    """What a browser sent."""

    method: str
    path: str
    """Without the query."""
    head: bytes
    body: bytes

    @property
    def raw(self) -> bytes:
        """What goes to the site: the same, on a connection that ends after the answer."""
        return (
            HEADERS_CHANGED.sub(b"", self.head) + b"\r\nConnection: close" + END_OF_HEAD + self.body
        )


@dataclass
class _Rule:
    """What happens to the next few requests of a path."""

    what: Literal["lose_answer", "twice"]
    path: str
    times: int


class Unsteady:
    """The network. It is `fine` at first; `close` ends it."""

    def __init__(self) -> None:
        """Take a free port of this machine and keep it, also while connections are refused."""
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port: int = found.getsockname()[1]
        self._door = socket.socket()
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Bound by its number, Linux keeps the port for the socket when it stops listening.
        self._door.bind(("127.0.0.1", self.port))
        self.site_port: int | None = None
        """Where the app really listens; None: behind the network there is none (502)."""
        self.arrived: list[Request] = []
        """What reached the site, in order of arrival; what was delivered twice is there twice."""
        self.bytes_to_browser = 0
        """Of all answers so far, with their heads."""
        self._sent_but_silenced: list[Request] = []
        self._addition = b""
        self._mode: Mode = "down"
        self._delay_s = 0.0
        self._rules: list[_Rule] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._accepting: threading.Thread | None = None
        self.fine()

    # What the network is like

    def fine(self) -> None:
        """Pass everything on; rules are forgotten."""
        with self._lock:
            self._rules.clear()
        self._be("fine")

    def down(self) -> None:
        """Refuse connections and break those that are open."""
        self._be("down")

    def silent(self) -> None:
        """Take connections and requests, and never answer; the site hears nothing of them."""
        self._be("silent")

    def slow(self, ms: int) -> None:
        """Pass everything on, each request `ms` milliseconds late."""
        self._be("fine", delay_s=ms / 1000)

    def lose_answer(self, path: str, *, times: int = 1) -> None:
        """Deliver the next requests of a path (with * for anything), and break off the answers."""
        self._add(_Rule("lose_answer", path, times))

    def twice(self, path: str, *, times: int = 1) -> None:
        """Deliver the next requests of a path two times, one after the other; the second's answer counts."""
        self._add(_Rule("twice", path, times))

    def new_worker(self) -> None:
        """Serve another service worker from now on, as after a deploy."""
        self._addition += b"\n// newer\n"

    # What went through it

    def posts(self, path: str) -> list[Request]:
        """Return the POSTs of a path (with * for anything) that reached the site."""
        return [
            each for each in self.arrived if each.method == "POST" and fnmatchcase(each.path, path)
        ]

    def silenced(self, path: str) -> list[Request]:
        """Return what was sent to a path while the network was silent."""
        return [each for each in self._sent_but_silenced if fnmatchcase(each.path, path)]

    def forget(self) -> None:
        """Be as new: fine, and nothing was ever sent."""
        self.fine()
        self.arrived.clear()
        self._sent_but_silenced.clear()

    def close(self) -> None:
        """End it."""
        self.down()
        self._door.close()

    # How it is done

    def _be(self, mode: Mode, *, delay_s: float = 0.0) -> None:
        with self._lock:
            was, self._mode, self._delay_s = self._mode, mode, delay_s
            # Whoever waits in the silence, or for a slow turn, is told.
            self._changed.set()
            self._changed = threading.Event()
        if mode == "down" and was != "down":
            self._door.shutdown(socket.SHUT_RDWR)
            if self._accepting:
                self._accepting.join(timeout=10)
            self._break_off()
        elif mode != "down" and was == "down":
            self._door.listen(128)
            self._accepting = threading.Thread(target=self._accept, daemon=True)
            self._accepting.start()

    def _break_off(self) -> None:
        with self._lock:
            opened = list(self._open)
        for each in opened:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _add(self, rule: _Rule) -> None:
        with self._lock:
            self._rules.append(rule)

    def _rule_for(self, request: Request) -> _Rule | None:
        with self._lock:
            for rule in self._rules:
                if rule.times and fnmatchcase(request.path, rule.path):
                    rule.times -= 1
                    return rule
        return None

    def _accept(self) -> None:
        # Once the door is shut, accept fails.
        with suppress(OSError):
            while True:
                browser, _ = self._door.accept()
                threading.Thread(target=self._serve, args=[browser], daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with self._kept(browser), suppress(OSError):
            request = _read_request(browser)
            if request and self._may_pass(request):
                self._pass_on(request, browser)

    @contextmanager
    def _kept(self, connection: socket.socket) -> Iterator[None]:
        """Have a connection broken when the network goes down; close it in the end."""
        with self._lock:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _may_pass(self, request: Request) -> bool:
        """Wait as long as the network lets a request wait; whether it is then delivered."""
        with self._lock:
            mode, delay_s, changed = self._mode, self._delay_s, self._changed
        if mode == "silent":
            self._sent_but_silenced.append(request)
            changed.wait()
            return False
        if delay_s:
            changed.wait(delay_s)
            return self._mode == "fine"
        return mode == "fine"

    def _pass_on(self, request: Request, browser: socket.socket) -> None:
        rule = self._rule_for(request)
        if request.path == "/sw.js" and self._addition:
            self._give(browser, self._newer(request))
            return
        if rule and rule.what == "lose_answer":
            for _ in self._answer(request):
                pass
            return
        if rule and rule.what == "twice":
            for _ in self._answer(request):
                pass
        for part in self._answer(request):
            self._give(browser, part)

    def _give(self, browser: socket.socket, part: bytes) -> None:
        browser.sendall(part)
        with self._lock:
            self.bytes_to_browser += len(part)

    def _answer(self, request: Request) -> Iterator[bytes]:
        """Deliver a request; yields the answer's parts as they come."""
        if self.site_port is None:
            yield BAD_GATEWAY
            return
        site = socket.create_connection(("127.0.0.1", self.site_port), timeout=60)
        with self._kept(site):
            self.arrived.append(request)
            site.sendall(request.raw)
            while part := site.recv(CHUNK):
                yield part

    def _newer(self, request: Request) -> bytes:
        """Return the answer to a request for the worker, which has become another one."""
        plain = Request(request.method, request.path, VALIDATION.sub(b"", request.head), b"")
        head, _, body = b"".join(self._answer(plain)).partition(END_OF_HEAD)
        body += self._addition
        return LENGTH.sub(b"\r\nContent-Length: %d" % len(body), head) + END_OF_HEAD + body


def _read_request(browser: socket.socket) -> Request | None:
    """Read one request; None if the browser opened the connection for nothing."""
    received = b""
    while END_OF_HEAD not in received:
        part = browser.recv(CHUNK)
        if not part:
            return None
        received += part
    head, _, body = received.partition(END_OF_HEAD)
    method, target, _ = head.split(b" ", 2)
    length = LENGTH.search(head)
    while length and len(body) < int(length[1]):
        part = browser.recv(CHUNK)
        if not part:
            return None
        body += part
    return Request(method.decode(), target.decode().partition("?")[0], head, body)
