"""What of a phone's report may be stored: its clock may be wrong, and no session is lost for it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.session import Part
from fstpwa.domain.session_log import (
    LONGEST,
    OLDEST,
    believable_times,
    corrected_s,
    results_of_ticks,
)

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_right_clock_is_left_alone():
    times = (NOW - 2 * HOUR, NOW - HOUR)
    assert believable_times(*times, NOW) == times
    assert believable_times(*times, NOW, sent_at=NOW) == times
    assert believable_times(*times, NOW, sent_at=NOW - 2 * MINUTE) == times


@pytest.mark.parametrize("wrong", [2 * DAY, -2 * DAY, 3 * MINUTE, -3 * MINUTE, -20_000 * DAY])
def test_a_wrong_clock_is_set_right_by_its_own_now(wrong):
    times = believable_times(NOW - 2 * HOUR + wrong, NOW - HOUR + wrong, NOW, sent_at=NOW + wrong)
    assert times == (NOW - 2 * HOUR, NOW - HOUR)


def test_what_ends_in_the_future_ended_now_and_keeps_its_length():
    assert believable_times(NOW + HOUR, NOW + 2 * HOUR, NOW) == (NOW - HOUR, NOW)
    assert believable_times(NOW, NOW + MINUTE, NOW, sent_at=NOW + MINUTE) == (NOW - MINUTE, NOW)


def test_a_start_after_the_end_becomes_the_end():
    assert believable_times(NOW - HOUR, NOW - 2 * HOUR, NOW) == (NOW - 2 * HOUR, NOW - 2 * HOUR)


def test_other_zones_are_the_same_instants():
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    start = (NOW - HOUR).astimezone(kathmandu)
    assert believable_times(start, NOW.astimezone(kathmandu), NOW) == (NOW - HOUR, NOW)


def test_a_session_over_a_pause_of_days_is_a_day_long_at_most():
    assert believable_times(NOW - 3 * DAY, NOW - HOUR, NOW) == (NOW - HOUR - DAY, NOW - HOUR)


def test_what_was_over_400_days_ago_was_now():
    assert believable_times(NOW - OLDEST, NOW - OLDEST, NOW) == (NOW - OLDEST, NOW - OLDEST)
    long_ago = NOW - OLDEST - HOUR
    assert believable_times(long_ago - HOUR, long_ago, NOW) == (NOW - HOUR, NOW)


INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(INSTANTS, INSTANTS, st.none() | INSTANTS)
def test_whatever_a_phone_says_becomes_believable(start, finish, sent_at):
    first, last = believable_times(start, finish, NOW, sent_at=sent_at)
    assert NOW - OLDEST <= last <= NOW
    assert timedelta() <= last - first <= LONGEST


PARTS = (Part(item="1", easier=False), Part(item="2", easier=True))


def test_ticked_items_count_in_full_with_the_dose_of_their_part():
    ticked, left_out = results_of_ticks(PARTS, {"1": 50, "2": 30}, ["1", "99"])
    assert (ticked.item, ticked.state, ticked.easier, ticked.done_s) == ("1", "done", False, 50)
    assert (left_out.state, left_out.easier, left_out.done_s) == ("skipped", True, 0)


@pytest.mark.parametrize("done", [[], ["99"]])
def test_ticks_of_nothing_are_refused(done):
    with pytest.raises(InvalidValue):
        results_of_ticks(PARTS, {"1": 50, "2": 30}, done)


@pytest.mark.parametrize(
    ("state", "done_s", "counts"),
    [
        ("done", 20, 20),
        ("done", 0, 60),
        ("part", 20, 20),
        ("part", 0, 30),
        ("skipped", 20, 0),
        ("skipped", 0, 0),
    ],
)
def test_a_corrected_movement_keeps_what_was_measured(state, done_s, counts):
    assert corrected_s(state, done_s, planned_s=60) == counts
