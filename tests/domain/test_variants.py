"""Variants: the ways to do a planned session."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.dose import easier_dose
from fstpwa.domain.planning import flare_items, planned_items
from fstpwa.domain.session import Part, PlannedItem, Variant
from fstpwa.domain.timeline import DEFAULT_PACE, Pace, minutes, total_s
from fstpwa.domain.variants import item_block, label, usual_s, variants

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
PACES = st.builds(
    Pace,
    get_ready_s=st.integers(0, 20),
    transition_s=st.integers(0, 60),
    least_rest_s=st.integers(0, 60),
)
PRIORITIES = ("core", "useful", "optional")


def item(number: int, slug: str, priority: str, side: str = "both") -> PlannedItem:
    movement = MOVEMENTS[slug]
    return PlannedItem(
        id=str(number),
        slug=slug,
        priority=priority,
        dose=movement.dose,
        easier_dose=easier_dose(movement.dose, movement.easier.dose),
        side=side if movement.sides == "left_right" else None,
    )


@st.composite
def sessions(draw: st.DrawFn) -> list[PlannedItem]:
    slugs = draw(st.lists(st.sampled_from(list(MOVEMENTS)), min_size=1, max_size=10))
    return [
        item(
            number, slug, draw(st.sampled_from(PRIORITIES)), draw(st.sampled_from(["left", "both"]))
        )
        for number, slug in enumerate(slugs, start=1)
    ]


def by_name(items: Sequence[PlannedItem], pace: Pace = DEFAULT_PACE) -> dict[str, Variant]:
    return {variant.name: variant for variant in variants(items, (), MOVEMENTS, pace)}


@settings(max_examples=60)
@given(sessions(), PACES)
def test_the_usual_variant_is_everything_in_order(items, pace):
    assert by_name(items, pace)["usual"].parts == tuple(
        Part(item=i.id, easier=False) for i in items
    )


@settings(max_examples=60)
@given(sessions(), PACES)
def test_the_usual_seconds_alone_are_those_of_the_usual_variant(items, pace):
    assert usual_s(items, MOVEMENTS, pace) == by_name(items, pace)["usual"].total_s


@settings(max_examples=60)
@given(sessions(), PACES)
def test_the_easier_variant_is_everything_and_never_longer(items, pace):
    offered = by_name(items, pace)
    assert offered["easier"].parts == tuple(Part(item=i.id, easier=True) for i in items)
    assert offered["easier"].total_s <= offered["usual"].total_s


@settings(max_examples=60)
@given(sessions(), PACES)
def test_a_shorter_variant_is_a_part_of_the_longer_one_and_keeps_the_core(items, pace):
    offered = by_name(items, pace)
    core = {i.id for i in items if i.priority == "core"}
    longer = offered["usual"].parts
    for name in ("ten", "five"):
        if name in offered:
            parts = offered[name].parts
            assert parts == tuple(part for part in longer if part in parts)
            assert core <= {part.item for part in parts}
            assert parts
            longer = parts


@settings(max_examples=60)
@given(sessions(), PACES)
def test_a_useful_movement_goes_only_after_every_optional_one(items, pace):
    rank = {i.id: PRIORITIES.index(i.priority) for i in items}
    for name, variant in by_name(items, pace).items():
        if name in ("ten", "five"):
            kept = {part.item for part in variant.parts}
            least_important_kept = max(rank[each] for each in kept)
            assert all(rank[i.id] >= least_important_kept for i in items if i.id not in kept)


@settings(max_examples=60)
@given(sessions(), PACES)
def test_a_shorter_variant_is_short_enough_or_has_nothing_left_to_drop(items, pace):
    rank = {i.id: i.priority for i in items}
    for name, most in (("ten", 10), ("five", 5)):
        variant = by_name(items, pace).get(name)
        if variant is not None and minutes(variant.total_s) > most:
            left = [rank[part.item] for part in variant.parts]
            assert set(left) == {"core"} or len(left) == 1


@settings(max_examples=60)
@given(sessions(), PACES)
def test_each_shorter_variant_saves_at_least_a_minute(items, pace):
    offered = by_name(items, pace)
    shown = [minutes(offered[name].total_s) for name in ("usual", "ten", "five") if name in offered]
    assert all(after <= before - 1 for before, after in pairwise(shown))


@settings(max_examples=60)
@given(sessions(), PACES)
def test_a_total_is_the_sum_of_its_parts(items, pace):
    planned = {i.id: i for i in items}
    for variant in variants(items, (), MOVEMENTS, pace):
        blocks = (
            item_block(planned[part.item], MOVEMENTS, pace, easier=part.easier)
            for part in variant.parts
        )
        assert variant.total_s == total_s(blocks)


def test_the_last_of_the_least_important_movements_goes_first():
    items = [
        item(1, "paced-breathing-sitting", "optional"),
        item(2, "neck-turns", "core"),
        item(3, "paced-breathing-sitting", "useful"),
        item(4, "legs-up-rest", "optional"),
    ]
    offered = by_name(items)
    assert [part.item for part in offered["usual"].parts] == ["1", "2", "3", "4"]
    assert [part.item for part in offered["ten"].parts] == ["2", "3"]
    assert [part.item for part in offered["five"].parts] == ["2"]


def test_of_two_equally_important_movements_the_later_one_goes():
    items = [
        item(1, "legs-up-rest", "optional"),
        item(2, "paced-breathing-sitting", "core"),
        item(3, "legs-up-rest", "optional"),
    ]
    assert [part.item for part in by_name(items)["ten"].parts] == ["1", "2"]


def test_a_saving_that_does_not_show_in_minutes_is_not_offered():
    long, short = item(1, "legs-up-rest", "core"), item(2, "legs-up-rest", "optional")
    items = [
        replace(long, dose=long.dose.with_changes(seconds=680)),
        replace(short, dose=short.dose.with_changes(seconds=10)),
    ]
    assert by_name(items)["usual"].total_s == 720
    assert "ten" not in by_name(items)


def test_a_session_of_one_optional_movement_is_never_emptied():
    items = [item(1, "frozen-bottle-roll", "optional")]
    assert set(by_name(items)) == {"usual", "easier"}


def test_a_short_session_is_offered_no_shorter_one():
    items = [item(1, "neck-turns", "optional"), item(2, "shoulder-rolls", "core")]
    assert set(by_name(items)) == {"usual", "easier"}


def test_a_flare_day_takes_the_easier_version_where_it_is_smaller():
    programme = PROGRAMMES["jaw-ease"]
    flare = flare_items(programme, None, MOVEMENTS)
    (variant,) = variants((), flare, MOVEMENTS)
    assert variant.name == "flare"
    assert variant.parts == tuple(
        Part(item=each.id, easier=each.easier_dose != each.dose) for each in flare
    )
    assert any(part.easier for part in variant.parts)


@settings(max_examples=60)
@given(sessions(), PACES, st.data())
def test_a_softened_item_plays_its_easier_version_in_every_variant(items, pace, data):
    chosen = data.draw(st.sets(st.sampled_from([i.id for i in items])))
    items = [replace(i, softened=i.id in chosen) for i in items]
    offered = variants(items, items, MOVEMENTS, pace)
    for variant in offered:
        assert all(part.easier for part in variant.parts if part.item in chosen)
    assert usual_s(items, MOVEMENTS, pace) == offered[0].total_s
    for i in items:
        if i.softened:
            usual = item_block(i, MOVEMENTS, pace, easier=False)
            assert usual == item_block(i, MOVEMENTS, pace, easier=True)


def test_a_session_that_is_wholly_softened_is_as_long_as_its_easier_version():
    items = [item(1, "upper-trap-stretch", "core"), item(2, "neck-turns", "useful")]
    easier = by_name(items)["easier"]
    softened = by_name([replace(i, softened=True) for i in items])
    assert softened["usual"].total_s == easier.total_s
    assert softened["usual"].parts == easier.parts


def test_there_is_no_flare_variant_without_flare_items():
    assert "flare" not in by_name([item(1, "neck-turns", "core")])


def test_labels_are_for_people():
    programme = PROGRAMMES["neck-and-desk"]
    phase = programme.phases[1]
    items = planned_items(programme, phase, phase.sessions[0], 0, None, MOVEMENTS)
    offered = variants(items, flare_items(programme, None, MOVEMENTS), MOVEMENTS)
    assert [(label(each), minutes(each.total_s)) for each in offered] == [
        ("Usual", 16),
        ("Easier", 11),
        ("Shorter", 9),
        ("Shortest", 7),
        ("Flare day", 6),
    ]


@pytest.mark.parametrize("slug", list(PROGRAMMES))
def test_every_programme_session_has_a_usual_an_easier_and_a_flare_variant_unless_that_is_longer(
    slug,
):
    programme = PROGRAMMES[slug]
    flare = flare_items(programme, "both", MOVEMENTS)
    for phase in programme.phases:
        for template in phase.sessions:
            items = planned_items(programme, phase, template, 0, "both", MOVEMENTS)
            names = [each.name for each in variants(items, flare, MOVEMENTS)]
            offered = {each.name: each for each in variants(items, flare, MOVEMENTS)}
            assert names[:2] == ["usual", "easier"]
            if "flare" in offered:
                assert names[-1] == "flare"
                assert offered["flare"].total_s <= offered["usual"].total_s
            else:
                assert template.session_minutes <= programme.flare_session.session_minutes
