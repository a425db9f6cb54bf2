"""What of a phone's report may be stored: its clock may be wrong."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.session_log import OLDEST, believable_times

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_right_clock_is_left_alone():
    assert believable_times(NOW - 2 * HOUR, NOW - HOUR, NOW) == (NOW - 2 * HOUR, NOW - HOUR)


def test_a_clock_ahead_ends_the_session_now():
    assert believable_times(NOW - HOUR, NOW + HOUR, NOW) == (NOW - HOUR, NOW)
    assert believable_times(NOW + HOUR, NOW + 2 * HOUR, NOW) == (NOW, NOW)


def test_a_start_after_the_end_becomes_the_end():
    assert believable_times(NOW - HOUR, NOW - 2 * HOUR, NOW) == (NOW - 2 * HOUR, NOW - 2 * HOUR)


def test_other_zones_are_the_same_instants():
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    start = (NOW - HOUR).astimezone(kathmandu)
    assert believable_times(start, NOW.astimezone(kathmandu), NOW) == (NOW - HOUR, NOW)


@pytest.mark.parametrize(
    ("start", "finish"),
    [
        (NOW - timedelta(days=1, seconds=1), NOW),
        (NOW - OLDEST - HOUR, NOW - OLDEST - HOUR),
        (datetime.min.replace(tzinfo=UTC), NOW),
        (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_what_cannot_be_mended_is_refused(start, finish):
    with pytest.raises(InvalidValue):
        believable_times(start, finish, NOW)


INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(INSTANTS, INSTANTS)
def test_whatever_a_phone_says_is_refused_or_believable(start, finish):
    try:
        first, last = believable_times(start, finish, NOW)
    except InvalidValue:
        return
    assert NOW - OLDEST <= first <= last <= NOW
    assert last - first <= timedelta(days=1)
