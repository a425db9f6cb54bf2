"""What browser tests share: the real app in a real web process, and pages that tell their faults."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.outbound.push.vapid import make_key
from fstpwa.services import demo
from fstpwa.services.schema import upgrade_schema
from tests.browser.inspector import AXE, Inspector
from tests.browser.offline_phone import OfflinePhone
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage
from tests.browser.unsteady import Unsteady
from tests.given_secrets import SECRETS

TODAY = re.compile(r"/today(#.*)?$")
PHONE = {"width": 390, "height": 844}
DEBIAN_CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
TELL_BLOCKED = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error("blocked by the policy:", event.violatedDirective, event.blockedURI, event.sample));"""


class Site:
    """The running app: its address, and the same database seen from here."""

    def __init__(self, origin: str, settings: Settings, surroundings: dict[str, str]) -> None:
        self.origin = origin
        self.surroundings = surroundings
        """The environment of its processes."""
        self.app = create_app(settings)
        with self.app.app_context():
            upgrade_schema(Path(settings.data_dir) / "backups", now=datetime.now(UTC))
            demo.load(now=datetime.now(UTC))
            db.session.commit()

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.engine.dispose()


class Faults:
    """What the pages of a test complained about."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        """Let complaints that contain one of these regular expressions pass."""
        self.expected += patterns

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page that is opened in `context`."""
        context.add_init_script(TELL_BLOCKED)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"uncaught: {error.error}"))
        context.on("response", self._response)

    @property
    def unexpected(self) -> list[str]:
        """The complaints that no test foresaw."""
        return [
            text for text in self.seen if not any(re.search(each, text) for each in self.expected)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"{message.text} ({message.location.get('url', '')})")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.seen.append(f"{response.status} from {response.url}")


def noon_zone() -> str:
    """Return a time zone in which it is about noon, so that no test meets a midnight."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _made(data: Path, port: int, **more: str) -> Site:
    """Return a site with its demo people on a fresh SQLite in `data`, to be served on `port`."""
    make_key(data / "push_keys", now=datetime.now(UTC))
    settings = Settings(data_dir=data, **SECRETS, database_url="", demo=True, PORT=port, **more)
    ours = {"data_dir": str(data), **SECRETS, "demo": "true", **more}
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("FSTPWA_")}
    surroundings |= {f"FSTPWA_{k.upper()}": v for k, v in ours.items()} | {"PORT": str(port)}
    return Site(f"http://localhost:{port}", settings, surroundings)


def _started(site: Site, listening: socket.socket, data: Path) -> subprocess.Popen[bytes]:
    """Start gunicorn as `make run` does, on a socket that listens already."""
    with (data / "web.log").open("a") as log:
        gunicorn = "-m", "gunicorn", "--config", "python:fstpwa.gunicorn_settings"
        return subprocess.Popen(
            [sys.executable, *gunicorn, "--bind", f"fd://{listening.fileno()}", "wsgi:app"],
            pass_fds=[listening.fileno()],
            env=site.surroundings,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def served(data: Path, **more: str) -> Iterator[Site]:
    """Serve the app with its demo people on a fresh SQLite in `data`, by gunicorn as `make run` does.

    Args:
        data: an empty folder.
        more: settings besides the usual ones, by their names in small letters.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        site = _made(data, listening.getsockname()[1], **more)
        web = _started(site, listening, data)
    # Whoever connects from here on waits in the socket's queue until gunicorn is up.
    yield site
    web.send_signal(signal.SIGTERM)
    web.wait(timeout=30)
    site.close()


class UnsteadySite:
    """The app behind a network, and in a process, that tests may take away.

    Its `site` is like any other, with the network's port for its own.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.network = Unsteady()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.site = _made(data, self.network.port)
        self.origin = self.site.origin
        self.app = self.site.app
        self._web: subprocess.Popen[bytes] | None = None
        self.starts()

    @property
    def pid(self) -> int:
        """The gunicorn that all of its web processes belong to."""
        assert self._web
        return self._web.pid

    def starts(self) -> None:
        """Start gunicorn unless it runs; requests wait until it is up."""
        if self._web is None:
            self._web = _started(self.site, self._listening, self.data)
            self.network.site_port = self._listening.getsockname()[1]

    def stops(self) -> None:
        """End gunicorn as a deploy does; until it `starts` again the network answers 502."""
        self.network.site_port = None
        if self._web:
            self._web.send_signal(signal.SIGTERM)
            self._web.wait(timeout=30)
            self._web = None

    def close(self) -> None:
        """End all of it."""
        self.network.close()
        self.stops()
        self._listening.close()
        self.site.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app that most tests share."""
    with served(tmp_path_factory.mktemp("browser-data")) as site:
        yield site


@pytest.fixture(scope="session")
def unsteady_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UnsteadySite]:
    """One more app, whose network is unsteady; tests take it by `unsteady`."""
    site = UnsteadySite(tmp_path_factory.mktemp("unsteady-data"))
    yield site
    site.close()


@pytest.fixture
def unsteady(unsteady_site: UnsteadySite) -> Iterator[UnsteadySite]:
    """The app behind an unsteady network, which is fine until the test says otherwise."""
    unsteady_site.network.forget()
    yield unsteady_site
    unsteady_site.network.forget()
    unsteady_site.starts()


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    """Where pages without a host are."""
    return site.origin


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium where there is one, else Playwright's own."""
    debian = {"executable_path": str(DEBIAN_CHROMIUM)} if DEBIAN_CHROMIUM.exists() else {}
    return {**browser_type_launch_args, "args": list(CHROMIUM_OPTIONS), **debian}


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Fail the test at the end if a page complained: console, policy, uncaught errors, 5xx."""
    faults = Faults()
    yield faults
    assert faults.unexpected == []


def usual_phone() -> dict[str, Any]:
    """Return what a browser profile is like: a British phone around noon, without the service worker."""
    return {
        "viewport": PHONE,
        "locale": "en-GB",
        "timezone_id": noon_zone(),
        "service_workers": "block",
    }


@pytest.fixture
def open_context(
    new_context: Callable[..., BrowserContext], faults: Faults
) -> Callable[..., BrowserContext]:
    """Return a function that opens a fresh browser profile whose faults count.

    It is `usual_phone` but for the options.
    """

    def open_one(**options: Any) -> BrowserContext:
        context = new_context(**{**usual_phone(), **options})
        context.set_default_timeout(15_000)
        faults.watch(context)
        return context

    return open_one


@pytest.fixture
def context(open_context: Callable[..., BrowserContext]) -> BrowserContext:
    """A fresh phone: nobody is signed in."""
    return open_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the fresh phone."""
    return context.new_page()


@pytest.fixture
def inspector(open_context: Callable[..., BrowserContext]) -> Inspector:
    """A page of a fresh phone that can be looked at in every way."""
    context = open_context(reduced_motion="reduce")
    context.add_init_script(path=AXE)
    return Inspector(context.new_page())


@pytest.fixture
def offline_phone(
    unsteady: UnsteadySite, browser: Browser, faults: Faults
) -> Iterator[OfflinePhone]:
    """The phone of a new person behind the unsteady network; nothing was visited on it yet."""
    # Not by the plugin's new_context, which takes no other base address from its caller.
    context = browser.new_context(
        **{**usual_phone(), "service_workers": "allow", "base_url": unsteady.origin}
    )
    context.set_default_timeout(15_000)
    faults.watch(context)
    yield OfflinePhone(unsteady, Somebody(unsteady.app, noon_zone()), context, faults)
    context.close()


@pytest.fixture
def somebody(site: Site, context: BrowserContext) -> Somebody:
    """A new person whose phone `page` is; they follow no programme yet."""
    person = Somebody(site.app, noon_zone())
    person.signs_in(context, site.origin)
    return person


@pytest.fixture
def session_id(somebody: Somebody) -> UUID:
    """Today's session of a programme with sides, rolling and holds."""
    return somebody.follows("plantar-heel", side="left")


@pytest.fixture
def player(page: Page, session_id: UUID) -> PlayerPage:
    """The session page, its clock standing still."""
    player = PlayerPage(page, session_id)
    player.open()
    return player
