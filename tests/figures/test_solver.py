"""The solver: limbs reach, contacts touch, the other side is an exact mirror image."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from figures import solver
from figures.body import NAMES, OUTWARD, SIDES, SUFFIX, Body
from figures.poses import Pose, between, mirrored

MIRROR = np.array([-1, 1, 1])

KNEELING = Pose(
    name="kneeling",
    pelvis={"at": [0, 0.5, 0.1], "pitch": -5},
    lumbar=(-4, 3, 6),
    neck=(5, -8, 12),
    left_leg={
        "knee_at": [0.1, 0.06, -0.04],
        "ankle_at": [0.1, 0.075, -0.46],
        "foot": {"pitch": 158},
    },
    right_leg={"heel_at": [-0.11, 0, 0.38], "foot": {"yaw": -2}},
    right_arm={"hand_on": "above_knee.right", "elbow": [-1, 0, -0.6], "curl": 0.3},
    left_arm={"upper": [0.3, -1, 0.2], "fore": [0.1, -0.4, 1], "turn_out": 30},
    contacts=({"part": "knee.left", "on": "floor"},),
)


def wrist_of(body, joints, side):
    return joints.positions[body.bone[f"wrist.{SUFFIX[side]}"]]


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=10)
@given(x=some.floats(0.1, 0.3), y=some.floats(1.0, 1.25), z=some.floats(0.15, 0.3))
def test_a_palm_lies_where_it_should(name, x, y, z):
    body = Body.load(name)
    arm = {"hand_at": [x, y, z], "palm": [0, -1, 0], "fingers": [0, 0, 1]}
    joints = solver.solve(body, Pose(name="reach", left_arm=arm))
    assert joints.missed["left hand"] < 1e-6
    hand = joints.rotations[body.bone["wrist.L"]]
    centre = wrist_of(body, joints, "left") + hand @ body.measures["left"].palm_centre
    assert np.allclose(centre, [x, y, z], atol=0.003)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("side", SIDES)
def test_a_heel_stands_where_it_should(name, side):
    body = Body.load(name)
    heel = np.array([OUTWARD[side] * 0.12, 0, 0.2])
    pose = Pose(
        name="step",
        pelvis={"at": [0, 0.82, 0]},
        **{f"{side}_leg": {"heel_at": list(heel), "foot": {"yaw": 0}}},
    )
    joints = solver.solve(body, pose)
    foot = joints.rotations[body.bone[f"foot.{SUFFIX[side]}"]]
    ankle = joints.positions[body.bone[f"foot.{SUFFIX[side]}"]]
    measures = body.measures[side]
    assert np.allclose(ankle + foot @ (measures.heel - measures.ankle), heel, atol=0.002)


def test_a_hand_that_cannot_reach_is_told_with_its_distance():
    far = {"hand_at": [0.2, 1.2, 2.0], "palm": [0, -1, 0], "fingers": [0, 0, 1]}
    joints = solver.solve(Body.load("woman"), Pose(name="far", left_arm=far))
    assert joints.missed["left hand"] > 1


@pytest.mark.parametrize(
    "contact",
    [
        {"part": "knee.left", "on": "floor"},
        {"part": "knee.left", "on": 0.1},
        {"part": "knee.left", "on": "floor", "gap": 0.05},
    ],
)
def test_a_contact_just_touches(contact):
    body = Body.load("woman")
    pose = replace(KNEELING, contacts=(contact,))
    joints = solver.solve(body, pose)
    lowest = body.skinned(joints, body.parts["knee.left"])[:, 1].min()
    height = contact["on"] if contact["on"] != "floor" else 0
    assert lowest == pytest.approx(height + contact.get("gap", 0), abs=0.001)


def test_a_contact_on_a_roller_touches_its_round_surface():
    body = Body.load("man")
    roller = {"kind": "foam_roller", "at": [0, 0, -0.3]}
    lying = Pose(
        name="lying",
        pelvis={"at": [0, 0.3, 0], "pitch": -76},
        contacts=({"part": "back", "on": "foam_roller"},),
    )
    joints = solver.solve(body, lying, [roller])
    back = body.skinned(joints, body.parts["back"])
    gaps = np.hypot(back[:, 1] - 0.075, back[:, 2] + 0.3) - 0.075
    over = np.abs(back[:, 0]) < 0.235
    assert gaps[over].min() == pytest.approx(0, abs=0.001)


def test_a_back_is_moved_against_the_wall_and_the_feet_stay():
    body = Body.load("woman")
    wall = {"kind": "wall", "at": [0, 0, -0.3], "turn": 180}
    pose = Pose(
        name="leaning",
        pelvis={"at": [0, 0.88, -0.15]},
        left_leg={"heel_at": [0.1, 0, -0.1]},
        right_leg={"heel_at": [-0.1, 0, -0.1]},
        contacts=({"part": "back", "on": "wall"},),
    )
    joints = solver.solve(body, pose, [wall])
    back = body.skinned(joints, body.parts["back"])
    assert back[:, 2].min() == pytest.approx(-0.3, abs=0.001)
    assert joints.missed["left foot"] < 0.005


def test_the_mirrored_pose_is_the_mirror_image():
    body = Body.load("woman")
    pose = replace(KNEELING, contacts=())
    joints = solver.solve(body, pose)
    other = solver.solve(body, mirrored(pose))
    exchanged = str.maketrans("LR", "RL")
    for bone in body.bones:
        twin = bone[:-1] + bone[-1].translate(exchanged) if bone[-2] == "." else bone
        here, there = (
            one.positions[body.bone[which]] for one, which in ((joints, bone), (other, twin))
        )
        assert np.allclose(here * MIRROR, there, atol=0.002), bone


def test_between_two_poses_a_planted_foot_stays():
    body = Body.load("woman")
    end = replace(KNEELING, name="deep", pelvis={"at": [0, 0.5, 0.2], "pitch": -8})
    places = [
        solver.solve(body, between(KNEELING, end, share)).positions[body.bone["foot.R"]]
        for share in (0, 0.3, 0.7, 1)
    ]
    assert np.allclose(places, places[0], atol=0.002)


def test_between_two_poses_a_limb_that_changes_its_way_turns_steadily():
    body = Body.load("woman")
    up = replace(KNEELING, name="up", left_arm={"upper": [0.1, 1, 0], "fore": [0, 1, 0]})
    down = replace(
        KNEELING, name="down", left_arm={"hand_on": "hip_bone.left", "elbow": [1, 0, -0.5]}
    )
    wrists = [
        wrist_of(body, solver.solve(body, between(up, down, share)), "left")
        for share in np.linspace(0, 1, 9)
    ]
    steps = np.linalg.norm(np.diff(wrists, axis=0), axis=1)
    assert steps.max() < 3 * steps.mean()
    assert np.allclose(wrists[0], wrist_of(body, solver.solve(body, up), "left"), atol=0.002)
    assert np.allclose(wrists[-1], wrist_of(body, solver.solve(body, down), "left"), atol=0.002)
