"""The data folder and the secrets in it, readable by their owner only."""

import os
import secrets
from pathlib import Path

SECRET_BYTES = 48
MASTER_KEY_BYTES = 32
"""An AES-256 key, written as base64 for addresses."""


def make_data_folder(folder: Path) -> None:
    """Make the data folder (mode 0700) unless it is there; an existing one keeps its mode."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_secret(file: Path, size: int = SECRET_BYTES) -> bool:
    """Write a new secret of `size` random bytes to `file` (mode 0600), as base64.

    Returns:
        False if there was one: it is kept.
    """
    return keep_secret(file, secrets.token_urlsafe(size) + "\n")


def keep_secret(file: Path, text: str) -> bool:
    """Write `text` to `file` (mode 0600), whole or not at all.

    Returns:
        False if there was such a file: it is kept.
    """
    # Written whole under another name and linked, so that a crash leaves no empty secret and
    # of two that start at once one wins.
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    try:
        os.link(unfinished, file)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True
