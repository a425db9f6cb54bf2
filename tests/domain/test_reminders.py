"""A reminder rings once a date, never in quiet hours, and whatever becomes of it has a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain import reminders
from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.domain.recurrence import Due, Recurrence, instant_of, step
from fstpwa.domain.reminders import (
    Circumstances,
    Reason,
    after_travel,
    closes_at,
    decide,
    first_due,
    once_more_at,
    snooze_until,
    suggestions,
)

LONDON = ZoneInfo("Europe/London")
ZONES = ("UTC", "Europe/London", "Pacific/Apia", "America/Los_Angeles", "Pacific/Auckland")
DAY = date(2026, 7, 1)
NIGHT = QuietHours(start_min=22 * 60, end_min=7 * 60)
PLAIN = Circumstances(zone=LONDON, quiet=None)
AT_EIGHT = Recurrence(at_min=8 * 60)


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), LONDON).astimezone(UTC)


def decided(clock: str, now: str, **holds) -> tuple[str, str, datetime]:
    found = replace(PLAIN, **holds)
    decision = decide(Due(day=DAY, at=at(clock)), found, now=at(now))
    return decision.outcome, decision.reason, decision.ring_at


def test_it_rings_on_time_and_up_to_two_hours_late():
    assert decided("08:00", "08:00") == ("send", "on_time", at("08:00"))
    assert decided("08:00", "10:00") == ("send", "on_time", at("08:00"))


def test_later_than_that_it_is_missed():
    assert decided("08:00", "10:01") == ("missed", "late", at("08:00"))


@pytest.mark.parametrize(
    ("holds", "reason"),
    [
        ({"is_off": True}, "off"),
        ({"paused_until": DAY + timedelta(days=1)}, "paused"),
        ({"is_paused": True}, "paused"),
        ({"is_done": True}, "done"),
        ({"is_held": True}, "held"),
    ],
)
@pytest.mark.parametrize("now", ["08:00", "23:00"])
def test_what_is_not_wanted_is_left_out_also_where_it_would_be_too_late(holds, reason, now):
    assert decided("08:00", now, **holds) == ("skipped", reason, at("08:00"))


def test_on_the_day_a_pause_ends_it_rings():
    assert decided("08:00", "08:00", paused_until=DAY)[0] == "send"


def test_in_quiet_hours_it_waits_in_the_morning_and_is_left_out_in_the_evening():
    assert decided("06:00", "06:00", quiet=NIGHT) == ("moved", "quiet", at("07:00"))
    assert decided("23:00", "23:00", quiet=NIGHT) == ("skipped", "quiet", at("23:00"))


def test_lateness_counts_from_the_end_of_quiet_hours():
    assert decided("06:00", "08:59", quiet=NIGHT) == ("send", "on_time", at("07:00"))
    assert decided("06:00", "09:01", quiet=NIGHT) == ("missed", "late", at("07:00"))


def test_what_is_late_does_not_ring_in_quiet_hours_either():
    nap = QuietHours(start_min=13 * 60, end_min=14 * 60)
    assert decided("21:50", "22:10", quiet=NIGHT) == ("skipped", "quiet", at("21:50"))
    assert decided("12:50", "13:10", quiet=nap) == ("moved", "quiet", at("14:00"))


minutes = st.integers(0, 1439)
quiet_hours = st.none() | st.lists(minutes, min_size=2, max_size=2, unique=True).map(
    lambda pair: QuietHours(start_min=pair[0], end_min=pair[1])
)
circumstances = st.builds(
    Circumstances,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    quiet=quiet_hours,
    is_off=st.booleans(),
    paused_until=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    is_paused=st.booleans(),
    is_done=st.booleans(),
    is_held=st.booleans(),
    max_late_min=st.integers(1, 1440),
)
days = st.dates(date(2011, 12, 25), date(2027, 12, 31))


@given(circumstances, days, minutes, st.integers(0, 3 * 1440))
def test_nothing_rings_in_quiet_hours_or_too_late_and_every_outcome_has_a_reason(
    found, day, at_min, late_min
):
    due_at = instant_of(day, at_min, found.zone)
    if due_at is None:
        return
    now = due_at + timedelta(minutes=late_min)
    decision = decide(Due(day=day, at=due_at), found, now=now)
    assert decision.reason in get_args(Reason)
    assert decision.ring_at >= due_at
    if decision.outcome == "send":
        assert found.quiet is None or not found.quiet.hold(now, found.zone)
        assert decision.ring_at <= now <= decision.ring_at + timedelta(minutes=found.max_late_min)
    if decision.outcome == "moved":
        assert decision.ring_at > now
        assert not found.quiet.hold(decision.ring_at, found.zone)
    else:
        assert (decision.reason == "on_time") is (decision.outcome == "send")


@given(circumstances, days, minutes, st.integers(0, 3 * 1440))
def test_what_was_moved_is_decided_upon_for_good_when_its_time_comes(found, day, at_min, late_min):
    due_at = instant_of(day, at_min, found.zone)
    if due_at is None:
        return
    first = decide(Due(day=day, at=due_at), found, now=due_at + timedelta(minutes=late_min))
    if first.outcome == "moved":
        second = decide(Due(day=day, at=first.ring_at), found, now=first.ring_at)
        assert second.outcome == "send"


@given(
    st.integers(1, 127),
    minutes,
    st.lists(
        st.tuples(st.sampled_from(["tick", "travel", "change"]), st.sampled_from(ZONES), minutes),
        max_size=30,
    ),
)
def test_whatever_happens_no_local_date_rings_twice(mask, at_min, happenings):
    now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    rule, zone = Recurrence(at_min=at_min, days_mask=mask), ZoneInfo("UTC")
    keys: list[date] = []
    due = first_due(rule, zone, last_key=None, now=now)
    for what, name, minute in happenings:
        last_key = max(keys, default=None)
        if what == "tick":
            now = max(now, due.at)
            keys.append(due.day)
            due = step(rule, zone, due.day)
        elif what == "travel":
            zone = ZoneInfo(name)
            due = after_travel(rule, zone, last_key=last_key, next_key=due.day)
        else:
            rule = replace(rule, at_min=minute)
            due = first_due(rule, zone, last_key=last_key, now=now)
    assert keys == sorted(set(keys))


@given(
    st.integers(1, 127),
    minutes,
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(ZONES)), max_size=12),
)
def test_travelling_leaves_no_date_out_and_rings_none_twice(mask, at_min, journeys):
    rule, zone = Recurrence(at_min=at_min, days_mask=mask), ZoneInfo("UTC")
    keys: list[date] = []
    due = first_due(rule, zone, last_key=None, now=datetime(2026, 3, 20, 12, tzinfo=UTC))
    for rings, name in journeys:
        for _ in range(rings):
            keys.append(due.day)
            due = step(rule, zone, due.day)
        zone = ZoneInfo(name)
        due = after_travel(rule, zone, last_key=max(keys, default=None), next_key=due.day)
    if keys:
        span = (keys[0] + timedelta(days=n) for n in range((keys[-1] - keys[0]).days + 1))
        assert keys == [day for day in span if rule.falls_on(day)]


def test_after_a_journey_it_rings_by_the_clocks_there():
    # Rung in London on the first; then in Tokyo on the second at eight.
    due = after_travel(AT_EIGHT, ZoneInfo("Asia/Tokyo"), last_key=DAY, next_key=date(2026, 7, 2))
    assert due == Due(day=date(2026, 7, 2), at=datetime(2026, 7, 1, 23, tzinfo=UTC))


def test_a_time_that_is_over_where_somebody_arrives_is_not_swallowed():
    # At seven in London nothing has rung; in Tokyo it is three in the afternoon.
    now = at("07:00")
    due = after_travel(AT_EIGHT, ZoneInfo("Asia/Tokyo"), last_key=None, next_key=DAY)
    assert due.day == DAY
    found = replace(PLAIN, zone=ZoneInfo("Asia/Tokyo"))
    assert decide(due, found, now=now).reason == "late"


def test_a_new_reminder_begins_with_its_next_time():
    assert first_due(AT_EIGHT, LONDON, last_key=None, now=at("07:59")).day == DAY
    tomorrow = DAY + timedelta(days=1)
    assert first_due(AT_EIGHT, LONDON, last_key=None, now=at("08:01")).day == tomorrow
    assert first_due(AT_EIGHT, LONDON, last_key=DAY, now=at("07:59")).day == tomorrow


class TestSnooze:
    def test_it_rings_again_after_the_minutes(self):
        assert snooze_until(30, DAY, 0, PLAIN, now=at("08:00")) == at("08:30")

    def test_three_times_and_not_more(self):
        assert snooze_until(30, DAY, 2, PLAIN, now=at("08:00"))
        with pytest.raises(Conflict, match="three times"):
            snooze_until(30, DAY, 3, PLAIN, now=at("08:00"))

    def test_never_past_its_day(self):
        assert snooze_until(59, DAY, 0, PLAIN, now=at("23:00"))
        with pytest.raises(InvalidValue, match="midnight"):
            snooze_until(60, DAY, 0, PLAIN, now=at("23:00"))
        with pytest.raises(InvalidValue, match="midnight"):
            snooze_until(30, DAY, 0, PLAIN, now=at("09:00", DAY + timedelta(days=1)))

    def test_never_into_quiet_hours(self):
        found = replace(PLAIN, quiet=NIGHT)
        assert snooze_until(59, DAY, 0, found, now=at("21:00"))
        with pytest.raises(InvalidValue, match="quiet"):
            snooze_until(60, DAY, 0, found, now=at("21:00"))

    @pytest.mark.parametrize("minutes", [-30, 0, 4, 241, 10**9])
    def test_neither_shorter_than_five_minutes_nor_longer_than_four_hours(self, minutes):
        with pytest.raises(InvalidValue, match="5 minutes"):
            snooze_until(minutes, DAY, 0, PLAIN, now=at("08:00"))


def test_once_more_is_an_hour_later_on_the_same_day_outside_of_quiet_hours():
    assert once_more_at(DAY, at("08:00"), PLAIN) == at("09:00")
    assert once_more_at(DAY, at("23:30"), PLAIN) is None
    assert once_more_at(DAY, at("21:30"), replace(PLAIN, quiet=NIGHT)) is None


def test_it_stays_open_until_midnight_and_at_least_as_long_as_it_may_be_late():
    midnight = at("00:00", DAY + timedelta(days=1))
    assert closes_at(DAY, at("08:00"), PLAIN) == midnight
    assert closes_at(DAY, at("23:00"), PLAIN) == midnight + timedelta(hours=1)


def test_before_a_date_that_never_was_it_closes_at_the_next_midnight():
    apia = replace(PLAIN, zone=ZoneInfo("Pacific/Apia"))
    ring_at = instant_of(date(2011, 12, 29), 8 * 60, apia.zone)
    assert closes_at(date(2011, 12, 29), ring_at, apia) == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_what_is_suggested_fits_the_plan_and_ends_with_the_check_in():
    found = suggestions([(0, 480), (2, 480), (0, 900), (2, 480)])
    assert [(each.kind, each.rule.at_min, each.rule.days_mask) for each in found] == [
        ("practice", 480, 0b101),
        ("practice", 900, 0b001),
        ("check_in", reminders.CHECK_IN_AT_MIN, 0b1111111),
    ]


def test_of_many_times_a_day_the_ones_on_most_days_are_suggested():
    planned = [(day, 480) for day in range(7)] + [(0, at_min) for at_min in range(500, 1000, 10)]
    found = [each.rule.at_min for each in suggestions(planned) if each.kind == "practice"]
    assert found == [480, 500, 510, 520]
