"""The posed skeleton: named points move with it."""

import numpy as np
import pytest

from figures import points, solver
from figures.body import NAMES, OUTWARD, SIDES, Body
from figures.poses import Pose
from figures.skeleton import point


def test_every_named_point_is_on_its_own_side():
    for name in NAMES:
        body = Body.load(name)
        joints = solver.solve(body, Pose(name="rest"))
        for spot in points.NAMES:
            place, outwards = point(body, joints, spot)
            assert np.linalg.norm(outwards) == pytest.approx(1)
            if spot.endswith(SIDES):
                side = spot.rpartition(".")[2]
                assert place[0] * OUTWARD[side] > 0, spot
