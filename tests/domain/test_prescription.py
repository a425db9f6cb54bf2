"""What a therapist gives, as a programme: a routine, and a programme adapted for one client."""

import json
from datetime import date
from typing import Any

import pytest

from fstpwa.content import library
from fstpwa.content.programme_files import ProgrammeFile
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.gated_session import gated
from fstpwa.domain.planning import flare_items, planned_items
from fstpwa.domain.prescription import (
    Changes,
    DoseChange,
    adapted_data,
    routine_data,
    slugs_in,
)
from fstpwa.domain.programme import Programme
from fstpwa.domain.routine import RoutineLine
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import Condition
from fstpwa.domain.variants import variants

MOVEMENTS = library().movements
HELD = "upper-trap-stretch"
"""Left and right, held."""
TIMED = "belly-breathing-lying"
COUNTED = "neck-turns"
"""Alternating repetitions."""


def source(slug: str = "neck-and-desk") -> dict[str, Any]:
    """The file of a programme of the library."""
    found: dict[str, Any] = json.loads(library().programme_files[slug])
    return found


def routine(*lines: RoutineLine, **more: Any) -> Programme:
    """A routine as it is followed, through the file model and back."""
    said: dict[str, Any] = {"days_per_week": 3, "times_per_day": 1, "length_s": 600}
    data = routine_data(
        "routine-1", "Neck easing", lines, source=source(), movements=MOVEMENTS, **{**said, **more}
    )
    return _read(data)


def items(programme: Programme, side: Any = None) -> tuple[PlannedItem, ...]:
    """What its first session plans."""
    phase = programme.phases[0]
    return planned_items(programme, phase, phase.sessions[0], 0, side, MOVEMENTS)


def _read(data: dict[str, Any]) -> Programme:
    text = ProgrammeFile.model_validate(data).to_json()
    return ProgrammeFile.model_validate(json.loads(text)).to_domain()


def test_a_routine_is_a_programme_of_one_part_with_its_movements_in_order() -> None:
    made = routine(RoutineLine(slug=COUNTED), RoutineLine(slug=HELD), purpose="Before work")
    assert made.name == "Neck easing"
    assert made.is_prescribed
    assert made.phases[0].goal == "Before work"
    (session,) = made.phases[0].sessions
    assert (session.name, session.days_per_week, session.times_per_day) == ("Neck easing", 3, 1)
    assert [item.slug for item in items(made)] == [COUNTED, HELD]
    assert set(made.phases[0].dose_ramp) == {1.0}


def test_a_line_without_numbers_has_the_dose_of_the_library() -> None:
    (item,) = items(routine(RoutineLine(slug=HELD)))
    assert item.dose == MOVEMENTS[HELD].dose
    assert not item.softened


def test_the_numbers_rest_and_note_of_a_line_are_what_is_done() -> None:
    line = RoutineLine(slug=HELD, sets=2, reps=3, hold_s=40, rest_s=25, note="Slowly")
    (item,) = items(routine(line))
    dose = item.dose
    assert (dose.sets, dose.reps, dose.hold_s, dose.rest_s) == (2, 3, 40, 25)
    assert item.note == "Slowly"


def test_a_number_that_a_movement_does_not_have_is_left_out_of_what_is_given() -> None:
    (item,) = items(routine(RoutineLine(slug=TIMED, reps=5, seconds=60)))
    assert (item.dose.seconds, item.dose.reps) == (60, None)


def test_a_fixed_side_stays_whatever_side_is_chosen_with_it() -> None:
    made = routine(RoutineLine(slug=HELD, side="left"))
    assert not made.asks_side
    assert items(made, "right")[0].side == "left"


def test_a_side_that_is_left_open_is_the_one_chosen_with_it() -> None:
    made = routine(RoutineLine(slug=HELD), RoutineLine(slug=HELD, side="both"))
    assert made.asks_side
    assert made.side_question
    assert [item.side for item in items(made, "right")] == ["right", "both"]


def test_a_movement_without_sides_asks_for_none() -> None:
    assert not routine(RoutineLine(slug=COUNTED), RoutineLine(slug=TIMED)).asks_side


def test_a_line_in_its_easier_version_is_done_easier_with_its_own_numbers() -> None:
    (plain,) = items(routine(RoutineLine(slug=HELD, easier=True)))
    assert plain.softened
    assert plain.easier_dose.hold_s == MOVEMENTS[HELD].easier.dose.hold_s
    (longer,) = items(routine(RoutineLine(slug=HELD, easier=True, hold_s=90)))
    assert longer.softened
    assert longer.easier_dose.hold_s == 90


def test_the_gate_lets_no_prescribed_dose_above_the_librarys_easier_one_through() -> None:
    flag = next(iter(MOVEMENTS[HELD].modify_if))
    safety = library().safety
    condition = Condition(
        key=flag,
        question=None,
        flag=safety.flags[flag],
        regions=frozenset(safety.flags[flag].regions),
        side="both",
        since=date(2026, 1, 1),
        whole_plan=None,
    )
    made = routine(RoutineLine(slug=HELD, easier=True, hold_s=90, sets=9))
    (left,) = gated(items(made), [condition], made, MOVEMENTS).items
    easier = MOVEMENTS[HELD].easier.dose
    assert left.softened
    assert (left.easier_dose.hold_s, left.easier_dose.sets) == (easier.hold_s, easier.sets)


def test_a_routine_has_the_flare_day_session_and_the_rules_for_doing_less_of_the_library() -> None:
    made, chosen = routine(RoutineLine(slug=HELD)), library().programmes["neck-and-desk"]
    assert made.flare_session == chosen.flare_session
    rules = {rule["id"] for rule in made.phases[0].step_back}
    assert "flare" in rules
    assert "next_morning_3_or_48h" in rules
    assert "missed_21" not in rules  # it would go back to a part that a routine does not have
    assert len(made.regression_rules) == len(rules)


@pytest.mark.parametrize("slug", sorted(library().programmes))
def test_the_flare_day_session_of_each_programme_goes_with_a_routine(slug: str) -> None:
    data = routine_data(
        "routine-1",
        "One",
        [RoutineLine(slug=HELD)],
        days_per_week=7,
        times_per_day=4,
        length_s=1,
        source=source(slug),
        movements=MOVEMENTS,
    )
    made = _read(data)
    assert flare_items(made, "left", MOVEMENTS)
    for rule in made.phases[0].step_back:
        assert "phase" not in str(rule["then"]).replace("phase_start", "")


def test_a_long_routine_has_shorter_ways_that_drop_the_last_first() -> None:
    lines = [RoutineLine(slug=HELD, sets=2) for _ in range(9)]
    ways = variants(items(routine(*lines)), (), MOVEMENTS)
    shorter = next(way for way in ways if way.name == "ten")
    assert [part.item for part in shorter.parts] == [
        str(number) for number in range(1, len(shorter.parts) + 1)
    ]


def test_a_movement_that_the_library_has_lost_is_left_out() -> None:
    made = routine(RoutineLine(slug="no-such-movement"), RoutineLine(slug=HELD))
    assert [item.slug for item in items(made)] == [HELD]


def test_a_routine_of_which_nothing_is_left_cannot_be_given() -> None:
    with pytest.raises(InvalidValue, match="Nothing of this routine"):
        routine(RoutineLine(slug="no-such-movement"))


@pytest.mark.parametrize("more", [{"days_per_week": 0}, {"times_per_day": 5}])
def test_a_routine_is_not_given_more_or_less_often_than_can_be(more: dict[str, int]) -> None:
    with pytest.raises(InvalidValue):
        routine(RoutineLine(slug=HELD), **more)


def test_a_programme_as_it_is_stays_the_librarys() -> None:
    assert not Changes()
    assert not Changes(doses={HELD: DoseChange()})


def test_a_movement_that_is_left_out_is_in_no_session_of_an_adapted_programme() -> None:
    changes = Changes(left_out=frozenset({HELD}))
    made = _read(adapted_data(source(), changes, MOVEMENTS))
    assert made.is_prescribed
    assert made.slug == "neck-and-desk"
    assert HELD in slugs_in(source())
    assert HELD not in slugs_in(adapted_data(source(), changes, MOVEMENTS))
    assert [phase.id for phase in made.phases] == [each["id"] for each in source()["phases"]]


def test_a_changed_dose_is_the_same_in_all_parts() -> None:
    changes = Changes(doses={HELD: DoseChange(hold_s=15, reps=1)})
    made = _read(adapted_data(source(), changes, MOVEMENTS))
    found = [
        (line.hold_s, line.reps)
        for phase in made.phases
        for session in phase.sessions
        for line in session.movements
        if line.slug == HELD
    ]
    assert found
    assert set(found) == {(15, 1)}


def test_an_easier_version_in_an_adapted_programme_asks_no_more_than_the_easier_dose() -> None:
    changes = Changes(doses={HELD: DoseChange(easier=True)})
    made = _read(adapted_data(source(), changes, MOVEMENTS))
    easier = MOVEMENTS[HELD].easier.dose
    for phase in made.phases:
        for session in phase.sessions:
            for item in planned_items(made, phase, session, 0, None, MOVEMENTS):
                if item.slug == HELD:
                    assert item.softened
                    assert (item.easier_dose.hold_s or 0) <= (easier.hold_s or 0)
                    assert item.easier_dose.sets <= easier.sets


def test_a_programme_of_which_a_part_is_emptied_is_refused() -> None:
    everything = Changes(left_out=frozenset(slugs_in(source())))
    with pytest.raises(InvalidValue, match="Nothing would be left"):
        adapted_data(source(), everything, MOVEMENTS)


@pytest.mark.parametrize(
    "change", [DoseChange(hold_s=500), DoseChange(sets=11), DoseChange(seconds=60)]
)
def test_a_dose_that_no_routine_could_have_is_refused(change: DoseChange) -> None:
    with pytest.raises(InvalidValue, match=MOVEMENTS[HELD].name):
        adapted_data(source(), Changes(doses={HELD: change}), MOVEMENTS)


@pytest.mark.parametrize("slug", sorted(library().programmes))
def test_each_programme_can_be_adapted_by_any_one_movement(slug: str) -> None:
    for each in slugs_in(source(slug)):
        data = adapted_data(source(slug), Changes(left_out=frozenset({each})), MOVEMENTS)
        for phase in _read(data).phases:
            named = [rule["then"].get("movement") for rule in phase.step_back]
            assert each not in named
            assert each not in [test.get("movement") for test in phase.progress["also"]]


def test_what_is_not_changed_leaves_the_file_of_the_library_as_it_is() -> None:
    text = library().programme_files["low-back"]
    assert ProgrammeFile.model_validate(json.loads(text)).to_json() == text
