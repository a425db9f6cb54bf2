"""The gate on one movement: every cell of the availability table, sides, the strongest wins."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.gated_session import programme_left
from fstpwa.domain.movement import Movement
from fstpwa.domain.safety import MIDDLE, SIDES, Verdict, availability, sides_of
from fstpwa.domain.standing import Condition
from tests.domain.health import condition, flags, movements_left

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
with (Path(__file__).parent / "availability.csv").open(newline="") as file:
    TABLE = list(csv.DictReader(file))
"""The clinical table: movements left, and in brackets how many of them in an easier version."""

FIVE_PEOPLE: dict[str, tuple[list[Condition], str]] = {
    "70, osteoporosis, high blood pressure, knee replacement, hard to get to the floor": (
        [
            condition("osteoporosis"),
            condition("high_bp_uncontrolled"),
            condition("knee_replacement"),
            condition("floor_difficulty"),
        ],
        "20 15 24 12 13 13 15 22 11 23",
    ),
    "55, fibromyalgia, blood thinner, less feeling in the feet": (
        [condition("bleeding_risk"), condition("reduced_sensation", "foot")],
        "17 14 19 9 10 11 12 16 11 19",
    ),
    "34, pregnant, hypermobile": (
        [condition("pregnancy"), condition("hypermobility")],
        "22 15 24 12 13 15 14 20 11 23",
    ),
    "45, ankle sprain yesterday, broken skin on the knee": (
        [condition("acute_injury_area", "calf_ankle"), condition("open_wound_area", "knee")],
        "21 14 20 6 13 13 10 12 3 17",
    ),
    "60, past breast cancer: nodes removed (chest, shoulder)": (
        [condition("lymphoedema_area", "chest", "shoulder")],
        "20 16 23 12 13 12 15 22 11 24",
    ),
}
"""Source: the clinical content's example people, worst case with both sides flagged."""


def cells(conditions: Iterable[Condition]) -> dict[str, str]:
    conditions = list(conditions)
    found = {}
    for slug, programme in PROGRAMMES.items():
        left = programme_left(programme, conditions, MOVEMENTS)
        found[slug] = f"{left.left} ({left.easier}e)" if left.easier else str(left.left)
    return found


def of_row(row: dict[str, str]) -> list[Condition]:
    if row["flag"] == "(no flag)":
        return []
    whole = row["region"] in ("whole body", "(all fixed)")
    return [condition(row["flag"], *([] if whole else [row["region"]]))]


def one_sided(found: Movement) -> bool:
    return found.sides == "left_right" and found.other_side_ok


ONE_SIDED = next(each for each in MOVEMENTS.values() if one_sided(each) and each.contact_regions)


def test_the_table_has_every_flag_in_every_place() -> None:
    assert len(TABLE) == 191
    assert {row["flag"] for row in TABLE} == {"(no flag)", *library().safety.flags}
    for flag in library().safety.flags.values():
        rows = [row for row in TABLE if row["flag"] == flag.id]
        assert len(rows) == (len(flag.regions) if flag.region_choice == "pick" else 1)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['flag']}-{row['region']}")
def test_every_cell_of_the_availability_table_is_met(row: dict[str, str]) -> None:
    expected = {slug: row[slug] for slug in PROGRAMMES}
    assert cells(of_row(row)) == expected


@pytest.mark.parametrize("person", FIVE_PEOPLE)
def test_five_people_with_several_flags_keep_what_the_clinical_content_counts(person: str) -> None:
    conditions, expected = FIVE_PEOPLE[person]
    left = [programme_left(each, conditions, MOVEMENTS).left for each in PROGRAMMES.values()]
    assert " ".join(map(str, left)) == expected


def test_nothing_said_leaves_every_movement_open() -> None:
    assert all(
        each.worst == Verdict.OPEN for each in movements_left(MOVEMENTS.values(), ()).values()
    )


def test_a_flag_on_one_side_leaves_the_other_where_it_may_go_alone() -> None:
    region = ONE_SIDED.contact_regions[0]
    found = availability(ONE_SIDED, [condition("open_wound_area", region, side="left")])
    assert (found.left, found.right) == (Verdict.HIDDEN, Verdict.OPEN)
    assert found.is_left
    assert found.best == Verdict.OPEN
    assert found.worst == Verdict.HIDDEN
    assert found.on("left") == Verdict.HIDDEN


def test_a_movement_that_needs_both_sides_is_out_for_a_flag_on_one() -> None:
    both = [each for each in MOVEMENTS.values() if not one_sided(each) and each.contact_regions]
    for movement in both:
        flag = condition("open_wound_area", movement.contact_regions[0], side="left")
        found = availability(movement, [flag])
        assert found.left == found.right


def test_loading_the_middle_of_the_body_counts_for_both_sides() -> None:
    counted = 0
    for movement in MOVEMENTS.values():
        for region in MIDDLE & set(movement.load_regions):
            flag = condition("fracture_area", region, side="right")
            if one_sided(movement) and "fracture_area" in movement.ask_first_if:
                assert availability(movement, [flag]).left == Verdict.LOCKED
                counted += 1
    assert counted


def test_pressing_the_middle_counts_for_the_side_that_is_pressed() -> None:
    movement = MOVEMENTS["flank-ball-wall"]
    found = availability(movement, [condition("open_wound_area", "low_back", side="right")])
    assert (found.left, found.right) == (Verdict.OPEN, Verdict.HIDDEN)


def test_a_flag_elsewhere_does_nothing() -> None:
    found = availability(MOVEMENTS["foot-ball-roll"], [condition("fracture_area", "jaw")])
    assert found.worst == Verdict.OPEN
    assert found.because == ()


def test_a_flag_that_acts_by_pressing_alone_spares_what_only_stretches() -> None:
    movement = MOVEMENTS["straight-knee-calf-stretch"]
    assert "calf_ankle" in movement.load_regions
    assert availability(movement, [condition("varicose_area", "calf_ankle")]).worst == Verdict.OPEN


def test_the_strongest_of_several_counts_and_is_named_first() -> None:
    movement = MOVEMENTS["calf-foam-roll"]
    easier = condition("hypermobility")
    locked = condition("bleeding_risk")
    hidden = condition("dvt_suspected")
    found = availability(movement, [easier, locked, hidden])
    assert found.worst == Verdict.HIDDEN
    assert found.because[0] == hidden
    assert availability(movement, [easier, locked]).worst == Verdict.LOCKED


def test_what_waits_for_a_clinician_is_locked_instead_of_hidden() -> None:
    movement = MOVEMENTS["calf-foam-roll"]
    found = availability(movement, [condition("dvt_suspected", waits=True)])
    assert found.worst == Verdict.LOCKED


def test_an_unlocked_flag_still_softens() -> None:
    softened = [
        movement
        for movement in MOVEMENTS.values()
        if "osteoporosis" in movement.modify_if
        and availability(movement, [condition("osteoporosis", lifted=True)]).worst == Verdict.EASIER
    ]
    assert softened
    locked = [each for each in MOVEMENTS.values() if "osteoporosis" in each.ask_first_if]
    for movement in locked:
        lifted = availability(movement, [condition("osteoporosis", lifted=True)])
        assert lifted.worst <= Verdict.EASIER


def test_a_report_locks_its_movements_by_name() -> None:
    report = Condition(
        key="report:1",
        question=None,
        flag=None,
        regions=frozenset(),
        side="both",
        since=condition("pregnancy").since,
        whole_plan=None,
        movements=frozenset({"neck-turns"}),
    )
    assert availability(MOVEMENTS["neck-turns"], [report]).best == Verdict.LOCKED
    assert availability(MOVEMENTS["cat-cow"], [report]).worst == Verdict.OPEN


def test_no_choice_of_a_side_is_both() -> None:
    assert sides_of(None) == sides_of("both") == SIDES
    assert sides_of("left") == ("left",)


@settings(max_examples=150, deadline=None)
@given(st.lists(flags, max_size=4), flags)
def test_one_more_yes_never_opens_a_movement(said: list[Condition], more: Condition) -> None:
    before = movements_left(MOVEMENTS.values(), said)
    after = movements_left(MOVEMENTS.values(), [*said, more])
    for slug, found in before.items():
        assert after[slug].left >= found.left
        assert after[slug].right >= found.right


@settings(max_examples=100, deadline=None)
@given(
    st.lists(flags, max_size=5).flatmap(
        lambda each: st.tuples(st.just(each), st.permutations(each))
    )
)
def test_the_order_of_what_holds_does_not_matter(
    two: tuple[list[Condition], list[Condition]],
) -> None:
    one, other = (movements_left(MOVEMENTS.values(), each) for each in two)
    for slug, found in one.items():
        assert (found.left, found.right) == (other[slug].left, other[slug].right)
        assert set(found.because) == set(other[slug].because)


@settings(max_examples=100, deadline=None)
@given(st.lists(flags, max_size=4))
def test_a_flag_of_the_other_side_leaves_this_one_where_it_may(said: list[Condition]) -> None:
    areas = [each for each in said if each.flag is not None and each.flag.ask_side]
    rights = [condition(each.key, *each.regions, side="right") for each in areas]
    middle = {"jaw", "neck", "upper_back", "chest", "abdomen", "low_back"}
    for movement in MOVEMENTS.values():
        if one_sided(movement) and not middle & set(movement.load_regions):
            assert availability(movement, rights).left == Verdict.OPEN
