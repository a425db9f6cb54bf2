"""Shapes: lines pass where they should."""

import numpy as np

from figures.shapes import smooth

THROUGH = [[-0.3, 0.2, 0], [0, 0.9, 0.1], [0.3, 0.2, 0]]


def test_a_line_through_points_meets_them_all():
    line = smooth(THROUGH)
    for place in THROUGH:
        assert np.linalg.norm(line - place, axis=1).min() < 1e-9
