"""What holds today, and what lifts a lock: each rule of content/safety/unlock.yaml."""

import pytest

from fstpwa.content import library
from fstpwa.domain.health_history import Source
from fstpwa.domain.standing import key_of, ways_to_lift
from tests.domain.health import (
    SAFETY,
    agreed,
    answer,
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
EMERGENCIES = [each.id for each in SAFETY.questions.values() if each.effect == "emergency"]
URGENT = [each.id for each in SAFETY.questions.values() if each.effect == "urgent_lock"]
WHOLE_PLAN = [each.id for each in SAFETY.questions.values() if each.effect == "ask_first_lock_all"]
ASK_FIRST = [
    each.id for each in SAFETY.questions.values() if each.effect == "ask_first_lock_matching"
]
AGREEABLE = [
    each
    for each in SAFETY.flags.values()
    if "clinician_agreed" in each.unlock
    and each.list_used == "ask_first_if"
    and "seen" not in each.unlock
]


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
