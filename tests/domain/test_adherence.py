"""Adherence: counted against what was planned, fair in pauses, flares and after a red day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.adherence import LEAST_FOR_SHARE, Excused, Kept, adherence, kept
from fstpwa.domain.practice_history import PlannedRecord

WEDNESDAY = date(2026, 3, 4)
MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)
DAY = timedelta(days=1)
LONG_AGO = date(2025, 1, 1)


def planned(day: date, state="planned", *, optional: bool = False) -> PlannedRecord:
    return PlannedRecord(day=day, template="main", state=state, optional=optional)


NOTHING = Excused()


def this_week(records, excused: Excused = NOTHING, today: date = SUNDAY) -> Kept:
    return kept(records, excused, first=MONDAY, last=SUNDAY, today=today)


def test_done_and_missed_sessions_of_a_week_are_counted():
    week = this_week(
        [planned(MONDAY, "done"), planned(MONDAY + DAY), planned(WEDNESDAY, "skipped")]
    )
    assert (week.planned, week.due, week.done) == (3, 3, 1)
    assert week.words == "1 of 3 planned sessions"
    assert week.is_lighter


def test_what_is_still_ahead_is_planned_and_not_missed():
    week = this_week(
        [planned(MONDAY, "done"), planned(WEDNESDAY), planned(SUNDAY)], today=WEDNESDAY
    )
    assert (week.planned, week.due, week.done) == (3, 1, 1)
    assert week.words == "1 of 3 planned sessions"
    assert not week.is_lighter


@pytest.mark.parametrize(("done", "is_lighter"), [(4, False), (3, False), (2, True), (0, True)])
def test_a_week_is_lighter_when_less_than_three_quarters_were_done(done, is_lighter):
    records = [planned(MONDAY, "done")] * done + [planned(MONDAY)] * (4 - done)
    assert this_week(records).is_lighter is is_lighter


def test_a_week_with_a_flare_day_is_lighter_whatever_was_done():
    assert this_week([planned(SUNDAY, "done")], Excused(flares=frozenset({MONDAY}))).is_lighter


def test_optional_sessions_never_count():
    records = [planned(MONDAY, "done", optional=True), planned(MONDAY), planned(WEDNESDAY, "done")]
    assert this_week(records) == this_week(records[1:])


def test_a_session_counts_on_the_day_it_was_moved_to():
    moved = [planned(MONDAY - DAY, "done")]
    assert this_week(moved).planned == 0
    before = kept(moved, Excused(), first=MONDAY - 7 * DAY, last=MONDAY - DAY, today=SUNDAY)
    assert before.done == 1


@pytest.mark.parametrize("kind", ["paused", "flares", "held"])
def test_nothing_counts_against_anybody_on_an_excused_day(kind):
    excused = Excused(**{kind: frozenset({MONDAY})})
    week = this_week([planned(MONDAY), planned(MONDAY, "skipped"), planned(WEDNESDAY)], excused)
    assert (week.planned, week.due, week.done) == (1, 1, 0)


@pytest.mark.parametrize("kind", ["paused", "flares", "held"])
def test_what_was_done_on_an_excused_day_makes_up_for_a_missed_one_but_never_for_more(kind):
    excused = Excused(**{kind: frozenset({MONDAY})})
    bonus = planned(MONDAY, "done")
    assert this_week([bonus, planned(WEDNESDAY)], excused).done == 1
    full = this_week([bonus, bonus, planned(WEDNESDAY, "done")], excused)
    assert (full.planned, full.done) == (1, 1)
    assert this_week([bonus], excused).done == 0


def test_a_day_that_is_several_things_is_said_once():
    excused = Excused(
        paused=frozenset({MONDAY}),
        flares=frozenset({MONDAY, MONDAY + DAY}),
        held=frozenset({MONDAY, MONDAY + DAY, WEDNESDAY}),
    )
    week = this_week([], excused)
    assert (week.paused_days, week.flare_days, week.held_days) == (1, 1, 1)
    assert week.words == "1 day paused, 1 flare day, 1 day of rest after a session"


def test_a_week_that_was_paused_says_so_and_one_without_a_plan_too():
    paused = Excused(paused=frozenset(MONDAY + n * DAY for n in range(7)))
    assert this_week([], paused).words == "1 week paused"
    assert this_week([]).words == "Nothing was planned"
    assert this_week([planned(MONDAY, "done")]).words == "1 of 1 planned session"


def test_days_ahead_of_a_pause_are_not_said_to_be_paused():
    paused = Excused(paused=frozenset(MONDAY + n * DAY for n in range(7)))
    assert this_week([], paused, today=WEDNESDAY).paused_days == 3


def test_a_share_is_only_said_where_it_means_something():
    few = this_week([planned(MONDAY, "done")] * (LEAST_FOR_SHARE - 1))
    assert few.share is None
    many = this_week([planned(MONDAY, "done")] * 9 + [planned(MONDAY)])
    assert many.share == 0.9


def test_four_weeks_are_told_each_from_its_monday_and_together():
    found = adherence(
        [planned(MONDAY - 7 * n * DAY, "done") for n in range(5)],
        Excused(),
        started_on=LONG_AGO,
        today=WEDNESDAY,
    )
    assert [each.first for each in found.weeks] == [MONDAY - 7 * n * DAY for n in (3, 2, 1, 0)]
    assert all(each.done == 1 for each in found.weeks)
    assert (found.together.done, found.together.planned) == (4, 4)
    assert found.this_week.first == MONDAY


def test_weeks_before_the_programme_began_are_not_told():
    found = adherence([], Excused(), started_on=WEDNESDAY, today=WEDNESDAY)
    assert [each.first for each in found.weeks] == [MONDAY]
    later = adherence([], Excused(), started_on=WEDNESDAY, today=WEDNESDAY + 8 * DAY)
    assert len(later.weeks) == 2


def test_a_start_that_a_wrong_clock_put_into_the_future_still_has_this_week():
    found = adherence([], Excused(), started_on=SUNDAY + 30 * DAY, today=WEDNESDAY)
    assert len(found.weeks) == 1


DAYS = st.integers(-30, 10).map(lambda n: WEDNESDAY + n * DAY)
RECORDS = st.lists(
    st.builds(
        PlannedRecord,
        day=DAYS,
        template=st.just("main"),
        state=st.sampled_from(["planned", "done", "skipped"]),
        optional=st.booleans(),
    ),
    max_size=60,
)
EXCUSED = st.builds(
    Excused, paused=st.frozensets(DAYS), flares=st.frozensets(DAYS), held=st.frozensets(DAYS)
)


@given(RECORDS, EXCUSED)
def test_nobody_ever_did_more_than_was_planned_nor_less_than_nothing(records, excused):
    found = adherence(records, excused, started_on=LONG_AGO, today=WEDNESDAY)
    for week in (*found.weeks, found.together):
        assert 0 <= week.done <= week.planned
        assert 0 <= week.due <= week.planned
        assert week.share is None or 0 <= week.share <= 1


@given(RECORDS, EXCUSED, st.randoms(use_true_random=False))
def test_the_order_in_which_entries_arrive_changes_nothing(records, excused, random):
    shuffled = list(records)
    random.shuffle(shuffled)
    first, second = (
        adherence(each, excused, started_on=LONG_AGO, today=WEDNESDAY)
        for each in (records, shuffled)
    )
    assert first == second


@given(RECORDS, EXCUSED, DAYS)
def test_to_excuse_one_more_day_never_makes_a_missed_session_more(records, excused, day):
    more = Excused(paused={*excused.paused, day}, flares=excused.flares, held=excused.held)

    def missed(found: Excused) -> int:
        weeks = adherence(records, found, started_on=LONG_AGO, today=WEDNESDAY).weeks
        return sum(max(0, week.due - week.done) for week in weeks)

    assert missed(more) <= missed(excused)


def test_a_week_with_a_day_of_rest_is_lighter_whatever_was_done():
    assert this_week([planned(SUNDAY, "done")], Excused(held=frozenset({MONDAY}))).is_lighter


def test_what_is_done_or_left_out_before_its_day_is_due():
    ahead = [planned(SUNDAY, "done"), planned(SUNDAY, "skipped"), planned(SUNDAY)]
    week = this_week(ahead, today=WEDNESDAY)
    assert (week.planned, week.due, week.done) == (3, 2, 1)


def test_a_day_that_is_several_things_is_one_day_of_the_first_of_them():
    day = frozenset({MONDAY})
    both = this_week([], Excused(paused=day, held=day))
    assert (both.paused_days, both.flare_days, both.held_days) == (1, 0, 0)
    flared = this_week([], Excused(flares=day, held=day))
    assert (flared.paused_days, flared.flare_days, flared.held_days) == (0, 1, 0)
    assert this_week([], Excused(held=day)).held_days == 1


def test_the_week_on_whose_sunday_a_programme_began_is_one_of_its_weeks():
    found = adherence([], NOTHING, started_on=SUNDAY, today=SUNDAY + DAY)
    assert [each.first for each in found.weeks] == [MONDAY, SUNDAY + DAY]
    later = adherence([], NOTHING, started_on=SUNDAY + DAY, today=SUNDAY + DAY)
    assert [each.first for each in later.weeks] == [SUNDAY + DAY]


def test_a_programme_that_begins_next_week_has_this_week():
    found = adherence([], NOTHING, started_on=SUNDAY + DAY, today=SUNDAY)
    assert (found.this_week.first, found.this_week.last) == (MONDAY, SUNDAY)


def test_seven_of_ten_are_less_than_three_quarters_and_ten_are_enough_for_a_share():
    records = [planned(MONDAY, "done")] * 7 + [planned(MONDAY)] * 3
    assert this_week(records).is_lighter
    assert this_week(records).share == 0.7
    assert this_week(records[1:]).share is None


def test_what_was_planned_is_said_first_then_pauses_flares_and_rest():
    excused = Excused(
        paused=frozenset({MONDAY}),
        flares=frozenset({MONDAY + DAY}),
        held=frozenset({WEDNESDAY}),
    )
    assert this_week([planned(SUNDAY, "done")], excused).words == (
        "1 of 1 planned session, 1 day paused, 1 flare day, 1 day of rest after a session"
    )


def test_all_weeks_together_last_from_the_first_to_the_last_of_them():
    found = adherence([], NOTHING, started_on=LONG_AGO, today=SUNDAY)
    assert found.together.first == found.weeks[0].first < found.weeks[-1].first
    assert found.together.last == SUNDAY
