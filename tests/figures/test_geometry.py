"""Geometry: a hinge of two bones meets its place, or tells by how much it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from figures.geometry import two_bones

direction = some.tuples(*[some.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.2)


@given(away=direction, pole=direction, share=some.floats(0.3, 0.99))
def test_two_bones_meet_every_place_within_their_length(away, pole, share):
    start = np.array([0.1, 1.2, -0.3])
    target = start + np.array(away) / np.linalg.norm(away) * share * 0.55
    first, second, missed = two_bones(start, target, 0.3, 0.25, pole)
    assert np.allclose(start + first * 0.3 + second * 0.25, target, atol=1e-6)
    assert missed == pytest.approx(0, abs=1e-9)


@given(away=direction, further=some.floats(0.01, 2))
def test_two_bones_tell_by_how_much_a_place_is_out_of_reach(away, further):
    away = np.array(away) / np.linalg.norm(away)
    *_, missed = two_bones(np.zeros(3), away * (0.55 + further), 0.3, 0.25, [0, 1, 0.2])
    assert missed == pytest.approx(further, abs=0.002)
