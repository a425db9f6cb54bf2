"""The strongest reason of a day stays."""

import itertools

from fstpwa.domain.holds import CORRECTABLE, STRENGTH, stronger


def test_the_stronger_reason_wins_whichever_comes_first() -> None:
    for one, other in itertools.product(STRENGTH, repeat=2):
        assert stronger(one, other) == stronger(other, one)
    assert stronger("emergency", "not today") == "emergency"


def test_what_must_be_seen_cannot_be_taken_back() -> None:
    assert not CORRECTABLE & {"emergency", "urgent", "red"}
