"""A planned session after the gate: what is left of it, what stands in, what is said about it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.gated_session import GatedSession, gated, programme_left
from fstpwa.domain.planning import flare_items, planned_items
from fstpwa.domain.programme import Programme
from fstpwa.domain.safety import Verdict, availability, sides_of
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import Condition, standing
from fstpwa.domain.variants import usual_s, variants
from tests.domain.health import SAFETY, condition, flags, histories, on

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
SESSIONS = [
    (programme, phase, session)
    for programme in PROGRAMMES.values()
    for phase in programme.phases
    for session in phase.sessions
]


def session_of(programme: str, phase: str, session: str, side: str = "both") -> list[PlannedItem]:
    found = PROGRAMMES[programme]
    in_phase = found.phase(phase)
    (template,) = [each for each in in_phase.sessions if each.id == session]
    return list(planned_items(found, in_phase, template, 0, side, MOVEMENTS))  # type: ignore[arg-type]  # a side


def gate(
    items: Sequence[PlannedItem], conditions: Iterable[Condition], programme: str = "neck-and-desk"
) -> GatedSession:
    return gated(items, conditions, PROGRAMMES[programme], MOVEMENTS)


def item_of(slug: str, *, side: str | None = None, priority: str = "core") -> PlannedItem:
    movement = MOVEMENTS[slug]
    return PlannedItem(
        id="1",
        slug=slug,
        priority=priority,  # type: ignore[arg-type]  # one of three
        dose=movement.dose,
        easier_dose=movement.easier.dose,
        side=side,  # type: ignore[arg-type]  # a side
        changes_level=movement.floor_or_bed_needed,
    )


def assert_nothing_forbidden(found: GatedSession, conditions: Sequence[Condition]) -> None:
    """Nothing hidden or locked is in it, and what has to be easier is."""
    for item in found.items:
        left = availability(MOVEMENTS[item.slug], conditions)
        for side in sides_of(item.side):
            assert left.on(side) <= Verdict.EASIER, (item.slug, side)
            assert left.on(side) == Verdict.OPEN or item.softened


# One session


def test_without_conditions_a_session_stays_as_it_was_planned() -> None:
    for programme, phase, session in SESSIONS:
        items = planned_items(programme, phase, session, 0, None, MOVEMENTS)
        found = gated(items, (), programme, MOVEMENTS)
        assert found.items == items
        assert found.left_out == found.softened == ()
        assert found.has_core


def test_what_is_hidden_or_locked_is_left_out_and_says_why() -> None:
    flag = condition("acute_injury_area", "neck")
    found = gate(session_of("neck-and-desk", "settle", "main"), [flag])
    out = {each.slug: each for each in found.left_out}
    assert out
    for slug, each in out.items():
        assert slug not in {item.slug for item in found.items}
        assert each.verdict == Verdict.HIDDEN
        assert each.because == (flag,)
        assert each.side is None


def test_only_what_leaves_it_out_is_named_as_the_reason() -> None:
    hides, softens = condition("dvt_suspected"), condition("hypermobility")
    movement = MOVEMENTS["calf-foam-roll"]
    assert "hypermobility" in movement.modify_if
    found = gate([item_of("calf-foam-roll", side="both")], [softens, hides], "athlete-recovery")
    assert found.left_out[0].because == (hides,)


def test_one_side_stays_where_it_may_go_alone() -> None:
    flag = condition("open_wound_area", "calf_ankle", side="left")
    found = gate([item_of("calf-foam-roll", side="both")], [flag], "athlete-recovery")
    assert [(item.slug, item.side) for item in found.items] == [("calf-foam-roll", "right")]
    (out,) = found.left_out
    assert (out.slug, out.side, out.instead) == ("calf-foam-roll", "left", None)
    assert out.because == (flag,)
    assert found.has_core


def test_a_movement_planned_for_the_closed_side_alone_is_left_out_as_a_whole() -> None:
    flag = condition("open_wound_area", "calf_ankle", side="left")
    found = gate([item_of("calf-foam-roll", side="left")], [flag], "athlete-recovery")
    assert "calf-foam-roll" not in {item.slug for item in found.items}
    assert found.left_out[0].side is None
    other = gate([item_of("calf-foam-roll", side="right")], [flag], "athlete-recovery")
    assert [item.side for item in other.items] == ["right"]
    assert other.left_out == ()


def test_softening_on_one_side_softens_the_whole_and_elsewhere_nothing() -> None:
    slug = next(
        each.slug
        for each in MOVEMENTS.values()
        if each.other_side_ok
        and "reduced_sensation" in each.modify_if
        and "foot" in each.contact_regions + each.load_regions
    )
    flag = condition("reduced_sensation", "foot", side="left")
    both = gate([item_of(slug, side="both")], [flag], "plantar-heel")
    assert [item.softened for item in both.items] == [True]
    assert both.items[0].side == "both"
    assert [(each.slug, each.because) for each in both.softened] == [(slug, (flag,))]
    right = gate([item_of(slug, side="right")], [flag], "plantar-heel")
    assert [item.softened for item in right.items] == [False]


def test_what_was_softened_stays_softened() -> None:
    item = replace(item_of("neck-turns"), softened=True)
    assert gate([item], ()).items == (item,)


def test_a_softened_movement_is_easier_in_every_variant() -> None:
    items = session_of("neck-and-desk", "build", "main")
    found = gate(items, [condition("hypermobility")])
    softened = {item.id for item in found.items if item.softened}
    assert softened
    for variant in variants(found.items, found.items, MOVEMENTS):
        assert all(part.easier for part in variant.parts if part.item in softened)
    usual = variants(found.items, (), MOVEMENTS)[0]
    assert usual_s(found.items, MOVEMENTS) == usual.total_s
    assert usual.total_s < usual_s(items, MOVEMENTS)


def test_a_stale_movement_that_was_retired_passes_the_same_gate() -> None:
    retired = {**MOVEMENTS, "neck-turns": replace(MOVEMENTS["neck-turns"], retired=True)}
    flag = condition("acute_injury_area", "neck")
    found = gated([item_of("neck-turns")], [flag], PROGRAMMES["neck-and-desk"], retired)
    assert "neck-turns" not in {item.slug for item in found.items}


def test_getting_down_and_up_is_counted_over_what_is_left() -> None:
    for programme, phase, session in SESSIONS:
        items = planned_items(programme, phase, session, 0, None, MOVEMENTS)
        found = gated(items, [condition("acute_injury_area", "neck")], programme, MOVEMENTS)
        low = False
        for item in found.items:
            needs = MOVEMENTS[item.slug].floor_or_bed_needed
            assert item.changes_level == (needs != low)
            low = needs


def test_a_session_without_its_core_says_so() -> None:
    falls = condition("falls_risk")
    items = session_of("balance-and-gait", "secure", "main")
    found = gate(items, [falls], "balance-and-gait")
    core = [item for item in found.items if item.priority == "core"]
    assert found.has_core == bool(core)
    only_useful = [replace(item, priority="useful") for item in items]
    assert gate(only_useful, ()).has_core
    assert not gate([], ()).has_core


def test_an_emptied_session_has_nothing_and_names_everything() -> None:
    report = replace(
        condition("pregnancy"), key="report:1", flag=None, movements=frozenset(MOVEMENTS)
    )
    items = session_of("low-back", "calm", "main")
    found = gate(items, [report], "low-back")
    assert found.items == ()
    assert [each.slug for each in found.left_out] == [item.slug for item in items]
    assert {each.verdict for each in found.left_out} == {Verdict.LOCKED}
    assert not found.has_core


# Programmes


def test_a_programme_left_alone_is_whole() -> None:
    for programme in PROGRAMMES.values():
        left = programme_left(programme, (), MOVEMENTS)
        assert left.left == left.of
        assert left.easier == 0
        assert left.out == left.one_side == left.sessions_without_core == ()


def test_what_is_out_of_a_programme_says_why_and_one_side_is_told_apart() -> None:
    left_foot = condition("open_wound_area", "foot", side="left")
    left = programme_left(PROGRAMMES["plantar-heel"], [left_foot], MOVEMENTS)
    assert left.one_side
    assert {each.side for each in left.one_side} == {"left"}
    assert {each.because for each in (*left.out, *left.one_side)} == {(left_foot,)}
    both = condition("open_wound_area", "foot")
    whole = programme_left(PROGRAMMES["plantar-heel"], [both], MOVEMENTS)
    assert whole.left + len(whole.out) == whole.of
    assert whole.one_side == ()
    assert ("ease", "morning") in whole.sessions_without_core
    # A session that never had a core movement lost none.
    assert ("ease", "comfort") not in whole.sessions_without_core


# Whatever was said


@st.composite
def planned(draw: st.DrawFn) -> tuple[Programme, list[PlannedItem], list[PlannedItem]]:
    programme, phase, session = draw(st.sampled_from(SESSIONS))
    step = draw(st.integers(0, 3))
    side = draw(st.sampled_from(["left", "right", "both", None]))
    usual = planned_items(programme, phase, session, step, side, MOVEMENTS)
    return programme, list(usual), list(flare_items(programme, side, MOVEMENTS))


@settings(max_examples=250, deadline=None)
@given(planned(), histories)
def test_no_variant_of_any_session_contains_a_hidden_or_locked_movement(
    session: tuple[Programme, list[PlannedItem], list[PlannedItem]], history
) -> None:
    programme, usual, flare = session
    conditions = standing(history, SAFETY, on(200)).conditions
    kept, on_flare = (gated(each, conditions, programme, MOVEMENTS) for each in (usual, flare))
    by_id = {item.id: item for item in (*kept.items, *on_flare.items)}
    for variant in variants(kept.items, on_flare.items, MOVEMENTS):
        for part in variant.parts:
            item = by_id[part.item]
            left = availability(MOVEMENTS[item.slug], conditions)
            for side in sides_of(item.side):
                assert left.on(side) <= Verdict.EASIER
                assert left.on(side) == Verdict.OPEN or part.easier


@settings(max_examples=250, deadline=None)
@given(planned(), st.lists(flags, max_size=5))
def test_a_gated_session_is_whole_in_itself(
    session: tuple[Programme, list[PlannedItem], list[PlannedItem]], conditions: list[Condition]
) -> None:
    programme, usual, _ = session
    found = gated(usual, conditions, programme, MOVEMENTS)
    assert_nothing_forbidden(found, conditions)
    slugs = [item.slug for item in found.items]
    planned_slugs = [item.slug for item in usual]
    assert len(slugs) == len(set(slugs)) or len(planned_slugs) > len(set(planned_slugs))
    assert {item.id for item in found.items} <= {item.id for item in usual}
    wholly_out = [each for each in found.left_out if each.side is None]
    stand_ins = [each for each in wholly_out if each.instead is not None]
    assert len(found.items) == len(usual) - len(wholly_out) + len(stand_ins)
    assert {each.instead for each in stand_ins} <= set(slugs)
    # Gated twice it is the same: a plan that was gated before is none the worse for it.
    assert gated(found.items, conditions, programme, MOVEMENTS).items == found.items


@settings(max_examples=100, deadline=None)
@given(
    planned(),
    st.lists(flags, max_size=5).flatmap(
        lambda each: st.tuples(st.just(each), st.permutations(each))
    ),
)
def test_the_order_of_what_holds_does_not_change_a_session(
    session: tuple[Programme, list[PlannedItem], list[PlannedItem]],
    orders: tuple[list[Condition], list[Condition]],
) -> None:
    programme, usual, _ = session
    one, other = (gated(usual, each, programme, MOVEMENTS) for each in orders)
    assert one.items == other.items


@settings(max_examples=100, deadline=None)
@given(planned(), st.lists(flags, max_size=4), flags)
def test_one_more_yes_never_brings_a_planned_movement_back(
    session: tuple[Programme, list[PlannedItem], list[PlannedItem]],
    conditions: list[Condition],
    more: Condition,
) -> None:
    programme, usual, _ = session
    before = gated(usual, conditions, programme, MOVEMENTS)
    after = gated(usual, [*conditions, more], programme, MOVEMENTS)
    gone = {each.slug for each in before.left_out if each.side is None and each.instead is None}
    planned_slugs = {item.slug for item in usual}
    stayed = {item.slug for item in after.items} & planned_slugs
    assert not gone & stayed
    left = programme_left(programme, conditions, MOVEMENTS)
    assert programme_left(programme, [*conditions, more], MOVEMENTS).left <= left.left


@pytest.mark.parametrize("slug", PROGRAMMES)
def test_an_area_flag_outside_a_programme_never_empties_it(slug: str) -> None:
    programme = PROGRAMMES[slug]
    for flag in SAFETY.flags.values():
        if flag.region_choice != "pick":
            continue
        for region in flag.regions:
            if region not in programme.target_regions:
                assert programme_left(programme, [condition(flag.id, region)], MOVEMENTS).left >= 7
