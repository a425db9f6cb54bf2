"""Turns a pose, given in metres and directions, into the rotation of every bone.

World: metres, y up; the figure at rest faces +z, its left is +x. Angles are degrees. Trunk first,
then legs, then arms (a hand may rest on a leg, or on the other hand). Contacts move the whole
figure until the named part just touches its surface; planted hands and feet stay where they are.
"""

from dataclasses import dataclass, field

import numpy as np

from figures import equipment, points
from figures.body import OUTWARD, SIDES, SUFFIX
from figures.geometry import (
    X,
    Y,
    Z,
    aligning,
    angle_between,
    euler,
    frame,
    part_way,
    rotation,
    spine_rotation,
    twist_about,
    unit,
)  # fmt: skip

SKIN_GAP = 0.004
"""Between a palm and the skin it rests on, metres: the mesh of a hand is not pressed flat."""
_CONTACT_ROUNDS = 12
_AIMS = 3
_ENDS = {"foot": "foot", "wrist": "hand"}
_NEARLY_STRAIGHT = 0.9985
"""Share of a limb's length that a hand or foot can reach: a locked joint looks wooden."""

# How bending is spread along the spine: each level's share.
LUMBAR = {"spine05": 0.34, "spine04": 0.33, "spine03": 0.33}
THORACIC = {"spine02": 0.5, "spine01": 0.5}
NECK = {"neck01": 0.25, "neck02": 0.22, "neck03": 0.2, "head": 0.33}

# Scapulohumeral rhythm, simplified: past 35 degrees of arm elevation the shoulder girdle
# rises by about a quarter of the rest.
_RHYTHM_FROM, _RHYTHM_SHARE, _RHYTHM_MOST = 35, 0.24, 32

# Degrees of flexion of each finger joint: straight hand to fist.
_FINGER_BENDS = {1: (-22, 80), 2: (-25, 95), 3: (-12, 60)}
_JOINT_BONES = {
    "knee_joint": "lowerleg01", "ankle_joint": "foot", "elbow_joint": "lowerarm01",
    "hip_joint": "upperleg01", "shoulder_joint": "upperarm01", "wrist_joint": "wrist",
}  # fmt: skip
_PLACED_HAND = ("hand_on", "hand_at", "wrist_at")


@dataclass
class Joints:
    """A posed skeleton: world rotation of each bone against rest, and where each bone begins."""

    rotations: np.ndarray
    positions: np.ndarray
    missed: dict[str, float] = field(default_factory=dict)
    """Limbs that do not reach what they should: name -> distance in metres."""


def solve(body, pose, things=()):
    """Return the `Joints` of `body` in `pose`; `things` are what contacts can rest on."""
    if pose.between is not None:
        return _in_between(body, pose, things)
    return _settled(body, pose, things, {})


def point(body, joints, name):
    """Return where the named point is and which way out of the skin it looks.

    The direction is of unit length; zero for a joint, which lies inside.
    """
    base, _, side = name.partition(".")
    if base in _JOINT_BONES:
        bone = body.bone[f"{_JOINT_BONES[base]}.{SUFFIX[side]}"]
        return joints.positions[bone], np.zeros(3)
    spot = points.found_on(body)[name]
    place = body.skinned(joints, np.array([spot.vertex]))[0]
    row = body.weights[spot.vertex]
    turned = np.einsum("b,bij->ij", row.data, joints.rotations[row.indices])
    return place, unit(turned @ spot.normal)


def _in_between(body, pose, things):
    start, end, share = pose.between
    ways = {}
    differing = [limb for limb in LIMBS if _way(getattr(start, limb)) != _way(getattr(end, limb))]
    contacts_differ = _contact_names(start) != _contact_names(end)
    if differing or contacts_differ:
        first, last = (_settled(body, one, things, {}) for one in (start, end))
        ways = dict.fromkeys(differing, (first, last, share))
    if not contacts_differ:
        return _settled(body, pose, things, ways)
    root = body.bone["root"]
    place = first.positions[root] * (1 - share) + last.positions[root] * share
    return _Fitting(body, pose, ways).joints(place)


LIMBS = ("left_leg", "right_leg", "left_arm", "right_arm")


def _way(limb):
    """How a limb is placed; two poses with the same way can be mixed number by number."""
    numeric = {"curl", "spread", "toes", "toe_spread", "big_toe", "shrug", "protract", "offset"}
    return {
        key: value if isinstance(value, str) else None
        for key, value in limb.items()
        if key not in numeric
    }


def _contact_names(pose):
    return [(contact["part"], isinstance(contact["on"], str) and contact["on"])
            for contact in pose.contacts], pose.straight  # fmt: skip


def _settled(body, pose, things, ways):
    """Return the joints with the figure moved until its contacts hold and planted legs are long."""
    fitting = _Fitting(body, pose, ways)
    at = pose.pelvis.get("at") or (0, body.head_of("root")[1], 0)
    place = np.array(at, float)
    joints = fitting.joints(place)
    surfaces = equipment.surfaces(things)
    groups = _grouped(pose.contacts, surfaces)
    for _ in range(_CONTACT_ROUNDS if groups else 0):
        largest = 0.0
        for push, contacts in groups:
            gap = min(_gap(body, joints, contact, surface) for contact, surface in contacts)
            place = place - gap * push
            joints = fitting.joints(place)
            largest = max(largest, abs(gap))
        if largest < 5e-4:
            break
    for side in pose.straight:
        place, joints = _lengthened(body, pose, fitting, side, place, joints)
    return joints


def _grouped(contacts, surfaces):
    """Contacts that push the same way act together: the deepest one decides."""
    groups = []
    for contact in contacts:
        on = contact["on"]
        surface = surfaces[on] if isinstance(on, str) else equipment.Plane(on * Y, Y)
        push = unit(surface.normal)
        for known, members in groups:
            if known @ push > 0.999:
                members.append((contact, surface))
                break
        else:
            groups.append((push, [(contact, surface)]))
    return groups


def _gap(body, joints, contact, surface):
    part = contact["part"]
    if part in body.parts:
        places = body.skinned(joints, body.parts[part])
    else:
        places = point(body, joints, part)[0][None]
    over = surface.margin(places) > -0.01  # what hangs past an edge does not rest on it
    return float(np.min(surface.gap(places[over] if over.any() else places))) - contact.get(
        "gap", 0.0
    )


def _lengthened(body, pose, fitting, side, place, joints):
    """Raise or lower the figure until this leg is just straight between hip and ankle."""
    limb, measures = getattr(pose, f"{side}_leg"), body.measures[side]
    ankle = _ankle_target(measures, limb, side)
    hip_bone = body.bone[f"upperleg01.{SUFFIX[side]}"]
    length = (measures.thigh + measures.shin) * pose.straightness
    for _ in range(6):
        hip = joints.positions[hip_bone]
        across = np.hypot(*(hip - ankle)[[0, 2]])
        height = np.sqrt(max(length * length - across * across, 0.01))
        place = place + Y * (ankle[1] + height - hip[1])
        joints = fitting.joints(place)
    return place, joints


def _foot_turned(limb, side):
    """Return the rotation of a foot given in the world; None when it follows the shin."""
    if "foot" in limb:
        return euler(**limb["foot"])
    if any(key in limb for key in ("heel_at", "ball_at", "toe_at")):
        return euler(yaw=OUTWARD[side] * 8)  # people stand with the toes a little out
    return None


def _ankle_target(measures, limb, side):
    for key in ("heel_at", "ball_at", "toe_at"):
        if key in limb:
            sole = getattr(measures, key.removesuffix("_at"))
            return np.array(limb[key], float) + _foot_turned(limb, side) @ (measures.ankle - sole)
    return np.array(limb["ankle_at"], float) if "ankle_at" in limb else None


def two_bones(start, target, first, second, pole):
    """Solve a hinge of two bones of length `first` and `second` from `start` to `target`.

    The joint between bends towards `pole`. Returns both bones' directions (unit) and by how many
    metres the target is out of reach.
    """
    away = target - start
    distance = float(np.linalg.norm(away))
    reached = float(
        np.clip(distance, abs(first - second) + 1e-4, (first + second) * _NEARLY_STRAIGHT)
    )
    direction = unit(away)
    cosine = np.clip((first**2 + reached**2 - second**2) / (2 * first * reached), -1, 1)
    pole = np.asarray(pole, float)
    pole = pole - (pole @ direction) * direction
    if np.linalg.norm(pole) < 1e-6:
        pole = np.cross(direction, [0.1, 0.2, 0.9])
    joint = start + first * (
        direction * cosine + unit(pole) * np.sqrt(max(0.0, 1 - float(cosine) ** 2))
    )
    end = start + direction * reached
    return unit(joint - start), unit(end - joint), distance - reached


class _Fitting:
    """One pose being fitted: forward kinematics of the whole skeleton for a place of the pelvis."""

    def __init__(self, body, pose, ways):
        self.body, self.pose, self.ways = body, pose, ways
        self.local = {}
        for shares, bend in ((LUMBAR, pose.lumbar), (THORACIC, pose.thoracic), (NECK, pose.neck)):
            for bone, share in shares.items():
                self.local[bone] = spine_rotation(*(angle * share for angle in bend))
        turned = {key: pose.pelvis.get(key, 0) for key in ("yaw", "pitch", "roll")}
        self.pelvis = euler(**turned)
        self.trunk = [bone for bone in body.bones if not bone.endswith((".L", ".R"))]
        self.of_side = {
            side: [bone for bone in body.bones if bone.endswith(f".{SUFFIX[side]}")]
            for side in SIDES
        }

    def joints(self, place):
        """Return the joints with the pelvis' bone at `place`."""
        count = len(self.body.bones)
        self.turned = np.tile(np.eye(3), (count, 1, 1))
        self.places = np.zeros((count, 3))
        self.missed = {}
        for bone in self.trunk:
            self._put(bone, local=self.local.get(bone), place=place)
        for side in SIDES:
            if f"{side}_leg" in self.ways:
                self._turned_limb(f"{side}_leg", side)
            else:
                self._aimed(self._leg, getattr(self.pose, f"{side}_leg"), side, "foot")
        for side in sorted(SIDES, key=self._rests_on_other_arm):
            if f"{side}_arm" in self.ways:
                self._turned_limb(f"{side}_arm", side)
            else:
                self._aimed(self._arm, getattr(self.pose, f"{side}_arm"), side, "wrist")
        return Joints(self.turned, self.places, self.missed)

    def _rests_on_other_arm(self, side):
        on = str(getattr(self.pose, f"{side}_arm").get("hand_on", ""))
        other = "right" if side == "left" else "left"
        arm = ("hand", "palm", "wrist", "forearm", "elbow", "knuckles", "finger", "upper_arm",
               "back_of_hand", "index")  # fmt: skip
        return on.endswith(other) and on.startswith(arm)

    def _put(self, bone, local=None, world=None, place=None):
        """Place one bone: turned as given in the world, or by `local` against its parent."""
        body = self.body
        index = body.bone[bone]
        parent = body.parents[index]
        if parent < 0:
            self.turned[index], self.places[index] = self.pelvis, place
            return
        carried = self.turned[parent]
        self.places[index] = self.places[parent] + carried @ (
            body.heads[index] - body.heads[parent]
        )
        if world is not None:
            self.turned[index] = world
        else:
            self.turned[index] = carried if local is None else carried @ local

    def _rotation_of(self, bone):
        return self.turned[self.body.bone[bone]]

    def _place_of(self, bone):
        return self.places[self.body.bone[bone]]

    def _in_world(self, vector, of_frame="world"):
        bones = {"chest": "spine01", "pelvis": "root", "head": "head"}
        vector = np.array(vector, float)
        return vector if of_frame == "world" else self._rotation_of(bones[of_frame]) @ vector

    def _turned_limb(self, limb, side):
        """Turn a limb from how it is in one key pose to how it is in the next, joint by joint."""
        first, last, share = self.ways[limb]
        starts = ("pelvis", "upperleg", "lowerleg", "foot", "toe")
        is_leg = limb.endswith("leg")
        for bone in self.of_side[side]:
            if bone.startswith(starts) != is_leg:
                continue
            index, parent = self.body.bone[bone], self.body.parents[self.body.bone[bone]]
            local = [
                joints.rotations[parent].T @ joints.rotations[index] for joints in (first, last)
            ]
            self._put(bone, local=part_way(*local, share))

    def _aimed(self, fit, limb, side, end_bone):
        """Fit a limb, then aim again by as much as its end came to lie beside the target.

        Twist is spread along a limb over two bones that do not lie quite on the line between its
        joints; without this a heel would float by up to 2 cm.
        """
        aim = np.zeros(3)
        for _ in range(_AIMS):
            target = fit(limb, side, aim)
            if target is None or self.missed.get(f"{side} {_ENDS[end_bone]}", 1) > 1e-3:
                return
            aim = aim + target - self._place_of(f"{end_bone}.{SUFFIX[side]}")

    # Legs

    def _leg(self, limb, side, aim):
        """Fit a leg; returns where its ankle should come to lie, None when it is free."""
        s, sign, measures = SUFFIX[side], OUTWARD[side], self.body.measures[side]
        chain = [f"{name}.{s}" for name in (
            "pelvis", "upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot")]  # fmt: skip
        self._put(chain[0])
        self._put(chain[1])
        pelvis = self._rotation_of("root")
        of_frame = limb.get("frame", "world")
        knee_towards = (
            self._in_world(limb["knee"], of_frame)
            if "knee" in limb
            else pelvis @ unit([sign * 0.12, -0.1, 1])
        )
        target = _ankle_target(measures, limb, side)
        aimed = None if target is None else target + aim
        thigh, shin = self._leg_directions(limb, side, knee_towards, of_frame, aimed)
        hinge = np.cross(thigh, shin)
        if np.linalg.norm(hinge) < 0.06:
            hinge = -np.cross(thigh, knee_towards) if "knee" in limb else pelvis @ X
        if np.linalg.norm(np.cross(thigh, hinge)) < 1e-3:
            hinge = pelvis @ X
        turned_thigh = frame(thigh, hinge) @ frame(measures.thigh_direction, X).T
        turned_shin = frame(shin, hinge) @ frame(measures.shin_direction, X).T
        carried = self._rotation_of(chain[0])
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
            self._put(bone, world=world)
        self._toes(limb, side)
        return None if "knee_at" in limb else target

    def _leg_directions(self, limb, side, knee_towards, of_frame, target):
        measures = self.body.measures[side]
        hip = self._place_of(f"upperleg01.{SUFFIX[side]}")
        if "knee_at" in limb:
            away = np.array(limb["knee_at"], float) - hip
            thigh = unit(away)
            knee = hip + thigh * measures.thigh
            missed = abs(float(np.linalg.norm(away)) - measures.thigh)
            if target is None:
                shin = unit(self._in_world(limb.get("shin", [0, -1, 0]), of_frame))
            else:
                shin = unit(target - knee)
                reach = abs(float(np.linalg.norm(target - knee)) - measures.shin)
                missed = max(missed, reach)
            self.missed[f"{side} leg"] = missed
            return thigh, shin
        if target is not None:
            thigh, shin, missed = two_bones(
                hip, target, measures.thigh, measures.shin, knee_towards
            )
            self.missed[f"{side} foot"] = abs(missed)
            return thigh, shin
        if "thigh" in limb:
            thigh = unit(self._in_world(limb["thigh"], of_frame))
            return thigh, unit(self._in_world(limb.get("shin", limb["thigh"]), of_frame))
        pelvis = self._rotation_of("root")
        return pelvis @ measures.thigh_direction, pelvis @ measures.shin_direction

    def _toes(self, limb, side):
        extension, spread = limb.get("toes", 0), limb.get("toe_spread", 0)
        for bone in self.of_side[side]:
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
            self._put(bone, local=local)

    # Arms

    def _arm(self, limb, side, aim):
        """Fit an arm; returns where its wrist should come to lie, None when it is free."""
        s, sign, measures = SUFFIX[side], OUTWARD[side], self.body.measures[side]
        chain = [f"{name}.{s}" for name in (
            "clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02",
            "wrist")]  # fmt: skip
        for bone in chain[:3]:
            self._put(bone)
        chest = self._rotation_of("spine01")
        for _ in range(3):  # the girdle follows the arm, and the arm begins at the girdle
            upper, fore, hand, target = self._arm_directions(limb, side, aim)
            seen = chest.T @ upper
            elevation = np.degrees(np.arccos(np.clip(-seen[1], -1, 1)))
            rise = limb.get("shrug", 0) + np.clip(
                (elevation - _RHYTHM_FROM) * _RHYTHM_SHARE, 0, _RHYTHM_MOST
            )
            forward = np.clip(seen[2], -0.6, 1) * 14 * np.clip(elevation / 70, 0, 1)
            forward += limb.get("protract", 0)
            girdle = rotation(Z, sign * rise) @ rotation(Y, -sign * forward)
            self._put(chain[0], local=girdle)
            self._put(chain[1])
            self._put(chain[2])
        hinge = np.cross(upper, fore)
        if np.linalg.norm(hinge) < 0.10:  # a straight arm says nothing about its elbow
            if "elbow" in limb:
                towards = self._in_world(limb["elbow"], limb.get("frame", "world"))
                hinge = -np.cross(upper, unit(towards))
            else:
                carried = self._rotation_of(chain[1])
                hinge = (
                    aligning(carried @ measures.upper_arm_direction, upper)
                    @ carried
                    @ measures.elbow_axis
                )
        turned_upper = (
            frame(upper, hinge) @ frame(measures.upper_arm_direction, measures.elbow_axis).T
        )
        turned_fore = frame(fore, hinge) @ frame(measures.forearm_direction, measures.elbow_axis).T
        carried = self._rotation_of(chain[1])
        swung = aligning(carried @ measures.upper_arm_direction, upper) @ carried
        twist = twist_about(upper, swung, turned_upper)
        turned_hand = self._turned_hand(limb, side, turned_fore, hand)
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
            self._put(bone, world=world)
        self._fingers(limb, side)
        return target

    def _turned_hand(self, limb, side, turned_fore, hand):
        measures = self.body.measures[side]
        if hand is not None:
            return hand
        if "palm" in limb or "fingers" in limb:
            of_frame = limb.get("hand_frame", limb.get("frame", "world"))
            fingers = (
                self._in_world(limb["fingers"], of_frame)
                if "fingers" in limb
                else turned_fore @ measures.hand_direction
            )
            palm = (
                self._in_world(limb["palm"], of_frame)
                if "palm" in limb
                else turned_fore @ measures.palm_normal
            )
            return self._hand_rotation(side, fingers, palm)
        turn = limb.get("turn_out", 0) * OUTWARD[side]
        return turned_fore @ rotation(measures.forearm_direction, turn)

    def _hand_rotation(self, side, fingers, palm):
        measures = self.body.measures[side]
        return frame(fingers, palm) @ frame(measures.hand_direction, measures.palm_normal).T

    def _arm_directions(self, limb, side, aim):
        """Return both bones' directions, the hand's rotation and the wrist's target.

        The last two are None where the hand is not laid on something.
        """
        sign, measures = OUTWARD[side], self.body.measures[side]
        of_frame = limb.get("frame", "world")
        if not any(key in limb for key in _PLACED_HAND):
            chest = self._rotation_of("spine01")
            if "upper" in limb:
                upper = unit(self._in_world(limb["upper"], of_frame))
            else:
                upper = unit(chest @ np.array([sign * 0.13, -1, -0.02]))
            if "fore" in limb:
                return upper, unit(self._in_world(limb["fore"], of_frame)), None, None
            return upper, unit(upper + 0.18 * (chest @ Z)), None, None
        shoulder = self._place_of(f"upperarm01.{SUFFIX[side]}")
        wrist, hand = self._wrist_target(limb, side, shoulder)
        towards = self._in_world(limb.get("elbow", [sign * 0.6, -0.5, -0.6]), of_frame)
        upper, fore, missed = two_bones(
            shoulder, wrist + aim, measures.upper_arm, measures.forearm, towards
        )
        self.missed[f"{side} hand"] = abs(missed)
        return upper, fore, hand, wrist

    def _wrist_target(self, limb, side, shoulder):
        """Return where the wrist must be for the palm (or fingertips) to lie where it should."""
        measures = self.body.measures[side]
        of_frame = limb.get("hand_frame", limb.get("frame", "world"))
        if "wrist_at" in limb:
            return np.array(limb["wrist_at"], float), None
        normal = np.zeros(3)
        if "hand_on" in limb:
            spot, normal = point(self.body, Joints(self.turned, self.places), limb["hand_on"])
            spot = spot + normal * SKIN_GAP + np.array(limb.get("offset", (0, 0, 0)), float)
        else:
            spot = np.array(limb["hand_at"], float)
        fingers = (
            self._in_world(limb["fingers"], of_frame) if "fingers" in limb else spot - shoulder
        )
        if "palm" in limb:
            palm = self._in_world(limb["palm"], of_frame)
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
        hand = self._hand_rotation(side, fingers, palm)
        held = measures.fingertip if limb.get("grip") == "fingertips" else measures.palm_centre
        return spot - hand @ held, hand

    def _fingers(self, limb, side):
        measures = self.body.measures[side]
        curl = limb.get("curl", 0.25)
        curls = curl if isinstance(curl, (list, tuple)) else [curl] * 5
        bend_axis = unit(np.cross(measures.hand_direction, measures.palm_normal))
        for bone in self.of_side[side]:
            if bone.startswith("metacarpal"):
                self._put(bone)
            elif bone.startswith("finger1"):
                amount = (curls[0] - 0.2) * (15 if bone[8] == "1" else 35)
                self._put(bone, local=rotation(bend_axis, amount))
            elif bone.startswith("finger"):
                number, joint = int(bone[6]), int(bone[8])
                open_bend, closed_bend = _FINGER_BENDS[joint]
                bend = open_bend + (closed_bend - open_bend) * curls[number - 1]
                local = rotation(bend_axis, bend)
                if joint == 1 and limb.get("spread"):
                    fan = (number - 3) * limb["spread"] / 2 * -OUTWARD[side]
                    local = rotation(measures.palm_normal, fan) @ local
                self._put(bone, local=local)


# What the joint limits are measured from


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
