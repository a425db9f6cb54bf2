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
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.outbound.push.vapid import make_key
from fstpwa.services import demo
from fstpwa.services.schema import upgrade_schema
from tests.browser.inspector import AXE, Inspector
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage
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


@contextmanager
def served(data: Path, **more: str) -> Iterator[Site]:
    """Serve the app with its demo people on a fresh SQLite in `data`, by gunicorn as `make run` does.

    Args:
        data: an empty folder.
        more: settings besides the usual ones, by their names in small letters.
    """
    make_key(data / "push_keys", now=datetime.now(UTC))
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        port = listening.getsockname()[1]
        settings = Settings(data_dir=data, **SECRETS, database_url="", demo=True, PORT=port, **more)
        ours = {"data_dir": str(data), **SECRETS, "demo": "true", **more}
        surroundings = {k: v for k, v in os.environ.items() if not k.startswith("FSTPWA_")}
        surroundings |= {f"FSTPWA_{k.upper()}": v for k, v in ours.items()} | {"PORT": str(port)}
        site = Site(f"http://localhost:{port}", settings, surroundings)
        with (data / "web.log").open("w") as log:
            gunicorn = "-m", "gunicorn", "--config", "python:fstpwa.gunicorn_settings"
            web = subprocess.Popen(
                [sys.executable, *gunicorn, "--bind", f"fd://{listening.fileno()}", "wsgi:app"],
                pass_fds=[listening.fileno()],
                env=surroundings,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
    # Whoever connects from here on waits in the socket's queue until gunicorn is up.
    yield site
    web.send_signal(signal.SIGTERM)
    web.wait(timeout=30)
    site.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app that most tests share."""
    with served(tmp_path_factory.mktemp("browser-data")) as site:
        yield site


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


@pytest.fixture
def open_context(
    new_context: Callable[..., BrowserContext], faults: Faults
) -> Callable[..., BrowserContext]:
    """Return a function that opens a fresh browser profile whose faults count.

    It is a British phone around noon; only test_app.py needs the service worker.
    """
    usual = {
        "viewport": PHONE,
        "locale": "en-GB",
        "timezone_id": noon_zone(),
        "service_workers": "block",
    }

    def open_one(**options: Any) -> BrowserContext:
        context = new_context(**{**usual, **options})
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
