"""Closed meshes about their own origin, and lines in space. Metres, y up."""

from typing import NamedTuple

import numpy as np

from figures.geometry import X, Y, Z, unit


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
