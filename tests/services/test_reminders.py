"""People set their reminders; a date that was dealt with never comes back."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.domain.recurrence import Recurrence
from fstpwa.extensions import db
from fstpwa.models.reminders import Occurrence
from fstpwa.services import reminders
from fstpwa.services.reminder_ticks import tick
from fstpwa.services.reminders import ReminderEntry
from tests.reminding import DAY, EARLY, EIGHT, TODAY, occurrences, remind, subscribe

AT_NINE = ReminderEntry(kind="check_in", rule=Recurrence(at_min=9 * 60))


def test_it_falls_due_at_its_next_time_on_its_days(user):
    assert remind(user).next_due_at == EIGHT
    # Bit 3 is Thursday; the fourth of March 2026 is a Wednesday.
    assert remind(user, days_mask=0b1000).next_key == TODAY + DAY
    assert remind(user, at_min=240).next_key == TODAY + DAY


def test_it_follows_its_person_unless_it_stays_with_a_place(user):
    user.time_zone = "Asia/Tokyo"
    assert remind(user).next_due_at == datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert remind(user, time_zone="europe/paris").next_due_at == datetime(2026, 3, 4, 7, tzinfo=UTC)


def test_they_are_listed_by_their_time_and_nobody_elses_are_found(user, him):
    late, early = remind(user, at_min=1200), remind(user, at_min=480)
    other = remind(him.user())
    assert reminders.reminders_of(user) == [early, late]
    assert reminders.reminder_of(user, late.public_id) is late
    for unknown in (other.public_id, uuid4()):
        with pytest.raises(NotFound):
            reminders.reminder_of(user, unknown)


def test_two_for_the_same_are_refused(user):
    remind(user)
    with pytest.raises(Conflict, match="just this"):
        remind(user)
    assert remind(user, kind="practice")


def test_after_twenty_there_is_no_more_room(user, monkeypatch):
    for number in range(reminders.MOST):
        remind(user, at_min=number)
    with pytest.raises(Conflict, match="twenty"):
        remind(user, at_min=100)


@pytest.mark.parametrize("wrong", [{"max_late_min": 0}, {"max_late_min": 1441}, {"kind": "dinner"}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(InvalidValue):
        ReminderEntry(**{"kind": "practice", "rule": Recurrence(at_min=0), **wrong})


def test_an_unknown_place_is_refused_and_nothing_is_stored(user):
    with pytest.raises(InvalidValue, match="time zone"):
        remind(user, time_zone="Mars/Olympus")
    db.session.rollback()
    assert reminders.reminders_of(user) == []


def test_a_new_time_never_rings_a_date_that_rang_already(user):
    subscribe(user)
    reminder = remind(user)
    tick(now=EIGHT)

    reminders.change(user, reminder, AT_NINE, now=EIGHT)

    assert reminder.next_due_at == EIGHT + DAY + timedelta(hours=1)


def test_a_new_time_that_is_still_to_come_counts_today(user):
    reminder = remind(user)
    reminders.change(user, reminder, AT_NINE, now=EARLY)
    assert reminder.next_due_at == EIGHT + timedelta(hours=1)


def test_changing_one_into_another_is_refused(user):
    remind(user, at_min=9 * 60)
    reminder = remind(user)
    with pytest.raises(Conflict, match="just this"):
        reminders.change(user, reminder, AT_NINE, now=EARLY)


def test_switched_off_it_does_not_fall_due_and_switched_on_it_begins_with_its_next_time(user):
    reminder = remind(user)
    reminders.switch(user, reminder, on=False, now=EARLY)
    assert (reminder.next_due_at, reminder.next_key) == (None, None)
    assert tick(now=EIGHT) == 0
    reminders.change(user, reminder, AT_NINE, now=EARLY)
    assert reminder.next_due_at is None

    reminders.switch(user, reminder, on=True, now=EIGHT)

    assert reminder.next_due_at == EIGHT + timedelta(hours=1)


def test_switched_off_and_on_it_does_not_ring_a_second_time_on_its_date(user):
    subscribe(user)
    reminder = remind(user)
    tick(now=EIGHT)
    for on in (False, True):
        reminders.switch(user, reminder, on=on, now=EIGHT - timedelta(hours=1))
    assert reminder.next_key == TODAY + DAY


def test_a_pause_is_written_down_day_by_day_and_ends_on_its_day(user):
    subscribe(user)
    reminder = remind(user)
    reminders.pause(user, reminder, TODAY + 2 * DAY, now=EARLY)
    for number in range(3):
        tick(now=EIGHT + number * DAY)
    assert [(each.occ_key - TODAY, each.state, each.reason) for each in occurrences()] == [
        (0 * DAY, "skipped", "paused"),
        (1 * DAY, "skipped", "paused"),
        (2 * DAY, "due", "on_time"),
    ]


@pytest.mark.parametrize("until", [TODAY, TODAY - DAY])
def test_a_pause_that_is_over_already_is_refused(user, until):
    with pytest.raises(InvalidValue):
        reminders.pause(user, remind(user), until, now=EARLY)


def test_a_pause_of_more_than_a_year_is_refused(user):
    with pytest.raises(InvalidValue, match="within a year"):
        reminders.pause(user, remind(user), date.max, now=EARLY)


class TestPauseAll:
    def test_all_rest_and_all_go_on(self, user, him):
        mine, other = [remind(user), remind(user, at_min=600)], remind(him.user())
        reminders.pause_all(user, TODAY + DAY, now=EARLY)
        assert [each.paused_until for each in mine] == [TODAY + DAY] * 2
        assert other.paused_until is None
        reminders.pause_all(user, None, now=EARLY)
        assert [each.paused_until for each in mine] == [None, None]

    def test_one_that_is_added_meanwhile_rings(self, user):
        remind(user)
        reminders.pause_all(user, TODAY + DAY, now=EARLY)
        assert remind(user, at_min=600).paused_until is None

    @pytest.mark.parametrize("until", [TODAY, TODAY + timedelta(days=367)])
    def test_a_day_that_makes_no_sense_is_refused(self, user, until):
        reminder = remind(user)
        with pytest.raises(InvalidValue):
            reminders.pause_all(user, until, now=EARLY)
        assert reminder.paused_until is None

    def test_without_a_reminder_there_is_nothing_to_pause(self, user):
        with pytest.raises(Conflict, match="no reminder"):
            reminders.pause_all(user, TODAY + DAY, now=EARLY)


def test_whether_there_is_one_is_known(user, him):
    remind(him.user())
    assert not reminders.has_any(user)
    reminders.switch(user, remind(user), on=False, now=EARLY)
    assert reminders.has_any(user)


def test_deleting_one_deletes_what_became_of_it(user):
    subscribe(user)
    reminder = remind(user)
    tick(now=EIGHT)
    reminders.delete(reminder)
    assert db.session.query(Occurrence).count() == 0


def test_quiet_hours_are_stored_and_taken_back(user):
    reminders.set_quiet_hours(user, QuietHours(start_min=1320, end_min=420))
    assert (user.quiet_start_min, user.quiet_end_min) == (1320, 420)
    reminders.set_quiet_hours(user, None)
    assert (user.quiet_start_min, user.quiet_end_min) == (None, None)


class TestTravel:
    def test_the_next_date_rings_by_the_clocks_there_and_none_twice(self, user):
        subscribe(user)
        remind(user)
        tick(now=EIGHT)

        # West: there it is still the night before, and eight comes a second time that date.
        reminders.move_to_zone(user, "America/Los_Angeles", now=EIGHT)
        assert tick(now=EIGHT + timedelta(hours=9)) == 0
        tick(now=EIGHT + DAY + timedelta(hours=8))

        assert [each.occ_key for each in occurrences()] == [TODAY, TODAY + DAY]
        assert occurrences()[1].due_at == EIGHT + DAY + timedelta(hours=8)

    def test_a_date_whose_time_is_over_on_arrival_is_missed_and_not_swallowed(self, user):
        subscribe(user)
        remind(user)
        reminders.move_to_zone(user, "Asia/Tokyo", now=EARLY)
        tick(now=EARLY)
        tick(now=EARLY + DAY)
        assert [(each.occ_key, each.state) for each in occurrences()] == [
            (TODAY, "missed"),
            (TODAY + DAY, "missed"),
        ]

    def test_what_stays_with_a_place_or_is_off_is_left_alone(self, user):
        there = remind(user, time_zone="Europe/Paris")
        off = remind(user)
        reminders.switch(user, off, on=False, now=EARLY)
        due_at = there.next_due_at
        reminders.move_to_zone(user, "Asia/Tokyo", now=EARLY)
        assert (there.next_due_at, off.next_due_at) == (due_at, None)

    def test_other_people_stay_where_they_are(self, user, him):
        other = remind(him.user())
        reminders.move_to_zone(user, "Asia/Tokyo", now=EARLY)
        assert other.next_due_at == EIGHT

    def test_an_unknown_place_is_refused(self, user):
        with pytest.raises(InvalidValue):
            reminders.move_to_zone(user, "Mars/Olympus", now=EARLY)


def test_what_is_suggested_comes_from_the_plan_without_what_is_there(her, context):
    now = datetime.now(UTC)
    her.follows()
    with context():
        user = her.user()
        found = reminders.suggestions_for(user, now=now)
        assert ("practice", 480) in {(each.kind, each.rule.at_min) for each in found}
        assert found[-1].kind == "check_in"

        remind(user, kind="practice", at_min=480, now=now)
        remind(user, kind="check_in", at_min=600, now=now)
        left = reminders.suggestions_for(user, now=now)
        assert ("practice", 480) not in {(each.kind, each.rule.at_min) for each in left}
        assert "check_in" not in {each.kind for each in left}


def test_without_a_plan_only_the_check_in_is_suggested(user):
    assert [each.kind for each in reminders.suggestions_for(user, now=EARLY)] == ["check_in"]


def test_the_last_date_that_was_dealt_with_is_known(user):
    reminder = remind(user)
    assert reminders.last_key_of(reminder) is None
    tick(now=EIGHT)
    tick(now=EIGHT + DAY)
    assert reminders.last_key_of(reminder) == date(2026, 3, 5)
