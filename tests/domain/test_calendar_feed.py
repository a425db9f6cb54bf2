"""A calendar has no rules but weekly ones: what quiet hours mean for it is the same as at a send."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from fstpwa.domain.calendar_feed import outside_quiet_hours
from fstpwa.domain.quiet_hours import QuietHours, ringing_time

DAY = date(2026, 3, 4)
MINUTES = st.integers(0, 1439)


def at(minute: int) -> datetime:
    return datetime.combine(DAY, time(*divmod(minute, 60)), tzinfo=UTC)


def test_without_quiet_hours_it_rings_at_its_time():
    assert outside_quiet_hours(480, None) == 480


@given(at_min=MINUTES, start=MINUTES, end=MINUTES)
def test_it_rings_when_the_phone_would(at_min, start, end):
    assume(start != end)
    quiet = QuietHours(start_min=start, end_min=end)
    rings = ringing_time(at(at_min), DAY, quiet, ZoneInfo("UTC"))
    found = outside_quiet_hours(at_min, quiet)
    assert (None if found is None else at(found)) == rings
