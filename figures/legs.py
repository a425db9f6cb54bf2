"""Fits a leg of a skeleton: by its heel, ball, toes, ankle or knee, or by directions of its bones.

Metres in the world; degrees. Points and directions are those of a pose's limb.
"""

import numpy as np

from figures.body import OUTWARD, SUFFIX
from figures.geometry import X, Y, Z, aligning, euler, frame, rotation, twist_about, two_bones, unit
from figures.skeleton import bones_of


def _foot_turned(limb, side):
    """Return the rotation of a foot given in the world; None when it follows the shin."""
    if "foot" in limb:
        return euler(**limb["foot"])
    if any(key in limb for key in ("heel_at", "ball_at", "toe_at")):
        return euler(yaw=OUTWARD[side] * 8)  # people stand with the toes a little out
    return None


def ankle_target(measures, limb, side):
    """Return where the ankle of a placed foot is; None when the foot is free."""
    for key in ("heel_at", "ball_at", "toe_at"):
        if key in limb:
            sole = getattr(measures, key.removesuffix("_at"))
            return np.array(limb[key], float) + _foot_turned(limb, side) @ (measures.ankle - sole)
    return np.array(limb["ankle_at"], float) if "ankle_at" in limb else None


def fit_leg(skeleton, limb, side, aim):
    """Fit a leg; returns where its ankle should come to lie, None when it is free."""
    s, sign, measures = SUFFIX[side], OUTWARD[side], skeleton.body.measures[side]
    chain = [f"{name}.{s}" for name in (
        "pelvis", "upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot")]  # fmt: skip
    skeleton.put(chain[0])
    skeleton.put(chain[1])
    pelvis = skeleton.rotation_of("root")
    of_frame = limb.get("frame", "world")
    knee_towards = (
        skeleton.in_world(limb["knee"], of_frame)
        if "knee" in limb
        else pelvis @ unit([sign * 0.12, -0.1, 1])
    )
    target = ankle_target(measures, limb, side)
    aimed = None if target is None else target + aim
    thigh, shin = _directions(skeleton, limb, side, knee_towards, of_frame, aimed)
    hinge = np.cross(thigh, shin)
    if np.linalg.norm(hinge) < 0.06:
        hinge = -np.cross(thigh, knee_towards) if "knee" in limb else pelvis @ X
    if np.linalg.norm(np.cross(thigh, hinge)) < 1e-3:
        hinge = pelvis @ X
    turned_thigh = frame(thigh, hinge) @ frame(measures.thigh_direction, X).T
    turned_shin = frame(shin, hinge) @ frame(measures.shin_direction, X).T
    carried = skeleton.rotation_of(chain[0])
    swung = aligning(carried @ measures.thigh_direction, thigh) @ carried
    twist = twist_about(thigh, swung, turned_thigh)
    foot = _foot_turned(limb, side)
    if foot is None:
        foot = (
            turned_shin
            @ rotation(Y, sign * limb.get("foot_turn", 0))
            @ rotation(X, -limb.get("dorsiflexion", 0))
            @ rotation(Z, -sign * limb.get("inversion", 0))
        )
    followed = aligning(turned_shin @ measures.shin_direction, foot @ measures.shin_direction)
    foot_twist = twist_about(foot @ measures.shin_direction, followed @ turned_shin, foot)
    worlds = (
        rotation(thigh, twist * 0.4) @ swung,
        turned_thigh,
        turned_shin,
        rotation(shin, np.clip(foot_twist, -40, 40) * 0.6) @ turned_shin,
        foot,
    )
    for bone, world in zip(chain[1:], worlds, strict=True):
        skeleton.put(bone, world=world)
    _fit_toes(skeleton, limb, side)
    return None if "knee_at" in limb else target


def _directions(skeleton, limb, side, knee_towards, of_frame, target):
    measures = skeleton.body.measures[side]
    hip = skeleton.place_of(f"upperleg01.{SUFFIX[side]}")
    if "knee_at" in limb:
        away = np.array(limb["knee_at"], float) - hip
        thigh = unit(away)
        knee = hip + thigh * measures.thigh
        missed = abs(float(np.linalg.norm(away)) - measures.thigh)
        if target is None:
            shin = unit(skeleton.in_world(limb.get("shin", [0, -1, 0]), of_frame))
        else:
            shin = unit(target - knee)
            reach = abs(float(np.linalg.norm(target - knee)) - measures.shin)
            missed = max(missed, reach)
        skeleton.missed[f"{side} leg"] = missed
        return thigh, shin
    if target is not None:
        thigh, shin, missed = two_bones(hip, target, measures.thigh, measures.shin, knee_towards)
        skeleton.missed[f"{side} foot"] = abs(missed)
        return thigh, shin
    if "thigh" in limb:
        thigh = unit(skeleton.in_world(limb["thigh"], of_frame))
        return thigh, unit(skeleton.in_world(limb.get("shin", limb["thigh"]), of_frame))
    pelvis = skeleton.rotation_of("root")
    return pelvis @ measures.thigh_direction, pelvis @ measures.shin_direction


def _fit_toes(skeleton, limb, side):
    extension, spread = limb.get("toes", 0), limb.get("toe_spread", 0)
    for bone in bones_of(skeleton.body, side):
        if not bone.startswith("toe"):
            continue
        number, joint = int(bone[3]), bone[5]
        up = limb.get("big_toe", extension) if number == 1 else extension
        local = None
        if joint == "1":
            # Toes 1 to 5 fan out from the second.
            fan = OUTWARD[side] * spread * (number - 2.2) / 2.8
            local = rotation(Y, fan) @ rotation(X, -up)
        elif up < 0:
            local = rotation(X, -up * 0.7)  # a curl bends every joint of the toe
        skeleton.put(bone, local=local)
