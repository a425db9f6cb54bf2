"""What somebody wishes of their sessions: why a movement does not fit, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.adaptation import Easing, Reason, put_together
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.preferences import ANYTHING, POSITIONS, Preferences, checked, read, why_not
from fstpwa.domain.put_aside import WhyAside, put_aside
from tests.domain.wishes import wishes

MOVEMENTS = library().movements
WORDS = library().vocabularies
THINGS = WORDS.equipment


def why(slug: str, **wished: object) -> str | None:
    return why_not(MOVEMENTS[slug], Preferences(**wished), WORDS)  # type: ignore[arg-type]  # of a test


def test_every_movement_fits_somebody_who_said_nothing():
    assert Preferences() == ANYTHING
    assert ANYTHING.puts_nothing_aside
    assert [why_not(each, ANYTHING, WORDS) for each in MOVEMENTS.values()] == [None] * len(
        MOVEMENTS
    )


@pytest.mark.parametrize(
    ("slug", "wished", "words"),
    [
        ("wall-slide", {"missing": frozenset({"wall"})}, "it needs a wall"),
        ("upper-back-foam-roll", {"missing": frozenset({"foam_roller"})}, "it needs a foam roller"),
        (
            "upper-trap-ball-wall",
            {"missing": frozenset({"wall", "massage_ball", "chair"})},
            "it needs a massage ball and a wall",
        ),
        ("neck-turns", {"avoided": frozenset({"neck-turns"})}, "you would rather not do it"),
        ("cat-cow", {"position": "no_floor"}, "it is done on the floor or a bed"),
        ("cat-cow", {"position": "sitting"}, "it is done on hands and knees"),
        ("wall-slide", {"position": "sitting"}, "it is done standing"),
        ("butterfly-stretch", {"position": "sitting"}, "it is done on the floor or a bed"),
        ("neck-turns", {"position": "standing"}, "it is done sitting"),
        ("long-neck-lying", {"position": "standing"}, "it is done lying on the back"),
    ],
)
def test_what_does_not_fit_says_why_in_a_few_words(slug, wished, words):
    assert why(slug, **wished) == words


@pytest.mark.parametrize(
    ("slug", "wished"),
    [
        ("neck-turns", {"missing": frozenset({"wall"})}),
        ("neck-turns", {"position": "sitting"}),
        ("neck-turns", {"position": "no_floor"}),
        ("wall-slide", {"position": "standing"}),
        ("neck-turns", {"preferred": frozenset({"neck-turns"})}),
    ],
)
def test_what_fits_is_left_alone(slug, wished):
    assert why(slug, **wished) is None


def test_what_was_said_of_the_movement_itself_goes_before_what_it_needs():
    wished = {"avoided": frozenset({"wall-slide"}), "missing": frozenset({"wall"})}
    assert why("wall-slide", **wished) == "you would rather not do it"


@given(wishes(), st.sampled_from(sorted(MOVEMENTS)))
def test_a_movement_fits_exactly_if_nothing_that_was_said_is_against_it(preferences, slug):
    movement = MOVEMENTS[slug]
    fits_position = {
        "any": True,
        "no_floor": not movement.floor_or_bed_needed,
        "sitting": movement.position == "sitting" and not movement.floor_or_bed_needed,
        "standing": movement.position == "standing",
    }[preferences.position]
    fits = (
        slug not in preferences.avoided
        and not set(movement.equipment) & preferences.missing
        and fits_position
    )
    assert (why_not(movement, preferences, WORDS) is None) == fits


@pytest.mark.parametrize(
    "wished",
    [
        {"avoided": frozenset({"no-such"})},
        {"preferred": frozenset({"no-such"})},
        {"missing": frozenset({"trampoline"})},
        {"missing": frozenset({"none"})},
        {"position": "hanging"},
        {"avoided": frozenset({"neck-turns"}), "preferred": frozenset({"neck-turns"})},
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(wished):
    with pytest.raises(InvalidValue, match=r"\.$"):
        checked(Preferences(**wished), MOVEMENTS, THINGS)


@given(wishes())
def test_what_can_be_used_is_taken_and_read_back_as_it_was(preferences):
    assert checked(preferences, MOVEMENTS, THINGS) is preferences
    stored = (preferences.avoided, preferences.preferred, preferences.missing)
    assert read(*stored, preferences.position, slugs=MOVEMENTS, equipment=THINGS) == preferences


@given(
    st.lists(st.sampled_from(["neck-turns", "gone", "wall-slide"])),
    st.lists(st.sampled_from(["neck-turns", "gone"])),
    st.lists(st.sampled_from(["wall", "none", "gone"])),
    st.sampled_from([*POSITIONS, "gone"]),
)
def test_whatever_is_stored_becomes_something_that_can_be_used(
    avoided, preferred, missing, position
):
    found = read(avoided, preferred, missing, position, slugs=MOVEMENTS, equipment=THINGS)
    assert checked(found, MOVEMENTS, THINGS) == found
    assert found.avoided == set(avoided) - {"gone"}


def test_what_a_rule_of_the_day_puts_away_has_its_sentence_before_any_wish():
    day = date(2026, 3, 2)
    reason = Reason(
        rule="r",
        sentence="It was too much twice.",
        since=day,
        easing=Easing(movements_away=frozenset({"neck-turns"})),
    )
    away = put_together([reason], day, keeps_usual=False).why_away
    avoids = Preferences(avoided=frozenset({"neck-turns", "wall-slide"}))
    found = put_aside(avoids, MOVEMENTS, WORDS, away)
    assert found.why["neck-turns"] == WhyAside(by="day", words="It was too much twice.")
    assert found.why["wall-slide"] == WhyAside(by="wish", words="you would rather not do it")


def test_a_rule_that_may_be_overruled_puts_nothing_away_where_the_usual_is_kept():
    day = date(2026, 3, 2)
    easing = Easing(movements_away=frozenset({"neck-turns"}))
    soft = Reason(rule="r", sentence="S.", since=day, easing=easing)
    firm = replace(soft, rule="firm", sentence="F.", may_keep_usual=False)
    assert put_together([soft], day, keeps_usual=True).why_away == {}
    assert put_together([soft, firm], day, keeps_usual=True).why_away == {"neck-turns": "F."}
    assert put_together([soft, firm], day, keeps_usual=False).why_away.keys() == {"neck-turns"}


def test_what_was_said_of_a_movement_is_its_wish():
    found = Preferences(avoided=frozenset({"a"}), preferred=frozenset({"b"}))
    assert [found.wish(slug) for slug in ("a", "b", "c")] == ["avoided", "preferred", "none"]


def test_equipment_that_is_not_at_hand_puts_something_aside():
    assert Preferences() == ANYTHING
    assert ANYTHING.puts_nothing_aside
    assert not Preferences(missing=frozenset({"mat"})).puts_nothing_aside
    assert not Preferences(avoided=frozenset({"a"})).puts_nothing_aside
    assert not Preferences(position="sitting").puts_nothing_aside


def test_what_the_library_has_retired_is_aside_whatever_anybody_wishes():
    slug = next(iter(MOVEMENTS))
    retired = {**MOVEMENTS, slug: replace(MOVEMENTS[slug], retired=True)}
    found = put_aside(ANYTHING, retired, WORDS)
    assert found.why == {slug: WhyAside(by="library", words="It is not offered any more.")}
