"""One parent for the web server and the worker: starts them, restarts what dies, ends both.

`fstpwa serve` becomes this process. The listening socket belongs to the parent, so while the
web server is being restarted requests wait in its queue and are not refused.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import click

from fstpwa import log

QUICK_DEATH_S = 5.0
"""Whoever lives shorter than this, in seconds, is restarted later and later."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
GRACE_S = 20.0
"""How long both may take to end before they are killed, in seconds."""

ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WATCHED = ENDING | {signal.SIGCHLD}

PR_SET_PDEATHSIG = 1
"""From Linux's prctl.h: the signal a process gets when its parent dies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildPlan:
    """A process to keep alive."""

    name: str
    command: Sequence[str]
    inherits: tuple[int, ...] = ()
    """File descriptors it is handed."""


@dataclass(slots=True)
class Child:
    """A process that is kept alive, and how it has been doing."""

    plan: ChildPlan
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    """On the parent's monotonic clock, in seconds."""
    quick_deaths: int = 0
    due_at: float = 0.0
    """When it may be started again, on the same clock."""


@dataclass(slots=True)
class Supervisor:
    """Keeps the children of `plans` alive until it is told to end."""

    plans: Sequence[ChildPlan]
    clock: Callable[[], float] = time.monotonic
    grace_s: float = GRACE_S
    children: list[Child] = field(init=False)

    def __post_init__(self) -> None:
        """Note the children; none is started yet."""
        self.children = [Child(plan) for plan in self.plans]

    def run(self) -> int:
        """Run until SIGTERM, SIGINT or SIGHUP. Returns the exit code: 0 if all ended in time."""
        # Blocked and waited for, so that none is lost between a look and a sleep.
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        while True:
            self._start_those_due()
            caught = _wait_for_signal(self._seconds_until_due())
            if _means_end(caught):
                return self._end_all()
            self._note_the_dead()

    def _start_those_due(self) -> None:
        now = self.clock()
        for child in self.children:
            if child.process is None and child.due_at <= now:
                child.process = _start(child.plan)
                child.started_at = now
                log.info("child_started", child=child.plan.name, pid=child.process.pid)

    def _seconds_until_due(self) -> float | None:
        due = [child.due_at for child in self.children if child.process is None]
        return max(0.0, min(due) - self.clock()) if due else None

    def _note_the_dead(self) -> None:
        for child in self.children:
            exit_code = child.process.poll() if child.process else None
            if child.process is None or exit_code is None:
                continue
            _end_group(child.process.pid, signal.SIGTERM)
            lived_s = self.clock() - child.started_at
            child.quick_deaths = child.quick_deaths + 1 if lived_s < QUICK_DEATH_S else 0
            wait_s = wait_before_restart(child.quick_deaths)
            child.due_at = self.clock() + wait_s
            child.process = None
            log.warning("child_died", child=child.plan.name, exit_code=exit_code, seconds=wait_s)

    def _end_all(self) -> int:
        """Ask all to end, wait, kill who does not. A second signal shortens the wait."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            _end_group(process.pid, signal.SIGTERM, only_leader=True)
        deadline = self.clock() + self.grace_s
        while any(process.poll() is None for process in running):
            left_s = deadline - self.clock()
            if left_s <= 0 or _means_end(_wait_for_signal(left_s)):
                break
        late = [process for process in running if process.poll() is None]
        for process in running:
            _end_group(process.pid, signal.SIGKILL)
        for process in late:
            process.wait()
        log.info("ended", count=len(late))
        return 1 if late else 0


def wait_before_restart(quick_deaths: int) -> float:
    """Return the seconds to wait: none after a decent life, then 0.5, 1, 2 ... at most 30."""
    if quick_deaths == 0:
        return 0.0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(quick_deaths - 1, 10))


def _wait_for_signal(seconds: float | None) -> int | None:
    if seconds is None:
        return signal.sigwaitinfo(WATCHED).si_signo
    caught = signal.sigtimedwait(WATCHED, seconds)
    return caught.si_signo if caught else None


def _means_end(caught: int | None) -> bool:
    # A blocked signal arrives even where it is ignored; under nohup a hang-up must not end us.
    hung_up_on_purpose = caught == signal.SIGHUP and signal.getsignal(caught) == signal.SIG_IGN
    return caught in ENDING and not hung_up_on_purpose


def _start(plan: ChildPlan) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    return subprocess.Popen(  # noqa: S603 - the command is ours
        list(plan.command),
        pass_fds=plan.inherits,
        stdin=subprocess.DEVNULL,
        # A group of its own: Ctrl-C in the terminal reaches the parent alone, and what a
        # child leaves behind when it is killed can be ended with it.
        process_group=0,
        # Safe here: this process has no other thread.
        preexec_fn=lambda: _prepare_child(parent),  # noqa: PLW1509 - see above
    )


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _prepare_child(parent: int) -> None:
    """Undo the parent's signal mask, and die with the parent however that dies."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)


def _end_group(leader: int, how: signal.Signals, *, only_leader: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if only_leader:
            os.kill(leader, how)
        else:
            os.killpg(leader, how)


def web_and_worker(listening: int) -> tuple[ChildPlan, ChildPlan]:
    """Return the two processes of the product; `listening` is the socket's descriptor."""
    gunicorn = (
        *(sys.executable, "-m", "gunicorn", "--config", "python:fstpwa.gunicorn_settings"),
        *("--bind", f"fd://{listening}", "fstpwa:create_app()"),
    )
    return (
        ChildPlan(name="web", command=gunicorn, inherits=(listening,)),
        ChildPlan(name="worker", command=(sys.executable, "-m", "fstpwa.cli", "worker")),
    )


@click.command()
@click.option("--listening", type=int, required=True, help="Descriptor of the listening socket.")
def main(listening: int) -> None:
    """Keep web and worker alive on a socket that is open already (`fstpwa serve` calls this)."""
    log.configure()
    sys.exit(Supervisor(web_and_worker(listening)).run())


if __name__ == "__main__":
    main()
