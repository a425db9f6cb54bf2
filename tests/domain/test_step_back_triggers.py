"""The triggers of a step back, each by itself: the day it was last met, and its limits."""

from typing import Any

from fstpwa.domain.practice_history import MovementRecord, PracticeHistory
from fstpwa.domain.practice_past import Past
from fstpwa.domain.programme import Programme
from fstpwa.domain.step_back_hit import Hit
from fstpwa.domain.step_back_triggers import last_met
from tests.domain.stepping import (
    BALANCE,
    FIBRO,
    HEEL,
    LOW_BACK,
    SHOULDER,
    TODAY,
    ago,
    event,
    history,
    session,
    sore,
    steady,
)


def met(trigger: dict[str, Any], told: PracticeHistory, followed: Programme = LOW_BACK) -> Hit:
    """Return when a trigger was last met; it has to have been."""
    found = last_met(Past(history=told, programme=followed, today=TODAY), trigger)
    assert found is not None
    return found


def is_met(trigger: dict[str, Any], told: PracticeHistory, followed: Programme = LOW_BACK) -> bool:
    return last_met(Past(history=told, programme=followed, today=TODAY), trigger) is not None


def test_of_several_triggers_the_one_that_was_met_last_counts() -> None:
    either = {
        "any": (
            {"next_morning_rise_at_least": 2, "consecutive_sessions": 2},
            {"session_zone": "red", "count": 1},
        )
    }
    rows = [sore(5, 2), sore(3, 2)]
    red_before = session(9, pain_before=1, worst_pain=8)
    assert met(either, history(sessions=[red_before, *rows])).last == ago(2)
    red_after = session(1, pain_before=1, worst_pain=8)
    assert met(either, history(sessions=[*rows, red_after])).last == ago(1)


def test_a_sore_morning_counts_alone_where_no_number_is_given() -> None:
    assert met({"next_morning_rise_at_least": 3}, history(sessions=[sore(2, 3)])).last == ago(1)


def test_of_three_mornings_the_first_two_may_be_the_sore_ones() -> None:
    twice = {"next_morning_rise_at_least": 2, "consecutive_sessions": 2}
    told = history(sessions=[sore(5, 2), sore(3, 2), sore(1, 0)])
    assert met(twice, told).last == ago(2)


def test_what_has_not_settled_counts_from_the_hours_that_are_given_the_last_time() -> None:
    told = history(sessions=[sore(back, 2, settled=False) for back in (7, 4, 1)])
    found = met({"not_settled_hours": 48}, told)
    assert (found.since, found.last) == (ago(2), ago(2))
    assert met({"not_settled_hours": 72}, told).last == ago(1)
    assert not is_met({"not_settled_hours": 48}, history(sessions=[sore(1, 2, settled=False)]))


RISEN = {
    "median_7d_rise": {"pain": 2, "stiffness": 2},
    "any_one": True,
    "since": "phase_start",
    "lasting_days": 7,
}


def test_of_two_measures_the_one_that_was_high_for_longer_is_named() -> None:
    said = {
        back: {"pain": 5 if back < 13 else 2, "stiffness": 5 if back < 20 else 2}
        for back in range(60)
    }
    found = met(RISEN, history(since=40, said=said))
    assert (found.facts["measure"], found.last) == ("stiffness", TODAY)
    # Pain is still high, stiffness no more.
    calmed = {
        back: {"pain": 5 if back < 13 else 2, "stiffness": 5 if 5 < back < 30 else 2}
        for back in range(60)
    }
    assert met(RISEN, history(since=40, said=calmed)).facts["measure"] == "pain"


def test_a_measure_is_high_for_a_week_on_the_seventh_day_and_not_before() -> None:
    # The median is over seven days, so it is high from the fourth worse day on.
    said = {back: {"pain": 5 if back < 10 else 2} for back in range(60)}
    assert met(RISEN, history(since=40, said=said)).since == TODAY
    later = {back: {"pain": 5 if back < 9 else 2} for back in range(60)}
    assert not is_met(RISEN, history(since=40, said=later))


def test_what_was_high_before_the_part_began_is_not_held_against_it() -> None:
    said = {**steady(60, 16, pain=9), **steady(15, 0, pain=2)}
    assert not is_met(RISEN, history(since=8, said=said))


FLARES = {"flares": 2, "within_days": 42}


def flares_on(*days: int, back: tuple[int, ...] = ()) -> PracticeHistory:
    calm = {**steady(120, 0, pain=2), **{each: {"flare": True, "pain": 8} for each in days}}
    return history(FIBRO, said=calm, events=[event(each, "back_to_usual") for each in back])


def test_two_flares_count_up_to_six_weeks_apart() -> None:
    assert met(FLARES, flares_on(52, 10), FIBRO).facts == {"flares": 2, "days": 42}
    assert not is_met(FLARES, flares_on(53, 10), FIBRO)


def test_of_several_flares_any_two_in_a_row_may_be_too_close() -> None:
    assert met(FLARES, flares_on(100, 80, 20), FIBRO).since == ago(80)


def test_while_the_second_flare_goes_on_no_end_is_known() -> None:
    found = met(FLARES, flares_on(30, 2), FIBRO)
    assert (found.since, found.last, found.is_open) == (ago(2), TODAY, True)


def test_a_second_flare_that_ends_today_is_counted_from_today() -> None:
    # Five days near usual: the fifth of them is today.
    found = met(FLARES, flares_on(30, 5), FIBRO)
    assert (found.since, found.last, found.is_open) == (ago(5), TODAY, False)
    over = met(FLARES, flares_on(30, 6), FIBRO)
    assert (over.last, over.is_open) == (TODAY, False)


def test_a_rule_that_asks_for_no_good_day_is_met_by_none() -> None:
    told = history(FIBRO, said={0: {"good_day": "yes"}})
    assert is_met({"good_day": True}, told, FIBRO)
    assert not is_met({"good_day": False}, told, FIBRO)


def test_the_last_fall_counts() -> None:
    told = history(BALANCE, events=[event(20, "fall"), event(3, "fall")])
    found = met({"event": "fall"}, told, BALANCE)
    assert (found.since, found.last) == (ago(3), ago(3))


NEAR = {"event": "near_miss", "count": 2, "within_days": 7}


def near(*events: Any) -> PracticeHistory:
    return history(BALANCE, events=list(events))


def test_two_near_falls_are_counted_from_the_second() -> None:
    found = met(NEAR, near(event(9, "near_fall"), event(4, "near_fall")), BALANCE)
    assert (found.since, found.last) == (ago(4), ago(4))
    assert found.facts == {"near_falls": 2, "days": 7}


def test_of_three_near_falls_the_first_two_may_be_the_close_ones() -> None:
    told = near(*(event(back, "near_fall") for back in (20, 18, 2)))
    assert met(NEAR, told, BALANCE).last == ago(18)


def test_how_many_near_falls_there_were_is_what_was_said_of_them_on_that_day() -> None:
    other_kind = near(event(3, "near_fall"), event(3, "flare_triggers", ["2"]))
    assert not is_met(NEAR, other_kind, BALANCE)
    other_day = near(event(20, "near_fall", ["2"]), event(3, "near_fall"))
    assert met(NEAR, other_day, BALANCE).last == ago(20)


NEW = {"event": "new_or_different_symptom"}


def test_the_safety_questions_are_suggested_for_two_weeks_after_the_last_new_flare() -> None:
    found = met(NEW, history(FIBRO, events=[event(13, "flare_is_new")]), FIBRO)
    assert (found.since, found.last, found.is_open) == (ago(13), TODAY, True)
    twice = history(FIBRO, events=[event(30, "flare_is_new"), event(3, "flare_is_new")])
    assert met(NEW, twice, FIBRO).since == ago(3)


def test_new_and_back_to_usual_on_one_day_is_still_new() -> None:
    both = [event(3, "flare_is_new"), event(3, "back_to_usual")]
    assert is_met(NEW, history(FIBRO, events=both), FIBRO)
    again = [event(9, "flare_is_new"), event(6, "back_to_usual"), event(3, "flare_is_new")]
    assert is_met(NEW, history(FIBRO, events=again), FIBRO)


NIGHTS = {"event": "woken_by_shoulder_pain", "nights_in_a_row": 3}


def woken(*nights: int, calm: tuple[int, ...] = (), silent: tuple[int, ...] = ()) -> Any:
    return history(
        SHOULDER,
        said={
            **{back: {"woken_by_pain": True} for back in nights},
            **{back: {"woken_by_pain": False} for back in calm},
            **{back: {"pain": 3} for back in silent},
        },
    )


def test_nights_are_new_where_one_of_the_seven_before_them_was_calm() -> None:
    # Of the nights that ended one and two days ago, only the latter have the calm one in reach.
    found = met(NIGHTS, woken(*range(1, 11), calm=(11,)), SHOULDER)
    assert (found.last, found.facts) == (ago(2), {"nights": 3})
    just_before = woken(1, 2, 3, *range(5, 11), calm=(4,))
    assert met(NIGHTS, just_before, SHOULDER).last == ago(1)


def test_nights_nobody_spoke_of_are_not_calm() -> None:
    # All nights they spoke of before were such nights, until there is none to compare with.
    assert met(NIGHTS, woken(*range(1, 10), silent=(10,)), SHOULDER).last == ago(7)


def steps(**by_day: int) -> dict[int, dict[str, int]]:
    return {int(day[1:]): {"first_step_pain": rating} for day, rating in by_day.items()}


ONCE = {"measure": "first_step_pain", "next_morning_rise_at_least": 2}
TWICE = {**ONCE, "consecutive_loading_days": 2}


def loaded(*backs: int, **by_day: int) -> PracticeHistory:
    done = [session(back, template="load") for back in backs]
    return history(HEEL, sessions=done, said=steps(**by_day))


def test_first_steps_are_up_twice_where_loading_days_are_at_most_a_week_apart() -> None:
    assert is_met(TWICE, loaded(9, 2, d9=2, d8=4, d2=2, d1=4), HEEL)
    assert not is_met(TWICE, loaded(10, 2, d10=2, d9=4, d2=2, d1=4), HEEL)
    assert not is_met(TWICE, loaded(5, 2, d5=2, d4=3, d2=2, d1=4), HEEL)
    assert not is_met(TWICE, loaded(5, 2, d5=2, d4=4, d2=2, d1=3), HEEL)


def test_first_steps_that_were_up_longer_ago_are_found_too() -> None:
    told = loaded(8, 6, 2, d8=2, d7=4, d6=2, d5=4, d2=2, d1=2)
    assert met(TWICE, told, HEEL).last == ago(5)
    assert met(ONCE, loaded(6, 2, d6=2, d5=4, d2=2, d1=2), HEEL).last == ago(5)


def test_without_a_rating_on_the_loading_day_the_week_before_it_counts() -> None:
    assert met(ONCE, loaded(4, d11=1, d10=1, d9=1, d3=3), HEEL).facts == {"rises": [2]}


UNCHANGED = {"measure": "first_step_pain", "median_change_at_most": 0, "after_days": 42}


def tracked(**by_span: Any) -> Any:
    return history(HEEL, **by_span)


def test_no_change_is_looked_at_from_the_forty_second_day_on() -> None:
    said = steady(70, 0, first_step_pain=5)
    found = met(UNCHANGED, tracked(started=42, said=said), HEEL)
    assert (found.since, found.last, found.is_open) == (TODAY, TODAY, True)
    assert not is_met(UNCHANGED, tracked(started=41, said=said), HEEL)


def test_without_answers_in_the_last_week_nobody_knows_whether_it_changed() -> None:
    said = steady(70, 8, first_step_pain=5)
    assert not is_met(UNCHANGED, tracked(started=60, said=said), HEEL)


def test_no_change_goes_back_as_far_as_it_was_no_better() -> None:
    # Better until four days ago: the median of a week is as bad as at the start only today.
    better_between = {
        **steady(80, 40, first_step_pain=5),
        **steady(39, 4, first_step_pain=3),
        **steady(3, 0, first_step_pain=5),
    }
    assert met(UNCHANGED, tracked(started=60, said=better_between), HEEL).since == TODAY
    silent_between = {**steady(80, 40, first_step_pain=5), **steady(4, 0, first_step_pain=5)}
    assert met(UNCHANGED, tracked(started=60, said=silent_between), HEEL).since == ago(2)


def test_pain_in_a_session_stands_for_each_movement_that_was_done() -> None:
    trigger = {"during_pain_above": 5, "movement": "towel-heel-raise"}
    movements = tuple(
        MovementRecord(slug=slug, state="done") for slug in ("calf-foam-roll", "towel-heel-raise")
    )
    done = session(1, worst_pain=6, movements=movements, template="load")
    assert met(trigger, history(HEEL, sessions=[done]), HEEL).facts == {"worst_pain": 6}
