"""Planning: which movements, on which days, and what could come next."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.planning import (
    DAYS_AHEAD,
    Schedule,
    calendar,
    flare_items,
    next_step,
    planned_items,
    suggested_weekdays,
)
from fstpwa.domain.programme import Phase, SessionMovement

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
PHASES = [
    pytest.param(phase, id=f"{programme.slug}-{phase.id}")
    for programme in PROGRAMMES.values()
    for phase in programme.phases
]
ANY_PHASE = st.sampled_from([param.values[0] for param in PHASES])
SCHEDULES = st.builds(
    Schedule,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    at_min=st.integers(0, 1439),
)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
MONDAY = date(2025, 3, 3)
EVENING = 18 * 60


def weekdays_of(phase: Phase, weekdays: set[int], template: str) -> list[int]:
    schedule = Schedule(weekdays=frozenset(weekdays), at_min=EVENING)
    planned = calendar(phase, schedule, MONDAY, 7)
    return [p.day.weekday() for p in planned if p.template.id == template and p.index_of_day == 0]


def times_of(phase: Phase, template: str, at_min: int) -> list[int]:
    schedule = Schedule(weekdays=frozenset({0}), at_min=at_min)
    planned = calendar(phase, schedule, MONDAY, 1)
    return [p.at_min for p in planned if p.template.id == template]


def phase_of(programme: str, phase: str) -> Phase:
    return PROGRAMMES[programme].phase(phase)


# Items


def test_items_are_numbered_and_keep_priority_and_note():
    programme = PROGRAMMES["low-back"]
    phase = programme.phase("calm")
    items = planned_items(programme, phase, phase.sessions[0], 0, None, MOVEMENTS)
    assert [each.id for each in items] == ["1", "2", "3", "4", "5", "6", "7"]
    assert items[5].note == "keep whichever of these two eases you; drop the other"
    assert [each.priority for each in items] == [
        line.priority for line in phase.sessions[0].movements
    ]


def test_an_item_has_its_overridden_dose_and_the_smaller_easier_one():
    programme = PROGRAMMES["neck-and-desk"]
    phase = programme.phase("settle")
    items = planned_items(programme, phase, phase.sessions[0], 0, None, MOVEMENTS)
    stretch = next(each for each in items if each.slug == "upper-trap-stretch")
    assert (stretch.dose.hold_s, stretch.dose.reps) == (20, 1)
    assert (stretch.easier_dose.hold_s, stretch.easier_dose.reps) == (10, 1)


def test_a_ramp_step_scales_the_session_and_its_easier_version():
    programme = PROGRAMMES["fibromyalgia-gentle-20"]
    phase = programme.phase("p1")
    breathing, _, turns, *_ = planned_items(programme, phase, phase.sessions[0], 0, None, MOVEMENTS)
    assert breathing.dose.seconds == 78
    assert breathing.easier_dose.seconds == 60
    assert (turns.dose.reps, turns.easier_dose.reps) == (4, 4)


@pytest.mark.parametrize("slug", list(PROGRAMMES))
def test_a_later_ramp_step_of_a_phase_is_never_less(slug):
    programme = PROGRAMMES[slug]
    for phase in programme.phases:
        for template in phase.sessions:
            before = None
            for step in range(len(phase.dose_ramp)):
                items = planned_items(programme, phase, template, step, "left", MOVEMENTS)
                amounts = [(i.dose.reps or 0) + (i.dose.seconds or 0) for i in items]
                assert before is None or all(a <= b for a, b in zip(before, amounts, strict=True))
                before = amounts


def test_past_the_end_of_the_ramp_the_last_step_counts():
    programme = PROGRAMMES["fibromyalgia-gentle-20"]
    phase = programme.phase("p1")
    last, beyond = (
        planned_items(programme, phase, phase.sessions[0], step, None, MOVEMENTS)
        for step in (3, 99)
    )
    assert last == beyond


def test_a_negative_ramp_step_is_refused():
    programme = PROGRAMMES["low-back"]
    phase = programme.phases[0]
    with pytest.raises(InvalidValue):
        planned_items(programme, phase, phase.sessions[0], -1, None, MOVEMENTS)


@pytest.mark.parametrize(
    ("side", "sore_only"),
    [("left", "left"), ("right", "right"), ("both", "both"), (None, "both")],
)
def test_only_movements_for_the_sore_side_use_the_chosen_side(side, sore_only):
    programme = PROGRAMMES["plantar-heel"]
    phase = programme.phase("ease")
    items = planned_items(programme, phase, phase.sessions[1], 0, side, MOVEMENTS)
    assert [(each.slug, each.side) for each in items] == [
        ("plantar-fascia-stretch", sore_only),
        ("straight-knee-calf-stretch", "both"),
        ("foot-ball-roll", sore_only),
    ]


def test_movements_without_sides_have_none():
    programme = PROGRAMMES["low-back"]
    phase = programme.phase("calm")
    for each in planned_items(programme, phase, phase.sessions[0], 0, "left", MOVEMENTS):
        assert (each.side is None) == (MOVEMENTS[each.slug].sides != "left_right")


def test_on_a_flare_day_breathing_comes_first_and_the_rest_as_the_content_has_it():
    for programme in PROGRAMMES.values():
        slugs = [item.slug for item in flare_items(programme, "left", MOVEMENTS)]
        kinds = [MOVEMENTS[slug].kind == "breathing" for slug in slugs]
        assert kinds == sorted(kinds, reverse=True)
        planned = [line.slug for line in programme.flare_session.movements]
        assert [each for each in planned if MOVEMENTS[each].kind != "breathing"] == [
            each for each in slugs if MOVEMENTS[each].kind != "breathing"
        ]
        assert sorted(slugs) == sorted(planned)


def test_flare_items_have_ids_of_their_own():
    items = flare_items(PROGRAMMES["plantar-heel"], "right", MOVEMENTS)
    assert [(each.id, each.side) for each in items] == [
        ("f1", "both"),
        ("f2", "right"),
        ("f3", "right"),
    ]


@pytest.mark.parametrize("slug", list(PROGRAMMES))
def test_alternating_movements_always_have_an_even_number_of_repetitions(slug):
    programme = PROGRAMMES[slug]
    for phase in programme.phases:
        for template in phase.sessions:
            for step in range(len(phase.dose_ramp)):
                for each in planned_items(programme, phase, template, step, None, MOVEMENTS):
                    if MOVEMENTS[each.slug].sides == "alternating":
                        assert each.dose.reps % 2 == each.easier_dose.reps % 2 == 0


def test_an_odd_number_of_repetitions_is_made_even_for_both_sides():
    programme = PROGRAMMES["neck-and-desk"]
    line = SessionMovement(slug="neck-turns", priority="core", reps=7)
    template = replace(programme.phases[0].sessions[0], movements=(line,))
    turns = MOVEMENTS["neck-turns"]
    odd = replace(turns, easier=replace(turns.easier, dose=turns.dose.with_changes(reps=3)))
    (each,) = planned_items(programme, programme.phases[0], template, 0, None, {"neck-turns": odd})
    assert (each.dose.reps, each.easier_dose.reps) == (8, 4)


# Schedule and calendar


@pytest.mark.parametrize(
    ("weekdays", "at_min"), [((), 600), ((7,), 600), ((-1,), 600), ((0,), 1440), ((0,), -1)]
)
def test_a_schedule_out_of_range_is_refused(weekdays, at_min):
    with pytest.raises(InvalidValue):
        Schedule(weekdays=frozenset(weekdays), at_min=at_min)


def test_fourteen_days_are_planned_with_today():
    phase = library().programmes["plantar-heel"].phases[0]
    every_day = Schedule(weekdays=frozenset(range(7)), at_min=0)
    days = {planned.day for planned in calendar(phase, every_day, MONDAY)}
    assert (min(days), len(days)) == (MONDAY, DAYS_AHEAD)


@given(ANY_PHASE, SCHEDULES, DAYS)
def test_a_longer_horizon_never_changes_earlier_days(phase, schedule, first_day):
    short = calendar(phase, schedule, first_day, 14)
    long = calendar(phase, schedule, first_day, 28)
    assert long[: len(short)] == short
    assert all(each.day >= first_day + timedelta(days=14) for each in long[len(short) :])


@given(ANY_PHASE, SCHEDULES, DAYS)
def test_planning_day_by_day_gives_the_same(phase, schedule, first_day):
    day_by_day = []
    for number in range(14):
        day_by_day += calendar(phase, schedule, first_day + timedelta(days=number), 1)
    assert day_by_day == calendar(phase, schedule, first_day, 14)


@given(ANY_PHASE, SCHEDULES, DAYS)
def test_sessions_fall_on_chosen_days_only_and_as_often_as_wanted(phase, schedule, first_day):
    week = calendar(phase, schedule, first_day, 7)
    assert {each.day.weekday() for each in week} <= schedule.weekdays
    counts = Counter(each.template.id for each in week)
    for template in phase.sessions:
        days = min(template.days_per_week, len(schedule.weekdays))
        assert counts[template.id] == days * template.times_per_day


@given(ANY_PHASE, SCHEDULES, DAYS)
def test_no_session_is_planned_twice_and_times_are_in_order(phase, schedule, first_day):
    planned = calendar(phase, schedule, first_day)
    identities = [(each.day, each.template.id, each.index_of_day) for each in planned]
    assert len(set(identities)) == len(identities)
    order = [(each.day, each.at_min) for each in planned]
    assert order == sorted(order)
    assert all(0 <= each.at_min < 1440 for each in planned)


@given(ANY_PHASE, SCHEDULES)
def test_several_sessions_of_a_day_stay_between_seven_and_twenty_one(phase, schedule):
    for each in calendar(phase, schedule, MONDAY, 7):
        if each.template.times_per_day > 1:
            assert 7 * 60 <= each.at_min <= 21 * 60


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({0, 1, 2, 3, 4}, [0, 1, 2, 3, 4]),
        ({0, 2}, [0, 2]),
        ({0, 1, 2, 3, 4, 5, 6}, [0, 1, 3, 4, 6]),
    ],
)
def test_a_session_uses_the_chosen_days_up_to_its_number(chosen, expected):
    assert weekdays_of(phase_of("neck-and-desk", "settle"), chosen, "main") == expected


def test_two_sessions_a_week_are_spread_over_the_chosen_days():
    phase = phase_of("fibromyalgia-gentle-20", "p1")
    assert weekdays_of(phase, {0, 1, 2, 3, 4}, "main") == [0, 3]


def test_different_sessions_alternate_where_the_days_suffice():
    phase = phase_of("still-tight", "variety")
    assert weekdays_of(phase, {0, 1, 3, 4}, "release") == [0, 3]
    assert weekdays_of(phase, {0, 1, 3, 4}, "sweep") == [1, 4]


def test_different_sessions_share_days_where_they_do_not():
    phase = phase_of("still-tight", "variety")
    assert weekdays_of(phase, {0, 3}, "release") == [0, 3]
    assert weekdays_of(phase, {0, 3}, "sweep") == [0, 3]


def test_after_training_follows_before_training_and_range_keeps_off_both():
    phase = phase_of("athlete-recovery", "range")
    every_day = set(range(7))
    before = weekdays_of(phase, every_day, "pre")
    assert set(weekdays_of(phase, every_day, "post")) <= set(before)
    assert not set(weekdays_of(phase, every_day, "range")) & set(before)


def test_after_training_comes_an_hour_after_before_training():
    phase = phase_of("athlete-recovery", "base")
    assert times_of(phase, "pre", EVENING) == [EVENING]
    assert times_of(phase, "post", EVENING) == [EVENING + 60]
    assert times_of(phase, "post", 23 * 60 + 30) == [23 * 60 + 59]


def test_desk_breaks_are_mid_morning_and_mid_afternoon():
    phase = phase_of("neck-and-desk", "settle")
    assert times_of(phase, "micro", EVENING) == [10 * 60 + 30, 15 * 60]


def test_jaw_checks_are_spread_over_the_day():
    phase = phase_of("jaw-ease", "quiet")
    assert times_of(phase, "micro", EVENING) == [9 * 60, 12 * 60, 15 * 60, 18 * 60]


@pytest.mark.parametrize(
    ("at_min", "expected"),
    [(8 * 60, [8 * 60, 11 * 60]), (19 * 60, [16 * 60, 19 * 60]), (0, [7 * 60, 10 * 60])],
)
def test_a_second_session_of_a_day_is_three_hours_away(at_min, expected):
    assert times_of(phase_of("plantar-heel", "ease"), "day", at_min) == expected


def test_the_session_before_the_first_steps_is_in_the_morning():
    phase = phase_of("plantar-heel", "ease")
    assert times_of(phase, "morning", EVENING) == [7 * 60]
    assert times_of(phase, "morning", 6 * 60) == [6 * 60]


def test_the_optional_cooling_is_planned_and_marked():
    schedule = Schedule(weekdays=frozenset(range(7)), at_min=EVENING)
    planned = calendar(phase_of("plantar-heel", "ease"), schedule, MONDAY, 7)
    optional = [each for each in planned if each.template.optional]
    assert [each.day.weekday() for each in optional] == [0, 2, 4]


@pytest.mark.parametrize("phase", PHASES)
def test_the_suggested_days_have_room_for_every_session(phase):
    chosen = suggested_weekdays(phase)
    assert max(each.days_per_week for each in phase.sessions) <= len(chosen) <= 7


@pytest.mark.parametrize(
    ("programme", "phase", "expected"),
    [
        ("fibromyalgia-gentle-20", "p1", {0, 3}),
        ("fibromyalgia-gentle-20", "p3", {0, 2, 4}),
        ("neck-and-desk", "settle", {0, 1, 2, 3, 4}),
        ("jaw-ease", "quiet", {0, 1, 2, 3, 4, 5, 6}),
        ("still-tight", "variety", {0, 1, 3, 4}),
        ("athlete-recovery", "base", {0, 2, 4}),
    ],
)
def test_suggested_days_are_sensible(programme, phase, expected):
    assert suggested_weekdays(phase_of(programme, phase)) == expected


# What could come next


def offer_after(days: int, programme: str, phase: str, step: int = 0):
    today = MONDAY + timedelta(days=days)
    return next_step(PROGRAMMES[programme], phase, step, MONDAY, today)


def test_nothing_is_offered_in_the_first_seven_days_of_a_step():
    assert offer_after(6, "fibromyalgia-gentle-20", "p1") is None


def test_after_seven_days_the_next_ramp_step_is_offered():
    offer = offer_after(7, "fibromyalgia-gentle-20", "p1")
    assert (offer.kind, offer.phase_id, offer.ramp_step) == ("ramp", "p1", 1)
    assert "78%" in offer.sentence


def test_an_offer_waits_for_as_long_as_nobody_says_yes():
    assert offer_after(7, "low-back", "calm") is None
    assert offer_after(14, "low-back", "calm") == offer_after(400, "low-back", "calm")


def test_weeks_at_the_same_dose_are_one_stay_and_not_a_question_each():
    assert offer_after(14, "neck-and-desk", "build") is None
    assert offer_after(21, "neck-and-desk", "build").kind == "phase"
    assert offer_after(13, "fibromyalgia-gentle-20", "p2", step=2) is None
    assert offer_after(14, "fibromyalgia-gentle-20", "p2", step=2).phase_id == "p3"


def test_after_the_last_step_the_next_phase_starts_at_its_first_step():
    offer = offer_after(7, "fibromyalgia-gentle-20", "p1", step=3)
    assert (offer.kind, offer.phase_id, offer.ramp_step) == ("phase", "p2", 0)


def test_after_the_last_phase_the_programme_can_be_completed():
    offer = offer_after(21, "neck-and-desk", "keep")
    assert (offer.kind, offer.phase_id) == ("complete", "keep")
    assert offer.sentence == phase_of("neck-and-desk", "keep").progress_sentence


@given(st.sampled_from(list(PROGRAMMES.values())), st.integers(0, 400))
def test_an_offer_never_skips_a_phase_or_a_step(programme, days):
    for index, phase in enumerate(programme.phases):
        for step in range(len(phase.dose_ramp)):
            offer = next_step(programme, phase.id, step, MONDAY, MONDAY + timedelta(days=days))
            if offer is None or offer.kind == "complete":
                continue
            if offer.kind == "phase":
                assert offer.phase_id == programme.phases[index + 1].id
            else:
                factors = set(phase.dose_ramp[step : offer.ramp_step])
                assert factors == {phase.dose_ramp[step]} != {phase.dose_ramp[offer.ramp_step]}


def test_a_step_past_the_end_of_a_shortened_ramp_still_gets_an_offer():
    programme = PROGRAMMES["low-back"]
    shortened = replace(programme.phases[0], dose_ramp=(1.0,))
    changed = replace(programme, phases=(shortened, *programme.phases[1:]))
    assert next_step(changed, "calm", 5, MONDAY, MONDAY + timedelta(days=7)).kind == "phase"
