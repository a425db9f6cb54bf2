"""What is said about the next ring is what will become of it, as things stand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fstpwa.domain.next_ring import next_ring
from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.domain.recurrence import Due, Recurrence, next_due
from fstpwa.domain.reminders import Circumstances

AT_EIGHT = Recurrence(at_min=8 * 60)
TODAY = date(2026, 3, 4)
"""A Wednesday."""
EARLY = datetime(2026, 3, 4, 5, tzinfo=UTC)
EIGHT = datetime(2026, 3, 4, 8, tzinfo=UTC)
DAY = timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")
AS_USUAL = Circumstances(zone=UTC_ZONE, quiet=None)


def ring(rule=AT_EIGHT, found=AS_USUAL, *, now=EARLY, due=None, **changed):
    due = due or next_due(rule, found.zone, after=None, now=now)
    today = now.astimezone(found.zone).date()
    for_today = {name: changed.pop(name) for name in ("is_done", "is_held") if name in changed}
    always = replace(found, **changed)
    return next_ring(
        rule, due, lambda day: replace(always, **for_today) if day == today else always, now=now
    )


def test_it_rings_at_its_next_time():
    assert ring() == EIGHT


@pytest.mark.parametrize("what", ["is_done", "is_held"])
def test_what_is_done_or_held_today_counts_for_today_only(what):
    assert ring(**{what: True}) == EIGHT + DAY
    only_thursday = Recurrence(at_min=8 * 60, days_mask=0b1000)
    assert ring(only_thursday, **{what: True}) == EIGHT + DAY


def test_what_is_held_for_long_does_not_ring():
    due = next_due(AT_EIGHT, UTC_ZONE, after=None, now=EARLY)
    asked = []

    def held(day):
        asked.append(day)
        return replace(AS_USUAL, is_held=True)

    assert next_ring(AT_EIGHT, due, held, now=EARLY) is None
    assert len(set(asked)) == 15


@pytest.mark.parametrize("what", ["is_off", "is_paused"])
def test_what_is_off_or_rests_as_a_whole_does_not_ring(what):
    assert ring(**{what: True}) is None


def test_a_pause_ends_with_the_first_of_its_weekdays_from_that_day_on():
    assert ring(paused_until=TODAY + 3 * DAY) == EIGHT + 3 * DAY
    assert ring(paused_until=TODAY) == EIGHT
    only_wednesday = Recurrence(at_min=8 * 60, days_mask=0b100)
    assert ring(only_wednesday, paused_until=TODAY + DAY) == EIGHT + 7 * DAY


def test_a_time_in_the_quiet_morning_rings_when_they_end_and_one_in_the_evening_never():
    quiet = QuietHours(start_min=22 * 60, end_min=9 * 60)
    assert ring(quiet=quiet) == EIGHT + timedelta(hours=1)
    assert ring(Recurrence(at_min=23 * 60), quiet=quiet) is None


def test_what_should_have_rung_a_moment_ago_rings_now_and_what_is_too_late_next_time():
    due = Due(day=TODAY, at=EIGHT)
    for late, rings_at in (
        (timedelta(minutes=5), EIGHT + timedelta(minutes=5)),
        (timedelta(hours=3), EIGHT + DAY),
        (timedelta(days=60, hours=3), EIGHT + 61 * DAY),
    ):
        assert ring(due=due, now=EIGHT + late) == rings_at


def test_it_goes_by_the_clocks_of_its_zone_over_a_change():
    london = replace(AS_USUAL, zone=ZoneInfo("Europe/London"))
    saturday = datetime(2026, 3, 28, 9, tzinfo=UTC)
    assert ring(found=london, now=saturday) == datetime(2026, 3, 29, 7, tzinfo=UTC)
