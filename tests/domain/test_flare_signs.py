"""What ratings say about a flare: it is only ever asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.flare_signs import far_from, near_to, suspicion, usual_before
from fstpwa.domain.flare_triggers import TRIGGERS, trigger_counts, triggers_of
from fstpwa.domain.practice_history import DayRecord, EventRecord
from tests.domain.flaring import TODAY, ago, history, said, steady

USUAL = {"pain": 3, "fatigue": 4, "stiffness": 3}
RISEN = {"pain": 5, "fatigue": 6, "stiffness": 3}


def test_two_of_three_up_by_two_on_two_days_is_asked() -> None:
    told = history({**steady(40, 2, **USUAL), 1: said(**RISEN), 0: said(**RISEN)})
    found = suspicion(told, TODAY)
    assert found is not None
    assert (found.first, found.rises) == (ago(1), {"pain": 2, "fatigue": 2})


def test_while_today_is_not_rated_the_two_days_before_are_looked_at() -> None:
    told = history({**steady(40, 3, **USUAL), 2: said(**RISEN), 1: said(**RISEN)})
    assert suspicion(told, TODAY) is not None
    better = history(
        {**steady(40, 3, **USUAL), 2: said(**RISEN), 1: said(**RISEN), 0: said(**USUAL)}
    )
    assert suspicion(better, TODAY) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"pain": 5, "fatigue": 4, "stiffness": 3}, RISEN),
        (RISEN, {"pain": 4, "fatigue": 6, "stiffness": 3}),
        (RISEN, {"pain": 9}),
        ({}, RISEN),
    ],
)
def test_one_measure_or_one_day_is_not_enough(
    first: dict[str, int], second: dict[str, int]
) -> None:
    told = history({**steady(40, 2, **USUAL), 1: said(**first), 0: said(**second)})
    assert suspicion(told, TODAY) is None


def test_nothing_is_asked_before_thirty_days_are_answered() -> None:
    risen = {1: said(**RISEN), 0: said(**RISEN)}
    assert suspicion(history({**steady(28, 2, **USUAL), **risen}), TODAY) is None
    assert suspicion(history({**steady(29, 2, **USUAL), **risen}), TODAY) is not None


def test_a_measure_that_was_hardly_ever_rated_says_nothing() -> None:
    days = {**steady(60, 2, pain=3), 1: said(**RISEN), 0: said(**RISEN)}
    days |= {back: said(pain=3, fatigue=3) for back in range(2, 8)}
    assert suspicion(history(days), TODAY) is None
    days[8] = said(pain=3, fatigue=3)
    assert suspicion(history(days), TODAY) is not None


def test_after_a_no_it_is_not_asked_for_a_week() -> None:
    days = {**steady(60, 10, **USUAL), **steady(9, 0, **RISEN)}
    assert suspicion(history(days), TODAY) is not None
    assert suspicion(history(days, events=[(0, "not_a_flare")]), TODAY) is None
    assert suspicion(history(days, events=[(6, "not_a_flare")]), TODAY) is None
    assert suspicion(history(days, events=[(7, "not_a_flare")]), TODAY) is not None


def test_the_days_of_a_flare_are_not_asked_about() -> None:
    told = history({**steady(40, 2, **USUAL), 1: said(**RISEN), 0: said(**RISEN)})
    assert suspicion(told, TODAY, flare_days={ago(1)}) is None
    assert suspicion(told, TODAY, flare_days={TODAY}) is None


def test_usual_is_the_median_of_the_twenty_eight_days_before() -> None:
    told = history({**steady(40, 29, pain=9), **steady(28, 15, pain=2), **steady(14, 1, pain=4)})
    assert usual_before(TODAY, told) == {"pain": 3}
    assert usual_before(TODAY, told, without={ago(back) for back in range(1, 15)}) == {"pain": 2}
    assert usual_before(TODAY, history()) == {}


def test_a_point_above_is_near_and_more_is_far() -> None:
    assert near_to({"pain": 3}, said(pain=4))
    assert not far_from({"pain": 3}, said(pain=4))
    assert far_from({"pain": 3}, said(pain=5))
    assert far_from({"pain": 3.5}, said(pain=5))
    for record in (said(), said(fatigue=2)):
        assert not near_to({"pain": 3}, record)
        assert not far_from({"pain": 3}, record)


RATINGS = st.fixed_dictionaries(
    {name: st.one_of(st.none(), st.integers(0, 10)) for name in ("pain", "fatigue", "stiffness")}
)


@given(days=st.dictionaries(st.integers(0, 60), RATINGS, max_size=61))
def test_whoever_is_at_most_a_point_worse_than_anything_before_is_never_asked(
    days: dict[int, dict[str, int | None]],
) -> None:
    capped = {}
    for back, ratings in days.items():
        ratings = {name: None if each is None else min(each, 3) for name, each in ratings.items()}
        if back in (0, 1):
            ratings = {name: each and min(each, 1) for name, each in ratings.items()}
        capped[back] = DayRecord(**ratings)
    assert suspicion(history(capped), TODAY) is None


@given(ratings=RATINGS, usual=st.floats(0, 10))
def test_no_day_is_both_near_and_far(ratings: dict[str, int | None], usual: float) -> None:
    record = DayRecord(**ratings)
    before = {"pain": usual, "stiffness": usual}
    assert not (near_to(before, record) and far_from(before, record))


def test_tags_are_kept_once_each_in_the_order_of_the_list() -> None:
    assert triggers_of(["stress", "sleep", "stress"]) == ("sleep", "stress")
    assert triggers_of([]) == ()
    with pytest.raises(InvalidValue, match="Choose from the list"):
        triggers_of(["moon"])


def test_tags_are_only_counted_the_most_frequent_first() -> None:
    events = [
        EventRecord(day=TODAY, kind="flare_triggers", value=value)
        for value in (["sleep", "stress"], ["stress"], None, ["from an older version"])
    ]
    assert trigger_counts([*events, EventRecord(day=TODAY, kind="back_to_usual")]) == {
        "stress": 2,
        "sleep": 1,
    }
    assert trigger_counts([]) == {}
    assert len(TRIGGERS) == 6
