"""What a rating of pain before a session proposes."""

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.pain_before import pain_before
from fstpwa.domain.pain_zone import zone

ALL = ("usual", "easier", "ten", "five", "flare")
OFFERED = [set(each) for each in chain.from_iterable(combinations(ALL, n) for n in range(6))]
BASES = st.integers(0, 20).map(lambda halves: halves / 2)


@given(BASES, st.integers(0, 10))
def test_the_limits_are_the_traffic_light_of_the_usual_pain(base: float, rating: int) -> None:
    found = pain_before(base, ALL)
    light = (
        "red" if rating >= found.red_from else "amber" if rating >= found.amber_from else "green"
    )
    assert light == zone(rating, base)


def test_without_earlier_days_only_nine_and_ten_propose_anything() -> None:
    found = pain_before(None, ALL)
    assert (found.amber_from, found.red_from) == (9, 9)


def test_somebody_who_lives_with_much_pain_may_do_the_usual_session_with_it() -> None:
    found = pain_before(6, ALL)
    assert (found.amber_from, found.red_from) == (8, 9)


def test_amber_proposes_the_easier_version_and_red_the_short_gentle_one() -> None:
    found = pain_before(2, ALL)
    assert (found.amber.variant, found.red.variant) == ("easier", "flare")


@pytest.mark.parametrize("offered", OFFERED)
def test_only_what_the_session_has_is_proposed(offered: set) -> None:
    found = pain_before(2, offered)
    for proposal in (found.amber, found.red):
        assert proposal.variant is None or proposal.variant in offered
        assert proposal.variant not in ("usual", "ten")
        assert proposal.words
