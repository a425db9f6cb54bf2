"""The rigged body: rest mesh, bones, skinning, named parts and points of the skin.

Rest frame: metres, y up, feet on y = 0, facing +z, its left is +x. Built by `body_data.py`.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

from figures.geometry import X, unit

FOLDER = Path(__file__).resolve().parent / "body"
NAMES = ("woman", "man", "older")
SIDES = ("left", "right")
SUFFIX = {"left": "L", "right": "R"}
OUTWARD = {"left": 1, "right": -1}
"""Sign of x on each side."""

SKIN, CLOTHES = 0, 1
_SMOOTHINGS = 14
"""Passes of Laplacian smoothing of delta mush; more gives rounder bends and softer detail."""


class UnknownPoint(ValueError):
    """A name that is neither a point nor a part of the body."""


@dataclass(frozen=True)
class LimbMeasures:
    """One side's arm and leg at rest: joints in metres, directions of unit length."""

    shoulder: np.ndarray
    elbow: np.ndarray
    wrist: np.ndarray
    hip: np.ndarray
    knee: np.ndarray
    ankle: np.ndarray
    upper_arm: float
    forearm: float
    thigh: float
    shin: float
    upper_arm_direction: np.ndarray
    forearm_direction: np.ndarray
    elbow_axis: np.ndarray
    thigh_direction: np.ndarray
    shin_direction: np.ndarray
    hand_direction: np.ndarray
    palm_normal: np.ndarray
    palm_centre: np.ndarray
    """From the wrist to the middle of the palm's skin."""
    fingertip: np.ndarray
    """From the wrist to the pads of the fingertips."""
    heel: np.ndarray
    ball: np.ndarray
    toe: np.ndarray
    """Points of the sole on the floor, in the rest frame."""


@dataclass(frozen=True)
class SkinPoint:
    """A named spot of the skin: the vertex and the direction out of the body at rest."""

    vertex: int
    normal: np.ndarray


class Body:
    """One body with everything that does not depend on a pose."""

    def __init__(self, name, data):
        self.name = name
        self.vertices = data["vertices"].astype(float)
        self.triangles = data["triangles"].astype(np.int64)
        self.triangle_part = data["triangle_part"]
        self.part = data["part"]
        self.heads = data["heads"].astype(float)
        self.parents = data["parents"].astype(int)
        self.bones = [str(bone) for bone in data["bones"]]
        self.bone = {bone: index for index, bone in enumerate(self.bones)}
        self.weights = sparse.csr_matrix(
            (
                data["weight_values"].astype(float),
                (data["weight_rows"], data["weight_columns"]),
            ),
            shape=(len(self.vertices), len(self.bones)),
        )
        prefix = "morph_"
        self.morphs = {
            key[len(prefix) :]: data[key].astype(float) for key in data if key.startswith(prefix)
        }
        self.measures = {side: self._measured(side) for side in SIDES}

    @staticmethod
    @cache
    def load(name):
        """Return the body `name`, read once a process; FileNotFoundError if it was not built."""
        with np.load(FOLDER / f"{name}.npz") as data:
            return Body(name, dict(data))

    def head_of(self, bone):
        """Return where `bone` begins at rest."""
        return self.heads[self.bone[bone]]

    def weight_of(self, wanted):
        """Return for each vertex the sum of its weights on the bones that `wanted(name)` picks."""
        columns = [index for index, bone in enumerate(self.bones) if wanted(bone)]
        return np.asarray(self.weights[:, columns].sum(axis=1)).ravel()

    def _measured(self, side):
        s = SUFFIX[side]
        shoulder, elbow = self.head_of(f"upperarm01.{s}"), self.head_of(f"lowerarm01.{s}")
        wrist, hip = self.head_of(f"wrist.{s}"), self.head_of(f"upperleg01.{s}")
        knee, ankle = self.head_of(f"lowerleg01.{s}"), self.head_of(f"foot.{s}")
        upper, fore = elbow - shoulder, wrist - elbow
        middle = self.head_of(f"finger3-1.{s}")
        index, little = self.head_of(f"finger2-1.{s}"), self.head_of(f"finger5-1.{s}")
        across = np.cross(index - wrist, little - wrist)
        palm_normal = unit(across) * (1 if side == "right" else -1)
        hand_direction = unit(middle - wrist)
        hand_length = float(np.linalg.norm(middle - wrist))
        foot = self.weight_of(
            lambda bone: bone == f"foot.{s}" or (bone.startswith("toe") and bone.endswith(s))
        )
        sole = self.vertices[(foot > 0.6) & (self.part == SKIN)]
        ball = self.head_of(f"toe2-1.{s}")
        return LimbMeasures(
            shoulder=shoulder,
            elbow=elbow,
            wrist=wrist,
            hip=hip,
            knee=knee,
            ankle=ankle,
            upper_arm=float(np.linalg.norm(upper)),
            forearm=float(np.linalg.norm(fore)),
            thigh=float(np.linalg.norm(knee - hip)),
            shin=float(np.linalg.norm(ankle - knee)),
            upper_arm_direction=unit(upper),
            forearm_direction=unit(fore),
            elbow_axis=unit(np.cross(upper, fore)),
            thigh_direction=unit(knee - hip),
            shin_direction=unit(ankle - knee),
            hand_direction=hand_direction,
            palm_normal=palm_normal,
            palm_centre=(middle - wrist) * 0.85 + palm_normal * 0.022,
            fingertip=hand_direction * (hand_length + 0.070) + palm_normal * 0.012,
            heel=np.array([ankle[0], 0, sole[:, 2].min() + 0.01]),
            ball=np.array([ball[0], 0, ball[2]]),
            toe=np.array([ball[0], 0, sole[:, 2].max()]),
        )

    @cached_property
    def normals(self):
        """Return the outward normals of the rest mesh."""
        return vertex_normals(self.vertices, self.triangles)

    @cached_property
    def parts(self):
        """Return the named parts of the skin, each an array of vertex numbers."""
        found = {}
        for side in SIDES:
            s = SUFFIX[side]

            def limb(*prefixes, s=s):
                return self.weight_of(lambda bone: bone.startswith(prefixes) and bone.endswith(s))

            def near(bone, radius):
                return np.linalg.norm(self.vertices - self.head_of(bone), axis=1) < radius

            found[f"foot.{side}"] = limb("foot", "toe") > 0.6
            found[f"toes.{side}"] = limb("toe") > 0.6
            found[f"shin.{side}"] = limb("lowerleg") > 0.6
            found[f"thigh.{side}"] = limb("upperleg") > 0.6
            found[f"knee.{side}"] = (limb("lowerleg01") > 0.2) & near(f"lowerleg01.{s}", 0.1)
            found[f"hand.{side}"] = limb("wrist", "metac", "finger") > 0.6
            found[f"forearm.{side}"] = limb("lowerarm") > 0.6
            found[f"upper_arm.{side}"] = limb("upperarm") > 0.6
            found[f"elbow.{side}"] = near(f"lowerarm01.{s}", 0.08)
            found[f"shoulder.{side}"] = near(f"upperarm01.{s}", 0.11)
            hip = self.measures[side].hip
            found[f"hip.{side}"] = (limb("upperleg", "pelvis") > 0.4) & (
                np.linalg.norm(self.vertices - hip, axis=1) < 0.19
            )
        hip_height = self.measures["left"].hip[1]
        pelvis = self.weight_of(lambda bone: bone.startswith(("root", "pelvis", "spine05")))
        seat = self.weight_of(lambda bone: bone.startswith(("root", "pelvis", "upperleg")))
        back = self.weight_of(
            lambda bone: bone.startswith(("spine01", "spine02", "clavicle", "shoulder"))
        )
        belly = self.weight_of(lambda bone: bone.startswith(("spine03", "spine04", "spine05")))
        found["pelvis"] = pelvis > 0.5
        found["seat"] = (seat > 0.5) & (self.vertices[:, 1] > hip_height - 0.18)
        found["back"] = back > 0.5
        found["belly"] = belly > 0.5
        found["neck"] = self.weight_of(lambda bone: bone.startswith("neck")) > 0.5
        found["head"] = self.weight_of(lambda bone: bone in ("head", "jaw")) > 0.5
        found["all"] = np.ones(len(self.vertices), bool)
        skin = self.part == SKIN
        return {name: np.flatnonzero(chosen & skin) for name, chosen in found.items()}

    # Delta mush: what skinning bends badly is smoothed, and the detail of the rest
    # mesh is put back in the smoothed surface's own frame.

    @cached_property
    def smoothing(self):
        """Return one step of Laplacian smoothing as a matrix."""
        count = len(self.vertices)
        t = self.triangles
        edges = np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]])
        edges = np.concatenate([edges, edges[:, ::-1]])
        near = sparse.csr_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count))
        near.data[:] = 1
        degree = np.maximum(np.asarray(near.sum(axis=1)).ravel(), 1)
        return (sparse.eye(count) * 0.4 + sparse.diags(1 / degree) @ near * 0.6).tocsr()

    @cached_property
    def _some_neighbour(self):
        t = self.triangles
        neighbour = np.zeros(len(self.vertices), np.int64)
        for first, second in ((0, 1), (1, 2), (2, 0)):
            neighbour[t[:, first]] = t[:, second]
        return neighbour

    @cached_property
    def _detail(self):
        smooth = self._smoothed(self.vertices)
        return np.einsum("nji,nj->ni", self._surface_frames(smooth), self.vertices - smooth)

    @cached_property
    def _mushable(self):
        crisp = ("finger", "meta", "wrist", "head", "jaw", "toe")
        return 1 - np.clip(self.weight_of(lambda bone: bone.startswith(crisp)), 0, 1)

    def _smoothed(self, vertices):
        for _ in range(_SMOOTHINGS):
            vertices = self.smoothing @ vertices
        return vertices

    def _surface_frames(self, smooth):
        normals = vertex_normals(smooth, self.triangles)
        tangents = smooth[self._some_neighbour] - smooth
        tangents -= (tangents * normals).sum(axis=1, keepdims=True) * normals
        tangents /= np.maximum(np.linalg.norm(tangents, axis=1, keepdims=True), 1e-12)
        return np.stack([normals, tangents, np.cross(normals, tangents)], axis=2)

    def morphed(self, pose):
        """Return the rest vertices with the pose's face and breath."""
        vertices = self.vertices
        if pose.mouth_open:
            vertices = vertices + self.morphs["mouth_open"] * pose.mouth_open
        if pose.jaw_glide:
            share = np.linalg.norm(self.morphs["mouth_open"], axis=1)
            share = np.clip(share / share.max() * 1.6, 0, 1)
            vertices = vertices + share[:, None] * X * pose.jaw_glide
        if pose.smile:
            vertices = vertices + self.morphs["smile"] * pose.smile
        if pose.breath:
            vertices = vertices + self.morphs["breath"] * pose.breath
        return vertices

    def skinned(self, joints, rows=None, vertices=None):
        """Return where the vertices (or only those of `rows`) are in the posed skeleton."""
        vertices = self.vertices if vertices is None else vertices
        weights = self.weights
        if rows is not None:
            weights, vertices = weights[rows], vertices[rows]
        moved = joints.positions - np.einsum("bij,bj->bi", joints.rotations, self.heads)
        blended = weights @ np.concatenate([joints.rotations.reshape(-1, 9), moved], axis=1)
        blended /= np.maximum(np.asarray(weights.sum(axis=1)).ravel()[:, None], 1e-9)
        turned = np.einsum("nij,nj->ni", blended[:, :9].reshape(-1, 3, 3), vertices)
        return turned + blended[:, 9:]

    def mesh(self, joints, pose):
        """Return the posed vertices (n,3) in the world, bends rounded."""
        vertices = self.skinned(joints, vertices=self.morphed(pose))
        smooth = self._smoothed(vertices)
        rounded = smooth + np.einsum("nij,nj->ni", self._surface_frames(smooth), self._detail)
        return vertices + (rounded - vertices) * self._mushable[:, None]


def vertex_normals(vertices, triangles):
    """Return the area-weighted unit normals of a mesh's vertices."""
    first, second, third = (vertices[triangles[:, corner]] for corner in range(3))
    faces = np.cross(second - first, third - first)
    normals = np.zeros_like(vertices)
    for axis in range(3):
        for corner in range(3):
            normals[:, axis] += np.bincount(
                triangles[:, corner], faces[:, axis], minlength=len(vertices)
            )
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
