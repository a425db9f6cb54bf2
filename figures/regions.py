"""The body regions a picture can highlight, as smooth fields on the rest mesh.

A region is `name.left`, `name.right`, or `name` for both sides. Its field has one number for each
vertex of the body, 0 outside and 1 in the middle; skin and clothes have it, hair and eyes do not.
Lengths are metres of a body of 1.68 m and are scaled with the body; the frame is the rest frame
of `body.py` (y up, facing +z, left is +x).
"""

from functools import cache

import numpy as np

from figures.body import CLOTHES, OUTWARD, SKIN, SUFFIX
from figures.geometry import unit

REFERENCE_HEIGHT = 1.68
SIDES = ("left", "right")
EDGE_SMOOTHINGS = 4
"""Passes of smoothing over the mesh, so that no edge follows single vertices."""


class UnknownRegion(ValueError):
    """A name that is no region of the body."""


def step(value, low, high):
    """Return 0 below `low`, 1 above `high` and a smooth way between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def between(value, low, high, soft):
    """Return 1 from `low` to `high`, with edges of the width `soft` centred on them."""
    half = soft / 2
    return step(value, low - half, low + half) * (1 - step(value, high - half, high + half))


class Side:
    """One side of a body with what the regions are measured by."""

    def __init__(self, body, side):
        self.body = body
        self.side = side
        self.suffix = SUFFIX[side]
        self.outward = OUTWARD[side]
        self.measures = body.measures[side]
        self.scale = np.ptp(body.vertices[body.part == SKIN, 1]) / REFERENCE_HEIGHT
        self.outside = body.vertices[:, 0] * self.outward
        self.up = body.vertices[:, 1]
        self.normal = body.normals * [self.outward, 1, 1]
        """The normals as if this were the left side."""

    def head_of(self, bone):
        """Return where a bone begins; a name that ends in a dot gets this side's letter."""
        return self.body.head_of(bone + self.suffix if bone.endswith(".") else bone)

    def of(self, *bones, low=0.2, high=0.6):
        """Return how much the vertices belong to these bones (prefixes), of this side or middle."""

        def wanted(bone):
            return bone.startswith(bones) and (
                not bone.endswith((".L", ".R")) or bone.endswith(f".{self.suffix}")
            )

        return step(np.clip(self.body.weight_of(wanted), 0, 1), low, high)

    def trunk(self):
        """Return how much the vertices belong to the trunk."""
        return self.of("spine", "root", "pelvis", "clavicle", "shoulder", "neck01", low=0.25)

    def half(self):
        """Return 1 on this side of the body's middle; the two halves add up to 1."""
        return step(self.outside, -0.012, 0.012)

    def not_beyond(self):
        """Return 0 on the other side of the body, where smoothing and round forms would reach."""
        return step(self.outside, -0.02, -0.008)

    def behind(self):
        """Return how much the surface looks backwards."""
        return step(-self.normal[:, 2], -0.1, 0.35)

    def nape(self):
        """Return 1 behind the middle of the neck, 0 where the mouth and the eyes are."""
        middle = self.head_of("neck03")[2]
        return 1 - step(self.body.vertices[:, 2], middle, middle + 0.03 * self.scale)

    def face(self):
        """Return 1 on the outer skin of the side of the face, 0 inside the mouth."""
        return (self.body.part == SKIN) * step(self.normal[:, 0], -0.1, 0.3)

    def ahead(self):
        """Return how much the surface looks forwards."""
        return step(self.normal[:, 2], -0.1, 0.35)

    def sideways(self, low=0.15, high=0.6):
        """Return how much the surface looks out to this side."""
        return step(self.normal[:, 0], low, high)

    def place(self, start, outward=0.0, up=0.0, forward=0.0):
        """Return the point that lies so many metres from `start`."""
        return np.asarray(start) + np.array([outward * self.outward, up, forward]) * self.scale

    def around(self, centre, outward, up, forward):
        """Return 1 in the middle of an ellipsoid with these half axes, 0 outside it."""
        axes = np.array([outward, up, forward]) * self.scale
        return 1 - step(np.linalg.norm((self.body.vertices - centre) / axes, axis=1), 0.6, 1.15)

    def height(self, low, high, soft):
        """Return 1 between two heights that are given in world metres."""
        return between(self.up, low, high, soft * self.scale)

    def sector(self, start, end, low, high, direction, angle, soft=0.16):
        """Return 1 on a part of a limb.

        It reaches from share `low` to share `high` of the way from `start` to `end`, and
        `angle` degrees to both sides of `direction` (outward, up, forward) around that axis.
        """
        axis = end - start
        length = np.linalg.norm(axis)
        axis = axis / length
        along = (self.body.vertices - start) @ axis
        spoke = (self.body.vertices - start) - np.outer(along, axis)
        spoke /= np.maximum(np.linalg.norm(spoke, axis=1, keepdims=True), 1e-9)
        towards = np.array(direction, float) * [self.outward, 1, 1]
        towards = unit(towards - (towards @ axis) * axis)
        apart = np.degrees(np.arccos(np.clip(spoke @ towards, -1, 1)))
        reach = 1 - step(apart, angle - 22, angle + 22)
        return between(along / length, low, high, soft) * reach

    def rope(self, start, end, inner, outer):
        """Return 1 within `inner` metres of a line and 0 beyond `outer` metres."""
        way = end - start
        share = np.clip((self.body.vertices - start) @ way / (way @ way), 0, 1)
        away = np.linalg.norm(self.body.vertices - start - np.outer(share, way), axis=1)
        return 1 - step(away, inner * self.scale, outer * self.scale)

    def thigh(self, low, high, direction, angle):
        """Return a part of the thigh, see `sector`."""
        sector = self.sector(self.measures.hip, self.measures.knee, low, high, direction, angle)
        return sector * self.of("upperleg", "pelvis")

    def shin(self, low, high, direction, angle):
        """Return a part of the lower leg, see `sector`."""
        sector = self.sector(self.measures.knee, self.measures.ankle, low, high, direction, angle)
        return sector * self.of("lowerleg")

    def lower_arm(self, low, high, towards_palm):
        """Return the inner or the outer half of the forearm."""
        palm = self.measures.palm_normal * [self.outward, 1, 1] * (1 if towards_palm else -1)
        sector = self.sector(self.measures.elbow, self.measures.wrist, low, high, palm, 85)
        return sector * self.of("lowerarm")


def _glute(s):
    return s.around(s.place(s.measures.hip, 0.01, 0.03, -0.085), 0.112, 0.132, 0.105) * s.behind()


def _hip_flexor(s):
    groin = s.around(s.place(s.measures.hip, 0, 0.035, 0.075), 0.062, 0.11, 0.08)
    thigh = s.thigh(-0.1, 0.42, (0.1, 0, 1), 42)
    return np.maximum(groin, thigh) * s.ahead()


def _outer_hip(s):
    middle = s.place(s.measures.hip, 0.065, 0.065, -0.02)
    return s.around(middle, 0.075, 0.1, 0.085) * s.sideways(0.1, 0.55) * s.half()


def _low_back(s):
    low, high = s.head_of("spine05")[1], s.head_of("spine02")[1]
    wide = 1 - step(s.outside, 0.08 * s.scale, 0.13 * s.scale)
    rows = s.height(low - 0.02 * s.scale, high + 0.01 * s.scale, 0.07)
    return rows * s.behind() * wide * s.trunk() * s.half()


def _upper_back(s):
    low, high = s.head_of("spine02")[1], s.head_of("neck01")[1]
    wide = 1 - step(s.outside, 0.12 * s.scale, 0.17 * s.scale)
    rows = s.height(low + 0.035 * s.scale, high, 0.06)
    return rows * s.behind() * wide * s.trunk() * s.half()


def _lat(s):
    low, high = s.head_of("spine03")[1], s.head_of("spine01")[1]
    rows = s.height(low, high + 0.09 * s.scale, 0.05)
    flank = step(s.outside, 0.07 * s.scale, 0.12 * s.scale)
    looks = step(s.normal[:, 0] - 0.6 * s.normal[:, 2], -0.05, 0.4)
    return rows * flank * looks * s.trunk()


def _side_body(s):
    low, high = s.head_of("spine05")[1], s.head_of("spine01")[1]
    return s.height(low - 0.015 * s.scale, high + 0.06 * s.scale, 0.075) * s.sideways() * s.trunk()


def _ribs(s):
    low, high = s.head_of("spine03")[1], s.head_of("spine02")[1]
    rows = s.height(low + 0.02 * s.scale, high + 0.06 * s.scale, 0.06)
    looks = step(s.normal[:, 2] + 0.8 * s.normal[:, 0], 0.3, 0.8)
    return rows * looks * s.trunk() * step(s.outside, 0.02 * s.scale, 0.06 * s.scale)


def _chest(s):
    height = s.head_of("spine01")[1] + 0.035 * s.scale
    middle = s.place([0, height, 0], 0.085, 0, 0.09)
    return s.around(middle, 0.11, 0.085, 0.1) * s.ahead() * s.half()


def _belly(s):
    low, high = s.head_of("root")[1], s.head_of("spine03")[1]
    middle = s.place([0, (low + high) / 2 + 0.02, 0], 0, 0, 0.1)
    return s.around(middle, 0.115, 0.14, 0.12) * s.ahead() * s.trunk() * s.half()


def _neck_side(s):
    skull = s.head_of("head")
    start = s.place(skull, 0.05, 0.02, -0.03)
    end = s.place(s.head_of("shoulder01."), -0.01, 0.04, -0.01)
    below_ear = 1 - step(s.up, skull[1] - 0.03 * s.scale, skull[1] + 0.005 * s.scale)
    cheek = step(s.body.vertices[:, 2], skull[2] + 0.02 * s.scale, skull[2] + 0.045 * s.scale)
    aside = step(s.normal[:, 0] - s.normal[:, 2], -0.9, -0.4) * step(s.outside, -0.005, 0.025)
    return s.rope(start, end, 0.045, 0.078) * aside * below_ear * (1 - cheek)


def _neck_back(s):
    low, high = s.head_of("neck01")[1], s.head_of("head")[1]
    wide = 1 - step(s.outside, 0.05 * s.scale, 0.08 * s.scale)
    rows = s.height(low - 0.005, high + 0.03 * s.scale, 0.05)
    return rows * s.behind() * s.nape() * wide * s.half()


def _neck_front(s):
    low, high = s.head_of("neck01")[1], s.head_of("head")[1]
    neck = s.of("neck", "head", "jaw", "spine01", "clavicle")
    throat = between(s.body.vertices[:, 2], 0.0, 0.2, 0.03) * (
        1 - step(s.outside, 0.055 * s.scale, 0.085 * s.scale)
    )
    under_chin = 1 - step(s.normal[:, 2] - 2 * s.normal[:, 1], 2.0, 2.6)
    rows = s.height(low + 0.005 * s.scale, high - 0.052 * s.scale, 0.03)
    return rows * throat * under_chin * s.ahead() * neck * s.half()


def _jaw(s):
    middle = s.place(s.head_of("head"), 0.062, -0.015, 0.035)
    return s.around(middle, 0.035, 0.048, 0.042) * s.face()


def _temple(s):
    middle = s.place(s.head_of("head"), 0.068, 0.068, 0.045)
    return s.around(middle, 0.03, 0.035, 0.035) * s.face()


def _shoulder(s):
    return s.around(s.place(s.head_of("upperarm01."), 0.015), 0.085, 0.09, 0.085)


def _rear_shoulder(s):
    middle = s.place(s.head_of("upperarm01."), 0.0, -0.005, -0.045)
    return s.around(middle, 0.09, 0.08, 0.07) * s.behind()


def _top_shoulder(s):
    start = s.place(s.head_of("neck01"), 0.05, 0.02, -0.03)
    end = s.place(s.head_of("upperarm01."), -0.02, 0.05, -0.01)
    looks_up = step(s.normal[:, 1], 0.1, 0.5)
    return s.rope(start, end, 0.042, 0.07) * looks_up * step(s.outside, 0.01, 0.045)


def _hand(s):
    return s.of("wrist", "metacarpal", "finger", low=0.35, high=0.75)


def _sole(s):
    low = 1 - step(s.up, 0.05 * s.scale, 0.07 * s.scale)
    return low * step(-s.normal[:, 1], 0.1, 0.6) * s.of("foot", "toe", low=0.3)


def _ankle(s):
    middle = s.place(s.measures.ankle, 0, 0.01, 0)
    return s.around(middle, 0.07, 0.075, 0.09) * s.of("foot", "lowerleg02")


def _knee(s):
    middle = s.place(s.measures.knee, 0, -0.005, 0.05)
    return s.around(middle, 0.075, 0.085, 0.075) * step(s.normal[:, 2], -0.2, 0.3)


FIELDS = {
    "calf": lambda s: s.shin(0.08, 0.62, (0, 0, -1), 82),
    "soleus": lambda s: s.shin(0.45, 0.95, (0, 0, -1), 75),
    "shin": lambda s: s.shin(0.08, 0.7, (0.5, 0, 1), 55),
    "hamstring": lambda s: s.thigh(0.16, 0.95, (0, 0, -1), 75),
    "quadriceps": lambda s: s.thigh(0.12, 0.92, (0.2, 0, 1), 72),
    "adductor": lambda s: s.thigh(0.1, 0.85, (-1, 0, 0.1), 62),
    "outer_thigh": lambda s: s.thigh(-0.05, 0.95, (1, 0, -0.05), 52),
    "glute": _glute,
    "hip_flexor": _hip_flexor,
    "outer_hip": _outer_hip,
    "low_back": _low_back,
    "upper_back": _upper_back,
    "lat": _lat,
    "side_body": _side_body,
    "ribs": _ribs,
    "chest": _chest,
    "belly": _belly,
    "neck_side": _neck_side,
    "neck_back": _neck_back,
    "neck_front": _neck_front,
    "jaw": _jaw,
    "temple": _temple,
    "shoulder": _shoulder,
    "rear_shoulder": _rear_shoulder,
    "top_shoulder": _top_shoulder,
    "forearm": lambda s: s.lower_arm(0.05, 0.85, towards_palm=True),
    "forearm_back": lambda s: s.lower_arm(0.05, 0.85, towards_palm=False),
    "hand": _hand,
    "sole": _sole,
    "ankle": _ankle,
    "knee": _knee,
    "whole_body": Side.half,
}
NAMES = tuple(FIELDS)

BODY_REGIONS = {
    "jaw": ["jaw", "temple"],
    "neck": ["neck_side", "neck_back", "neck_front"],
    "shoulder": ["shoulder", "top_shoulder", "rear_shoulder"],
    "upper_back": ["upper_back", "lat"],
    "chest": ["chest"],
    "forearm_hand": ["forearm", "forearm_back", "hand"],
    "abdomen": ["belly", "ribs"],
    "low_back": ["low_back"],
    "glutes": ["glute"],
    "hip": ["outer_hip", "hip_flexor"],
    "thigh_front": ["quadriceps"],
    "thigh_back": ["hamstring"],
    "thigh_inner": ["adductor"],
    "knee": ["knee"],
    "calf_ankle": ["calf", "soleus", "ankle", "shin"],
    "foot": ["sole"],
}
"""The app's body regions and the highlights that show them."""


@cache
def region(body, name):
    """Return the field (n,) of a region, 0 to 1. Do not change the array: it is kept."""
    kind, _, side = name.partition(".")
    if kind not in FIELDS or side not in ("", *SIDES):
        raise UnknownRegion(name)
    if not side:
        return np.clip(sum(region(body, f"{kind}.{each}") for each in SIDES), 0, 1)
    here = Side(body, side)
    field = FIELDS[kind](here) * np.isin(body.part, (SKIN, CLOTHES))
    for _ in range(EDGE_SMOOTHINGS):
        field = body.smoothing @ field
    return np.clip(field, 0, 1) * here.not_beyond()


def union(body, names):
    """Return the field (n,) that covers all the named regions."""
    field = np.zeros(len(body.vertices))
    for name in names:
        field = np.maximum(field, region(body, name))
    return field
