"""Straps and towels: bands that lead through points in space and lie on the skin. Metres."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree

from figures.geometry import X, Y, unit
from figures.points import placed
from figures.shapes import carried, ribbon, smooth


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


def band(thing, locate, skin):
    """Return the mesh of a strap or towel; `locate` tells where named points are.

    `skin` (posed vertices and their outward normals) or None is what it must stay outside of.
    """
    made = BANDS[thing.kind]
    stations = _stations(thing.options["through"], locate, made.clearance)
    line = _relaxed(smooth([position for position, _ in stations], made.step), made.rounding)
    if skin is not None:
        line = _outside(line, skin, made.clearance)
    return ribbon(
        line,
        _relaxed(_faces(line, stations), made.rounding),
        thing.options["width"],
        made.thickness,
        made.material,
        round_edges=made.round_edges,
        folds=made.folds,
        gather=made.gather,
    )


def _relaxed(values, times):
    """Return values along a line (n, 3) smoothed, the first and the last kept."""
    values = values.copy()
    for _ in range(times):
        values[1:-1] += 0.5 * ((values[:-2] + values[2:]) / 2 - values[1:-1])
    return values


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
