"""How much sky and key light reaches points of a scene, by casting rays. World: metres, y up."""

import embreex.rtcore_scene
import numba
import numpy as np
from embreex.mesh_construction import TriangleMesh

from figures.rasteriser import ARROW

REACH = 0.7
"""Things further away than this, in metres, do not darken a corner."""

LIFT = 0.003
"""Rays start this far off the surface, in metres, so that they do not meet it at once."""

LIGHT_SPREAD = 0.14
"""Half width of the key light in radians: larger makes softer shadows."""

CLEAR = 5.0
"""A ray that goes this far, in metres, has met nothing."""

FLOOR_SIZE = 20.0


class RayScene:
    """The solid things of a scene and an endless floor, ready to be met by rays.

    Triangles of which `without` (t,) is true, arrows and clipped cloth are left out.
    """

    def __init__(self, scene, without=None):
        triangles = np.asarray(scene.triangles)
        kept = (np.asarray(scene.clip)[triangles] > -0.001).all(axis=1)
        kept &= np.asarray(scene.layer) != ARROW
        if without is not None:
            kept &= ~without
        count = len(scene.vertices)
        # A hair below 0, so that a sole or a mat at 0 does not flicker against it.
        floor = np.array([[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1]]) * FLOOR_SIZE
        floor[:, 1] = -0.0005
        corners = np.array([[0, 2, 1], [0, 3, 2]]) + count
        vertices = np.concatenate([scene.vertices, floor])
        faces = np.concatenate([triangles[kept], corners])
        self._scene = embreex.rtcore_scene.EmbreeScene()
        self._mesh = TriangleMesh(self._scene, vertices[faces].astype(np.float32))

    def distances(self, points, directions):
        """Return how far each ray goes before it meets something; very large if never."""
        return self._scene.run(
            points.astype(np.float32), directions.astype(np.float32), query="DISTANCE"
        )


def interleaved_noise(rows, columns):
    """Return a fixed number 0..1 for each pixel; near pixels get well-spread ones."""
    return np.mod(52.9829189 * np.mod(0.06711056 * columns + 0.00583715 * rows, 1), 1)


def sky(rays, points, normals, noise, samples):
    """Return how open each point is to its half of the world, 0 (shut in) to 1 (free).

    Args:
        rays: A `RayScene`.
        points: (n, 3) on surfaces.
        normals: (n, 3) unit.
        noise: (n,) numbers 0..1 that turn the shared pattern, so that neighbours differ.
        samples: Rays for each point.
    """
    start = points + normals * LIFT
    first, second = _tangents(normals)
    golden = np.pi * (3 - np.sqrt(5))
    jitter = np.mod(noise * 7.0, 1.0)
    openness = np.zeros(len(points))
    for step in range(samples):
        height = (step + jitter) / samples  # cosine-weighted: even in the disc under the dome
        radius, angle = np.sqrt(height), step * golden + noise * 2 * np.pi
        direction = (
            first * (radius * np.cos(angle))[:, None]
            + second * (radius * np.sin(angle))[:, None]
            + normals * np.sqrt(1 - height)[:, None]
        )
        openness += np.clip(rays.distances(start, direction) / REACH, 0, 1) ** 0.6
    return openness / samples


def key_light(rays, points, normals, noise, towards, samples):
    """Return how much of a soft light in direction `towards` each point sees, 0 to 1.

    Which way the surface faces is not in it: multiply by the cosine.
    """
    start = points + normals * LIFT
    towards = towards / np.linalg.norm(towards)
    across, along = (axis[0] for axis in _tangents(towards[None]))
    golden = np.pi * (3 - np.sqrt(5))
    light = np.zeros(len(points))
    for step in range(samples):
        radius = LIGHT_SPREAD * 1.5 * np.sqrt((step + 0.5) / samples)
        angle = step * golden + noise * 2 * np.pi
        direction = (
            towards
            + (radius * np.cos(angle))[:, None] * across
            + (radius * np.sin(angle))[:, None] * along
        )
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        light += rays.distances(start, direction) > CLEAR
    return light / samples


def _tangents(normals):
    """Return two unit vectors square to each normal and to each other."""
    helper = np.where(np.abs(normals[:, :1]) > 0.8, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])
    first = np.cross(normals, helper)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    return first, np.cross(normals, first)


@numba.njit(cache=True, fastmath=True)
def smooth_up(values, sampled, step, group, normal, depth, radius, out):
    """Fill `out` (h, w, k) from values that were taken at every `step`-th pixel.

    Each pixel takes the mean of the samples around it that lie on the same surface: same
    `group`, similar normal, similar depth. That removes the grain of the rays and keeps edges.

    Args:
        values: (h // step, w // step, k) of the pixels (row * step, column * step).
        sampled: (h // step, w // step) True where there is a value.
        step: See above.
        group: (h, w) int; -1 is left alone.
        normal: (h, w, 3).
        depth: (h, w).
        radius: In samples.
        out: (h, w, k), is written.
    """
    height, width = group.shape
    rows, columns, parts = values.shape
    total, loose_total = np.zeros(parts), np.zeros(parts)
    for row in range(height):
        for column in range(width):
            if group[row, column] < 0:
                continue
            total[:] = 0.0
            loose_total[:] = 0.0
            weights, loose_weights = 0.0, 0.0
            middle_row, middle_column = row // step, column // step
            for near_row in range(max(middle_row - radius, 0), min(middle_row + radius + 1, rows)):
                for near_column in range(
                    max(middle_column - radius, 0), min(middle_column + radius + 1, columns)
                ):
                    if not sampled[near_row, near_column]:
                        continue
                    y, x = near_row * step, near_column * step
                    if group[y, x] != group[row, column]:
                        continue
                    likeness = (
                        normal[row, column, 0] * normal[y, x, 0]
                        + normal[row, column, 1] * normal[y, x, 1]
                        + normal[row, column, 2] * normal[y, x, 2]
                    )
                    apart = (depth[row, column] - depth[y, x]) / 0.02
                    away = ((near_row - row / step) ** 2 + (near_column - column / step) ** 2) / (
                        radius * radius
                    )
                    closeness = 1.0 / (1.0 + apart * apart + 3.0 * away)
                    loose = closeness * closeness
                    likeness = max(likeness, 0.0) ** 2
                    likeness *= likeness
                    likeness *= likeness
                    likeness *= likeness
                    likeness *= likeness
                    weight = likeness * loose
                    weights += weight
                    loose_weights += loose
                    for part in range(parts):
                        value = values[near_row, near_column, part]
                        total[part] += weight * value
                        loose_total[part] += loose * value
            # A sliver at an edge has no sample on its own surface: take what is near.
            for part in range(parts):
                if weights > 1e-3:
                    out[row, column, part] = total[part] / weights
                elif loose_weights > 0.0:
                    out[row, column, part] = loose_total[part] / loose_weights
                else:
                    out[row, column, part] = 1.0
