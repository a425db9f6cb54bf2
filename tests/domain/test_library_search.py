"""Search and filters of the library: pure, on the real content."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.library_search import (
    FACETS,
    LONGEST_TEXT,
    Found,
    LibraryQuery,
    codes_of,
    index_of,
    read_query,
    search,
    words_of,
)

CONTENT = library()
INDEX = index_of(CONTENT.movements_on_offer(), CONTENT.vocabularies)
CODES = codes_of(CONTENT.vocabularies)


def ask(text: str = "", **values: list[str]) -> LibraryQuery:
    return read_query(text, values, CONTENT.vocabularies)


def find(text: str = "", **values: list[str]) -> Found:
    return search(INDEX, ask(text, **values))


def slugs(found: Found) -> list[str]:
    return [movement.slug for movement in found.movements]


def test_without_words_and_filters_everything_is_found_in_the_order_of_the_library() -> None:
    assert slugs(find()) == [movement.slug for movement in CONTENT.movements_on_offer()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("heel", "towel-heel-raise"),
        ("desk", "neck-turns"),
        ("jaw", "masseter-finger-release"),
        ("computer", "neck-turns"),
        ("bum", "glute-ball-release"),
        ("plantar", "plantar-fascia-stretch"),
        ("foam roller", "upper-back-foam-roll"),
        ("frozen bottle", "frozen-bottle-roll"),
        ("stretch for my neck", "scalene-stretch"),
        ("childs pose", "childs-pose-reach"),
        ("Child\N{RIGHT SINGLE QUOTATION MARK}s POSE", "childs-pose-reach"),
        ("hamstrings", "hamstring-roll-chair"),
        ("  knéé ", "knees-to-chest"),
    ],
)
def test_everyday_words_find_movements(text: str, expected: str) -> None:
    assert expected in slugs(find(text))


def test_a_word_in_the_name_comes_before_a_word_elsewhere() -> None:
    found = find("jaw").movements
    assert [movement.name for movement in found[:2]] == ["Jaw rest position", "Jaw side glides"]
    has_it = ["jaw" in movement.regions for movement in found]
    assert has_it == sorted(has_it, reverse=True)


def test_every_word_must_match() -> None:
    both = set(slugs(find("neck towel")))
    assert both
    assert both < set(slugs(find("neck")))
    assert both < set(slugs(find("towel")))
    assert slugs(find("neck zebra")) == []


def test_a_word_matches_only_from_its_beginning() -> None:
    assert "neck-turns" in slugs(find("nec"))
    assert slugs(find("eck")) == []


@pytest.mark.parametrize("text", ["", "   ", "for the", "!?", "%", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_text_without_a_word_that_matters_leaves_everything(text: str) -> None:
    assert len(find(text).movements) == len(INDEX)


def test_several_values_of_one_facet_are_added_up() -> None:
    neck, jaw = set(slugs(find(region=["neck"]))), set(slugs(find(region=["jaw"])))
    assert set(slugs(find(region=["neck", "jaw"]))) == neck | jaw


def test_facets_narrow_each_other() -> None:
    found = find(region=["neck"], kind=["mobility"], position=["lying_back"]).movements
    assert found
    for movement in found:
        assert "neck" in movement.regions
        assert (movement.kind, movement.position) == ("mobility", "lying_back")


def test_unknown_facets_and_codes_are_passed_over() -> None:
    query = ask("", region=["neck", "moon", "", "NECK"], kind=["magic"], colour=["red"])
    assert query.chosen == {"region": frozenset({"neck"})}


def test_a_retired_movement_is_not_offered() -> None:
    retired = [movement.slug for movement in CONTENT.movements.values() if movement.retired]
    assert not set(retired) & set(slugs(find()))


def test_long_text_is_cut_off_and_tidied() -> None:
    assert ask("  neck \t pain ").text == "neck pain"
    assert len(ask("neck " * 1000).text) <= LONGEST_TEXT


def test_taking_a_choice_back_leaves_the_others() -> None:
    query = ask("heel", region=["foot", "neck"], kind=["mobility"])
    assert query.choices == 3
    assert query.without("region", "neck").chosen["region"] == {"foot"}
    assert query.without("kind", "mobility").chosen == {"region": {"foot", "neck"}}
    assert query.without_text() == ask(region=["foot", "neck"], kind=["mobility"])
    assert query.without_choices() == ask("heel")


def test_accents_and_apostrophes_do_not_matter() -> None:
    assert words_of("Naïve Child's-pose") == ["naive", "childs", "pose"]


choices = st.fixed_dictionaries(
    {},
    optional={name: st.lists(st.sampled_from(sorted(CODES[name])), max_size=3) for name in FACETS},
)


@settings(max_examples=20, deadline=None)
@given(values=choices, text=st.sampled_from(["", "heel", "neck", "stretch", "zebra"]))
def test_each_count_is_what_one_finds_after_choosing_only_that(
    values: dict[str, list[str]], text: str
) -> None:
    found = find(text, **values)
    for name in FACETS:
        for code in CODES[name]:
            alone = find(text, **{**values, name: [code]})
            assert found.counts[name].get(code, 0) == len(alone.movements)


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    assert len(find(text).movements) <= len(INDEX)
