"""Begins workers and dispatchers in a hundredth of a second: each is a fork of a loaded app.

`python -m bench.reminders.nursery` reads lines, "worker" or "dispatcher", and answers each with the
id of the new process. A worker is the product's own. All end with it.
"""

import ctypes
import os
import signal
import sys
from threading import Event

from flask import Flask

from bench.reminders.dispatcher import dispatch
from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.worker import run_until_signal

PR_SET_PDEATHSIG = 1
"""From Linux's prctl.h: the signal a process gets when its parent dies."""


def live(app: Flask, kind: str) -> None:
    """Be a process of some kind until it is killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # It must not read what the nursery is told.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    if kind == "worker":
        run_until_signal(app)
    else:
        dispatch(app, Event())


def main() -> None:
    """Load the app, and fork whenever a line asks for it."""
    app = create_app(Settings())
    libc = ctypes.CDLL(None)
    # Nobody waits for the dead: there are hundreds.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            try:
                live(app, line.strip())
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
