"""What push services answered is counted by day, and tells nothing about anybody."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from fstpwa.domain.push import SendOutcome
from fstpwa.extensions import db
from fstpwa.models.reminders import PushCount
from fstpwa.services import push_counts
from fstpwa.services.deliveries import Settlement, lease, settle
from fstpwa.services.reminder_ticks import tick
from tests.reminding import EIGHT, GONE, REFUSED, RETRY, SENT, TODAY, new_user, remind, subscribe


@pytest.fixture
def _open(context):
    with context():
        yield
        db.session.rollback()


def counts() -> dict[tuple[date, str, str, int], int]:
    """Return all counts as the database has them."""
    db.session.expire_all()
    rows = db.session.scalars(select(PushCount))
    return {(each.day, each.service, each.verdict, each.status): each.count for each in rows}


@pytest.mark.usefixtures("_open")
class TestCounting:
    def test_each_answer_is_counted_with_its_service_and_its_day(self, app):
        push_counts.note([("a.example", SENT), ("b.example", SENT), ("a.example", GONE)], now=EIGHT)
        push_counts.note([("a.example", SENT)] * 3, now=EIGHT)
        push_counts.note([("a.example", SENT)], now=EIGHT + timedelta(hours=16))
        assert counts() == {
            (TODAY, "a.example", "sent", 201): 4,
            (TODAY, "b.example", "sent", 201): 1,
            (TODAY, "a.example", "gone", 410): 1,
            (TODAY + timedelta(days=1), "a.example", "sent", 201): 1,
        }

    def test_no_answer_counts_as_status_0_and_what_was_held_back_not_at_all(self, app):
        no_answer, held_back = SendOutcome("retry", None, None), SendOutcome("retry", None, 30)
        push_counts.note([("a.example", no_answer), ("a.example", held_back)], now=EIGHT)
        assert counts() == {(TODAY, "a.example", "retry", 0): 1}

    def test_nothing_to_count_is_no_row(self, app):
        push_counts.note([], now=EIGHT)
        assert counts() == {}

    def test_settling_counts_what_it_settles_and_no_late_report(self, app):
        outcomes = {"a": SENT, "b": GONE, "c": RETRY, "d": REFUSED}
        for name in outcomes:
            someone = new_user(name)
            subscribe(someone, name)
            remind(someone)
        tick(now=EIGHT)
        settlements = [
            Settlement(*pair) for pair in zip(lease(now=EIGHT), outcomes.values(), strict=True)
        ]
        settle(settlements, now=EIGHT)
        settle(settlements, now=EIGHT)
        assert counts() == {
            (TODAY, "push.example", each.verdict, each.status): 1 for each in outcomes.values()
        }

    def test_counts_of_more_than_90_days_are_swept(self, app):
        for days in (0, 89, 90, 91, 200):
            push_counts.note([("a.example", SENT)], now=EIGHT - timedelta(days=days))
        assert push_counts.sweep(now=EIGHT) == 2
        kept = sorted((TODAY - day).days for day, *_ in counts())
        assert kept == [0, 89, 90]


def test_two_workers_that_count_at_once_lose_nothing_and_do_not_stop_each_other(app, kept_rows):
    services = [f"{letter}.example" for letter in "abcdef"]
    begin = Barrier(2)
    problems: list[BaseException] = []

    def work(names: list[str]) -> None:
        with app.app_context():
            begin.wait()
            try:
                for _ in range(20):
                    push_counts.note([(each, SENT) for each in names], now=EIGHT)
                    db.session.commit()
            except BaseException as problem:
                problems.append(problem)

    threads = [Thread(target=work, args=[names]) for names in (services, services[::-1])]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert problems == []
    with app.app_context():
        assert set(counts().values()) == {40}
