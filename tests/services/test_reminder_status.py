"""The numbers for whoever runs it: what waits, how late it was, what was answered, what is wrong."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.reminders import PushCount
from fstpwa.services import deliveries, health, occurrences, push_subscriptions
from fstpwa.services.deliveries import Settlement
from fstpwa.services.reminder_checks import check
from fstpwa.services.reminder_queue import is_anything_due, oldest_overdue_s
from fstpwa.services.reminder_retention import first_id_at
from fstpwa.services.reminder_status import Answers, Keys, Status, lateness_of, status
from fstpwa.services.reminder_ticks import tick
from tests.reminding import (
    DAY,
    EIGHT,
    MINUTE,
    REFUSED,
    SENT,
    TODAY,
    new_user,
    remind,
    subscribe,
)
from tests.reminding import (
    occurrences as all_occurrences,
)

KEYS = Keys(count=2, newest_id="AbC-_x", newest_made_at=EIGHT - 40 * DAY)
SECOND = timedelta(seconds=1)


@pytest.fixture
def user(her, context):
    with context():
        health.record_heartbeat(now=EIGHT)
        yield her.user()
        db.session.rollback()


def sends(outcome, *, now) -> None:
    """Claim, take, look again and settle all that is due."""
    tick(now=now)
    taken = deliveries.lease(now=now)
    ready = check(taken, now=now)
    deliveries.settle([Settlement(each.lease, outcome) for each in ready], now=now)


def names(found: Status) -> list[str]:
    return [each.name for each in found.alarms]


def test_where_nothing_is_wrong_there_is_no_alarm(user):
    found = status(KEYS, now=EIGHT)
    assert (found.alarms, found.lateness, found.answers) == ((), None, ())
    assert (found.queue.messages, found.queue.oldest_overdue_s) == (0, 0)
    assert (found.worker_beat_at, found.keys) == (EIGHT, KEYS)


def test_a_worker_that_is_late_is_the_first_alarm(user):
    after = EIGHT + health.LATE_AFTER + SECOND
    assert names(status(KEYS, now=after)) == ["worker_late"]


def test_missing_keys_are_an_alarm_that_says_what_to_do(user):
    none = Keys(count=0, newest_id="", newest_made_at=None, problem="Run 'fstpwa init'.")
    (alarm,) = status(none, now=EIGHT).alarms
    assert (alarm.name, alarm.words.endswith("Run 'fstpwa init'.")) == ("push_keys", True)


def test_what_waits_is_counted_and_what_is_overdue_is_told(user):
    subscribe(user)
    remind(user)
    assert oldest_overdue_s(now=EIGHT - MINUTE) == 0
    assert not is_anything_due(now=EIGHT - MINUTE)

    now = EIGHT + 4 * MINUTE
    assert is_anything_due(now=now)
    found = status(KEYS, now=now).queue
    assert (found.messages, found.reminders_due, found.oldest_overdue_s) == (0, 1, 240)

    tick(now=now)
    found = status(KEYS, now=now + MINUTE).queue
    assert (found.messages, found.reminders_due, found.oldest_overdue_s) == (1, 0, 60)


def test_standing_still_for_more_than_five_minutes_is_an_alarm_and_degrades_the_product(user):
    subscribe(user)
    remind(user)
    now = EIGHT + 5 * MINUTE
    health.record_heartbeat(now=now + SECOND)
    assert "stands_still" not in names(status(KEYS, now=now))
    assert health.look(now=now).status == "ok"
    assert "stands_still" in names(status(KEYS, now=now + SECOND))
    found = health.look(now=now + SECOND)
    assert (found.status, found.reminders, found.worker) == ("degraded", "late", "ok")


def test_what_was_put_off_and_waits_for_its_hour_is_not_overdue(user):
    subscribe(user)
    remind(user)
    sends(SENT, now=EIGHT)
    (occurrence,) = all_occurrences()
    occurrences.snooze(user, occurrence.id, minutes=30, now=EIGHT + MINUTE)
    assert oldest_overdue_s(now=EIGHT + 30 * MINUTE) == 0
    assert status(KEYS, now=EIGHT + 31 * MINUTE).queue.occurrences_due == 1


def test_lateness_is_from_the_hour_to_the_push_service(user):
    subscribe(user)
    remind(user)
    sends(SENT, now=EIGHT + 7 * SECOND)
    found = status(KEYS, now=EIGHT + MINUTE).lateness
    assert (found.count, found.p50, found.p95, found.p99, found.most) == (1, 7, 7, 7, 7)
    assert status(KEYS, now=EIGHT + DAY + 8 * SECOND).lateness is None


def test_what_was_put_off_since_is_not_counted_as_sent_too_early(user):
    subscribe(user)
    remind(user)
    sends(SENT, now=EIGHT)
    (occurrence,) = all_occurrences()
    occurrences.snooze(user, occurrence.id, minutes=30, now=EIGHT + MINUTE)
    assert status(KEYS, now=EIGHT + 2 * MINUTE).lateness is None


def test_the_ends_of_a_distribution_are_values_of_it():
    found = lateness_of(range(1, 101))
    assert (found.p50, found.p95, found.p99, found.most) == (50, 95, 99, 100)
    assert lateness_of([]) is None


def test_answers_are_told_by_service_for_seven_days(user):
    def counted(days: int, verdict: str, count: int, service: str = "a.example") -> dict:
        day = TODAY - timedelta(days=days)
        return {"day": day, "service": service, "verdict": verdict, "status": 0, "count": count}

    rows = [
        counted(0, "sent", 5),
        counted(6, "sent", 2),
        counted(7, "sent", 100),
        counted(0, "retry", 1),
        counted(1, "gone", 3, "b.example"),
    ]
    db.session.execute(insert(PushCount), rows)
    assert status(KEYS, now=EIGHT).answers == (
        Answers(service="a.example", sent=7, gone=0, retry=1, refused=0),
        Answers(service="b.example", sent=0, gone=3, retry=0, refused=0),
    )


def test_a_message_that_was_refused_is_an_alarm_until_the_day_after_tomorrow(user):
    subscribe(user)
    remind(user)
    sends(REFUSED, now=EIGHT)
    found = status(KEYS, now=EIGHT)
    assert (names(found), found.refused_lately) == (["refused"], 1)
    health.record_heartbeat(now=EIGHT + 2 * DAY)
    assert status(KEYS, now=EIGHT + 2 * DAY).refused_lately == 0


def test_what_reached_nobody_is_an_alarm_for_a_day(user, monkeypatch):
    # Ids are made by the real clock, which may be behind the one of this test.
    monkeypatch.setattr(
        "fstpwa.services.reminder_status.first_id_at", lambda at: first_id_at(at - 9000 * DAY)
    )
    subscribe(user)
    remind(user)
    now = EIGHT + 121 * MINUTE
    tick(now=now)
    health.record_heartbeat(now=now)
    found = status(KEYS, now=now)
    assert (names(found), found.missed) == (["missed"], 1)
    assert status(KEYS, now=EIGHT + DAY + SECOND).missed == 0


def test_devices_that_show_nothing_any_more_are_an_alarm(user):
    phone, tablet = subscribe(user), subscribe(user, "tablet")
    phone.unreceived, tablet.unreceived = 2, 3
    db.session.flush()
    found = status(KEYS, now=EIGHT)
    assert (names(found), found.devices, found.devices_not_reached) == (["not_reached"], 2, 1)
    tablet.key_id = push_subscriptions.REMOVED
    db.session.flush()
    assert (status(KEYS, now=EIGHT).devices, names(status(KEYS, now=EIGHT))) == (1, [])


def test_it_takes_few_queries_however_many_people_there_are(user, queries):
    for _ in range(20):
        someone: User = new_user()
        subscribe(someone, str(someone.id))
        remind(someone)
    tick(now=EIGHT)
    with queries() as found:
        status(KEYS, now=EIGHT)
    assert len(found) <= 9
