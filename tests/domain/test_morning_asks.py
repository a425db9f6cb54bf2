"""What is asked on the days after a session."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.morning_asks import ask_if_settled, ask_this_morning
from tests.domain.histories import PLACE, history, on, session

PROGRAMMES = library().programmes
LOW_BACK = PROGRAMMES["low-back"]
RATINGS = st.none() | st.integers(0, 10)
SESSIONS = st.lists(
    st.builds(
        session,
        st.integers(0, 5),
        pain_before=RATINGS,
        worst_pain=RATINGS,
        next_morning_pain=RATINGS,
        settled=st.sampled_from([None, None, True, False]),
    ),
    max_size=6,
).map(lambda found: history(sorted(found, key=lambda each: each.day)))


def test_the_morning_is_asked_about_on_the_day_after_and_on_no_other() -> None:
    done = session(0, pain_before=3, worst_pain=4)
    asked = [ask_this_morning(history([done]), LOW_BACK, on(day)) for day in range(4)]
    assert [each and each.session_id for each in asked] == [None, done.id, None, None]
    assert asked[1] is not None
    assert asked[1].words == "How is your low back this morning?"


def test_a_session_of_which_nothing_was_said_asks_nothing() -> None:
    assert ask_this_morning(history([session(0, pain_before=3)]), LOW_BACK, on(1)) is None
    stopped = session(0, pain_kinds=("sharp",))
    assert ask_this_morning(history([stopped]), LOW_BACK, on(1)) is not None


def test_of_several_sessions_the_worst_is_asked_about_and_only_once() -> None:
    mild, worst = session(0, worst_pain=3), session(0, worst_pain=6)
    for done in ([mild, worst], [worst, mild]):
        asked = ask_this_morning(history(done), LOW_BACK, on(1))
        assert asked is not None
        assert asked.session_id == worst.id
        answered = [replace(each, next_morning_pain=2) if each is mild else each for each in done]
        assert ask_this_morning(history(answered), LOW_BACK, on(1)) is None


@pytest.mark.parametrize(("after", "asks"), [(3, False), (4, False), (5, True), (9, True)])
def test_whether_it_settled_is_asked_only_after_a_worse_morning(after: int, asks: bool) -> None:
    done = session(0, pain_before=3, worst_pain=4, next_morning_pain=after)
    found = [ask_if_settled(history([done]), LOW_BACK, on(day)) is not None for day in range(5)]
    assert found == [False, False, asks, False, False]
    for settled in (True, False):
        said = replace(done, settled=settled)
        assert ask_if_settled(history([said]), LOW_BACK, on(2)) is None


def test_every_programme_asks_in_plain_words() -> None:
    done = history([session(0, worst_pain=4, pain_before=1, next_morning_pain=None)])
    words = set()
    for programme in PROGRAMMES.values():
        asked = ask_this_morning(done, programme, on(1))
        assert asked is not None
        words.add(asked.words)
    assert "How is your pain this morning?" in words
    assert "How is your heel this morning?" in words
    assert all("_" not in each for each in words)


def test_a_programme_begun_since_says_nothing_of_the_place() -> None:
    done = replace(history([session(0, worst_pain=4)]), place=replace(PLACE, started_on=on(1)))
    asked = ask_this_morning(done, LOW_BACK, on(1))
    assert asked is not None
    assert asked.words == "How is your pain this morning?"


@given(SESSIONS, st.integers(0, 8))
def test_nothing_that_was_answered_is_asked_again(found, day: int) -> None:
    by_id = {each.id: each for each in found.sessions}
    morning = ask_this_morning(found, LOW_BACK, on(day))
    if morning is not None:
        about = by_id[morning.session_id]
        assert (on(day) - about.day).days == 1
        assert about.next_morning_pain is None
    settled = ask_if_settled(found, LOW_BACK, on(day))
    if settled is not None:
        about = by_id[settled.session_id]
        assert (on(day) - about.day).days == 2
        assert about.settled is None
        assert about.next_morning_pain is not None
