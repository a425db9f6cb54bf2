"""The arithmetic that tells change from wobble, on the content's worked examples."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.statistics import (
    Z90,
    day_to_day_correlation,
    detectable_change,
    effective_days,
    good_day_band,
    improved_pairs,
    median_absolute_deviation,
    noise_band,
    rolling_median,
    smallest_p,
    spread,
)

FIRST = date(2025, 3, 3)
RATINGS = st.lists(st.integers(0, 10), min_size=1, max_size=40)


def good_days(g1, n1, g2, n2, r):
    change = good_day_band(g1, n1, g2, n2, r)
    return {"diff": change.difference, "band": change.band, "outside": change.outside}


FUNCTIONS = {
    "neff": lambda n, r: effective_days(n, r),
    "noise_band": lambda s, n1, n2, r: noise_band(s, n1, n2, r),
    "good_day_band": good_days,
    "nap_lower_better": lambda baseline, recent: improved_pairs(baseline, recent),
    "mdc95": lambda sd, icc: detectable_change(sd, icc),
    "mdc90": lambda sd, icc: detectable_change(sd, icc, Z90),
    "randomisation_min_p": lambda blocks: smallest_p(blocks),
}


@pytest.mark.parametrize("example", library().statistics_tests, ids=lambda example: example.name)
def test_every_worked_example_of_the_content_comes_out(example):
    result = FUNCTIONS[example.name](**example.given)

    assert result == pytest.approx(example.expected, abs=5e-5)


def test_the_content_has_an_example_for_every_function_above():
    assert {example.name for example in library().statistics_tests} == set(FUNCTIONS)


def test_the_spread_is_that_of_the_middle_and_has_a_floor():
    assert median_absolute_deviation([1, 2, 4, 7, 20]) == 3
    assert spread([1, 2, 4, 7, 20]) == pytest.approx(4.4478)
    assert spread([5, 5, 5, 5, 5]) == 0.7


def test_a_difference_as_large_as_its_band_is_still_inside():
    same = good_day_band(10, 20, 10, 20)

    assert same.difference == 0
    assert not same.outside


@given(st.integers(1, 28), st.integers(1, 28), st.data())
def test_better_and_worse_are_judged_alike(before, recent, data):
    good_before = data.draw(st.integers(0, before))
    good_recent = data.draw(st.integers(0, recent))

    there = good_day_band(good_before, before, good_recent, recent)
    back = good_day_band(good_recent, recent, good_before, before)

    assert there.difference == pytest.approx(-back.difference)
    assert there.band == pytest.approx(back.band)
    assert there.band > 0


@given(RATINGS, RATINGS)
def test_improved_and_worsened_pairs_add_up_to_one(baseline, recent):
    both = improved_pairs(baseline, recent) + improved_pairs(recent, baseline)

    assert both == pytest.approx(1)


def test_neighbouring_days_count_as_alike_as_usual_until_21_are_answered():
    assert day_to_day_correlation(days([1, 9] * 10)) == 0.3


def test_the_correlation_is_estimated_from_then_on_and_clamped():
    assert day_to_day_correlation(days(list(range(11)) + list(range(10, -1, -1)))) == 0.7
    assert day_to_day_correlation(days([1, 9] * 12)) == 0
    assert day_to_day_correlation(days([4] * 30)) == 0.3


def test_days_with_a_gap_between_them_are_no_neighbours():
    every_second = {FIRST + timedelta(days=2 * n): float(n % 10) for n in range(30)}

    assert day_to_day_correlation(every_second) == 0.3


def test_the_rolling_median_is_that_of_the_seven_days_ending_there():
    ratings = days([1, 2, 3, 4, 5, 6, 7, 8])

    drawn = rolling_median(ratings, sorted(ratings))

    assert [value for _, value in drawn] == [None] * 6 + [4.0, 5.0]


def test_a_day_with_three_of_seven_answered_is_a_gap_and_stays_one():
    ratings = days([5] * 7) | {FIRST + timedelta(days=13): 5.0}
    wanted = [FIRST + timedelta(days=n) for n in range(14)]

    drawn = dict(rolling_median(ratings, wanted))

    assert drawn[FIRST + timedelta(days=9)] == 5.0
    assert all(drawn[FIRST + timedelta(days=n)] is None for n in range(10, 14))


def test_there_is_no_trend_before_seven_days_with_five_answered():
    """Four answered in the first week: the line waits for the fifth answer."""
    ratings = {FIRST + timedelta(days=n): 4.0 for n in (0, 2, 4, 6, 8)}
    wanted = [FIRST + timedelta(days=n) for n in range(9)]

    drawn = rolling_median(ratings, wanted)

    assert [value for _, value in drawn] == [None] * 8 + [4.0]
    del ratings[wanted[8]]
    assert all(value is None for _, value in rolling_median(ratings, wanted))


@given(
    st.dictionaries(st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n)), st.integers(0, 10))
)
def test_a_later_answer_never_redraws_an_earlier_day(ratings):
    wanted = [FIRST + timedelta(days=n) for n in range(61)]
    until_then = {day: value for day, value in ratings.items() if day <= wanted[30]}

    assert rolling_median(ratings, wanted)[:31] == rolling_median(until_then, wanted)[:31]


def days(ratings):
    return {FIRST + timedelta(days=n): float(rating) for n, rating in enumerate(ratings)}
