"""A step is offered when each test of the content is met; never by time or by a good day alone."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain import progression
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.going_on_tests import Criterion
from fstpwa.domain.planning import Offer, planned_items
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.programme import Programme
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
    programme,
    session,
    sore,
    steady,
    with_movement,
)
from tests.domain.test_step_back import histories

TIGHT = programme("still-tight")
EVERY_OTHER = tuple(range(1, 14, 2))


def ready(followed: Programme = LOW_BACK, **changes) -> PracticeHistory:
    """Return a history in which everything fits: seven sessions in two weeks, all of them done."""
    facts = {
        "phase": 0,
        "since": 29,
        "said": steady(40, 0, pain=2, stiffness=3, fatigue=3),
        "sessions": [session(back, pain_before=2, worst_pain=2) for back in range(1, 30, 2)],
        "plans": [planned(back) for back in EVERY_OTHER],
    }
    return history(followed, **(facts | changes))


def offered(
    told: PracticeHistory, followed: Programme = LOW_BACK, day: date = TODAY
) -> Offer | None:
    return progression.offer(
        told, followed, day, adaptation(told, followed, day, library().movements)
    )


def looked_at(told: PracticeHistory, followed: Programme = LOW_BACK) -> dict[str, Criterion]:
    found = progression.criteria(
        told, followed, TODAY, adaptation(told, followed, TODAY, library().movements)
    )
    return {each.id: each for each in found}


def test_who_did_enough_and_was_well_is_offered_the_next_part_with_the_reason() -> None:
    found = offered(ready())
    assert found is not None
    assert (found.kind, found.phase_id, found.ramp_step) == ("phase", "build", 0)
    assert found.because == (
        "You did 7 of 7 planned sessions, there was no flare for 7 days, usual pain has not risen, "
        "usual stiffness has not risen, and 7 of 7 sessions stayed within what is usual for you."
    )
    assert all(each.met for each in looked_at(ready()).values())


DONE = [planned(back) for back in EVERY_OTHER]


@pytest.mark.parametrize(
    ("changes", "not_yet"),
    [
        pytest.param({"since": 13}, "time", id="not two weeks yet"),
        pytest.param({"plans": []}, "share", id="nothing was planned"),
        pytest.param(
            {"plans": [*DONE[:5], planned(2, "skipped"), planned(4, "planned")]},
            "share",
            id="five of seven",
        ),
        pytest.param({"plans": [planned(0)]}, "share", id="only today"),
        pytest.param({"plans": [planned(15)]}, "share", id="before the window"),
        pytest.param({"said": {6: {"flare": True}, 5: {"pain": 2}}}, "no_flare", id="a flare"),
        pytest.param(
            {"said": {**steady(14, 8, pain=2), **steady(6, 0, pain=4)}}, "rise_pain", id="more pain"
        ),
        pytest.param(
            {"said": {**steady(14, 8, stiffness=2), **steady(6, 0, stiffness=4)}},
            "rise_stiffness",
            id="stiffer",
        ),
        pytest.param(
            {"sessions": [session(back, pain_before=1, worst_pain=4) for back in EVERY_OTHER]},
            "session_zone_median",
            id="most sessions hurt",
        ),
        pytest.param(
            {"sessions": [sore(13, 2), sore(11, 2), *map(session, (9, 5, 1))]},
            "next_morning_rise_2_or_more",
            id="two sore mornings in a row",
        ),
        pytest.param(
            {"sessions": [sore(9, 3), *map(session, (6, 3, 1))]},
            "one_thing",
            id="eased two days ago",
        ),
        pytest.param({"sessions": [session(12)]}, "one_thing", id="away, so eased today"),
    ],
)
def test_what_is_not_met_holds_the_step_back_and_is_said(changes: dict, not_yet: str) -> None:
    told = ready(**changes)
    assert offered(told) is None
    found = looked_at(told)
    assert not found[not_yet].met
    assert found[not_yet].words.endswith(".")
    assert "fail" not in found[not_yet].words


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"said": {}}, id="what nobody answered"),
        pytest.param(
            {"said": {**steady(14, 8, fatigue=1), **steady(6, 0, fatigue=9)}},
            id="what the programme does not track",
        ),
        pytest.param(
            {"said": {**steady(14, 8, pain=2), **steady(6, 0, pain=3)}}, id="a little more pain"
        ),
        pytest.param(
            {"plans": [*DONE[:6], planned(2, "skipped"), planned(4, "skipped")]}, id="3 in 4"
        ),
        pytest.param(
            {
                "sessions": [
                    *(session(b, worst_pain=1) for b in (9, 7, 3)),
                    session(5, worst_pain=5),
                ]
            },
            id="one session of four hurt",
        ),
        pytest.param(
            {"plans": [*DONE, replace(planned(2, "planned"), optional=True)]}, id="an optional one"
        ),
    ],
)
def test_what_holds_nobody_back(changes: dict) -> None:
    assert offered(ready(**changes)) is not None


def test_the_numbers_of_what_is_not_met_yet_are_said() -> None:
    told = ready(plans=[*DONE[:4], planned(2, "skipped"), planned(4, "planned")])
    assert looked_at(told)["share"].words == (
        "At least 3 in 4 of your planned sessions in 14 days: you did 4 of 6."
    )
    assert looked_at(ready(since=9))["time"].words == (
        "14 days at this step: 9 so far. Days in a flare wait."
    )


def test_days_in_a_flare_and_after_it_do_not_run_the_clock_nor_count_as_missed() -> None:
    # A flare 40 to 37 days ago, with two weeks back to the usual dose until 23 days ago.
    said = {
        **steady(60, 0, pain=2, stiffness=3),
        **{b: {"flare": True, "pain": 7} for b in (40, 39)},
    }
    facts = {"since": 42, "said": said}
    still = progression.days_in_step(ready(**facts), LOW_BACK, TODAY)
    assert still < 42 - 14
    assert progression.days_in_step(ready(since=42), LOW_BACK, TODAY) == 42
    missed = [planned(back, "planned") for back in (4, 6, 8, 10, 12)]
    eased = ready(said={**said, 12: {"flare": True}}, plans=[*DONE, *missed])
    assert looked_at(eased)["share"].because == "you did 7 of 7 planned sessions"
    usual = ready(plans=[*DONE, *missed])
    assert looked_at(usual)["share"].because == "you did 7 of 12 planned sessions"


def test_what_was_planned_before_the_step_began_is_not_asked_for() -> None:
    told = ready(
        FIBRO, ramp_step=0, since=7, plans=[planned(10, "planned"), planned(5), planned(2)]
    )
    assert offered(told, FIBRO).kind == "ramp"


def test_nothing_is_offered_in_a_flare_or_on_the_way_back() -> None:
    said = {**steady(60, 0, pain=2, stiffness=3, fatigue=3), 30: {"flare": True, "pain": 8}}
    told = ready(since=60, started=60, said=said)
    for back in range(30, 0, -1):
        acting = adaptation(told, LOW_BACK, ago(back), library().movements)
        if any(each.rule.startswith("flare") for each in acting.reasons):
            assert offered(told, day=ago(back)) is None


def test_starting_again_comes_before_any_step() -> None:
    sessions = [session(40), *(session(back) for back in EVERY_OTHER)]
    found = offered(ready(phase=2, sessions=sessions))
    assert found is not None
    assert (found.kind, found.phase_id, found.ramp_step) == ("restart", "calm", 0)
    assert found.because == "You were away for 27 days."
    assert found.sentence.endswith("You decide.")


def held(back: int, seconds: int | None, support: str | None, slug: str = "tandem-stance"):
    return session(back, movements=with_movement(slug, held_s=seconds, support=support))


@pytest.mark.parametrize(
    ("sessions", "met"),
    [
        ([held(5, 10, "fingertips"), held(3, 12, "none"), held(1, 10, "fingertips")], True),
        ([held(5, 10, "fingertips"), held(3, 12, "none")], False),
        ([held(5, 10, "fingertips"), held(3, 9, "fingertips"), held(1, 20, "none")], False),
        ([held(5, 10, "one_hand"), held(3, 12, "none"), held(1, 20, "none")], False),
        (
            [
                held(7, 10, "fingertips"),
                held(5, 10, "none"),
                held(3, None, None),
                held(1, 10, "none"),
            ],
            True,
        ),
        ([held(5, 10, "both_hands"), *(held(back, 10, "none") for back in (4, 2, 1))], True),
        ([], False),
    ],
)
def test_a_stance_counts_when_it_was_held_so_often_in_a_row(sessions: list, met: bool) -> None:
    told = ready(BALANCE, sessions=[*sessions, session(0)])
    assert looked_at(told, BALANCE)["holds_tandem-stance"].met is met


def test_a_fall_in_four_weeks_holds_back_whoever_is_not_paused_for_it() -> None:
    fell = history(BALANCE, phase=0, events=[event(27, "fall"), event(27, "restarted")])
    assert not looked_at(fell, BALANCE)["falls"].met
    longer_ago = history(BALANCE, phase=0, events=[event(28, "fall"), event(28, "restarted")])
    assert looked_at(longer_ago, BALANCE)["falls"].met


def loads(*worst: int | None, morning: int | None = 1) -> list:
    return [
        session(
            2 * len(worst) - 2 * n,
            template="load",
            pain_before=1,
            worst_pain=each,
            next_morning_pain=morning,
        )
        for n, each in enumerate(worst)
    ]


@pytest.mark.parametrize(
    ("sessions", "met"),
    [
        (loads(5, 5, 5, 5), True),
        (loads(6, 5, 5, 5, 5), True),
        (loads(6, 6, 5, 5, 5), False),
        (loads(5, 5, 5), False),
        (loads(5, None, 5, 5, 5), True),
        (loads(5, 5, 5, 5, morning=3), False),
        (loads(5, 5, 5, 5, morning=None), True),
    ],
)
def test_loading_goes_on_after_four_of_five_calm_sessions(sessions: list, met: bool) -> None:
    told = ready(HEEL, phase=1, sessions=sessions)
    assert looked_at(told, HEEL)["during_pain"].met is met


def test_first_steps_must_be_steady_and_the_mornings_calm() -> None:
    steady_steps = {**steady(14, 8, first_step_pain=4), **steady(6, 0, first_step_pain=4)}
    assert looked_at(ready(HEEL, said=steady_steps), HEEL)["median_first_step_pain"].met
    worse = {**steady(14, 8, first_step_pain=4), **steady(6, 0, first_step_pain=5)}
    assert not looked_at(ready(HEEL, said=worse), HEEL)["median_first_step_pain"].met
    assert not looked_at(ready(HEEL, sessions=[sore(7, 2)]), HEEL)["next_morning_rise"].met
    assert looked_at(ready(HEEL, sessions=[sore(8, 2)]), HEEL)["next_morning_rise"].met


def test_days_tracked_are_counted_where_the_programme_asks_for_them() -> None:
    assert looked_at(ready(TIGHT, said=steady(9, 0, stiffness=3)), TIGHT)["tracked_days"].met
    found = looked_at(ready(TIGHT, said=steady(8, 0, stiffness=3)), TIGHT)["tracked_days"]
    assert (found.met, found.words) == (
        False,
        "A check-in on at least 10 of 14 days: 9 so far.",
    )


def test_every_test_of_the_content_is_one_that_somebody_knows() -> None:
    for each in library().programmes.values():
        for phase in each.phases:
            assert progression.unknown_test(phase.progress) is None
            assert phase.progress["window_days"] >= 7


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"rule": "mood"}, "nobody knows the test 'mood'"),
        ({"rule": "falls"}, "falls needs at_most, for_days"),
        ({"rule": "tracked_days", "at_least": 1, "of_days": 2, "is": "x"}, "tracked_days needs"),
        (
            {
                "rule": "holds",
                "movement": "a",
                "seconds": 1,
                "support": "rope",
                "consecutive_sessions": 1,
            },
            "there is no support 'rope'",
        ),
        (
            {"rule": "median_7d", "measure": "odi", "change_at_most": 0},
            "'odi' is not asked every day",
        ),
    ],
)
def test_a_test_nobody_knows_is_named(rule: dict, problem: str) -> None:
    assert progression.unknown_test({"also": [rule]}).startswith(problem)


@settings(max_examples=200, deadline=None)
@given(histories(), st.sampled_from(["yes", "so_so", "no", None]))
def test_a_good_day_never_brings_an_offer_nor_takes_one_away(found, good_day) -> None:
    followed, told = found
    other = replace(
        told, days={day: replace(said, good_day=good_day) for day, said in told.days.items()}
    )
    assert offered(told, followed) == offered(other, followed)


@settings(max_examples=200, deadline=None)
@given(histories())
def test_nothing_is_ever_raised_while_anything_is_eased(found) -> None:
    followed, told = found
    acting = adaptation(told, followed, TODAY, library().movements)
    step = progression.offer(told, followed, TODAY, acting)
    if step is not None and step.kind != "restart":
        assert all(each.easing.is_nothing for each in acting.reasons)
        assert all(each.met for each in looked_at(told, followed).values())
        assert not any(said.flare for day, said in told.days.items() if day >= ago(6))
        assert step.because


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 13), st.sampled_from(sorted(library().programmes)))
def test_a_step_is_no_more_than_one(back: int, slug: str) -> None:
    followed = programme(slug)
    for number, phase in enumerate(followed.phases):
        for ramp_step in range(len(phase.dose_ramp)):
            told = ready(followed, phase=number, ramp_step=ramp_step, since=60)
            step = offered(told, followed, ago(back))
            if step is None:
                continue
            if step.kind == "ramp":
                before = phase.dose_ramp[ramp_step]
                assert before < phase.dose_ramp[step.ramp_step] <= before * 1.2 + 0.001
            elif step.kind == "phase":
                assert step.phase_id == followed.phases[number + 1].id
                assert step.ramp_step == 0


@pytest.mark.parametrize("slug", library().programmes)
def test_a_week_of_the_ramp_raises_no_movement_by_more_than_a_fifth(slug: str) -> None:
    followed, movements = programme(slug), library().movements
    for phase in followed.phases:
        for template in phase.sessions:
            weeks = [
                planned_items(followed, phase, template, week, "both", movements)
                for week in range(len(phase.dose_ramp))
            ]
            for before, now in pairwise(weeks):
                for less, more in zip(before, now, strict=True):
                    # What is counted in whole repetitions, or pairs of them, is rounded up.
                    whole = 2 if movements[more.slug].sides == "alternating" else 1
                    for name in ("reps", "seconds"):
                        was, becomes = getattr(less.dose, name) or 0, getattr(more.dose, name) or 0
                        assert becomes <= was * 1.2 + whole
                    assert (more.dose.sets, more.dose.hold_s) == (less.dose.sets, less.dose.hold_s)
