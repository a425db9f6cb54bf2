"""SQLite has one writer, and whoever waits for it does so in the dark: dispatchers take turns.

Two of them that read and then write make each other begin anew, and pages wait for both. So each
asks for a lock of its own first, which the system gives to the next one, also when a process dies.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fstpwa.extensions import db

ENDING = "-turn"
"""Of the lock's file, beside the database; it stays empty."""


@contextmanager
def own_turn() -> Iterator[None]:
    """Keep every other dispatcher of this database waiting while the block runs; only on SQLite."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    with Path(url.database + ENDING).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
