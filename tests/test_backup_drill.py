"""The drill: a backup while people write, the machine dies, the backup is put back."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from threading import Event, Thread

from sqlalchemy import select

from fstpwa import cli
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn
from fstpwa.services import erasure
from tests.real_site import GoodDays, data_folder, good_days, newcomer

__all__ = ["data_folder", "good_days"]
"""Fixtures."""

WRITERS = 4
SOME = 10
"""Answers that each has got before the backup begins, and once more before the machine dies."""
MOST_DAYS = 390
BUSY = 503
"""Somebody else wrote for too long, as on a machine with much else to do: say it once more."""
PAUSE_S = 0.1
"""Between two answers of one of them: the days last for longer than a backup takes."""


class Writer:
    """Somebody who answers about one day after the other."""

    def __init__(self, site: GoodDays) -> None:
        self.site = site
        self.user_id, self.phone, _ = newcomer()
        self.acknowledged: list[tuple[int, str, int]] = []
        """Who, day and stiffness, as they are stored."""

    def go_on_until(self, ended: Event) -> None:
        """Answer about the days before today, until told to end or nobody answers."""
        today = datetime.now(UTC).date()
        for number in range(MOST_DAYS):
            day = (today - timedelta(days=number)).isoformat()
            while (status := self._say(day, number % 11)) == BUSY:
                pass
            if status is None:
                return
            assert status == 303
            self.acknowledged.append((self.user_id, day, number % 11))
            if ended.wait(PAUSE_S):
                return

    def _say(self, day: str, stiffness: int) -> int | None:
        """Answer about a day. Returns the status, None if nobody answered."""
        answers = {"stiffness": str(stiffness), "good_day": "yes", "flare": "no"}
        with suppress(OSError, HTTPException):
            return self.site.asked("POST", f"/check-in/{day}", answers, token=self.phone)[0]
        return None


@contextmanager
def at_it(writers: list[Writer]) -> Iterator[None]:
    """Let all write at once, until the end of the block."""
    ended = Event()
    threads = [Thread(target=each.go_on_until, args=(ended,)) for each in writers]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        ended.set()
        for each in threads:
            each.join()


def answers_of(writers: list[Writer]) -> set[tuple[int, str, int]]:
    return {answer for each in writers for answer in each.acknowledged}


def stored() -> set[tuple[int, str, int]]:
    with cli._opened_app():
        rows = db.session.execute(select(CheckIn.user_id, CheckIn.day, CheckIn.stiffness))
        return {(user_id, day.isoformat(), stiffness) for user_id, day, stiffness in rows}


def delete_person(user_id: int) -> None:
    with cli._opened_app():
        user = db.session.get_one(User, user_id)
        erasure.erase(user, today=datetime.now(UTC).date())
        db.session.commit()


def is_there(user_id: int) -> bool:
    with cli._opened_app():
        return db.session.get(User, user_id) is not None


def test_what_was_answered_before_a_backup_is_there_when_it_is_put_back(
    data_folder, new_database, postgresql_programs, good_days, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    assert (cli.main(["init"]), cli.main(["upgrade"])) == (0, 0)
    copy = tmp_path / "copy"
    site = good_days()
    leaver, _, _ = newcomer()
    writers = [Writer(site) for _ in range(WRITERS)]
    with at_it(writers):
        site.wait_until(lambda: all(len(each.acknowledged) >= SOME for each in writers))
        before = answers_of(writers)
        made = subprocess.run(
            [sys.executable, "-m", "fstpwa.cli", "backup", str(copy)], capture_output=True
        )
        assert (made.returncode, made.stderr.count(b"Traceback")) == (0, 0), made.stderr
        after = {each: len(each.acknowledged) for each in writers}
        delete_person(leaver)
        site.wait_until(
            lambda: all(len(each.acknowledged) >= after[each] + SOME for each in writers)
        )
        capsys.readouterr()
        assert cli.main(["restore", str(copy)]) == 2
        assert "is running" in capsys.readouterr().err
        site.die()

    everything = answers_of(writers)
    assert cli.main(["backup", "--verify", str(copy)]) == 0
    assert cli.main(["restore", str(copy)]) == 0
    assert "Deleted again who had deleted their records before: 1" in capsys.readouterr().out
    there = stored()
    assert before <= there, "an answer from before the backup is missing"
    assert there < everything, "it is not as it was when it was copied"
    assert not is_there(leaver)

    again = good_days()
    assert again.check_in(5) == 303
    assert before <= stored()
