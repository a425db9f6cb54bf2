"""Poses: mirrored twice, all is as it was."""

from figures import pose_files
from figures.poses import Pose, mirrored, mirrored_drawing

LEANING = Pose(
    name="leaning",
    pelvis={"at": [0.02, 0.5, 0.1], "yaw": 20, "pitch": -5},
    lumbar=(-4, 3, 6),
    neck=(5, -8, 12),
    left_leg={"knee_at": [0.1, 0.06, -0.04], "foot": {"pitch": 158}},
    right_arm={"hand_on": "above_knee.right", "elbow": [-1, 0, -0.6], "curl": 0.3},
    contacts=({"part": "knee.left", "on": "floor"},),
)


def test_mirroring_a_pose_twice_gives_it_back():
    assert mirrored(LEANING).right_leg["knee_at"] == [-0.1, 0.06, -0.04]
    assert mirrored(mirrored(LEANING)) == LEANING


def test_a_drawing_mirrored_twice_is_the_drawing():
    for slug in pose_files.slugs():
        drawing = pose_files.read(slug)
        assert mirrored_drawing(mirrored_drawing(drawing)) == drawing
