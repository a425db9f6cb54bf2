"""What holds as time goes on: what runs out or is corrected, reports, and what is true whatever was said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.health_history import History, Source
from fstpwa.domain.safety import Verdict, availability
from fstpwa.domain.standing import key_of, standing, ways_to_lift
from tests.domain.health import (
    SAFETY,
    agreed,
    answer,
    answers,
    histories,
    movements_left,
    no,
    on,
    only,
    question_of,
    report,
    screened,
    seen,
    standing_on,
)

MOVEMENTS = library().movements
CORRECTABLE = [
    each.id
    for each in SAFETY.questions.values()
    if each.effect not in ("emergency", "urgent_lock") and each.id != "mo_flare"
]
NEVER = [each.id for each in SAFETY.flags.values() if each.unlock == ("never",)]


# What runs out by date


@pytest.mark.parametrize("question", ["mo_skin", "mo_acute", "mo_preg"])
def test_what_runs_out_is_asked_again_on_its_day_and_stays_without_an_answer(
    question: str,
) -> None:
    days = SAFETY.flags[key_of(question, SAFETY)].expires_after_days
    assert days is not None
    assert standing_on(days - 1, answer(question)).to_ask_again == ()
    assert len(standing_on(days, answer(question)).to_ask_again) == 1
    assert standing_on(days + 300, answer(question)).conditions
    assert "expires" in ways_to_lift(only(standing_on(0, answer(question))))


@pytest.mark.parametrize("question", ["mo_skin", "mo_acute", "mo_preg"])
def test_settled_clears_it_and_not_settled_asks_again_after_the_same_time(question: str) -> None:
    days = SAFETY.flags[key_of(question, SAFETY)].expires_after_days
    assert days is not None
    settled = no(question, days, source=Source.ASKED_AGAIN)
    assert standing_on(days, answer(question), settled).conditions == ()
    still = answer(question, days, source=Source.ASKED_AGAIN)
    found = standing_on(days, answer(question), still)
    assert found.to_ask_again == ()
    assert only(found).ask_again_on == on(2 * days)


@pytest.mark.parametrize("question", ["as_surgery", "as_fracture"])
def test_surgery_and_fracture_are_asked_again_but_only_a_clinician_lifts_them(
    question: str,
) -> None:
    told = [answer(question, 0, "knee")]
    assert len(standing_on(84, *told).to_ask_again) == 1
    settled = no(question, 84, source=Source.ASKED_AGAIN)
    assert standing_on(85, *told, settled).conditions
    # A new screening asks about the last 12 weeks: that they are over is no agreement either.
    over = [no(question, 84), screened(84)]
    assert standing_on(85, *told, *over).conditions
    elsewhere = answer(question, 84, "foot")
    assert len(standing_on(85, *told, elsewhere).conditions) == 2
    key = key_of(question, SAFETY)
    assert only(standing_on(85, *told, agreed(key, 50))).lifted
    assert standing_on(85, *told, agreed(key, 50), *over).conditions == ()


def test_a_flare_day_counts_on_its_day() -> None:
    said = answer("mo_flare", source=Source.BEFORE_SESSION)
    assert standing_on(0, said).condition("flare_now") is not None
    assert standing_on(1, said).conditions == ()


# Never


@pytest.mark.parametrize("flag", NEVER)
def test_what_never_ends_goes_with_a_no_in_a_new_screening(flag: str) -> None:
    question = question_of(flag)
    told = [answer(question), agreed(flag, 1), seen(flag, 1, "all clear")]
    found = standing_on(900, *told)
    assert not only(found).lifted
    assert ways_to_lift(only(found)) == ("never",)
    assert standing_on(900, *told, no(question, 84)).conditions == ()


# Where an answer was given


@pytest.mark.parametrize("question", CORRECTABLE)
def test_a_mistaken_tick_can_be_corrected(question: str) -> None:
    corrected = no(question, 1, source=Source.CORRECTION)
    assert standing_on(2, answer(question), corrected).conditions == ()


def test_a_corrected_place_takes_the_place_of_the_old_one() -> None:
    wrong = answer("as_fracture", 0, "knee")
    right = answer("as_fracture", 1, "foot", source=Source.CORRECTION)
    assert only(standing_on(2, wrong, right)).regions == {"foot"}


@pytest.mark.parametrize("question", SAFETY.questions)
def test_a_yes_of_an_unfinished_screening_counts_and_a_no_does_not(question: str) -> None:
    assert standing_on(0, answer(question, final=False)).conditions
    if question != "mo_flare":
        assert standing_on(1, answer(question), no(question, 1, final=False)).conditions


@pytest.mark.parametrize("source", [Source.BEFORE_SESSION, Source.WORRY])
@pytest.mark.parametrize("question", CORRECTABLE)
def test_a_no_to_what_is_new_clears_nothing(question: str, source: Source) -> None:
    assert standing_on(1, answer(question), no(question, 1, source=source)).conditions


def test_a_second_sprain_comes_on_top_of_the_first() -> None:
    first = answer("mo_acute", 0, "calf_ankle", side="left")
    second = answer("mo_acute", 2, "forearm_hand", source=Source.WORRY)
    assert len(standing_on(2, first, second).conditions) == 2


def test_the_same_sprain_said_twice_is_one_and_counts_from_the_second_time() -> None:
    first = answer("mo_acute", 0, "knee")
    second = answer("mo_acute", 2, "knee", source=Source.BEFORE_SESSION)
    assert only(standing_on(2, first, second)).ask_again_on == on(5)


def test_a_new_screening_is_about_all_that_holds_now() -> None:
    old = answer("mo_skin", 0, "knee")
    new = answer("mo_skin", 3, "foot")
    assert only(standing_on(4, old, new)).regions == {"foot"}
    unfinished = answer("mo_skin", 3, "foot", final=False)
    assert len(standing_on(4, old, unfinished).conditions) == 2


# Reports


def test_a_report_locks_its_movements_until_somebody_agrees() -> None:
    told = report(movements=frozenset({"neck-turns"}))
    found = standing_on(400, told)
    assert found.whole_plan is None
    assert only(found).movements == {"neck-turns"}
    assert ways_to_lift(only(found)) == ("clinician_agreed", "therapist")
    assert standing_on(3, told, agreed("report:7", 1)).conditions == ()
    assert standing_on(3, told, agreed("report:8", 1)).conditions


def test_a_severe_report_is_urgent_and_its_movements_wait_after_all_clear() -> None:
    told = report(movements=frozenset({"neck-turns"}), urgent=True)
    assert standing_on(0, told).whole_plan == "urgent_lock"
    assert standing_on(3, told, agreed("report:7", 1)).whole_plan == "urgent_lock"
    found = standing_on(3, told, seen("report:7", 1, "all clear"))
    assert found.whole_plan is None
    assert only(found).movements == {"neck-turns"}
    without = report(urgent=True)
    assert standing_on(3, without, seen("report:7", 1, "all clear")).conditions == ()


def test_a_severe_report_being_treated_leaves_the_whole_plan_to_a_clinician() -> None:
    told = [report(movements=frozenset({"neck-turns"}), urgent=True)]
    told_seen = [*told, seen("report:7", 1, "being treated")]
    assert standing_on(3, *told_seen).whole_plan == "ask_first_lock_all"
    assert standing_on(3, *told_seen, agreed("report:7", 2)).conditions == ()
    waiting = standing_on(9, *told, seen("report:7", 1, "told to wait"))
    assert waiting.whole_plan == "urgent_lock"
    assert len(waiting.to_ask_again) == 1


def test_a_report_of_an_emergency_ends_like_one() -> None:
    told = report(movements=frozenset({"neck-turns"}), emergency=True, urgent=True)
    assert standing_on(0, told).whole_plan == "emergency"
    held = standing_on(9, told, agreed("report:7", 1), seen("report:7", 1, "all clear"))
    assert held.whole_plan == "emergency"
    cared = standing_on(9, told, screened(2, after_care=True))
    assert cared.whole_plan == "urgent_lock"
    mild = report(emergency=True)
    assert standing_on(9, mild, screened(2, after_care=True)).conditions == ()


def test_the_last_finished_screening_is_known_by_its_day() -> None:
    assert standing_on(99, screened(0), screened(84)).last_screened == on(84)


# Whatever was said


@settings(max_examples=80, deadline=None)
@given(histories, st.randoms())
def test_the_order_in_which_things_are_read_does_not_matter(history, random) -> None:
    shuffled = History(
        answers=random.sample(list(history.answers), len(history.answers)),
        unlocks=random.sample(list(history.unlocks), len(history.unlocks)),
        reports=random.sample(list(history.reports), len(history.reports)),
        screened=random.sample(list(history.screened), len(history.screened)),
    )
    one, other = (standing(each, SAFETY, on(200)) for each in (history, shuffled))
    assert set(one.conditions) == set(other.conditions)
    assert one.whole_plan == other.whole_plan


@settings(max_examples=80, deadline=None)
@given(histories, answers)
def test_one_more_yes_to_what_is_new_never_opens_a_movement(history, more) -> None:
    worry = answer(more.question, 201, *more.regions, side=more.side, source=Source.WORRY)
    before = standing(history, SAFETY, on(202))
    with_more = History(
        answers=[*history.answers, worry],
        unlocks=history.unlocks,
        reports=history.reports,
        screened=history.screened,
    )
    after = standing(with_more, SAFETY, on(202))
    earlier = movements_left(MOVEMENTS.values(), before.conditions)
    later = movements_left(MOVEMENTS.values(), after.conditions)
    for slug, left in earlier.items():
        assert later[slug].left >= left.left
        assert later[slug].right >= left.right
    order = [None, "ask_first_lock_all", "urgent_lock", "emergency"]
    assert order.index(after.whole_plan) >= order.index(before.whole_plan)


@settings(max_examples=80, deadline=None)
@given(histories)
def test_an_emergency_without_care_locks_whatever_else_was_said(history) -> None:
    said = [
        each
        for each in history.answers
        if each.yes and SAFETY.questions[each.question].effect == "emergency"
    ]
    care = [each.started_at for each in history.screened if each.after_care]
    open_ones = [each for each in said if not any(began > each.at for began in care)]
    found = standing(history, SAFETY, on(200))
    assert (found.whole_plan == "emergency") == bool(open_ones)


@settings(max_examples=80, deadline=None)
@given(histories)
def test_an_urgent_lock_is_gone_only_after_being_seen(history) -> None:
    found = standing(history, SAFETY, on(200))
    urgent = {each.question for each in found.conditions if each.whole_plan == "urgent_lock"}
    for each in history.answers:
        question = SAFETY.questions[each.question]
        later = [u for u in history.unlocks if u.way == "seen" and u.at > each.at]
        # What stays of an infection after all clear is asked about again: still there is not new.
        still_there = each.source == Source.ASKED_AGAIN and question.id == "ur_infection"
        if each.yes and question.effect == "urgent_lock" and not later and not still_there:
            assert question.id in urgent


def test_on_its_day_a_report_keeps_the_whole_place_out_until_somebody_agreed():
    told = report(movements=frozenset({"neck-turns"}), regions=frozenset({"neck"}), side="left")
    named, rest = standing_on(0, told).conditions
    assert (named.movements, named.holds_area) == ({"neck-turns"}, False)
    assert (rest.movements, rest.holds_area) == (frozenset(), True)
    assert named.key == rest.key
    assert named.regions == rest.regions == {"neck"}
    assert named.side == rest.side == "left"
    assert ways_to_lift(rest) == ()
    later = only(standing_on(1, told))
    assert (later.movements, later.said_today) == ({"neck-turns"}, False)
    assert standing_on(0.2, told, agreed(named.key, 0.1)).conditions == ()


def test_a_report_of_a_place_alone_ends_with_its_day():
    told = report(regions=frozenset({"knee"}))
    assert only(standing_on(0, told)).holds_area
    assert standing_on(1, told).conditions == ()


def test_what_touches_the_place_of_a_report_waits_for_the_day():
    rest = only(standing_on(0, report(regions=frozenset({"low_back"}), side="left")))
    for movement in MOVEMENTS.values():
        found = availability(movement, [rest])
        if "low_back" in movement.load_regions:
            assert found.worst == Verdict.LOCKED
        if "low_back" not in {*movement.contact_regions, *movement.load_regions}:
            assert found.worst == Verdict.OPEN


def test_seen_and_told_to_wait_has_a_day_to_be_seen_again():
    told = answer("ur_weak")
    assert standing_on(0, told).seen_again_on is None
    waits = seen("ur_weak", 1, "told to wait")
    assert standing_on(2, told, waits).seen_again_on == on(8)
    assert standing_on(2, told, waits, answer("ur_gca", 1.5)).seen_again_on is None
    assert standing_on(2, told, waits, answer("em_heart", 1.5)).seen_again_on is None
