"""The person's own day, zones and days in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.days import (
    check_day,
    clock_time,
    day_in_words,
    days_between,
    first_editable_day,
    local_day,
    long_day,
    minutes_ahead,
    monday_of,
    span_in_words,
    time_zone_choices,
    validate_time_zone,
)
from fstpwa.domain.errors import InvalidValue

TODAY = date(2025, 3, 5)


def test_the_same_instant_is_another_day_elsewhere():
    now = datetime(2025, 3, 5, 11, 30, tzinfo=UTC)

    assert local_day(now, "Europe/London") == date(2025, 3, 5)
    assert local_day(now, "Pacific/Auckland") == date(2025, 3, 6)
    assert local_day(now, "Pacific/Pago_Pago") == date(2025, 3, 5)
    assert local_day(now - timedelta(hours=1), "Pacific/Pago_Pago") == date(2025, 3, 4)


@pytest.mark.parametrize(
    ("zone", "month", "ahead"),
    [
        ("Europe/London", 1, 0),
        ("Europe/London", 7, 60),
        ("America/St_Johns", 1, -210),
        ("Asia/Kathmandu", 7, 345),
    ],
)
def test_a_clock_is_so_many_minutes_ahead_of_utc(zone, month, ahead):
    assert minutes_ahead(datetime(2026, month, 15, 12, tzinfo=UTC), zone) == ahead


def test_a_naive_instant_has_no_local_day():
    with pytest.raises(InvalidValue):
        local_day(datetime(2025, 3, 5, 11, 30), "Europe/London")


def test_a_day_begins_when_the_clocks_skip_its_midnight():
    # In Cairo the clocks went from 24:00 on 24 April 2025 to 01:00.
    began = datetime(2025, 4, 24, 22, tzinfo=UTC)
    assert local_day(began, "Africa/Cairo") == date(2025, 4, 25)
    assert local_day(began - timedelta(seconds=1), "Africa/Cairo") == date(2025, 4, 24)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(time_zone_choices()),
)
def test_the_own_day_is_at_most_one_away_from_that_of_utc(now, zone):
    assert abs((local_day(now, zone) - now.date()).days) <= 1


@pytest.mark.parametrize("name", ["Europe/London", " europe/london ", "EUROPE/LONDON"])
def test_a_zone_is_stored_as_the_database_spells_it(name):
    assert validate_time_zone(name) == "Europe/London"


def test_old_names_that_browsers_still_send_are_zones():
    assert validate_time_zone("Asia/Calcutta") == "Asia/Calcutta"
    assert validate_time_zone("utc") == "UTC"


@pytest.mark.parametrize(
    "name", ["", "London", "../etc/passwd", "Europe/", "Factory", "localtime", "a\0b", "É" * 5000]
)
def test_anything_else_is_no_zone(name):
    with pytest.raises(InvalidValue, match="time zone"):
        validate_time_zone(name)


def test_the_list_of_zones_offers_places_and_utc():
    choices = time_zone_choices()

    assert "Europe/London" in choices
    assert choices[-1] == "UTC"
    assert not any(name.startswith(("Etc/", "posix", "US/")) for name in choices)


def test_the_last_400_days_can_be_written_and_no_other():
    first = first_editable_day(TODAY)

    assert len(days_between(first, TODAY)) == 400
    assert check_day(first, TODAY) == first
    assert check_day(TODAY, TODAY) == TODAY
    with pytest.raises(InvalidValue, match=r"^That day has not happened yet\.$"):
        check_day(TODAY + timedelta(days=1), TODAY)
    with pytest.raises(InvalidValue, match="too long ago"):
        check_day(first - timedelta(days=1), TODAY)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY, "today"),
        (date(2025, 3, 4), "yesterday"),
        (date(2025, 3, 6), "tomorrow"),
        (date(2025, 3, 3), "Monday 3 March"),
        (date(2024, 12, 31), "Tuesday 31 December 2024"),
    ],
)
def test_a_day_in_words(day, words):
    assert day_in_words(day, TODAY) == words


def test_a_day_keeps_its_year_to_itself_unless_asked():
    assert long_day(date(2024, 12, 31)) == "Tuesday 31 December"
    assert span_in_words(date(2024, 12, 31), TODAY, TODAY) == "31 December 2024 to 5 March"
    assert span_in_words(TODAY, TODAY) == "5 March"


def test_weeks_begin_on_monday():
    assert monday_of(date(2025, 3, 9)) == monday_of(date(2025, 3, 3)) == date(2025, 3, 3)


def test_days_between_includes_both_ends():
    assert days_between(date(2024, 2, 28), date(2024, 3, 1)) == (
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
    )
    assert days_between(TODAY, TODAY - timedelta(days=1)) == ()


def test_a_time_of_day_is_written_with_two_digits_each():
    assert [clock_time(at_min) for at_min in (0, 485, 1439)] == ["00:00", "08:05", "23:59"]
