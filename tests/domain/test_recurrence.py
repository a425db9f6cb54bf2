"""Reminders fall due at their wall time, in every zone, through every change of the clocks."""

import struct
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.recurrence import (
    EVERY_DAY,
    Recurrence,
    days_of,
    instant_of,
    mask_of,
    next_due,
    step,
)

ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
FIRST, LAST = datetime(1971, 1, 1, tzinfo=UTC), datetime(2037, 12, 1, tzinfo=UTC)
WALL_TIMES = range(0, 24 * 60, 30)
DAY = timedelta(days=1)


@cache
def transitions(zone: str) -> tuple[datetime, ...]:
    """Return when the offset of a zone changes, read from its file and not by the code that is tested."""
    raw = files("tzdata.zoneinfo").joinpath(*zone.split("/")).read_bytes()
    first = struct.unpack(">6l", raw[20:44])
    utc_count, std_count, leap_count, time_count, type_count, letters = first
    skipped = time_count * 5 + type_count * 6 + letters + leap_count * 8 + std_count + utc_count
    body = raw[44 + skipped :]
    *_, time_count, _, _ = struct.unpack(">6l", body[20:44])
    found = struct.unpack(f">{time_count}q", body[44 : 44 + time_count * 8])
    kept = [datetime.fromtimestamp(each, UTC) for each in found if abs(each) < 2**40]
    return tuple(each for each in kept if FIRST < each < LAST)


def local_dates_around(zone: ZoneInfo, change: datetime) -> list[date]:
    """Return the dates that a wall clock really showed in the week around a change of it."""
    minutes = (change + timedelta(minutes=15 * each) for each in range(-3 * 96, 3 * 96))
    return sorted({each.astimezone(zone).date() for each in minutes})


@pytest.mark.parametrize("name", ZONES)
def test_each_local_date_is_due_exactly_once_through_every_change_of_the_clocks(name):
    zone = ZoneInfo(name)
    # The same change in many years tells the same: one of each kind is enough.
    kinds = {}
    for change in transitions(name):
        before = (change - timedelta(seconds=1)).astimezone(zone)
        after = change.astimezone(zone)
        kinds.setdefault((before.utcoffset(), after.utcoffset(), before.time()), change)
    for change in kinds.values():
        dates = local_dates_around(zone, change)[1:-1]
        for at_min in WALL_TIMES[::6] if len(kinds) > 40 else WALL_TIMES:
            due = []
            found = step(Recurrence(at_min=at_min), zone, dates[0] - DAY)
            while found.day <= dates[-1]:
                due.append(found.day)
                later = step(Recurrence(at_min=at_min), zone, found.day)
                assert later.at > found.at
                found = later
            assert due == dates, (name, change, at_min)


@pytest.mark.parametrize("name", ZONES)
def test_a_time_is_what_the_wall_clock_shows_unless_it_was_skipped(name):
    zone = ZoneInfo(name)
    for change in transitions(name)[-6:]:
        offset_before = (change - timedelta(seconds=1)).astimezone(zone).utcoffset()
        for day in local_dates_around(zone, change)[1:-1]:
            for at_min in WALL_TIMES:
                at = instant_of(day, at_min, zone)
                shown = at.astimezone(zone)
                if shown.date() == day and shown.hour * 60 + shown.minute == at_min:
                    continue
                # Skipped: as long after midnight by the clock as it was before the change.
                gap = shown.utcoffset() - offset_before
                wished = datetime(day.year, day.month, day.day) + timedelta(minutes=at_min)
                assert shown.replace(tzinfo=None, fold=0) - wished == gap


def test_in_the_hour_that_spring_skips_it_rings_at_the_offset_from_before():
    at = instant_of(date(2026, 3, 29), 2 * 60 + 30, ZoneInfo("Europe/Berlin"))
    assert at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "03:30"


def test_in_the_hour_that_autumn_repeats_it_rings_the_first_time():
    at = instant_of(date(2026, 10, 25), 2 * 60 + 30, ZoneInfo("Europe/Berlin"))
    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_date_that_samoa_never_had_is_left_out():
    apia = ZoneInfo("Pacific/Apia")
    assert instant_of(date(2011, 12, 30), 8 * 60, apia) is None
    every = Recurrence(at_min=8 * 60)
    assert step(every, apia, date(2011, 12, 29)).day == date(2011, 12, 31)
    fridays = Recurrence(at_min=8 * 60, days_mask=mask_of([4]))
    assert step(fridays, apia, date(2011, 12, 23)).day == date(2012, 1, 6)


def test_only_chosen_weekdays_are_due():
    rule = Recurrence(at_min=0, days_mask=mask_of([0, 3]))
    day, found = date(2026, 11, 22), []
    for _ in range(4):
        day = step(rule, ZoneInfo("UTC"), day).day
        found.append(day.strftime("%a"))
    assert found == ["Mon", "Thu", "Mon", "Thu"]


def test_what_is_due_this_very_minute_is_still_due():
    rule, now = Recurrence(at_min=480), datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert next_due(rule, ZoneInfo("UTC"), after=None, now=now).at == now
    assert next_due(rule, ZoneInfo("UTC"), after=date(2026, 11, 23), now=now).day == date(
        2026, 11, 24
    )


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.integers(0, 1439),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2036, 1, 1)),
)
def test_whoever_travels_is_never_reminded_twice_for_one_date(here, there, at_min, moment):
    now, rule = moment.replace(tzinfo=UTC), Recurrence(at_min=at_min)
    rung = next_due(rule, ZoneInfo(here), after=None, now=now)
    after_flight = next_due(rule, ZoneInfo(there), after=rung.day, now=rung.at)
    assert after_flight.day > rung.day
    assert after_flight.at >= rung.at
    assert after_flight.at - rung.at < timedelta(days=4)


@given(st.sets(st.integers(0, 6), min_size=1))
def test_a_mask_is_read_as_it_was_made(days):
    assert set(days_of(mask_of(days))) == days


@pytest.mark.parametrize(
    ("at_min", "mask"), [(-1, EVERY_DAY), (1440, EVERY_DAY), (0, 0), (0, 128), (0, -1)]
)
def test_what_cannot_be_is_refused(at_min, mask):
    with pytest.raises(InvalidValue):
        Recurrence(at_min=at_min, days_mask=mask)


@pytest.mark.parametrize("day", [-1, 7])
def test_there_are_seven_weekdays(day):
    with pytest.raises(InvalidValue):
        mask_of([day])
