"""Stepping back: when each rule of the content acts, what it does, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain import step_back
from fstpwa.domain.adaptation import NOTHING, Easing, put_together
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.programme import Programme
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
    planned,
    reasons,
    session,
    sore,
    steady,
    with_movement,
)

EASIER = Easing(session="easier")
PROGRAMMES = tuple(library().programmes.values())
RULES = [
    (programme, phase, rule)
    for programme in PROGRAMMES
    for phase in programme.phases
    for rule in phase.step_back
]


def days_of_acting(told: PracticeHistory, rule: str, followed: Programme = LOW_BACK) -> set[int]:
    """Return how many days after TODAY a rule acts, if nothing more happens."""
    found = set()
    for ahead in range(-5, 60):
        day = TODAY + timedelta(days=ahead)
        # Somebody who practises: nothing but the rule is looked at.
        done = replace(session(0), day=day)
        later = replace(told, sessions=(*(s for s in told.sessions if s.day <= day), done))
        if rule in {each.rule for each in step_back.reasons(later, followed, day)}:
            found.add(ahead)
    return found


def test_without_anything_amiss_nothing_is_eased_anywhere() -> None:
    for programme in PROGRAMMES:
        for number in range(len(programme.phases)):
            calm = history(programme, phase=number, said=steady(60, 0, pain=2, stiffness=3))
            assert reasons(calm, programme) == {}


def test_every_rule_of_the_content_is_one_that_somebody_knows() -> None:
    assert {rule["id"] for _, _, rule in RULES} >= {"flare", "fall", "night_pain", "missed_21"}
    for _, _, rule in RULES:
        assert step_back.unknown_in(rule) is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"trigger": {"full_moon": True}}, "nobody knows when full_moon is met"),
        ({"trigger": {"event": "thunder"}}, "event cannot be 'thunder'"),
        ({"trigger": {"any": ({"thunder": 1},)}}, "nobody knows when thunder is met"),
        ({"trigger": {"any": ({"event": "rain"},)}}, "event cannot be 'rain'"),
        ({"then": {"use": "a_hammer"}}, "use cannot be 'a_hammer'"),
        ({"then": {"phase": "calm"}}, "nobody knows what to do with phase"),
        ({"then": {"suggest": "a_walk"}}, "suggest cannot be 'a_walk'"),
        ({"id": "flare"}, "a flare needs its session, its end and its steps back"),
    ],
)
def test_what_nobody_knows_is_named(change: dict, problem: str) -> None:
    rule = {
        "id": "new",
        "trigger": {"event": "fall"},
        "then": {"use": "easier_versions"},
        "for_days": 7,
    }
    assert step_back.unknown_in(rule) is None
    assert step_back.unknown_in({**rule, **change}) == problem


@pytest.mark.parametrize(("phase", "easing"), [(0, EASIER), (1, Easing(phase_doses="calm"))])
def test_two_sore_mornings_in_a_row_ease_a_week(phase: int, easing: Easing) -> None:
    told = history(phase=phase, sessions=[sore(3, 2), sore(1, 2)])
    found = reasons(told)["next_morning_2_twice_or_red"]
    assert found.easing == easing
    assert (found.since, found.until) == (TODAY, TODAY + timedelta(days=6))
    assert found.facts == {"rises": [2, 2]}
    assert found.sentence.startswith("Two sore mornings in a row")
    assert found.may_keep_usual
    assert days_of_acting(told, found.rule) == set(range(7))


@pytest.mark.parametrize(
    "sessions",
    [
        pytest.param([sore(1, 2)], id="only one"),
        pytest.param([sore(5, 2), sore(3, 1), sore(1, 2)], id="a calm one between"),
        pytest.param([sore(9, 2), sore(1, 2)], id="more than a week apart"),
        pytest.param([sore(1, 2), sore(0, 2)], id="the second morning is tomorrow's"),
        pytest.param([sore(70, 3), sore(68, 3)], id="of an earlier programme"),
        pytest.param([sore(3, 2, done_s=0), sore(1, 2)], id="one that was not done"),
    ],
)
def test_what_is_not_two_sore_mornings_in_a_row(sessions: list) -> None:
    told = history(sessions=[*sessions, session(0)])
    assert "next_morning_2_twice_or_red" not in reasons(told)


def test_a_morning_nobody_spoke_of_neither_makes_a_row_nor_breaks_one() -> None:
    told = history(sessions=[sore(5, 2), session(3), sore(1, 2)])
    assert "next_morning_2_twice_or_red" in reasons(told)


def test_one_session_that_hurt_too_much_eases_from_that_day() -> None:
    red = session(2, pain_before=1, worst_pain=6)
    found = reasons(history(sessions=[red, session(1)]))["next_morning_2_twice_or_red"]
    assert (found.since, found.until) == (ago(2), ago(-4))
    assert found.facts["worst_pain"] == 6
    amber = session(2, pain_before=1, worst_pain=5)
    assert reasons(history(sessions=[amber, session(1)])) == {}


def test_a_much_worse_morning_takes_one_set_away() -> None:
    told = history(sessions=[sore(1, 3)])
    assert set(reasons(told)) == {"next_morning_3_or_48h"}
    assert reasons(told)["next_morning_3_or_48h"].easing == Easing(sets_less=1)
    assert days_of_acting(told, "next_morning_3_or_48h") == set(range(7))


def test_what_has_not_settled_after_two_days_takes_one_set_away_from_then_on() -> None:
    told = history(sessions=[sore(2, 2, settled=False), session(0)])
    found = reasons(told)["next_morning_3_or_48h"]
    assert (found.since, found.facts) == (TODAY, {"hours": 48})
    assert "next_morning_3_or_48h" not in reasons(told, on=1)


def test_two_much_worse_mornings_leave_the_flare_session_for_three_days() -> None:
    told = history(sessions=[sore(3, 3), sore(1, 4)])
    found = reasons(told)["next_morning_3_twice"]
    assert found.easing == Easing(session="flare")
    assert found.suggests == ("therapist_message",)
    assert days_of_acting(told, "next_morning_3_twice") == {0, 1, 2}
    assert adaptation(told, LOW_BACK, TODAY, library().movements).easing.session == "flare"


def test_a_median_up_by_two_for_a_week_eases_two_weeks() -> None:
    usual = steady(40, 13, pain=2)
    told = history(since=28, said={**usual, **steady(12, 0, pain=4)})
    found = reasons(told)["median_up_2"]
    assert found.easing == Easing(phase_doses="calm")
    assert found.suggests == ("therapist_message",)
    assert found.facts == {"measure": "pain", "from": 2, "to": 4}
    # High from the fourth of the worse days on, so for a week three days ago.
    assert (found.since, found.until) == (ago(3), TODAY + timedelta(days=13))
    assert "median_up_2" not in reasons(told, on=4)


@pytest.mark.parametrize(
    ("worse", "followed", "acts"),
    [
        ({"pain": 4}, LOW_BACK, True),
        ({"stiffness": 4}, LOW_BACK, True),
        ({"fatigue": 9}, LOW_BACK, False),
        ({"fatigue": 4}, FIBRO, True),
        ({"pain": 3}, LOW_BACK, False),
    ],
)
def test_only_what_the_programme_tracks_counts(worse: dict, followed, acts: bool) -> None:
    before = {"pain": 2, "stiffness": 2, "fatigue": 2}
    told = history(
        followed,
        since=28,
        said={**steady(40, 28, **before), **steady(20, 0, **{**before, **worse})},
    )
    assert ("median_up_2" in reasons(told, followed)) is acts


def test_a_start_without_answers_takes_the_first_week_and_two_ratings_are_no_median() -> None:
    told = history(since=28, said={**steady(28, 22, pain=2), **steady(12, 0, pain=4)})
    assert "median_up_2" in reasons(told)
    thin = history(since=28, said={28: {"pain": 1}, 25: {"pain": 1}, **steady(12, 0, pain=9)})
    assert reasons(thin) == {}


@pytest.mark.parametrize(
    ("away", "back", "acts"),
    [
        (7, None, False),
        (8, None, True),
        (21, None, True),
        (22, None, False),
        (8, 6, True),
        (8, 7, False),
        (15, 0, True),
    ],
)
def test_more_than_a_week_away_eases_until_a_week_after_the_return(away, back, acts) -> None:
    last = away if back is None else away + back
    sessions = [session(last)] if back is None else [session(last), session(back)]
    found = reasons(history(sessions=sessions)).get("missed_8")
    assert (found is not None) is acts
    if found is not None:
        assert found.easing == Easing(phase_doses="calm")
        assert found.since == ago(last - 8)
        assert found.facts == {"days_away": away}
        assert found.until == (None if back is None else ago(back - 6))


def test_who_never_began_is_away_since_the_start() -> None:
    begun = replace(history(phase=0, started=9, since=9), sessions=())
    assert reasons(begun)["missed_8"].facts == {"days_away": 9}
    assert reasons(begun)["missed_8"].easing == EASIER


def test_more_than_three_weeks_away_offers_to_start_again_with_gentle_doses_meanwhile() -> None:
    told = history(phase=2, sessions=[session(30), session(3)])
    found = reasons(told)["missed_21"]
    assert found.easing == Easing(phase_doses="calm")
    assert (found.since, found.until, found.facts) == (ago(8), None, {"days_away": 27})
    offered = step_back.restart(told, LOW_BACK, TODAY)
    assert offered is not None
    assert (offered.phase, offered.because) == ("calm", "You were away for 27 days.")
    assert "missed_8" not in reasons(told)


def test_staying_is_respected_with_a_gentle_week_and_yes_ends_it() -> None:
    sessions = [session(30), session(3)]
    stayed = history(phase=2, sessions=sessions, events=[event(3, "stayed")])
    assert set(reasons(stayed)) == {"missed_8"}
    assert reasons(stayed)["missed_8"].until == ago(-3)
    assert step_back.restart(stayed, LOW_BACK, TODAY) is None
    again = history(phase=0, since=3, sessions=sessions, events=[event(3, "restarted")])
    assert reasons(again) == {}


def test_an_offer_to_start_again_lapses_and_a_step_since_the_return_answers_it() -> None:
    assert "missed_21" in reasons(
        history(sessions=[session(54), *map(session, (27, 20, 13, 6, 1))])
    )
    lapsed = history(sessions=[session(55), *map(session, (28, 21, 14, 7, 1))])
    assert step_back.restart(lapsed, LOW_BACK, TODAY) is None
    assert "missed_21" not in reasons(lapsed)
    went_on = history(
        since=2, sessions=[session(54), session(20), *map(session, (17, 12, 8, 5, 1))]
    )
    assert reasons(went_on) == {}


def test_at_the_very_start_there_is_nothing_to_start_again() -> None:
    told = history(phase=0, sessions=[session(40)])
    assert set(reasons(told)) == {"missed_8"}
    assert step_back.restart(told, LOW_BACK, TODAY) is None
    later = history(FIBRO, phase=0, ramp_step=2, sessions=[session(40)])
    assert reasons(later, FIBRO)["missed_21"].easing == EASIER
    assert step_back.restart(later, FIBRO, TODAY) is not None


FLARES = {44: {"flare": True}, **steady(60, 45, pain=2), **steady(43, 36, pain=2)}


def test_two_flares_in_six_weeks_ease_until_two_weeks_after_the_second() -> None:
    said = {**FLARES, 10: {"flare": True, "pain": 8}, **steady(9, 0, pain=2)}
    told = history(FIBRO, said=said)
    found = reasons(told, FIBRO)["two_flares"]
    assert found.easing == Easing(phase_doses="p1", time_share=0.67)
    assert found.since == ago(10)
    # Five days near usual ended it five days ago.
    assert found.until == ago(5) + timedelta(days=14)
    assert found.suggests == ("therapist_message",)
    assert found.facts == {"flares": 2, "days": 34}


def test_one_flare_or_two_further_apart_are_not_two_in_six_weeks() -> None:
    one = history(FIBRO, said={10: {"flare": True}})
    assert "two_flares" not in reasons(one, FIBRO)
    apart = history(FIBRO, said={58: {"flare": True}, 10: {"flare": True}})
    assert "two_flares" not in reasons(apart, FIBRO)


def test_a_good_day_says_so_and_changes_nothing() -> None:
    told = history(FIBRO, said={0: {"good_day": "yes"}})
    found = reasons(told, FIBRO)["good_day_same_dose"]
    assert (found.easing, found.until) == (NOTHING, TODAY)
    assert "good_day_same_dose" not in reasons(history(FIBRO, said={1: {"good_day": "yes"}}), FIBRO)


def test_a_new_symptom_suggests_the_safety_questions_until_it_is_known() -> None:
    told = history(FIBRO, events=[event(3, "flare_is_new")])
    found = reasons(told, FIBRO)["new_symptom"]
    assert (found.suggests, found.easing) == (("screens",), NOTHING)
    for kind in ("flare_like_before", "back_to_usual"):
        over = history(FIBRO, events=[event(3, "flare_is_new"), event(1, kind)])
        assert "new_symptom" not in reasons(over, FIBRO)
    old = history(FIBRO, events=[event(14, "flare_is_new")])
    assert "new_symptom" not in reasons(old, FIBRO)


def test_a_fall_pauses_a_week_whatever_the_person_chose() -> None:
    told = history(
        BALANCE, events=[event(2, "fall"), event(2, "restarted"), event(0, "kept_usual")]
    )
    found = reasons(told, BALANCE)["fall"]
    assert found.easing == Easing(session="none")
    assert (found.since, found.until) == (ago(2), ago(-4))
    assert not found.may_keep_usual
    assert found.suggests == ("therapist_message",)
    assert adaptation(told, BALANCE, TODAY, library().movements).easing.session == "none"
    assert days_of_acting(told, "fall", BALANCE) == set(range(-2, 5))


def test_a_fall_that_was_not_told_to_the_end_keeps_the_first_parts_doses_until_the_answer() -> None:
    told = history(BALANCE, phase=2, events=[event(8, "fall")])
    found = reasons(told, BALANCE)["fall"]
    assert (found.easing, found.until) == (Easing(phase_doses="secure", both_hands=True), None)
    assert step_back.restart(told, BALANCE, TODAY).phase == "secure"
    assert (
        step_back.restart(history(BALANCE, phase=2, events=[event(2, "fall")]), BALANCE, TODAY)
        is None
    )
    again = history(BALANCE, phase=0, events=[event(8, "fall"), event(1, "restarted")])
    assert "fall" not in reasons(again, BALANCE)


@pytest.mark.parametrize(
    ("events", "acts"),
    [
        ([event(6, "near_fall"), event(0, "near_fall")], True),
        ([event(7, "near_fall"), event(0, "near_fall")], False),
        ([event(0, "near_fall")], False),
        ([event(0, "near_fall", ["2"])], True),
        ([event(6, "near_fall", ["1"]), event(3, "near_fall", ["1"])], True),
    ],
)
def test_two_near_falls_in_a_week_put_both_hands_back_on(events: list, acts: bool) -> None:
    found = reasons(history(BALANCE, events=events), BALANCE)
    assert ("near_misses" in found) is acts
    if acts:
        assert found["near_misses"].easing == Easing(both_hands=True)


def woken(*nights: int, calm: tuple[int, ...] = ()) -> dict:
    return {
        **{back: {"woken_by_pain": True} for back in nights},
        **{back: {"woken_by_pain": False} for back in calm},
    }


@pytest.mark.parametrize(
    ("said", "acts"),
    [
        (woken(3, 2, 1), True),
        (woken(2, 1), False),
        (woken(4, 3, 1), False),
        (woken(3, 2, 1, calm=(9,)), True),
        (woken(9, 7, 3, 2, 1), False),
        (woken(16, 15, 14, calm=(18,)), False),
        (woken(*range(14), calm=(14,)), True),
        (woken(*range(40)), False),
    ],
)
def test_three_nights_of_new_pain_go_back_to_the_first_parts_doses(said: dict, acts: bool) -> None:
    found = reasons(history(SHOULDER, phase=2, said=said), SHOULDER)
    assert ("night_pain" in found) is acts
    if acts:
        assert found["night_pain"].easing == Easing(phase_doses="loosen")
        assert found["night_pain"].suggests == ("therapist_message",)
        assert not found["night_pain"].may_keep_usual
        assert step_back.restart(history(SHOULDER, phase=2, said=said), SHOULDER, TODAY) is None


def steps(**by_day: int) -> dict:
    return {int(day[1:]): {"first_step_pain": rating} for day, rating in by_day.items()}


def loading(*backs: int) -> list:
    return [session(back, template="load") for back in backs]


def test_first_steps_up_by_two_halve_the_next_loading_session() -> None:
    told = history(
        HEEL, sessions=[*loading(2), session(1, template="daily")], said=steps(d2=3, d1=5)
    )
    found = reasons(told, HEEL)["first_step_up"]
    assert found.easing == Easing(dose_share=0.5, only_template="load")
    assert found.since == ago(1)
    assert found.facts == {"rises": [2]}
    # The loading day after it is today; it is the last one.
    done = history(HEEL, sessions=loading(4, 1), said=steps(d4=3, d3=5, d1=3, d0=3))
    assert "first_step_up" not in reasons(done, HEEL)
    assert reasons(done, HEEL, on=1)["first_step_up"].until == ago(1)


def test_who_loads_again_only_days_later_still_halves_that_session() -> None:
    told = history(HEEL, sessions=loading(6), said=steps(d6=3, d5=5))
    assert "first_step_up" in reasons(told, HEEL)
    assert "first_step_up" not in reasons(replace(told), HEEL, on=-2)


@pytest.mark.parametrize("said", [steps(d2=3, d1=4), steps(d1=9), steps(d2=3), {}])
def test_a_smaller_or_unknown_rise_halves_nothing(said: dict) -> None:
    told = history(HEEL, sessions=[*loading(2), session(1, template="daily")], said=said)
    assert "first_step_up" not in reasons(told, HEEL)


def test_twice_in_a_row_leaves_out_a_loading_day_then_a_set() -> None:
    said = steps(d6=2, d5=4, d4=2, d3=4)
    told = history(HEEL, sessions=[*loading(6, 4), session(1, template="daily")], said=said)
    first = reasons(told, HEEL)["first_step_up_twice"]
    assert first.easing == Easing(session="none", only_template="load")
    assert (first.since, first.facts) == (ago(3), {"rises": [2, 2]})
    left_out = replace(told, planned=(planned(2, "skipped", "load"), planned(0, "planned", "load")))
    assert reasons(left_out, HEEL, on=2)["first_step_up_twice"].easing.session == "none"
    then = reasons(left_out, HEEL)["first_step_up_twice"]
    assert then.easing == Easing(sets_less=1, only_template="load")
    assert then.until == ago(2) + timedelta(days=7)


def test_a_rule_for_the_loading_session_never_hides_one_for_all() -> None:
    said = steps(d6=2, d5=4, d4=2, d3=4)
    told = history(HEEL, sessions=[*loading(6, 4), sore(1, 3, template="daily")], said=said)
    found = adaptation(told, HEEL, TODAY, library().movements)
    assert found.easing_for("load").session == "none"
    assert found.easing_for("daily") == Easing(sets_less=1)


def test_six_weeks_without_change_ask_for_a_clinicians_look() -> None:
    said = {back: {"first_step_pain": 5} for back in range(61)}
    told = history(HEEL, started=50, said=said)
    found = reasons(told, HEEL)["no_change_6_weeks"]
    assert (found.suggests, found.easing) == (("clinician_review",), NOTHING)
    assert (found.since, found.until, found.facts) == (ago(8), None, {"from": 5, "to": 5})
    better = history(HEEL, started=50, said={**said, **steady(7, 0, first_step_pain=4)})
    assert "no_change_6_weeks" not in reasons(better, HEEL)
    early = history(HEEL, started=41, said=said)
    assert "no_change_6_weeks" not in reasons(early, HEEL)


@pytest.mark.parametrize(
    ("worst", "state", "slug", "acts"),
    [
        (6, "done", "towel-heel-raise", True),
        (6, "part", "towel-heel-raise", True),
        (5, "done", "towel-heel-raise", False),
        (9, "skipped", "towel-heel-raise", False),
        (9, "done", "calf-foam-roll", False),
        (None, "done", "towel-heel-raise", False),
    ],
)
def test_pain_over_five_in_heel_raises_makes_just_them_easier(worst, state, slug, acts) -> None:
    done = session(1, worst_pain=worst, movements=with_movement(slug, state=state), template="load")
    found = reasons(history(HEEL, sessions=[done]), HEEL)
    assert ("raise_pain" in found) is acts
    if acts:
        easing = found["raise_pain"].easing
        assert easing == Easing(movements_easier=frozenset({"towel-heel-raise"}))


# Every rule, over many histories ------------------------------------------------------------------

RATING = st.none() | st.integers(0, 10)
DAYS = st.dictionaries(
    st.integers(0, 90),
    st.fixed_dictionaries(
        {
            "pain": RATING,
            "fatigue": RATING,
            "stiffness": RATING,
            "first_step_pain": RATING,
            "flare": st.booleans(),
            "woken_by_pain": st.none() | st.booleans(),
            "good_day": st.sampled_from([None, "yes", "so_so", "no"]),
        }
    ),
    max_size=60,
)
SESSIONS = st.lists(
    st.builds(
        session,
        st.integers(0, 90),
        pain_before=RATING,
        worst_pain=RATING,
        next_morning_pain=RATING,
        settled=st.none() | st.booleans(),
        template=st.sampled_from(["main", "load", "daily"]),
        movements=st.just(with_movement("towel-heel-raise")),
    ),
    max_size=30,
)
EVENTS = st.lists(
    st.builds(
        event,
        st.integers(0, 90),
        st.sampled_from(["fall", "near_fall", "stayed", "flare_is_new", "restarted"]),
    ),
    max_size=6,
)
PLANS = st.lists(
    st.builds(
        planned,
        st.integers(0, 90),
        st.sampled_from(["planned", "done", "skipped"]),
        st.sampled_from(["main", "load"]),
    ),
    max_size=20,
)
PLACES = st.sampled_from(
    [(programme, n) for programme in PROGRAMMES for n in range(len(programme.phases))]
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Programme, PracticeHistory]:
    programme, phase = draw(PLACES)
    told = history(
        programme,
        phase=phase,
        since=draw(st.integers(0, 60)),
        started=draw(st.integers(60, 100)),
        said=draw(DAYS),
        sessions=draw(SESSIONS),
        events=draw(EVENTS),
        plans=draw(PLANS),
    )
    return programme, told


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms())
def test_every_reason_is_of_the_present_phase_and_of_these_days(found, shuffle) -> None:
    programme, told = found
    given_reasons = step_back.reasons(told, programme, TODAY)
    rules = {rule["id"]: rule for rule in programme.phase(told.place.phase).step_back}
    for each in given_reasons:
        assert each.sentence == rules[each.rule]["sentence"]
        assert each.since <= TODAY
        assert each.until is None or each.until >= TODAY
        assert each.easing.phase_doses != told.place.phase
        assert 0 < each.easing.dose_share <= 1
        assert 0 < each.easing.time_share <= 1
        assert each.easing.sets_less in (0, 1)
        assert each.may_keep_usual or each.easing.session == "none" or each.suggests
    # Entries that arrive in another order change nothing.
    shuffled = list(told.days.items())
    shuffle.shuffle(shuffled)
    events = list(told.events)
    shuffle.shuffle(events)
    again = replace(told, days=dict(shuffled), events=tuple(events))
    assert step_back.reasons(again, programme, TODAY) == given_reasons


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(0, 40))
def test_what_happens_later_does_not_change_an_earlier_day(found, back: int) -> None:
    programme, told = found
    day = ago(back)
    until_then = replace(
        told,
        days={each: said for each, said in told.days.items() if each <= day},
        sessions=tuple(each for each in told.sessions if each.day <= day),
        planned=tuple(each for each in told.planned if each.day <= day),
        events=tuple(each for each in told.events if each.day <= day),
    )
    now = {each.rule: each.easing for each in step_back.reasons(told, programme, day)}
    # A morning after the day is answered later, and belongs to the day it is about.
    before = {each.rule: each.easing for each in step_back.reasons(until_then, programme, day)}
    assert now == before


@settings(max_examples=200, deadline=None)
@given(histories())
def test_a_good_day_never_changes_what_is_done(found) -> None:
    programme, told = found
    bad = {day: replace(said, good_day="no") for day, said in told.days.items()}
    good = {day: replace(said, good_day="yes") for day, said in told.days.items()}
    results = [
        put_together(
            step_back.reasons(replace(told, days=days), programme, TODAY), TODAY, keeps_usual=False
        ).easing
        for days in (bad, good)
    ]
    assert results[0] == results[1]


@settings(max_examples=100, deadline=None)
@given(histories())
def test_nobody_is_eased_for_ever(found) -> None:
    programme, told = found
    practising = [replace(session(0), day=TODAY + timedelta(days=ahead)) for ahead in range(1, 60)]
    events = [each for each in told.events if each.kind != "flare_is_new"]
    events.append(event(0, "restarted"))
    calm = replace(told, sessions=(*told.sessions, *practising), events=tuple(events))
    later = step_back.reasons(calm, programme, TODAY + timedelta(days=59))
    assert {each.rule for each in later} <= {"no_change_6_weeks"}


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(0, 10))
def test_what_acted_in_the_last_days_is_known_without_looking_at_each_of_them(found, days) -> None:
    programme, told = found
    # Answers end a rule at once; what only runs out is what is asked for here.
    told = replace(told, events=tuple(each for each in told.events if each.kind == "fall"))
    lately = step_back.eased_within(told, programme, TODAY, days)
    acted = any(
        each.easing.caution > 0
        for back in range(days + 1)
        for each in step_back.reasons(told, programme, ago(back))
        if each.until is not None and each.rule not in ("missed_8", "missed_21")
    )
    assert lately or not acted
    if days == 0:
        today = step_back.reasons(told, programme, TODAY)
        assert lately == any(each.easing.caution > 0 for each in today)
