"""A posed skeleton, and one that is being posed bone by bone. World: metres, y up."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from figures import points
from figures.body import SUFFIX
from figures.geometry import unit

_JOINT_BONES = {
    "knee_joint": "lowerleg01", "ankle_joint": "foot", "elbow_joint": "lowerarm01",
    "hip_joint": "upperleg01", "shoulder_joint": "upperarm01", "wrist_joint": "wrist",
}  # fmt: skip


@dataclass
class Joints:
    """A posed skeleton: world rotation of each bone against rest, and where each bone begins."""

    rotations: np.ndarray
    positions: np.ndarray
    missed: dict[str, float] = field(default_factory=dict)
    """Limbs that do not reach what they should: name -> distance in metres."""


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


@cache
def bones_of(body, side):
    """Return the bones of one side of a body, parents first."""
    return [bone for bone in body.bones if bone.endswith(f".{SUFFIX[side]}")]


class Skeleton:
    """A skeleton that is being posed: forward kinematics, each bone after its parent."""

    def __init__(self, body, pelvis, place):
        """Begin with every bone as it is at rest.

        Args:
            body: Whose skeleton it is.
            pelvis: The rotation of the pelvis.
            place: Where the bone of the pelvis begins.
        """
        count = len(body.bones)
        self.body, self.pelvis, self.place = body, pelvis, place
        self.turned = np.tile(np.eye(3), (count, 1, 1))
        self.places = np.zeros((count, 3))
        self.missed = {}

    def joints(self):
        """Return the skeleton as far as it is posed."""
        return Joints(self.turned, self.places, self.missed)

    def put(self, bone, local=None, world=None):
        """Place one bone: turned as given in the world, or by `local` against its parent."""
        body = self.body
        index = body.bone[bone]
        parent = body.parents[index]
        if parent < 0:
            self.turned[index], self.places[index] = self.pelvis, self.place
            return
        carried = self.turned[parent]
        self.places[index] = self.places[parent] + carried @ (
            body.heads[index] - body.heads[parent]
        )
        if world is not None:
            self.turned[index] = world
        else:
            self.turned[index] = carried if local is None else carried @ local

    def rotation_of(self, bone):
        """Return the rotation of a bone that is placed."""
        return self.turned[self.body.bone[bone]]

    def place_of(self, bone):
        """Return where a bone that is placed begins."""
        return self.places[self.body.bone[bone]]

    def in_world(self, vector, of_frame="world"):
        """Return a direction given in the frame of the world, chest, pelvis or head."""
        bones = {"chest": "spine01", "pelvis": "root", "head": "head"}
        vector = np.array(vector, float)
        return vector if of_frame == "world" else self.rotation_of(bones[of_frame]) @ vector
