"""Fits an arm of a skeleton: by what its hand lies on, by its wrist, or by directions of its bones.

Metres in the world; degrees. Points and directions are those of a pose's limb.
"""

import numpy as np

from figures.body import OUTWARD, SUFFIX
from figures.geometry import X, Y, Z, aligning, frame, rotation, twist_about, two_bones, unit
from figures.skeleton import bones_of, point

SKIN_GAP = 0.004
"""Between a palm and the skin it rests on, metres: the mesh of a hand is not pressed flat."""

# Scapulohumeral rhythm, simplified: past 35 degrees of arm elevation the shoulder girdle
# rises by about a quarter of the rest.
_RHYTHM_FROM, _RHYTHM_SHARE, _RHYTHM_MOST = 35, 0.24, 32

# Degrees of flexion of each finger joint: straight hand to fist.
_FINGER_BENDS = {1: (-22, 80), 2: (-25, 95), 3: (-12, 60)}
_PLACED_HAND = ("hand_on", "hand_at", "wrist_at")


def fit_arm(skeleton, limb, side, aim):
    """Fit an arm; returns where its wrist should come to lie, None when it is free."""
    s, sign, measures = SUFFIX[side], OUTWARD[side], skeleton.body.measures[side]
    chain = [f"{name}.{s}" for name in (
        "clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02",
        "wrist")]  # fmt: skip
    for bone in chain[:3]:
        skeleton.put(bone)
    chest = skeleton.rotation_of("spine01")
    for _ in range(3):  # the girdle follows the arm, and the arm begins at the girdle
        upper, fore, hand, target = _directions(skeleton, limb, side, aim)
        seen = chest.T @ upper
        elevation = np.degrees(np.arccos(np.clip(-seen[1], -1, 1)))
        rise = limb.get("shrug", 0) + np.clip(
            (elevation - _RHYTHM_FROM) * _RHYTHM_SHARE, 0, _RHYTHM_MOST
        )
        forward = np.clip(seen[2], -0.6, 1) * 14 * np.clip(elevation / 70, 0, 1)
        forward += limb.get("protract", 0)
        girdle = rotation(Z, sign * rise) @ rotation(Y, -sign * forward)
        skeleton.put(chain[0], local=girdle)
        skeleton.put(chain[1])
        skeleton.put(chain[2])
    hinge = np.cross(upper, fore)
    if np.linalg.norm(hinge) < 0.10:  # a straight arm says nothing about its elbow
        if "elbow" in limb:
            towards = skeleton.in_world(limb["elbow"], limb.get("frame", "world"))
            hinge = -np.cross(upper, unit(towards))
        else:
            carried = skeleton.rotation_of(chain[1])
            hinge = (
                aligning(carried @ measures.upper_arm_direction, upper)
                @ carried
                @ measures.elbow_axis
            )
    turned_upper = frame(upper, hinge) @ frame(measures.upper_arm_direction, measures.elbow_axis).T
    turned_fore = frame(fore, hinge) @ frame(measures.forearm_direction, measures.elbow_axis).T
    carried = skeleton.rotation_of(chain[1])
    swung = aligning(carried @ measures.upper_arm_direction, upper) @ carried
    twist = twist_about(upper, swung, turned_upper)
    turned_hand = _turned_hand(skeleton, limb, side, turned_fore, hand)
    rest = measures.forearm_direction
    followed = aligning(turned_fore @ rest, turned_hand @ rest) @ turned_fore
    hand_twist = twist_about(turned_hand @ rest, followed, turned_hand)
    worlds = (
        rotation(upper, twist * 0.45) @ swung,
        turned_upper,
        rotation(fore, hand_twist * 0.25) @ turned_fore,
        rotation(fore, hand_twist * 0.7) @ turned_fore,
        turned_hand,
    )
    for bone, world in zip(chain[2:], worlds, strict=True):
        skeleton.put(bone, world=world)
    _fit_fingers(skeleton, limb, side)
    return target


def _turned_hand(skeleton, limb, side, turned_fore, hand):
    measures = skeleton.body.measures[side]
    if hand is not None:
        return hand
    if "palm" in limb or "fingers" in limb:
        of_frame = limb.get("hand_frame", limb.get("frame", "world"))
        fingers = (
            skeleton.in_world(limb["fingers"], of_frame)
            if "fingers" in limb
            else turned_fore @ measures.hand_direction
        )
        palm = (
            skeleton.in_world(limb["palm"], of_frame)
            if "palm" in limb
            else turned_fore @ measures.palm_normal
        )
        return _hand_rotation(skeleton, side, fingers, palm)
    turn = limb.get("turn_out", 0) * OUTWARD[side]
    return turned_fore @ rotation(measures.forearm_direction, turn)


def _hand_rotation(skeleton, side, fingers, palm):
    measures = skeleton.body.measures[side]
    return frame(fingers, palm) @ frame(measures.hand_direction, measures.palm_normal).T


def _directions(skeleton, limb, side, aim):
    """Return both bones' directions, the hand's rotation and the wrist's target.

    The last two are None where the hand is not laid on something.
    """
    sign, measures = OUTWARD[side], skeleton.body.measures[side]
    of_frame = limb.get("frame", "world")
    if not any(key in limb for key in _PLACED_HAND):
        chest = skeleton.rotation_of("spine01")
        if "upper" in limb:
            upper = unit(skeleton.in_world(limb["upper"], of_frame))
        else:
            upper = unit(chest @ np.array([sign * 0.13, -1, -0.02]))
        if "fore" in limb:
            return upper, unit(skeleton.in_world(limb["fore"], of_frame)), None, None
        return upper, unit(upper + 0.18 * (chest @ Z)), None, None
    shoulder = skeleton.place_of(f"upperarm01.{SUFFIX[side]}")
    wrist, hand = _wrist_target(skeleton, limb, side, shoulder)
    towards = skeleton.in_world(limb.get("elbow", [sign * 0.6, -0.5, -0.6]), of_frame)
    upper, fore, missed = two_bones(
        shoulder, wrist + aim, measures.upper_arm, measures.forearm, towards
    )
    skeleton.missed[f"{side} hand"] = abs(missed)
    return upper, fore, hand, wrist


def _wrist_target(skeleton, limb, side, shoulder):
    """Return where the wrist must be for the palm (or fingertips) to lie where it should."""
    measures = skeleton.body.measures[side]
    of_frame = limb.get("hand_frame", limb.get("frame", "world"))
    if "wrist_at" in limb:
        return np.array(limb["wrist_at"], float), None
    normal = np.zeros(3)
    if "hand_on" in limb:
        spot, normal = point(skeleton.body, skeleton.joints(), limb["hand_on"])
        spot = spot + normal * SKIN_GAP + np.array(limb.get("offset", (0, 0, 0)), float)
    else:
        spot = np.array(limb["hand_at"], float)
    fingers = skeleton.in_world(limb["fingers"], of_frame) if "fingers" in limb else spot - shoulder
    if "palm" in limb:
        palm = skeleton.in_world(limb["palm"], of_frame)
    elif np.linalg.norm(normal) > 0.5:
        palm = -normal
        # A hand laid on the skin follows it; the fingers lie in its plane.
        fingers = fingers - (fingers @ palm) * palm
        if np.linalg.norm(fingers) < 0.05:
            fingers = np.cross(palm, X)
    else:
        palm = np.array([0.0, -1.0, 0.0])
    if np.linalg.norm(np.cross(fingers, palm)) < 1e-3:
        palm = palm + np.array([0.01, 0.02, 0.03])
    hand = _hand_rotation(skeleton, side, fingers, palm)
    held = measures.fingertip if limb.get("grip") == "fingertips" else measures.palm_centre
    return spot - hand @ held, hand


def _fit_fingers(skeleton, limb, side):
    measures = skeleton.body.measures[side]
    curl = limb.get("curl", 0.25)
    curls = curl if isinstance(curl, (list, tuple)) else [curl] * 5
    bend_axis = unit(np.cross(measures.hand_direction, measures.palm_normal))
    for bone in bones_of(skeleton.body, side):
        if bone.startswith("metacarpal"):
            skeleton.put(bone)
        elif bone.startswith("finger1"):
            amount = (curls[0] - 0.2) * (15 if bone[8] == "1" else 35)
            skeleton.put(bone, local=rotation(bend_axis, amount))
        elif bone.startswith("finger"):
            number, joint = int(bone[6]), int(bone[8])
            open_bend, closed_bend = _FINGER_BENDS[joint]
            bend = open_bend + (closed_bend - open_bend) * curls[number - 1]
            local = rotation(bend_axis, bend)
            if joint == 1 and limb.get("spread"):
                fan = (number - 3) * limb["spread"] / 2 * -OUTWARD[side]
                local = rotation(measures.palm_normal, fan) @ local
            skeleton.put(bone, local=local)
