"""The body map: a woman from the front and the back, and the 16 body regions as shapes.

The body is cut up in its rest frame (metres, y up, its left is +x) by planes at landmarks of the
skeleton. Every region has a score for each vertex, the distance to the nearest of its planes; a
pixel belongs to the region that scores highest there. So regions cannot overlap.

`python -m figures body-map` writes the result as a Jinja macro.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from figures import palette, solver
from figures.body import OUTWARD, SIDES, SKIN, Body
from figures.camera import Camera
from figures.dressing import Figure
from figures.poses import Pose
from figures.rasteriser import draw
from figures.tracing import trace

REGIONS = (
    "jaw", "neck", "shoulder", "upper_back", "chest", "forearm_hand", "abdomen", "low_back",
    "glutes", "hip", "thigh_front", "thigh_back", "thigh_inner", "knee", "calf_ankle", "foot",
)  # fmt: skip
HEAD = "head"
"""Competes with the regions for pixels, but is none of them."""
NAMES = (*REGIONS, HEAD)
VIEWS = {"front": 0, "back": 180}
"""Degrees round the figure."""

WIDTH, HEIGHT = 560, 1380
"""Pixels of one view; the back stands to the right of the front."""
UNIT = 2
"""Pixels for one unit of the view box, some 2.5 mm: no finer, for the shapes are in every page."""
LENS = 4
"""Degrees: so long a lens that shapes are not distorted."""
GAP = 0.62
"""Contour level of a region's blurred mask; above a half, so that thin gaps stay between."""
REACH = 60
"""How many pixels beyond the body a tap still counts for the nearest region."""
STANDING = Pose(
    name="standing",
    left_leg={"heel_at": [0.13, 0, -0.02], "foot": {"yaw": 0}},
    right_leg={"heel_at": [-0.13, 0, -0.02], "foot": {"yaw": 0}},
    left_arm={"upper": [0.36, -1, 0.02], "fore": [0.2, -1, 0.16], "curl": 0.3},
    right_arm={"upper": [-0.36, -1, 0.02], "fore": [-0.2, -1, 0.16], "curl": 0.3},
    contacts=({"part": "foot.left", "on": "floor"},),
)
TARGET = Path(__file__).resolve().parent.parent / "fstpwa/templates/generated/body_map_shapes.html"


@dataclass
class View:
    """What one view shows, as arrays (height, width).

    Attributes:
        label: Index into `NAMES`, -1 beside the body.
        hair: Where hair is seen.
    """

    label: np.ndarray
    hair: np.ndarray


@dataclass
class Shapes:
    """SVG path data of the whole drawing, both views in one coordinate system."""

    head: str = ""
    """What is seen of the head without the jaw."""
    hair: str = ""
    regions: dict[str, str] = field(default_factory=dict)
    touch: dict[str, str] = field(default_factory=dict)
    """Where a tap counts for a region: its shape, and the nearest of what surrounds the body."""


def limits(*distances):
    """Return the score of a region from the signed distances (n,) to its planes."""
    return np.minimum.reduce(distances)


@dataclass(frozen=True)
class Landmarks:
    """Coordinates of the vertices that regions are cut along; metres at rest."""

    height: np.ndarray
    out: np.ndarray
    """Distance from the midline."""
    limb: dict[str, np.ndarray]
    """For each part of the body by how much, in metres, a vertex belongs to it."""
    along_arm: np.ndarray
    """From the elbow joint on, away from the shoulder."""
    below_hip: np.ndarray
    below_knee: np.ndarray
    inside_leg: np.ndarray
    """How far a vertex lies on the inner side of the leg's axis."""


PARTS = {
    "head": (
        "head",
        "jaw",
        "eye",
        "special",
        "tongue",
        "levator",
        "oris",
        "orbicularis",
        "temporalis",
    ),
    "arm": ("upperarm", "lowerarm", "wrist", "metacarpal", "finger"),
    "leg": ("upperleg", "lowerleg", "foot", "toe"),
    "foot": ("foot", "toe"),
}
ELBOW = -0.045
"""The elbow region begins this far along the arm from the joint, metres."""
KNEE = (-0.062, 0.05)
"""Where the knee begins and ends along the shin from the joint."""
THIGH_TOP = 0.05
"""Where the thigh begins below the hip joint."""
BLEND = 0.12
"""Metres that a full weight on a part's bones counts for in a score."""


def landmarks(body):
    """Return the `Landmarks` of a body."""
    vertices = body.vertices
    side = np.where(vertices[:, 0] >= 0, 0, 1)
    pairs = {name: [getattr(body.measures[s], name) for s in SIDES] for name in MEASURED}
    at = {name: np.array(pair)[side] for name, pair in pairs.items()}

    def along(start, direction):
        return np.sum((vertices - start) * direction, axis=1)

    below_hip = along(at["hip"], at["thigh_direction"])
    below_knee = along(at["knee"], at["shin_direction"])
    axis = np.where(
        (below_knee > 0)[:, None],
        at["knee"] + at["shin_direction"] * below_knee[:, None],
        at["hip"] + at["thigh_direction"] * below_hip[:, None],
    )
    sign = np.array([OUTWARD[s] for s in SIDES])[side]
    return Landmarks(
        height=vertices[:, 1],
        out=np.abs(vertices[:, 0]),
        limb={
            name: (body.weight_of(lambda bone, p=prefixes: bone.startswith(p)) - 0.5) * BLEND
            for name, prefixes in PARTS.items()
        },
        along_arm=along(at["elbow"], at["upper_arm_direction"]),
        below_hip=below_hip,
        below_knee=below_knee,
        inside_leg=(axis[:, 0] - vertices[:, 0]) * sign,
    )


MEASURED = ("hip", "knee", "elbow", "thigh_direction", "shin_direction", "upper_arm_direction")


def scores(body, view):
    """Return for each of `NAMES` the score of every vertex, in metres, as (n, 17)."""
    marks = landmarks(body)
    found = {**limb_scores(marks), **CUTS[view](body, marks)}
    nothing = np.full(len(body.vertices), -1.0)
    return np.stack([found.get(name, nothing) for name in NAMES], axis=1)


def limb_scores(marks):
    """Return the scores of what is cut alike from the front and the back."""
    arm, leg, foot = marks.limb["arm"], marks.limb["leg"], marks.limb["foot"]
    above, below = KNEE
    return {
        "forearm_hand": limits(arm, marks.along_arm - ELBOW),
        "knee": limits(leg, marks.below_knee - above, below - marks.below_knee),
        "calf_ankle": limits(leg, marks.below_knee - below, -foot),
        "foot": foot,
        "thigh_inner": limits(
            leg,
            marks.below_hip - THIGH_TOP,
            above - marks.below_knee,
            marks.inside_leg - inner(marks),
        ),
    }


def inner(marks):
    """Return how far inside the leg's axis the inner thigh begins; it narrows to the knee."""
    return 0.024 + 0.03 * np.clip(marks.below_hip, 0, 0.4)


def outer_thigh(marks):
    """Return the score of all of the thigh that is not inner."""
    return limits(
        marks.limb["leg"],
        marks.below_hip - THIGH_TOP,
        KNEE[0] - marks.below_knee,
        inner(marks) - marks.inside_leg,
    )


def front_cuts(body, marks):
    """Return the scores of head and trunk seen from the front."""
    height, out = marks.height, marks.out
    trunk = -np.maximum(marks.limb["arm"], marks.limb["leg"])
    head = body.head_of("head")[1]
    chin, cheeks = head - 0.045, head + 0.012 + 0.3 * out
    collar = body.head_of("neck01")[1] - 0.03 + 0.2 * out
    ribs = body.head_of("spine02")[1] + 0.03 - 0.25 * out
    girdle = body.head_of("spine05")[1] + 0.02 + 0.35 * out
    groin = body.head_of("upperleg01.L")[1] - 0.085 + 0.4 * out
    edge = shoulder_edge(body, marks, 0.122)
    return {
        "head": height - cheeks,
        "jaw": limits(cheeks - height, height - chin),
        "neck": limits(chin - height, height - collar, 0.07 - out),
        "chest": limits(trunk, collar - height, height - ribs, edge - out),
        "shoulder": shoulder_score(body, marks, edge),
        "abdomen": limits(trunk, ribs - height, height - girdle),
        "hip": limits(-marks.limb["arm"], girdle - height, height - groin),
        "thigh_front": limits(outer_thigh(marks), groin - height),
    }


def back_cuts(body, marks):
    """Return the scores of head and trunk seen from the back."""
    height, out = marks.height, marks.out
    trunk = -np.maximum(marks.limb["arm"], marks.limb["leg"])
    skull = body.head_of("head")[1] + 0.005
    nape = body.head_of("neck01")[1] - 0.02
    ribs = body.head_of("spine02")[1] - 0.005
    girdle = body.head_of("spine05")[1] + 0.055 + 0.25 * out
    fold = body.head_of("upperleg01.L")[1] - 0.095 + 5 * (out - 0.08) ** 2
    hip_floor = body.head_of("upperleg01.L")[1] - 0.06
    edge, side = shoulder_edge(body, marks, 0.132), 0.132
    return {
        "head": height - skull,
        "neck": limits(skull - height, height - nape, 0.07 - out),
        "upper_back": limits(trunk, nape - height, height - ribs, edge - out),
        "shoulder": shoulder_score(body, marks, edge),
        "low_back": limits(trunk, ribs - height, height - girdle),
        "glutes": limits(girdle - height, height - fold, side - out),
        "hip": limits(-marks.limb["arm"], girdle - height, height - hip_floor, out - side),
        "thigh_back": outer_thigh(marks),
    }


def shoulder_edge(body, marks, edge):
    """Return how far from the midline the shoulder begins; its top reaches towards the neck."""
    joint = body.head_of("upperarm01.L")[1]
    return edge - 0.7 * np.clip(marks.height - joint, 0, 0.08)


def shoulder_score(body, marks, edge):
    """Return the score of the shoulder with the upper arm, outside of `edge`."""
    armpit = body.head_of("upperarm01.L")[1] - 0.06
    upper_arm = limits(marks.limb["arm"], ELBOW - marks.along_arm)
    neck = body.head_of("neck01")[1] + 0.02
    girdle = limits(marks.out - edge, marks.height - armpit, neck - marks.height)
    return np.maximum(upper_arm, girdle)


CUTS = {"front": front_cuts, "back": back_cuts}


def views(body_name="woman"):
    """Return the `View` from the front and from the back, by name."""
    figure = Figure(Body.load(body_name))
    body = figure.body
    joints = solver.solve(body, STANDING)
    vertices = body.mesh(joints, STANDING)
    skin = body.triangles[body.triangle_part == SKIN]
    drawn = figure.draw(vertices, joints, [])
    hair_index = palette.index("hair")
    found = {}
    for name, around in VIEWS.items():
        camera = Camera(around, 0, LENS).fit(drawn.vertices, WIDTH, HEIGHT, 0.012)
        seen = draw(
            camera.project(vertices, WIDTH, HEIGHT), skin, np.ones(len(vertices)), WIDTH, HEIGHT
        )
        there = seen.triangle >= 0
        score = gaussian_filter(seen.spread(scores(body, name)), (3, 3, 0))
        label = np.where(there, score.argmax(axis=2), -1)
        dressed = draw(
            camera.project(drawn.vertices, WIDTH, HEIGHT),
            drawn.triangles, drawn.clip, WIDTH, HEIGHT,
        )  # fmt: skip
        above = (dressed.spread(drawn.field) > 0).astype(int)
        material = np.where(dressed.triangle >= 0, drawn.materials[dressed.triangle, above], -1)
        found[name] = View(label, material == hair_index)
    return found


def shapes(seen):
    """Return the `Shapes` of the views side by side, the front on the left."""
    label = np.concatenate([seen[name].label for name in VIEWS], axis=1)
    hair = np.concatenate([seen[name].hair for name in VIEWS], axis=1)
    nearest = np.concatenate([nearest_regions(seen[name].label) for name in VIEWS], axis=1)
    return Shapes(
        head=outline((label == NAMES.index(HEAD)) & ~hair),
        hair=outline(hair),
        regions={name: outline(label == index) for index, name in enumerate(REGIONS)},
        touch={
            name: trace(blurred(nearest == index), scale=1 / UNIT, tolerance=8, smallest=400)
            for index, name in enumerate(REGIONS)
        },
    )


def outline(mask):
    """Return path data of a mask, a little smaller than it, so that neighbours stay apart."""
    return trace(blurred(mask), GAP, scale=1 / UNIT, tolerance=1.6, smallest=60)


def blurred(mask):
    """Return a mask as a field from 0 to 1 with smooth contours."""
    return gaussian_filter(mask.astype(np.float32), 2.2)


def nearest_regions(label):
    """Return which region a tap on each pixel means: the nearest, -1 far from the body."""
    is_region = (label >= 0) & (label < len(REGIONS))
    distance, nearest = distance_transform_edt(~is_region, return_indices=True)
    counts = (distance < REACH) | (label == NAMES.index(HEAD))
    return np.where(counts, label[tuple(nearest)], -1)


HEADER = """{# Shapes of the body map, SVG path data: the front on the left, the back on the right.
   Made by `python -m figures body-map`; do not edit. #}
"""


def macro_file(drawing):
    """Return the text of the Jinja file that holds the shapes."""
    width, height = WIDTH * len(VIEWS) // UNIT, HEIGHT // UNIT
    lines = [
        HEADER,
        f'{{% set view_box = "0 0 {width} {height}" %}}\n',
        f'{{% set head = "{drawing.head}" %}}\n',
        f'{{% set hair = "{drawing.hair}" %}}\n',
    ]
    for name, paths in (("shapes", drawing.regions), ("touch", drawing.touch)):
        entries = "".join(f'  "{region}": "{data}",\n' for region, data in paths.items())
        lines.append(f"{{% set {name} = {{\n{entries}}} %}}\n")
    return "".join(lines)


def write(target=TARGET):
    """Draw the body map and write it to `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(macro_file(shapes(views())), encoding="utf-8")
