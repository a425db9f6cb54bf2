"""A planned session with what is put aside: what stands in, what is said, and safety first."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.gate_words import changes
from fstpwa.domain.gated_session import GatedSession, gated, programme_left
from fstpwa.domain.planning import planned_items
from fstpwa.domain.preferences import Preferences, why_not
from fstpwa.domain.put_aside import PutAside, put_aside
from fstpwa.domain.safety import Verdict, availability, sides_of
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.variants import item_block
from tests.domain.health import condition, flags
from tests.domain.test_gated_session import planned, session_of
from tests.domain.test_substitutes import item_of, touches, without
from tests.domain.wishes import wishes

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
WORDS = library().vocabularies


def aside_of(away: dict[str, str] | None = None, **wished: object) -> PutAside:
    return put_aside(Preferences(**wished), MOVEMENTS, WORDS, away)  # type: ignore[arg-type]  # of a test


def session_with(
    aside: PutAside, *slugs: str, conditions: tuple = (), programme: str = "neck-and-desk"
) -> GatedSession:
    items = [replace(item_of(slug), id=str(n)) for n, slug in enumerate(slugs)]
    return gated(items, conditions, PROGRAMMES[programme], MOVEMENTS, aside)


# What stands in


def test_what_is_avoided_is_replaced_by_the_one_the_content_names_in_its_easier_version():
    found = session_with(aside_of(avoided=frozenset({"upper-trap-stretch"})), "upper-trap-stretch")
    (item,) = found.items
    assert item.slug == MOVEMENTS["upper-trap-stretch"].easier.instead == "shoulder-rolls"
    assert item.softened
    (out,) = found.left_out
    assert (out.slug, out.instead, out.because, out.verdict) == (
        "upper-trap-stretch",
        "shoulder-rolls",
        (),
        Verdict.OPEN,
    )
    assert out.aside is not None
    assert (out.aside.by, out.aside.words) == ("wish", "you would rather not do it")
    (change,) = changes(found, MOVEMENTS)
    assert (change.became, change.instead) == ("swapped", "shoulder-rolls")


def test_the_named_one_is_passed_over_if_it_does_not_fit_either():
    aside = aside_of(avoided=frozenset({"upper-trap-stretch", "shoulder-rolls"}))
    found = session_with(aside, "upper-trap-stretch")
    assert {item.slug for item in found.items}.isdisjoint({"upper-trap-stretch", "shoulder-rolls"})


def test_where_nothing_fits_the_movement_is_left_out_and_says_why():
    everything_else = frozenset(MOVEMENTS) - {"neck-turns"}
    aside = aside_of(avoided=everything_else, missing=frozenset({"chair"}))
    found = session_with(aside, "neck-turns")
    assert found.items == ()
    assert not found.has_core
    (change,) = changes(found, MOVEMENTS)
    assert (change.became, change.instead) == ("aside", None)
    assert change.aside is not None
    assert change.aside.words == "it needs a chair"


def test_of_as_many_shared_regions_the_liked_one_stands_in():
    slug, programme = "cross-body-stretch", "shoulder-mobility"
    tried = []
    taken = {slug, MOVEMENTS[slug].easier.instead or ""}
    while True:
        found = session_with(aside_of(avoided=frozenset(taken)), slug, programme=programme)
        if not found.items:
            break
        tried.append(found.items[0].slug)
        taken.add(found.items[0].slug)
    shared = [len(set(MOVEMENTS[each].regions) & set(MOVEMENTS[slug].regions)) for each in tried]
    assert shared == sorted(shared, reverse=True)
    equal = [each for each, regions in zip(tried, shared, strict=True) if regions == shared[0]]
    assert len(equal) > 1
    avoided = frozenset({slug, MOVEMENTS[slug].easier.instead or ""})
    for liked in equal:
        aside = aside_of(avoided=avoided, preferred=frozenset({liked}))
        assert session_with(aside, slug, programme=programme).items[0].slug == liked


def test_a_liked_movement_never_goes_before_the_gentler_one_that_the_content_names():
    aside = aside_of(
        avoided=frozenset({"upper-trap-stretch"}),
        preferred=frozenset(MOVEMENTS) - {"upper-trap-stretch"},
    )
    assert session_with(aside, "upper-trap-stretch").items[0].slug == "shoulder-rolls"


@pytest.mark.parametrize("slug", sorted(MOVEMENTS))
def test_for_what_a_rule_puts_away_nothing_stands_in_that_touches_the_same_place(slug):
    aside = aside_of({slug: "It was too much twice."})
    for programme in PROGRAMMES.values():
        found = gated([item_of(slug)], (), programme, MOVEMENTS, aside)
        for item in found.items:
            assert not touches(MOVEMENTS[item.slug]) & touches(MOVEMENTS[slug])
        (out,) = found.left_out
        assert out.aside is not None
        assert (out.aside.by, out.aside.words) == ("day", "It was too much twice.")


# Safety first


def test_what_the_answers_close_keeps_their_reason_whatever_is_wished():
    flag = condition("acute_injury_area", "neck")
    aside = aside_of(avoided=frozenset({"neck-turns"}))
    out = session_with(aside, "neck-turns", conditions=(flag,)).left_out[0]
    assert (out.verdict, out.because, out.aside) == (Verdict.HIDDEN, (flag,), None)


def test_what_stands_in_for_something_closed_fits_the_wishes_too():
    closed = without("upper-trap-stretch")
    avoids = aside_of(avoided=frozenset({"shoulder-rolls"}))
    found = session_with(avoids, "upper-trap-stretch", conditions=(closed,))
    assert "shoulder-rolls" not in {item.slug for item in found.items}


def test_liking_a_movement_opens_nothing():
    flag = condition("acute_injury_area", "neck")
    items = session_of("neck-and-desk", "settle", "main")
    programme = PROGRAMMES["neck-and-desk"]
    likes = aside_of(preferred=frozenset(MOVEMENTS))
    usual = gated(items, [flag], programme, MOVEMENTS)
    found = gated(items, [flag], programme, MOVEMENTS, likes)
    planned_slugs = {item.slug for item in items}
    assert {each.slug for each in found.items} & planned_slugs == (
        {each.slug for each in usual.items} & planned_slugs
    )


# Whatever is wished and answered


@settings(max_examples=300, deadline=None)
@given(
    planned(),
    wishes(),
    st.lists(flags, max_size=4),
    st.frozensets(st.sampled_from(sorted(MOVEMENTS)), max_size=4),
)
def test_no_session_has_anything_avoided_unfitting_put_away_hidden_or_locked(
    session, wished, conditions, away
):
    programme, usual, flare = session
    aside = put_aside(wished, MOVEMENTS, WORDS, dict.fromkeys(away, "It rests."))
    for items in (usual, flare):
        found = gated(items, conditions, programme, MOVEMENTS, aside)
        for item in found.items:
            movement = MOVEMENTS[item.slug]
            assert item.slug not in wished.avoided | away
            assert why_not(movement, wished, WORDS) is None
            left = availability(movement, conditions)
            for side in sides_of(item.side):
                assert left.on(side) <= Verdict.EASIER
                assert left.on(side) == Verdict.OPEN or item.softened
        _assert_told(found, items)
        assert gated(found.items, conditions, programme, MOVEMENTS, aside).items == found.items


def _assert_told(found: GatedSession, items: list[PlannedItem]) -> None:
    """Nothing is there twice, and whatever is gone or new is named with its reason."""
    slugs = [item.slug for item in found.items]
    planned_slugs = [item.slug for item in items]
    new = [slug for slug in slugs if slug not in planned_slugs]
    assert len(new) == len(set(new))
    assert len(slugs) == len(set(slugs)) or len(planned_slugs) > len(set(planned_slugs))
    wholly_out = [each for each in found.left_out if each.side is None]
    assert {each.instead for each in wholly_out if each.instead} == set(new)
    assert {each.slug for each in wholly_out} == set(planned_slugs) - set(slugs)
    assert all(bool(each.because) != (each.aside is not None) for each in found.left_out)


@settings(max_examples=200, deadline=None)
@given(planned(), wishes(), st.lists(flags, max_size=4))
def test_what_stays_of_a_session_is_as_the_answers_alone_leave_it(session, wished, conditions):
    programme, usual, _ = session
    aside = put_aside(wished, MOVEMENTS, WORDS)
    alone = gated(usual, conditions, programme, MOVEMENTS)
    found = gated(usual, conditions, programme, MOVEMENTS, aside)
    planned_slugs = {item.slug for item in usual}
    before = {item.id: item for item in alone.items if item.slug in planned_slugs}
    for item in found.items:
        if item.slug in planned_slugs:
            stayed = before[item.id]
            assert replace(item, changes_level=stayed.changes_level) == stayed
    closed = {each.slug for each in alone.left_out if each.side is None}
    assert closed == {each.slug for each in found.left_out if each.because and each.side is None}
    softened = {each.slug for each in found.softened}
    assert softened <= {each.slug for each in alone.softened}


@settings(max_examples=100, deadline=None)
@given(planned(), wishes())
def test_what_stands_in_by_wish_is_alike_and_takes_no_longer(session, wished):
    programme, usual, _ = session
    aside = put_aside(wished, MOVEMENTS, WORDS)
    found = gated(usual, (), programme, MOVEMENTS, aside)
    by_id = {item.id: item for item in usual}
    for item in found.items:
        planned_one = by_id[item.id]
        original, movement = MOVEMENTS[planned_one.slug], MOVEMENTS[item.slug]
        if item.slug in {planned_one.slug, original.easier.instead}:
            continue
        assert item.softened
        assert movement.kind == original.kind
        assert original.regions[0] in movement.regions
        assert set(movement.serves) & set(programme.serves)
        assert original.floor_or_bed_needed or not movement.floor_or_bed_needed
        longest_s = item_block(
            replace(planned_one, changes_level=False), MOVEMENTS, easier=False
        ).duration_s
        played_s = item_block(
            replace(item, changes_level=False), MOVEMENTS, easier=False
        ).duration_s
        assert played_s <= longest_s


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=lambda each: each.slug)
@settings(max_examples=20, deadline=None)
@given(wishes(), st.lists(flags, max_size=3))
def test_a_programme_names_what_is_put_aside_besides_what_the_answers_leave(
    programme, wished, conditions
):
    aside = put_aside(wished, MOVEMENTS, WORDS)
    alone = programme_left(programme, conditions, MOVEMENTS)
    left = programme_left(programme, conditions, MOVEMENTS, aside)
    assert replace(left, aside=()) == alone
    assert {each.slug for each in left.aside} <= set(aside.why)
    assert not {each.slug for each in left.aside} & {each.slug for each in left.out}


def test_without_the_floor_something_is_left_of_every_usual_session():
    aside = aside_of(position="no_floor")
    for programme in PROGRAMMES.values():
        for phase in programme.phases:
            for template in phase.sessions:
                items = planned_items(programme, phase, template, 0, "both", MOVEMENTS)
                assert gated(items, (), programme, MOVEMENTS, aside).items, template.id
