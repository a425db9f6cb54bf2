"""The angles of posed joints that limits are checked against. Degrees."""

from figures.body import SUFFIX
from figures.geometry import Z, angle_between


def knee_flexion(body, joints, side):
    """Return the flexion of a knee, 0 straight."""
    hip, knee, ankle = (
        joints.positions[body.bone[f"{bone}.{SUFFIX[side]}"]]
        for bone in ("upperleg01", "lowerleg01", "foot")
    )
    return angle_between(knee - hip, ankle - knee)


def elbow_flexion(body, joints, side):
    """Return the flexion of an elbow, 0 straight."""
    shoulder, elbow, wrist = (
        joints.positions[body.bone[f"{bone}.{SUFFIX[side]}"]]
        for bone in ("upperarm01", "lowerarm01", "wrist")
    )
    return angle_between(elbow - shoulder, wrist - elbow)


def wrist_bend(body, joints, side):
    """Return how far a hand is bent from its forearm in any direction."""
    measures = body.measures[side]
    elbow, wrist = (
        joints.positions[body.bone[f"{bone}.{SUFFIX[side]}"]] for bone in ("lowerarm01", "wrist")
    )
    hand = joints.rotations[body.bone[f"wrist.{SUFFIX[side]}"]] @ measures.hand_direction
    return angle_between(hand, wrist - elbow)


def ankle_dorsiflexion(body, joints, side):
    """Return how far a foot is drawn up (+) or pointed (-) from a right angle to the shin."""
    knee, ankle = (
        joints.positions[body.bone[f"{bone}.{SUFFIX[side]}"]] for bone in ("lowerleg01", "foot")
    )
    foot = joints.rotations[body.bone[f"foot.{SUFFIX[side]}"]] @ Z
    return angle_between(foot, ankle - knee) - 90


def hip_from_neutral(body, joints, side):
    """Return how far a thigh is turned from hanging straight down from the pelvis."""
    hip, knee = (
        joints.positions[body.bone[f"{bone}.{SUFFIX[side]}"]]
        for bone in ("upperleg01", "lowerleg01")
    )
    return angle_between(knee - hip, -joints.rotations[body.bone["root"]][:, 1])
