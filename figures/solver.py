"""Turns a pose, given in metres and directions, into the rotation of every bone.

World: metres, y up; the figure at rest faces +z, its left is +x. Angles are degrees. Trunk first,
then legs, then arms (a hand may rest on a leg, or on the other hand). Contacts move the whole
figure until the named part just touches its surface; planted hands and feet stay where they are.
"""

import numpy as np

from figures.arms import fit_arm
from figures.body import SIDES, SUFFIX
from figures.geometry import Y, euler, part_way, spine_rotation, unit
from figures.legs import ankle_target, fit_leg
from figures.skeleton import Skeleton, bones_of, point
from figures.surfaces import Plane, surfaces

_CONTACT_ROUNDS = 12
_AIMS = 3
_ENDS = {"foot": "foot", "wrist": "hand"}

# How bending is spread along the spine: each level's share.
LUMBAR = {"spine05": 0.34, "spine04": 0.33, "spine03": 0.33}
THORACIC = {"spine02": 0.5, "spine01": 0.5}
NECK = {"neck01": 0.25, "neck02": 0.22, "neck03": 0.2, "head": 0.33}


def solve(body, pose, things=()):
    """Return the `Joints` of `body` in `pose`; `things` are what contacts can rest on."""
    if pose.between is not None:
        return _in_between(body, pose, things)
    return _settled(body, pose, things, {})


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
    found = surfaces(things)
    groups = _grouped(pose.contacts, found)
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


def _grouped(contacts, found):
    """Contacts that push the same way act together: the deepest one decides."""
    groups = []
    for contact in contacts:
        on = contact["on"]
        surface = found[on] if isinstance(on, str) else Plane(on * Y, Y)
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
    ankle = ankle_target(measures, limb, side)
    hip_bone = body.bone[f"upperleg01.{SUFFIX[side]}"]
    length = (measures.thigh + measures.shin) * pose.straightness
    for _ in range(6):
        hip = joints.positions[hip_bone]
        across = np.hypot(*(hip - ankle)[[0, 2]])
        height = np.sqrt(max(length * length - across * across, 0.01))
        place = place + Y * (ankle[1] + height - hip[1])
        joints = fitting.joints(place)
    return place, joints


class _Fitting:
    """One pose being fitted: the whole skeleton for a place of the pelvis."""

    def __init__(self, body, pose, ways):
        self.body, self.pose, self.ways = body, pose, ways
        self.local = {}
        for shares, bend in ((LUMBAR, pose.lumbar), (THORACIC, pose.thoracic), (NECK, pose.neck)):
            for bone, share in shares.items():
                self.local[bone] = spine_rotation(*(angle * share for angle in bend))
        turned = {key: pose.pelvis.get(key, 0) for key in ("yaw", "pitch", "roll")}
        self.pelvis = euler(**turned)
        self.trunk = [bone for bone in body.bones if not bone.endswith((".L", ".R"))]

    def joints(self, place):
        """Return the joints with the pelvis' bone at `place`."""
        skeleton = Skeleton(self.body, self.pelvis, place)
        for bone in self.trunk:
            skeleton.put(bone, local=self.local.get(bone))
        for side in SIDES:
            self._fit(skeleton, fit_leg, f"{side}_leg", side)
        for side in sorted(SIDES, key=self._rests_on_other_arm):
            self._fit(skeleton, fit_arm, f"{side}_arm", side)
        return skeleton.joints()

    def _fit(self, skeleton, fit, limb, side):
        if limb in self.ways:
            _turned_limb(skeleton, self.ways[limb], limb, side)
        else:
            end_bone = "foot" if fit is fit_leg else "wrist"
            _aimed(skeleton, fit, getattr(self.pose, limb), side, end_bone)

    def _rests_on_other_arm(self, side):
        on = str(getattr(self.pose, f"{side}_arm").get("hand_on", ""))
        other = "right" if side == "left" else "left"
        arm = ("hand", "palm", "wrist", "forearm", "elbow", "knuckles", "finger", "upper_arm",
               "back_of_hand", "index")  # fmt: skip
        return on.endswith(other) and on.startswith(arm)


def _turned_limb(skeleton, way, limb, side):
    """Turn a limb from how it is in one key pose to how it is in the next, joint by joint."""
    first, last, share = way
    body = skeleton.body
    starts = ("pelvis", "upperleg", "lowerleg", "foot", "toe")
    is_leg = limb.endswith("leg")
    for bone in bones_of(body, side):
        if bone.startswith(starts) != is_leg:
            continue
        index, parent = body.bone[bone], body.parents[body.bone[bone]]
        local = [joints.rotations[parent].T @ joints.rotations[index] for joints in (first, last)]
        skeleton.put(bone, local=part_way(*local, share))


def _aimed(skeleton, fit, limb, side, end_bone):
    """Fit a limb, then aim again by as much as its end came to lie beside the target.

    Twist is spread along a limb over two bones that do not lie quite on the line between its
    joints; without this a heel would float by up to 2 cm.
    """
    aim = np.zeros(3)
    for _ in range(_AIMS):
        target = fit(skeleton, limb, side, aim)
        if target is None or skeleton.missed.get(f"{side} {_ENDS[end_bone]}", 1) > 1e-3:
            return
        aim = aim + target - skeleton.place_of(f"{end_bone}.{SUFFIX[side]}")
