"""Joint angles: what a textbook would measure."""

import pytest

from figures import joint_angles, solver
from figures.body import SIDES, Body
from figures.poses import Pose


@pytest.mark.parametrize("side", SIDES)
def test_the_joint_angles_are_those_of_the_textbook(side):
    body = Body.load("woman")
    leg = {"thigh": [0, 0, 1], "shin": [0, -1, 0], "dorsiflexion": 10}
    arm = {"upper": [0, -1, 0], "fore": [0, 0, 1]}
    pose = Pose(name="chair", **{f"{side}_leg": leg, f"{side}_arm": arm})
    joints = solver.solve(body, pose)
    assert joint_angles.knee_flexion(body, joints, side) == pytest.approx(90, abs=1)
    assert joint_angles.elbow_flexion(body, joints, side) == pytest.approx(90, abs=1)
    assert joint_angles.hip_from_neutral(body, joints, side) == pytest.approx(90, abs=1)
