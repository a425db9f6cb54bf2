"""Pauses: how long one may be, which days it takes out, how it is said."""

from datetime import date, timedelta

import pytest

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.pauses import (
    Pause,
    counted,
    paused_days,
    paused_in_words,
    pauses_that_ended,
    reason_of,
    resumes_on,
)
from fstpwa.domain.practice_history import EventRecord

TODAY = date(2026, 3, 4)
DAY = timedelta(days=1)


def test_a_pause_is_over_on_the_day_after_its_last_one():
    assert resumes_on(TODAY, TODAY) == TODAY + DAY
    assert resumes_on(TODAY + 9 * DAY, TODAY) == TODAY + 10 * DAY


def test_a_pause_may_last_a_year_and_no_longer():
    assert resumes_on(TODAY + 365 * DAY, TODAY) == TODAY + 366 * DAY
    with pytest.raises(InvalidValue, match="within a year"):
        resumes_on(TODAY + 366 * DAY, TODAY)


def test_a_pause_cannot_end_before_it_begins():
    with pytest.raises(InvalidValue, match="is over"):
        resumes_on(TODAY - DAY, TODAY)


def test_reasons_are_known_or_left_open():
    assert [reason_of(each) for each in ("holiday", "illness", "other")] == [
        "holiday",
        "illness",
        "other",
    ]
    assert reason_of("") is reason_of(None) is None
    with pytest.raises(InvalidValue):
        reason_of("work")


def test_the_days_of_pauses_are_counted_once_and_only_as_asked():
    first = Pause(first=TODAY, last=TODAY + 3 * DAY, reason="holiday")
    second = Pause(first=TODAY + 2 * DAY, last=None, reason=None)
    found = paused_days([first, second], TODAY + DAY, TODAY + 5 * DAY)
    assert found == {TODAY + n * DAY for n in range(1, 6)}
    assert paused_days([first], TODAY + 4 * DAY, TODAY + 9 * DAY) == frozenset()


def test_a_pause_that_ended_is_read_from_what_was_noted():
    events = [
        EventRecord(day=TODAY, kind="paused", value=["2026-03-06", "illness"]),
        EventRecord(day=TODAY, kind="stayed"),
    ]
    assert pauses_that_ended(events) == (
        Pause(first=TODAY, last=date(2026, 3, 6), reason="illness"),
    )


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, ""),
        (1, "1 day paused"),
        (6, "6 days paused"),
        (7, "1 week paused"),
        (8, "8 days paused"),
        (14, "2 weeks paused"),
    ],
)
def test_paused_days_are_said_in_weeks_where_they_are_weeks(count, words):
    assert paused_in_words(count) == words


def test_what_is_counted_has_its_plural_where_it_belongs():
    assert counted(1, "planned session") == "1 planned session"
    assert counted(2, "day of rest after a session") == "2 days of rest after a session"
