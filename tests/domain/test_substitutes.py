"""What stands in for a movement that is out."""

from collections.abc import Collection
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.planning import planned_items
from fstpwa.domain.safety import Verdict, availability
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import Condition
from fstpwa.domain.substitutes import Substitutes
from fstpwa.domain.variants import item_block
from tests.domain.health import REGIONS, condition, flags

MOVEMENTS = library().movements
PROGRAMMES = library().programmes


def item_of(slug: str, side: str | None = None) -> PlannedItem:
    movement = MOVEMENTS[slug]
    if movement.sides == "left_right" and side is None:
        side = "both"
    return PlannedItem(
        id="3",
        slug=slug,
        priority="core",
        dose=movement.dose,
        easier_dose=movement.easier.dose,
        side=side,  # type: ignore[arg-type]  # a side
        note="About the original.",
    )


def without(slug: str) -> Condition:
    """Something that locks one movement and nothing else."""
    return replace(condition("pregnancy"), key="1", flag=None, movements=frozenset({slug}))


def reported(slug: str, regions: Collection[str] = ()) -> Condition:
    """A report that locks one movement."""
    return replace(without(slug), key="report:1", question=None, regions=frozenset(regions))


def stand_in(
    slug: str,
    *conditions: Condition,
    programme: str = "neck-and-desk",
    side: str | None = None,
    beside: tuple[str, ...] = (),
) -> PlannedItem | None:
    substitutes = Substitutes(PROGRAMMES[programme], MOVEMENTS, conditions, {slug, *beside})
    return substitutes.take(item_of(slug, side))


def test_the_movement_that_the_content_names_stands_in_in_its_easier_version() -> None:
    found = stand_in("upper-trap-ball-wall", without("upper-trap-ball-wall"))
    assert found is not None
    assert found.slug == MOVEMENTS["upper-trap-ball-wall"].easier.instead == "shoulder-rolls"
    assert found.softened
    assert found.dose == MOVEMENTS["shoulder-rolls"].dose
    assert found.id == "3"
    assert found.priority == "core"
    assert found.note == ""
    assert found.side is None


def test_the_named_movement_is_passed_over_if_it_is_out_or_there_already() -> None:
    instead = MOVEMENTS["upper-trap-ball-wall"].easier.instead or ""
    locked = replace(without(instead), key="report:2")
    for found in (
        stand_in("upper-trap-ball-wall", without("upper-trap-ball-wall"), locked),
        stand_in("upper-trap-ball-wall", without("upper-trap-ball-wall"), beside=(instead,)),
    ):
        assert found is None or found.slug != instead


def test_the_named_movement_is_done_on_the_sides_that_are_open() -> None:
    slug, instead = "calf-foam-roll", "ankle-circles"
    assert MOVEMENTS[slug].easier.instead == instead
    assert MOVEMENTS[instead].other_side_ok
    only_left_hurts = condition("recent_surgery_area", "foot", side="left")
    assert availability(MOVEMENTS[instead], [only_left_hurts]).left == Verdict.LOCKED
    found = stand_in(slug, without(slug), only_left_hurts, programme="athlete-recovery")
    assert found is not None
    assert (found.slug, found.side) == (instead, "right")
    # Planned for the closed side alone, the named one is no help.
    one_sided = stand_in(
        slug, without(slug), only_left_hurts, programme="athlete-recovery", side="left"
    )
    assert one_sided is None or one_sided.slug != instead


def test_two_movements_of_a_session_never_get_the_same_stand_in() -> None:
    conditions = [without("cross-body-stretch")]
    substitutes = Substitutes(PROGRAMMES["shoulder-mobility"], MOVEMENTS, conditions, set())
    first = substitutes.take(item_of("cross-body-stretch"))
    second = substitutes.take(item_of("towel-behind-back"))
    assert first is not None
    assert second is None or second.slug != first.slug


def test_without_a_fitting_movement_nothing_stands_in() -> None:
    everything = replace(without("x"), movements=frozenset(MOVEMENTS))
    assert stand_in("neck-turns", everything) is None


def test_a_retired_movement_never_stands_in() -> None:
    slug = "upper-trap-ball-wall"
    retired = {each.slug: replace(each, retired=True) for each in MOVEMENTS.values()}
    substitutes = Substitutes(PROGRAMMES["neck-and-desk"], retired, [without(slug)], {slug})
    assert substitutes.take(item_of(slug)) is None


def test_the_content_keeps_most_sessions_whole_when_one_movement_is_out() -> None:
    lines = {
        (programme.slug, line.slug)
        for programme in PROGRAMMES.values()
        for phase in programme.phases
        for session in phase.sessions
        for line in session.movements
    }
    replaced = [
        slug for programme, slug in lines if stand_in(slug, without(slug), programme=programme)
    ]
    assert len(replaced) > len(lines) * 0.6


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=lambda each: each.slug)
@settings(max_examples=25, deadline=None)
@given(conditions=st.lists(flags, max_size=3))
def test_a_stand_in_that_the_content_does_not_name_is_alike_and_no_harder(
    programme, conditions
) -> None:
    owned = {
        thing
        for session in [*(s for p in programme.phases for s in p.sessions), programme.flare_session]
        for line in session.movements
        for thing in MOVEMENTS[line.slug].equipment
    } | {"none"}
    phase = programme.phases[0]
    for item in planned_items(programme, phase, phase.sessions[0], 0, None, MOVEMENTS):
        original = MOVEMENTS[item.slug]
        substitutes = Substitutes(programme, MOVEMENTS, conditions, {item.slug})
        found = substitutes.take(item)
        if found is None:
            continue
        movement = MOVEMENTS[found.slug]
        assert found.softened
        assert availability(movement, conditions).is_left
        if found.slug == original.easier.instead:
            continue
        assert movement.kind == original.kind
        assert original.regions[0] in movement.regions
        assert set(movement.serves) & set(programme.serves)
        assert set(movement.equipment) <= owned
        assert original.floor_or_bed_needed or not movement.floor_or_bed_needed
        assert availability(movement, conditions).worst == Verdict.OPEN
        planned_s = item_block(item, MOVEMENTS, easier=False).duration_s
        assert item_block(found, MOVEMENTS, easier=False).duration_s <= planned_s


REPORTS = st.builds(
    reported,
    st.sampled_from(sorted(MOVEMENTS)),
    st.sets(st.sampled_from(REGIONS), max_size=3),
)


def touches(movement) -> set[str]:
    return {*movement.contact_regions, *movement.load_regions}


@settings(max_examples=200, deadline=None)
@given(report=REPORTS, programme=st.sampled_from(sorted(PROGRAMMES)))
def test_what_went_wrong_is_never_replaced_in_the_same_place(report, programme) -> None:
    (slug,) = report.movements
    found = stand_in(slug, report, programme=programme)
    sore = report.regions or touches(MOVEMENTS[slug])
    assert found is None or not touches(MOVEMENTS[found.slug]) & sore


def test_a_low_back_that_hurt_is_not_turned_in_another_way() -> None:
    report = reported("pelvic-tilt", ["low_back"])
    found = stand_in("pelvic-tilt", report, programme="low-back")
    assert found is None or "low_back" not in touches(MOVEMENTS[found.slug])
