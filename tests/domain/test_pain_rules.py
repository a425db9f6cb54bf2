"""What is usual for a person, how a session was for them, and the morning after."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.pain_rules import base, morning, verdict, zone_of
from tests.domain.histories import did, history, on, rated, session

RATINGS = st.integers(0, 10)


def test_the_base_is_the_median_of_the_last_seven_answered_days_before() -> None:
    assert base(rated(9, 9, 1, 2, 3, 4, 5, 6, 7), on(9)) == 4
    assert base(rated(2, None, 3), on(3)) == 2.5


def test_a_day_with_several_sessions_counts_once_with_its_first_rating() -> None:
    found = history(
        [
            session(0, pain_before=2),
            session(0, pain_before=9),
            session(1),
            session(1, pain_before=4),
            session(1, pain_before=9),
        ]
    )
    assert base(found, on(2)) == 3
    assert base(found, on(1)) == 2


def test_without_an_earlier_day_the_days_own_first_rating_stands_for_it() -> None:
    found = history([session(0, pain_before=5), session(0, pain_before=8)])
    assert base(found, on(0)) == 5
    assert base(history([session(0)]), on(0)) is None


@given(st.lists(st.none() | RATINGS, max_size=25))
def test_the_base_is_what_counting_the_answered_days_gives(pain: list[int | None]) -> None:
    answered = [each for each in pain if each is not None][-7:]
    expected = median(answered) if answered else None
    assert base(rated(*pain), on(len(pain))) == expected


@given(st.lists(RATINGS, min_size=1, max_size=10), st.lists(RATINGS, max_size=5))
def test_what_comes_later_changes_no_earlier_base(pain: list[int], later: list[int]) -> None:
    day = on(len(pain))
    assert base(rated(*pain, *later), day) == (base(rated(*pain), day))


def test_the_same_session_is_red_for_one_and_green_for_another() -> None:
    bad = session(7, pain_before=6, worst_pain=7)
    assert zone_of(bad, history([*rated(2, 2, 2).sessions, bad])) == "red"
    assert zone_of(bad, history([*rated(6, 6, 6).sessions, bad])) == "green"


def test_a_bad_day_is_compared_with_the_days_before_and_not_with_itself() -> None:
    bad = session(3, pain_before=8, worst_pain=8)
    assert zone_of(bad, history([*rated(4, 4, 4).sessions, bad])) == "red"


def test_what_one_movement_felt_like_decides_about_the_session() -> None:
    sharp = session(0, worst_pain=1, movements=(did("neck-turns", pain_kind="sharp"),))
    assert zone_of(sharp, history([sharp])) == "red"
    assert zone_of(session(0), history([])) is None


@pytest.mark.parametrize(
    ("before", "next_morning", "rise", "expected"),
    [
        (3, 2, -1, "ok"),
        (3, 3, 0, "ok"),
        (3, 4, 1, "ok"),
        (3, 5, 2, "hold"),
        (2, 5, 3, "reduce"),
        (0, 10, 10, "reduce"),
    ],
)
def test_the_morning_after_is_held_against_the_pain_before(
    before: int, next_morning: int, rise: int, expected: str
) -> None:
    done = session(0, pain_before=before, next_morning_pain=next_morning)
    found = morning(done, history([done]))
    assert found is not None
    assert (found.rise, found.verdict, found.unsettled) == (rise, expected, False)


def test_the_limits_of_the_morning_are_those_of_the_content() -> None:
    rules = library().safety.pain_rules.next_day
    assert rules["ok"].startswith("pre-session level + 0-1")
    assert rules["hold"].startswith("+2")
    assert rules["reduce"].startswith("+3 or more, or over 48 h")
    assert [verdict(rise, unsettled=False) for rise in range(4)] == ["ok", "ok", "hold", "reduce"]


def test_what_has_not_settled_after_two_days_is_one_step_down() -> None:
    done = session(0, pain_before=3, next_morning_pain=5, settled=False)
    found = morning(done, history([done]))
    assert found is not None
    assert (found.verdict, found.unsettled) == ("reduce", True)
    assert verdict(2, unsettled=False) == "hold"


def test_a_second_session_of_a_day_is_held_against_the_pain_before_the_first() -> None:
    first = session(0, pain_before=2, worst_pain=4)
    second = session(0, pain_before=5, worst_pain=6, next_morning_pain=5)
    found = morning(second, history([first, second]))
    assert found is not None
    assert found.rise == 3


def test_without_a_rating_before_it_the_base_counts_and_without_that_nothing() -> None:
    done = session(3, worst_pain=4, next_morning_pain=5)
    found = morning(done, history([*rated(2, 3, 2).sessions, done]))
    assert found is not None
    assert found.rise == 3
    assert morning(done, history([done])) is None
    assert morning(session(3, pain_before=2), history([])) is None


@given(RATINGS, RATINGS, st.sampled_from([None, True, False]))
def test_a_worse_morning_is_never_a_milder_verdict(
    before: int, after: int, settled: bool | None
) -> None:
    def of(next_morning: int) -> int:
        done = session(0, pain_before=before, next_morning_pain=next_morning, settled=settled)
        found = morning(done, history([done]))
        assert found is not None
        return ["ok", "hold", "reduce"].index(found.verdict)

    assert of(after) <= of(min(after + 1, 10))


def test_the_earliest_of_the_seven_days_counts_with_its_first_rating_too() -> None:
    earliest = [session(0, pain_before=1), session(0, pain_before=9)]
    six = [session(day, pain_before=each) for day, each in enumerate((0, 0, 0, 4, 4, 4), start=1)]
    assert base(history([*earliest, *six]), on(7)) == 1


def test_movements_of_which_nothing_was_said_say_nothing_of_the_session() -> None:
    silent = session(0, movements=(did("neck-turns"),))
    assert zone_of(silent, history([silent])) is None
