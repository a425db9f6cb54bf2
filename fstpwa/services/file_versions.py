"""Versions for the addresses of drawn and recorded files: what such an address names never changes."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

VERSION_LETTERS = 10


def version_of(path: Path) -> str:
    """Return what changes with the content of a file. Raises OSError where there is none."""
    facts = path.stat()
    return _version(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=1024)
def _version(path: Path, _changed_at_ns: int, _size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:VERSION_LETTERS]
