"""Which programmes are suggested, with which words, and what is left out."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.preferences import Preferences
from fstpwa.domain.put_aside import put_aside
from fstpwa.domain.safety import availability
from fstpwa.domain.standing import Condition
from fstpwa.domain.suggestion import (
    MOST_SUGGESTED,
    Suggestions,
    could_be_suggested,
    labels_of,
    still_open,
    suggest,
)
from tests.domain.health import REGIONS, condition, flags

LIBRARY = library()
EVERYTHING = replace(
    condition("pregnancy"), key="report:1", flag=None, movements=frozenset(LIBRARY.movements)
)
"""Locks every movement there is."""


def suggested(
    reasons: list[str], regions: list[str] | None = None, *conditions: Condition
) -> Suggestions:
    return suggest(reasons, regions or [], conditions, LIBRARY)


def slugs(found: Suggestions) -> list[str]:
    return [each.programme for each in found.offered]


def test_there_are_ten_reasons() -> None:
    assert list(LIBRARY.reasons) == [
        "lasting_pain",
        "desk",
        "athlete",
        "fibromyalgia",
        "tight",
        "heel",
        "jaw",
        "shoulder",
        "hip",
        "balance",
    ]


@pytest.mark.parametrize(
    ("reason", "programme"),
    [
        ("desk", "neck-and-desk"),
        ("athlete", "athlete-recovery"),
        ("fibromyalgia", "fibromyalgia-gentle-20"),
        ("tight", "still-tight"),
        ("heel", "plantar-heel"),
        ("jaw", "jaw-ease"),
        ("shoulder", "shoulder-mobility"),
        ("hip", "hip-mobility"),
        ("balance", "balance-and-gait"),
    ],
)
def test_each_reason_leads_to_its_programme_and_is_named(reason: str, programme: str) -> None:
    found = suggested([reason])
    assert slugs(found) == [programme]
    assert LIBRARY.reasons[reason].said in found.offered[0].why
    assert found.still_open is None
    assert found.not_suggested == ()


def test_lasting_pain_leads_where_the_regions_say() -> None:
    assert slugs(suggested(["lasting_pain"], ["neck"])) == ["neck-and-desk"]
    assert slugs(suggested(["lasting_pain"], ["low_back"])) == ["low-back"]
    assert set(slugs(suggested(["lasting_pain"], ["neck", "low_back"]))) == {
        "neck-and-desk",
        "low-back",
    }
    assert slugs(suggested(["lasting_pain"])) == ["neck-and-desk", "low-back"]
    assert slugs(suggested(["lasting_pain"], ["foot"])) == ["neck-and-desk", "low-back"]


def test_the_sentence_names_the_places_that_the_programme_is_for() -> None:
    (found,) = suggested(["desk"], ["neck", "foot", "forearm_hand"]).offered
    assert found.why == (
        "You told us about stiffness from sitting or desk work (neck; forearm and hand)."
    )


def test_two_reasons_for_one_programme_are_named_together_and_bring_it_forward() -> None:
    found = suggested(["lasting_pain", "desk", "jaw"], ["neck"])
    assert slugs(found)[0] == "neck-and-desk"
    assert found.offered[0].why == (
        "You told us about neck or back pain that has lasted"
        " and stiffness from sitting or desk work (neck)."
    )


def test_fibromyalgia_comes_first_whatever_else_is_chosen() -> None:
    found = suggested(["lasting_pain", "desk", "hip", "fibromyalgia"], ["neck", "hip"])
    assert slugs(found)[0] == "fibromyalgia-gentle-20"
    assert len(found.offered) == MOST_SUGGESTED


def test_regions_alone_lead_to_what_is_for_them() -> None:
    found = suggested([], ["jaw"])
    assert slugs(found) == ["jaw-ease"]
    assert found.offered[0].why == "You named places that it is for: jaw and face."


def test_with_nothing_said_the_most_open_programme_is_named() -> None:
    found = suggested([])
    assert found.offered == ()
    assert found.still_open is not None
    assert found.still_open.programme is not None
    assert len(found.still_open.breathing) == 5


def test_an_unknown_reason_says_nothing() -> None:
    assert suggested(["gone"]) == suggested([])


def test_what_is_left_is_told_with_each_suggestion() -> None:
    thinner = condition("bleeding_risk")
    (found,) = suggested(["athlete"], [], thinner).offered
    assert (found.left.left, found.left.of) == (16, 22)
    assert all(each.because == (thinner,) for each in found.left.out)


def test_an_emptied_programme_is_not_suggested_and_says_why() -> None:
    falls = condition("falls_risk")
    found = suggested(["balance", "desk"], [], falls)
    assert slugs(found) == ["neck-and-desk"]
    (out,) = found.not_suggested
    assert out.programme == "balance-and-gait"
    assert out.because == (falls,)
    assert LIBRARY.safety.flags["falls_risk"].person_label in out.why


def test_fewer_than_three_movements_are_no_programme() -> None:
    broken = condition("fracture_area", "shoulder")
    found = suggested(["shoulder"], [], broken)
    assert found.offered == ()
    assert found.not_suggested[0].left.left == 2


def test_one_small_session_without_its_core_takes_away_no_programme() -> None:
    wound = condition("open_wound_area", "neck")
    found = suggested(["desk"], [], wound)
    assert slugs(found) == ["neck-and-desk"]
    assert found.offered[0].left.sessions_without_core == (("build", "micro"),)


def test_when_all_that_was_asked_for_is_out_there_is_still_something() -> None:
    found = suggested(["balance"], [], condition("falls_risk"))
    assert found.offered == ()
    assert found.still_open is not None
    assert found.still_open.programme is not None
    assert found.still_open.programme.programme != "balance-and-gait"
    assert found.still_open.programme.left.left >= 3
    assert str(found.still_open.programme.left.left) in found.still_open.programme.why
    assert found.still_open.breathing


def test_when_everything_is_out_it_is_said() -> None:
    found = suggested(["desk"], [], EVERYTHING)
    assert found.offered == ()
    assert found.still_open is not None
    assert found.still_open.programme is None
    assert found.still_open.breathing == ()
    assert "something that went wrong" in found.not_suggested[0].why


def test_what_is_suggested_was_among_what_could_be() -> None:
    for reasons, regions in (["hip"], []), ([], ["neck"]), (["desk", "heel"], ["jaw"]):
        could = {each.slug for each in could_be_suggested(reasons, regions, LIBRARY)}
        assert set(slugs(suggested(reasons, regions))) <= could
    assert could_be_suggested([], [], LIBRARY) == ()


def test_a_retired_programme_is_not_suggested() -> None:
    retired = replace(LIBRARY.programmes["jaw-ease"], retired=True)
    content = replace(LIBRARY, programmes={**LIBRARY.programmes, "jaw-ease": retired})
    assert suggest(["jaw"], [], (), content).offered == ()


def test_labels_are_said_once_and_a_report_has_none() -> None:
    twice = [condition("acute_injury_area", "knee"), condition("acute_injury_area", "foot")]
    label = LIBRARY.safety.flags["acute_injury_area"].person_label
    assert labels_of([*twice, EVERYTHING]) == (label,)


@settings(max_examples=80, deadline=None)
@given(
    st.sets(st.sampled_from(list(LIBRARY.reasons))),
    st.sets(st.sampled_from(REGIONS), max_size=4),
    st.lists(flags, max_size=4),
)
def test_there_is_always_something_to_say(reasons, regions, conditions) -> None:
    found = suggest(reasons, regions, conditions, LIBRARY)
    assert len(found.offered) <= MOST_SUGGESTED
    assert bool(found.offered) != (found.still_open is not None)
    for each in found.offered:
        assert each.left.left >= 3
        assert each.why.endswith(".")
    if "fibromyalgia" in reasons:
        first = [*slugs(found)[:1], *(each.programme for each in found.not_suggested)]
        assert "fibromyalgia-gentle-20" in first
    for slug in still_open(conditions, LIBRARY).breathing:
        assert availability(LIBRARY.movements[slug], conditions).is_left


def test_of_programmes_that_serve_as_well_the_one_that_keeps_more_comes_first() -> None:
    regions = ["chest"]
    usual = [each.programme for each in suggest([], regions, (), LIBRARY).offered]
    first = LIBRARY.programmes[usual[0]]
    of_first = {
        line.slug
        for phase in first.phases
        for session in phase.sessions
        for line in session.movements
    }
    aside = put_aside(
        Preferences(avoided=frozenset(of_first)), LIBRARY.movements, LIBRARY.vocabularies
    )
    found = suggest([], regions, (), LIBRARY, aside)
    offered = {each.programme: each.left for each in found.offered}
    assert found.offered[0].programme != first.slug
    assert found.not_suggested == ()
    # The answers take nothing, so nothing is refused for the wishes alone.
    assert all(left.left == left.of for left in offered.values())


def test_breathing_that_somebody_would_rather_not_do_is_not_named_as_still_open() -> None:
    usual = still_open((), LIBRARY).breathing
    aside = put_aside(
        Preferences(avoided=frozenset(usual[:1])), LIBRARY.movements, LIBRARY.vocabularies
    )
    assert still_open((), LIBRARY, aside).breathing == usual[1:]
