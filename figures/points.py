"""Named points of the body: where hands are put, balls are placed and arrows begin.

A point is found on each body anew: from an origin near a bone one looks in a direction and
takes the outermost skin of the right part. So the names hold for every body. Offsets and
directions are in the rest frame and written for the left side; the right side mirrors them.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from figures.body import OUTWARD, SKIN, SUFFIX, SkinPoint
from figures.geometry import unit

TRUNK = ("root", "spine", "pelvis", "clavicle", "shoulder", "neck", "breast")
HEAD = ("head", "jaw", "neck03")
NECK = ("neck", "clavicle", "shoulder", "spine01")
ARM = ("upperarm", "lowerarm", "wrist")
SHOULDER = ("clavicle", "shoulder", "upperarm", "spine01")
LEG = ("upperleg", "lowerleg", "pelvis", "root")
FOOT = ("foot", "toe", "lowerleg02")
HAND = ("wrist", "metacarpal", "finger")


@dataclass(frozen=True)
class _Look:
    """Where to look from and to: between two bones, moved by `offset`, towards `direction`."""

    bones: tuple[str, str]
    share: float
    direction: tuple[float, float, float] | str
    part: tuple[str, ...]
    offset: tuple[float, float, float] = (0, 0, 0)
    reach: float = 0.03
    """Radius of the tube of sight, metres."""


def _at(bone, direction, part, offset=(0, 0, 0), reach=0.03):
    return _Look((bone, bone), 0, direction, part, offset, reach)


FRONT, BACK, OUT, IN, UP, DOWN = (0, 0, 1), (0, 0, -1), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)

MIDDLE = {
    "belly": _at("spine04", FRONT, TRUNK),
    "lower_belly": _at("spine05", FRONT, TRUNK),
    "breastbone": _at("spine01", FRONT, TRUNK, (0, 0.02, 0)),
    "upper_back": _at("spine01", BACK, TRUNK),
    "low_back": _at("spine04", BACK, TRUNK),
    "sacrum": _at("spine05", BACK, TRUNK, (0, -0.02, 0)),
    "neck_back": _at("neck02", BACK, NECK),
    "neck_front": _at("neck02", FRONT, NECK),
    "back_of_head": _at("head", BACK, HEAD, (0, 0.09, 0)),
    "top_of_head": _at("head", UP, HEAD, (0, 0.05, 0)),
    "forehead": _at("head", FRONT, HEAD, (0, 0.12, 0)),
    "chin": _at("head", FRONT, HEAD, (0, -0.055, 0), 0.015),
}
SIDED = {
    "chest": _at("spine01", FRONT, TRUNK, (0.09, 0.07, 0)),
    "collarbone": _Look(("clavicle.S", "shoulder01.S"), 0.5, (0, 0.5, 1), SHOULDER),
    "side_ribs": _at("spine01", OUT, TRUNK, (0, -0.06, 0)),
    "lower_ribs": _at("spine02", OUT, TRUNK, (0, -0.03, 0)),
    "waist": _at("spine03", OUT, TRUNK),
    "front_ribs": _at("spine03", FRONT, TRUNK, (0.07, 0.03, 0)),
    "flank": _at("spine04", BACK, TRUNK, (0.05, 0, 0)),
    "between_blades": _at("spine01", BACK, TRUNK, (0.05, 0.02, 0)),
    "top_shoulder": _Look(("neck01", "upperarm01.S"), 0.55, UP, (*SHOULDER, "neck")),
    "rear_shoulder": _at("upperarm01.S", (0.2, 0, -1), SHOULDER, (0, -0.03, 0)),
    "front_shoulder": _at("upperarm01.S", FRONT, SHOULDER),
    "outer_shoulder": _at("upperarm01.S", (1, 0.3, 0), SHOULDER),
    "armpit_side": _at("spine01", (1, 0, -0.35), TRUNK, (0.02, -0.04, 0)),
    "glute": _at("upperleg01.S", BACK, LEG, (0, 0.03, 0)),
    "sit_bone": _at("upperleg01.S", (0, -0.55, -1), LEG, (-0.01, 0, -0.02)),
    "outer_hip": _at("upperleg01.S", OUT, LEG, (0, 0.01, 0)),
    "hip_crease": _at("upperleg01.S", FRONT, LEG, (0, 0.02, 0)),
    "hip_bone": _at("upperleg01.S", (0.75, 0.1, 1), (*LEG, "spine05"), (0.02, 0.09, 0)),
    "thigh_front": _Look(("upperleg01.S", "lowerleg01.S"), 0.5, FRONT, LEG),
    "thigh_back": _Look(("upperleg01.S", "lowerleg01.S"), 0.5, BACK, LEG),
    "thigh_inner": _Look(("upperleg01.S", "lowerleg01.S"), 0.5, IN, LEG),
    "thigh_outer": _Look(("upperleg01.S", "lowerleg01.S"), 0.5, OUT, LEG),
    "above_knee": _Look(("upperleg01.S", "lowerleg01.S"), 0.85, FRONT, LEG),
    "knee": _at("lowerleg01.S", FRONT, LEG),
    "behind_knee": _at("lowerleg01.S", BACK, LEG),
    "inner_knee": _at("lowerleg01.S", IN, LEG),
    "outer_knee": _at("lowerleg01.S", OUT, LEG),
    "shin": _Look(("lowerleg01.S", "foot.S"), 0.4, FRONT, LEG),
    "calf": _Look(("lowerleg01.S", "foot.S"), 0.3, BACK, LEG),
    "lower_calf": _Look(("lowerleg01.S", "foot.S"), 0.65, BACK, LEG),
    "ankle": _at("foot.S", OUT, FOOT),
    "inner_ankle": _at("foot.S", IN, FOOT),
    "back_of_heel": _at("foot.S", BACK, FOOT, (0, -0.03, 0)),
    "top_of_foot": _Look(("foot.S", "toe3-1.S"), 0.5, UP, ("foot", "toe")),
    "toes": _at("toe2-1.S", (0, 0.2, 1), FOOT),
    "big_toe": _at("toe1-1.S", FRONT, FOOT, (0, 0, 0.01), 0.02),
    "little_toe": _at("toe5-1.S", FRONT, FOOT, (0, 0, 0.005), 0.02),
    "heel": _at("foot.S", DOWN, FOOT, (0, 0, -0.025)),
    "arch": _Look(("foot.S", "toe2-1.S"), 0.5, DOWN, FOOT),
    "ball_of_foot": _at("toe2-1.S", DOWN, FOOT, (0, 0, -0.01)),
    "upper_arm_front": _Look(("upperarm01.S", "lowerarm01.S"), 0.5, FRONT, ARM),
    "upper_arm_back": _Look(("upperarm01.S", "lowerarm01.S"), 0.5, BACK, ARM),
    "upper_arm_outer": _Look(("upperarm01.S", "lowerarm01.S"), 0.5, (0.7, 0.7, 0), ARM),
    "elbow": _at("lowerarm01.S", BACK, ARM),
    "forearm": _Look(("lowerarm01.S", "wrist.S"), 0.4, "palm", ARM),
    "forearm_back": _Look(("lowerarm01.S", "wrist.S"), 0.4, "back of hand", ARM),
    "wrist": _at("wrist.S", "palm", HAND + ARM),
    "wrist_back": _at("wrist.S", "back of hand", HAND + ARM),
    "palm": _Look(("wrist.S", "finger3-1.S"), 0.85, "palm", HAND, reach=0.015),
    "back_of_hand": _Look(("wrist.S", "finger3-1.S"), 0.7, "back of hand", HAND, reach=0.015),
    "knuckles": _at("finger3-1.S", "back of hand", HAND, reach=0.015),
    "fingers": _at("finger3-2.S", "palm", HAND, reach=0.015),
    "fingers_back": _at("finger3-2.S", "back of hand", HAND, reach=0.015),
    "index_tip": _at("finger2-3.S", "hand", HAND, reach=0.012),
    "neck_side": _at("neck02", OUT, NECK),
    "occiput": _at("head", BACK, HEAD, (0.035, 0.03, 0)),
    "crown": _at("head", (0.5, 1, 0), HEAD, (0.02, 0.09, 0)),
    "temple": _at("head", OUT, HEAD, (0, 0.105, 0.04), 0.015),
    "ear": _at("head", OUT, HEAD, (0, 0.04, 0)),
    "cheek": _at("head", (0.5, 0, 1), HEAD, (0.025, 0.025, 0), 0.015),
    "jaw": _at("head", OUT, HEAD, (0, 0.0, 0.035), 0.015),
    "jaw_angle": _at("head", OUT, HEAD, (0, -0.02, 0.01), 0.015),
}

NAMES = (*MIDDLE, *(f"{name}.{side}" for name in SIDED for side in ("left", "right")))


def placed(entry, locate):
    """Return position, outward normal (None in the air) and name (or None) of a point.

    `entry` is `[x, y, z]`, the name of a body point, or `{point: name, offset: [x, y, z]}`.
    """
    if isinstance(entry, str):
        position, normal = locate(entry)
        return position, normal if np.any(normal) else None, entry  # a joint has no skin
    if isinstance(entry, dict):
        position, normal, _ = placed(entry["point"], locate)
        return position + np.asarray(entry.get("offset", (0, 0, 0)), float), normal, None
    return np.asarray(entry, float), None, None


@cache
def found_on(body):
    """Return the points of `body`: name -> SkinPoint; found once for each body."""
    found = {name: _seen(body, look, "left") for name, look in MIDDLE.items()}
    for name, look in SIDED.items():
        for side in ("left", "right"):
            found[f"{name}.{side}"] = _seen(body, look, side)
    return found


def _seen(body, look, side):
    suffix, sign = SUFFIX[side], OUTWARD[side]
    mirrored = np.array([sign, 1, 1])
    start, end = (body.head_of(bone.replace(".S", f".{suffix}")) for bone in look.bones)
    origin = start + (end - start) * look.share + np.array(look.offset) * mirrored
    direction = _direction(body, look.direction, side)
    sided = any(".S" in bone for bone in look.bones)
    belongs = body.weight_of(
        lambda bone: (
            bone.startswith(look.part)
            and (not sided or not bone.endswith((".L", ".R")) or bone.endswith(f".{suffix}"))
        )
    )
    away = body.vertices - origin
    along = away @ direction
    across = np.linalg.norm(away - np.outer(along, direction), axis=1)
    candidates = (body.part == SKIN) & (belongs > 0.5) & (along > 0)
    reach = look.reach
    while not (candidates & (across < reach)).any():
        reach *= 1.5
    # The outermost skin, but rather in the middle of the tube than at its rim.
    score = np.where(candidates & (across < reach), along - 0.7 * across, -np.inf)
    vertex = int(score.argmax())
    return SkinPoint(vertex, body.normals[vertex])


def _direction(body, direction, side):
    measures = body.measures[side]
    if direction == "palm":
        return measures.palm_normal
    if direction == "back of hand":
        return -measures.palm_normal
    if direction == "hand":
        return measures.hand_direction
    return unit(np.array(direction, float) * [OUTWARD[side], 1, 1])
