"""The web server of production, all of whose processes are killed at once and begun anew."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.serving import ROOT

COMMAND = (
    *(sys.executable, "-m", "gunicorn", "--config", "python:fstpwa.gunicorn_settings"),
    "wsgi:app",
)


@dataclass(slots=True, kw_only=True)
class WebServer:
    """gunicorn with its processes."""

    port: int
    environment: Mapping[str, str]
    log: Path
    begun: int = 0
    _master: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def begin(self) -> None:
        """Begin it, without waiting until it is up."""
        with self.log.open("ab") as log:
            self._master = subprocess.Popen(
                COMMAND,
                cwd=ROOT,
                env=os.environ | dict(self.environment) | {"PORT": str(self.port)},
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self.begun += 1

    def kill(self) -> None:
        """Kill every process of it, where it is: SIGKILL to the whole group."""
        assert self._master is not None
        with suppress(ProcessLookupError):
            os.killpg(self._master.pid, signal.SIGKILL)
        self._master.wait()

    def end(self) -> None:
        """Ask it to end, and wait."""
        assert self._master is not None
        self._master.terminate()
        self._master.wait(30)
