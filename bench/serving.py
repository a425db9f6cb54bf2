"""One gunicorn web process of the app, for as long as a measurement takes."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(__file__).resolve().parent / "data"


@contextmanager
def served(
    folder: Path,
    *,
    demo: bool = False,
    more: Mapping[str, str] | None = None,
    app: str = "wsgi:app",
    public_port: int | None = None,
) -> Iterator[str]:
    """Serve the data folder under the settings of production; yields the address.

    Args:
        folder: where the database is.
        demo: whether demo people can be signed in as.
        more: settings, as the environment has them.
        app: module and name.
        public_port: where browsers find it, if that is a proxy in front of it.
    """
    port = _free_port()
    environment = os.environ | {
        "PORT": str(public_port or port),
        "FSTPWA_DATA_DIR": str(folder),
        "FSTPWA_SECRET_KEY": "for the bench only",
        "FSTPWA_MASTER_KEY": "A" * 43,
        "FSTPWA_DEMO": "true" if demo else "false",
        **(more or {}),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:fstpwa.gunicorn_settings"]
    command += ["--bind", f"127.0.0.1:{port}"]
    with (folder / "web.log").open("w") as log:
        web = subprocess.Popen([*command, app], cwd=ROOT, env=environment, stdout=log, stderr=log)
    base = f"http://localhost:{port}"
    try:
        _wait_until_up(base, web)
        yield base
    finally:
        web.terminate()
        web.wait(15)


def machine() -> str:
    """Return what the numbers were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown processor",
    )
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {model}, Python {sys.version.split()[0]}, load {load:.1f}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait_until_up(base: str, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if web.poll() is not None:
            raise SystemExit("The web process ended while starting; see web.log in the data folder")
        try:
            urllib.request.urlopen(f"{base}/static/icons/favicon.svg", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The web process does not answer")
