"""Movements that are put away, or begin easier, after how they felt."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.adaptation import put_together
from fstpwa.domain.put_away import complaint_of, reasons
from fstpwa.domain.report import slugs_of
from tests.domain.histories import did, history, on, session

PROGRAMME = library().programmes["low-back"]
ONE, OTHER, THIRD = slugs_of(PROGRAMME)[:3]
STATES = st.sampled_from(["done", "part", "skipped"])
RECORDS = st.builds(
    did,
    st.sampled_from([ONE, OTHER]),
    state=STATES,
    easier=st.booleans(),
    reason=st.sampled_from([None, None, "pain", "tired", "other"]),
    pain_kind=st.sampled_from([None, None, None, "sharp", "tingling_numb"]),
)
SESSIONS = st.lists(st.tuples(st.integers(0, 20), st.lists(RECORDS, max_size=3)), max_size=8).map(
    lambda found: [
        session(day, movements=tuple(movements))
        for day, movements in sorted(found, key=lambda each: each[0])
    ]
)


def easing(sessions, day: int):
    # What came later is in the history: it changes nothing.
    found = reasons(history(sessions), PROGRAMME, on(day))
    return put_together(found, on(day), keeps_usual=False).easing


def felt(day: int, kind: str = "sharp", slug: str = ONE):
    return session(day, pain_kinds=(kind,), movements=(did(slug, pain_kind=kind), did(OTHER)))


def well(day: int, slug: str = ONE):
    return session(day, movements=(did(slug),))


@pytest.mark.parametrize("kind", ["sharp", "tingling_numb"])
def test_a_movement_that_felt_wrong_is_away_that_day_and_two_more_then_easier(kind) -> None:
    sessions = [felt(0, kind)]
    for day in (0, 1, 2):
        assert easing(sessions, day).movements_away == {ONE}
        assert easing(sessions, day).movements_easier == frozenset()
    for day in (3, 10, 28):
        assert easing(sessions, day).movements_away == frozenset()
        assert easing(sessions, day).movements_easier == {ONE}


def test_it_is_as_usual_again_after_it_went_well_twice() -> None:
    assert easing([felt(0), well(3)], 4).movements_easier == {ONE}
    assert easing([felt(0), well(3), well(4)], 5).is_nothing


def test_what_is_done_of_it_while_it_is_away_does_not_count_as_well() -> None:
    assert easing([felt(0), well(0), well(1), well(2)], 3).movements_easier == {ONE}
    assert easing([felt(0), well(2), well(3)], 4).movements_easier == {ONE}


def test_the_usual_cannot_be_kept_against_a_movement_that_is_away() -> None:
    found = reasons(history([felt(0)]), PROGRAMME, on(1))
    assert put_together(found, on(1), keeps_usual=True).easing.movements_away == {ONE}
    later = reasons(history([felt(0)]), PROGRAMME, on(5))
    assert put_together(later, on(5), keeps_usual=True).easing.is_nothing


@pytest.mark.parametrize("reason", ["pain", "tired", "other"])
@pytest.mark.parametrize("easier", [True, False])
def test_too_much_of_a_movement_is_remembered_until_it_went_well_twice(reason, easier) -> None:
    much = session(0, movements=(did(ONE, reason=reason, easier=easier, state="part"),))
    assert easing([much], 0).movements_easier == {ONE}
    assert easing([much, well(2)], 28).movements_easier == {ONE}
    assert easing([much, well(2), well(4)], 5).is_nothing


def test_a_session_chosen_easier_is_no_complaint() -> None:
    assert easing([session(0, movements=(did(ONE, easier=True),))], 1).is_nothing


def test_leaving_a_movement_out_is_not_doing_it_well() -> None:
    much = session(0, movements=(did(ONE, reason="pain"),))
    left = session(2, movements=(did(ONE, state="skipped"),))
    assert easing([much, left, left], 5).movements_easier == {ONE}


def test_what_was_not_done_for_four_weeks_begins_as_usual() -> None:
    much = session(0, movements=(did(ONE, reason="pain"),))
    assert easing([much], 28).movements_easier == {ONE}
    assert easing([much], 29).is_nothing
    assert easing([felt(0)], 28).movements_easier == {ONE}
    assert easing([felt(0)], 29).is_nothing


def test_a_movement_that_the_programme_does_not_have_is_only_ever_put_away() -> None:
    other = next(slug for slug in library().movements if slug not in slugs_of(PROGRAMME))
    assert easing([session(0, movements=(did(other, reason="pain"),))], 1).is_nothing
    assert easing([felt(0, slug=other)], 2).movements_away == {other}
    assert easing([felt(0, slug=other)], 3).is_nothing


def test_too_much_again_begins_the_counting_anew() -> None:
    much = [session(day, movements=(did(ONE, reason="pain"),)) for day in (0, 2)]
    assert easing([much[0], well(1), much[1], well(3)], 4).movements_easier == {ONE}


@pytest.mark.parametrize("kind", ["sharp", "tingling_numb"])
def test_where_nobody_knows_which_one_it_was_all_of_that_session_begin_easier(kind) -> None:
    unsure = session(
        0, pain_kinds=(kind,), movements=(did(ONE), did(OTHER), did(THIRD, state="skipped"))
    )
    for day in (0, 1, 2):
        assert easing([unsure], day).movements_easier == {ONE, OTHER}
    assert easing([unsure], 3).is_nothing


def test_two_sessions_of_a_day_are_one_reason() -> None:
    unsure = [
        session(0, pain_kinds=("tingling_numb",), movements=(did(ONE),)),
        session(0, pain_kinds=("sharp",), movements=(did(OTHER),)),
    ]
    found = reasons(history(unsure), PROGRAMME, on(1))
    assert [each.rule for each in found] == ["put_away"]
    assert found[0].easing.movements_easier == {ONE, OTHER}
    assert "sharp" in found[0].sentence


def test_the_worst_of_a_movement_counts() -> None:
    records = [did(ONE, reason="pain"), did(ONE, pain_kind="tingling_numb")]
    assert complaint_of(records) == "tingling_numb"
    assert complaint_of([*records, did(ONE, pain_kind="sharp")]) == "sharp"
    assert complaint_of([did(ONE)]) is None


def test_the_two_days_are_those_of_the_content() -> None:
    kind = library().safety.after_session.kind("sharp")
    assert "Pause it for 2 days, then offer its easier version" in kind.do
    assert "put that movement away for two days" in kind.text


@given(SESSIONS, st.integers(0, 30))
def test_nothing_is_both_away_and_easier_and_every_reason_is_whole(sessions, day: int) -> None:
    found = reasons(history(sessions), PROGRAMME, on(day))
    assert len({(each.rule, each.since) for each in found}) == len(found)
    for reason in found:
        assert not reason.easing.is_nothing
        assert reason.since <= on(day) <= (reason.until or on(day))
        assert reason.sentence.endswith(".")
        assert len(reason.rule) <= 64
        named = reason.easing.movements_away | reason.easing.movements_easier
        assert named
    away = frozenset().union(*(each.easing.movements_away for each in found), frozenset())
    easier = [each.easing.movements_easier for each in found if each.rule != "put_away"]
    assert not away & frozenset().union(*easier, frozenset())


@given(SESSIONS, st.integers(0, 30))
def test_whatever_felt_sharp_in_the_last_two_days_is_away(sessions, day: int) -> None:
    recent = {
        each.slug
        for done in sessions
        if timedelta() <= on(day) - done.day <= timedelta(days=2)
        for each in done.movements
        if each.pain_kind is not None
    }
    assert recent == easing(sessions, day).movements_away


@given(SESSIONS, st.integers(0, 30), st.integers(1, 3))
def test_another_complaint_never_takes_a_caution_away(sessions, day: int, later: int) -> None:
    much = session(day, movements=(did(ONE, reason="pain"),))
    before = easing(sessions, day)
    after = easing([each for each in sessions if each.day <= on(day)] + [much], day)
    assert before.movements_away <= after.movements_away
    assert before.movements_easier <= after.movements_easier | after.movements_away
    assert ONE in after.movements_easier | after.movements_away


def told(sessions, day: int):
    """Return what a day's only reason says of itself, without its sentence."""
    (found,) = reasons(history(sessions), PROGRAMME, on(day))
    return found.rule, found.since, found.until, dict(found.facts), found.may_keep_usual


def test_a_movement_that_is_away_says_since_when_and_until_when() -> None:
    facts = {"movement": ONE, "felt": "sharp"}
    assert told([felt(0)], 1) == (f"put_away:{ONE}", on(0), on(2), facts, False)


def test_a_movement_that_is_back_says_since_when_and_how_often_it_went_well() -> None:
    facts = {"movement": ONE, "felt": "sharp", "went_well": 1}
    assert told([felt(0), well(4)], 5) == (f"put_away:{ONE}", on(3), on(28), facts, True)


def test_a_movement_that_was_too_much_says_how_often_it_went_well() -> None:
    much = session(0, movements=(did(ONE, reason="pain"),))
    facts = {"movement": ONE, "went_well": 1}
    assert told([much, well(2)], 3) == (f"too_much:{ONE}", on(0), on(28), facts, True)


@pytest.mark.parametrize("kind", ["sharp", "tingling_numb"])
def test_where_nobody_knows_which_one_it_was_the_usual_cannot_be_kept(kind) -> None:
    unsure = session(0, pain_kinds=(kind,), movements=(did(ONE),))
    facts = {"movements": [ONE], "felt": kind}
    assert told([unsure], 1) == ("put_away", on(0), on(2), facts, False)


def test_a_session_of_which_nothing_was_done_makes_nothing_easier() -> None:
    left = session(0, pain_kinds=("sharp",), movements=(did(ONE, state="skipped"),))
    assert reasons(history([left]), PROGRAMME, on(0)) == ()


def test_what_felt_sharp_again_while_it_was_away_is_away_for_two_more_days() -> None:
    assert easing([felt(0), felt(2)], 4).movements_away == {ONE}
    assert easing([felt(0), felt(2)], 5).movements_away == frozenset()


def test_too_much_of_what_is_away_does_not_bring_it_back_sooner() -> None:
    much = session(1, movements=(did(ONE, reason="pain"),))
    assert easing([felt(0), much], 2).movements_away == {ONE}


def test_of_a_movement_done_twice_in_a_session_one_complaint_counts_and_one_time_done_well() -> (
    None
):
    assert complaint_of([did(ONE), did(ONE, reason="tired")]) == "too_much"
    much = session(0, movements=(did(ONE, reason="pain"),))
    once = [session(day, movements=(did(ONE), did(ONE, state="skipped"))) for day in (1, 2)]
    assert easing([much, *once], 3).is_nothing
