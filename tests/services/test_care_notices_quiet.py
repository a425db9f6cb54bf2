"""News wait for quiet hours and breaks to end, and no longer."""

from datetime import date, timedelta

import pytest

from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.extensions import db
from fstpwa.services import reminders
from tests import news
from tests.news import teller, words
from tests.reminding import DAY, EIGHT, MINUTE, remind

TOLD_AT = EIGHT + 5 * MINUTE
NIGHT = QuietHours(start_min=22 * 60, end_min=7 * 60)
EVENING = EIGHT + timedelta(hours=14)
"""When the night begins."""
MORNING = EIGHT - timedelta(hours=1) + DAY
"""When it is over."""


class TestQuietTimes:
    @pytest.fixture(autouse=True)
    def night(self, pair):
        reminders.set_quiet_hours(pair.client, NIGHT)
        db.session.commit()

    def test_what_comes_in_quiet_hours_is_one_message_at_their_end(self, pair, service):
        pair.writes(at=EVENING)
        pair.writes(at=MORNING - MINUTE)
        teller(service, MORNING - timedelta(seconds=1)).run()
        assert words(service) == []
        teller(service, MORNING).run()
        assert words(service) == [("2 new messages from Ines", "Tap to read them.")]

    def test_five_minutes_that_end_in_quiet_hours_end_with_them(self, pair, service):
        pair.writes(at=EVENING - MINUTE)
        assert news.notices()[0].look_at == MORNING
        teller(service, EVENING + 5 * MINUTE).run()
        assert words(service) == []

    def test_just_before_quiet_hours_end_it_still_waits_five_minutes(self, pair):
        pair.writes(at=MORNING - MINUTE)
        assert news.notices()[0].look_at == MORNING + 4 * MINUTE

    def test_quiet_hours_that_begin_while_it_is_on_its_way_hold_it_back(self, pair, service):
        pair.writes(at=EVENING - 6 * MINUTE)
        teller(service, EVENING - MINUTE).claim_news()
        teller(service, EVENING).run()
        [message] = news.deliveries()
        assert (message.state, message.next_try_at, message.attempts) == ("todo", MORNING, 0)
        teller(service, MORNING).run()
        assert words(service) == [("Ines wrote to you", "Tap to read it.")]

    def test_who_ends_their_quiet_hours_need_not_wait_for_them(self, pair, service):
        pair.writes(at=EVENING)
        reminders.set_quiet_hours(pair.client, None)
        db.session.commit()
        teller(service, EVENING + 5 * MINUTE).run()
        assert len(words(service)) == 1

    def test_the_worker_moves_what_falls_into_new_quiet_hours(self, pair, service):
        pair.writes()
        reminders.set_quiet_hours(pair.client, QuietHours(start_min=8 * 60, end_min=9 * 60))
        db.session.commit()
        teller(service, TOLD_AT).run()
        assert news.notices()[0].look_at == EIGHT + 60 * MINUTE
        teller(service, EIGHT + 60 * MINUTE).run()
        assert len(words(service)) == 1

    def test_a_break_from_all_reminders_holds_it_back_to_its_last_day(self, pair, service):
        remind(pair.client)
        reminders.pause_all(pair.client, date(2026, 3, 7), now=EIGHT)
        pair.writes()
        teller(service, TOLD_AT).run()
        assert words(service) == []
        assert news.notices()[0].look_at == MORNING + 2 * DAY
        teller(service, MORNING + 2 * DAY).run()
        assert words(service) == [("Ines wrote to you", "Tap to read it.")]

    def test_who_ends_the_break_is_told_at_once(self, pair, service):
        remind(pair.client)
        reminders.pause_all(pair.client, date(2026, 3, 7), now=EIGHT)
        pair.writes()
        teller(service, TOLD_AT).run()
        reminders.pause_all(pair.client, None, now=TOLD_AT)
        db.session.commit()
        teller(service, TOLD_AT + MINUTE).run()
        assert len(words(service)) == 1

    def test_one_reminder_that_is_paused_holds_nothing_back(self, pair, service):
        paused, _ = remind(pair.client), remind(pair.client, at_min=20 * 60)
        reminders.pause(pair.client, paused, date(2026, 3, 7), now=EIGHT)
        pair.writes()
        teller(service, TOLD_AT).run()
        assert len(words(service)) == 1

    def test_where_somebody_travels_it_waits_by_the_clocks_there(self, pair, service):
        pair.writes(at=EVENING)
        reminders.move_to_zone(pair.client, "America/New_York", now=EVENING)
        db.session.commit()
        teller(service, EVENING + 5 * MINUTE).run()
        assert len(words(service)) == 1
