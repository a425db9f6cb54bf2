"""Practice and symptoms on one axis of time: counted fairly, nothing filled in."""

from datetime import date, timedelta

import pytest

from fstpwa.domain.course import STRETCHES, Practised, course, first_day, read_from
from fstpwa.domain.practice_history import PlannedRecord

TODAY = date(2026, 3, 11)
"""A Wednesday."""
MONDAY = date(2026, 3, 9)


def practised(*days: date, before: int | None = 2, after: int | None = 5) -> list[Practised]:
    return [Practised(day=day, before=before, after=after) for day in days]


def planned(*days: date, state: str = "planned", optional: bool = False) -> list[PlannedRecord]:
    return [PlannedRecord(day=day, template="main", state=state, optional=optional) for day in days]


def of(weeks: int = 12, **given):
    facts = {"practised": (), "planned": (), "ratings": {}} | given
    return course(TODAY, weeks, **facts)


@pytest.mark.parametrize("weeks", STRETCHES)
def test_a_stretch_begins_on_a_monday_and_ends_today(weeks):
    found = of(weeks)
    assert found.first == first_day(TODAY, weeks) == MONDAY - timedelta(weeks=weeks - 1)
    assert found.last == TODAY
    assert len(found.stiffness) == (TODAY - found.first).days + 1
    assert len(found.bars) == (len(found.stiffness) if weeks == 4 else weeks)


def test_a_week_counts_what_was_to_be_done_by_now_and_not_what_is_still_ahead():
    days = [MONDAY + timedelta(days=n) for n in range(7)]
    found = of(planned=planned(*days), practised=practised(MONDAY))
    assert found.bars[-1].words == "1 of 2"


@pytest.mark.parametrize("kind", ["flares", "held"])
def test_what_was_planned_on_a_flare_day_or_a_day_of_rest_and_not_done_is_not_counted(kind):
    days = [MONDAY - timedelta(days=n) for n in range(1, 6)]
    found = of(planned=planned(*days), practised=practised(*days[:2]), **{kind: days[2:4]})
    assert found.bars[-2].words == "2 of 3"


def test_more_than_was_planned_is_never_said_to_be_of_it():
    found = of(planned=planned(MONDAY), practised=practised(MONDAY, MONDAY, MONDAY))
    assert found.bars[-1].words == "3, 1 planned"


def test_sessions_that_are_only_if_one_likes_are_not_counted_as_planned():
    assert of(planned=planned(MONDAY, optional=True)).bars[-1].words == "-"


def test_what_was_done_counts_as_planned_also_on_a_flare_day():
    found = of(planned=planned(MONDAY, state="done"), practised=practised(MONDAY), flares={MONDAY})
    assert found.bars[-1].words == "1 of 1"


def test_without_the_plan_only_what_was_done_is_shown():
    found = of(planned=None, practised=practised(MONDAY))
    assert found.bars[-1].planned is None
    assert found.bars[-1].words == "1"
    assert "planned" not in found.words


def test_a_day_without_a_rating_stays_a_gap():
    found = of(ratings={MONDAY: 4})
    assert dict(found.stiffness)[MONDAY] == 4
    assert dict(found.stiffness)[TODAY] is None
    assert all(value is None for _, value in found.smooth)


def test_the_median_of_seven_days_begins_with_the_stretch():
    ratings = {read_from(TODAY, 4) + timedelta(days=n): 5.0 for n in range(20)}
    found = of(4, ratings=ratings)
    assert found.smooth[0] == (found.first, 5.0)


def test_pain_is_shown_session_by_session_and_over_a_year_as_the_median_of_a_week():
    sessions = [
        *practised(MONDAY, before=1, after=2),
        *practised(MONDAY, before=3, after=8),
        *practised(TODAY, before=None, after=3),
    ]
    assert [each.words for each in of(practised=sessions).pains] == [
        "1, then 2",
        "3, then 8",
        "not said, then 3",
    ]
    [week] = of(52, practised=sessions).pains
    assert (week.day, week.before, week.after) == (MONDAY, 2, 3)


def test_a_session_of_which_no_pain_was_said_has_no_mark():
    assert of(practised=practised(MONDAY, before=None, after=None)).pains == ()


def test_the_table_is_newest_first_without_the_days_that_have_nothing_to_tell():
    found = of(
        practised=practised(MONDAY, MONDAY - timedelta(days=3)),
        ratings={MONDAY: 6},
        flares={MONDAY},
        visits={TODAY},
    )
    rows = [
        (row.name, row.sessions, row.stiffness, row.pain, row.flare_words, row.visits)
        for row in found.rows
    ]
    assert rows == [
        ("Wed 11 March", "-", "-", "-", "-", 1),
        ("Mon 9 March", "1", "6", "2, then 5", "yes", 0),
        ("Fri 6 March", "1", "-", "2, then 5", "-", 0),
    ]


def test_over_a_year_the_table_has_a_row_a_week():
    found = of(
        52, practised=practised(MONDAY, TODAY), ratings={MONDAY: 6, TODAY: 3}, flares={TODAY}
    )
    [row] = found.rows
    assert (row.name, row.sessions, row.stiffness, row.flare_words) == (
        "Week of 9 March",
        "2",
        "4.5",
        "1",
    )


def test_what_lies_outside_the_stretch_is_left_out():
    long_ago = MONDAY - timedelta(weeks=20)
    found = of(
        practised=practised(long_ago),
        ratings={long_ago: 4, TODAY + timedelta(days=1): 4},
        flares={long_ago},
        visits={long_ago},
    )
    assert found.is_empty
    assert not found.rows
    assert not found.visits


def test_it_says_in_words_what_is_drawn_and_never_a_cause():
    found = of(
        practised=practised(MONDAY, TODAY),
        planned=planned(MONDAY, TODAY, state="done"),
        ratings={MONDAY - timedelta(days=n): 4 for n in range(10)},
        flares={MONDAY},
        visits={TODAY},
    )
    assert "sessions done 2 of 2." in found.words
    assert "Pain after practice less pain before it, as a median: 3." in found.words
    assert "Flare days: 1. Days in the clinic: 1." in found.words
    assert found.words.endswith("Change over time, for any reason.")
