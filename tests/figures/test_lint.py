"""Lint names file, pose and distance of what a look would miss, and exits with an error."""

import pytest

from figures import lint, pose_files
from figures.__main__ import main
from figures.body import Body
from figures.dressing import Figure

STANDING = {"name": "stand", "pelvis": {"at": [0, 0.9, 0]}, "straight": ["left"]}
LEGS = {"left_leg": {"heel_at": [0.1, 0, 0]}, "right_leg": {"heel_at": [-0.1, 0, 0]}}


@pytest.fixture(scope="module")
def figure():
    return Figure(Body.load("woman"))


def faults(figure, regions=("quadriceps.left",), around=60, **keys):
    data = {
        "camera": {"around": around, "above": 8},
        "regions": list(regions),
        "poses": [{**STANDING, **LEGS, **keys}],
    }
    return lint.faults_of(figure, pose_files.from_data("test", data))


def test_a_good_drawing_has_no_fault(figure):
    assert faults(figure) == []


def test_a_hand_out_of_reach_is_told_with_its_distance(figure):
    arm = {"hand_at": [0.3, 1.2, 1.5], "palm": [0, -1, 0], "fingers": [0, 0, 1]}
    (told,) = faults(figure, left_arm=arm)
    assert told.startswith("test.yaml: pose stand: left hand misses its place by ")
    assert told.endswith(" cm")


def test_a_foot_under_the_floor_is_told_with_its_depth(figure):
    sunk = {"at": [0, 0.8, 0]}
    told = faults(figure, pelvis=sunk, right_leg={"heel_at": [-0.1, -0.06, 0]}, straight=[])
    assert any("cm of the figure are under the floor" in fault for fault in told)


def test_a_knee_that_bends_too_far_is_told(figure):
    told = faults(figure, right_leg={"thigh": [0, -1, 0.1], "shin": [0, 1, -0.2]})
    assert any("right knee is bent" in fault for fault in told)


def test_a_highlight_on_the_far_side_of_a_close_up_is_told(figure):
    data = {
        "camera": {"around": 0, "above": 8, "crop": ["head"]},
        "regions": ["calf.left"],
        "poses": [{**STANDING, **LEGS}],
    }
    (told,) = lint.faults_of(figure, pose_files.from_data("test", data))
    assert "the highlighted region covers only" in told


@pytest.mark.parametrize("command", ["preview", "lint", "render"])
def test_an_unknown_movement_ends_with_an_error(command, capsys):
    assert main([command, "no-such-movement"]) == 1
    assert "no-such-movement: there is no no-such-movement.yaml" in capsys.readouterr().err
