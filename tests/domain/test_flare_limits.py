"""Flares: the first and the last day of each thing, and what says nothing of one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fstpwa.domain.flare_signs import suspicion, usual_before
from fstpwa.domain.flares import (
    Flare,
    FlareStanding,
    flares,
    needs_screen,
    paused_days,
    reasons,
    standing,
    was_too_much,
)
from fstpwa.domain.practice_history import PracticeHistory
from tests.domain.flaring import (
    TODAY,
    ago,
    fibromyalgia,
    flare,
    history,
    low_back,
    said,
    session,
    steady,
)

USUAL = {"pain": 3, "fatigue": 4, "stiffness": 3}
BAD = {"pain": 7, "fatigue": 8, "stiffness": 6}
RISEN = {"pain": 5, "fatigue": 6, "stiffness": 3}
FLARED = {**steady(60, 31, **USUAL), 30: flare(**BAD)}


def came_back(back: int = 29, **more) -> PracticeHistory:
    """Return a flare of 30 days ago with the day on which they said they are back."""
    return history(FLARED, events=[(back, "back_to_usual")], **more)


def test_a_flare_has_its_days_and_one_that_goes_on_holds_on_every_day_since() -> None:
    over = Flare(first=ago(5), last=ago(3), usual={})
    assert over.days == {ago(5), ago(4), ago(3)}
    open_one = Flare(first=ago(5), usual={})
    assert open_one.days == {ago(5)}
    assert [open_one.holds_on(ago(back)) for back in (6, 5, 0)] == [False, True, True]
    assert [over.holds_on(ago(back)) for back in (6, 5, 3, 2)] == [False, True, True, False]


def test_outside_a_flare_there_is_no_day_of_one_and_nothing_is_long() -> None:
    found = standing(history(), fibromyalgia(), TODAY)
    assert (found.where, found.day, found.is_long) == ("none", 0, False)
    assert not FlareStanding(where="return", day=40).is_long


def test_a_programme_that_says_nothing_of_flares_does_nothing_in_one() -> None:
    phases = tuple(replace(each, step_back=()) for each in low_back().phases)
    silent = replace(low_back(), phases=phases)
    told = history({0: flare()}, programme=low_back())
    assert flares(told, silent, TODAY) == ()
    assert standing(told, silent, TODAY).where == "none"
    assert paused_days(told, silent, TODAY) == frozenset()
    assert reasons(told, silent, TODAY) == ()


def test_what_a_wrong_clock_said_of_tomorrow_is_no_flare_today() -> None:
    assert flares(history({-1: flare()}), fibromyalgia(), TODAY) == ()


def test_a_flare_that_goes_on_has_no_end_any_more() -> None:
    told = history({**FLARED, 26: flare(**BAD)}, events=[(29, "back_to_usual")])
    (found,) = flares(told, fibromyalgia(), ago(25))
    assert (found.first, found.last, found.ended_by) == (ago(30), None, None)


def test_of_two_flares_the_later_one_goes_on() -> None:
    days = {**steady(90, 61, **USUAL), 60: flare(**BAD), 20: flare(**BAD), 16: flare(**BAD)}
    told = history(days, events=[(58, "back_to_usual"), (18, "back_to_usual")])
    found = flares(told, fibromyalgia(), ago(15))
    assert [(each.first, each.last) for each in found] == [(ago(60), ago(59)), (ago(20), None)]


def test_a_day_said_to_be_a_flare_is_not_near_usual_whatever_its_ratings() -> None:
    near = {28: said(**USUAL), 27: said(**USUAL), 26: flare(**USUAL), 25: said(**USUAL)}
    told = history({**FLARED, 29: said(**BAD), **near}, programme=low_back())
    assert flares(told, low_back(), ago(25))[0].last is None
    assert flares(told, low_back(), ago(25))[0].near == 1


def test_a_day_of_which_nothing_was_rated_is_not_near_usual() -> None:
    told = history({**FLARED, **dict.fromkeys((29, 28, 27, 26), said())}, programme=low_back())
    assert flares(told, low_back(), ago(26))[0].near == 0


def test_a_flare_that_lapsed_keeps_how_many_days_were_near() -> None:
    told = history({**FLARED, 28: said(**USUAL)})
    (found,) = flares(told, fibromyalgia(), TODAY)
    assert (found.ended_by, found.last, found.near) == ("lapsed", ago(23), 1)


def test_between_two_flares_the_way_back_stands_still_until_the_day_before_the_second() -> None:
    days = {**FLARED, 22: flare(**BAD)}
    told = history(days, events=[(29, "back_to_usual"), (21, "back_to_usual")])
    assert paused_days(told, fibromyalgia(), TODAY) == {ago(back) for back in range(30, 7, -1)}


def test_a_week_ends_after_seven_days_and_begins_on_the_first() -> None:
    on_the_first = came_back(sessions=[session(29, worst=8)])
    place = standing(on_the_first, fibromyalgia(), ago(25)).rung
    assert place is not None
    assert (place.number, place.since, place.begun_anew) == (1, ago(28), True)
    # The eighth day is the first of the second step.
    on_the_eighth = came_back(sessions=[session(22, worst=8)])
    place = standing(on_the_eighth, fibromyalgia(), ago(20)).rung
    assert place is not None
    assert (place.number, place.since, place.begun_anew) == (2, ago(21), True)


def test_what_was_too_much_before_the_end_of_the_flare_begins_no_week_anew() -> None:
    place = standing(came_back(sessions=[session(30, worst=8)]), fibromyalgia(), ago(25)).rung
    assert place is not None
    assert (place.since, place.begun_anew) == (ago(29), False)


def test_a_session_that_had_not_settled_after_two_days_was_too_much() -> None:
    calm = session(25, before=2, worst=2, morning=2)
    assert not was_too_much(calm, history(sessions=[calm]))
    unsettled = replace(calm, settled=False)
    assert was_too_much(unsettled, history(sessions=[unsettled]))


def test_a_session_that_was_too_much_today_begins_the_week_anew_tomorrow() -> None:
    told = came_back(sessions=[session(25, worst=8)])
    (found,) = reasons(told, fibromyalgia(), ago(25))
    assert (found.since, found.until) == (ago(25), ago(18))
    (later,) = reasons(told, fibromyalgia(), ago(20))
    assert (later.since, later.until) == (ago(24), ago(18))
    assert later.facts == {"step": 1, "of": 2, "dose_share": 0.5}


def test_that_nothing_was_heard_is_said_only_after_a_lapse_and_only_in_the_first_week() -> None:
    quiet = "You said nothing of the flare for a week"
    (said_back,) = reasons(came_back(), fibromyalgia(), ago(25))
    assert quiet not in said_back.sentence
    lapsed = history(FLARED)
    sentences = [reasons(lapsed, fibromyalgia(), ago(back))[0].sentence for back in (22, 16, 15)]
    assert [quiet in each for each in sentences] == [True, True, False]


def test_the_kind_of_flare_is_asked_only_in_it_and_only_an_answer_ends_the_asking() -> None:
    told = came_back()
    assert needs_screen(standing(told, fibromyalgia(), ago(30)), told)
    assert not needs_screen(standing(told, fibromyalgia(), ago(28)), told)
    noted = history(FLARED, events=[(29, "flare_triggers")])
    assert needs_screen(standing(noted, fibromyalgia(), ago(29)), noted)


# What ratings look like --------------------------------------------------------------------------


def test_one_rating_is_usual_where_no_more_are_asked_for() -> None:
    assert usual_before(TODAY, history({5: said(pain=4)})) == {"pain": 4}
    assert usual_before(TODAY, history({5: said(pain=4)}), least=2) == {}


TWO_DAYS = {**steady(40, 2, **USUAL), 1: said(**RISEN), 0: said(**RISEN)}


def test_only_a_no_keeps_it_from_being_asked() -> None:
    assert suspicion(history(TWO_DAYS, events=[(3, "not_a_flare")]), TODAY) is None
    assert suspicion(history(TWO_DAYS, events=[(3, "flare_triggers")]), TODAY) is not None


def test_days_without_a_rating_are_not_answered_days() -> None:
    days = {**steady(29, 2, **USUAL), 1: said(**RISEN), 0: said(**RISEN)}
    assert suspicion(history(days), TODAY) is not None
    unrated = {back: said() for back in (29, 28, 27)}
    assert suspicion(history({**days, **unrated}), TODAY) is None


@pytest.mark.parametrize("missing", [0, 1])
def test_both_days_have_to_be_rated(missing: int) -> None:
    days = {back: each for back, each in TWO_DAYS.items() if back != missing}
    assert suspicion(history(days), TODAY) is None


def test_neither_day_nor_today_may_belong_to_a_flare() -> None:
    days = {**steady(40, 3, **USUAL), 2: said(**RISEN), 1: said(**RISEN)}
    assert suspicion(history(days), TODAY) is not None
    for back in range(3):
        assert suspicion(history(days), TODAY, flare_days={ago(back)}) is None


def test_the_days_of_an_earlier_flare_are_not_usual() -> None:
    days = {**TWO_DAYS, **steady(25, 5, **BAD)}
    assert suspicion(history(days), TODAY) is None
    flared = {ago(back) for back in range(5, 26)}
    assert suspicion(history(days), TODAY, flare_days=flared) is not None


def test_what_rose_is_told_of_the_second_day() -> None:
    days = {**TWO_DAYS, 0: said(pain=8, fatigue=9, stiffness=3)}
    found = suspicion(history(days), TODAY)
    assert found is not None
    assert found.first == TODAY - timedelta(days=1)
    assert found.rises == {"pain": 5, "fatigue": 5}
