"""A Chromium whose profile stays, whose processes can be killed, and which can be started again."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Playwright

from tests.browser.conftest import Faults, usual_phone


class OwnBrowser:
    """A browser in a folder of its own. What was written there is still there after a kill."""

    def __init__(
        self,
        playwright: Playwright,
        arguments: dict[str, Any],
        profile: Path,
        origin: str,
        faults: Faults,
    ) -> None:
        """Only says where it will be.

        Args:
            playwright: who starts it.
            arguments: the fixture `browser_type_launch_args`.
            profile: an empty folder.
            origin: where the site is.
            faults: who hears what its pages complain about.
        """
        self.playwright = playwright
        self.arguments = arguments
        self.profile = profile
        self.origin = origin
        self.faults = faults
        self.context: BrowserContext | None = None

    def starts(self) -> BrowserContext:
        """Start it, with whatever its profile holds. Cookies of a session are not among that."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            **{**usual_phone(), "service_workers": "allow", "base_url": self.origin},
            **self.arguments,
        )
        self.context.set_default_timeout(15_000)
        self.faults.watch(self.context)
        return self.context

    def is_killed_at_once(self, processes: list[int]) -> None:
        """End these processes as a phone does that needs their memory: without a word.

        May be called from another thread; `is_gone` comes afterwards, from the test's own.
        """
        for pid in processes:
            # One that has ended meanwhile is ended.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def is_gone(self) -> None:
        """Note that it was killed."""
        self._closes()

    def processes(self) -> list[int]:
        """Return the ids of its processes, those that it has started among them."""
        parents: dict[int, int] = {}
        mine: set[int] = set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_text().split("\0")
                # The name in brackets may hold anything; what comes after it may not.
                parents[int(folder.name)] = int(
                    (folder / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except (OSError, UnicodeDecodeError):
                continue
            if f"--user-data-dir={self.profile}" in command:
                mine.add(int(folder.name))
        while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
            mine |= more
        return sorted(mine)

    def close(self) -> None:
        """End it in order."""
        if self.context:
            self._closes()

    def _closes(self) -> None:
        assert self.context
        # Playwright may not have heard yet that it is gone.
        with suppress(Error):
            self.context.close()
        self.context = None
