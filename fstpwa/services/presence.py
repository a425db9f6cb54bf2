"""Who is at work on a data folder, so that nothing is put back under them.

A lock on the file `running` in it. The system lets go of it when a process ends, however it ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fstpwa import log
from fstpwa.domain.errors import Conflict

FILE = "running"


@contextmanager
def at_work(folder: Path, *, across_exec: bool = False) -> Iterator[None]:
    """Be at work on `folder`, as any number of processes may be at once.

    Args:
        folder: The data folder.
        across_exec: Whether the process stays at work when it becomes another program.

    Raises:
        Conflict: a backup is being restored there.
    """
    if not folder.is_dir():
        yield
        return
    try:
        descriptor = _opened(folder)
    except OSError as error:
        # A full disk or a read-only one is no reason not to show pages.
        log.warning("presence_not_noted", error=error)
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                "A backup is being restored just now. Start again when that has ended."
            ) from None
        os.set_inheritable(descriptor, across_exec)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one at work on `folder`.

    Raises:
        Conflict: somebody is.
        OSError: the folder cannot be written to.
    """
    descriptor = _opened(folder)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                "Good Days is running on this data folder. End it first: its web server, its "
                "worker and every other 'fstpwa' command."
            ) from None
        yield
    finally:
        os.close(descriptor)


def _opened(folder: Path) -> int:
    path = folder / FILE
    try:
        return os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
