"""The print hand-out: one pose in black line art, with the worked muscle hatched in red.

Everything is found in the pixels of a picture (`rasteriser.Buffers`) of twice the size of the
view box and traced: a line is an area too, so its width may swell and thin out. The red prints
as a mid grey, and its hatch tells it from shade. Colours are CSS custom properties.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import (
    binary_dilation,
    distance_transform_edt,
    gaussian_filter,
    maximum_filter,
    minimum_filter,
)

from figures import palette
from figures.geometry import Z, unit
from figures.rasteriser import EQUIPMENT, FIGURE, buffers, draw
from figures.tracing import trace

WIDTH, HEIGHT = 800, 640
"""The view box."""
FINENESS = 2
"""Pixels, and units of the paths, for one unit of the view box."""

INK = "var(--ink,#1c1c1c)"
PAPER = "var(--paper,#fff)"
PALE_INK = "var(--pale-ink,#8a8a8a)"
SHADE = "var(--shade,#dcdcdc)"
SHADOW = "var(--shadow,#ececec)"
HAIR = "var(--hair,#5c5c5c)"
TONE = "var(--tone,#cfcfcf)"
LIPS = "var(--lips,#d2d2d2)"
HIGHLIGHT = "var(--highlight,#cf2f22)"
HIGHLIGHT_PALE = "var(--highlight-pale,#f3b1a8)"

TONED = ("metal", "rubber", "strap")
"""Equipment that is light grey; all other is white."""
PALE_LINED = ("wall", "mat", "floor_edge")
"""Surroundings: drawn with thin grey lines only."""

OUTLINE = 3.2
INNER_LINE = (1.5, 2.5)
"""Widths from the smallest step in depth to a large one."""
EQUIPMENT_LINE = 2.2
EQUIPMENT_EDGE = 1.4
PALE_LINE = 1.6
"""Line widths in pixels of the picture, twice those of the view box."""

STEP = 0.006
"""A step in depth of this many metres is a line, in a picture where a pixel is small."""
LARGE_STEP = 0.05
FOLD = 0.085
"""A valley is a line where the surface turns by this many radians in a pixel."""
EDGE_COSINE = 0.86
"""Equipment has an edge where normals of neighbours differ by more than 30 degrees."""
SHADED_BELOW = 0.34
OCCLUSION = 3.0
"""How much darker each metre behind the surroundings makes a spot."""
HIGHLIGHTED_ABOVE = 0.42
HATCH_EVERY = 11
"""Pixels between the strokes of the hatch, along x."""
MOSTLY_SEEN = 0.3
"""Where this share of a highlight is seen, its far side is not worth an x-ray."""
CLOSE_BEHIND = 0.06
"""Metres behind a hand or a ball where it is worth one nevertheless."""
X_RAY_SMALLEST = 500


@dataclass(frozen=True)
class Layer:
    """One path of the drawing: its data and the attributes that paint it."""

    data: str
    paint: str

    def svg(self):
        """Return the element, or nothing for an empty path."""
        return f'<path {self.paint} d="{self.data}"/>' if self.data else ""


def line_art(scene, camera):
    """Return a scene as an SVG document in line art, deterministic, without any text."""
    width, height = WIDTH * FINENESS, HEIGHT * FINENESS
    seen = buffers(scene, camera, width, height)
    pixel = camera.distance / camera.focal(height)
    layers = [
        *surfaces(seen, scene, camera),
        *highlights(seen),
        *lines(seen, camera, pixel),
        *features(seen),
        *arrows(seen),
    ]
    inner = "".join(layer.svg() for layer in layers)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<g transform="scale({1 / FINENESS:g})" fill-rule="evenodd" stroke-linecap="round">'
        f"{inner}</g></svg>\n"
    )


def fill(colour):
    """Return the attributes of an area of one colour."""
    return f'fill="{colour}"'


def surfaces(seen, scene, camera):
    """Return the areas: white paper, a shadow on the floor, grey equipment, hair, one shade."""
    there = seen.material >= 0
    shadow = floor_shadow(scene, camera, seen)
    toned = is_of(seen, *TONED)
    hair = softened(is_of(seen, "hair") & (seen.layer == FIGURE), 2)
    return [
        Layer(trace(softened(there, 0.8)), fill(PAPER)),
        Layer(trace(shadow, smallest=400, tolerance=1), fill(SHADOW)),
        Layer(trace(softened(toned, 0.8)), fill(TONE)),
        Layer(trace(shade(seen, scene, camera), smallest=900, tolerance=0.9), fill(SHADE)),
        Layer(trace(hair, smallest=60), fill(HAIR)),
    ]


def is_of(seen, *materials):
    """Return where one of the named materials is seen."""
    return np.isin(seen.material, [palette.index(name) for name in materials])


def softened(mask, sigma):
    """Return a mask as a field from 0 to 1 whose contours are smooth."""
    return gaussian_filter(mask.astype(np.float32), sigma)


def blurred_within(values, mask, sigma):
    """Return `values` blurred without taking anything from outside `mask`."""
    weight = gaussian_filter(mask.astype(np.float32), sigma)
    return gaussian_filter(np.where(mask, values, 0).astype(np.float32), sigma) / np.maximum(
        weight, 1e-4
    )


def shade(seen, scene, camera):
    """Return a field above 0.5 where the figure lies in shade, smooth enough to be calm."""
    solid = (seen.layer == FIGURE) & ~is_of(seen, "hair", "lash")
    brightness = seen.normal @ light_of(scene, camera) * 0.6 + 0.4
    depth = np.where(solid, seen.depth, 0)
    behind = np.clip(depth - blurred_within(depth, solid, 10), 0, 0.12)
    brightness = blurred_within(brightness - OCCLUSION * behind, solid, 4.5)
    return np.where(solid, (SHADED_BELOW - brightness) * 4 + 0.5, -1)


def light_of(scene, camera):
    """Return the direction towards the light: high, from the side the figure looks to."""
    forward = scene.joints.rotations[0] @ Z
    side = 1 if forward @ camera.right > 0 else -1
    return unit(camera.direction * 0.8 + camera.up * 0.95 + camera.right * 0.6 * side)


def floor_shadow(scene, camera, seen):
    """Return a field above 0.5 on the floor, or a mat, under what is low."""
    height, width = seen.material.shape
    vertices = np.array(scene.vertices, float)
    lifted = vertices[:, 1].copy()
    vertices[:, 1] = 0.009
    triangles = np.asarray(scene.triangles)
    solid = np.asarray(scene.layer) <= EQUIPMENT
    low = lifted[triangles].min(axis=1) < 0.09
    flat = np.isin(np.asarray(scene.materials)[:, 0], [palette.index(n) for n in PALE_LINED])
    chosen = triangles[solid & low & ~flat]
    under = draw(camera.project(vertices, width, height), chosen, scene.clip, width, height)
    field = gaussian_filter((under.triangle >= 0).astype(np.float32), 5)
    on_floor = (seen.layer < 0) | is_of(seen, "mat")
    return np.where(maximum_filter(on_floor, size=5), field, 0)


# Lines


def lines(seen, camera, pixel):
    """Return the lines: pale ones of wall and mat, then the ink."""
    pale = is_of(seen, *PALE_LINED)
    there = seen.layer >= 0
    figure = (seen.layer == FIGURE) & there
    thing = (seen.layer == EQUIPMENT) & ~pale
    outline = border(figure, there)
    inside = figure & ~binary_dilation(outline, iterations=4)
    ink = np.maximum.reduce(
        [
            line_field(outline, OUTLINE),
            inner_lines(seen, figure, inside, camera, pixel),
            line_field(border(thing, there & ~figure), EQUIPMENT_LINE),
            line_field(steps(seen.depth, thing, pixel) > 0, EQUIPMENT_LINE),
            line_field(edges(seen.normal, thing), EQUIPMENT_EDGE),
        ]
    )
    pale_edges = border(pale, there & ~figure & ~thing) | edges(seen.normal, pale)
    return [
        Layer(trace(line_field(pale_edges, PALE_LINE), 0.0, smallest=40), fill(PALE_INK)),
        Layer(trace(ink, 0.0, smallest=26, tolerance=0.55), fill(INK)),
    ]


def border(inside, there):
    """Return the pixels of the smoothed `inside` beside what is not in it.

    A border against something nearer belongs to that; here all borders count, since an
    outline over either side looks the same.
    """
    smooth = softened(inside, 1.3) > 0.5
    return smooth & (minimum_filter(smooth, size=3) == 0) & maximum_filter(there, size=3)


def line_field(marked, width):
    """Return a field above 0 within half of `width` (pixels, or a picture of them) of the mark."""
    if not marked.any():
        return np.full(marked.shape, -9.0)
    distance, nearest = distance_transform_edt(~marked, return_indices=True)
    half = np.asarray(width, float) / 2
    if half.ndim:
        half = half[tuple(nearest)]
    return np.clip(half - gaussian_filter(np.minimum(distance, 12), 1.2) + 0.5, -4, None)


def inner_lines(seen, figure, inside, camera, pixel):
    """Return the field of the lines inside the figure: overlaps, hems and folds.

    Overlaps begin `inside`, clear of the outline, which they would make uneven.
    """
    step = np.where(inside, steps(seen.depth, figure, pixel), 0)
    low, high = INNER_LINE
    swelling = low + (high - low) * np.clip(step / LARGE_STEP, 0, 1)
    hems = hem_edges(seen, figure)
    folds = fold_field(seen, figure, camera)
    return np.maximum.reduce(
        [line_field(step > 0, swelling), line_field(hems, low), np.where(figure, folds, -4)]
    )


def steps(depth, mask, pixel):
    """Return by how many metres a pixel of `mask` stands before a neighbour, 0 for none.

    On a slanting surface depth changes steadily; only what exceeds the change on both sides
    is a step.
    """
    limit = max(STEP, 4 * pixel)
    found = np.zeros(depth.shape)
    near = np.where(np.isfinite(depth), depth, np.where(np.isfinite(depth), 0, 99.0))
    for axis in (0, 1):
        change = np.diff(near, axis=axis)
        pad = [(1, 1) if a == axis else (0, 0) for a in (0, 1)]
        size = np.pad(np.abs(change), pad, mode="edge")
        before = np.take(size, range(size.shape[axis] - 2), axis=axis)
        after = np.take(size, range(2, size.shape[axis]), axis=axis)
        excess = np.abs(change) - 1.6 * np.minimum(before, after)
        jump = np.where(excess > limit, np.abs(change), 0)
        front, back = cut(axis, 0), cut(axis, 1)
        found[front] = np.maximum(found[front], np.where(change > 0, jump, 0))
        found[back] = np.maximum(found[back], np.where(change < 0, jump, 0))
    return np.where(mask, found, 0)


def cut(axis, start):
    """Return the slices of all pixels but the last (start 0) or first (start 1) along `axis`."""
    piece = slice(1, None) if start else slice(None, -1)
    return (piece, slice(None)) if axis == 0 else (slice(None), piece)


def hem_edges(seen, figure):
    """Return where clothes end on skin or on other clothes, along smoothed borders."""
    hems = np.zeros(figure.shape, bool)
    for name in ("top", "leggings"):
        mask = is_of(seen, name) & figure
        if mask.any():
            inside = blurred_within(mask, figure, 1.6) > 0.5
            hems |= inside & (minimum_filter(inside | ~figure, size=3) == 0)
    return hems & figure


def fold_field(seen, figure, camera):
    """Return a field above 0 in narrow valleys: between fingers, in the groin, at an elbow."""
    sideways, upwards = seen.normal @ camera.right, seen.normal @ camera.up
    sideways, upwards = (blurred_within(part, figure, 1.5) for part in (sideways, upwards))
    turning = np.gradient(upwards, axis=0) - np.gradient(sideways, axis=1)
    inside = minimum_filter(figure, size=7)
    smooth = gaussian_filter(np.where(inside, turning, 0), 1.0)
    return np.clip((smooth - FOLD) * 30, -4, 1.5)


def edges(normal, mask):
    """Return the pixels of `mask` where the surface has a sharp edge."""
    found = np.zeros(mask.shape, bool)
    for axis in (0, 1):
        front, back = cut(axis, 0), cut(axis, 1)
        cosine = np.sum(normal[front] * normal[back], axis=-1)
        sharp = (cosine < EDGE_COSINE) & mask[front] & mask[back]
        found[front] |= sharp
    return found


# What is highlighted, the face, arrows


def highlights(seen):
    """Return the worked muscle: pale red with a red hatch; dashed where something hides it."""
    figure = seen.layer == FIGURE
    strength = blurred_within(seen.region, figure, 3) * figure
    found = strength > HIGHLIGHTED_ABOVE
    hidden = (seen.hidden > HIGHLIGHTED_ABOVE) & ~found
    if found.sum() > MOSTLY_SEEN * (found.sum() + hidden.sum()):
        hidden &= (seen.hidden_gap < CLOSE_BEHIND) & ~maximum_filter(found, size=9)
    layers = [
        Layer(trace(strength, HIGHLIGHTED_ABOVE, smallest=80, tolerance=0.9), fill(HIGHLIGHT_PALE)),
        Layer(hatch(found), f'fill="none" stroke="{HIGHLIGHT}" stroke-width="2.6"'),
    ]
    if hidden.sum() > X_RAY_SMALLEST:
        dashes = f'stroke="{HIGHLIGHT}" stroke-width="4" stroke-dasharray="12 10"'
        paint = f'fill="{HIGHLIGHT_PALE}" fill-opacity=".4" {dashes}'
        layers.append(Layer(trace(softened(hidden, 3), smallest=400, tolerance=1), paint))
    return layers


def hatch(mask):
    """Return path data of slanting strokes across `mask`."""
    height, width = mask.shape
    strokes = []
    for start in range(-height, width, HATCH_EVERY):
        rows = np.arange(max(0, -start), min(height, width - start))
        if len(rows) < 2:
            continue
        inside = np.pad(mask[height - 1 - rows, start + rows].astype(np.int8), 1)
        begins, ends = np.flatnonzero(np.diff(inside) > 0), np.flatnonzero(np.diff(inside) < 0)
        for begin, end in zip(begins, ends, strict=True):
            if end - begin > 5:
                x, y = start + rows[begin], height - 1 - rows[begin]
                strokes.append(f"M{x} {y}l{end - begin}-{end - begin}")
    return "".join(strokes)


def features(seen):
    """Return lips, from how much the skin is darkened, and eyes; brows are drawn as hair."""
    figure = seen.layer == FIGURE
    lashes = softened(is_of(seen, "lash") & figure, 0.7)
    skin = is_of(seen, "skin") & figure
    darkness = np.where(skin, 1 - seen.tint.min(axis=-1), 0)
    darkness = blurred_within(darkness, figure, 1.0) * figure
    return [
        Layer(trace(darkness, 0.28, smallest=30), fill(LIPS)),
        Layer(trace(lashes, smallest=6), fill(INK)),
    ]


def arrows(seen):
    """Return the arrows: ink with a rim of paper."""
    rim = binary_dilation(seen.arrow, iterations=4)
    return [
        Layer(trace(softened(rim, 1.2)), fill(PAPER)),
        Layer(trace(softened(seen.arrow, 0.8)), fill(INK)),
    ]
