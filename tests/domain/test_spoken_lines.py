"""There is a line to record for everything that a session can say."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.dose import Dose, amount
from fstpwa.domain.planning import flare_items, planned_items
from fstpwa.domain.programme import Programme
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.spoken_lines import (
    LOCK_TEST,
    LOCK_TEST_PASSED,
    MOST_REPS,
    MOST_SETS,
    SOUND_CHECK,
    VOCABULARY,
    spoken_lines,
)
from fstpwa.domain.timeline import CLOSING, DEFAULT_PACE, Block, block
from fstpwa.domain.variants import item_block
from tests.domain.test_timeline import MOVEMENTS, NO_LEAD_IN, PACES, PROGRAMMES

SAFETY = library().safety
ADVICE = [SAFETY.message("post_red")]
SPOKEN = spoken_lines(MOVEMENTS.values(), ADVICE)
SAID_OUTSIDE_MOVEMENTS = {CLOSING, SOUND_CHECK, LOCK_TEST, LOCK_TEST_PASSED}


def said(blocks: Iterable[Block]) -> set[str]:
    return {line.text for each in blocks for cue in each.cues for line in cue.say}


def items_of(programme: Programme) -> Iterator[PlannedItem]:
    """Whatever may be planned of a programme: every session, step and side."""
    for side in ("left", "right", "both", None):
        yield from flare_items(programme, side, MOVEMENTS)
        for phase in programme.phases:
            for template in phase.sessions:
                for step in range(len(phase.dose_ramp)):
                    yield from planned_items(programme, phase, template, step, side, MOVEMENTS)


@st.composite
def cases_with_recordings(draw: st.DrawFn):
    """A real movement with any dose of its kind that there are recordings for."""
    movement = draw(st.sampled_from(list(MOVEMENTS.values())))
    dose = movement.dose.with_changes(sets=draw(st.integers(1, MOST_SETS)))
    if dose.reps is not None:
        dose = dose.with_changes(reps=draw(st.integers(1, MOST_REPS)))
    for name in ("hold_s", "seconds"):
        if getattr(dose, name) is not None:
            dose = dose.with_changes(**{name: draw(st.integers(1, 300))})
    return movement, dose


@given(
    cases_with_recordings(),
    st.sampled_from(["left", "right", "both", None]),
    PACES,
    *[st.booleans()] * 2,
)
def test_whatever_a_movement_says_is_a_spoken_line(chosen, side, pace, first, easier):
    movement, dose = chosen
    whole = block(movement, dose, side, pace, first=first, easier=easier)
    assert said([whole]) <= set(SPOKEN)


@pytest.mark.parametrize("slug", list(PROGRAMMES))
def test_whatever_a_session_of_a_programme_says_is_a_spoken_line(slug):
    blocks = [
        item_block(item, MOVEMENTS, pace, easier=easier, first=first)
        for item in items_of(PROGRAMMES[slug])
        for pace in (DEFAULT_PACE, NO_LEAD_IN)
        for easier in (True, False)
        for first in (True, False)
    ]
    assert blocks
    assert said(blocks) <= set(SPOKEN)


def test_no_dose_is_larger_than_the_counts_that_are_recorded():
    def is_recorded(dose: Dose) -> bool:
        is_counted = dose.mode == "reps"
        return not is_counted or (dose.sets <= MOST_SETS and amount(dose.reps) <= MOST_REPS)

    planned = [item for programme in PROGRAMMES.values() for item in items_of(programme)]
    doses = [dose for each in MOVEMENTS.values() for dose in (each.dose, each.easier.dose)]
    doses += [dose for item in planned for dose in (item.dose, item.easier_dose)]
    assert [dose for dose in doses if not is_recorded(dose)] == []


def test_every_word_of_the_vocabulary_is_said_somewhere():
    blocks = [
        block(movement, dose, "both", first=first, easier=True)
        for movement in MOVEMENTS.values()
        for dose in (movement.dose, movement.dose.with_changes(reps=1))
        for first in (True, False)
    ]
    assert set(VOCABULARY) - said(blocks) == SAID_OUTSIDE_MOVEMENTS


def test_each_line_is_there_once_and_none_is_empty():
    assert len(set(SPOKEN)) == len(SPOKEN)
    assert all(line == line.strip() and line for line in SPOKEN)


def test_all_movements_and_all_advice_have_their_lines():
    names = {text for each in MOVEMENTS.values() for text in (each.name, each.start_position)}
    assert names | set(ADVICE) <= set(SPOKEN)


def test_a_number_beyond_the_recordings_has_none():
    movement = MOVEMENTS["sit-to-stand"]
    many = movement.dose.with_changes(reps=MOST_REPS + 1, sets=MOST_SETS + 1)
    beyond = said([block(movement, many, None)]) - set(SPOKEN)
    sets = {f"Set {n} of {MOST_SETS + 1}" for n in range(1, MOST_SETS + 2)}
    assert beyond == {str(MOST_REPS + 1), f"{MOST_REPS + 1} repetitions", *sets}
