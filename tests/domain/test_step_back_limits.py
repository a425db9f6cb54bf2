"""Stepping back and going on: the last day of each, and what may not be chosen otherwise."""

from dataclasses import replace

import pytest

from fstpwa.content import library
from fstpwa.domain import progression, step_back
from fstpwa.domain.adaptation import Easing, Reason, put_together
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.practice_history import PracticeHistory
from tests.domain.stepping import (
    BALANCE,
    FIBRO,
    HEEL,
    LOW_BACK,
    TODAY,
    ago,
    event,
    history,
    planned,
    reasons,
    session,
    sore,
    steady,
    with_movement,
)


def steps(**by_day: int) -> dict:
    return {int(day[1:]): {"first_step_pain": rating} for day, rating in by_day.items()}


def loading(*backs: int) -> list:
    return [session(back, template="load") for back in backs]


def test_in_the_first_part_two_flares_leave_the_easier_versions_in_two_thirds_of_the_time() -> None:
    said = {
        **steady(60, 0, pain=2),
        44: {"flare": True},
        10: {"flare": True, "pain": 8},
    }
    found = reasons(history(FIBRO, phase=0, said=said), FIBRO)["two_flares"]
    assert found.easing == Easing(session="easier", time_share=0.67)


# The fall ----------------------------------------------------------------------------------------


def test_after_the_pause_for_a_fall_whoever_is_in_the_first_part_is_there_already() -> None:
    fell = [event(8, "fall")]
    assert "fall" not in reasons(history(BALANCE, phase=0, events=fell), BALANCE)
    assert "fall" in reasons(history(BALANCE, phase=2, events=fell), BALANCE)


def test_a_fall_before_the_programme_was_begun_is_no_reason_to_begin_it_anew() -> None:
    fell = [event(8, "fall")]
    begun_later = history(BALANCE, phase=2, started=7, since=7, events=fell)
    assert "fall" not in reasons(begun_later, BALANCE)


def test_starting_again_after_a_fall_is_offered_once_more_a_week_after_staying() -> None:
    def offered(stayed: int) -> step_back.Restart | None:
        events = [event(20, "fall"), event(stayed, "stayed")]
        return step_back.restart(history(BALANCE, phase=2, events=events), BALANCE, TODAY)

    assert offered(0) is None
    assert offered(6) is None
    again = offered(7)
    assert again is not None
    assert (again.phase, again.because) == ("secure", "You told us of a fall.")


def test_where_one_starts_again_after_a_fall_is_what_the_part_says() -> None:
    for phase in BALANCE.phases:
        assert step_back.restart_after("fall", BALANCE, phase.id) == "secure"
        assert step_back.asks(BALANCE, phase.id, "fall")
        assert not step_back.asks(BALANCE, phase.id, "thunder")
        assert step_back.restart_after("near_fall", BALANCE, phase.id) is None
    assert step_back.restart_after("fall", LOW_BACK, "calm") is None
    assert not step_back.asks(LOW_BACK, "calm", "fall")
    assert not step_back.asks(BALANCE, "a part it never had", "fall")


def test_where_the_content_lost_the_first_part_one_starts_again_at_what_is_first_now() -> None:
    shorter = replace(BALANCE, phases=BALANCE.phases[1:])
    first = shorter.phases[0].id
    assert step_back.restart_after("fall", shorter, shorter.phases[-1].id) == first


# The loading session -----------------------------------------------------------------------------


def test_half_the_load_ends_a_week_on_where_nothing_is_loaded() -> None:
    told = history(HEEL, sessions=loading(2), said=steps(d2=3, d1=5))
    assert reasons(told, HEEL)["first_step_up"].until == ago(1 - 6)


def test_half_the_load_lasts_two_days_even_if_it_was_loaded_on_the_first() -> None:
    told = history(HEEL, sessions=loading(2, 1), said=steps(d2=3, d1=5))
    found = reasons(told, HEEL)["first_step_up"]
    assert (found.since, found.until) == (ago(1), TODAY)


TWICE = {"d6": 2, "d5": 4, "d4": 2, "d3": 4}


def after_two(*plans, on: int = 0):
    """Return what acts after first steps that were up twice, the second time three days ago."""
    told = history(
        HEEL,
        sessions=[*loading(6, 4), session(1, template="daily")],
        said=steps(**TWICE),
        plans=plans,
    )
    return reasons(told, HEEL, on=on).get("first_step_up_twice")


def test_without_a_loading_day_in_a_week_the_week_counts_as_left_out() -> None:
    found = after_two()
    assert (found.easing.session, found.until) == ("none", ago(3 - 6))
    then = after_two(on=-4)
    assert (then.easing, then.until) == (
        Easing(sets_less=1, only_template="load"),
        ago(3 - 6 - 7),
    )
    assert after_two(on=3 - 6 - 7) is not None
    assert after_two(on=3 - 6 - 8) is None


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(planned(5, "skipped", "load"), id="before it"),
        pytest.param(planned(2, "skipped", "daily"), id="another session"),
        pytest.param(planned(-5, "planned", "load"), id="later than a week"),
    ],
)
def test_what_is_no_loading_day_left_out(plan) -> None:
    assert after_two(plan).until == ago(3 - 6)


def test_a_loading_day_on_the_day_of_the_second_rise_is_left_out() -> None:
    found = after_two(planned(3, "skipped", "load"))
    assert (found.easing.sets_less, found.until) == (1, ago(3 - 7))


# What may be chosen otherwise --------------------------------------------------------------------


def test_the_usual_cannot_be_kept_where_a_clinician_ought_to_look() -> None:
    said = {back: {"first_step_pain": 5} for back in range(61)}
    found = reasons(history(HEEL, started=50, said=said), HEEL)["no_change_6_weeks"]
    assert not found.may_keep_usual


@pytest.mark.parametrize(
    "rule",
    [
        {"then": {"pause": True, "restart_phase": "a"}, "for_days": None},
        {"then": {"tell": "therapist"}, "for_days": 7},
        {"then": {"suggest": "clinician_review"}, "for_days": 7},
        {"then": {"restart_phase": "a"}, "for_days": 7},
    ],
)
def test_what_somebody_is_to_be_told_of_is_no_matter_of_choice(rule: dict) -> None:
    assert not step_back._may_keep_usual(rule)


def test_a_flare_rule_without_a_flare_as_its_trigger_is_refused() -> None:
    flare = next(rule for rule in LOW_BACK.phases[0].step_back if rule["id"] == "flare")
    assert step_back.unknown_in(flare) is None
    assert step_back.unknown_in({**flare, "trigger": {"event": "fall"}}) is not None


# Going on ----------------------------------------------------------------------------------------

DONE = tuple(range(1, 14, 2))


def ready(**changes) -> PracticeHistory:
    facts = {
        "phase": 0,
        "since": 29,
        "said": steady(60, 0, pain=2, stiffness=3),
        "sessions": [session(back, pain_before=2, worst_pain=2) for back in range(1, 30, 2)],
        "plans": [planned(back) for back in DONE],
    }
    return history(LOW_BACK, **(facts | changes))


def offered(told: PracticeHistory):
    return progression.offer(
        told, LOW_BACK, TODAY, adaptation(told, LOW_BACK, TODAY, library().movements)
    )


def looked_at(told: PracticeHistory):
    found = progression.criteria(
        told, LOW_BACK, TODAY, adaptation(told, LOW_BACK, TODAY, library().movements)
    )
    return {each.id: each for each in found}


@pytest.mark.parametrize(("sore_day", "goes_on"), [(13, False), (14, True)])
def test_nothing_is_raised_until_seven_days_were_as_usual(sore_day: int, *, goes_on: bool) -> None:
    # One much worse morning: a set less on that day and six more.
    told = ready(sessions=[sore(sore_day, 3), *(session(back) for back in (11, 9, 7, 5, 3, 1))])
    assert (offered(told) is not None) is goes_on
    assert looked_at(told)["one_thing"].met is goes_on


def test_one_movement_in_its_easier_version_holds_nobody_back() -> None:
    slug = LOW_BACK.phases[0].sessions[0].movements[0].slug
    much = session(1, movements=with_movement(slug, reason="other"))
    told = ready(sessions=[*(session(back) for back in range(3, 30, 2)), much])
    assert {
        each.rule for each in adaptation(told, LOW_BACK, TODAY, library().movements).reasons
    } == {f"too_much:{slug}"}
    assert offered(told) is not None
    assert looked_at(told)["one_thing"].met


def test_the_day_on_which_the_time_is_over_counts() -> None:
    assert looked_at(ready(since=14))["time"].met
    assert offered(ready(since=14)) is not None


@pytest.mark.parametrize("since", [0, -1])
def test_a_step_that_began_today_or_by_a_wrong_clock_tomorrow_has_no_days(since: int) -> None:
    words = looked_at(ready(since=since))["time"].words
    assert words.startswith("14 days at this step: 0 so far.")


def test_the_first_day_of_a_flare_stands_still_and_today_is_not_yet_over() -> None:
    from_the_start = {**steady(60, 0, pain=2), 10: {"flare": True, "pain": 8}}
    told = ready(since=10, said=from_the_start)
    assert progression.days_in_step(told, LOW_BACK, TODAY) == 0
    today = ready(since=10, said={**steady(60, 1, pain=2), 0: {"flare": True}})
    assert progression.days_in_step(today, LOW_BACK, TODAY) == 10


def test_two_reasons_to_go_on_are_joined_without_a_comma() -> None:
    found = offered(ready(said={}, sessions=[session(back) for back in DONE]))
    assert found is not None
    assert found.because == ("You did 7 of 7 planned sessions and there was no flare for 7 days.")


def test_the_second_test_that_nobody_knows_is_named_too() -> None:
    known = LOW_BACK.phases[0].progress["also"][0]
    assert progression.unknown_test({"also": [known]}) is None
    assert progression.unknown_test({"also": [known, {"rule": "mood"}]}) is not None


def test_what_changes_no_dose_does_not_count_as_eased() -> None:
    good = history(FIBRO, said={0: {"good_day": "yes"}})
    assert "good_day_same_dose" in reasons(good, FIBRO)
    assert not step_back.eased_within(good, FIBRO, TODAY, 6)
    near = [event(3, "near_fall"), event(2, "near_fall")]
    assert not step_back.eased_within(history(BALANCE, events=near), BALANCE, TODAY, 6)
    assert step_back.eased_within(history(sessions=[sore(1, 3)]), LOW_BACK, TODAY, 6)


def test_an_event_without_a_pause_starts_nothing_again() -> None:
    assert step_back.restart_after("near_miss", BALANCE, BALANCE.phases[0].id) is None


def test_a_flare_rule_without_its_steps_is_refused() -> None:
    flare = next(rule for rule in LOW_BACK.phases[0].step_back if rule["id"] == "flare")
    then = {key: each for key, each in flare["then"].items() if key != "until"}
    assert step_back.unknown_in({**flare, "then": then}) is not None


def test_a_fall_on_the_day_the_programme_was_begun_counts() -> None:
    told = history(BALANCE, phase=2, started=8, since=8, events=[event(8, "fall")])
    assert "fall" in reasons(told, BALANCE)


@pytest.mark.parametrize(("first", "goes_on"), [(20, False), (21, True)])
def test_nothing_is_raised_until_a_week_after_the_way_back_from_a_flare(
    first: int, *, goes_on: bool
) -> None:
    # A day of flare, then two weeks at less than the usual dose.
    told = ready(
        since=60,
        said={**steady(60, 0, pain=2, stiffness=3), first: {"flare": True, "pain": 8}},
        events=[event(first - 1, "back_to_usual")],
    )
    assert (offered(told) is not None) is goes_on
    assert looked_at(told)["one_thing"].met is goes_on


def test_nothing_is_raised_while_any_rule_eases_the_sessions_of_today() -> None:
    energy = Reason(rule="new", sentence="New.", since=TODAY, easing=Easing(session="easier"))
    acting = put_together([energy], TODAY, keeps_usual=False)
    assert progression.offer(ready(), LOW_BACK, TODAY, acting) is None
    found = {each.id: each for each in progression.criteria(ready(), LOW_BACK, TODAY, acting)}
    assert not found["one_thing"].met


def test_three_reasons_to_go_on_are_joined_with_commas() -> None:
    found = offered(ready(said=steady(60, 0, pain=2), sessions=[session(back) for back in DONE]))
    assert found is not None
    assert found.because == (
        "You did 7 of 7 planned sessions, there was no flare for 7 days, "
        "and usual pain has not risen."
    )
