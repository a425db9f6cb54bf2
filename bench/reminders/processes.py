"""Processes of a bench: modules of this folder, each on cores of its own if that is wanted."""

import os
import subprocess
import sys
from collections.abc import Mapping

from bench.serving import ROOT


def module(
    name: str,
    *arguments: object,
    cores: set[int] | None = None,
    more: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start `bench.reminders.<name>` with pipes for what it reads and writes.

    Args:
        name: of a module in this folder.
        arguments: its command line.
        cores: it runs on these only; on all if left out.
        more: of its environment.
    """
    return started(
        [sys.executable, "-m", f"bench.reminders.{name}", *map(str, arguments)],
        cores=cores,
        more=more,
    )


def started(
    command: list[str], *, cores: set[int] | None = None, more: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start a command, as `module` does."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | dict(more or {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if cores:
        # Before it has a second thread: those that it starts stay where it is.
        os.sched_setaffinity(process.pid, cores)
    return process
