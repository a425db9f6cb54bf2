"""Notes every attempt of this process to reach another machine, or to look one up."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

Attempt = tuple[str, str]
"""What was tried (connect, getaddrinfo), and where to."""

_watching: list[list[Attempt]] = []
_is_hooked = False


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching or not event.startswith("socket."):
        return
    what = event.removeprefix("socket.")
    if what in ("connect", "sendto"):
        where = arguments[1]
    elif what in ("getaddrinfo", "gethostbyname"):
        where = arguments[0]
    else:
        return
    for each in _watching:
        each.append((what, str(where)))


@contextmanager
def network_watched() -> Iterator[list[Attempt]]:
    """Yield a list that collects the attempts while the block runs."""
    global _is_hooked
    if not _is_hooked:
        sys.addaudithook(_note)  # stays as long as the process
        _is_hooked = True
    attempts: list[Attempt] = []
    _watching.append(attempts)
    try:
        yield attempts
    finally:
        _watching.remove(attempts)
