"""A lighter version is proposed on the worst third and when energy is low; a good day offers nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.energy import Proposal, low_energy, proposal, worst_third
from fstpwa.domain.good_days import GoodDay
from fstpwa.domain.practice_history import DayRecord, Place, PracticeHistory

TODAY = date(2026, 3, 4)
DAY = timedelta(days=1)
PLACE = Place(phase="p", ramp_step=0, since=TODAY, phase_since=TODAY, started_on=TODAY)
BAD = DayRecord(good_day=GoodDay.NO)


def history(days: dict[int, DayRecord]) -> PracticeHistory:
    """Return a history whose days are counted back from today."""
    return PracticeHistory(
        place=PLACE, days={TODAY - back * DAY: day for back, day in days.items()}
    )


def usual(count: int = 28, **rating: int) -> dict[int, DayRecord]:
    return {back: DayRecord(**rating) for back in range(1, count + 1)}


def test_three_bad_days_in_seven_offer_the_shorter_session():
    found = worst_third(history({0: BAD, 3: BAD, 6: DayRecord(flare=True)}), TODAY)
    assert found.rule == "worst_third"
    assert found.facts == {"bad_days": 3, "of_days": 7}
    assert "3 of the last 7 days were hard." in found.sentence


@pytest.mark.parametrize(
    "days",
    [
        {0: BAD, 3: BAD},
        {0: BAD, 3: BAD, 7: BAD},
        {0: BAD, 3: BAD, -1: BAD},
        {back: DayRecord(good_day=GoodDay.SO_SO) for back in range(7)},
        {back: DayRecord(good_day=GoodDay.YES) for back in range(7)},
        {},
    ],
)
def test_fewer_bad_days_older_ones_and_so_so_ones_offer_nothing(days):
    assert worst_third(history(days), TODAY) is None


@pytest.mark.parametrize(("today", "first"), [(4, None), (5, "ten"), (6, "ten"), (7, "five")])
def test_more_fatigue_than_usual_proposes_a_shorter_version(today, first):
    found = low_energy(history({**usual(fatigue=3), 0: DayRecord(fatigue=today)}), TODAY)
    assert (found and found.wanted[0]) == first


@pytest.mark.parametrize(("night", "first"), [(6, None), (5, "ten"), (4, "ten"), (3, "five")])
def test_a_worse_night_than_usual_proposes_a_shorter_version(night, first):
    found = low_energy(history({**usual(sleep=7), 0: DayRecord(sleep=night)}), TODAY)
    assert (found and found.wanted[0]) == first


def test_both_together_propose_the_shortest():
    days = {**usual(sleep=7, fatigue=3), 0: DayRecord(sleep=5, fatigue=5)}
    found = low_energy(history(days), TODAY)
    assert found.wanted[0] == "five"
    assert found.facts == {"fatigue": 2, "sleep": 2}
    assert "slept worse and are more tired" in found.sentence


def test_without_a_week_of_answers_nothing_is_usual():
    tired = {0: DayRecord(fatigue=10)}
    assert low_energy(history({**usual(6, fatigue=1), **tired}), TODAY) is None
    assert low_energy(history({**usual(7, fatigue=1), **tired}), TODAY) is not None
    old = {back: DayRecord(fatigue=1) for back in range(29, 60)}
    assert low_energy(history({**old, **tired}), TODAY) is None


def test_without_an_answer_today_nothing_is_proposed():
    assert low_energy(history(usual(fatigue=3)), TODAY) is None
    assert low_energy(history({**usual(fatigue=3), 0: DayRecord(pain=9)}), TODAY) is None


def test_what_was_said_of_today_goes_before_the_days_before():
    days = {**usual(fatigue=3), 0: DayRecord(fatigue=6), 1: BAD, 2: BAD, 3: BAD}
    # What is usual is reckoned without the three days that have no rating.
    assert proposal(history(days), TODAY).rule == "low_energy"
    assert proposal(history({1: BAD, 2: BAD, 3: BAD}), TODAY).rule == "worst_third"


@pytest.mark.parametrize(
    ("wanted", "offered", "choice"),
    [
        (("ten", "five", "easier"), ("usual", "easier", "ten", "five"), "ten"),
        (("ten", "five", "easier"), ("usual", "easier", "five"), "five"),
        (("five", "ten", "easier"), ("usual", "easier"), "easier"),
        (("five", "ten", "easier"), ("flare",), None),
    ],
)
def test_the_best_version_that_a_session_has_is_the_one_to_propose(wanted, offered, choice):
    found = Proposal(rule="low_energy", sentence="s", wanted=wanted, facts={})
    assert found.choice(offered) == choice


RATING = st.none() | st.integers(0, 10)
DAYS = st.dictionaries(
    st.integers(0, 60),
    st.builds(
        DayRecord,
        fatigue=RATING,
        sleep=RATING,
        good_day=st.none() | st.sampled_from(list(GoodDay)),
        flare=st.booleans(),
    ),
    max_size=60,
)


@given(DAYS)
def test_a_proposal_is_never_the_usual_session_and_always_has_its_reason(days):
    found = proposal(history(days), TODAY)
    if found is not None:
        assert "usual" not in found.wanted
        assert found.sentence
        assert found.facts


@given(DAYS)
def test_a_better_today_never_proposes_anything_that_a_worse_one_does_not(days):
    better = {**days, 0: DayRecord(fatigue=0, sleep=10, good_day=GoodDay.YES)}
    worse = {**days, 0: DayRecord(fatigue=10, sleep=0, good_day=GoodDay.NO)}
    if proposal(history(better), TODAY) is not None:
        assert proposal(history(worse), TODAY) is not None


def test_what_is_usual_is_said_by_the_last_four_weeks():
    # Fourteen days each: with the older week before it, or without the oldest day, less is usual.
    days = {back: DayRecord(fatigue=2 if back <= 14 else 6) for back in range(1, 29)}
    tired = {0: DayRecord(fatigue=6)}
    assert low_energy(history({**days, **tired}), TODAY).facts == {"fatigue": 2}
    assert low_energy(history({**days, 29: DayRecord(fatigue=0), **tired}), TODAY).facts == {
        "fatigue": 2
    }


def test_every_shorter_version_is_wanted_the_one_that_fits_best_first():
    some = low_energy(history({**usual(fatigue=3), 0: DayRecord(fatigue=5)}), TODAY)
    much = low_energy(history({**usual(fatigue=3), 0: DayRecord(fatigue=9)}), TODAY)
    assert some.wanted == ("ten", "five", "easier")
    assert much.wanted == ("five", "ten", "easier")
