"""The traffic light of a session, relative to the person's own usual pain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.pain_zone import (
    AMBER_KINDS,
    RED_KINDS,
    Zone,
    base_of,
    starts_of,
    zone,
    zone_with_kinds,
)

SAFETY = library().safety
RATINGS = st.integers(0, 10)
BASES = st.none() | st.integers(0, 20).map(lambda halves: halves / 2)
ORDER: tuple[Zone, ...] = ("green", "amber", "red")


def test_the_rule_is_the_one_of_the_content() -> None:
    rules = SAFETY.pain_rules
    assert rules.base.startswith("median pre-session pain over the last 7 answered days")
    assert rules.low_base.applies_when == "base <= 3"
    assert (rules.low_base.green, rules.low_base.amber) == ("during <= 3", "during 4-5")
    assert rules.low_base.red == "during >= 6"
    assert (rules.high_base.green, rules.high_base.amber) == (
        "during <= base + 1",
        "during = base + 2",
    )
    assert rules.high_base.red == "during >= base + 3, or 9-10"


@pytest.mark.parametrize(
    ("base", "worst", "expected"),
    [(6, 7, "green"), (6, 8, "amber"), (6, 9, "red"), (2, 4, "amber")],
)
def test_the_worked_examples_of_the_content(base: float, worst: int, expected: Zone) -> None:
    assert zone(worst, base) == expected


@pytest.mark.parametrize(
    ("base", "amber", "red"),
    [
        (None, 4, 6),
        (0, 4, 6),
        (3, 4, 6),
        (3.5, 4, 6),
        (4, 6, 7),
        (4.5, 6, 8),
        (5, 7, 8),
        (6.5, 8, 9),
        (8, 9, 9),
        (10, 9, 9),
    ],
)
def test_the_traffic_light_moves_with_the_usual_pain(
    base: float | None, amber: int, red: int
) -> None:
    assert starts_of(base) == (amber, red)
    for worst in range(11):
        expected = "red" if worst >= red else "amber" if worst >= amber else "green"
        assert zone(worst, base) == expected


@given(BASES, RATINGS)
def test_nine_and_ten_are_red_whatever_is_usual(base: float | None, worst: int) -> None:
    assert worst < 9 or zone(worst, base) == "red"


@given(BASES, RATINGS)
def test_more_pain_is_never_a_better_light(base: float | None, worst: int) -> None:
    here, worse = zone(worst, base), zone(min(worst + 1, 10), base)
    assert ORDER.index(here) <= ORDER.index(worse)


@given(st.integers(8, 16).map(lambda halves: halves / 2), RATINGS)
def test_a_session_at_the_usual_pain_is_green_for_whoever_lives_with_much_of_it(
    base: float, worst: int
) -> None:
    if worst <= base + 1 and worst < 9:
        assert zone(worst, base) == "green"
    if worst >= base + 3:
        assert zone(worst, base) == "red"


def test_the_kinds_that_decide_are_those_of_the_content() -> None:
    kinds = SAFETY.after_session.kinds
    assert {each.id for each in kinds if each.zone == "red"} == RED_KINDS
    assert {each.id for each in kinds if each.zone == "amber at least"} == AMBER_KINDS


@given(BASES, st.none() | RATINGS, st.sets(st.sampled_from(["stretching", "ache", "other"])))
def test_a_sharp_or_numb_feeling_is_red_whatever_the_number(
    base: float | None, worst: int | None, others: set[str]
) -> None:
    for kind in RED_KINDS:
        assert zone_with_kinds(worst, {kind, *others}, base) == "red"


@given(BASES, st.none() | RATINGS)
def test_something_else_is_amber_at_least(base: float | None, worst: int | None) -> None:
    by_number = None if worst is None else zone(worst, base)
    expected = "red" if by_number == "red" else "amber"
    assert zone_with_kinds(worst, {"other"}, base) == expected
    assert zone_with_kinds(worst, {"stretching", "ache"}, base) == by_number


@given(st.lists(RATINGS, max_size=7), st.none() | RATINGS)
def test_todays_rating_stands_in_only_while_there_is_no_other(
    earlier: list[int], today: int | None
) -> None:
    found = base_of(earlier, today)
    if earlier:
        assert found is not None
        assert min(earlier) <= found <= max(earlier)
        assert found == base_of(list(reversed(earlier)), None)
    else:
        assert found == today
