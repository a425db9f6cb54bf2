"""Good days compared, in honest words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.good_days import SO_SO_NOTE, compare
from fstpwa.domain.statistics import FOR_ANY_REASON

TODAY = date(2025, 6, 30)


def test_the_last_28_answered_days_are_compared_with_the_28_before():
    result = compare(answered(good=20, other=8) | answered(good=5, other=23, end=28), TODAY)

    assert (result.recent.good, result.recent.answered) == (20, 28)
    assert (result.before.good, result.before.answered) == (5, 28)
    assert result.recent.first == TODAY - timedelta(days=27)
    assert result.before.last == TODAY - timedelta(days=28)
    assert result.verdict == "more"
    assert result.sentences == (
        "20 of your last 28 answered days (3 June to 30 June) were good days.",
        "Before that, 5 of 28 answered days (6 May to 2 June).",
        "More good days than before, by more than your day-to-day wobble.",
        SO_SO_NOTE,
        FOR_ANY_REASON,
    )


def test_worse_has_the_same_threshold_and_the_same_size_of_words():
    better = compare(answered(good=20, other=8) | answered(good=5, other=23, end=28), TODAY)
    worse = compare(answered(good=5, other=23) | answered(good=20, other=8, end=28), TODAY)

    assert worse.verdict == "fewer"
    assert worse.sentences[2] == better.sentences[2].replace("More", "Fewer")
    assert worse.change.band == pytest.approx(better.change.band)


def test_a_difference_inside_the_wobble_is_no_clear_change():
    """15 of 27 after 9 of 26: the worked example of the clinical content."""
    result = compare(answered(good=15, other=12) | answered(good=9, other=17, end=56), TODAY)

    assert result.recent.counts == "15 of 27 answered days"
    assert result.before.counts == "9 of 26 answered days"
    assert result.verdict == "no_clear_change"
    assert result.sentences[2].startswith("No clear change yet")


def test_a_so_so_day_is_answered_but_not_good():
    every_day_so_so = {TODAY - timedelta(days=n): "so_so" for n in range(28)}

    result = compare(every_day_so_so, TODAY)

    assert (result.recent.good, result.recent.answered) == (0, 28)
    assert SO_SO_NOTE in result.sentences


def test_gaps_are_left_out_and_never_counted_as_bad():
    every_second_day = {TODAY - timedelta(days=2 * n): "yes" for n in range(56)}

    result = compare(every_second_day, TODAY)

    assert (result.recent.answered, result.before.answered) == (28, 28)
    assert (result.recent.good, result.before.good) == (28, 28)
    assert result.verdict == "no_clear_change"


def test_rare_answers_do_not_make_a_window_half_a_year_long():
    every_fourth_day = {TODAY - timedelta(days=4 * n): "yes" for n in range(60)}

    result = compare(every_fourth_day, TODAY)

    assert result.verdict == "too_few"
    assert result.recent.first > TODAY - timedelta(days=56)
    assert "You answered 7 of the last 28 days, too few to say." in result.sentences


def test_nineteen_answered_days_are_too_few_and_twenty_are_not():
    before = answered(good=10, other=10, end=20)

    assert compare(answered(good=9, other=10), TODAY).verdict == "too_few"
    assert compare(answered(good=10, other=10), TODAY).verdict == "nothing_before"
    assert compare(answered(good=10, other=10) | before, TODAY).verdict == "nothing_before"


def test_twenty_in_both_windows_are_enough():
    earlier = answered(good=10, other=10, end=56)

    assert compare(answered(good=10, other=10) | earlier, TODAY).verdict == "no_clear_change"
    del earlier[min(earlier)]
    result = compare(answered(good=10, other=10) | earlier, TODAY)
    assert result.verdict == "nothing_before"
    assert "19 answered days before them, too few to compare with" in result.sentences[1]


def test_without_an_answer_the_words_say_how_it_starts():
    result = compare({}, TODAY)

    assert result.verdict == "nothing_yet"
    assert result.recent.answered == 0
    assert "first answer" in result.sentences[0]


def test_answers_of_long_ago_say_nothing_about_now():
    result = compare(answered(good=20, other=8, end=200), TODAY)

    assert result.verdict == "too_few"
    assert result.sentences[0] == "You answered none of the last 28 days, too few to say."


def test_days_after_today_are_left_out():
    tomorrow = {TODAY + timedelta(days=1): "yes"}

    assert compare(tomorrow, TODAY).verdict == "nothing_yet"


def test_one_answered_day_is_said_in_the_singular():
    assert compare({TODAY: "yes"}, TODAY).sentences[0] == (
        "Your one answered day (30 June) was a good day."
    )
    assert compare({TODAY: "no"}, TODAY).sentences[0] == (
        "Your one answered day (30 June) was not a good day."
    )


@given(
    st.dictionaries(
        st.integers(-3, 200).map(lambda back: TODAY - timedelta(days=back)),
        st.sampled_from(["yes", "so_so", "no"]),
    )
)
def test_words_are_always_plain_and_windows_never_overlap(answers):
    result = compare(answers, TODAY)

    assert result.sentences
    assert not any("%" in words or "!" in words for words in result.sentences)
    assert 0 <= result.recent.good <= result.recent.answered <= 28
    assert (result.change is None) == (min(result.recent.answered, result.before.answered) < 20)
    if result.recent.first and result.before.last:
        assert result.before.last < result.recent.first


def answered(*, good, other, end=0):
    """Answers on consecutive days, the last one `end` days ago; good and other mixed."""
    marks = ["yes"] * good + ["no"] * other
    return {TODAY - timedelta(days=end + n): mark for n, mark in enumerate(marks)}
