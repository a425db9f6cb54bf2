"""What the page says about the next ring: nothing that would be left out."""

from datetime import UTC, datetime, timedelta

from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.extensions import db
from fstpwa.models.practice import RedDay
from fstpwa.services import enrolments, pauses, reminders
from fstpwa.services.reminder_outlook import outlook_of, outlooks_of
from tests.reminding import DAY, EARLY, EIGHT, TODAY, check_in, new_user, remind
from tests.telling import EMERGENCY, tell


def rings(user, now=EARLY):
    return [each.ring_at for each in outlooks_of(user, now=now)]


def test_each_reminder_has_its_own_in_order_of_the_time_of_day(user):
    assert outlooks_of(user, now=EARLY) == []
    late, early = remind(user, at_min=1200), remind(user, at_min=480)
    remind(new_user())
    assert [each.reminder for each in outlooks_of(user, now=EARLY)] == [early, late]
    assert rings(user) == [EIGHT, EIGHT + timedelta(hours=12)]
    assert outlook_of(user, late, now=EARLY).reminder is late


def test_a_check_in_that_is_done_is_asked_for_tomorrow(user):
    remind(user)
    remind(user, at_min=9 * 60, unless_done=False)
    check_in(user)
    assert rings(user) == [EIGHT + DAY, EIGHT + timedelta(hours=1)]


def test_on_a_red_day_practice_is_not_promised_and_the_check_in_is(user):
    remind(user, kind="practice")
    remind(user)
    db.session.add(RedDay(user_id=user.id, day=TODAY, set_at=EARLY))
    db.session.flush()
    assert rings(user) == [EIGHT + DAY, EIGHT]


def test_while_a_programme_rests_practice_is_not_promised(her, context):
    now = datetime.now(UTC)
    her.follows()
    with context():
        user = her.user()
        pauses.pause(enrolments.running_enrolment(user), user, now=now)
        remind(user, kind="practice", now=now)
        remind(user, now=now)
        found = {each.reminder.kind: each for each in outlooks_of(user, now=now)}
        assert (found["practice"].why_not, found["practice"].ring_at) == ("resting", None)
        assert found["check_in"].why_not is None
        assert found["check_in"].ring_at is not None
        db.session.rollback()


def test_in_a_pause_with_an_end_practice_rings_again_on_the_day_after_it(her, context):
    now = datetime.now(UTC)
    last = now.date() + timedelta(days=4)
    her.follows()
    with context():
        user = her.user()
        pauses.pause(enrolments.running_enrolment(user), user, now=now, until=last)
        remind(user, kind="practice", now=now)
        (found,) = outlooks_of(user, now=now)
        assert found.ring_at.date() == last + timedelta(days=1)
        db.session.rollback()


def test_off_there_is_none_and_in_quiet_hours_there_is_none(user):
    off = remind(user)
    remind(user, at_min=23 * 60)
    reminders.switch(user, off, on=False, now=EARLY)
    reminders.set_quiet_hours(user, QuietHours(start_min=22 * 60, end_min=7 * 60))
    assert rings(user) == [None, None]
    assert [each.why_not for each in outlooks_of(user, now=EARLY)] == ["off", "quiet"]


def test_while_the_whole_plan_is_locked_practice_is_not_promised(her, context):
    tell(her, EMERGENCY)
    now = datetime.now(UTC)
    with context():
        user = her.user()
        remind(user, kind="practice", now=now)
        remind(user, now=now)
        found = {each.reminder.kind: each.why_not for each in outlooks_of(user, now=now)}
        assert found == {"practice": "held", "check_in": None}
        db.session.rollback()


def test_one_that_stays_with_a_place_goes_by_the_clocks_there(user):
    remind(user, time_zone="Asia/Tokyo", at_min=20 * 60)
    [found] = outlooks_of(user, now=EARLY)
    assert (str(found.zone), found.ring_at) == ("Asia/Tokyo", EARLY + timedelta(hours=6))


def test_twenty_need_as_many_queries_as_one(user, queries):
    remind(user)
    with queries() as one:
        outlooks_of(user, now=EARLY)
    for number in range(19):
        remind(user, at_min=number)
    with queries() as twenty:
        outlooks_of(user, now=EARLY)
    assert len(one) == len(twenty)
