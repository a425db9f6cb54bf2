"""Things the figure uses: their shapes, and the surfaces a body can rest on.

Metres and degrees in the frame of the world (y up, floor y=0). A thing is made about its own
origin, turned by `turn` about y, then put at `at`. For things that stand or lie on something,
the origin is the middle of their underside; for balls the centre; for a wall its surface.
"""

from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from figures import solver  # which needs `surfaces` in turn, but only when it solves
from figures.geometry import X, Y, Z, rotation, unit

KINDS = {
    "mat": {"length": 1.8, "width": 0.62},
    "foam_roller": {"radius": 0.075, "length": 0.45},
    "massage_ball": {"radius": 0.033, "on": None},
    "ball": {"radius": 0.09, "on": None},
    "wall": {"width": 1.6, "height": 2.1},
    "doorway": {"opening": 0.86, "width": 1.7, "height": 2.05},
    "chair": {"seat": 0.45, "back": True, "arms": False},
    "table": {"size": [1.1, 0.73, 0.6]},
    "worktop": {"size": [1.4, 0.9, 0.6]},
    "bed": {"size": [1.0, 0.5, 2.0], "headboard": True},
    "step": {"size": [0.5, 0.16, 0.32]},
    "strap": {"through": [], "width": 0.035},
    "towel": {"through": [], "width": 0.12},
    "folded_towel": {"size": [0.3, 0.04, 0.2]},
    "cushion": {"size": [0.4, 0.12, 0.3]},
    "bottle": {"radius": 0.033, "length": 0.2, "frozen": True},
    "book": {"size": [0.2, 0.03, 0.27]},
}
PLACE = ("name", "kind", "at", "turn")

MAT_THICKNESS = 0.008
SEAT_WIDTH, SEAT_DEPTH = 0.44, 0.42
DOORWAY_DEPTH = 0.1


@dataclass(frozen=True)
class Thing:
    """One thing of a drawing; `options` holds every option of its kind."""

    kind: str
    name: str = ""
    at: np.ndarray = field(default_factory=lambda: np.zeros(3))
    turn: float = 0.0
    options: dict = field(default_factory=dict)

    @classmethod
    def read(cls, entry):
        """Return the thing that an entry of a drawing's `equipment` describes."""
        if isinstance(entry, cls):
            return entry
        kind = entry["kind"]
        options = {key: value for key, value in entry.items() if key not in PLACE}
        unknown = options.keys() - KINDS[kind].keys()
        if unknown:
            raise ValueError(f"{kind} has no {', '.join(sorted(unknown))}")
        at = np.array(entry.get("at") or (0, 0, 0), float)
        options = KINDS[kind] | options
        return cls(kind, entry.get("name") or kind, at, entry.get("turn") or 0.0, options)

    @property
    def rotation(self):
        """The rotation from the thing's own frame to the world."""
        return rotation(Y, self.turn)

    def to_world(self, points):
        """Return points of the thing's own frame in the world."""
        return np.asarray(points, float) @ self.rotation.T + self.at


# Surfaces


@dataclass(frozen=True)
class Plane:
    """A flat surface. `normal` leads away from the solid: the way to push a body out.

    `half_sides` are two vectors from `point` to the middles of its edges; None has no edge.
    """

    point: np.ndarray
    normal: np.ndarray
    half_sides: tuple | None = None

    def gap(self, points):
        """Return how far each point is outside (+) or inside (-), edges disregarded."""
        return (np.asarray(points, float) - self.point) @ np.asarray(self.normal, float)

    def normals(self, points):
        """Return at each point the direction away from the surface."""
        return np.broadcast_to(self.normal, np.shape(points))

    def margin(self, points):
        """Return how far each point is inside the nearest edge, in metres; + is over the thing."""
        points = np.asarray(points, float)
        if self.half_sides is None:
            return np.full(len(points), np.inf)
        return np.min(
            [
                np.linalg.norm(side) - np.abs((points - self.point) @ unit(side))
                for side in self.half_sides
            ],
            axis=0,
        )


@dataclass(frozen=True)
class Cylinder:
    """A round surface about `axis` through `centre`; `length` None has no ends."""

    centre: np.ndarray
    axis: np.ndarray
    radius: float
    length: float | None = None

    @property
    def normal(self):
        """The way to push a body out: up, square to the axis."""
        return unit(Y - (Y @ self.axis) * self.axis)

    def _from_axis(self, points):
        away = np.asarray(points, float) - self.centre
        return away - np.outer(away @ self.axis, self.axis)

    def gap(self, points):
        """Return how far each point is outside (+) or inside (-), ends disregarded."""
        return np.linalg.norm(self._from_axis(points), axis=1) - self.radius

    def normals(self, points):
        """Return at each point the direction away from the axis."""
        away = self._from_axis(points)
        return away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)

    def margin(self, points):
        """Return how far each point is inside the nearer end, in metres."""
        points = np.asarray(points, float)
        if self.length is None:
            return np.full(len(points), np.inf)
        return self.length / 2 - np.abs((points - self.centre) @ self.axis)


Surface = Plane | Cylinder
FLOOR = Plane(np.zeros(3), Y)


def surfaces(things):
    """Return by name what a body can rest on: the floor, and the surface of each thing."""
    found = {"floor": FLOOR}
    for thing in map(Thing.read, things):
        surface = _surface(thing)
        if surface is not None:
            found[thing.name] = surface
    return found


def _surface(thing):
    options = thing.options
    if thing.kind in {"foam_roller", "bottle"}:
        radius = options["radius"]
        return Cylinder(thing.at + radius * Y, thing.rotation @ X, radius, float(options["length"]))
    if thing.kind == "wall":
        middle = [0, options["height"] / 2, 0]
        return _flat(thing, middle, -Z, (options["width"] / 2 * X, options["height"] / 2 * Y))
    if thing.kind == "doorway":
        middle = [0, options["height"] / 2, -DOORWAY_DEPTH / 2]
        return _flat(thing, middle, -Z, (options["width"] / 2 * X, options["height"] / 2 * Y))
    top = _top(thing)
    if top is None:
        return None
    width, height, depth = top
    return _flat(thing, [0, height, 0], Y, (width / 2 * X, depth / 2 * Z))


def _flat(thing, middle, normal, half_sides):
    turned = tuple(thing.rotation @ side for side in half_sides)
    return Plane(thing.to_world(middle), thing.rotation @ normal, turned)


def _top(thing):
    """Return width, height and depth of the block whose top a body rests on, if it is one."""
    options = thing.options
    if thing.kind == "mat":
        return options["width"], MAT_THICKNESS, options["length"]
    if thing.kind == "chair":
        return SEAT_WIDTH, options["seat"], SEAT_DEPTH
    if thing.kind in {"table", "worktop", "bed", "step", "folded_towel", "cushion", "book"}:
        return tuple(options["size"])
    return None


# Shapes: closed meshes about their own origin


class Mesh(NamedTuple):
    """A closed mesh of one material; edges are hard where vertices are not shared."""

    vertices: np.ndarray
    triangles: np.ndarray
    material: str

    def moved(self, offset, turned=None):
        """Return the mesh turned by a rotation and then moved."""
        vertices = self.vertices if turned is None else self.vertices @ turned.T
        return self._replace(vertices=vertices + np.asarray(offset, float))


def loft(rings, material):
    """Return the skin over `rings` (m, k, 3), each a closed line of k points.

    Equal rings one after the other make a hard edge; a ring shrunk to one point closes an end.
    """
    rings = np.asarray(rings, float)
    count, around, _ = rings.shape
    start = np.arange(around)
    after = (start + 1) % around
    quads = np.concatenate(
        [
            ring * around + np.stack([start, after, after + around, start + around], axis=1)
            for ring in range(count - 1)
        ]
    )
    vertices = rings.reshape(-1, 3)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    a, b, c = vertices[triangles].transpose(1, 0, 2)
    triangles = triangles[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12]
    a, b, c = vertices[triangles].transpose(1, 0, 2)
    if np.einsum("ij,ij->", a, np.cross(b, c)) < 0:  # the rings ran the other way round
        triangles = triangles[:, ::-1]
    used, triangles = np.unique(triangles, return_inverse=True)
    return Mesh(vertices[used], triangles.reshape(-1, 3), material)


def capped(rings):
    """Return rings with flat, hard-edged ends added."""
    first, last = rings[0], rings[-1]
    ends = [np.broadcast_to(ring.mean(axis=0), ring.shape) for ring in (first, last)]
    return np.stack([ends[0], first, *rings, last, ends[1]])


def turned(profile, material, axis=Y, sides=40):
    """Return what a lathe makes of `profile`: pairs of place along `axis` and radius."""
    angle = np.arange(sides) * 2 * np.pi / sides
    across, beyond = (Z, X) if axis is Y else (Y, Z) if axis is X else (X, Y)
    circle = np.outer(np.cos(angle), across) + np.outer(np.sin(angle), beyond)
    return loft([along * axis + radius * circle for along, radius in profile], material)


def block(size, material, middle=(0, 0, 0), bevel=0.008, steps=2):
    """Return a box with rounded edges."""
    half = np.asarray(size, float) / 2
    bevel = min(bevel, half.min() * 0.999)
    side = np.linspace(0, 45, steps + 1)
    slope = np.tan(np.radians(np.concatenate([-side[::-1], side])))
    core = np.concatenate([-np.ones(steps + 1), np.ones(steps + 1)])
    count = len(slope)
    slope_u, slope_v = (grid.ravel() for grid in np.meshgrid(slope, slope, indexing="ij"))
    core_u, core_v = (grid.ravel() for grid in np.meshgrid(core, core, indexing="ij"))
    row, column = (grid.ravel() for grid in np.mgrid[: count - 1, : count - 1])
    corner = row * count + column
    quads = np.stack([corner, corner + count, corner + count + 1, corner + 1], axis=1)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    vertices, triangles = [], []
    for axis in range(3):
        for sign in (-1, 1):
            direction, inner = np.empty((count**2, 3)), np.empty((count**2, 3))
            for place, slopes, cores in zip(
                (axis, (axis + 1) % 3, (axis + 2) % 3),
                (sign, slope_u, slope_v),
                (sign, core_u, core_v),
                strict=True,
            ):
                direction[:, place], inner[:, place] = slopes, cores
            direction /= np.linalg.norm(direction, axis=1, keepdims=True)
            triangles.append((faces if sign > 0 else faces[:, ::-1]) + len(vertices) * count**2)
            vertices.append(inner * (half - bevel) + direction * bevel)
    # The faces meet in shared vertices, so the bevel shades as one round edge.
    vertices = np.concatenate(vertices)
    _, first, same = np.unique(vertices.round(6), axis=0, return_index=True, return_inverse=True)
    shared = same.ravel()[np.concatenate(triangles)]
    return Mesh(vertices[first] + np.asarray(middle, float), shared, material)


def leg(foot, top, material, radius=0.016, tip=0.012):
    """Return a round leg from `foot` up to `top`, thinner at the foot."""
    foot, top = np.asarray(foot, float), np.asarray(top, float)
    return tube([foot, top], material, [tip, radius], sides=16)


def tube(path, material, radius, sides=20):
    """Return a round rod along `path`; `radius` is one number or one for each point."""
    path = np.asarray(path, float)
    angle = np.arange(sides) * 2 * np.pi / sides
    radius = np.broadcast_to(radius, len(path))
    across = carried(path, unit(np.cross(path[1] - path[0], [0.31, 0.22, 0.92])))
    beyond = np.cross(directions(path), across)
    circle = np.cos(angle)[None, :, None] * across[:, None] + (
        np.sin(angle)[None, :, None] * beyond[:, None]
    )
    return loft(capped(path[:, None] + radius[:, None, None] * circle), material)


# Lines in space


def smooth(points, step=0.012):
    """Return a smooth line (centripetal Catmull-Rom) through points, one point each `step`."""
    points = np.asarray(points, float)
    if len(points) < 3:
        count = max(2, int(np.linalg.norm(points[-1] - points[0]) / step))
        return points[0] + np.linspace(0, 1, count + 1)[:, None] * (points[-1] - points[0])
    ends = 2 * points[[0, -1]] - points[[1, -2]]
    points = np.concatenate([ends[:1], points, ends[1:]])
    knots = np.cumsum(
        [0, *np.maximum(np.linalg.norm(np.diff(points, axis=0), axis=1), 1e-6) ** 0.5]
    )
    line = []
    for piece in range(1, len(points) - 2):
        p0, p1, p2, p3 = points[piece - 1 : piece + 3]
        t0, t1, t2, t3 = knots[piece - 1 : piece + 3]
        count = max(2, int(np.linalg.norm(p2 - p1) / step))
        t = np.linspace(t1, t2, count, endpoint=False)[:, None]
        a = ((t1 - t) * p0 + (t - t0) * p1) / (t1 - t0)
        b = ((t2 - t) * p1 + (t - t1) * p2) / (t2 - t1)
        c = ((t3 - t) * p2 + (t - t2) * p3) / (t3 - t2)
        d = ((t2 - t) * a + (t - t0) * b) / (t2 - t0)
        e = ((t3 - t) * b + (t - t1) * c) / (t3 - t1)
        line.append(((t2 - t) * d + (t - t1) * e) / (t2 - t1))
    return np.concatenate([*line, points[-2:-1]])


def directions(line):
    """Return the unit direction of a line at each of its points."""
    along = np.gradient(np.asarray(line, float), axis=0)
    return along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)


def carried(line, first):
    """Return `first`, a direction across the line, carried along it without twisting."""
    along, across = directions(line), []
    for direction in along:
        first = unit(first - (first @ direction) * direction)
        across.append(first)
    return np.array(across)


# Things, each about its own origin


def _mat(length, width):
    corner, top = 0.03, MAT_THICKNESS
    angle = np.radians(np.linspace(0, 90, 7))
    outline = np.concatenate(
        [
            [
                [
                    east * (width / 2 - corner) + corner * np.cos(turn),
                    0,
                    north * (length / 2 - corner) + corner * np.sin(turn),
                ]
                for turn in angle + np.radians(quarter)
            ]
            for east, north, quarter in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270))
        ]
    )
    inner = outline * [1 - 0.004 / width, 1, 1 - 0.004 / length]
    return [loft(capped([outline, outline + 0.7 * top * Y, inner + top * Y]), "mat")]


def _foam_roller(radius, length):
    end, bore, wall = length / 2, radius * 0.55, radius * 0.68
    bevel = 0.006
    foam = [
        (-end, wall),
        (-end, radius - bevel),
        (-end, radius - bevel),
        (-end + 0.3 * bevel, radius - 0.3 * bevel),
        (-end + bevel, radius),
        (end - bevel, radius),
        (end - 0.3 * bevel, radius - 0.3 * bevel),
        (end, radius - bevel),
        (end, radius - bevel),
        (end, wall),
        (end, wall),
        (-end, wall),
    ]
    core = end - 0.002
    tube_inside = [(-core, bore), (-core, wall), (-core, wall), (core, wall), (core, wall)]
    tube_inside += [(core, bore), (core, bore), (-core, bore)]
    return [
        turned(foam, "foam", X).moved(radius * Y),
        turned(tube_inside, "metal", X).moved(radius * Y),
    ]


def _ball(radius, material):
    angle = np.linspace(0, np.pi, 25)
    return [turned(np.stack([-np.cos(angle), np.sin(angle)], axis=1) * radius, material)]


def _wall(width, height):
    thick, skirting = 0.06, 0.08
    return [
        block([width, height, thick], "wall", [0, height / 2, thick / 2], 0.004, 1),
        block([width, skirting, 0.012], "floor_edge", [0, skirting / 2, -0.005], 0.004, 1),
    ]


def _doorway(opening, width, height):
    deep, lintel, trim = DOORWAY_DEPTH, 0.16, 0.07
    pier = (width - opening) / 2
    total = height + lintel
    meshes = [block([opening, lintel, deep], "wall", [0, height + lintel / 2, 0], 0.001, 1)]
    for side in (-1, 1):
        at = side * (opening + pier) / 2
        meshes.append(block([pier, total, deep], "wall", [at, total / 2, 0], 0.001, 1))
        edge = side * (opening + trim) / 2
        meshes.append(
            block([trim, height + trim, deep + 0.03], "wood", [edge, (height + trim) / 2, 0], 0.006)
        )
        board = pier - trim
        at = side * (opening / 2 + trim + board / 2)
        meshes.append(block([board, 0.08, deep + 0.016], "floor_edge", [at, 0.04, 0], 0.004, 1))
    meshes.append(block([opening, trim, deep + 0.03], "wood", [0, height + trim / 2, 0], 0.006))
    return meshes


def _chair(seat, back, arms):
    half, deep, thick, top = SEAT_WIDTH / 2, SEAT_DEPTH / 2, 0.032, seat + 0.44
    meshes = [block([SEAT_WIDTH, thick, SEAT_DEPTH], "wood", [0, seat - thick / 2, 0], 0.014, 3)]
    under = seat - thick + 0.004
    for side in (-1, 1):
        x = side * (half - 0.035)
        front, rear = [x, under, deep - 0.04], [x, under, -deep + 0.035]
        meshes.append(leg([x + side * 0.015, 0, deep - 0.02], front, "metal"))
        meshes.append(leg([x + side * 0.015, 0, -deep - 0.02], rear, "metal"))
        if back:
            meshes.append(leg([x, top - 0.02, -deep - 0.035], rear, "metal", 0.015, 0.011))
        if arms:
            meshes.append(leg(front, [x + side * 0.03, seat + 0.2, deep - 0.06], "metal", 0.012))
            rest = [x + side * 0.03, seat + 0.205, 0.015 - deep * 0.08]
            meshes.append(block([0.045, 0.025, SEAT_DEPTH * 0.9], "wood", rest, 0.011))
    meshes.append(
        block([SEAT_WIDTH - 0.1, 0.035, 0.018], "metal", [0, under - 0.02, deep - 0.045], 0.005)
    )
    if back:
        for height, tall in ((top - 0.07, 0.13), (seat + 0.18, 0.07)):
            meshes.append(_back_rest(height, tall, -deep + 0.035 - 0.07 * (height - seat) / 0.44))
    return meshes


def _back_rest(height, tall, z):
    """Return a slat of a chair's back, hollow towards the sitter."""
    x = np.linspace(-1, 1, 15) * (SEAT_WIDTH / 2 - 0.018)
    line = np.stack([x, np.full(15, height), z + 0.03 * (x / x[-1]) ** 2 - 0.016], axis=1)
    return ribbon(line, np.tile(Z, (15, 1)), tall, 0.02, "wood", round_edges=True)


def _four_legs(width, height, depth, material, inset=0.04, side=0.05):
    return [
        block(
            [side, height, side],
            material,
            [x * (width / 2 - inset), height / 2, z * (depth / 2 - inset)],
            0.006,
        )
        for x in (-1, 1)
        for z in (-1, 1)
    ]


def _table(size):
    width, height, depth = size
    top, apron = 0.03, 0.07
    under = height - top
    meshes = [block([width, top, depth], "wood", [0, height - top / 2, 0], 0.009, 3)]
    meshes += _four_legs(width, under, depth, "wood", 0.06)
    for x, z, long, wide in (
        (0, depth / 2 - 0.06, width - 0.12, 0.02),
        (0, 0.06 - depth / 2, width - 0.12, 0.02),
        (width / 2 - 0.06, 0, 0.02, depth - 0.12),
        (0.06 - width / 2, 0, 0.02, depth - 0.12),
    ):
        meshes.append(block([long, apron, wide], "wood", [x, under - apron / 2, z], 0.003, 1))
    return meshes


def _worktop(size):
    """Return a kitchen counter; its doors look towards -z, where the figure stands."""
    width, height, depth = size
    top, plinth, lip = 0.038, 0.1, 0.025
    cupboard = height - top - plinth
    meshes = [
        block([width, top, depth], "wood", [0, height - top / 2, 0], 0.008, 3),
        block([width - 0.06, plinth, depth - 0.1], "metal", [0, plinth / 2, 0.03], 0.003, 1),
        block(
            [width - 0.02, cupboard, depth - 2 * lip],
            "cloth",
            [0, plinth + cupboard / 2, 0],
            0.003,
            1,
        ),
    ]
    doors = max(1, round(width / 0.47))
    wide = (width - 0.02) / doors
    for door in range(doors):
        x = (door - (doors - 1) / 2) * wide
        front = lip - depth / 2
        size = [wide - 0.012, cupboard - 0.014, 0.02]
        meshes.append(block(size, "cloth", [x, plinth + cupboard / 2, front], 0.005))
        bar = [x, plinth + cupboard - 0.06, front - 0.022]
        meshes.append(block([0.14, 0.014, 0.014], "metal", bar, 0.006))
    return meshes


def _bed(size, headboard):
    """Return a bed whose head is at -z; its mattress ends at the given height."""
    width, height, length = size
    mattress, frame = min(0.2, height * 0.45), 0.12
    under = height - mattress + 0.02
    meshes = [
        block([width, mattress, length], "cloth", [0, height - mattress / 2, 0], 0.05, 4),
        block([width + 0.04, frame, length + 0.04], "wood", [0, under - frame / 2, 0], 0.012),
    ]
    meshes += _four_legs(width + 0.04, under - frame + 0.01, length + 0.04, "wood", 0.05, 0.06)
    if headboard:
        tall = height + 0.28
        at = [0, tall / 2 + 0.08, -length / 2 - 0.035]
        meshes.append(block([width + 0.08, tall - 0.16, 0.04], "wood", at, 0.018, 3))
    return meshes


def _step(size):
    width, height, depth = size
    pad = 0.006
    body = block([width, height - pad, depth], "wood", [0, (height - pad) / 2, 0], 0.012, 3)
    top = [width - 0.04, 2 * pad, depth - 0.04]
    return [body, block(top, "rubber", [0, height - pad, 0], 0.005)]


def _folded_towel(size):
    width, height, depth = size
    layers = 3
    thick = height / layers
    return [
        block(
            [width - 0.004 * (layer % 2), thick * 1.06, depth - 0.003 * layer],
            "cloth",
            [0.002 * (layer % 2), thick * (layer + 0.5), 0.002 * layer],
            thick * 0.5,
            4,
        )
        for layer in range(layers)
    ]


def _cushion(size):
    """Return a plump cushion: full in the middle, thin at the seam, drawn in at its sides."""
    width, height, depth = size
    across = np.sin(np.linspace(-1, 1, 25) * np.pi / 2)
    back = across[-2:0:-1]
    v = np.concatenate([across, back])
    upper = np.concatenate([np.ones(len(across)), -np.ones(len(back))])
    rings = []
    for u in across:
        full = ((1 - abs(u) ** 3) * (1 - np.abs(v) ** 3)) ** 0.55
        x = width / 2 * u * (1 - 0.07 * (1 - v**2))
        z = depth / 2 * v * (1 - 0.07 * (1 - u**2))
        rings.append(np.stack([x, height / 2 * (1 + upper * full), z], axis=1))
    return [loft(rings, "cloth")]


def _bottle(radius, length, frozen):
    """Return a bottle that lies along x, its cap at +x."""
    end, shoulder, neck = length / 2, length * 0.22, radius * 0.42
    glass = [(-end, 0), (-end, radius * 0.8), (-end + 0.003, radius * 0.93)]
    glass += [(-end + 0.009, radius), (-end + 0.05, radius)]
    for share in np.linspace(0, 1, 9):
        curve = 0.5 + 0.5 * np.cos(np.pi * share)
        glass.append((end - shoulder - 0.02 + share * shoulder, neck + (radius - neck) * curve))
    glass += [(end - 0.012, neck), (end - 0.012, 0)]
    cap = [(end - 0.018, 0), (end - 0.018, neck * 1.25), (end - 0.018, neck * 1.25)]
    cap += [(end - 0.002, neck * 1.25), (end, neck * 1.1), (end, neck * 1.1), (end, 0)]
    low, high, out = -end * 0.62, end * 0.3, radius + 0.0008
    label = [(low, radius * 0.9), (low, out), (low, out), (high, out), (high, out)]
    label += [(high, radius * 0.9), (low, radius * 0.9)]
    return [
        turned(shape, material, X).moved(radius * Y)
        for shape, material in (
            (glass, "ice" if frozen else "cloth"),
            (cap, "mat"),
            (label, "mat" if frozen else "rubber"),
        )
    ]


def _book(size):
    width, height, depth = size
    cover = 0.0035
    meshes = [
        block([width, cover, depth], "strap", [0, y, 0], 0.0015, 1)
        for y in (cover / 2, height - cover / 2)
    ]
    spine = [cover - width / 2, height / 2, 0]
    meshes.append(block([2 * cover, height, depth], "strap", spine, 0.003))
    pages = [width - 0.012, height - 2 * cover + 0.001, depth - 0.012]
    meshes.append(block(pages, "cloth", [-0.003, height / 2, 0], 0.001, 1))
    return meshes


SHAPES = {
    "mat": _mat,
    "foam_roller": _foam_roller,
    "wall": _wall,
    "doorway": _doorway,
    "chair": _chair,
    "table": _table,
    "worktop": _worktop,
    "bed": _bed,
    "step": _step,
    "folded_towel": _folded_towel,
    "cushion": _cushion,
    "bottle": _bottle,
    "book": _book,
}
BALLS = {"massage_ball": "rubber", "ball": "foam"}


def meshes(thing, body=None, joints=None, skin=None):
    """Return the meshes of a thing in the world.

    Straps, towels and balls on the skin need the `body` and its posed `joints`. `skin` (posed
    vertices and their outward normals) keeps straps and towels outside the body all the way.
    """
    thing = Thing.read(thing)
    options = thing.options
    locate = partial(solver.point, body, joints)
    if thing.kind in {"strap", "towel"}:
        return [_band(thing, locate, skin)]
    if thing.kind in BALLS:
        at = thing.at
        if options["on"]:
            skin, outward = locate(options["on"])
            at = skin + outward * options["radius"] * PRESSED
        return [mesh.moved(at) for mesh in _ball(options["radius"], BALLS[thing.kind])]
    return [mesh.moved(thing.at, thing.rotation) for mesh in SHAPES[thing.kind](**options)]


PRESSED = 0.9
"""Share of its radius at which the middle of a ball is from the skin it presses."""


# Bands: straps and towels that lead through points


def ribbon(line, faces, width, thickness, material, *, round_edges=False, folds=0.0, gather=1.0):
    """Return a flat band along `line`; `faces` are the directions its broad side looks to.

    `folds` is the height in metres of soft waves along the band. `gather` is the share of its
    width that is left at its ends, where hands hold it together and its folds are deeper.
    """
    along = directions(line)
    faces = faces - (faces * along).sum(axis=1, keepdims=True) * along
    faces = faces / np.maximum(np.linalg.norm(faces, axis=1, keepdims=True), 1e-9)
    across = np.cross(along, faces)
    outline = _section(width, thickness, round_edges=round_edges)
    wave = folds * np.sin(outline[:, 0] / width * 2 * np.pi * 1.5)
    passed = np.linspace(0, 1, len(line))
    middle = np.clip(np.minimum(passed, 1 - passed) / 0.4, 0, 1)
    share = gather + (1 - gather) * (middle * middle * (3 - 2 * middle))
    sideways = share[:, None] * outline[:, 0]
    height = outline[:, 1] + wave * (1 + 4 * (1 - share))[:, None]
    rings = line[:, None] + (
        sideways[..., None] * across[:, None] + height[..., None] * faces[:, None]
    )
    return loft(capped(rings), material)


def _section(width, thickness, *, round_edges):
    """Return the outline of a band's cut: (k, 2) places across it and above its middle."""
    edge = min(thickness / 2, width / 2)
    flat = width / 2 - edge
    if round_edges:
        across = np.linspace(-flat, flat, 13)
        turn = np.radians(np.linspace(-90, 90, 7))[1:-1]
        right = np.stack([flat + edge * np.cos(turn), edge * np.sin(turn)], axis=1)
        top = np.stack([across[::-1], np.full(13, edge)], axis=1)
        bottom = np.stack([across, np.full(13, -edge)], axis=1)
        return np.concatenate([bottom, right, top, right[::-1] * [-1, 1]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, thickness / 2]
    return np.repeat(corners, 2, axis=0)  # twice the same corner: a hard edge


@dataclass(frozen=True)
class _Band:
    """How one kind of band is made. Metres."""

    material: str
    thickness: float
    clearance: float
    """How far its middle is from the skin it lies on."""
    rounding: int
    """How often its line is smoothed: thick cloth bends in wide curves."""
    step: float
    """Between two cuts of its shape."""
    round_edges: bool = False
    folds: float = 0.0
    gather: float = 1.0


BANDS = {
    "strap": _Band("strap", 0.003, 0.005, 2, 0.012),
    "towel": _Band("cloth", 0.008, 0.009, 4, 0.018, round_edges=True, folds=0.0035, gather=0.45),
}
HALF_FOOT = {"ball_of_foot": 0.044, "toes": 0.04, "arch": 0.037, "heel": 0.032}
"""By which way a band round this part of a foot leaves its underside, in metres from the middle."""
HELD = ("palm", "fingers", "index_tip", "knuckles", "wrist", "back_of_hand")
"""Points that hold a band but do not say which way its broad side looks."""


def _band(thing, locate, skin):
    band = BANDS[thing.kind]
    stations = _stations(thing.options["through"], locate, band.clearance)
    line = _relaxed(smooth([position for position, _ in stations], band.step), band.rounding)
    if skin is not None:
        line = _outside(line, skin, band.clearance)
    return ribbon(
        line,
        _relaxed(_faces(line, stations), band.rounding),
        thing.options["width"],
        band.thickness,
        band.material,
        round_edges=band.round_edges,
        folds=band.folds,
        gather=band.gather,
    )


def _relaxed(values, times):
    """Return values along a line (n, 3) smoothed, the first and the last kept."""
    values = values.copy()
    for _ in range(times):
        values[1:-1] += 0.5 * ((values[:-2] + values[2:]) / 2 - values[1:-1])
    return values


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


def _stations(through, locate, clearance):
    """Return where the middle of a band passes: places, and which way it looks there or None."""
    points = [placed(entry, locate) for entry in through]
    stations = []
    for index, (position, normal, name) in enumerate(points):
        part, _, side = (name or "").partition(".")
        if normal is None:
            stations.append((position, None))
            continue
        out = position + normal * clearance
        inside = 0 < index < len(points) - 1
        if part in HALF_FOOT and inside:
            way = points[index + 1][0] - points[index - 1][0]
            stations += _round_foot(out, normal, side, HALF_FOOT[part], way, locate)
        else:
            stations.append((out, None if part in HELD else normal))
    return stations


def _round_foot(under, normal, side, half, way, locate):
    """Return the stations of a band that crosses the underside of a foot from edge to edge."""
    length = unit(locate(f"ball_of_foot.{side}")[0] - locate(f"heel.{side}")[0])
    across = unit(np.cross(normal, length))
    if across @ way < 0:
        across = -across
    edge, up = (half + 0.008) * across, 0.016 * normal
    return [
        (under - edge - up, -across),
        (under - 0.75 * half * across, normal),
        (under, normal),
        (under + 0.75 * half * across, normal),
        (under + edge - up, across),
    ]


def _faces(line, stations):
    """Return which way the broad side of a band looks at each point of its line."""
    known = [
        (int(np.linalg.norm(line - position, axis=1).argmin()), face)
        for position, face in stations
        if face is not None
    ] or [(0, _any_face(line))]
    first, last = known[0][0], known[-1][0]
    faces = np.empty_like(line)
    faces[: first + 1] = carried(line[first::-1], known[0][1])[::-1] if first else known[0][1]
    for (start, before), (end, after) in pairwise(known):
        share = np.linspace(0, 1, end - start + 1)[:, None]
        faces[start : end + 1] = before + share * (after - before)
    tail = line[last:]
    faces[last:] = carried(tail, known[-1][1]) if len(tail) > 1 else known[-1][1]
    return faces


def _any_face(line):
    along = unit(line[-1] - line[0])
    return X if abs(along @ Y) > 0.8 else Y


def _outside(line, skin, clearance):
    """Return a line with its parts inside the body moved out, its ends left in the hands.

    `skin` is a pair of arrays: the posed vertices of the body and their outward normals.
    """
    vertices, normals = skin
    nearest = cKDTree(vertices)
    passed = np.cumsum(np.linalg.norm(np.diff(line, axis=0, prepend=line[:1]), axis=1))
    free = np.minimum(passed, passed[-1] - passed) > 0.12
    line = line.copy()
    for _ in range(12):
        distance, index = nearest.query(line)
        gap = ((line - vertices[index]) * normals[index]).sum(axis=1)
        inside = free & (distance < 0.06) & (gap < clearance)
        if not inside.any():
            break
        line[inside] += normals[index][inside] * (clearance - gap[inside])[:, None]
        between = (line[:-2] + line[2:]) / 2
        # Neighbours of what was pushed follow, so the band stays a smooth line.
        near = np.convolve(inside, np.ones(7), "same")[1:-1] > 0
        soft = near & free[1:-1]
        line[1:-1][soft] += 0.4 * (between - line[1:-1])[soft]
    return line
