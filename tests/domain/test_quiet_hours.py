"""In quiet hours nothing rings, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.quiet_hours import QuietHours, not_before, quiet_hours, ringing_time

LONDON = ZoneInfo("Europe/London")
ZONES = ("UTC", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns")
NIGHT = QuietHours(start_min=22 * 60, end_min=7 * 60)
NAP = QuietHours(start_min=13 * 60, end_min=15 * 60)
DAY = date(2026, 7, 1)

minutes = st.integers(0, 1439)
instants = st.datetimes(datetime(2011, 12, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@st.composite
def any_quiet_hours(draw):
    start, end = draw(st.lists(minutes, min_size=2, max_size=2, unique=True))
    return QuietHours(start_min=start, end_min=end)


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "is_quiet"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_they_go_over_midnight_with_their_start_and_without_their_end(clock, is_quiet):
    assert NIGHT.hold(at(clock), LONDON) is is_quiet


def test_in_the_morning_a_reminder_waits_for_their_end():
    assert ringing_time(at("06:00"), DAY, NIGHT, LONDON) == at("07:00")


def test_in_the_evening_it_is_left_out():
    assert ringing_time(at("22:30"), DAY, NIGHT, LONDON) is None


def test_quiet_hours_within_a_day_only_put_it_off():
    assert ringing_time(at("13:00"), DAY, NAP, LONDON) == at("15:00")


def test_outside_of_them_and_without_any_it_rings_when_it_is_due():
    assert ringing_time(at("12:59"), DAY, NAP, LONDON) == at("12:59")
    assert ringing_time(at("23:59"), DAY, None, LONDON) == at("23:59")


def test_an_end_that_the_clocks_show_twice_is_the_second_one_from_between_them():
    # 01:30 to 02:00 is shown twice that night; at the second 01:45 the first 02:00 is no way out.
    night = QuietHours(start_min=60, end_min=110)
    second = datetime(2026, 10, 25, 1, 45, tzinfo=UTC)
    assert night.hold(second, LONDON)
    assert night.after(second, LONDON) == datetime(2026, 10, 25, 1, 50, tzinfo=UTC)


@given(any_quiet_hours(), instants, st.sampled_from(ZONES))
def test_their_end_is_never_quiet_never_earlier_and_at_most_a_day_and_a_half_away(quiet, now, zone):
    over = quiet.after(now, ZoneInfo(zone))
    assert not quiet.hold(over, ZoneInfo(zone))
    assert now <= over <= now + timedelta(hours=50)


@given(any_quiet_hours(), instants, st.sampled_from(ZONES))
def test_what_waits_still_rings_on_its_own_date(quiet, now, zone):
    day = now.astimezone(ZoneInfo(zone)).date()
    ring_at = ringing_time(now, day, quiet, ZoneInfo(zone))
    assert ring_at is None or ring_at.astimezone(ZoneInfo(zone)).date() == day


@pytest.mark.parametrize(("start_min", "end_min"), [(-1, 0), (0, 1440), (60, 60)])
def test_impossible_ones_are_refused(start_min, end_min):
    with pytest.raises(InvalidValue):
        QuietHours(start_min=start_min, end_min=end_min)


def test_two_empty_columns_are_no_quiet_hours():
    assert quiet_hours(None, None) is None
    assert quiet_hours(22 * 60, 7 * 60) == NIGHT


class TestWhatWaits:
    """News wait for the end of whatever keeps them, and not longer."""

    @pytest.mark.parametrize(
        ("at", "until"),
        [
            ("2026-03-04T12:00+00:00", "2026-03-04T12:00+00:00"),
            ("2026-03-04T22:30+00:00", "2026-03-05T07:00+00:00"),
            ("2026-03-04T06:59+00:00", "2026-03-04T07:00+00:00"),
            # The clocks go forward in this night.
            ("2026-03-28T23:00+00:00", "2026-03-29T06:00+00:00"),
        ],
    )
    def test_for_quiet_hours(self, at, until):
        found = not_before(datetime.fromisoformat(at), NIGHT, LONDON)
        assert found == datetime.fromisoformat(until)

    @pytest.mark.parametrize(
        ("paused_until", "until"),
        [
            (date(2026, 3, 3), "2026-03-04T12:00+00:00"),
            (date(2026, 3, 4), "2026-03-04T12:00+00:00"),
            (date(2026, 3, 5), "2026-03-05T07:00+00:00"),
            (date(2026, 7, 1), "2026-07-01T06:00+00:00"),
        ],
    )
    def test_for_a_break_and_then_for_the_night_it_ends_in(self, paused_until, until):
        noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
        found = not_before(noon, NIGHT, LONDON, paused_until=paused_until)
        assert found == datetime.fromisoformat(until)

    def test_without_quiet_hours_a_break_ends_at_midnight(self):
        noon = datetime(2026, 7, 4, 12, tzinfo=UTC)
        found = not_before(noon, None, LONDON, paused_until=date(2026, 7, 6))
        assert found == datetime(2026, 7, 5, 23, tzinfo=UTC)

    def test_a_break_to_a_day_that_never_was_ends_on_the_next(self):
        before = datetime(2011, 12, 29, 12, tzinfo=UTC)
        found = not_before(before, None, ZoneInfo("Pacific/Apia"), paused_until=date(2011, 12, 30))
        assert found == datetime(2011, 12, 30, 10, tzinfo=UTC)
