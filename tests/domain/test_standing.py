"""What holds today, and what lifts a lock: each rule of content/safety/unlock.yaml."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.health_history import History, Report, Source
from fstpwa.domain.standing import Condition, Standing, key_of, standing, ways_to_lift
from tests.domain.health import (
    SAFETY,
    agreed,
    answer,
    answers,
    at,
    histories,
    movements_left,
    no,
    on,
    screened,
    seen,
    standing_on,
)

MOVEMENTS = library().movements
EMERGENCIES = [each.id for each in SAFETY.questions.values() if each.effect == "emergency"]
URGENT = [each.id for each in SAFETY.questions.values() if each.effect == "urgent_lock"]
WHOLE_PLAN = [each.id for each in SAFETY.questions.values() if each.effect == "ask_first_lock_all"]
ASK_FIRST = [
    each.id for each in SAFETY.questions.values() if each.effect == "ask_first_lock_matching"
]
CORRECTABLE = [
    each.id
    for each in SAFETY.questions.values()
    if each.effect not in ("emergency", "urgent_lock") and each.id != "mo_flare"
]
NEVER = [each.id for each in SAFETY.flags.values() if each.unlock == ("never",)]
AGREEABLE = [
    each
    for each in SAFETY.flags.values()
    if "clinician_agreed" in each.unlock
    and each.list_used == "ask_first_if"
    and "seen" not in each.unlock
]


def report(day: float = 0, **more: object) -> Report:
    return Report(id="7", at=at(day), day=on(day), **more)  # type: ignore[arg-type]  # its fields


def only(found: Standing) -> Condition:
    (condition,) = found.conditions
    return condition


def question_of(flag_id: str) -> str:
    """The ask-first question that sets a flag."""
    return SAFETY.flags[flag_id].set_by[-1]


# Effects


def test_nothing_said_holds_nothing() -> None:
    found = standing_on(0)
    assert found.conditions == ()
    assert found.whole_plan is None
    assert found.last_screened is None
    assert found.condition("pregnancy") is None


def test_a_no_holds_nothing() -> None:
    assert standing_on(1, *(no(question, 0) for question in SAFETY.questions)).conditions == ()


@pytest.mark.parametrize("question", SAFETY.questions)
def test_each_yes_locks_what_its_effect_says(question: str) -> None:
    effect = SAFETY.questions[question].effect
    found = standing_on(0, answer(question))
    whole = effect if effect in ("emergency", "urgent_lock", "ask_first_lock_all") else None
    assert found.whole_plan == whole
    assert only(found).key == key_of(question, SAFETY)


@pytest.mark.parametrize("question", SAFETY.questions)
def test_each_yes_touches_the_movements_that_list_its_flag_and_no_others(question: str) -> None:
    found = standing_on(0, answer(question))
    flag_id = SAFETY.questions[question].sets_flag
    for slug, left in movements_left(MOVEMENTS.values(), found.conditions).items():
        movement = MOVEMENTS[slug]
        lists = movement.stop_if | movement.ask_first_if | movement.modify_if
        if left.worst:
            assert flag_id in lists


def test_a_question_the_content_no_longer_has_does_nothing() -> None:
    assert standing_on(0, answer("as_gone")).conditions == ()


def test_the_strongest_lock_of_the_whole_plan_counts_and_comes_first() -> None:
    said = [answer("as_cancer"), answer("ur_weak"), answer("em_stroke"), answer("mo_preg")]
    found = standing_on(0, *said)
    assert found.whole_plan == "emergency"
    assert [each.question for each in found.locking] == ["em_stroke", "ur_weak", "as_cancer"]
    assert found.conditions[-1].question == "mo_preg"


def test_no_place_given_is_everywhere() -> None:
    condition = only(standing_on(0, answer("mo_acute")))
    assert condition.regions == frozenset(SAFETY.flags["acute_injury_area"].regions)
    assert condition.side == "both"


def test_a_place_is_kept_with_its_side() -> None:
    condition = only(standing_on(0, answer("mo_acute", 0, "knee", side="left")))
    assert (condition.regions, condition.side) == (frozenset({"knee"}), "left")


def test_a_side_that_was_not_asked_for_is_both() -> None:
    assert not SAFETY.flags["abdominal_hernia"].ask_side
    assert only(standing_on(0, answer("mo_hernia", side="left"))).side == "both"


def test_a_fixed_flag_has_all_its_regions() -> None:
    condition = only(standing_on(0, answer("as_arm", 0, "knee", side="right")))
    assert condition.regions == frozenset(SAFETY.flags["arm_nerve_symptoms"].regions)
    assert condition.side == "right"


# Emergency


@pytest.mark.parametrize("question", EMERGENCIES)
def test_an_emergency_ends_by_a_whole_new_screening_after_care(question: str) -> None:
    said = answer(question)
    assert standing_on(9, said, screened(2, after_care=True)).conditions == ()


@pytest.mark.parametrize("question", EMERGENCIES)
def test_nothing_else_ends_an_emergency(question: str) -> None:
    key = key_of(question, SAFETY)
    found = standing_on(
        100,
        answer(question, 1),
        no(question, 2),
        no(question, 3, source=Source.CORRECTION),
        no(question, 90, source=Source.ASKED_AGAIN),
        agreed(key, 4),
        agreed(key, 4, "therapist"),
        seen(key, 5, "all clear"),
        screened(6),
        # Begun before it was said.
        screened(0, after_care=True),
    )
    assert found.whole_plan == "emergency"
    assert ways_to_lift(found.locking[0]) == ("rescreen_after_care",)
    assert found.to_ask_again == ()


def test_an_emergency_said_in_the_screening_after_care_itself_locks() -> None:
    found = standing_on(9, answer("em_heart"), screened(2, after_care=True), answer("em_heart", 2))
    assert found.whole_plan == "emergency"


def test_an_emergency_said_again_after_care_is_a_new_one() -> None:
    for source in Source:
        told = [
            answer("em_heart"),
            screened(2, after_care=True),
            answer("em_heart", 5, source=source),
        ]
        assert standing_on(9, *told).whole_plan == "emergency"


# Urgent


@pytest.mark.parametrize("question", URGENT)
def test_an_urgent_lock_waits_for_being_seen_and_for_nothing_else(question: str) -> None:
    key = key_of(question, SAFETY)
    found = standing_on(
        100,
        answer(question, 1),
        no(question, 2),
        no(question, 2, source=Source.CORRECTION),
        no(question, 90, source=Source.ASKED_AGAIN),
        agreed(key, 3),
        agreed(key, 3, "therapist"),
        screened(4, after_care=True),
        # Before it was said.
        seen(key, 0, "all clear"),
    )
    assert found.whole_plan == "urgent_lock"
    assert ways_to_lift(found.locking[0]) == ("seen",)
    assert found.to_ask_again == ()


@pytest.mark.parametrize("question", [each for each in URGENT if each != "ur_infection"])
def test_all_clear_clears_an_urgent_answer(question: str) -> None:
    key = key_of(question, SAFETY)
    assert standing_on(3, answer(question), seen(key, 1, "all clear")).conditions == ()


def test_after_all_clear_the_place_of_an_infection_stays_until_its_date_and_settled() -> None:
    said = answer("ur_infection", 0, "knee", side="left")
    clear = seen("infection_inflammation_area", 1, "all clear")
    found = standing_on(2, said, clear)
    assert found.whole_plan is None
    assert only(found).ask_again_on == on(14)
    assert found.to_ask_again == ()
    assert standing_on(14, said, clear).to_ask_again == standing_on(14, said, clear).conditions
    settled = no("ur_infection", 14, source=Source.ASKED_AGAIN)
    assert standing_on(14, said, clear, settled).conditions == ()
    too_soon = no("ur_infection", 5, source=Source.ASKED_AGAIN)
    assert standing_on(20, said, clear, too_soon).conditions
    still = answer("ur_infection", 14, source=Source.ASKED_AGAIN)
    found = standing_on(15, said, clear, still)
    assert found.whole_plan is None
    assert only(found).ask_again_on == on(28)


@pytest.mark.parametrize("question", [each for each in URGENT if each != "ur_weak"])
def test_being_treated_leaves_what_it_touches_to_a_clinician(question: str) -> None:
    key = key_of(question, SAFETY)
    told = [answer(question), seen(key, 1, "being treated")]
    found = standing_on(200, *told)
    assert found.whole_plan is None
    assert only(found).waits
    assert only(found).seen == "being treated"
    assert found.to_ask_again == ()
    assert ways_to_lift(only(found)) == ("clinician_agreed", "therapist")
    settled = no(question, 200, source=Source.ASKED_AGAIN)
    assert only(standing_on(200, *told, settled)).waits
    lifted = only(standing_on(200, *told, agreed(key, 3)))
    assert lifted.lifted
    assert not lifted.waits
    # Whoever agreed before they were seen did not agree to this.
    assert only(standing_on(200, *told, agreed(key, 0.5))).waits


def test_being_treated_without_a_flag_leaves_the_whole_plan_to_a_clinician() -> None:
    told = [answer("ur_weak"), seen("ur_weak", 1, "being treated")]
    found = standing_on(5, *told)
    assert found.whole_plan == "ask_first_lock_all"
    assert ways_to_lift(found.locking[0]) == ("clinician_agreed", "therapist")
    assert standing_on(5, *told, agreed("ur_weak", 2)).whole_plan is None


@pytest.mark.parametrize("question", URGENT)
def test_told_to_wait_keeps_the_lock_and_asks_again_after_seven_days(question: str) -> None:
    told = [answer(question), seen(key_of(question, SAFETY), 2, "told to wait")]
    assert standing_on(8, *told).whole_plan == "urgent_lock"
    assert standing_on(8, *told).to_ask_again == ()
    found = standing_on(9, *told)
    assert found.to_ask_again == found.locking
    assert found.whole_plan == "urgent_lock"


def test_the_last_word_after_being_seen_counts() -> None:
    told = [answer("ur_dvt"), seen("dvt_suspected", 1, "told to wait")]
    assert standing_on(9, *told, seen("dvt_suspected", 8, "all clear")).conditions == ()
    back = [*told, seen("dvt_suspected", 8, "all clear"), seen("dvt_suspected", 9, "told to wait")]
    assert standing_on(9, *back).whole_plan == "urgent_lock"


@pytest.mark.parametrize("source", [Source.SCREENING, Source.WORRY, Source.BEFORE_SESSION])
def test_an_urgent_yes_after_all_clear_is_a_new_one(source: Source) -> None:
    told = [answer("ur_dvt"), seen("dvt_suspected", 1, "all clear")]
    assert standing_on(90, *told, answer("ur_dvt", 84, source=source)).whole_plan == "urgent_lock"


# Ask first


@pytest.mark.parametrize("question", WHOLE_PLAN)
def test_a_lock_of_the_whole_plan_ends_when_a_clinician_agrees(question: str) -> None:
    key = key_of(question, SAFETY)
    found = standing_on(5, answer(question))
    assert ways_to_lift(found.locking[0]) == ("clinician_agreed", "therapist")
    for way in ("clinician_agreed", "therapist"):
        assert standing_on(5, answer(question), agreed(key, 1, way)).whole_plan is None
    assert standing_on(5, answer(question, 2), agreed(key, 1)).whole_plan == "ask_first_lock_all"


@pytest.mark.parametrize("flag", AGREEABLE, ids=lambda flag: flag.id)
def test_an_agreement_lifts_the_lock_of_that_one_flag_and_softening_stays(flag) -> None:
    question = question_of(flag.id)
    other = answer("as_bleed" if flag.id != "bleeding_risk" else "mo_osteop")
    found = standing_on(3, answer(question), other, agreed(flag.id, 1))
    lifted = found.condition(flag.id)
    assert lifted is not None
    assert lifted.lifted
    assert ways_to_lift(lifted) == ()
    assert lifted.unlocked_until == on(1 + 365)
    assert not found.condition(key_of(other.question, SAFETY)).lifted  # type: ignore[union-attr]  # it holds
    for movement in MOVEMENTS.values():
        left = movements_left([movement], [lifted])[movement.slug]
        assert left.worst <= 1
        assert (left.worst == 1) <= (flag.id in movement.modify_if)


def test_an_unlock_ends_after_365_days() -> None:
    told = [answer("as_bleed"), agreed("bleeding_risk", 1)]
    assert only(standing_on(365, *told)).lifted
    assert not only(standing_on(366, *told)).lifted


@pytest.mark.parametrize("source", [Source.WORRY, Source.BEFORE_SESSION])
def test_an_unlock_ends_on_a_new_yes_to_the_same_question(source: Source) -> None:
    told = [answer("as_leg", 0, side="left"), agreed("leg_nerve_symptoms", 1)]
    again = answer("as_leg", 5, side="left", source=source)
    assert not any(each.lifted for each in standing_on(6, *told, again).conditions)
    elsewhere = answer("as_leg", 5, side="right", source=source)
    assert not any(each.lifted for each in standing_on(6, *told, elsewhere).conditions)


@pytest.mark.parametrize("question", ["as_surgery", "as_fracture", "as_vfx", "as_falls"])
def test_every_unlock_ends_after_new_surgery_a_fall_or_a_fracture(question: str) -> None:
    told = [answer("as_bleed"), agreed("bleeding_risk", 1)]
    news = answer(question, 30, "foot")
    found = standing_on(40, *told, news).condition("bleeding_risk")
    assert found is not None
    assert not found.lifted
    # Agreed again after it, it is lifted again.
    found = standing_on(40, *told, news, agreed("bleeding_risk", 31)).condition("bleeding_risk")
    assert found is not None
    assert found.lifted


def test_every_unlock_ends_after_a_reported_fall() -> None:
    told = [answer("as_bleed"), agreed("bleeding_risk", 1)]
    assert not only(standing_on(40, *told, report(30, fall=True))).lifted


def test_an_unchanged_yes_of_a_new_screening_ends_no_unlock() -> None:
    told = [
        answer("as_falls"),
        answer("as_bleed"),
        agreed("bleeding_risk", 1),
        agreed("falls_risk", 1),
    ]
    again = [answer("as_falls", 84), answer("as_bleed", 84)]
    found = standing_on(85, *told, *again)
    assert [each.lifted for each in found.conditions] == [True, True]
    unfinished = [answer("as_falls", 84, final=False), answer("as_bleed", 84, final=False)]
    assert standing_on(85, *told, *unfinished).conditions == standing_on(85, *told).conditions


def test_a_fall_after_a_year_without_one_is_new() -> None:
    told = [
        answer("as_falls"),
        no("as_falls", 84),
        answer("as_bleed", 84),
        agreed("bleeding_risk", 85),
        answer("as_falls", 168),
    ]
    found = standing_on(170, *told).condition("bleeding_risk")
    assert found is not None
    assert not found.lifted


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
