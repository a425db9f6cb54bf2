"""Timelines: from a movement and its dose to cues with times."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.dose import Dose, bout_s, bouts
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.planning import flare_items, planned_items
from fstpwa.domain.timeline import (
    SWITCH_LEAST_S,
    Block,
    Cue,
    Pace,
    block,
    minutes,
    pacer,
    sides_done,
    total_s,
)
from fstpwa.domain.variants import item_block

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
WORK = {"hold", "rep", "breathe", "roll", "move"}
"""The cues during which something is done."""
NO_LEAD_IN = Pace(get_ready_s=0, transition_s=0)
PACES = st.builds(
    Pace,
    get_ready_s=st.integers(0, 20),
    transition_s=st.integers(0, 60),
    least_rest_s=st.integers(0, 60),
)


@st.composite
def cases(draw: st.DrawFn):
    """A real movement, a dose that fits it, a side and a pace."""
    movement = draw(st.sampled_from(list(MOVEMENTS.values())))
    dose = movement.dose.with_changes(sets=draw(st.integers(1, 4)), rest_s=draw(st.integers(0, 90)))
    if dose.reps is not None:
        reps = draw(st.integers(1, 12))
        dose = dose.with_changes(reps=reps * 2 if movement.sides == "alternating" else reps)
    if dose.hold_s is not None:
        dose = dose.with_changes(hold_s=draw(st.integers(1, 60)))
    if dose.seconds is not None:
        dose = dose.with_changes(seconds=draw(st.integers(5, 300)))
    return movement, dose, draw(st.sampled_from(["left", "right", "both", None])), draw(PACES)


def work_s(of: Block) -> Counter[str | None]:
    seconds: Counter[str | None] = Counter()
    for cue in of.cues:
        if cue.kind in WORK:
            seconds[cue.side] += cue.duration_s
    return seconds


def texts(cue: Cue) -> list[str]:
    return [line.text for line in cue.say]


def summary(of: Block) -> list[tuple[int, int, str, str | None]]:
    return [(cue.t, cue.duration_s, cue.kind, cue.side) for cue in of.cues]


@given(cases())
def test_cues_follow_each_other_without_gaps_or_overlaps(case):
    result = block(*case)
    at = 0
    for cue in result.cues:
        assert cue.t == at
        assert cue.duration_s > 0
        at += cue.duration_s
    assert result.duration_s == at


@given(cases())
def test_every_side_gets_the_whole_dose(case):
    movement, dose, side, _ = case
    sides = sides_done(movement, dose, side)
    whole = bouts(dose, 1) * bout_s(dose)
    if movement.sides == "alternating":
        assert work_s(block(*case)) == {"left": whole // 2, "right": whole // 2}
    else:
        assert work_s(block(*case)) == dict.fromkeys(sides, whole)


@given(cases())
def test_the_left_is_finished_before_the_right_begins(case):
    movement, dose, _, pace = case
    if movement.sides == "left_right":
        sides = [c.side for c in block(movement, dose, "both", pace).cues if c.kind in WORK]
        assert sides == sorted(sides)
        assert set(sides) == {"left", "right"}


@given(cases())
def test_rests_stand_between_bouts_and_are_never_shorter_than_wished(case):
    movement, dose, side, pace = case
    result = block(*case)
    wished = max(dose.rest_s, pace.least_rest_s)
    sides = sides_done(movement, dose, side)
    rests = [cue for cue in result.cues if cue.kind == "rest"]
    switches = [cue for cue in result.cues if cue.kind == "switch_side"]
    assert all(cue.duration_s == wished for cue in rests)
    assert len(rests) == ((bouts(dose, 1) - 1) * len(sides) if wished else 0)
    assert [c.duration_s for c in switches] == [max(wished, SWITCH_LEAST_S)] * (len(sides) - 1)


@given(cases())
def test_work_is_numbered_from_one_to_the_last(case):
    for cue in block(*case).cues:
        if cue.kind in WORK:
            assert 1 <= cue.n <= cue.of
        else:
            assert (cue.n, cue.of) == (0, 0)


@given(st.lists(cases(), max_size=5))
def test_a_total_is_the_sum_of_its_blocks(several):
    blocks = [block(*case) for case in several]
    assert total_s(blocks) == sum(cue.duration_s for each in blocks for cue in each.cues)


def test_a_hold_on_both_sides_in_full():
    movement = MOVEMENTS["upper-trap-stretch"]
    dose = Dose(mode="hold", sets=1, rest_s=3, per_side=True, reps=2, hold_s=20)
    assert summary(block(movement, dose, "both")) == [
        (0, 10, "change", None),
        (10, 5, "get_ready", "left"),
        (15, 20, "hold", "left"),
        (35, 3, "rest", "left"),
        (38, 20, "hold", "left"),
        (58, 8, "switch_side", "right"),
        (66, 20, "hold", "right"),
        (86, 3, "rest", "right"),
        (89, 20, "hold", "right"),
    ]


def test_a_chosen_side_is_the_only_one():
    movement = MOVEMENTS["plantar-fascia-stretch"]
    result = block(movement, movement.dose, "right")
    assert {cue.side for cue in result.cues if cue.kind in WORK} == {"right"}
    assert texts(result.cues[1]) == ["Get ready", "Right side"]


def test_repetitions_of_an_alternating_movement_go_left_right_left():
    movement = MOVEMENTS["neck-turns"]
    dose = movement.dose.with_changes(reps=4)
    result = block(movement, dose, None, NO_LEAD_IN)
    assert [(cue.t, cue.side, cue.n, cue.of) for cue in result.cues] == [
        (0, "left", 1, 4),
        (4, "right", 2, 4),
        (8, "left", 3, 4),
        (12, "right", 4, 4),
    ]


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("belly-breathing-lying", "breathe"),
        ("paced-breathing-sitting", "breathe"),
        ("legs-up-rest", "breathe"),
        ("tense-and-soften", "move"),
        ("long-neck-lying", "move"),
        ("shoulder-pendulum", "move"),
        ("calf-foam-roll", "roll"),
        ("frozen-bottle-roll", "roll"),
        ("suboccipital-ball-rest", "move"),
        ("masseter-finger-release", "move"),
    ],
)
def test_only_what_the_text_counts_or_rolls_is_paced(slug, kind):
    movement = MOVEMENTS[slug]
    kinds = {cue.kind for cue in block(movement, movement.dose, None).cues if cue.kind in WORK}
    assert kinds == {kind}
    assert pacer(movement) == (None if kind == "move" else kind)


def test_a_timed_balance_is_held():
    movement = replace(MOVEMENTS["shoulder-pendulum"], kind="balance")
    assert block(movement, movement.dose, "left").cues[-1].kind == "hold"


@pytest.mark.parametrize(
    "times",
    [
        {"get_ready_s": 21},
        {"get_ready_s": -1},
        {"transition_s": 61},
        {"least_rest_s": 61},
        {"least_rest_s": -5},
    ],
)
def test_a_pace_out_of_range_is_refused(times):
    with pytest.raises(InvalidValue):
        Pace(**times)


@pytest.mark.parametrize(("seconds", "shown"), [(0, 1), (1, 1), (60, 1), (61, 2), (600, 10)])
def test_minutes_are_rounded_up_and_at_least_one(seconds, shown):
    assert minutes(seconds) == shown


SESSIONS = [
    pytest.param(programme, phase, template, id=f"{programme.slug}-{phase.id}-{template.id}")
    for programme in PROGRAMMES.values()
    for phase in programme.phases
    for template in phase.sessions
]


@pytest.mark.parametrize(("programme", "phase", "template"), SESSIONS)
def test_a_session_lasts_what_its_programme_says(programme, phase, template):
    full = phase.dose_ramp.index(1.0)
    items = planned_items(programme, phase, template, full, "left", MOVEMENTS)
    total = total_s(item_block(item, MOVEMENTS, easier=False) for item in items)
    assert abs(minutes(total) - template.session_minutes) <= 2


@pytest.mark.parametrize("slug", list(PROGRAMMES))
def test_a_flare_day_session_lasts_what_its_programme_says(slug):
    programme = PROGRAMMES[slug]
    items = flare_items(programme, "left", MOVEMENTS)
    total = total_s(item_block(item, MOVEMENTS, easier=False) for item in items)
    assert abs(minutes(total) - programme.flare_session.session_minutes) <= 2
