"""The parent keeps web and worker alive, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fstpwa.supervisor import LONGEST_WAIT_S, wait_before_restart, web_and_worker

PARENT = """
import sys
from fstpwa.supervisor import ChildPlan, Supervisor
child = '''import os, signal, sys
if sys.argv[1] == "deaf": signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[1] == "parent" and os.fork() == 0: signal.pause()
sys.stdout.write(" ".join((sys.argv[1], str(os.getpid()), chr(10)))); sys.stdout.flush()
if sys.argv[1] == "dying": sys.exit(3)
signal.pause()
'''
plans = [ChildPlan(name=n, command=(sys.executable, "-c", child, n)) for n in sys.argv[1:]]
sys.exit(Supervisor(plans, grace_s=0.5).run())
"""


class Family:
    """A supervisor at work, and the children that told us about themselves."""

    def __init__(self, *names: str, **options: object) -> None:
        self.parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, *names],
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        self.pids = dict(self.next_start() for _ in names)

    def next_start(self) -> tuple[str, int]:
        """Wait until a child says that it is there."""
        name, pid = self.parent.stdout.readline().split()
        return name, int(pid)

    def wait_for_silence(self) -> None:
        """Wait until nobody holds the children's output open any more: all are gone."""
        assert self.parent.stdout.read() == ""


@pytest.fixture
def start_family():
    families = []

    def start(*names: str, **options: object) -> Family:
        families.append(Family(*names, **options))
        return families[-1]

    yield start
    for family in families:
        family.parent.kill()
        family.parent.wait()
        family.parent.stdout.close()


def is_alive(pid: int) -> bool:
    """Tell whether a process exists and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("killed", ["web", "worker"])
def test_a_killed_child_is_started_again_and_the_other_is_left_alone(start_family, killed):
    family = start_family("web", "worker")

    os.kill(family.pids[killed], signal.SIGKILL)
    name, pid = family.next_start()

    assert name == killed
    assert pid != family.pids[killed]
    assert is_alive(family.pids["worker" if killed == "web" else "web"])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_both_children_and_then_the_parent(start_family, how):
    family = start_family("web", "worker")

    family.parent.send_signal(how)

    family.wait_for_silence()
    assert family.parent.wait(timeout=10) == 0
    assert not any(is_alive(pid) for pid in family.pids.values())


def test_ctrl_c_in_the_terminal_reaches_the_parent_alone(start_family):
    family = start_family("web")

    assert os.getpgid(family.pids["web"]) != os.getpgid(family.parent.pid)


def test_a_hang_up_that_is_ignored_on_purpose_ends_nothing(start_family):
    family = start_family("web", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))

    family.parent.send_signal(signal.SIGHUP)
    os.kill(family.pids["web"], signal.SIGKILL)

    assert family.next_start()[0] == "web"


def test_a_killed_parent_leaves_no_orphans(start_family):
    family = start_family("web", "worker")

    family.parent.kill()

    family.wait_for_silence()


def test_what_a_killed_child_leaves_behind_is_ended_with_it(start_family):
    family = start_family("parent")

    os.kill(family.pids["parent"], signal.SIGKILL)
    family.next_start()
    family.parent.terminate()

    family.wait_for_silence()


def test_a_child_that_does_not_listen_is_killed_in_the_end(start_family):
    family = start_family("deaf", "web")

    family.parent.terminate()

    family.wait_for_silence()
    assert family.parent.wait(timeout=10) == 1


def test_a_child_that_dies_at_once_comes_back_and_does_not_stop_the_parent_from_ending(
    start_family,
):
    family = start_family("dying")

    assert family.next_start()[0] == "dying"
    family.parent.terminate()

    assert family.parent.wait(timeout=10) == 0


def test_each_quick_death_doubles_the_wait_up_to_a_limit():
    assert [wait_before_restart(n) for n in range(6)] == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0]
    assert wait_before_restart(10_000) == LONGEST_WAIT_S


def test_the_web_server_is_handed_the_open_socket():
    web, worker = web_and_worker(7)

    assert (web.name, web.inherits) == ("web", (7,))
    assert "fd://7" in web.command
    assert (worker.name, worker.inherits) == ("worker", ())
