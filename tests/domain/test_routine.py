"""Routines: what may be saved, what is stored, how it is planned, what differs."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.content.programme_files import ProgrammeFile
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.planning import planned_items
from fstpwa.domain.prescription import routine_data
from fstpwa.domain.routine import (
    EMPTY,
    MOST_MOVEMENTS,
    NEEDS_A_NAME,
    NO_FLARE,
    NO_SIDES,
    NOTE_TOO_LONG,
    NUMBERS,
    RANGES,
    RETIRED,
    TOO_MANY,
    UNKNOWN,
    RoutineDraft,
    RoutineLine,
    differences,
    lean,
    library_dose,
    problems,
    read_lines,
    routine_items,
    session_movement,
    stored_lines,
    suggested_flare,
)
from fstpwa.domain.timeline import total_s
from fstpwa.domain.variants import item_block, usual_s

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
HELD = "upper-trap-stretch"
REPEATED = "neck-turns"
TIMED = "belly-breathing-lying"


def draft(*lines: RoutineLine, **changes) -> RoutineDraft:
    """A routine that can be saved but for the changes."""
    made = RoutineDraft(name="Neck", lines=lines, flare_from="neck-and-desk")
    return replace(made, **changes)


def words(of: RoutineDraft) -> list[str]:
    return [problem.words for problem in problems(of, MOVEMENTS, PROGRAMMES)]


@st.composite
def usable_lines(draw) -> RoutineLine:
    """Any line without a problem."""
    movement = MOVEMENTS[draw(st.sampled_from(sorted(MOVEMENTS)))]
    numbers = {
        name: draw(st.none() | st.sampled_from(RANGES[name]))
        for name in NUMBERS[movement.dose.mode]
    }
    side = draw(st.sampled_from((None, "left", "right", "both")))
    return RoutineLine(
        slug=movement.slug,
        side=side if movement.sides == "left_right" else None,
        note=draw(st.sampled_from(("", "Slowly.", "  \u2019"))),
        easier=draw(st.booleans()),
        **numbers,
    )


# On a busy machine drawing lines of a real library counts as slow.
unhurried = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@unhurried
@given(st.lists(usable_lines(), max_size=5))
def test_what_is_stored_is_read_back_as_it_was(lines) -> None:
    assert read_lines(stored_lines(lines)) == tuple(lines)


@unhurried
@given(st.lists(usable_lines(), min_size=1, max_size=5))
def test_a_usable_routine_is_planned_and_each_second_of_it_counts(lines) -> None:
    items = routine_items(lines, MOVEMENTS)
    blocks = [item_block(item, MOVEMENTS, easier=False) for item in items]
    assert [item.slug for item in items] == [line.slug for line in lines]
    assert total_s(blocks) == usual_s(items, MOVEMENTS) > 0


@unhurried
@given(usable_lines())
def test_leaving_out_what_is_the_librarys_changes_nothing_of_what_is_done(line) -> None:
    short = lean(line, MOVEMENTS[line.slug])
    assert routine_items([short], MOVEMENTS) == routine_items([line], MOVEMENTS)
    assert lean(short, MOVEMENTS[line.slug]) == short


@unhurried
@given(usable_lines(), st.sampled_from(sorted(RANGES)), st.integers(-5, 10_000))
def test_a_number_is_taken_just_where_it_is_in_its_range(line, name, number) -> None:
    movement = MOVEMENTS[line.slug]
    changed = replace(line, **{name: number})
    found = problems(draft(changed), MOVEMENTS, PROGRAMMES)
    is_fine = name in NUMBERS[movement.dose.mode] and number in RANGES[name]
    at_the_field = [problem for problem in found if problem.field == name]
    assert bool(at_the_field) is not is_fine
    assert all(problem.line == 0 for problem in at_the_field)


@unhurried
@given(st.lists(usable_lines(), min_size=1, max_size=4), st.sampled_from(("left", "both")))
def test_what_is_given_is_what_the_builder_and_the_preview_show(lines, side) -> None:
    shown = routine_items(lines, MOVEMENTS, side)
    data = routine_data(
        "routine-1",
        "Neck",
        lines,
        days_per_week=3,
        times_per_day=1,
        length_s=usual_s(shown, MOVEMENTS),
        source=json.loads(library().programme_files["neck-and-desk"]),
        movements=MOVEMENTS,
    )
    given_as = ProgrammeFile.model_validate(data).to_domain()
    phase = given_as.phases[0]
    assert planned_items(given_as, phase, phase.sessions[0], 0, side, MOVEMENTS) == shown


def test_every_dose_of_the_library_can_be_typed_in() -> None:
    for movement in MOVEMENTS.values():
        for easier in (False, True):
            dose = library_dose(movement, easier=easier)
            numbers = {name: getattr(dose, name) for name in NUMBERS[movement.dose.mode]}
            line = RoutineLine(slug=movement.slug, easier=easier, **numbers)
            assert words(draft(line)) == [], movement.slug
            assert stored_lines([lean(line, movement)])[0].keys() <= {"slug", "easier"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (draft(RoutineLine(slug=REPEATED), name=""), NEEDS_A_NAME),
        (draft(), EMPTY),
        (draft(*[RoutineLine(slug=REPEATED)] * (MOST_MOVEMENTS + 1)), TOO_MANY),
        (draft(RoutineLine(slug="no-such")), UNKNOWN),
        (draft(RoutineLine(slug=REPEATED, side="left")), NO_SIDES),
        (draft(RoutineLine(slug=HELD, side="up")), NO_SIDES),
        (draft(RoutineLine(slug=REPEATED, note="a" * 201)), NOTE_TOO_LONG),
        (draft(RoutineLine(slug=REPEATED), flare_from="no-such"), NO_FLARE),
        (draft(RoutineLine(slug=HELD, hold_s=4)), "Give a whole number from 5 to 120."),
        (draft(RoutineLine(slug=TIMED, seconds=601)), "Give a whole number from 10 to 600."),
    ],
)
def test_what_cannot_be_saved_is_said_in_words(wrong, said) -> None:
    assert words(wrong) == [said]


def test_letters_are_counted() -> None:
    line = RoutineLine(slug=REPEATED)
    assert words(draft(line, name="a" * 80, purpose="b" * 400)) == []
    assert len(words(draft(line, name="a" * 81, purpose="b" * 401))) == 2


def test_a_retired_movement_is_not_given_to_anybody_any_more() -> None:
    retired = {**MOVEMENTS, REPEATED: replace(MOVEMENTS[REPEATED], retired=True)}
    found = problems(draft(RoutineLine(slug=REPEATED)), retired, PROGRAMMES)
    assert [(problem.words, problem.line) for problem in found] == [(RETIRED, 0)]


def test_a_routine_of_hours_is_refused_with_its_minutes() -> None:
    line = RoutineLine(slug=TIMED, seconds=600, sets=10)
    assert words(draft(line)) == [
        f"That takes {-(-usual_s(routine_items([line], MOVEMENTS), MOVEMENTS) // 60)} minutes. "
        "A routine has at most 90."
    ]


def test_what_nobody_wrote_cannot_be_read() -> None:
    with pytest.raises(InvalidValue):
        read_lines([{"slug": REPEATED, "weight": 5}])


def test_the_easier_version_is_what_is_done_in_every_version() -> None:
    [item] = routine_items([RoutineLine(slug=HELD, easier=True)], MOVEMENTS)
    assert item.softened
    assert item.dose == item.easier_dose == library_dose(MOVEMENTS[HELD], easier=True)


@pytest.mark.parametrize(
    ("line_side", "chosen", "done"),
    [("both", "left", "both"), ("right", "left", "right"), (None, "left", "left")],
)
def test_a_side_of_the_line_counts_before_the_one_chosen_later(line_side, chosen, done) -> None:
    [item] = routine_items([RoutineLine(slug=HELD, side=line_side)], MOVEMENTS, chosen)
    assert item.side == done


def test_a_line_keeps_its_note_and_rest_in_a_session() -> None:
    line = session_movement(RoutineLine(slug=HELD, note="Slowly.", rest_s=20))
    assert (line.note, line.rest_s, line.priority) == ("Slowly.", 20, "useful")


@pytest.mark.parametrize(
    ("slugs", "programme"),
    [
        ([REPEATED, "shoulder-rolls"], "neck-and-desk"),
        (["plantar-fascia-stretch", "ankle-circles"], "plantar-heel"),
        (["no-such"], "neck-and-desk"),
        ([], "neck-and-desk"),
    ],
)
def test_the_flare_day_session_fits_the_movements(slugs, programme) -> None:
    on_offer = library().programmes_on_offer()
    assert suggested_flare(slugs, MOVEMENTS, on_offer) == programme


NAMES = {"a": "Ankle", "b": "Belly", "c": "Chin"}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("ab", "ab", ()),
        ("ab", "abc", ("Added: Chin.",)),
        ("abc", "ac", ("Taken out: Belly.",)),
        ("ab", "ba", ("The order is another one.",)),
        ("ab", "bc", ("Added: Chin.", "Taken out: Ankle.")),
        ("aa", "a", ("Taken out: Ankle.",)),
    ],
)
def test_what_differs_between_two_versions_is_said(before, after, said) -> None:
    old, new = ([RoutineLine(slug=slug) for slug in each] for each in (before, after))
    assert differences(old, new, NAMES) == said


def test_another_dose_is_a_change() -> None:
    said = differences([RoutineLine(slug="a")], [RoutineLine(slug="a", reps=3)], NAMES)
    assert said == ("Changed: Ankle.",)
