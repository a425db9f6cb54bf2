"""Doses: easier, ramped, overridden, and said in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.dose import (
    Dose,
    apply_overrides,
    bout_s,
    bouts,
    dose_in_words,
    duration_in_words,
    easier_dose,
    evened,
    ramped,
)
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.programme import SessionMovement

SETS, RESTS = st.integers(1, 10), st.integers(0, 120)
HOLDS = st.builds(
    Dose,
    mode=st.just("hold"),
    sets=SETS,
    rest_s=RESTS,
    per_side=st.booleans(),
    reps=st.integers(1, 60),
    hold_s=st.integers(1, 120),
)
REPETITIONS = st.builds(
    Dose,
    mode=st.just("reps"),
    sets=SETS,
    rest_s=RESTS,
    per_side=st.booleans(),
    reps=st.integers(1, 60),
    seconds_per_rep=st.integers(1, 30),
)
TIMED = st.builds(
    Dose,
    mode=st.just("time"),
    sets=SETS,
    rest_s=RESTS,
    per_side=st.booleans(),
    seconds=st.integers(5, 900),
)
ANY_DOSE = st.one_of(HOLDS, REPETITIONS, TIMED)
PAIRS = st.one_of(*(st.tuples(each, each) for each in (HOLDS, REPETITIONS, TIMED)))
FACTORS = st.sampled_from([0.3, 0.5, 0.6, 0.65, 0.72, 0.75, 0.78, 0.86, 0.9, 0.95, 1.0, 1.1, 1.5])
AMOUNTS = ("sets", "rest_s", "reps", "hold_s", "seconds", "seconds_per_rep")

TWO_HOLDS = Dose(mode="hold", sets=1, rest_s=10, per_side=True, reps=2, hold_s=30)
TEN_REPS = Dose(mode="reps", sets=1, rest_s=20, per_side=False, reps=10, seconds_per_rep=4)
A_MINUTE = Dose(mode="time", sets=1, rest_s=15, per_side=False, seconds=60)


def amounts(dose: Dose) -> list[int]:
    return [getattr(dose, name) or 0 for name in AMOUNTS]


@given(PAIRS)
def test_an_easier_dose_is_never_more_than_either_in_any_field(pair):
    planned, easier = pair
    result = easier_dose(planned, easier)
    assert all(a <= b for a, b in zip(amounts(result), amounts(planned), strict=True))
    assert all(a <= b for a, b in zip(amounts(result), amounts(easier), strict=True))
    assert result.per_side == planned.per_side


@given(ANY_DOSE)
def test_a_dose_is_its_own_easier_dose(dose):
    assert easier_dose(dose, dose) == dose


def test_an_easier_dose_takes_the_smaller_of_each_field():
    easier = TWO_HOLDS.with_changes(hold_s=10, reps=5)
    assert easier_dose(TWO_HOLDS, easier) == TWO_HOLDS.with_changes(hold_s=10)


def test_an_easier_dose_of_another_mode_is_refused():
    with pytest.raises(InvalidValue):
        easier_dose(TWO_HOLDS, A_MINUTE)


@given(ANY_DOSE, st.booleans())
def test_a_factor_of_one_changes_nothing_of_a_dose_fit_for_it(dose, alternating):
    dose = evened(dose) if alternating else dose
    assert ramped(dose, 1.0, alternating=alternating) == dose


@given(ANY_DOSE, FACTORS, st.booleans())
def test_a_ramp_up_to_one_never_adds(dose, factor, alternating):
    if factor <= 1:
        result = ramped(dose, factor, alternating=alternating)
        assert all(a <= b for a, b in zip(amounts(result), amounts(dose), strict=True))


@given(ANY_DOSE, FACTORS, FACTORS, st.booleans())
def test_a_larger_factor_never_gives_less(dose, one, other, alternating):
    low, high = sorted((one, other))
    less = ramped(dose, low, alternating=alternating)
    more = ramped(dose, high, alternating=alternating)
    assert all(a <= b for a, b in zip(amounts(less), amounts(more), strict=True))


@given(ANY_DOSE, FACTORS, st.booleans())
def test_a_ramp_touches_repetitions_and_seconds_only(dose, factor, alternating):
    result = ramped(dose, factor, alternating=alternating)
    untouched = ("mode", "sets", "rest_s", "per_side", "hold_s", "seconds_per_rep")
    assert all(getattr(result, name) == getattr(dose, name) for name in untouched)


@given(ANY_DOSE, FACTORS)
def test_a_ramp_of_an_alternating_movement_keeps_both_sides_equal(dose, factor):
    result = ramped(evened(dose), factor, alternating=True)
    assert (result.reps or 0) % 2 == 0


@given(ANY_DOSE, FACTORS)
def test_a_ramp_leaves_at_least_one_repetition_and_ten_seconds(dose, factor):
    result = ramped(dose, factor, alternating=False)
    assert result.reps is None or result.reps >= 1
    assert result.seconds is None or result.seconds >= min(10, dose.seconds or 0)


@pytest.mark.parametrize(
    ("reps", "factor", "alternating", "expected"),
    [
        (10, 0.9, False, 9),
        (10, 0.7, False, 7),
        (10, 1.1, False, 11),
        (50, 1.1, False, 55),
        (6, 0.65, False, 4),
        (1, 0.3, False, 1),
        (10, 0.65, True, 8),
        (6, 0.65, True, 4),
        (2, 0.3, True, 2),
        (5, 0.9, True, 5),
    ],
)
def test_repetitions_round_up_without_float_dust(reps, factor, alternating, expected):
    dose = TEN_REPS.with_changes(reps=reps)
    assert ramped(dose, factor, alternating=alternating).reps == expected


@pytest.mark.parametrize(
    ("seconds", "factor", "expected"), [(120, 0.65, 78), (25, 0.3, 10), (8, 0.5, 8), (30, 0.78, 24)]
)
def test_seconds_round_up_and_stay_at_least_ten(seconds, factor, expected):
    dose = A_MINUTE.with_changes(seconds=seconds)
    assert ramped(dose, factor, alternating=False).seconds == expected


def test_a_ramp_of_a_hold_changes_how_many_and_not_how_long():
    result = ramped(TWO_HOLDS, 0.5, alternating=False)
    assert (result.reps, result.hold_s) == (1, 30)


@pytest.mark.parametrize("factor", [0.0, -1.0, 2.1, float("inf"), float("nan")])
def test_a_factor_out_of_range_is_refused(factor):
    with pytest.raises(InvalidValue):
        ramped(TEN_REPS, factor, alternating=False)


def test_a_session_overrides_what_it_names_and_nothing_else():
    line = SessionMovement(slug="x", priority="core", hold_s=20, reps=1)
    assert apply_overrides(TWO_HOLDS, line) == TWO_HOLDS.with_changes(hold_s=20, reps=1)
    assert apply_overrides(TWO_HOLDS, SessionMovement(slug="x", priority="core")) == TWO_HOLDS


def test_an_override_that_the_dose_does_not_have_is_refused():
    line = SessionMovement(slug="x", priority="core", seconds=20)
    with pytest.raises(InvalidValue):
        apply_overrides(TEN_REPS, line)


@pytest.mark.parametrize(
    ("dose", "sides", "count", "length"),
    [
        (TWO_HOLDS, 2, 4, 30),
        (TWO_HOLDS.with_changes(sets=3), 1, 6, 30),
        (TEN_REPS.with_changes(sets=2), 1, 2, 40),
        (A_MINUTE, 2, 2, 60),
    ],
)
def test_bouts_are_holds_sets_or_stretches_of_time_on_each_side(dose, sides, count, length):
    assert (bouts(dose, sides), bout_s(dose)) == (count, length)


def test_a_dose_without_the_number_its_mode_needs_is_refused():
    with pytest.raises(InvalidValue):
        bout_s(Dose(mode="time", sets=1, rest_s=0, per_side=False))


@pytest.mark.parametrize(
    ("dose", "side", "alternating", "words"),
    [
        (TWO_HOLDS, None, False, "2 holds of 30 seconds on each side"),
        (TWO_HOLDS, "both", False, "2 holds of 30 seconds on each side"),
        (TWO_HOLDS, "left", False, "2 holds of 30 seconds on the left side"),
        (TWO_HOLDS.with_changes(reps=1, hold_s=60), None, False, "1 hold of 1 minute on each side"),
        (
            TWO_HOLDS.with_changes(sets=2, per_side=False),
            None,
            False,
            "2 sets of 2 holds of 30 seconds",
        ),
        (TEN_REPS, None, False, "10 repetitions"),
        (TEN_REPS.with_changes(reps=1), None, False, "1 repetition"),
        (TEN_REPS, None, True, "10 repetitions, 5 on each side"),
        (TEN_REPS.with_changes(reps=8, sets=2), None, False, "2 sets of 8 repetitions"),
        (A_MINUTE, None, False, "1 minute"),
        (A_MINUTE.with_changes(seconds=45, per_side=True), None, False, "45 seconds on each side"),
        (A_MINUTE.with_changes(seconds=90), None, False, "1 minute 30 seconds"),
        (A_MINUTE.with_changes(seconds=45, sets=2), None, False, "2 times 45 seconds"),
    ],
)
def test_a_dose_is_said_in_words(dose, side, alternating, words):
    assert dose_in_words(dose, side=side, alternating=alternating) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (61, "1 minute 1 second"), (120, "2 minutes")],
)
def test_a_duration_is_said_in_words(seconds, words):
    assert duration_in_words(seconds) == words
