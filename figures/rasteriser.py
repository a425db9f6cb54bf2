"""A z-buffer rasteriser: which triangle, material, normal and highlight each pixel shows."""

from dataclasses import dataclass

import numba
import numpy as np

FIGURE, EQUIPMENT, ARROW = 0, 1, 2
"""The values of `scene.layer`."""

HIDDEN_FROM = 0.1
"""Triangles with a weaker highlight than this are left out of the x-ray pass."""


@dataclass
class Buffers:
    """What each pixel of a picture (h, w) shows, without the arrows.

    Attributes:
        material: Index into `palette.MATERIALS`, -1 where nothing is.
        normal: (h, w, 3) unit normals in the world, turned towards the eye.
        region: Strength of the highlight seen here, 0 to 1.
        tint: (h, w, 3) factor of the colour.
        depth: Metres from the eye along the view, infinite where nothing is.
        triangle: Index into `scene.triangles`, -1 where nothing is.
        layer: `FIGURE` or `EQUIPMENT`, -1 where nothing is.
        hidden: Strength of a highlight that lies behind what is seen here, 0 to 1.
        hidden_gap: How far behind it lies, in metres, 0 where `hidden` is 0.
        arrow: True where an arrow is drawn over the picture.
        arrow_normal: (h, w, 3) normals of the arrows.
    """

    material: np.ndarray
    normal: np.ndarray
    region: np.ndarray
    tint: np.ndarray
    depth: np.ndarray
    triangle: np.ndarray
    layer: np.ndarray
    hidden: np.ndarray
    hidden_gap: np.ndarray
    arrow: np.ndarray
    arrow_normal: np.ndarray


@numba.njit(cache=True)
def _fill(seen, triangles, clip, near, triangle, shares):
    """Draw triangles into `near` (1 / depth), `triangle` and barycentric `shares`.

    `seen` are pixel x, pixel y and depth; 1 / depth is linear in the picture, so is
    anything divided by the depth.
    """
    height, width = near.shape
    for index in range(triangles.shape[0]):
        a, b, c = triangles[index, 0], triangles[index, 1], triangles[index, 2]
        ax, ay, az = seen[a, 0], seen[a, 1], seen[a, 2]
        bx, by, bz = seen[b, 0], seen[b, 1], seen[b, 2]
        cx, cy, cz = seen[c, 0], seen[c, 1], seen[c, 2]
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area == 0.0 or az <= 0.0 or bz <= 0.0 or cz <= 0.0:
            continue
        left = max(int(np.floor(min(ax, bx, cx) - 0.5)), 0)
        right = min(int(np.ceil(max(ax, bx, cx))), width - 1)
        top = max(int(np.floor(min(ay, by, cy) - 0.5)), 0)
        bottom = min(int(np.ceil(max(ay, by, cy))), height - 1)
        for row in range(top, bottom + 1):
            y = row + 0.5
            for column in range(left, right + 1):
                x = column + 0.5
                share_b = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
                share_c = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
                share_a = 1.0 - share_b - share_c
                if share_a < -1e-6 or share_b < -1e-6 or share_c < -1e-6:
                    continue
                wa, wb, wc = share_a / az, share_b / bz, share_c / cz
                nearness = wa + wb + wc
                if nearness <= near[row, column]:
                    continue
                if clip[a] * wa + clip[b] * wb + clip[c] * wc < 0.0:
                    continue
                near[row, column] = nearness
                triangle[row, column] = index
                shares[row, column, 0] = wa / nearness
                shares[row, column, 1] = wb / nearness
                shares[row, column, 2] = wc / nearness


@numba.njit(cache=True)
def _spread(values, triangles, triangle, shares, out):
    """Interpolate vertex values (n, k) into the pixels of `out` (h, w, k)."""
    height, width = triangle.shape
    for row in range(height):
        for column in range(width):
            index = triangle[row, column]
            if index < 0:
                continue
            for corner in range(3):
                share = shares[row, column, corner]
                vertex = triangles[index, corner]
                for part in range(values.shape[1]):
                    out[row, column, part] += share * values[vertex, part]


@dataclass
class Pass:
    """One drawing of some triangles: the nearest of them in each pixel."""

    triangles: np.ndarray
    triangle: np.ndarray
    shares: np.ndarray
    depth: np.ndarray

    def spread(self, values):
        """Return vertex values (n,) or (n, k) interpolated at each pixel, 0 outside."""
        values = np.ascontiguousarray(values, np.float32)
        columns = values.reshape(len(values), -1)
        out = np.zeros((*self.triangle.shape, columns.shape[1]), np.float32)
        _spread(columns, self.triangles, self.triangle, self.shares, out)
        return out if values.ndim > 1 else out[..., 0]


def draw(seen, triangles, clip, width, height):
    """Draw projected triangles with a z-buffer.

    Args:
        seen: (n, 3) pixel x, pixel y, depth of the vertices, see `Camera.project`.
        triangles: (t, 3) vertex indices.
        clip: (n,) a pixel whose interpolated value is below 0 is left out.
        width: Of the picture in pixels.
        height: Of the picture in pixels.
    """
    triangles = np.ascontiguousarray(np.asarray(triangles).reshape(-1, 3), np.int32)
    near = np.zeros((height, width))
    triangle = np.full((height, width), -1, np.int32)
    shares = np.zeros((height, width, 3), np.float32)
    _fill(seen, triangles, np.asarray(clip, np.float64), near, triangle, shares)
    with np.errstate(divide="ignore"):
        depth = 1 / near
    return Pass(triangles, triangle, shares, depth)


def buffers(scene, camera, width, height):
    """Draw a scene. Returns `Buffers` of `height` x `width` pixels."""
    seen = camera.project(scene.vertices, width, height)
    triangles, layer = np.asarray(scene.triangles), np.asarray(scene.layer)
    solid = np.flatnonzero(layer != ARROW)
    shown = draw(seen, triangles[solid], scene.clip, width, height)
    there = shown.triangle >= 0
    triangle = np.where(there, solid[shown.triangle], -1)
    above = shown.spread(scene.field) > 0
    material = np.where(there, np.asarray(scene.materials)[triangle, above.astype(int)], -1)
    hidden, gap = _hidden(scene, seen, shown.depth)
    arrows = draw(seen, triangles[layer == ARROW], scene.clip, width, height)
    eye_ray = camera.rays(width, height)
    return Buffers(
        material=material,
        normal=_facing(shown.spread(scene.normals), eye_ray),
        region=shown.spread(scene.region),
        tint=np.where(there[..., None], shown.spread(scene.tint), 1),
        depth=shown.depth,
        triangle=triangle,
        layer=np.where(there, layer[triangle], -1),
        hidden=hidden,
        hidden_gap=gap,
        arrow=arrows.triangle >= 0,
        arrow_normal=_facing(arrows.spread(scene.normals), eye_ray),
    )


def _hidden(scene, seen, depth):
    """Return strength of, and metres to, highlighted skin behind what is seen."""
    height, width = depth.shape
    triangles = np.asarray(scene.triangles)
    lit = (np.asarray(scene.region)[triangles].max(axis=1) > HIDDEN_FROM) & (
        np.asarray(scene.layer) == FIGURE
    )
    if not lit.any():
        return np.zeros(depth.shape, np.float32), np.zeros(depth.shape, np.float32)
    highlight = draw(seen, triangles[lit], scene.clip, width, height)
    there = highlight.triangle >= 0
    gap = np.where(there, highlight.depth, 0) - np.where(there, depth, 0)
    behind = there & (gap > 0.002)
    strength = np.where(behind, highlight.spread(scene.region), 0)
    return strength.astype(np.float32), np.where(behind, gap, 0).astype(np.float32)


def _facing(normal, ray):
    """Return unit normals, those that look away from the eye turned round."""
    out = np.zeros(normal.shape, np.float32)
    there = (normal != 0).any(axis=-1)
    some = normal[there]
    some /= np.sqrt((some * some).sum(axis=1, keepdims=True))
    away = (some * ray[there]).sum(axis=1) > 0
    some[away] *= -1
    out[there] = some
    return out
