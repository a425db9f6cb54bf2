"""What falls due is written down once for each date, with what became of it and why."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.models.practice import Enrolment, PlannedSession, PlannedState, RedDay
from fstpwa.models.reminders import Delivery, Occurrence, Reminder
from fstpwa.services import reminder_facts
from fstpwa.services.reminder_ticks import tick
from tests.reminding import (
    DAY,
    EARLY,
    EIGHT,
    MINUTE,
    TODAY,
    check_in,
    messages,
    new_user,
    occurrences,
    outcomes,
    remind,
    subscribe,
)


def tick_until_done(now: datetime) -> int:
    rounds = 0
    while tick(now=now):
        rounds += 1
    return rounds


def test_before_its_time_nothing_happens(user, phone):
    remind(user)
    assert tick(now=EIGHT - MINUTE) == 0
    assert outcomes() == []


def test_at_its_time_it_is_due_with_a_message_for_each_device(user, phone):
    tablet = subscribe(user, "tablet")
    reminder = remind(user)
    assert tick(now=EIGHT) == 1
    assert outcomes() == [(TODAY, "due", "on_time")]
    assert [each.subscription_id for each in messages()] == [phone.id, tablet.id]
    assert {(each.state, each.next_try_at) for each in messages()} == {("todo", EIGHT)}
    assert (reminder.next_due_at, reminder.next_key) == (EIGHT + DAY, TODAY + DAY)


def test_a_second_tick_finds_nothing(user, phone):
    remind(user)
    tick(now=EIGHT)
    assert tick(now=EIGHT + MINUTE) == 0
    assert (len(occurrences()), len(messages())) == (1, 1)


def test_without_a_device_it_is_written_down_that_there_is_none(user):
    remind(user)
    tick(now=EIGHT)
    assert outcomes() == [(TODAY, "skipped", "no_device")]


def test_a_device_whose_sign_in_ran_out_is_no_device(user, phone):
    db.session.execute(update(DeviceSession).values(idle_expires_at=EIGHT))
    remind(user)
    tick(now=EIGHT)
    assert outcomes() == [(TODAY, "skipped", "no_device")]


def test_other_peoples_devices_get_nothing(user, phone, him):
    subscribe(him.user(), "his")
    remind(user)
    tick(now=EIGHT)
    assert [each.subscription_id for each in messages()] == [phone.id]


def test_what_was_done_already_stays_silent_unless_it_is_to_ring_anyway(user, phone, him):
    check_in(user)
    check_in(him.user(), TODAY - DAY)
    subscribe(him.user(), "his")
    remind(user)
    remind(user, at_min=481, unless_done=False)
    remind(him.user())
    tick(now=EIGHT + MINUTE)
    found = sorted((each.reminder_id, each.state, each.reason) for each in occurrences())
    assert [each[1:] for each in found] == [
        ("skipped", "done"),
        ("due", "on_time"),
        ("due", "on_time"),
    ]


class TestPractice:
    @pytest.fixture
    def reminded(self, her, context):
        """A reminder of practice on a day with a planned session."""
        self.now = datetime.now(UTC)
        her.follows(now=self.now)
        with context():
            user = her.user()
            subscribe(user, now=self.now)
            remind(user, kind="practice", at_min=23 * 60 + 59, now=self.now)
            db.session.flush()
            yield user
            db.session.rollback()

    def became(self) -> tuple[str, str]:
        due_at = db.session.scalars(db.select(Reminder.next_due_at)).one()
        tick(now=due_at)
        return occurrences()[0].state, occurrences()[0].reason

    def of_today(self):
        return update(PlannedSession).where(PlannedSession.day == self.now.date())

    def test_while_a_session_waits_it_rings(self, reminded):
        assert self.became() == ("due", "on_time")

    def test_when_all_of_the_day_is_done_it_stays_silent(self, reminded):
        db.session.execute(self.of_today().values(state=PlannedState.DONE))
        assert self.became() == ("skipped", "done")

    def test_when_the_day_was_left_out_it_stays_silent(self, reminded):
        db.session.execute(self.of_today().values(state=PlannedState.SKIPPED))
        assert self.became() == ("skipped", "done")

    def test_a_session_that_need_not_be_done_does_not_ring(self, reminded):
        first = db.session.scalars(
            db.select(PlannedSession.id).filter_by(day=self.now.date()).limit(1)
        ).one()
        db.session.execute(self.of_today().values(optional=True))
        db.session.execute(
            self.of_today().where(PlannedSession.id == first).values(state=PlannedState.DONE)
        )
        assert self.became() == ("skipped", "done")

    def test_while_the_programme_is_paused_it_is_paused(self, reminded):
        db.session.execute(update(Enrolment).values(paused_at=self.now))
        assert self.became() == ("skipped", "paused")

    def test_a_pause_whose_end_has_come_pauses_nothing(self, reminded):
        ends = {"paused_at": self.now - 3 * DAY, "resumes_on": self.now.date()}
        db.session.execute(update(Enrolment).values(**ends))
        assert self.became()[0] != "skipped"

    def test_on_the_last_day_of_a_pause_nobody_is_called(self, reminded):
        ends = {"paused_at": self.now - 3 * DAY, "resumes_on": self.now.date() + DAY}
        db.session.execute(update(Enrolment).values(**ends))
        assert self.became() == ("skipped", "paused")

    def test_on_a_red_day_nobody_is_called_to_a_session(self, reminded):
        db.session.add(RedDay(user_id=reminded.id, day=self.now.date(), set_at=self.now))
        assert self.became() == ("skipped", "held")


def test_in_quiet_hours_it_waits_and_rings_when_they_end(user, phone):
    user.quiet_start_min, user.quiet_end_min = 22 * 60, 9 * 60
    remind(user)
    tick(now=EIGHT)
    assert outcomes() == [(TODAY, "snoozed", "quiet")]
    assert messages() == []
    assert tick(now=EIGHT + 59 * MINUTE) == 0

    tick(now=EIGHT + 60 * MINUTE)

    assert outcomes() == [(TODAY, "due", "quiet")]
    assert len(messages()) == 1


def test_what_waits_for_the_end_of_quiet_hours_is_not_rung_once_it_is_done(user, phone):
    user.quiet_start_min, user.quiet_end_min = 22 * 60, 9 * 60
    remind(user)
    tick(now=EIGHT)
    check_in(user)
    tick(now=EIGHT + 60 * MINUTE)
    assert outcomes() == [(TODAY, "done", "done")]
    assert messages() == []


def test_in_the_evening_quiet_hours_leave_it_out(user, phone):
    user.quiet_start_min, user.quiet_end_min = 22 * 60, 7 * 60
    remind(user, at_min=23 * 60)
    tick(now=EIGHT + 15 * 60 * MINUTE)
    assert outcomes() == [(TODAY, "skipped", "quiet")]


def test_after_a_standstill_each_date_is_written_down_and_only_the_last_one_rings(user, phone):
    remind(user)
    rounds = tick_until_done(EIGHT + 3 * DAY + 119 * MINUTE)
    assert rounds == 4
    assert outcomes() == [
        (TODAY, "missed", "late"),
        (TODAY + DAY, "missed", "late"),
        (TODAY + 2 * DAY, "missed", "late"),
        (TODAY + 3 * DAY, "due", "on_time"),
    ]
    assert len(messages()) == 1


def test_too_late_is_missed_and_can_be_seen(user, phone):
    remind(user, max_late_min=30)
    tick(now=EIGHT + 31 * MINUTE)
    assert outcomes() == [(TODAY, "missed", "late")]
    assert messages() == []


def test_a_date_that_is_there_already_stops_nobody(user, phone, him):
    reminder = remind(user)
    db.session.add(
        Occurrence(
            id=uuid4(),
            reminder_id=reminder.id,
            occ_key=TODAY,
            due_at=EARLY,
            ring_at=EARLY,
            state="done",
            reason="done",
        )
    )
    subscribe(him.user(), "his")
    remind(him.user())
    assert tick(now=EIGHT) == 2
    assert sorted(outcomes()) == [(TODAY, "done", "done"), (TODAY, "due", "on_time")]
    assert reminder.next_key == TODAY + DAY


def test_a_zone_that_nobody_knows_any_more_counts_as_utc_and_stops_nobody(user, phone, him):
    reminder_facts.zone_of.cache_clear()
    subscribe(him.user(), "his")
    remind(user)
    remind(him.user())
    user.time_zone = "Atlantis/Centre"
    assert tick(now=EIGHT) == 2
    assert len(messages()) == 2


def test_one_tick_takes_no_more_than_it_is_told_and_those_first_that_wait_longest(user, phone):
    later = remind(user, at_min=481)
    first = remind(user)
    assert tick(now=EIGHT + MINUTE, at_most=1) == 1
    assert [each.reminder_id for each in occurrences()] == [first.id]
    assert tick(now=EIGHT + MINUTE, at_most=1) == 1
    assert {each.reminder_id for each in occurrences()} == {first.id, later.id}


def test_what_is_undone_before_its_end_leaves_nothing_and_is_done_again(user, phone):
    remind(user)
    db.session.commit()
    seen = []

    def crash(connection, ids):
        seen.extend(ids)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        tick(now=EIGHT, hand_over=crash)
    db.session.rollback()
    assert (len(seen), outcomes(), messages()) == (1, [], [])

    assert tick(now=EIGHT) == 1
    assert (len(occurrences()), len(messages())) == (1, 1)


def test_messages_are_handed_over_inside_the_transaction_two_hundred_at_a_time(her, context):
    with context():
        people = [new_user() for _ in range(101)]
        for number, each in enumerate(people):
            for device in ("phone", "tablet"):
                subscribe(each, f"{device}-{number}")
            remind(each)
        handed: list[list[int]] = []
        tick(now=EIGHT, hand_over=lambda _connection, ids: handed.append(list(ids)))
        assert [len(ids) for ids in handed] == [200, 2]
        assert sorted(id_ for ids in handed for id_ in ids) == [each.id for each in messages()]
        db.session.rollback()


class TestLater:
    """After it rang: a second ring if it was asked for, then it is closed."""

    def rang(self, user, **more):
        remind(user, **more)
        tick(now=EIGHT)
        self.mark_sent()

    def mark_sent(self):
        db.session.execute(update(Delivery).values(state="sent", next_try_at=None, sent_at=EIGHT))

    def test_at_midnight_one_without_an_answer_is_closed(self, user, phone):
        self.rang(user)
        assert tick(now=EIGHT + 16 * 60 * MINUTE - MINUTE) == 0
        tick(now=EIGHT + 16 * 60 * MINUTE)
        assert outcomes() == [(TODAY, "expired", "unanswered")]

    def test_one_that_was_done_after_it_rang_is_done(self, user, phone):
        self.rang(user)
        check_in(user)
        tick(now=EIGHT + 16 * 60 * MINUTE)
        assert outcomes() == [(TODAY, "done", "done")]

    def test_one_that_reached_nobody_is_missed(self, user, phone):
        remind(user)
        tick(now=EIGHT)
        tick(now=EIGHT + 16 * 60 * MINUTE)
        assert outcomes() == [(TODAY, "missed", "unreached")]
        assert [each.state for each in messages()] == ["expired"]

    def test_it_rings_once_more_after_an_hour_and_no_third_time(self, user, phone):
        self.rang(user, once_more=True)
        assert tick(now=EIGHT + 59 * MINUTE) == 0
        tick(now=EIGHT + 60 * MINUTE)
        assert outcomes() == [(TODAY, "due", "again")]
        assert [each.state for each in messages()] == ["todo"]
        assert tick(now=EIGHT + 600 * MINUTE) == 0

    def test_it_rings_no_third_time_either_where_a_journey_makes_the_day_longer(self, user, phone):
        self.rang(user, once_more=True)
        tick(now=EIGHT + 60 * MINUTE)
        self.mark_sent()
        user.time_zone = "America/Los_Angeles"
        assert tick(now=EIGHT + 16 * 60 * MINUTE) == 1
        assert outcomes() == [(TODAY, "due", "again")]
        assert [each.state for each in messages()] == ["sent"]

    def test_it_does_not_ring_once_more_when_it_was_done(self, user, phone):
        self.rang(user, once_more=True)
        check_in(user)
        tick(now=EIGHT + 60 * MINUTE)
        assert outcomes() == [(TODAY, "done", "done")]
        assert [each.state for each in messages()] == ["sent"]

    def test_it_does_not_ring_once_more_when_the_server_stood_still(self, user, phone):
        self.rang(user, once_more=True)
        tick(now=EIGHT + 60 * MINUTE + 121 * MINUTE)
        assert outcomes() == [(TODAY, "due", "on_time")]
        assert [each.state for each in messages()] == ["sent"]

    def test_a_device_that_came_meanwhile_rings_with_the_others(self, user, phone):
        self.rang(user, once_more=True)
        subscribe(user, "tablet", now=EIGHT)
        tick(now=EIGHT + timedelta(hours=1))
        assert [each.state for each in messages()] == ["todo", "todo"]
