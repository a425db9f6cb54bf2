"""Files that are there whole and on the disk, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fstpwa.domain.errors import Conflict


@contextmanager
def named_when_whole(target: Path) -> Iterator[Path]:
    """Yield an empty file for its owner alone, beside `target`; what is written there gets the name.

    Not even a power failure leaves a part of a file under the name.

    Raises:
        Conflict: something bears the name already.
        OSError: it cannot be written; nothing is left of it.
    """
    if target.exists():
        raise Conflict(f"There is a file {target} already. Choose another name.")
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.new")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield unfinished
        _sync(unfinished)
        _name(unfinished, target)
        sync_folder(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(unfinished: Path, target: Path) -> None:
    # A link takes nobody's place, as a rename would.
    try:
        os.link(unfinished, target)
    except FileExistsError:
        raise Conflict(f"There is a file {target} already. Choose another name.") from None
    except OSError:
        unfinished.rename(target)  # a disk without links, as a memory stick is
