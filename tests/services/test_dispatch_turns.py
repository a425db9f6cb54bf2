"""On SQLite dispatchers take turns; on PostgreSQL none waits for another."""

import os
import signal
import subprocess
import sys
from threading import Thread

import pytest

from fstpwa.extensions import db
from fstpwa.services.dispatch_turns import ENDING, own_turn

WHOLE_WAIT_S = 10


@pytest.fixture
def is_sqlite(app):
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def test_a_second_one_waits_until_the_first_has_done_its_step(app, is_sqlite):
    order = []

    def second():
        with app.app_context(), own_turn():
            order.append("second")

    waiting = Thread(target=second)
    with app.app_context(), own_turn():
        waiting.start()
        waiting.join(0.2 if is_sqlite else WHOLE_WAIT_S)
        order.append("first")
    waiting.join(WHOLE_WAIT_S)
    assert order == (["first", "second"] if is_sqlite else ["second", "first"])


def test_a_step_that_fails_leaves_its_turn_to_others(app):
    with app.app_context():
        with pytest.raises(ZeroDivisionError), own_turn():
            raise ZeroDivisionError
        with own_turn():
            pass


def test_a_process_that_is_killed_leaves_its_turn_to_others(app, is_sqlite):
    if not is_sqlite:
        pytest.skip("there are no turns on PostgreSQL")
    with app.app_context():
        file = db.engine.url.database + ENDING
        holds_it = (
            "import fcntl, sys, time; file = open(sys.argv[1], 'ab');"
            "fcntl.flock(file, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
        )
        command = [sys.executable, "-c", holds_it, file]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout.readline() == "held\n"
            os.kill(process.pid, signal.SIGKILL)
            with own_turn():
                pass
