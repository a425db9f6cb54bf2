"""The last fourteen days of somebody's reminders, and nobody else's."""

from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn
from fstpwa.services import reminders
from fstpwa.services.reminder_history import DAYS_SHOWN, last_days
from fstpwa.services.reminder_ticks import tick
from tests.reminding import (
    DAY,
    EIGHT,
    TODAY,
    PushService,
    check_in,
    dispatcher,
    new_user,
    remind,
    subscribe,
)


def told(user, now=EIGHT):
    return [(each.day, each.state, each.reason) for each in last_days(user, now=now)]


def test_each_date_is_told_newest_first_with_why_it_did_not_ring(user):
    reminder = remind(user)
    tick(now=EIGHT)
    reminders.pause(user, reminder, TODAY + 2 * DAY, now=EIGHT)
    tick(now=EIGHT + DAY)
    tick(now=EIGHT + 2 * DAY + DAY / 2)
    assert told(user, EIGHT + 3 * DAY) == [
        (TODAY + 2 * DAY, "missed", "late"),
        (TODAY + DAY, "skipped", "paused"),
        (TODAY, "skipped", "no_device"),
    ]


def test_older_days_and_other_people_are_not_told(user):
    remind(user)
    remind(new_user())
    for number in range(DAYS_SHOWN + 3):
        tick(now=EIGHT + number * DAY)
    last = EIGHT + (DAYS_SHOWN + 2) * DAY
    days = [each.day for each in last_days(user, now=last)]
    assert len(days) == DAYS_SHOWN
    assert (days[0], days[-1]) == (last.date(), last.date() - (DAYS_SHOWN - 1) * DAY)


def test_whether_it_went_out_is_known(user):
    subscribe(user)
    remind(user)
    tick(now=EIGHT)
    assert [each.reached for each in last_days(user, now=EIGHT)] == [False]
    dispatcher(PushService(), EIGHT).run()
    assert [each.reached for each in last_days(user, now=EIGHT)] == [True]


def test_a_check_in_says_how_the_day_was_and_practice_does_not(user):
    remind(user)
    remind(user, kind="practice", at_min=481)
    check_in(user)
    db.session.query(CheckIn).one().good_day = "yes"
    db.session.flush()
    tick(now=EIGHT + DAY / 1440)
    found = {each.kind: each.good_day for each in last_days(user, now=EIGHT)}
    assert found == {"check_in": "yes", "practice": None}


def test_many_need_one_query(user, queries):
    for number in range(20):
        remind(user, at_min=480 + number)
    tick(now=EIGHT + DAY / 24)
    with queries() as found:
        assert len(last_days(user, now=EIGHT + DAY / 24)) == 20
    assert len(found) == 1
